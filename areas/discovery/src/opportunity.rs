use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, Header, NewObject, Product, Stub, insert_link, linked, relations};
use serde::{Deserialize, Serialize};
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

/// What kind of opportunity it is (Teresa Torres: needs, pain points, desires).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Need,
    Pain,
    Desire,
}

impl Need {
    fn as_str(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Pain => "pain",
            Self::Desire => "desire",
        }
    }
    fn stored(text: &str) -> Result<Self, StoreError> {
        [Self::Need, Self::Pain, Self::Desire]
            .into_iter()
            .find(|need| need.as_str() == text)
            .ok_or_else(|| StoreError::Other(format!("no kind of need: {text}")))
    }
}

/// What is being done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OpportunityState)]
pub enum Pursuit {
    Open,
    Pursued,
    Parked,
    Done,
}

impl Pursuit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pursued => "pursued",
            Self::Parked => "parked",
            Self::Done => "done",
        }
    }
    fn stored(text: &str) -> Result<Self, StoreError> {
        [Self::Open, Self::Pursued, Self::Parked, Self::Done]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Other(format!("no state of an opportunity: {text}")))
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Opportunity {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    pub title: String,
    pub body: String,
    pub need: Need,
    pub state: Pursuit,
    pub parent_id: Option<ObjectId>,
    /// The objective it serves; the first where there are several.
    pub objective: Option<Stub>,
    /// Pieces of feedback that ask for it.
    pub voices: i64,
    /// Initiatives that address it.
    pub initiatives: i64,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// Levels of the tree below an objective.
const DEEPEST: usize = 20;

/// A product's opportunities, in the order they were written down.
pub fn opportunities(cx: &Cx<'_>, name: &ProductName, page: &Page) -> Result<(Rows<Opportunity>, Can), Fault> {
    let product = Product::load(cx, name)?;
    let can = Rights::load(cx, product.id)?.can(&[Decision::Opportunities]);
    let mut sql = select(cx, product.id);
    sql.with(" WHERE o.product_id = ", product.id).push(" AND o.archived_at IS NULL");
    sql.push(object::seen!(cx, product.id, "o"));
    if let Some(cursor) = &page.after {
        sql.with(" AND o.id > ", cursor.id);
    }
    sql.with(" ORDER BY o.id LIMIT ", page.limit + 1);
    Ok((page.cut(read(cx, &sql, &can)?, |opportunity| Cursor::new("id", opportunity.id)), can))
}

/// One opportunity.
pub fn opportunity(cx: &Cx<'_>, name: &ObjectName) -> Result<Opportunity, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Opportunity)?;
    let can = Rights::load(cx, header.product_id)?.can(&[Decision::Opportunities]);
    let mut sql = select(cx, header.product_id);
    sql.with(" WHERE o.id = ", header.id);
    read(cx, &sql, &can)?.into_iter().next().ok_or(Fault::not_found("opportunity"))
}

fn select(cx: &Cx<'_>, product: ProductId) -> Sql {
    let seen = object::seen!(cx, product, "n");
    let mut sql = Sql::new(
        "SELECT o.id, k.key, o.number, o.version, o.title, o.body, u.need, u.state, u.parent_id,
            (SELECT count(*) FROM link l JOIN object n ON n.id = l.from_id
             WHERE l.to_id = o.id AND l.relation = 'asks_for' AND n.archived_at IS NULL",
    );
    sql.push(seen)
        .push(
            "), (SELECT count(*) FROM link l JOIN object n ON n.id = l.from_id
             WHERE l.to_id = o.id AND l.relation = 'addresses' AND n.kind = 'initiative' AND n.archived_at IS NULL",
        )
        .push(seen)
        .push(") FROM opportunity u JOIN object o ON o.id = u.object_id JOIN product k ON k.id = o.product_id");
    sql
}

fn read(cx: &Cx<'_>, sql: &Sql, can: &Can) -> Result<Vec<Opportunity>, Fault> {
    let mut found = cx.query(sql.text(), sql.args(), |row| {
        Ok(Opportunity {
            id: row.get(0)?,
            reference: format!("{}-{}", row.get::<String>(1)?, row.get::<i64>(2)?),
            version: row.get(3)?,
            title: row.get(4)?,
            body: row.get(5)?,
            need: Need::stored(&row.get::<String>(6)?)?,
            state: Pursuit::stored(&row.get::<String>(7)?)?,
            parent_id: row.get(8)?,
            objective: None,
            voices: row.get(9)?,
            initiatives: row.get(10)?,
            can: can.clone(),
        })
    })?;
    let served = linked(cx, found.iter().map(|one| one.id), &[Relation::Serves])?;
    for opportunity in &mut found {
        opportunity.objective = served.get(&opportunity.id).and_then(|served| served.first()).cloned();
    }
    Ok(found)
}

fn parent_for(cx: &Cx<'_>, product: ProductId, name: &ObjectName, child: Option<ObjectId>) -> Result<Header, Fault> {
    let wrong = || Fault::invalid("parent", "There is no such opportunity in this product.");
    let parent = Header::seen_kind(cx, name, Kind::Opportunity).map_err(|fault| fault.or_missing(wrong()))?;
    if parent.product_id != product {
        return Err(wrong());
    }
    parent.living()?;
    let mut here = Some(parent.id);
    for _ in 0..DEEPEST {
        let Some(id) = here else { return Ok(parent) };
        if Some(id) == child {
            return Err(Fault::invalid("parent", "An opportunity cannot be part of itself."));
        }
        here = cx
            .maybe::<(Option<ObjectId>,)>("SELECT parent_id FROM opportunity WHERE object_id = $1", args![id])?
            .and_then(|(parent,)| parent);
    }
    Err(Fault::invalid("parent", format!("An opportunity tree has at most {DEEPEST} levels.")))
}

/// Writes an opportunity down.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddOpportunity {
    pub product: ProductName,
    pub title: Title,
    pub body: Body,
    pub need: Need,
    pub objective: Option<ObjectName>,
    pub parent: Option<ObjectName>,
}

impl Change for AddOpportunity {
    const NAME: &'static str = "add_opportunity";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Opportunities)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        let parent = self.parent.as_ref().map(|name| parent_for(cx, on.id, name, None)).transpose()?;
        let new = NewObject::new(cx, Kind::Opportunity, self.title.as_str(), self.body.as_str());
        let header = on.create(cx, new.part_of(parent.as_ref()))?;
        let parent = parent.map(|parent| parent.id);
        cx.exec(
            "INSERT INTO opportunity (object_id, need, state, parent_id) VALUES ($1, $2, 'open', $3)",
            args![header.id, self.need.as_str(), parent],
        )?;
        let mut changes = Changes::new().set("title", &self.title).set("need", &self.need);
        if let Some(parent) = parent {
            changes = changes.set("parent_id", &parent);
        }
        if let Some(objective) = &self.objective {
            let missing = || Fault::invalid("objective", "There is no such objective in this product.");
            let to = Header::seen_kind(cx, objective, Kind::Objective).map_err(|fault| fault.or_missing(missing()))?;
            if to.product_id != on.id {
                return Err(missing());
            }
            insert_link(cx, &header, Relation::Serves, &to)?;
            changes = changes.set(relations::rule(Relation::Serves).label, &to.reference());
        }
        Ok(header.record_created(cx, "created", changes)?.id)
    }
}

/// Changes an opportunity's words, kind of need, state or place in the tree.
#[derive(Debug, Serialize, Deserialize)]
pub struct EditOpportunity {
    pub opportunity: ObjectName,
    pub version: Option<i64>,
    pub title: Option<Title>,
    pub body: Option<Body>,
    pub need: Option<Need>,
    pub state: Option<Pursuit>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "object::present")]
    pub parent: Option<Option<ObjectName>>,
}

impl Change for EditOpportunity {
    const NAME: &'static str = "edit_opportunity";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.opportunity.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Opportunities)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let before = opportunity(cx, &id.into())?;
        on.at_version(self.version, || {
            Ok(serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?)
        })?;
        let parent = match &self.parent {
            Some(Some(name)) => {
                let whole = parent_for(cx, on.product_id, name, Some(id))?;
                on.fits_in(&whole)?;
                Some(whole.id)
            }
            Some(None) => None,
            None => before.parent_id,
        };
        let changes = EditObject::text(id, self.title.clone(), self.body.clone()).store(cx, &on)?;
        let (need, state) = (self.need.unwrap_or(before.need), self.state.unwrap_or(before.state));
        cx.exec(
            "UPDATE opportunity SET need = $1, state = $2, parent_id = $3 WHERE object_id = $4",
            args![need.as_str(), state.as_str(), parent, id],
        )?;
        let changes = changes.field("need", &before.need, &need).field("state", &before.state, &state).field(
            "parent_id",
            &before.parent_id,
            &parent,
        );
        on.record(cx, "edited", changes)?;
        Ok(id)
    }
}
