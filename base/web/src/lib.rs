//! The edge every room shares: who asks, in what transaction, and how an answer or a fault becomes HTTP.

mod extract;
mod op;
mod page;
mod problem;

pub use extract::{Body, Path, Query};
pub use op::{
    Answer, Credential, House, Limits, Op, Proof, Propose, Proposed, SECURE_SESSION_COOKIE, SESSION_COOKIE, Said,
    hash_token, with_print,
};
pub use page::{Cursor, LongPaging, Page, Paging, Rows};
pub use problem::Problem;
