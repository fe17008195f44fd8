use crate::{Change, Granted, Header, PersonRef, edit_decision, header};
use access::{Changes, Cx, Fault};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use store::{StoreError, args};
use utoipa::ToSchema;
use vocabulary::*;

#[derive(Debug, Serialize, ToSchema)]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub created_at: Ts,
    pub created_by: Option<PersonRef>,
}

type Stored = (AttachmentId, String, String, i64, Ts, Option<PersonId>);

pub(crate) fn list(cx: &Cx<'_>, object: ObjectId) -> Result<Vec<Attachment>, Fault> {
    let stored: Vec<Stored> = cx.rows(
        "SELECT id, name, media_type, size, created_at, created_by FROM attachment
         WHERE object_id = $1 AND deleted_at IS NULL ORDER BY created_at LIMIT 1000",
        args![object],
    )?;
    let people = header::people(cx, stored.iter().map(|row| row.5))?;
    Ok(stored
        .into_iter()
        .map(|(id, name, media_type, size, created_at, by)| Attachment {
            id,
            name,
            media_type,
            size,
            created_at,
            created_by: by.and_then(|id| people.get(&id).cloned()),
        })
        .collect())
}

/// A file that lies in the store already; its content is named by its hash.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Attach {
    pub object: ObjectName,
    pub name: Label,
    pub media_type: String,
    pub size: i64,
    pub content_hash: String,
}

impl Change for Attach {
    const NAME: &'static str = "attach";
    type On = Header;
    type Outcome = Vec<Attachment>;
    fn on(&self) -> ObjectName {
        self.object.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Comment)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<Vec<Attachment>, Fault> {
        on.living()?;
        let object = on.id;
        cx.exec(
            "INSERT INTO attachment (id, object_id, name, media_type, size, content_hash, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                AttachmentId::new(),
                object,
                &self.name,
                &self.media_type,
                self.size,
                &self.content_hash,
                cx.now,
                cx.person()
            ],
        )?;
        on.record(cx, "attached", Changes::new().set("file", &self.name))?;
        list(cx, object)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Detach {
    pub attachment: AttachmentId,
    pub object: ObjectId,
}

impl Change for Detach {
    const NAME: &'static str = "detach";
    type On = Header;
    type Outcome = ();
    fn on(&self) -> ObjectName {
        self.object.into()
    }
    /// One's own file goes as it came; somebody else's is for those who decide over what it hangs on.
    fn decision(&self, cx: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        let own = cx.person().is_some() && self.stored(cx, on)?.1 == cx.person();
        Ok(if own { Decision::Comment } else { edit_decision(on.kind) })
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(), Fault> {
        let (name, _) = self.stored(cx, &on)?;
        cx.exec("UPDATE attachment SET deleted_at = $1 WHERE id = $2", args![cx.now, self.attachment])?;
        on.record(cx, "detached", Changes::new().unset("file", &name))?;
        Ok(())
    }
}

impl Detach {
    fn stored(&self, cx: &Cx<'_>, on: &Header) -> Result<(String, Option<PersonId>), Fault> {
        let found = cx.maybe(
            "SELECT name, created_by FROM attachment WHERE id = $1 AND object_id = $2 AND deleted_at IS NULL",
            args![self.attachment, on.id],
        )?;
        found.ok_or(Fault::not_found("attachment"))
    }
}

/// A file as a download needs it: its name, and its content's hash.
pub(crate) fn content(cx: &Cx<'_>, id: AttachmentId) -> Result<(ObjectId, String, String), Fault> {
    let found: Option<(ObjectId, String, String)> = cx.maybe(
        "SELECT object_id, name, content_hash FROM attachment WHERE id = $1 AND deleted_at IS NULL",
        args![id],
    )?;
    let found = found.ok_or(Fault::not_found("attachment"))?;
    Header::seen(cx, &found.0.into()).map_err(|fault| fault.or_missing(Fault::not_found("attachment")))?;
    Ok(found)
}

/// Where a content lies; `content_hash` is SHA-256 in hex.
pub fn path(files: &Path, content_hash: &str) -> PathBuf {
    files.join(&content_hash[..2]).join(content_hash)
}

/// Puts a content into the store under its hash, durably, before any row speaks of it. Answers the hash, and whether the
/// content was not there yet.
pub(crate) fn keep(files: &Path, content: &[u8]) -> Result<(String, bool), Fault> {
    let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    let target = path(files, &hash);
    let unavailable = |error: std::io::Error| Fault::Store(StoreError::Unavailable(error.to_string()));
    let is_new = !target.exists();
    if is_new {
        store::private_folder(files).map_err(unavailable)?;
        let folder = target.parent().unwrap_or(files);
        std::fs::create_dir_all(folder).map_err(unavailable)?;
        let part = folder.join(format!("{}.part", uuid::Uuid::now_v7()));
        let mut file = std::fs::File::create(&part).map_err(unavailable)?;
        std::io::Write::write_all(&mut file, content).map_err(unavailable)?;
        file.sync_all().map_err(unavailable)?;
        std::fs::rename(&part, &target).map_err(unavailable)?;
        // A name is durable when its folder is, and so is a folder's own.
        store::sync_folder(folder).and_then(|()| store::sync_folder(files)).map_err(unavailable)?;
    }
    Ok((hash, is_new))
}
