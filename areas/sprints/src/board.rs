use crate::sprint::{Sprint, sprint};
use access::{Cx, Fault};
use backlog::{Row, rows_in, states};
use object::Header;
use serde::Serialize;
use std::collections::HashMap;
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// A card: an item and how long ago its work began.
#[derive(Debug, Serialize, ToSchema)]
pub struct Card {
    #[serde(flatten)]
    pub row: Row,
    /// Whole days since work on it began; null while it has not.
    pub age_days: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Column {
    pub state: String,
    pub category: Category,
    pub wip_limit: Option<i64>,
    pub rows: Vec<Card>,
}

/// A sprint's items by the states of the workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Board {
    pub sprint: Sprint,
    pub columns: Vec<Column>,
}

pub fn board(cx: &Cx<'_>, name: &ObjectName) -> Result<Board, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Sprint)?;
    let started: HashMap<ObjectId, Option<Ts>> = cx
        .rows::<(ObjectId, Option<Ts>)>(
            "SELECT object_id, started_at FROM item WHERE sprint_id = $1",
            args![header.id],
        )?
        .into_iter()
        .collect();
    let mut columns: Vec<Column> = states(cx, header.product_id)?
        .into_iter()
        .map(|state| Column {
            state: state.name.into(),
            category: state.category,
            wip_limit: state.wip_limit,
            rows: Vec::new(),
        })
        .collect();
    for row in rows_in(cx, &header)? {
        let age_days = started.get(&row.id).copied().flatten().map(|at| (cx.now.0 - at.0) / DAY);
        let column = columns.iter().position(|column| column.state == row.state).unwrap_or_else(|| {
            // No work is left off the board, even in a state the workflow does not know.
            let (state, category) = (row.state.clone(), row.category);
            columns.push(Column { state, category, wip_limit: None, rows: Vec::new() });
            columns.len() - 1
        });
        columns[column].rows.push(Card { row, age_days });
    }
    Ok(Board { sprint: sprint(cx, &header.id.into())?, columns })
}
