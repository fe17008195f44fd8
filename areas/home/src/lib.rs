//! Home: what needs the reader today, by role, one list for a person with several. Reads other rooms, and writes nothing.

mod entries;
mod http;

pub use entries::{Home, home};
pub use http::routes;
