//! Archives and the doctor, on SQLite and, where `THROUGHLINE_TEST_POSTGRES` names a server, on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use store::{Conn, Db, Location, Options, StoreError, Val};
use tempfile::TempDir;
use throughline_interchange::archive::{ArchiveError, Contents, export_to_file, restore};
use throughline_interchange::doctor::{self, Report};
use throughline_interchange::export_items_csv;
use uuid::Uuid;
use vocabulary::{OrderKey, OrganisationId, PersonId, ProductId, Role, Spread, Ts};

/// A database of its own, gone when the test is.
struct Ground {
    db: Option<Db>,
    folder: TempDir,
    server: Option<(String, String)>,
}

impl Ground {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Location::Folder(folder.path().to_owned()), Options { connections: 1 }).unwrap();
        Self { db: Some(db), folder, server: None }
    }

    fn postgres(server: &str) -> Self {
        let name = format!("archive_{}", Uuid::now_v7().simple());
        let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (address, query) = server.split_once('?').map_or((server, String::new()), |(a, q)| (a, format!("?{q}")));
        let url = format!("{}/{name}{query}", address.rsplit_once('/').unwrap().0);
        let db = Db::open(&Location::Postgres(url), Options { connections: 1 }).unwrap();
        Self { db: Some(db), folder: tempfile::tempdir().unwrap(), server: Some((server.to_owned(), name)) }
    }

    /// One ground for each engine at hand.
    fn each() -> Vec<fn() -> Ground> {
        let mut all: Vec<fn() -> Ground> = vec![Ground::sqlite];
        if std::env::var("THROUGHLINE_TEST_POSTGRES").is_ok() {
            all.push(|| Ground::postgres(&std::env::var("THROUGHLINE_TEST_POSTGRES").unwrap()));
        }
        all
    }

    fn db(&self) -> &Db {
        self.db.as_ref().unwrap()
    }

    fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    fn export(&self, contents: Contents) -> PathBuf {
        let file = self.folder.path().join("out.zip");
        export_to_file(self.db(), &self.files(), contents, Ts(1_764_000_000_000_000), &file, |_, _| {}).unwrap();
        file
    }

    fn restore(&self, archive: &Path) -> Result<(), ArchiveError> {
        restore(self.db(), &self.files(), archive, |done, total| assert!(done <= total)).map(drop)
    }

    fn examine(&self) -> Report {
        doctor::examine_all(self.db(), &self.files(), |done, all| assert!(done <= all)).unwrap()
    }

    fn write(&self, write: fn(&Conn<'_>)) {
        self.db()
            .write_now::<_, StoreError, _>(move |conn| {
                write(conn);
                Ok(())
            })
            .unwrap();
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.db = None;
        if let Some((server, name)) = &self.server
            && let Ok(mut client) = postgres::Client::connect(server, postgres::NoTls)
        {
            drop(client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn put(conn: &Conn<'_>, table: &str, row: &[(&str, Val)]) {
    let names: Vec<&str> = row.iter().map(|(name, _)| *name).collect();
    let places: Vec<String> = (1..=row.len()).map(|place| format!("${place}")).collect();
    let values: Vec<Val> = row.iter().map(|(_, value)| value.clone()).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
    conn.exec_unrecorded(&sql, &values).unwrap_or_else(|error| panic!("{table}: {error}"));
}

macro_rules! put {
    ($conn:expr, $table:literal, $($name:ident: $value:expr),* $(,)?) => {
        put($conn, $table, &[$((stringify!($name), Val::from($value))),*])
    };
}

const ANNA: u128 = 11;
const BEA: u128 = 12;
const STRANGER: u128 = 13;
const APP: u128 = 100;
const OTHER: u128 = 101;
/// More than two chunks.
const TASKS: u128 = 2_100;

fn object(conn: &Conn<'_>, number: u128, kind: &str) {
    put!(conn, "object", id: id(1000 + number), product_id: id(APP), number: number as i64, kind: kind,
        title: format!("{kind} {number} “Zażółć” \"quoted\""), owner_id: id(ANNA), visibility: "internal", version: 1i64,
        created_at: 1_764_000_000_123_456i64 + number as i64, created_by: Option::<Uuid>::None, updated_at: 5i64,
        archived_at: Option::<i64>::None, body: "=cmd, line\nbreak\ttab \u{1F984}");
}

fn item(conn: &Conn<'_>, number: u128, kind: &str, rank: &OrderKey, parent: Option<u128>) {
    object(conn, number, kind);
    put!(conn, "item", object_id: id(1000 + number), product_id: id(APP), kind: kind, number: number as i64,
        rank: rank, state: "To do", category: "backlog", open: true, points: 0.1f64 + 0.2, assignee_id: id(BEA),
        parent_id: parent.map(|parent| id(1000 + parent)));
}

/// Rows in every table, each column of which is filled at least once.
fn sample(conn: &Conn<'_>) {
    put!(conn, "organisation", id: id(1), name: "Łódź & Co", created_at: 1i64);
    for (person, name) in [(ANNA, "Anna"), (BEA, "Bea"), (STRANGER, "Stranger")] {
        put!(conn, "person", id: id(person), name: name, email: format!("{name}@example.org"),
            password_hash: "CANARY-password", admin: person == ANNA, state: "active", version: 1i64, created_at: 2i64);
    }
    put!(conn, "session", id: id(21), person_id: id(ANNA), token_hash: "CANARY-session", user_agent: "x",
        created_at: 1i64, seen_at: 2i64, expires_at: 3i64);
    put!(conn, "access_token", id: id(22), person_id: id(ANNA), name: "ci", prefix: "tl_", token_hash: "CANARY-token",
        scope: "read", created_at: 1i64, expires_at: 2i64, last_used_at: 3i64);
    put!(conn, "invitation", token_hash: "CANARY-invitation", person_id: id(BEA), created_at: 1i64, expires_at: 2i64);
    put!(conn, "idempotency_key", person_id: id(ANNA), key: "CANARY-key", request_hash: "x", status: 201i64,
        response: "{}", at: 4i64);
    for (product, key, number, seq) in [(APP, "APP", 16 + TASKS as i64, 2i64), (OTHER, "OTHER", 1, 0)] {
        put!(conn, "product", id: id(product), key: key, name: "Product", ordinal: product as i64 - 99, version: 1i64,
            created_at: 1i64, who_decides: "order=product_owner,developer");
        put!(conn, "scope_counter", scope_id: id(product), seq: seq, number: number);
    }
    put!(conn, "scope_counter", scope_id: id(1), seq: 1i64, number: 0i64);
    for role in ["product_manager", "developer"] {
        put!(conn, "member", product_id: id(APP), person_id: id(ANNA), role: role);
    }
    put!(conn, "member", product_id: id(APP), person_id: id(BEA), role: "stakeholder", department: "sales");
    put!(conn, "member", product_id: id(OTHER), person_id: id(STRANGER), role: "viewer");
    // Bytewise order differs from what a language would say.
    let states = [("To do", "backlog"), ("a", "in_progress"), ("B", "backlog"), ("ä", "backlog"), ("Done", "done")];
    for (position, (name, category)) in states.into_iter().enumerate() {
        for product in [APP, OTHER] {
            put!(conn, "workflow_state", product_id: id(product), name: name, category: category, position: position,
                wip_limit: 3i64);
        }
    }
    put!(conn, "object", id: id(5000), product_id: id(OTHER), number: 1i64, kind: "customer", title: "elsewhere",
        owner_id: id(STRANGER), visibility: "team", version: 1i64, created_at: 1i64, created_by: id(STRANGER),
        updated_at: 1i64, archived_at: 2i64, body: "");
    put!(conn, "customer", object_id: id(5000), segment: "small", value: 1e-7f64, email: "c@example.org");

    for (number, kind) in [
        (1, "vision"),
        (2, "objective"),
        (3, "opportunity"),
        (4, "opportunity"),
        (5, "initiative"),
        (6, "customer"),
        (7, "feedback"),
        (8, "sprint"),
        (9, "release"),
        (11, "theme"),
        (12, "promise"),
        (13, "question"),
        (14, "proposal"),
        (15, "decision"),
    ] {
        object(conn, number, kind);
    }
    put!(conn, "vision", object_id: id(1001), number: 1i64, target_group: "t", needs: "n", product: "p", business_goals: "b");
    put!(conn, "vision_version", object_id: id(1001), number: 1i64, at: 9i64, by_id: id(ANNA), reason: "r", statement: "s",
        target_group: "t", needs: "n", product: "p", business_goals: "b");
    put!(conn, "objective", object_id: id(1002), period: "2026-Q4", status: "active");
    put!(conn, "key_result", id: id(31), objective_id: id(1002), position: 1i64, title: "k", unit: "percent",
        baseline: -1.5f64, target: 1.0e300f64, created_at: 1i64);
    put!(conn, "check_in", key_result_id: id(31), at: 9i64, value: 1.0f64 / 3.0, confidence: 7i64, note: "", by_id: id(BEA));
    // The child's id comes before the parent's.
    put!(conn, "opportunity", object_id: id(1004), need: "need", state: "open", parent_id: Option::<Uuid>::None);
    put!(conn, "opportunity", object_id: id(1003), need: "pain", state: "done", parent_id: id(1004));
    put!(conn, "initiative", object_id: id(1005), product_id: id(APP), outcome: "o", lane: "now", rank: "a0",
        starts: "2026-Q4", ends: "2026-11", confidence: 5i64);
    put!(conn, "theme", object_id: id(1011), product_id: id(APP), target_share: 40i64);
    put!(conn, "promise", object_id: id(1012), product_id: id(APP), audience: "all", due: "2026-Q4", confidence: 7i64,
        state: "kept");
    put!(conn, "exempt_budget", product_id: id(APP), class: "debt", share: 20i64);
    put!(conn, "delegation", id: id(61), product_id: id(APP), decision: "order", person_id: id(BEA), until: "2026-12-31",
        given_at: 1i64, given_by: id(ANNA));
    put!(conn, "question", object_id: id(1013), product_id: id(APP), role: "developer", answer: "a", answered_at: 2i64,
        answered_by: id(BEA));
    put!(conn, "proposal", object_id: id(1014), product_id: id(APP), state: "accepted", via: "token", changes: "[]",
        decisions: "order", shown: "[]", seen_seq: 1i64, answer: "a", decided_at: 2i64, decided_by: id(ANNA));
    put!(conn, "approval", proposal_id: id(1014), role: "product_owner", person_id: id(ANNA), at: 2i64);
    put!(conn, "decision", object_id: id(1015), product_id: id(APP), options: "o", choice: "c", decided_at: 2i64,
        decided_by: id(ANNA), proposal_id: id(1014));
    put!(conn, "drift", id: id(62), product_id: id(APP), object_id: id(1005), source_id: id(1002), field: "title",
        before: "b", after: "a", at: 1i64, confirmed_at: 2i64, confirmed_by: id(ANNA));
    put!(conn, "contradiction", product_id: id(APP), rule: "late_forecast", one_id: id(1005), other_id: id(1012),
        sentence: "s", since: 1i64, accepted_until: "2026-12-31", accepted_by: id(BEA), reason: "r");
    put!(conn, "looked_over", product_id: id(APP), seq: 2i64, day: "2026-11-02");
    put!(conn, "customer", object_id: id(1006), segment: "large", value: 12.5f64, email: "d@example.org");
    put!(conn, "feedback", object_id: id(1007), product_id: id(APP), customer_id: id(1006), channel: "mail", importance: 5i64,
        received_on: "2026-11-01", state: "told", reason: "r");
    put!(conn, "sprint", object_id: id(1008), product_id: id(APP), goal: "g", starts: "2026-11-01", ends: "2026-11-14",
        state: "active", capacity: 20.5f64, verdict: "met", verdict_note: "n", started_at: 3i64, closed_at: 4i64);
    put!(conn, "team", id: id(71), product_id: id(APP), position: 0i64, name: "Blue");
    put!(conn, "team_member", team_id: id(71), person_id: id(BEA));
    put!(conn, "day_off", id: id(72), product_id: id(APP), person_id: id(BEA), first_day: "2026-12-24",
        last_day: "2026-12-31", note: "n");
    put!(conn, "release", object_id: id(1009), product_id: id(APP), planned_on: "2026-12-01", shipped_at: 8i64,
        shipped_by: id(ANNA));

    let keys = Spread::keys(None, None, TASKS as usize + 2).unwrap();
    item(conn, 16, "epic", &keys[0], None);
    item(conn, 10, "story", &keys[1], Some(16));
    for task in 0..TASKS {
        item(conn, 17 + task, "task", &keys[task as usize + 2], Some(16));
    }
    conn.exec_unrecorded(
        "UPDATE item SET sprint_id = $1, release_id = $2, team_id = $3, blocked_reason = 'b', blocked_at = 1, started_at = 1,
             done_at = 2, accepted_at = 3, accepted_by = $4, exempt = 'debt', state = 'Done', category = 'done', open = FALSE
         WHERE object_id = $5",
        &[id(1008).into(), id(1009).into(), id(71).into(), id(ANNA).into(), id(1010).into()],
    )
    .unwrap();
    put!(conn, "criterion", id: id(41), item_id: id(1010), position: 1i64, text: "c", accepted_at: 2i64,
        accepted_by: id(ANNA), returned_reason: "r", version: 2i64);
    put!(conn, "sprint_scope", sprint_id: id(1008), item_id: id(1010), added_at: 1i64, added_by: id(BEA),
        removed_at: Option::<i64>::None, removed_by: Option::<Uuid>::None, committed: true, points: 3f64, outcome: "done");
    put!(conn, "sprint_scope", sprint_id: id(1008), item_id: id(1010), added_at: 0i64, added_by: id(BEA),
        removed_at: 1i64, removed_by: id(BEA), committed: false, points: 3f64, outcome: Option::<&str>::None);
    put!(conn, "telling", id: id(42), release_id: id(1009), feedback_id: id(1007), text: "t", channel: "mail", told_at: 9i64,
        told_by: id(ANNA));
    put!(conn, "link", id: id(43), product_id: id(APP), relation: "delivers", from_id: id(1010), to_id: id(1005),
        created_at: 9i64, created_by: id(ANNA));
    put!(conn, "comment", id: id(44), object_id: id(1010), author_id: id(BEA), body: "c", created_at: 1i64, edited_at: 2i64,
        deleted_at: 3i64, version: 2i64);
    put!(conn, "follower", object_id: id(1010), person_id: id(BEA));
    for (scope, seq, object) in [(APP, 1, Some(1010)), (APP, 2, None), (1, 1, None)] {
        put!(conn, "activity", scope_id: id(scope), seq: seq as i64, at: 9i64, actor_id: id(ANNA), via: "session",
            verb: "created", object_id: object.map(id), version: 1i64, batch_id: id(51), changes: "{\"a\":[null,1.10]}");
    }
    put!(conn, "import_batch", id: id(51), product_id: id(APP), source: "jira", file: "f.csv", at: 1i64, by_id: id(ANNA),
        created: 1i64, updated: 2i64, unchanged: 3i64, rejected: 4i64, report: "{}", undone_at: 5i64);
    put!(conn, "import_change", batch_id: id(51), object_id: id(1010), created: true, version_after: 1i64, before: "{}");
    put!(conn, "external_key", product_id: id(APP), source: "jira", external_id: "X-1", object_id: id(1010), fingerprint: "f");
    put!(conn, "imported_values", object_id: id(1010), source: "jira", cells: "[[\"a\",\"b\"]]");
}

const CONTENT: &[u8] = b"what was attached";

/// The sample with one attachment and its search index, on some engine.
fn filled(ground: fn() -> Ground) -> Ground {
    let ground = ground();
    ground.write(|conn| {
        sample(conn);
        put!(conn, "attachment", id: id(45), object_id: id(1010), name: "a.txt", media_type: "text/plain",
            size: CONTENT.len(), content_hash: hash(), created_at: 1i64, created_by: id(BEA), deleted_at: Option::<i64>::None);
        put!(conn, "attachment", id: id(46), object_id: id(1010), name: "gone.txt", media_type: "text/plain",
            size: 1i64, content_hash: "0".repeat(64), created_at: 1i64, created_by: id(BEA), deleted_at: 2i64);
        let actor = access::Actor::console(OrganisationId(id(1)));
        let cx = access::Cx::new(conn, &actor, Ts(0));
        object::search::renew_all(&cx).unwrap();
    });
    let target = object::content_path(&ground.files(), &hash());
    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::fs::write(target, CONTENT).unwrap();
    ground
}

fn hash() -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(CONTENT).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file of an archive; of the manifest, without what differs from one archive to the next.
fn entries(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if entry.name() == "manifest.json" {
            let mut manifest: serde_json::Value = serde_json::from_slice(&content).unwrap();
            manifest["made_at"].take();
            manifest["engine"].take();
            content = manifest.to_string().into_bytes();
        }
        found.insert(entry.name().to_owned(), content);
    }
    found
}

#[test]
fn what_is_restored_exports_the_same_on_every_engine() {
    for from in Ground::each() {
        let source = filled(from);
        assert_eq!(wrong(&source.examine()), Vec::<String>::new());
        let whole = entries(&source.export(Contents::Backup));
        let empty = whole.iter().filter(|(name, content)| name.starts_with("tables/") && content.is_empty());
        assert_eq!(
            empty.map(|(name, _)| name).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "the sample fills every table"
        );
        for contents in [Contents::Backup, Contents::OpenData, Contents::Product(ProductId(id(APP)))] {
            let archive = source.export(contents);
            let before = entries(&archive);
            for to in Ground::each() {
                let target = to();
                target.restore(&archive).unwrap();
                let after = entries(&target.export(contents));
                assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
                for (name, content) in &before {
                    assert!(content == &after[name], "{name} of {contents:?}");
                }
                assert_eq!(wrong(&target.examine()), Vec::<String>::new(), "{contents:?}");
                let refused = target.restore(&archive).unwrap_err();
                assert!(refused.to_string().contains("There is data here already"), "{refused}");
            }
        }
    }
}

#[test]
fn secrets_are_in_a_backup_only_and_strangers_in_no_product() {
    let source = filled(Ground::sqlite);
    let holds = |contents, word: &str| {
        entries(&source.export(contents)).values().any(|content| String::from_utf8_lossy(content).contains(word))
    };
    assert!(holds(Contents::Backup, "CANARY-password") && holds(Contents::Backup, "CANARY-session"));
    for contents in [Contents::OpenData, Contents::Product(ProductId(id(APP)))] {
        assert!(!holds(contents, "CANARY"), "{contents:?}");
        assert!(holds(contents, "bea@example.org") || holds(contents, "Bea@example.org"));
    }
    assert!(holds(Contents::OpenData, "Stranger"));
    assert!(!holds(Contents::Product(ProductId(id(APP))), "Stranger"));
    assert!(!holds(Contents::Product(ProductId(id(APP))), "elsewhere"));
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_an_archive() {
    use std::os::unix::fs::PermissionsExt;
    let source = filled(Ground::sqlite);
    let mode = std::fs::metadata(source.export(Contents::Backup)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The archive with some files put in the place of others; the manifest is made to fit where `honest`.
fn forged(archive: &Path, honest: bool, change: &dyn Fn(&mut BTreeMap<String, Vec<u8>>)) -> PathBuf {
    use sha2::{Digest, Sha256};
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.insert(entry.name().to_owned(), content);
    }
    change(&mut files);
    if honest {
        let mut manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        manifest["files"] = files
            .iter()
            .filter(|(path, _)| *path != "manifest.json")
            .map(|(path, content)| {
                let sum: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
                serde_json::json!({ "path": path, "size": content.len(), "sha256": sum })
            })
            .collect();
        files.insert("manifest.json".into(), manifest.to_string().into_bytes());
    }
    let forged = archive.with_extension("forged.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&forged).unwrap());
    for (name, content) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&content).unwrap();
    }
    zip.finish().unwrap();
    forged
}

#[test]
fn a_damaged_or_hostile_archive_changes_nothing() {
    type Change = dyn Fn(&mut BTreeMap<String, Vec<u8>>);
    let source = filled(Ground::sqlite);
    let archive = source.export(Contents::Backup);
    let edit = |file: &'static str, from: &'static str, to: &'static str| {
        move |files: &mut BTreeMap<String, Vec<u8>>| {
            let text = String::from_utf8(files[file].clone()).unwrap();
            assert!(text.contains(from));
            files.insert(file.into(), text.replacen(from, to, 1).into_bytes());
        }
    };
    let add = |name: &'static str| {
        move |files: &mut BTreeMap<String, Vec<u8>>| drop(files.insert(name.into(), b"x".to_vec()))
    };
    let cases: Vec<(&str, bool, Box<Change>)> = vec![
        ("is damaged", false, Box::new(edit("tables/person.ndjson", "Anna", "Eve!"))),
        ("is damaged", false, Box::new(edit("tables/person.ndjson", "Anna", "Anna B"))),
        ("does not know the file", true, Box::new(add("../../etc/passwd"))),
        ("does not know the file", true, Box::new(add("attachments/../../x"))),
        ("does not know the file", true, Box::new(add("tables/secret_plans.ndjson"))),
        (
            "another content than its name",
            true,
            Box::new(add("attachments/0000000000000000000000000000000000000000000000000000000000000000")),
        ),
        ("missing", false, Box::new(|files| drop(files.remove("tables/object.ndjson")))),
        ("has no manifest", false, Box::new(|files| drop(files.remove("manifest.json")))),
        ("newer version", false, Box::new(edit("manifest.json", "\"format\": 1", "\"format\": 2"))),
        ("does not know the table", true, Box::new(edit("manifest.json", "\"invitation\"", "\"prophecy\""))),
        ("does not know the column “boss”", true, Box::new(edit("tables/person.ndjson", "\"admin\"", "\"boss\""))),
        ("holds 3 rows", true, Box::new(edit("manifest.json", "\"rows\": 3", "\"rows\": 4"))),
        (
            "is not what the column holds",
            true,
            Box::new(edit("tables/person.ndjson", "\"version\":1", "\"version\":\"1\"")),
        ),
        (
            "does not name",
            false,
            Box::new(|files| drop(files.insert(format!("attachments/{}", "1".repeat(64)), vec![]))),
        ),
        (
            "far too much",
            true,
            Box::new(|files| drop(files.insert("tables/follower.ndjson".into(), vec![b' '; 100 << 20]))),
        ),
    ];
    let target = Ground::sqlite();
    for (sentence, honest, change) in cases {
        let forged = forged(&archive, honest, &*change);
        let refused = target.restore(&forged).unwrap_err().to_string();
        assert!(refused.contains(sentence), "{sentence}: {refused}");
    }
    let refused = target.restore(&source.folder.path().join("throughline.db")).unwrap_err().to_string();
    assert!(refused.contains("not an archive"), "{refused}");
    // A constraint that only the database knows: nothing of the archive stays.
    let twice = forged(&archive, true, &edit("tables/person.ndjson", "Bea@", "Anna@"));
    assert!(matches!(target.restore(&twice), Err(ArchiveError::Store(StoreError::Constraint(_)))));
    target.restore(&archive).unwrap();
}

#[test]
fn items_go_to_a_spreadsheet_in_the_backlogs_order() {
    for ground in Ground::each() {
        let source = filled(ground);
        let text = source
            .db()
            .read_now::<_, StoreError, _>(|conn| {
                let mut out = Vec::new();
                assert_eq!(
                    export_items_csv(conn, ProductId(id(APP)), &mut out, &|done, all| assert!(done <= all))?,
                    TASKS as u64 + 2
                );
                Ok(String::from_utf8(out).unwrap())
            })
            .unwrap();
        assert!(text.starts_with("\u{feff}\"Reference\",\"Kind\","));
        let mut csv = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), TASKS as usize + 2);
        assert_eq!(&rows[0][0], "APP-16");
        let story: Vec<&str> = rows[1].iter().collect();
        assert_eq!(story[..2], ["APP-10", "story"]);
        assert_eq!(story[3..7], ["Done", "done", "0.30000000000000004", "Bea"]);
        assert_eq!(story[7], "APP-16");
        assert!(story[8].starts_with("sprint 8") && story[9].starts_with("release 9"));
        assert_eq!(story[10], "2025-11-24T16:00:00Z");
        assert_eq!(story[13], "'=cmd, line\nbreak\ttab \u{1F984}");
    }
}

fn wrong(report: &Report) -> Vec<String> {
    report
        .checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| format!("{}: {}", check.name, check.found.join(", ")))
        .collect()
}

#[test]
fn the_doctor_finds_what_is_wrong_and_names_it() {
    /// What is broken, how, what the check is called and whom it names.
    const CASES: &[(&str, &str, &str)] = &[
        (
            "UPDATE item SET rank = (SELECT rank FROM item WHERE number = 17) WHERE number = 18",
            "one place in the order",
            "APP-17",
        ),
        ("UPDATE item SET rank = 'a1!' WHERE number = 17", "well formed", "APP-17"),
        ("UPDATE object SET number = 99999 WHERE number = 9", "counted", "APP-99999"),
        ("UPDATE activity SET seq = 7 WHERE seq = 2", "without a gap", "APP: 2 events from 1 to 7, 2 counted"),
        ("UPDATE object SET version = 3 WHERE number = 10", "last event", "APP-10"),
        ("UPDATE item SET category = 'ready' WHERE number = 17", "one of the workflow's", "APP-17"),
        ("UPDATE item SET state = 'Nowhere' WHERE number = 17", "one of the workflow's", "APP-17"),
        ("UPDATE object SET archived_at = 1 WHERE number = 17", "neither finished nor archived", "APP-17"),
        ("UPDATE item SET kind = 'bug' WHERE number = 17", "its object's", "APP-17"),
        ("UPDATE item SET title = 'Other' WHERE number = 17", "lists show", "APP-17"),
        ("UPDATE item SET version = 99 WHERE number = 17", "lists show", "APP-17"),
        ("UPDATE item SET archived = NOT archived WHERE number = 17", "lists show", "APP-17"),
        ("UPDATE item SET epic = 'None' WHERE number = 17", "lists show", "APP-17"),
        ("UPDATE item SET why = NOT why WHERE number = 17", "lists show", "APP-17"),
        ("UPDATE object SET kind = 'sprint' WHERE number = 9", "row of its kind", "APP-9"),
        ("UPDATE object SET kind = 'wish' WHERE number = 9", "vocabulary", "object.kind: “wish”"),
        ("UPDATE exempt_budget SET class = 'fun'", "vocabulary", "exempt_budget.class: “fun”"),
        ("UPDATE question SET role = 'king'", "vocabulary", "question.role: “king”"),
        ("UPDATE delegation SET decision = 'all'", "vocabulary", "delegation.decision: “all”"),
        ("DELETE FROM theme", "row of its kind", "APP-11"),
        (
            "UPDATE promise SET product_id = (SELECT id FROM product WHERE key = 'OTHER')",
            "lies in its product",
            "APP-12",
        ),
        (
            "UPDATE drift SET product_id = (SELECT id FROM product WHERE key = 'OTHER')",
            "lies in its product",
            "APP-2; APP-5",
        ),
        ("UPDATE item SET parent_id = object_id WHERE number = 17", "larger kind", "APP-17"),
        ("UPDATE opportunity SET parent_id = object_id", "opportunity's parent", "APP-3"),
        (
            "UPDATE item SET product_id = (SELECT id FROM product WHERE key = 'OTHER') WHERE number = 10",
            "sprint and release",
            "APP-10",
        ),
        ("UPDATE link SET product_id = (SELECT id FROM product WHERE key = 'OTHER')", "ends of a link", "APP-10"),
        ("UPDATE link SET relation = 'serves'", "may join", "story serves initiative"),
        ("UPDATE item SET sprint_id = NULL WHERE number = 10", "no other", "APP-10"),
        ("UPDATE sprint_scope SET removed_at = 2", "no other", "APP-10"),
        ("UPDATE criterion SET accepted_at = NULL", "criterion", "APP-10"),
        ("UPDATE item SET done_at = NULL WHERE number = 10", "time it was done", "APP-10"),
        ("UPDATE item SET done_at = 1 WHERE number = 17", "time it was done", "APP-17"),
        ("UPDATE sprint_scope SET item_id = (SELECT object_id FROM item WHERE number = 17)", "in no other", "APP-17"),
        ("UPDATE item SET category = 'ready' WHERE number = 10", "no sprint that is over", ""),
        ("UPDATE item SET accepted_at = NULL WHERE number = 10", "what shipped", "APP-10"),
        ("UPDATE feedback SET state = 'triaged'", "feedback is told", "APP-7"),
        ("DELETE FROM telling", "feedback is told", "APP-7"),
        ("UPDATE vision SET number = 2", "one vision", "APP-1"),
        ("UPDATE object SET kind = 'vision' WHERE number IN (1, 2)", "one vision", "APP-1; APP-2"),
        (
            "UPDATE opportunity SET parent_id = (SELECT o.object_id FROM opportunity o WHERE o.object_id <> opportunity.object_id)",
            "below itself",
            "APP-3; APP-4",
        ),
        ("UPDATE object SET visibility = 'public' WHERE number = 10", "the whole", "APP-10"),
        ("UPDATE activity SET version = 2 WHERE seq = 1", "leaving out none", "APP-10"),
        (
            "DELETE FROM workflow_state WHERE name = 'a'",
            "workflow has",
            "APP has no state of the category in_progress; OTHER",
        ),
        ("UPDATE feedback SET product_id = (SELECT id FROM product WHERE key = 'OTHER')", "told", "APP-7"),
        ("DELETE FROM search", "search index", "APP-20"),
        ("UPDATE attachment SET size = 3", "file is there", "17 bytes, not 3"),
        (
            "UPDATE scope_counter SET scope_id = person.id FROM person WHERE scope_counter.number = 1",
            "without a gap",
            "has no counter",
        ),
    ];
    for ground in Ground::each() {
        let source = filled(ground);
        let files = source.files();
        for (change, name, offender) in CASES {
            let files = files.clone();
            // Examined within the transaction that breaks it, which is then given up.
            let answer: Result<(), StoreError> = source.db().write_now(move |conn| {
                conn.exec_unrecorded(change, &[])?;
                let report = doctor::examine(conn, &files)?;
                assert!(!report.is_healthy());
                let check = report.checks.iter().find(|check| check.name.contains(name) && !check.ok);
                let found = check.map(|check| check.found.join("; ")).unwrap_or_default();
                Err(StoreError::Other(found))
            });
            let found = answer.unwrap_err().to_string();
            assert!(found.contains(offender), "{change}: {name}: {found}");
        }
        assert_eq!(wrong(&source.examine()), Vec::<String>::new());
        std::fs::write(object::content_path(&files, &hash()), "another content").unwrap();
        assert_eq!(wrong(&source.examine()).len(), 1);
        let refused = export_to_file(source.db(), &files, Contents::Backup, Ts(0), &files.join("x.zip"), |_, _| {});
        assert!(refused.unwrap_err().to_string().contains("is damaged on disk"));
        std::fs::remove_file(object::content_path(&files, &hash())).unwrap();
        let made =
            export_to_file(source.db(), &files, Contents::Backup, Ts(0), &files.join("x.zip"), |_, _| {}).unwrap();
        assert_eq!(made.missing_attachments, [hash()]);
    }
}

/// Whoever the bearer token names, with one role in the product, or with none.
fn as_named(_: &Conn<'_>, credential: &web::Credential, _: Ts) -> Result<access::Actor, access::Fault> {
    let roles = [("developer", Role::Developer), ("viewer", Role::Viewer)];
    let role = roles.iter().find(|(name, _)| *credential == web::Credential::Token(web::hash_token(name)));
    Ok(access::Actor {
        person: Some(PersonId(id(BEA))),
        via: access::Via::Token,
        admin: false,
        memberships: role.map(|(_, role)| (ProductId(id(APP)), *role)).into_iter().collect(),
        ..access::Actor::console(OrganisationId(id(1)))
    })
}

#[tokio::test]
async fn a_team_takes_its_product_away_and_nobody_else_does() {
    use axum::http::{Request, StatusCode, header};
    use tower::ServiceExt;
    let source = tokio::task::spawn_blocking(|| filled(Ground::sqlite)).await.unwrap();
    let house = web::House {
        db: source.db().clone(),
        clock: vocabulary::Clock::fixed(Ts(9)),
        limits: web::Limits::default(),
        files: std::sync::Arc::new(source.files()),
        authenticate: as_named,
        propose: |_, _| Err(access::Fault::not_found("proposal")),
        public_origin: None,
    };
    let (router, _) = throughline_interchange::routes::<web::House>().with_state(house).split_for_parts();
    let get = async |who: &str, query: &str| {
        let request = Request::get(format!("/products/APP/export?{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {who}"))
            .body(axum::body::Body::empty());
        router.clone().oneshot(request.unwrap()).await.unwrap()
    };
    for (who, query, status) in [
        ("viewer", "format=json", StatusCode::FORBIDDEN),
        ("stranger", "format=csv", StatusCode::NOT_FOUND),
        ("developer", "format=xml", StatusCode::UNPROCESSABLE_ENTITY),
        ("developer", "", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(get(who, query).await.status(), status, "{who} {query}");
    }
    for (query, name) in [("format=json", "APP.zip"), ("format=csv", "APP.csv")] {
        let answer = get("developer", query).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let told = |name: header::HeaderName| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(told(header::CONTENT_DISPOSITION), format!("attachment; filename=\"{name}\""));
        let size: usize = told(header::CONTENT_LENGTH).parse().unwrap();
        let content = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert_eq!(content.len(), size);
        let file = source.folder.path().join(name);
        std::fs::write(&file, content).unwrap();
    }
    let sent = entries(&source.folder.path().join("APP.zip"));
    let source = tokio::task::spawn_blocking(move || (source.export(Contents::Product(ProductId(id(APP)))), source));
    let (written, source) = source.await.unwrap();
    assert!(sent == entries(&written));
    tokio::task::spawn_blocking(move || drop(source)).await.unwrap();
}
