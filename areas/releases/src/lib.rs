//! Releases: what ships together, who asked for it, and that they were told.

mod audience;
mod contents;
mod http;
mod release;
mod shipment;
mod telling;

pub use audience::{AudienceRow, Told, audience};
pub use contents::{PutInRelease, TakeOutOfRelease, items};
pub use http::routes;
pub use release::{AddRelease, EditRelease, Release, list, release};
pub use shipment::Ship;
pub use telling::Tell;
