use crate::{Change, Granted, Header, PersonRef, followers, header, markdown, mentions};
use access::{Changes, Cx, Fault};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;
use web::{Cursor, Page, Rows};

#[derive(Debug, Serialize, ToSchema)]
pub struct Comment {
    pub id: CommentId,
    pub author: Option<PersonRef>,
    pub body: String,
    pub body_html: String,
    pub created_at: Ts,
    pub edited_at: Option<Ts>,
    pub version: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    pub body: Words,
}

const COLUMNS: &str = "SELECT id, author_id, body, created_at, edited_at, version FROM comment";

type Stored = (CommentId, Option<PersonId>, String, Ts, Option<Ts>, i64);

fn shown(cx: &Cx<'_>, stored: Vec<Stored>) -> Result<Vec<Comment>, Fault> {
    let people = header::people(cx, stored.iter().map(|row| row.1))?;
    Ok(stored
        .into_iter()
        .map(|(id, author, body, created_at, edited_at, version)| Comment {
            id,
            author: author.and_then(|id| people.get(&id).cloned()),
            body_html: markdown::to_html(&body),
            body,
            created_at,
            edited_at,
            version,
        })
        .collect())
}

/// Comments on an object, oldest first.
pub(crate) fn list(cx: &Cx<'_>, object: ObjectId, page: &Page) -> Result<Rows<Comment>, Fault> {
    let (at, id) = match &page.after {
        Some(cursor) => (cursor.number()?, cursor.id),
        None => (i64::MIN, uuid::Uuid::nil()),
    };
    let stored: Vec<Stored> = cx.rows(
        &format!(
            "{COLUMNS} WHERE object_id = $1 AND deleted_at IS NULL AND (created_at, id) > ($2, $3)
                  ORDER BY created_at, id LIMIT $4"
        ),
        args![object, at, id, page.limit + 1],
    )?;
    Ok(page.cut(shown(cx, stored)?, |comment| Cursor::new(comment.created_at.0, comment.id)))
}

fn one(cx: &Cx<'_>, id: CommentId) -> Result<Comment, Fault> {
    let stored: Vec<Stored> = cx.rows(&format!("{COLUMNS} WHERE id = $1 AND deleted_at IS NULL"), args![id])?;
    shown(cx, stored)?.into_iter().next().ok_or(Fault::not_found("comment"))
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AddComment {
    pub object: ObjectName,
    pub body: Words,
}

impl Change for AddComment {
    const NAME: &'static str = "add_comment";
    type On = Header;
    type Outcome = Comment;
    fn on(&self) -> ObjectName {
        self.object.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Comment)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<Comment, Fault> {
        on.living()?;
        let id = CommentId::new();
        insert(cx, on.id, id, cx.person(), self.body.as_str(), cx.now)?;
        if let Some(person) = cx.person() {
            followers::follow(cx, on.id, person)?;
        }
        let changes = Changes::new().set("comment", &self.body);
        let changes = mentions::tell(cx, &on, "", self.body.as_str(), changes)?;
        on.record(cx, "commented", changes)?;
        one(cx, id)
    }
}

fn insert(
    cx: &Cx<'_>,
    object: ObjectId,
    id: CommentId,
    author: Option<PersonId>,
    body: &str,
    at: Ts,
) -> Result<(), Fault> {
    cx.exec(
        "INSERT INTO comment (id, object_id, author_id, body, created_at, version) VALUES ($1, $2, $3, $4, $5, 1)",
        args![id, object, author, body, at],
    )?;
    Ok(())
}

impl Comment {
    /// Keeps a comment that an import brought along; its event is the import's.
    pub fn import(
        cx: &Cx<'_>,
        on: &Granted<Header>,
        author: Option<PersonId>,
        body: &str,
        at: Ts,
    ) -> Result<CommentId, Fault> {
        let id = CommentId::new();
        insert(cx, on.id, id, author, body, at)?;
        Ok(id)
    }

    /// Takes back a comment that an import brought along; the event is the undoing's.
    pub fn take_back(cx: &Cx<'_>, on: &Granted<Header>, id: CommentId) -> Result<(), Fault> {
        cx.exec(
            "UPDATE comment SET deleted_at = $1 WHERE id = $2 AND object_id = $3 AND deleted_at IS NULL",
            args![cx.now, id, on.id],
        )?;
        Ok(())
    }
}

/// Finds a comment by its id alone and the object it belongs to, for its author.
pub(crate) fn object_of(cx: &Cx<'_>, id: CommentId) -> Result<(ObjectId, Option<PersonId>), Fault> {
    let found: Option<(ObjectId, Option<PersonId>)> =
        cx.maybe("SELECT object_id, author_id FROM comment WHERE id = $1 AND deleted_at IS NULL", args![id])?;
    let (object, author) = found.ok_or(Fault::not_found("comment"))?;
    // A comment on what one may not see does not exist.
    Header::seen(cx, &object.into()).map_err(|fault| fault.or_missing(Fault::not_found("comment")))?;
    Ok((object, author))
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EditComment {
    pub comment: CommentId,
    pub object: ObjectId,
    /// The new text; none deletes the comment.
    pub body: Option<Words>,
    pub version: Option<i64>,
}

impl Change for EditComment {
    const NAME: &'static str = "edit_comment";
    type On = Header;
    type Outcome = ();
    fn on(&self) -> ObjectName {
        self.object.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Comment)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(), Fault> {
        let before = one(cx, self.comment)?;
        if before.author.as_ref().map(|author| author.id) != cx.person() {
            return Err(Fault::broken("not-the-author", "A comment is changed by its author only."));
        }
        if let Some(expected) = self.version.filter(|version| *version != before.version) {
            return Err(Fault::Stale {
                expected,
                current_version: before.version,
                current: Box::new(serde_json::to_value(&before).unwrap_or_default()),
            });
        }
        match &self.body {
            Some(body) => {
                cx.exec(
                    "UPDATE comment SET body = $1, edited_at = $2, version = version + 1 WHERE id = $3",
                    args![body, cx.now, self.comment],
                )?;
                let changes = Changes::new().field("comment", &before.body.as_str(), &body.as_str());
                let changes = mentions::tell(cx, &on, &before.body, body.as_str(), changes)?;
                on.record(cx, "edited a comment", changes)?;
            }
            None => {
                cx.exec("UPDATE comment SET deleted_at = $1 WHERE id = $2", args![cx.now, self.comment])?;
                on.record(cx, "deleted a comment", Changes::new().unset("comment", &before.body))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn edit(
    cx: &Cx<'_>,
    comment: CommentId,
    body: Option<Words>,
    version: Option<i64>,
) -> Result<Option<Comment>, Fault> {
    let (object, _) = object_of(cx, comment)?;
    let deletes = body.is_none();
    crate::carry_out(cx, &EditComment { comment, object, body, version })?;
    if deletes { Ok(None) } else { one(cx, comment).map(Some) }
}
