//! Feedback: what customers said, who they are, and what became of it.

mod customer;
mod feedback;
mod http;
mod triage;

pub use customer::{AddCustomer, Customer, CustomerDetails, CustomerRef, EditCustomer, customer, customers};
pub use feedback::{AddFeedback, EditFeedback, Feedback, Filter, feedback, list};
pub use http::routes;
pub use triage::{FeedbackState, Triage, TriageState, mark_told};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<AddCustomer>(),
    object::Known::of::<EditCustomer>(),
    object::Known::of::<EditFeedback>(),
    object::Known::of::<Triage>(),
];
