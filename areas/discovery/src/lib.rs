//! Discovery: opportunities, the needs, pains and desires that could move an objective.

mod http;
mod opportunity;

pub use http::routes;
pub use opportunity::{AddOpportunity, EditOpportunity, Need, Opportunity, Pursuit, opportunities, opportunity};
