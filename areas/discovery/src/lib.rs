//! Discovery: opportunities, the needs, pains and desires that could move an objective.

mod http;
mod opportunity;

pub use http::routes;
pub use opportunity::{AddOpportunity, EditOpportunity, Need, Opportunity, Pursuit, opportunities, opportunity};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[object::Known::of::<AddOpportunity>(), object::Known::of::<EditOpportunity>()];
