use access::{Can, Changes, Cx, Fault, Rights};
use object::{Change, EditObject, Granted, NewObject, PersonRef, Product};
use serde::{Deserialize, Serialize};
use store::{StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

/// The Product Vision Board (Roman Pichler) as it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Vision {
    pub id: ObjectId,
    pub reference: String,
    pub version: i64,
    /// So many-th published version.
    pub number: i64,
    pub statement: String,
    pub target_group: String,
    pub needs: String,
    pub product: String,
    pub business_goals: String,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// A published version, with its reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisionVersion {
    pub number: i64,
    pub at: Ts,
    pub by: Option<PersonRef>,
    pub reason: String,
    pub statement: String,
    pub target_group: String,
    pub needs: String,
    pub product: String,
    pub business_goals: String,
}

/// Versions that are listed.
const MOST: i64 = 500;

/// The vision of a product, if it has one.
pub fn vision(cx: &Cx<'_>, product: &Product) -> Result<Option<Vision>, Fault> {
    Ok(kept(cx, product)?.filter(|(_, archived)| !archived).map(|(vision, _)| vision))
}

/// The vision, put away or not.
fn kept(cx: &Cx<'_>, product: &Product) -> Result<Option<(Vision, bool)>, Fault> {
    let can = Rights::load(cx, product.id)?.can(&[Decision::Vision]);
    let found = cx.query(
        "SELECT v.object_id, o.number, o.version, v.number, o.title, v.target_group, v.needs, v.product,
                v.business_goals, o.visibility, o.archived_at
         FROM object o JOIN vision v ON v.object_id = o.id
         WHERE o.product_id = $1 AND o.kind = 'vision' ORDER BY o.number LIMIT 1",
        args![product.id],
        |row| {
            let vision = Vision {
                id: row.get(0)?,
                reference: product.reference(row.get(1)?),
                version: row.get(2)?,
                number: row.get(3)?,
                statement: row.get(4)?,
                target_group: row.get(5)?,
                needs: row.get(6)?,
                product: row.get(7)?,
                business_goals: row.get(8)?,
                can: can.clone(),
            };
            Ok((vision, row.get::<Visibility>(9)?, row.get::<Option<Ts>>(10)?.is_some()))
        },
    )?;
    let seen = found.into_iter().find(|(_, visibility, _)| cx.actor.reads(product.id, *visibility));
    Ok(seen.map(|(vision, _, archived)| (vision, archived)))
}

/// The vision and every version of it, the newest first.
pub fn visions(cx: &Cx<'_>, name: &ProductName) -> Result<(Option<Vision>, Vec<VisionVersion>), Fault> {
    let product = Product::load(cx, name)?;
    let Some(vision) = vision(cx, &product)? else { return Ok((None, Vec::new())) };
    let stored = cx.query(
        "SELECT number, at, by_id, reason, statement, target_group, needs, product, business_goals
         FROM vision_version WHERE object_id = $1 ORDER BY number DESC LIMIT $2",
        args![vision.id, MOST],
        |row| {
            let version = VisionVersion {
                number: row.get(0)?,
                at: row.get(1)?,
                by: None,
                reason: row.get(3)?,
                statement: row.get(4)?,
                target_group: row.get(5)?,
                needs: row.get(6)?,
                product: row.get(7)?,
                business_goals: row.get(8)?,
            };
            Ok((version, row.get::<Option<PersonId>>(2)?))
        },
    )?;
    let people = object::people(cx, stored.iter().map(|(_, by)| *by))?;
    let versions = stored
        .into_iter()
        .map(|(version, by)| VisionVersion { by: by.and_then(|id| people.get(&id).cloned()), ..version })
        .collect();
    Ok((Some(vision), versions))
}

/// Writes the vision, or a new version of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct PublishVision {
    pub product_name: ProductName,
    /// The version of the vision that is changed, when there is one.
    pub version: Option<i64>,
    pub statement: Title,
    pub target_group: Body,
    pub needs: Body,
    pub product: Body,
    pub business_goals: Body,
    pub reason: Option<Words>,
}

impl Change for PublishVision {
    const NAME: &'static str = "publish_vision";
    type On = Product;
    type Outcome = ObjectId;
    fn on(&self) -> ProductName {
        self.product_name.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Vision)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<ObjectId, Fault> {
        match kept(cx, &on)? {
            None => self.first(cx, &on),
            Some((before, archived)) => self.next(cx, &on, &before, archived),
        }
    }
}

impl PublishVision {
    fn first(&self, cx: &Cx<'_>, on: &Granted<Product>) -> Result<ObjectId, Fault> {
        let header = on.create(cx, NewObject::new(cx, Kind::Vision, self.statement.as_str(), ""))?;
        cx.exec(
            "INSERT INTO vision (object_id, number, target_group, needs, product, business_goals)
             VALUES ($1, 1, $2, $3, $4, $5)",
            args![header.id, &self.target_group, &self.needs, &self.product, &self.business_goals],
        )?;
        self.keep_version(cx, header.id, 1)?;
        Ok(header.record_created(cx, "published", Changes::new().set("statement", &self.statement))?.id)
    }

    fn next(&self, cx: &Cx<'_>, on: &Granted<Product>, before: &Vision, archived: bool) -> Result<ObjectId, Fault> {
        let granted = on.also(cx, before.id)?;
        if archived {
            // Nobody sees it to name its version; a product has one vision, so this one comes back.
            granted.put_away(cx, false)?;
        } else {
            let expected = self.version.ok_or(Fault::VersionMissing)?;
            granted.at_version(Some(expected), || {
                Ok(serde_json::to_value(before).map_err(|e| StoreError::Other(e.to_string()))?)
            })?;
        }
        EditObject::text(before.id, Some(self.statement.clone()), None).store(cx, &granted)?;
        let number = before.number + 1;
        cx.exec(
            "UPDATE vision SET number = $1, target_group = $2, needs = $3, product = $4, business_goals = $5
             WHERE object_id = $6",
            args![number, &self.target_group, &self.needs, &self.product, &self.business_goals, before.id],
        )?;
        self.keep_version(cx, before.id, number)?;
        let mut changes = Changes::new()
            .field("archived", &archived, &false)
            .field("statement", &before.statement.as_str(), &self.statement.as_str())
            .field("target_group", &before.target_group.as_str(), &self.target_group.as_str())
            .field("needs", &before.needs.as_str(), &self.needs.as_str())
            .field("product", &before.product.as_str(), &self.product.as_str())
            .field("business_goals", &before.business_goals.as_str(), &self.business_goals.as_str());
        if let Some(reason) = &self.reason {
            changes = changes.set("reason", reason);
        }
        granted.record(cx, "published", changes)?;
        Ok(before.id)
    }

    fn keep_version(&self, cx: &Cx<'_>, id: ObjectId, number: i64) -> Result<(), Fault> {
        let reason = self.reason.as_ref().map_or("", Words::as_str);
        cx.exec(
            "INSERT INTO vision_version (object_id, number, at, by_id, reason, statement, target_group, needs, product,
                 business_goals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                id,
                number,
                cx.now,
                cx.person(),
                reason,
                &self.statement,
                &self.target_group,
                &self.needs,
                &self.product,
                &self.business_goals
            ],
        )?;
        Ok(())
    }
}
