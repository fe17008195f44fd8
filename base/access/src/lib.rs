//! Who may do what, and the debt every change owes: its activity.
//!
//! `decide` is the one function that answers a question of right; the table it reads stands in `table`.

mod activity;
mod actor;
mod decide;
mod fault;
mod table;

pub use activity::{Changes, Event, record, take_turn};
pub use actor::{Actor, Cx, Via};
pub use decide::{Can, Rights, Ruling, Verdict, Withheld, Yes};
pub use fault::{Decider, Fault, Kept};
pub use table::{Needs, Others, Row as DecisionRow, TABLE, WhoDecides, row_of, sentence};
