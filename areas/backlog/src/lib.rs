//! The backlog: items in one total order per product, their acceptance criteria, their way through the workflow.

mod acceptance;
mod criteria;
mod exempt;
mod http;
mod item;
mod order;
mod progress;
mod rules;
mod workflow;
mod write;

pub use acceptance::{AcceptItem, JudgeCriterion};
pub use criteria::{AddCriterion, Criterion};
pub use exempt::{ExemptBudget, SetExemptBudgets, exempt_budgets};
pub use http::routes;
pub use item::{Filter, Item, MOST_IN_A_SET, Row, Within, item, list, open_without_why, row, rows_in};
pub use order::{End, Place, RankItem, place, standing, standing_from};
pub use progress::{EstimateItem, MoveItem, enter_state, return_to_what_is_over};
pub use rules::{Readiness, may_contain};
pub use workflow::{MOST_STATES, NEEDED, WorkflowState, add_state, first_state, remove_state, state_named, states};
pub use write::{AddItem, EditItem, Stored, insert, may_become, overwrite, set_kind, set_release, set_sprint, stored};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<AddItem>(),
    object::Known::of::<EditItem>(),
    object::Known::of::<RankItem>(),
    object::Known::of::<EstimateItem>(),
    object::Known::of::<MoveItem>(),
    object::Known::of::<AddCriterion>(),
    object::Known::of::<criteria::EditCriterion>(),
    object::Known::of::<criteria::RemoveCriterion>(),
    object::Known::of::<workflow::SetWorkflow>(),
    object::Known::of::<exempt::SetExemptBudgets>(),
];
