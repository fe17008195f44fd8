use crate::history::{Activity, History};
use crate::relations::{self, RelationRow};
use crate::search::Found;
use crate::{
    AddLink, Archive, Attachment, Comment, EditObject, Header, Link, NewComment, Object, PersonRef, Product,
    attachments, carry_out, comments, edit, followers, links, search, view,
};
use access::{Fault, Rights};
use axum::extract::{FromRef, Multipart};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::Mutex;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use vocabulary::*;
use web::{Answer, Body, House, Op, Paging, Path, Problem, Query, Rows};

/// What a link is added with; the object in the path is its `from`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLink {
    pub relation: Relation,
    /// The other object, by id or reference.
    #[schema(value_type = String, example = "APP-7")]
    pub to: ObjectName,
}

/// Absent fields stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectPatch {
    pub title: Option<Title>,
    #[schema(value_type = Option<String>, max_length = 200000)]
    pub body: Option<vocabulary::Body>,
    #[serde(default, deserialize_with = "edit::present")]
    #[schema(value_type = Option<PersonId>)]
    pub owner_id: Option<Option<PersonId>>,
    pub visibility: Option<Visibility>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// Words, or a reference.
    #[param(max_length = 500)]
    pub q: String,
    /// Only these kinds, comma-separated.
    pub kinds: Option<String>,
    /// At most so many; 20 unless said, 100 at most.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// Routes every object has.
pub fn routes<S: Clone + Send + Sync + 'static>() -> OpenApiRouter<S>
where
    House: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(get_object, edit_object))
        .routes(routes!(archive_object, restore_object))
        .routes(routes!(list_comments, add_comment))
        .routes(routes!(edit_comment, delete_comment))
        .routes(routes!(list_attachments, attach))
        .routes(routes!(attachment_content))
        .routes(routes!(detach))
        .routes(routes!(list_followers))
        .routes(routes!(follow_object, unfollow_object))
        .routes(routes!(list_links, add_link))
        .routes(routes!(remove_link))
        .routes(routes!(list_relations))
        .routes(routes!(object_history))
        .routes(routes!(product_activity))
        .routes(routes!(search_product))
}

/// An object of any kind
#[utoipa::path(get, path = "/objects/{object}", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Object)), extensions(("x-permission" = json!("see"))))]
async fn get_object(op: Op, Path(name): Path<ObjectName>) -> Answer<Object> {
    op.read(move |cx| view::object(cx, &name)).await
}

/// Change title, text, owner or visibility
#[utoipa::path(patch, path = "/objects/{object}", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    request_body = ObjectPatch, responses((status = 200, body = Object)), extensions(("x-permission" = json!("decision of the kind; story_in_sprint for words"))))]
async fn edit_object(op: Op, Path(object): Path<ObjectName>, Body(patch): Body<ObjectPatch>) -> Answer<Object> {
    let version = op.expected_version()?;
    let ObjectPatch { title, body, owner_id, visibility } = patch;
    let change = EditObject { object, version: Some(version), title, body, owner_id, visibility };
    op.write(move |cx| {
        let id = carry_out(cx, &change)?;
        view::object(cx, &id.into())
    })
    .await
}

/// Put away
#[utoipa::path(put, path = "/objects/{object}/archive", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Object)), extensions(("x-permission" = json!("decision of the kind"))))]
async fn archive_object(op: Op, Path(object): Path<ObjectName>) -> Answer<Object> {
    set_archived(op, object, true).await
}

/// Bring back from the archive
#[utoipa::path(delete, path = "/objects/{object}/archive", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Object)), extensions(("x-permission" = json!("decision of the kind"))))]
async fn restore_object(op: Op, Path(object): Path<ObjectName>) -> Answer<Object> {
    set_archived(op, object, false).await
}

async fn set_archived(op: Op, object: ObjectName, archived: bool) -> Answer<Object> {
    op.write(move |cx| {
        let id = carry_out(cx, &Archive { object: object.clone(), archived })?;
        view::object(cx, &id.into())
    })
    .await
}

/// Comments, oldest first
#[utoipa::path(get, path = "/objects/{object}/comments", tag = "objects", params(("object" = String, Path, description = "id or reference"), Paging),
    responses((status = 200, body = Rows<Comment>)), extensions(("x-permission" = json!("see"))))]
async fn list_comments(op: Op, Path(name): Path<ObjectName>, Query(paging): Query<Paging>) -> Answer<Rows<Comment>> {
    op.read(move |cx| comments::list(cx, Header::seen(cx, &name)?.id, &paging.page()?)).await
}

/// Comment
#[utoipa::path(post, path = "/objects/{object}/comments", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    request_body = NewComment, responses((status = 201, body = Comment)), extensions(("x-permission" = json!("comment"))))]
async fn add_comment(op: Op, Path(object): Path<ObjectName>, Body(new): Body<NewComment>) -> Answer<Comment> {
    let change = comments::AddComment { object, body: new.body };
    op.create(move |cx| carry_out(cx, &change)).await
}

/// Change one's own comment
#[utoipa::path(patch, path = "/comments/{comment}", tag = "objects", params(("comment" = CommentId, Path)),
    request_body = NewComment, responses((status = 200, body = Comment)), extensions(("x-permission" = json!("comment"))))]
async fn edit_comment(op: Op, Path(id): Path<CommentId>, Body(new): Body<NewComment>) -> Answer<Comment> {
    let version = op.expected_version()?;
    op.write(move |cx| {
        comments::edit(cx, id, Some(new.body.clone()), Some(version))?.ok_or(Fault::not_found("comment"))
    })
    .await
}

/// Delete one's own comment
#[utoipa::path(delete, path = "/comments/{comment}", tag = "objects", params(("comment" = CommentId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("comment"))))]
async fn delete_comment(op: Op, Path(id): Path<CommentId>) -> Answer<()> {
    let version = op.if_match();
    op.remove(move |cx| comments::edit(cx, id, None, version).map(drop)).await
}

/// Attached files
#[utoipa::path(get, path = "/objects/{object}/attachments", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<Attachment>)), extensions(("x-permission" = json!("see"))))]
async fn list_attachments(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<Attachment>> {
    op.read(move |cx| attachments::list(cx, Header::seen(cx, &name)?.id).map(Rows::all)).await
}

/// A file to attach
#[derive(ToSchema)]
pub struct Upload {
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "documents the form's field")]
    file: Vec<u8>,
}

/// Attach a file
#[utoipa::path(post, path = "/objects/{object}/attachments", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = Rows<Attachment>)), extensions(("x-permission" = json!("comment"))))]
async fn attach(
    op: Op,
    Path(object): Path<ObjectName>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Answer<Rows<Attachment>> {
    // Asked before the file is read: who may not attach need not send it.
    let to = object.clone();
    op.ask(move |cx| {
        let header = Header::seen(cx, &to)?;
        Rights::load(cx, header.product_id)?.require(Decision::Comment)?;
        header.living()
    })
    .await?;
    let (name, media_type, content) = uploaded(form.map_err(bad_form)?).await?;
    let files = op.house.files.clone();
    let size = content.len() as i64;
    let _turn = KEEPING.lock().await;
    let (content_hash, is_new) = tokio::task::spawn_blocking(move || attachments::keep(&files, &content))
        .await
        .map_err(|e| Problem::from(store::StoreError::Other(e.to_string())))??;
    let kept = attachments::path(&op.house.files, &content_hash);
    let change = attachments::Attach { object, name, media_type, size, content_hash };
    let answer = op.create(move |cx| carry_out(cx, &change).map(Rows::all)).await;
    // After a failure of the server's own nobody knows whether the row stands; a refusal leaves nothing behind.
    if is_new
        && answer.as_ref().is_err_and(|problem| problem.status < 500)
        && let Err(error) = tokio::fs::remove_file(&kept).await
    {
        tracing::warn!(%error, file = %kept.display(), "a refused file could not be taken away");
    }
    answer
}

/// One file is kept, and taken back where its row is refused, at a time: another one with the same content would lose it.
static KEEPING: Mutex<()> = Mutex::const_new(());

fn bad_form(error: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "not-a-form", "Not a form", error.to_string())
}

async fn uploaded(mut form: Multipart) -> Result<(Label, String, Vec<u8>), Problem> {
    while let Some(field) = form.next_field().await.map_err(form_problem)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or("file").rsplit(['/', '\\']).next().unwrap_or("file").to_owned();
            let name = Label::try_from(name).map_err(|message| Fault::Invalid { field: "file".into(), message })?;
            let media_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let content = field.bytes().await.map_err(form_problem)?;
            return Ok((name, media_type, content.to_vec()));
        }
    }
    Err(Fault::invalid("file", "Send the file in the form's field “file”.").into())
}

fn form_problem(error: axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", "The file is over the limit.")
    } else {
        bad_form(error)
    }
}

/// The content of an attached file, always as a download
#[utoipa::path(get, path = "/attachments/{attachment}/content", tag = "objects", params(("attachment" = AttachmentId, Path)),
    responses((status = 200, content_type = "application/octet-stream")), extensions(("x-permission" = json!("see"))))]
async fn attachment_content(op: Op, Path(id): Path<AttachmentId>) -> Result<Response, Problem> {
    let (_, name, hash) = op.ask(move |cx| attachments::content(cx, id)).await?;
    let content = tokio::fs::read(attachments::path(&op.house.files, &hash)).await.map_err(|error| {
        tracing::error!(%error, hash, "an attachment's content is missing");
        Problem::from(Fault::not_found("attachment"))
    })?;
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (header::CONTENT_DISPOSITION, attached(&name)),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        ],
        content,
    )
        .into_response())
}

/// The header that has a browser keep a file under its name: as plain letters for old ones, in full for the others
/// (RFC 6266).
fn attached(name: &str) -> HeaderValue {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' { c } else { '_' }).collect();
    let full: String = name
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

/// Remove an attached file
#[utoipa::path(delete, path = "/attachments/{attachment}", tag = "objects", params(("attachment" = AttachmentId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("comment for one's own; otherwise decision of the kind"))))]
async fn detach(op: Op, Path(id): Path<AttachmentId>) -> Answer<()> {
    op.remove(move |cx| {
        let (object, _, _) = attachments::content(cx, id)?;
        carry_out(cx, &attachments::Detach { attachment: id, object })
    })
    .await
}

/// Who follows
#[utoipa::path(get, path = "/objects/{object}/followers", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<PersonRef>)), extensions(("x-permission" = json!("see"))))]
async fn list_followers(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<PersonRef>> {
    op.read(move |cx| followers::list(cx, Header::seen(cx, &name)?.id).map(Rows::all)).await
}

/// Follow
#[utoipa::path(put, path = "/objects/{object}/followers/me", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<PersonRef>)), extensions(("x-permission" = json!("see"))))]
async fn follow_object(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<PersonRef>> {
    op.write(move |cx| followers::set_following(cx, &name, true).map(Rows::all)).await
}

/// Stop following
#[utoipa::path(delete, path = "/objects/{object}/followers/me", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<PersonRef>)), extensions(("x-permission" = json!("see"))))]
async fn unfollow_object(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<PersonRef>> {
    op.write(move |cx| followers::set_following(cx, &name, false).map(Rows::all)).await
}

/// Links, in both directions
#[utoipa::path(get, path = "/objects/{object}/links", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    responses((status = 200, body = Rows<Link>)), extensions(("x-permission" = json!("see"))))]
async fn list_links(op: Op, Path(name): Path<ObjectName>) -> Answer<Rows<Link>> {
    op.read(move |cx| links::list(cx, Header::seen(cx, &name)?.id).map(Rows::all)).await
}

/// Link to another object
#[utoipa::path(post, path = "/objects/{object}/links", tag = "objects", params(("object" = String, Path, description = "id or reference")),
    request_body = NewLink, responses((status = 201, body = Link)), extensions(("x-permission" = json!("link"))))]
async fn add_link(op: Op, Path(from): Path<ObjectName>, Body(new): Body<NewLink>) -> Answer<Link> {
    let change = AddLink { from, relation: new.relation, to: new.to };
    op.create(move |cx| {
        let (from, link) = carry_out(cx, &change)?;
        links::one(cx, from, link)
    })
    .await
}

/// Remove a link
#[utoipa::path(delete, path = "/links/{link}", tag = "objects", params(("link" = LinkId, Path)),
    responses((status = 204)), extensions(("x-permission" = json!("link"))))]
async fn remove_link(op: Op, Path(id): Path<LinkId>) -> Answer<()> {
    op.remove(move |cx| links::remove(cx, id)).await
}

/// Which kinds may be joined by which relation
#[utoipa::path(get, path = "/relations", tag = "objects", responses((status = 200, body = Rows<RelationRow>)),
    extensions(("x-permission" = json!("signed in"))))]
async fn list_relations(op: Op) -> Answer<Rows<RelationRow>> {
    op.read(|_| Ok(Rows::all(relations::TABLE.iter().map(RelationRow::from).collect()))).await
}

/// What happened to an object, newest first
#[utoipa::path(get, path = "/objects/{object}/history", tag = "objects", params(("object" = String, Path, description = "id or reference"), Paging),
    responses((status = 200, body = Rows<Activity>)), extensions(("x-permission" = json!("see"))))]
async fn object_history(op: Op, Path(name): Path<ObjectName>, Query(paging): Query<Paging>) -> Answer<Rows<Activity>> {
    op.read(move |cx| History::Object(Header::seen(cx, &name)?.id).read(cx, &paging.page()?)).await
}

/// What happened in a product, newest first
#[utoipa::path(get, path = "/products/{product}/activity", tag = "products", params(("product" = String, Path, description = "key or id"), Paging),
    responses((status = 200, body = Rows<Activity>)), extensions(("x-permission" = json!("see"))))]
async fn product_activity(
    op: Op,
    Path(name): Path<ProductName>,
    Query(paging): Query<Paging>,
) -> Answer<Rows<Activity>> {
    op.read(move |cx| History::Product(Product::load(cx, &name)?.id).read(cx, &paging.page()?)).await
}

/// Full-text search in a product
#[utoipa::path(get, path = "/products/{product}/search", tag = "products", params(("product" = String, Path, description = "key or id"), SearchQuery),
    responses((status = 200, body = Rows<Found>)), extensions(("x-permission" = json!("see"))))]
async fn search_product(
    op: Op,
    Path(name): Path<ProductName>,
    Query(query): Query<SearchQuery>,
) -> Answer<Rows<Found>> {
    op.read(move |cx| {
        let kinds = query
            .kinds
            .iter()
            .flat_map(|kinds| kinds.split(','))
            .map(|kind| kind.parse().map_err(|message| Fault::Invalid { field: "kinds".into(), message }))
            .collect::<Result<Vec<Kind>, Fault>>()?;
        let most = query.limit.unwrap_or(20);
        if !(1..=100).contains(&most) {
            return Err(Fault::invalid("limit", "limit is a number from 1 to 100"));
        }
        let product = Product::load(cx, &name)?;
        search::search(cx, &product, &query.q, &kinds, most as usize).map(Rows::all)
    })
    .await
}
