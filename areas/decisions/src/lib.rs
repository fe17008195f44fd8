//! The decision table as it stands in a product: what is decided, by which role, and who that is.

mod http;
mod table;

pub use http::routes;
pub use table::{DecisionEntry, decisions};
