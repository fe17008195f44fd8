//! Strategy: the product's vision with its versions, objectives with key results and their check-ins.

mod http;
mod key_result;
mod objective;
mod vision;

pub use http::routes;
pub use key_result::{AddKeyResult, CheckIn, KeyResult, Unit};
pub use objective::{AddObjective, EditObjective, Objective, Status, objective, objectives};
pub use vision::{PublishVision, Vision, VisionVersion, vision, visions};
