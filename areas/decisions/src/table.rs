use access::{Can, Changes, Cx, Fault, Needs, Others, Rights, TABLE, Verdict, WhoDecides, row_of};
use object::{Change, Granted, Header, Product, text_decision};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// One line of the decision table, with the people it means today.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionEntry {
    pub decision: Decision,
    /// "order the backlog"
    pub sentence: &'static str,
    /// The roles as they are stored.
    pub stored: Vec<Role>,
    /// The roles that decide; one that nobody holds is replaced by the one beside it.
    pub roles: Vec<Role>,
    /// Who holds one of these roles, and whom it is lent to.
    pub people: Vec<String>,
    /// Whether every one of the roles has to agree.
    pub all_agree: bool,
    /// Whether others may propose it.
    pub proposed: bool,
    /// Whether the line may be changed.
    pub fixed: bool,
    /// Says which role nobody holds and who decides in its place.
    pub note: Option<String>,
}

/// The decision table of a product, as it is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionTable {
    pub rows: Vec<DecisionEntry>,
    /// The preset it equals, if it equals one.
    pub preset: Option<&'static str>,
    pub presets: Vec<Preset>,
    pub version: i64,
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// A table to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preset {
    pub name: &'static str,
    pub title: &'static str,
    /// For whom it is.
    pub note: &'static str,
    pub rows: Vec<DecisionRoles>,
}

/// Which roles take a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRoles {
    pub decision: Decision,
    #[schema(min_items = 1, max_items = 6)]
    pub roles: Vec<Role>,
}

pub fn decisions(cx: &Cx<'_>, product: &ProductName) -> Result<DecisionTable, Fault> {
    let product = Product::load(cx, product)?;
    let rights = Rights::load(cx, product.id)?;
    let rows = TABLE
        .iter()
        .map(|row| {
            let roles = rights.deciding(row.decision);
            let note = rights.stood_in_for(row.decision).into_iter().map(|(role, other)| {
                format!("Nobody is {}, so the {} decides in that place.", role.noun(), other.noun())
            });
            let note: Vec<String> = note.collect();
            DecisionEntry {
                decision: row.decision,
                sentence: row.sentence,
                stored: rights.table().roles(row.decision).to_vec(),
                people: rights.names_of(row.decision),
                roles,
                all_agree: row.needs == Needs::AllOf,
                proposed: row.others == Others::Propose,
                fixed: is_fixed(row.decision),
                note: (!note.is_empty()).then(|| note.join(" ")),
            }
        })
        .collect();
    let presets: Vec<Preset> = presets();
    let stored = rights.table();
    let preset = presets.iter().find(|preset| table_of(&preset.rows) == *stored).map(|preset| preset.name);
    Ok(DecisionTable { rows, preset, presets, version: product.version, can: rights.can(&[Decision::WhoDecides]) })
}

/// What is said decides nothing, and who changes the table stands in no table: these lines stay.
fn is_fixed(decision: Decision) -> bool {
    matches!(
        decision,
        Decision::WhoDecides | Decision::Propose | Decision::Comment | Decision::Question | Decision::Feedback
    )
}

fn table_of(rows: &[DecisionRoles]) -> WhoDecides {
    rows.iter().fold(WhoDecides::default(), |table, row| table.with(row.decision, &row.roles))
}

fn presets() -> Vec<Preset> {
    use Role::{Developer, ProductManager, ProductOwner};
    let rows = |change: &dyn Fn(&[Role]) -> Vec<Role>| -> Vec<DecisionRoles> {
        let free = TABLE.iter().filter(|row| !is_fixed(row.decision));
        free.map(|row| DecisionRoles { decision: row.decision, roles: change(row.roles) }).collect()
    };
    let with = |roles: &[Role], more: &[Role]| -> Vec<Role> {
        Role::ALL.iter().copied().filter(|role| roles.contains(role) || more.contains(role)).collect()
    };
    let manages = |roles: &[Role]| roles.contains(&ProductManager) || roles.contains(&ProductOwner);
    vec![
        Preset {
            name: "two_people",
            title: "Product manager and product owner",
            note: "Strategy is the product manager's, the backlog the product owner's.",
            rows: rows(&|roles| roles.to_vec()),
        },
        Preset {
            name: "one_person",
            title: "One desk for both",
            note: "Product manager and product owner decide alike, so whoever is there decides.",
            rows: rows(&|roles| {
                if manages(roles) { with(roles, &[ProductManager, ProductOwner]) } else { roles.to_vec() }
            }),
        },
        Preset {
            name: "solo",
            title: "Solo",
            note: "Product manager, product owner and developers decide everything alike.",
            rows: rows(&|roles| with(roles, &[ProductManager, ProductOwner, Developer])),
        },
        Preset {
            name: "no_scrum_master",
            title: "No scrum master",
            note: "What would be the scrum master's is the product owner's and the developers'.",
            rows: rows(&|roles| {
                let without: Vec<Role> = roles.iter().copied().filter(|role| *role != Role::ScrumMaster).collect();
                if without.len() < roles.len() { with(&without, &[ProductOwner, Developer]) } else { without }
            }),
        },
    ]
}

/// Replaces who decides what. Lines that are not named stay.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetWhoDecides {
    pub product: ProductName,
    pub rows: Vec<DecisionRoles>,
}

impl Change for SetWhoDecides {
    const NAME: &'static str = "set_who_decides";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::WhoDecides)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        for (i, row) in self.rows.iter().enumerate() {
            let place = format!("rows[{i}].roles");
            if is_fixed(row.decision) {
                let what = row_of(row.decision).sentence;
                return Err(Fault::invalid(&format!("rows[{i}].decision"), format!("Who may {what} does not change.")));
            }
            if row.roles.is_empty() {
                return Err(Fault::invalid(&place, "Somebody has to decide: name at least one role."));
            }
            if row.roles.contains(&Role::Viewer) {
                return Err(Fault::invalid(&place, "Viewers look on and decide nothing."));
            }
            if self.rows[..i].iter().any(|other| other.decision == row.decision) {
                return Err(Fault::invalid(&format!("rows[{i}].decision"), "This decision is named twice."));
            }
        }
        let rights = Rights::load(cx, on.id)?;
        let before = rights.table().clone();
        let after = self.rows.iter().fold(before.clone(), |table, row| table.with(row.decision, &row.roles));
        if after == before {
            return Err(Fault::broken("no-change", "This is who decides already."));
        }
        cx.exec("UPDATE product SET who_decides = $1 WHERE id = $2", args![after.stored(), on.id])?;
        let named = |roles: &[Role]| roles.iter().map(|role| role.noun()).collect::<Vec<_>>().join(", ");
        let changes = TABLE.iter().fold(Changes::new(), |changes, row| {
            let (was, is) = (before.roles(row.decision), after.roles(row.decision));
            changes.field(&format!("who may {}", row.sentence), &named(was), &named(is))
        });
        on.record(cx, "changed who decides", changes)
    }
}

/// Why somebody may or may not decide a thing, in one sentence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    pub decision: Decision,
    pub verdict: VerdictWord,
    pub sentence: String,
    /// Who decides, by name.
    pub deciders: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    Allow,
    Propose,
    Deny,
}

/// Explains a decision, of an object where one is named, for the actor or for another member.
pub(crate) fn explain(
    cx: &Cx<'_>,
    product: &ProductName,
    decision: Decision,
    object: Option<&ObjectName>,
    person: Option<PersonId>,
) -> Result<Explanation, Fault> {
    let product = Product::load(cx, product)?;
    let decision = match object {
        Some(name) => {
            let header = Header::seen(cx, name)?;
            if header.product_id != product.id {
                return Err(Fault::not_found("object in this product"));
            }
            // What is in a running sprint is written by the developers, too.
            if decision == Decision::Story { text_decision(cx, &header)? } else { decision }
        }
        None => decision,
    };
    let rights = Rights::load(cx, product.id)?;
    let rights = person.map_or(Ok(rights), |person| rights_of(cx, product.id, person))?;
    let verdict = match rights.decide(decision) {
        Verdict::Allow => VerdictWord::Allow,
        Verdict::Propose(_) => VerdictWord::Propose,
        Verdict::Deny(_) => VerdictWord::Deny,
    };
    Ok(Explanation { decision, verdict, sentence: rights.explain(decision), deciders: rights.names(decision) })
}

fn rights_of(cx: &Cx<'_>, product: ProductId, person: PersonId) -> Result<Rights, Fault> {
    let member: Option<(PersonId,)> = cx.maybe(
        "SELECT m.person_id FROM member m WHERE m.product_id = $1 AND m.person_id = $2 LIMIT 1",
        args![product, person],
    )?;
    member.ok_or_else(|| Fault::invalid("person", "This person is not a member of the product."))?;
    Ok(Rights::load(cx, product)?.of_person(person))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_a_table_of_its_own() {
        let tables: Vec<WhoDecides> = presets().iter().map(|preset| table_of(&preset.rows)).collect();
        for (i, table) in tables.iter().enumerate() {
            assert!(!tables[..i].contains(table));
        }
        assert_eq!(tables[0], WhoDecides::default());
        assert!(tables[3].roles(Decision::Workflow).contains(&Role::Developer));
        assert!(!tables[3].roles(Decision::SprintRun).contains(&Role::ScrumMaster));
    }
}
