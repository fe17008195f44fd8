//! Contradictions: named rules over one plan, each with its sentence, its pair of things and the decision that resolves it.
//! Found in the background after every change, kept in the table `contradiction`, and accepted knowingly until a day.

mod accept;
mod http;
mod list;
mod plan;
mod rules;
mod settle;

pub use accept::{AcceptContradiction, ReopenContradiction};
pub use http::routes;
pub use list::{ContradictionRow, Contradictions, contradictions_to_resolve};
pub(crate) use settle::{Difference, knowable};
