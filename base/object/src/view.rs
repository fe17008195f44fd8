use crate::{Header, PersonRef, edit_decision, header, markdown};
use access::{Can, Cx, Fault, Rights};
use serde::Serialize;
use serde_json::Value;
use store::{Sql, StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

/// How much hangs on an object.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    pub comments: i64,
    pub attachments: i64,
    pub links: i64,
    pub followers: i64,
}

/// An object as its side panel shows it, whatever its kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct Object {
    pub id: ObjectId,
    pub product_id: ProductId,
    pub reference: String,
    pub kind: Kind,
    pub title: String,
    /// Markdown.
    pub body: String,
    /// The body as HTML that is safe to show.
    pub body_html: String,
    pub owner: Option<PersonRef>,
    pub visibility: Visibility,
    pub version: i64,
    pub created_at: Ts,
    pub created_by: Option<PersonRef>,
    pub updated_at: Ts,
    pub archived_at: Option<Ts>,
    /// Decision → `"yes"`, or who decides and to whom it may be proposed.
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
    pub following: bool,
    pub counts: Counts,
    /// Cells of an import that have no field here: `[header, value]`.
    pub imported: Vec<(String, String)>,
}

/// The decisions that concern a kind; their answers travel with every object.
fn concerning(kind: Kind) -> Vec<Decision> {
    let mut decisions = vec![edit_decision(kind), Decision::Comment, Decision::Link];
    if kind.is_item() {
        decisions.extend([
            Decision::StoryInSprint,
            Decision::Order,
            Decision::Estimate,
            Decision::Progress,
            Decision::SprintScope,
            Decision::Acceptance,
            Decision::Release,
        ]);
    }
    match kind {
        Kind::Sprint => decisions.extend([Decision::SprintScope, Decision::SprintRun, Decision::SprintCancel]),
        Kind::Release => decisions.push(Decision::Announce),
        _ => {}
    }
    decisions
}

/// Reads an object by name.
pub fn object(cx: &Cx<'_>, name: &ObjectName) -> Result<Object, Fault> {
    let header = Header::seen(cx, name)?;
    full(cx, &header)
}

fn full(cx: &Cx<'_>, header: &Header) -> Result<Object, Fault> {
    let (body, created_at, created_by, updated_at): (String, Ts, Option<PersonId>, Ts) =
        cx.one("SELECT body, created_at, created_by, updated_at FROM object WHERE id = $1", args![header.id])?;
    let (comments, attachments, followers, following): (i64, i64, i64, i64) = cx.one(
        "SELECT (SELECT count(*) FROM comment WHERE object_id = $1 AND deleted_at IS NULL),
                (SELECT count(*) FROM attachment WHERE object_id = $1 AND deleted_at IS NULL),
                (SELECT count(*) FROM follower WHERE object_id = $1),
                (SELECT count(*) FROM follower WHERE object_id = $1 AND person_id = $2)",
        args![header.id, cx.person()],
    )?;
    let mut sql = Sql::new("SELECT count(*) FROM link l JOIN object t ON t.id = l.to_id WHERE l.from_id = ");
    sql.with("", header.id).push(crate::seen!(cx, header.product_id, "t"));
    sql.push(" UNION ALL SELECT count(*) FROM link l JOIN object f ON f.id = l.from_id WHERE l.to_id = ");
    sql.with("", header.id).push(crate::seen!(cx, header.product_id, "f"));
    let links = cx.rows::<(i64,)>(sql.text(), sql.args())?.into_iter().map(|(count,)| count).sum();
    let cells: Option<(String,)> =
        cx.maybe("SELECT cells FROM imported_values WHERE object_id = $1", args![header.id])?;
    let imported = match cells {
        Some((cells,)) => serde_json::from_str(&cells).map_err(|e| StoreError::Other(e.to_string()))?,
        None => Vec::new(),
    };
    let people = header::people(cx, [header.owner_id, created_by])?;
    Ok(Object {
        id: header.id,
        product_id: header.product_id,
        reference: header.reference(),
        kind: header.kind,
        title: header.title.clone(),
        body_html: markdown::to_html(&body),
        body,
        owner: header.owner_id.and_then(|id| people.get(&id).cloned()),
        visibility: header.visibility,
        version: header.version,
        created_at,
        created_by: created_by.and_then(|id| people.get(&id).cloned()),
        updated_at,
        archived_at: header.archived_at,
        can: Rights::load(cx, header.product_id)?.can(&concerning(header.kind)),
        following: following > 0,
        counts: Counts { comments, attachments, links, followers },
        imported,
    })
}

pub(crate) fn as_json(cx: &Cx<'_>, header: &Header) -> Result<Value, Fault> {
    Ok(serde_json::to_value(full(cx, header)?).map_err(|e| StoreError::Other(e.to_string()))?)
}
