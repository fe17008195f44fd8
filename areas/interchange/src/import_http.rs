use crate::import::{self, Batch, BatchWithReport, ImportJira, Report, Undone};
use crate::jira::{Mapping, Unreadable};
use access::Fault;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::StatusCode;
use object::carry_out;
use std::time::Duration;
use store::StoreError;
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, House, Op, Paging, Path, Problem, Query, Rows};

/// A large file takes some hundred megabytes while it is read, so one is received and read at a time.
static READING: Semaphore = Semaphore::const_new(1);
/// How long one that is sent slowly keeps the others waiting.
const SENDING: Duration = Duration::from_secs(600);
const MAX_MAPPING_BYTES: usize = 1 << 20;

/// The routes of imports.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(import_jira))
        // The limit is the house's, and is kept while the form is read.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(list_imports))
        .routes(routes!(get_import, undo_import))
}

/// An export, what becomes of its columns, people and states, and whether only to look
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the form's fields")]
pub struct JiraImport {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// JSON; what it leaves out was answered at an earlier import or is decided by the importer.
    mapping: Option<Mapping>,
    /// `true` or `false`
    #[schema(value_type = Option<String>, pattern = "^(true|false)$")]
    dry_run: Option<String>,
}

/// Import a Jira CSV export, or see what that would do
#[utoipa::path(post, path = "/products/{product}/imports/jira", tag = "interchange",
    params(("product" = String, Path, description = "key or id")),
    request_body(content = JiraImport, content_type = "multipart/form-data"),
    responses((status = 200, body = Report, description = "what a dry run found"), (status = 201, body = Report)),
    extensions(("x-permission" = json!("import"))))]
async fn import_jira(
    op: Op,
    Path(product): Path<ProductName>,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Report> {
    // Asked before anything is read: who may not import sends no file.
    let into = product.clone();
    let before = op.ask(move |cx| import::answers(cx, &into)).await?;
    let form = form.map_err(bad_form)?;
    let turn = READING.acquire().await.map_err(|e| Problem::from(StoreError::Other(e.to_string())))?;
    let form = tokio::time::timeout(SENDING, Form::read(form, op.house.limits.import)).await.map_err(|_| too_slow())?;
    let Form { name, content, mapping, dry_run } = form?;
    let import = tokio::task::spawn_blocking(move || ImportJira::read(product, &name, content, mapping, &before))
        .await
        .map_err(|e| Problem::from(StoreError::Other(e.to_string())))?
        .map_err(unreadable)?;
    let answer = if dry_run {
        op.read(move |cx| Ok(Report { dry_run: true, ..import.preview(cx)? })).await
    } else {
        op.create(move |cx| carry_out(cx, &import)).await
    };
    drop(turn);
    answer
}

struct Form {
    name: String,
    content: Vec<u8>,
    mapping: Mapping,
    dry_run: bool,
}

impl Form {
    async fn read(mut form: Multipart, limit: usize) -> Result<Self, Problem> {
        let (mut file, mut mapping, mut dry_run) = (None, Mapping::default(), false);
        while let Some(field) = form.next_field().await.map_err(unreadable_form)? {
            match field.name() {
                Some("file") => {
                    let name = field.file_name().unwrap_or("file.csv").to_owned();
                    file = Some((name, bytes(field, limit).await?));
                }
                Some("mapping") => {
                    let text = bytes(field, MAX_MAPPING_BYTES).await?;
                    mapping = serde_json::from_slice(&text)
                        .map_err(|error| Fault::invalid("mapping", format!("This is no mapping: {error}.")))?;
                }
                Some("dry_run") => {
                    dry_run = match bytes(field, 16).await?.as_slice() {
                        b"true" => true,
                        b"false" => false,
                        _ => return Err(Fault::invalid("dry_run", "dry_run is true or false.").into()),
                    };
                }
                other => {
                    let field = other.unwrap_or_default();
                    return Err(Fault::invalid(field, "The form has the fields file, mapping and dry_run.").into());
                }
            }
        }
        let (name, content) =
            file.ok_or_else(|| Problem::from(Fault::invalid("file", "Send the file in the form's field “file”.")))?;
        Ok(Self { name, content, mapping, dry_run })
    }
}

async fn bytes(mut field: Field<'_>, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut all = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(unreadable_form)? {
        if all.len() + chunk.len() > limit {
            let name = field.name().unwrap_or_default().to_owned();
            return Err(too_large(format!("This is over the limit of {limit} bytes.")).field(name));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

fn too_large(detail: String) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail)
}

fn too_slow() -> Problem {
    let minutes = SENDING.as_secs() / 60;
    let detail = format!("The file was not here after {minutes} minutes, and others wait to import theirs.");
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "Too slow", detail)
}

fn bad_form(error: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "not-a-form", "Not a form", error.to_string())
}

fn unreadable_form(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large(error.to_string()) } else { bad_form(error) }
}

/// What a file's fault is, with its row; the sentence names the column as well.
fn unreadable(error: Unreadable) -> Problem {
    let unreadable =
        |kind| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, "The file cannot be read", error.to_string());
    let problem = match error {
        Unreadable::FileTooLarge => too_large(error.to_string()),
        Unreadable::NotText { .. } => unreadable("wrong-encoding"),
        _ => unreadable("unreadable-file"),
    };
    Problem { line: error.row(), ..problem.field("file") }
}

/// Imports into a product, the latest first
#[utoipa::path(get, path = "/products/{product}/imports", tag = "interchange",
    params(("product" = String, Path, description = "key or id"), Paging),
    responses((status = 200, body = Rows<Batch>)), extensions(("x-permission" = json!("see"))))]
async fn list_imports(op: Op, Path(product): Path<ProductName>, Query(paging): Query<Paging>) -> Answer<Rows<Batch>> {
    let page = paging.page()?;
    op.read(move |cx| import::batches(cx, &product, &page)).await
}

/// One import with its report
#[utoipa::path(get, path = "/imports/{import}", tag = "interchange", params(("import" = BatchId, Path)),
    responses((status = 200, body = BatchWithReport)), extensions(("x-permission" = json!("see"))))]
async fn get_import(op: Op, Path(id): Path<BatchId>) -> Answer<BatchWithReport> {
    op.read(move |cx| import::batch(cx, id)).await
}

/// Undo an import
#[utoipa::path(delete, path = "/imports/{import}", tag = "interchange", params(("import" = BatchId, Path)),
    responses((status = 200, body = Undone)), extensions(("x-permission" = json!("import"))))]
async fn undo_import(op: Op, Path(id): Path<BatchId>) -> Answer<Undone> {
    op.write(move |cx| import::undo(cx, id)).await
}
