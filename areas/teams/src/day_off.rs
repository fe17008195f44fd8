use access::{Changes, Cx, Fault};
use object::{Change, Granted, PersonRef, Product, people};
use serde::{Deserialize, Serialize};
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;

/// Days on which one person or everybody is off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DaysOff {
    pub id: DaysOffId,
    /// Null where it is everybody.
    pub person: Option<PersonRef>,
    #[schema(value_type = String, format = "date")]
    pub first: Date,
    /// The last of them.
    #[schema(value_type = String, format = "date")]
    pub last: Date,
    /// What for, as in "Midsummer".
    pub note: String,
}

/// Days off that are kept for one product.
const MOST: usize = 2000;
/// The longest time somebody is off at once, in days.
const LONGEST: i32 = 366;

/// A product's days off from a day on, the first ones first.
pub fn days_off(cx: &Cx<'_>, product: ProductId, since: Date) -> Result<Vec<DaysOff>, Fault> {
    let mut sql = Sql::new("SELECT id, person_id, first_day, last_day, note FROM day_off WHERE product_id = ");
    sql.with("", product).with(" AND last_day >= ", since).push(" ORDER BY first_day, id").with(" LIMIT ", MOST);
    let stored: Vec<(DaysOffId, Option<PersonId>, Date, Date, String)> = cx.rows(sql.text(), sql.args())?;
    let people = people(cx, stored.iter().map(|row| row.1))?;
    let of = |(id, person, first, last, note): (_, Option<PersonId>, _, _, _)| DaysOff {
        id,
        person: person.and_then(|id| people.get(&id).cloned()),
        first,
        last,
        note,
    };
    Ok(stored.into_iter().map(of).collect())
}

/// Notes days on which a person is off, or everybody.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddDaysOff {
    pub product: ProductName,
    pub person: Option<PersonId>,
    pub first: Date,
    pub last: Date,
    pub note: Option<Label>,
}

impl Change for AddDaysOff {
    const NAME: &'static str = "add_days_off";
    type On = Product;
    type Outcome = DaysOffId;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::SprintRun)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<DaysOffId, Fault> {
        if self.last < self.first {
            return Err(Fault::invalid("last", "The last day lies before the first."));
        }
        if (self.last - self.first).get_days() >= LONGEST {
            return Err(Fault::invalid("last", "Days off are a year at most; note longer ones year by year."));
        }
        let who = match self.person {
            Some(person) => Some(member(cx, on.id, person)?),
            None => None,
        };
        let (count,): (i64,) = cx.one("SELECT count(*) FROM day_off WHERE product_id = $1", args![on.id])?;
        if count >= MOST as i64 {
            return Err(Fault::broken("too-many-days-off", format!("A product keeps at most {MOST} days off.")));
        }
        let note = self.note.as_ref().map_or("", Label::as_str);
        let id = DaysOffId::new();
        cx.exec(
            "INSERT INTO day_off (id, product_id, person_id, first_day, last_day, note) VALUES ($1, $2, $3, $4, $5, $6)",
            args![id, on.id, self.person, self.first, self.last, note],
        )?;
        let said = said(who.as_deref(), self.first, self.last, note);
        on.record(cx, "noted days off", Changes::new().set("days_off", &said))?;
        Ok(id)
    }
}

/// Takes days off back.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveDaysOff {
    pub product: ProductName,
    pub days_off: DaysOffId,
}

impl Change for RemoveDaysOff {
    const NAME: &'static str = "remove_days_off";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::SprintRun)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        type Stored = (Option<String>, Date, Date, String);
        let stored: Option<Stored> = cx.maybe(
            "SELECT p.name, d.first_day, d.last_day, d.note FROM day_off d LEFT JOIN person p ON p.id = d.person_id
             WHERE d.id = $1 AND d.product_id = $2",
            args![self.days_off, on.id],
        )?;
        let (who, first, last, note) = stored.ok_or(Fault::not_found("days off"))?;
        cx.exec("DELETE FROM day_off WHERE id = $1", args![self.days_off])?;
        let said = said(who.as_deref(), first, last, &note);
        on.record(cx, "took days off back", Changes::new().unset("days_off", &said))
    }
}

/// The name of a member of a product.
fn member(cx: &Cx<'_>, product: ProductId, person: PersonId) -> Result<String, Fault> {
    let found: Option<(String,)> = cx.maybe(
        "SELECT p.name FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.product_id = $1 AND m.person_id = $2 LIMIT 1",
        args![product, person],
    )?;
    let missing = || Fault::invalid("person", "This person is not a member of the product.");
    found.map(|(name,)| name).ok_or_else(missing)
}

/// "Ann, 2026-12-24 to 2027-01-03: parental leave"
fn said(who: Option<&str>, first: Date, last: Date, note: &str) -> String {
    let days = if first == last { first.to_string() } else { format!("{first} to {last}") };
    let what = if note.is_empty() { String::new() } else { format!(": {note}") };
    format!("{}, {days}{what}", who.unwrap_or("Everybody"))
}
