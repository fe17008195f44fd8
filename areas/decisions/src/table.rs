use access::{Cx, Fault, Rights, TABLE};
use object::Product;
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::*;

/// One line of the decision table, with the people it means today.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionEntry {
    pub decision: Decision,
    /// "order the backlog"
    pub sentence: &'static str,
    /// The roles that decide; one that nobody holds is replaced by the one beside it.
    pub roles: Vec<Role>,
    /// Who holds one of these roles.
    pub people: Vec<String>,
}

pub fn decisions(cx: &Cx<'_>, product: &ProductName) -> Result<Vec<DecisionEntry>, Fault> {
    let rights = Rights::load(cx, Product::load(cx, product)?.id)?;
    Ok(TABLE
        .iter()
        .map(|row| {
            let roles = rights.deciding(row.decision);
            let mut people: Vec<String> =
                roles.iter().flat_map(|role| rights.people(*role)).map(str::to_owned).collect();
            people.sort_unstable();
            people.dedup();
            DecisionEntry { decision: row.decision, sentence: row.sentence, roles, people }
        })
        .collect())
}
