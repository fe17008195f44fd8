//! Who decides what in a product, what waits to be decided, and what was decided: the decision table, delegations,
//! proposals, the decision log, and questions to a role.

mod concerns;
mod delegation;
mod effects;
mod http;
mod log;
mod proposal;
mod propose;
mod question;
mod settle;
mod table;

pub use delegation::{Delegate, Delegation};
pub use http::routes;
pub use log::{DecisionRecord, LogDecision};
pub use proposal::{Proposal, proposals_to_decide};
pub use propose::propose;
pub use question::{AnswerQuestion, AskQuestion, Question, questions_to_answer};
pub use table::{DecisionEntry, DecisionTable, decisions};

use access::Fault;
use object::Known;

/// Every kind of change that can be proposed, room by room; the house hands it in.
#[derive(Debug, Clone, Copy)]
pub struct Registry(pub &'static [&'static [Known]]);

impl Registry {
    fn find(self, name: &str) -> Result<Known, Fault> {
        let all = self.0.iter().flat_map(|room| room.iter());
        let found = all.chain(CHANGES).find(|known| known.name == name).copied();
        found.ok_or_else(|| Fault::invalid("change", format!("“{name}” is no change that can be proposed.")))
    }
}

/// The changes of this room that can be proposed.
const CHANGES: &[Known] = &[
    Known::of::<table::SetWhoDecides>(),
    Known::of::<delegation::Delegate>(),
    Known::of::<delegation::EndDelegation>(),
];
