use crate::archive::{self, ArchiveError, Contents};
use crate::items_csv::export_items_csv;
use access::{Cx, Fault};
use axum::body::Body;
use axum::extract::FromRef;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use object::Product;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path as Folder;
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::{ProductName, Ts};
use web::{House, Op, Path, Problem, Query};

/// An export occupies a database thread for as long as it takes: one at a time leaves the others to the people at work.
static TURN: Semaphore = Semaphore::const_new(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Everything of the product, as a zip of JSON lines and attachments.
    Json,
    /// The items, for a spreadsheet.
    Csv,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    #[param(inline)]
    pub format: ExportFormat,
}

/// The routes of interchange.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new().routes(routes!(export_product))
}

/// Take a product's data away, as a file
#[utoipa::path(get, path = "/products/{product}/export", tag = "interchange", params(("product" = String, Path, description = "key or id"), ExportQuery),
    responses(
        (status = 200, description = "the file", content((String = "application/zip"), (String = "text/csv"))),
        (status = 429, description = "another export is being made", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-permission" = json!("team"))))]
async fn export_product(
    op: Op,
    Path(name): Path<ProductName>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let _turn = TURN.try_acquire().map_err(|_| Fault::TooMany { seconds: 10 })?;
    let (house, credential) = (op.house, op.credential);
    let (authenticate, files, now) = (house.authenticate, house.files, house.clock.now());
    let (file, key) = house
        .db
        .read(move |conn| {
            let actor = authenticate(conn, &credential, now)?;
            let cx = Cx::new(conn, &actor, now);
            let product = Product::load(&cx, &name)?;
            if !actor.is_team(product.id) {
                return Err(team_only());
            }
            let file =
                write(&cx, &product, query.format, &files, now).map_err(|error| Problem::from(Fault::from(error)))?;
            Ok((file, product.key.to_string()))
        })
        .await?;
    let (media_type, ending) = match query.format {
        ExportFormat::Json => ("application/zip", "zip"),
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
    };
    let unreadable = |error: std::io::Error| Problem::from(Fault::from(ArchiveError::from(error)));
    let size = file.metadata().map_err(unreadable)?.len();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{key}.{ending}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(size)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    let content = ReaderStream::with_capacity(tokio::fs::File::from_std(file), 64 << 10);
    Ok((headers, Body::from_stream(content)).into_response())
}

fn team_only() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "team-only",
        "Only the team",
        "Only members of the team may export a product: the file holds what is for the team only.",
    )
}

/// Writes the export to a file without a name, which is gone when it has been sent.
fn write(cx: &Cx<'_>, product: &Product, format: ExportFormat, files: &Folder, now: Ts) -> Result<File, ArchiveError> {
    store::private_folder(files)?;
    let mut file = tempfile::tempfile_in(files)?;
    let mut out = BufWriter::new(&mut file);
    match format {
        ExportFormat::Json => {
            archive::export(cx, files, Contents::Product(product.id), now, &mut out, &|_, _| {})?;
        }
        ExportFormat::Csv => {
            export_items_csv(cx, product.id, &mut out, &|_, _| {})?;
        }
    }
    out.flush()?;
    drop(out);
    file.rewind()?;
    Ok(file)
}
