//! Releases: what ships together, who asked for it, and that they were told.

mod audience;
mod contents;
mod http;
mod release;
mod shipment;
mod telling;

pub use audience::{AudienceRow, Told, audience, audiences};
pub use contents::{PutInRelease, TakeOutOfRelease, items};
pub use http::routes;
pub use release::{AddRelease, EditRelease, Release, ReleaseAudience, list, release};
pub use shipment::Ship;
pub use telling::Tell;

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<AddRelease>(),
    object::Known::of::<EditRelease>(),
    object::Known::of::<PutInRelease>(),
    object::Known::of::<TakeOutOfRelease>(),
    object::Known::of::<Ship>(),
    object::Known::of::<Tell>(),
];
