//! The house in one piece: every room's routes behind one router, its OpenAPI document, live updates, and the server
//! that carries it all.

mod config;
mod contract;
mod edge;
mod events;
mod headers;
mod looking;
mod operations;
mod routes;
mod serve;

pub use config::{Config, house};
pub use contract::openapi;
pub use ipnet::IpNet;
pub use routes::{CHANGES, router};
pub use serve::run;
