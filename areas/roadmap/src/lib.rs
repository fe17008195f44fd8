//! The roadmap: initiatives in Now, Next and Later, with imprecise dates and a confidence.

mod http;
mod initiative;
mod period;

pub use http::routes;
pub use initiative::{AddInitiative, EditInitiative, Initiative, Lane, PlaceInitiative, initiative, initiatives};
pub use period::Period;
