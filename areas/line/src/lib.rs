//! The line: why a thing is done (up to the vision), what came of it (down to the release and who was told), and the
//! whole of it as one picture with its coverage. Reads every room, written by none.

mod contradictions;
mod coverage;
mod drift;
mod feedback_loop;
mod graph;
mod http;
mod look_over;
mod marks;
mod picture;
mod thread;
mod trace;

pub use contradictions::{
    AcceptContradiction, ContradictionRow, Contradictions, ReopenContradiction, contradictions_to_resolve,
};
pub use coverage::{Coverage, CoverageReport, coverage};
pub use drift::{ConfirmDrift, DriftBelow, DriftList, DriftRow, DriftSettled, ReopenDrift, changes_to_confirm};
pub use feedback_loop::{FeedbackLoop, feedback_loop};
pub use http::routes;
pub use look_over::{Look, look, note};
pub use picture::{Focus, Picture, picture};
pub use thread::{LineThread, thread};
pub use trace::{Trace, outcome, why};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] = &[
    object::Known::of::<AcceptContradiction>(),
    object::Known::of::<ReopenContradiction>(),
    object::Known::of::<ConfirmDrift>(),
    object::Known::of::<ReopenDrift>(),
];
