//! The line: why a thing is done (up to the vision), what came of it (down to the release and who was told), and the
//! whole of it as one picture with its coverage. Reads every room, written by none.

mod graph;
mod http;
mod picture;
mod trace;

pub use http::routes;
pub use picture::{Coverage, Picture, picture};
pub use trace::{Trace, outcome, why};
