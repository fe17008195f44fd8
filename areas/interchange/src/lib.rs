//! Data in and out: import, export, archive, and the examination of what is stored.

pub mod archive;
pub mod doctor;
mod http;
mod items_csv;
pub mod jira;

pub use http::routes;
pub use items_csv::export_items_csv;
