//! Data in and out: import, export, archive, and the examination of what is stored.

pub mod archive;
pub mod doctor;
mod file;
mod http;
pub mod import;
mod import_http;
mod items_csv;
pub mod jira;

pub use items_csv::{export_items_csv, export_items_csv_to_file};

use axum::extract::FromRef;
use utoipa_axum::router::OpenApiRouter;
use web::House;

/// The routes of interchange.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    http::routes().merge(import_http::routes())
}
