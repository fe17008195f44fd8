//! The roadmap: initiatives in Now, Next and Later, with imprecise dates and a confidence.

mod http;
mod initiative;
mod period;
mod promise;

pub use http::routes;
pub use initiative::{AddInitiative, EditInitiative, Initiative, Lane, PlaceInitiative, initiative, initiatives};
pub use period::Period;
pub use promise::{AddPromise, EditPromise, Promise, PromiseState, promise, promises};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<AddInitiative>(),
    object::Known::of::<EditInitiative>(),
    object::Known::of::<PlaceInitiative>(),
    object::Known::of::<AddPromise>(),
    object::Known::of::<EditPromise>(),
];
