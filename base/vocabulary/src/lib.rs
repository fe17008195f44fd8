//! The field's words as types: ids, references, titles, kinds, roles, decisions, order keys and time.
//! Nothing here does I/O.

mod ids;
mod kinds;
mod order_key;
mod rights;
mod text;
mod time;

pub use ids::*;
pub use kinds::*;
pub use order_key::{OrderKey, Spread};
pub use rights::*;
pub use text::*;
pub use time::*;
