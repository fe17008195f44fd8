use crate::progress;
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Product};
use serde::{Deserialize, Serialize};
use store::{FromRow, Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

/// A state of the workflow: what the team calls it and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowState {
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Label,
    pub category: Category,
    /// How many items may be in it at once before the board warns.
    #[schema(minimum = 1, maximum = 1000)]
    pub wip_limit: Option<i64>,
}

impl FromRow for WorkflowState {
    fn from_row(row: &store::Row<'_>) -> Result<Self, StoreError> {
        let name: String = row.get(0)?;
        Ok(Self {
            name: Label::try_from(name).map_err(StoreError::Other)?,
            category: row.get(1)?,
            wip_limit: row.get(2)?,
        })
    }
}

/// More states than this nobody can read on a board.
pub const MOST_STATES: usize = 60;

/// Without a state of each of these nothing could be begun, worked on or finished.
pub const NEEDED: [Category; 3] = [Category::Backlog, Category::InProgress, Category::Done];

/// The states of a product, in the order of the board.
pub fn states(cx: &Cx<'_>, product: ProductId) -> Result<Vec<WorkflowState>, Fault> {
    Ok(cx.rows(
        "SELECT name, category, wip_limit FROM workflow_state WHERE product_id = $1 ORDER BY position, name",
        args![product],
    )?)
}

/// A state by its name, whatever its case.
pub fn state_named(cx: &Cx<'_>, product: ProductId, name: &str) -> Result<WorkflowState, Fault> {
    let states = states(cx, product)?;
    states.iter().find(|state| state.name.as_str().to_lowercase() == name.trim().to_lowercase()).cloned().ok_or_else(
        || {
            let names: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
            Fault::invalid("state", format!("There is no state “{name}”. There are: {}.", names.join(", ")))
        },
    )
}

/// The first state that means `category`, or the first of all.
pub fn first_state(cx: &Cx<'_>, product: ProductId, category: Category) -> Result<WorkflowState, Fault> {
    let states = states(cx, product)?;
    let first = states.iter().find(|state| state.category == category).or(states.first()).cloned();
    first.ok_or_else(|| Fault::broken("no-workflow", "This product has no workflow states."))
}

/// Adds a state that an import brought along, at the end of its category.
pub fn add_state(cx: &Cx<'_>, product: ProductId, name: &Label, category: Category) -> Result<(), Fault> {
    let mut sql = Sql::new("SELECT COALESCE(max(position), -1) + 1 FROM workflow_state WHERE product_id = ");
    sql.with("", product).within(" AND category IN", Category::ALL.iter().copied().filter(|other| *other <= category));
    let (position,): (i64,) = cx.one(sql.text(), sql.args())?;
    cx.exec(
        "UPDATE workflow_state SET position = position + 1 WHERE product_id = $1 AND position >= $2",
        args![product, position],
    )?;
    cx.exec(
        "INSERT INTO workflow_state (product_id, name, category, position) VALUES ($1, $2, $3, $4)",
        args![product, name, category, position],
    )?;
    Ok(())
}

/// Takes a state away again that no item in view is in; what was put away goes over to another one. Answers whether it did.
pub fn remove_state(
    cx: &Cx<'_>,
    product: ProductId,
    name: &str,
    (instead, category): (&str, Category),
) -> Result<bool, Fault> {
    let used: Option<(ObjectId,)> = cx.maybe(
        "SELECT i.object_id FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.product_id = $1 AND i.state = $2 AND o.archived_at IS NULL LIMIT 1",
        args![product, name],
    )?;
    if used.is_some() {
        return Ok(false);
    }
    cx.exec(
        "UPDATE item SET state = $1, category = $2 WHERE product_id = $3 AND state = $4",
        args![instead, category, product, name],
    )?;
    let removed = cx.exec("DELETE FROM workflow_state WHERE product_id = $1 AND name = $2", args![product, name])?;
    Ok(removed > 0)
}

/// Replaces the workflow. A state that items are in may be changed, but not taken away.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SetWorkflow {
    pub product: ProductName,
    pub states: Vec<WorkflowState>,
}

impl Change for SetWorkflow {
    const NAME: &'static str = "set_workflow";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Workflow)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        self.check()?;
        let before = states(cx, on.id)?;
        let used: Vec<(String,)> = cx.rows("SELECT DISTINCT state FROM item WHERE product_id = $1", args![on.id])?;
        for (state,) in used {
            if !self.states.iter().any(|s| s.name.as_str() == state) {
                return Err(Fault::broken(
                    "state-in-use",
                    format!("Items are in the state “{state}”; move them first."),
                ));
            }
        }
        cx.exec("DELETE FROM workflow_state WHERE product_id = $1", args![on.id])?;
        for (position, state) in self.states.iter().enumerate() {
            cx.exec(
                "INSERT INTO workflow_state (product_id, name, category, position, wip_limit) VALUES ($1, $2, $3, $4, $5)",
                args![on.id, &state.name, state.category, position, state.wip_limit],
            )?;
            reinterpret(cx, &on, state)?;
        }
        on.record(cx, "changed the workflow", Changes::new().field("states", &before, &self.states))
    }
}

/// Items whose state means something else now start, finish and lose their acceptance as if they had moved there.
fn reinterpret(cx: &Cx<'_>, on: &Granted<Product>, state: &WorkflowState) -> Result<(), Fault> {
    let items: Vec<(ObjectId,)> = cx.rows(
        "SELECT object_id FROM item WHERE product_id = $1 AND state = $2 AND category <> $3 ORDER BY rank, object_id",
        args![on.id, &state.name, state.category],
    )?;
    for (item,) in items {
        let item = on.also(cx, item)?;
        let changes = progress::enter_state(cx, &item, state)?;
        item.record(cx, "changed with the workflow", changes)?;
    }
    Ok(())
}

impl SetWorkflow {
    fn check(&self) -> Result<(), Fault> {
        if self.states.len() > MOST_STATES {
            return Err(Fault::invalid("rows", format!("A workflow has at most {MOST_STATES} states.")));
        }
        for needed in NEEDED {
            if !self.states.iter().any(|state| state.category == needed) {
                return Err(Fault::invalid("rows", format!("A workflow needs a state of the category “{needed}”.")));
            }
        }
        for (i, state) in self.states.iter().enumerate() {
            let name = state.name.as_str().to_lowercase();
            if self.states[..i].iter().any(|other| other.name.as_str().to_lowercase() == name) {
                return Err(Fault::invalid(&format!("rows[{i}].name"), "Two states have this name."));
            }
            if state.wip_limit.is_some_and(|limit| !(1..=1000).contains(&limit)) {
                return Err(Fault::invalid(&format!("rows[{i}].wip_limit"), "A limit is a number from 1 to 1000."));
            }
        }
        Ok(())
    }
}
