//! Strategy: the product's vision with its versions, objectives with key results and their check-ins.

mod http;
mod key_result;
mod objective;
mod theme;
mod vision;

pub use http::routes;
pub use key_result::{AddKeyResult, CheckIn, KeyResult, Unit};
pub use objective::{AddObjective, EditObjective, Objective, Status, objective, objectives};
pub use theme::{AddTheme, EditTheme, Theme, Themes, theme, themes};
pub use vision::{PublishVision, Vision, VisionVersion, vision, visions};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<PublishVision>(),
    object::Known::of::<AddObjective>(),
    object::Known::of::<AddTheme>(),
    object::Known::of::<EditTheme>(),
    object::Known::of::<EditObjective>(),
    object::Known::of::<AddKeyResult>(),
    object::Known::of::<key_result::EditKeyResult>(),
    object::Known::of::<key_result::RemoveKeyResult>(),
    object::Known::of::<key_result::TakeReading>(),
];
