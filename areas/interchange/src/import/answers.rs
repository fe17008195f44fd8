//! Who is who and what means what: the answers people give in the review, and those they gave at earlier imports.

use super::{SOURCE, StateRow, unreadable};
use crate::jira::{ColumnFate, Mapping, Table, Target};
use access::{Cx, Fault, Rights};
use object::{PersonRef, Product, search};
use serde::Deserialize;
use std::collections::HashMap;
use store::args;
use vocabulary::*;

/// The answers given at earlier imports into a product; they hold until answered otherwise.
#[derive(Debug, Default)]
pub struct Answers {
    mapping: Mapping,
    /// Header to what was chosen for it.
    columns: HashMap<String, Target>,
}

/// What is read again of a stored report.
#[derive(Debug, Deserialize)]
pub(super) struct Remembered {
    pub mapping: Mapping,
    pub columns: Vec<ColumnFate>,
    pub states: Vec<StateRow>,
}

/// Loads the answers given before, for one who may import.
pub fn answers(cx: &Cx<'_>, product: &ProductName) -> Result<Answers, Fault> {
    let product = Product::load(cx, product)?;
    Rights::load(cx, product.id)?.require(Decision::Import)?;
    // Each import is read with all answers so far, so the last one knows them all.
    let last: Option<(String,)> = cx.maybe(
        "SELECT report FROM import_batch WHERE product_id = $1 AND source = $2 ORDER BY at DESC, id DESC LIMIT 1",
        args![product.id, SOURCE],
    )?;
    let Some((report,)) = last else { return Ok(Answers::default()) };
    let Remembered { mut mapping, columns, .. } = serde_json::from_str(&report).map_err(unreadable)?;
    let people = People::load(cx, &product)?;
    mapping.people.retain(|_, person| person.is_none_or(|id| people.by_id.contains_key(&id)));
    let chosen = |column: &ColumnFate| Some((column.header.clone(), *mapping.columns.get(&column.index.to_string())?));
    let columns = columns.iter().filter_map(chosen).collect();
    Ok(Answers { mapping, columns })
}

impl Answers {
    /// The answers given now, completed by those given before. Columns are known again by their headers.
    pub(super) fn complete(&self, given: Mapping, table: &Table) -> Mapping {
        let mut all = given;
        for index in 0..table.width() {
            if let Some(target) = self.columns.get(table.name(index).as_ref()) {
                all.columns.entry(index.to_string()).or_insert(*target);
            }
        }
        for (name, person) in &self.mapping.people {
            all.people.entry(name.clone()).or_insert(*person);
        }
        for (name, category) in &self.mapping.states {
            all.states.entry(name.clone()).or_insert(*category);
        }
        all.date_order = all.date_order.or(self.mapping.date_order);
        all
    }
}

/// The members of a product, to whom names in the file may belong. Nobody is made by an import.
pub(super) struct People {
    pub by_id: HashMap<PersonId, PersonRef>,
    /// Folded names and e-mail addresses to the one person who has them; nobody where two do.
    by_name: HashMap<String, Option<PersonId>>,
}

impl People {
    pub fn load(cx: &Cx<'_>, product: &Product) -> Result<Self, Fault> {
        let members: Vec<(PersonId, String, String)> = cx.rows(
            "SELECT DISTINCT p.id, p.name, p.email FROM member m JOIN person p ON p.id = m.person_id
             WHERE m.product_id = $1",
            args![product.id],
        )?;
        let mut people = Self { by_id: HashMap::new(), by_name: HashMap::new() };
        for (id, name, email) in members {
            for known in [folded(&name), folded(&email)] {
                let same = |found: &mut Option<PersonId>| *found = found.filter(|found| *found == id);
                people.by_name.entry(known).and_modify(same).or_insert(Some(id));
            }
            people.by_id.insert(id, PersonRef { id, initials: initials(&name), name });
        }
        Ok(people)
    }

    /// The person a name most likely belongs to.
    pub fn suggested(&self, name: &str) -> Option<PersonRef> {
        let id = (*self.by_name.get(&folded(name))?)?;
        self.by_id.get(&id).cloned()
    }

    /// Everybody named in the review must be a member here.
    pub fn check(&self, mapping: &Mapping) -> Result<(), Fault> {
        let stranger = |person: &Option<PersonId>| person.is_some_and(|id| !self.by_id.contains_key(&id));
        match mapping.people.iter().find(|(_, person)| stranger(person)) {
            None => Ok(()),
            Some((name, _)) => Err(Fault::invalid(
                "mapping.people",
                format!("“{name}” is given to somebody who is not a member of this product; add them first."),
            )),
        }
    }
}

/// Without case, accents and marks.
fn folded(name: &str) -> String {
    search::words(name).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_accents() {
        assert_eq!(folded("Lucía  PEÑA"), folded("lucia pena"));
        assert_eq!(folded("Ana.Ruiz@lantern.example"), folded("ana.ruiz@LANTERN.example"));
        assert_ne!(folded("Ana Ruiz"), folded("Ana Ruz"));
    }

    #[test]
    fn earlier_answers_hold_until_answered_otherwise() {
        let id = PersonId::new();
        let table = Table::read(b"Titel,Extra,Extra\na,b,c\n", None).unwrap();
        let target = |name: &str| serde_json::from_value::<Target>(name.into()).unwrap();
        let before = Answers {
            mapping: Mapping {
                people: [("Ada".into(), Some(id)), ("Bo".into(), Some(id))].into(),
                ..Mapping::default()
            },
            columns: [("Titel".to_owned(), target("summary")), ("Extra".to_owned(), target("ignore"))].into(),
        };
        let given = Mapping {
            people: [("Bo".into(), None)].into(),
            columns: [("2".to_owned(), target("custom"))].into(),
            ..Mapping::default()
        };
        let all = before.complete(given, &table);
        assert_eq!(all.people, [("Ada".into(), Some(id)), ("Bo".into(), None)].into());
        let columns = [("0", "summary"), ("1", "ignore"), ("2", "custom")];
        assert_eq!(all.columns, columns.map(|(index, name)| (index.to_owned(), target(name))).into());
    }
}
