//! Sprints: a goal, dates, what the developers took in, the board, the burndown, and an end with a verdict.

mod board;
mod burndown;
mod http;
mod life;
mod scope;
mod sprint;
mod stays;

pub use board::{Board, board};
pub use burndown::{Burndown, burndown};
pub use http::routes;
pub use life::{CancelSprint, CarryOver, CloseSprint, Destination, StartSprint};
pub use scope::{PutInSprint, TakeOutOfSprint};
pub use sprint::{PlanSprint, Sprint, SprintState, Verdict, sprint, sprints};
pub use stays::{Stays, stays};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<PlanSprint>(),
    object::Known::of::<sprint::EditSprint>(),
    object::Known::of::<StartSprint>(),
    object::Known::of::<CloseSprint>(),
    object::Known::of::<CancelSprint>(),
    object::Known::of::<PutInSprint>(),
    object::Known::of::<TakeOutOfSprint>(),
];
