//! Looks for anything in the stored data that the rules do not allow. Changes nothing.

use crate::archive::Progress;
use object::relations;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use store::{Conn, Db, Engine, Row, StoreError, args};
use uuid::Uuid;
use vocabulary::{Category, Decision, ExemptClass, Kind, OrderKey, Relation, Role, Visibility};

/// Offenders that are named; after so many the rest are the same story.
const MOST: usize = 20;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    /// Worth knowing, but no damage.
    pub warning: bool,
    /// What is wrong: references, ids or words; at most 20.
    pub found: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether every check but the warnings holds.
    pub fn is_healthy(&self) -> bool {
        self.checks.iter().all(|check| check.ok || check.warning)
    }
}

/// Objects that break a rule: a name and a select of their ids.
const OBJECTS: &[(&str, &str)] = &[
    (
        "no two items of a product stand at one place in the order",
        "SELECT i.object_id AS id FROM item i
         JOIN (SELECT product_id, rank FROM item GROUP BY product_id, rank HAVING count(*) > 1) d
           ON d.product_id = i.product_id AND d.rank = i.rank",
    ),
    (
        "no two initiatives of a lane stand at one place in the order",
        "SELECT i.object_id AS id FROM initiative i
         JOIN (SELECT product_id, lane, rank FROM initiative GROUP BY product_id, lane, rank HAVING count(*) > 1) d
           ON d.product_id = i.product_id AND d.lane = i.lane AND d.rank = i.rank",
    ),
    (
        "every number is given once and is counted",
        "SELECT o.id AS id FROM object o LEFT JOIN scope_counter c ON c.scope_id = o.product_id
         WHERE c.number IS NULL OR o.number > c.number OR o.number < 1
         UNION
         SELECT o.id FROM object o
         JOIN (SELECT product_id, number FROM object GROUP BY product_id, number HAVING count(*) > 1) d
           ON d.product_id = o.product_id AND d.number = o.number",
    ),
    (
        "an object's version is that of its last event",
        "SELECT o.id AS id FROM object o
         JOIN (SELECT object_id, max(seq) AS seq FROM activity WHERE object_id IS NOT NULL GROUP BY object_id) m
           ON m.object_id = o.id
         JOIN activity a ON a.scope_id = o.product_id AND a.seq = m.seq
         WHERE a.object_id <> o.id OR a.version <> o.version",
    ),
    (
        "an object's events are its product's",
        "SELECT o.id AS id FROM activity a JOIN object o ON o.id = a.object_id WHERE a.scope_id <> o.product_id",
    ),
    (
        "an item's state is one of the workflow's, with its meaning",
        "SELECT i.object_id AS id FROM item i
         LEFT JOIN workflow_state w ON w.product_id = i.product_id AND w.name = i.state
         WHERE w.name IS NULL OR w.category <> i.category",
    ),
    (
        "an item is open when it is neither finished nor archived",
        "SELECT i.object_id AS id FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.open <> (CASE WHEN i.category NOT IN ('done', 'cancelled') AND o.archived_at IS NULL
                               THEN TRUE ELSE FALSE END)",
    ),
    (
        "an item's kind, number and product are its object's",
        "SELECT i.object_id AS id FROM item i JOIN object o ON o.id = i.object_id
         WHERE i.kind <> o.kind OR i.number <> o.number OR i.product_id <> o.product_id",
    ),
    (
        "what lists show of an item is what its object, its parent and its links say",
        "SELECT i.object_id AS id FROM item i JOIN object o ON o.id = i.object_id
         JOIN grounded g ON g.item_id = i.object_id LEFT JOIN object w ON w.id = i.parent_id
         WHERE i.title <> o.title OR i.visibility <> o.visibility OR i.version <> o.version
            OR i.archived <> (o.archived_at IS NOT NULL) OR i.epic IS DISTINCT FROM w.title OR i.why <> g.why",
    ),
    (
        "what is kept of an object lies in its product",
        "SELECT o.id AS id FROM object o JOIN (
            SELECT object_id, product_id FROM initiative UNION ALL SELECT object_id, product_id FROM feedback
            UNION ALL SELECT object_id, product_id FROM sprint UNION ALL SELECT object_id, product_id FROM release
            UNION ALL SELECT object_id, product_id FROM theme UNION ALL SELECT object_id, product_id FROM promise
            UNION ALL SELECT object_id, product_id FROM question UNION ALL SELECT object_id, product_id FROM proposal
            UNION ALL SELECT object_id, product_id FROM decision UNION ALL SELECT object_id, product_id FROM drift
            UNION ALL SELECT source_id, product_id FROM drift UNION ALL SELECT one_id, product_id FROM contradiction
            UNION ALL SELECT other_id, product_id FROM contradiction
         ) k ON k.object_id = o.id WHERE k.product_id <> o.product_id",
    ),
    (
        "every object has the row of its kind, and no other",
        "SELECT o.id AS id FROM object o LEFT JOIN (
            SELECT object_id, 'item' AS held FROM item
            UNION ALL SELECT object_id, 'vision' FROM vision UNION ALL SELECT object_id, 'objective' FROM objective
            UNION ALL SELECT object_id, 'opportunity' FROM opportunity
            UNION ALL SELECT object_id, 'initiative' FROM initiative UNION ALL SELECT object_id, 'theme' FROM theme
            UNION ALL SELECT object_id, 'promise' FROM promise UNION ALL SELECT object_id, 'customer' FROM customer
            UNION ALL SELECT object_id, 'feedback' FROM feedback UNION ALL SELECT object_id, 'sprint' FROM sprint
            UNION ALL SELECT object_id, 'release' FROM release UNION ALL SELECT object_id, 'question' FROM question
            UNION ALL SELECT object_id, 'proposal' FROM proposal UNION ALL SELECT object_id, 'decision' FROM decision
         ) k ON k.object_id = o.id GROUP BY o.id, o.kind
         HAVING count(k.held) <> 1 OR max(k.held) <> CASE
            WHEN o.kind IN ('epic', 'story', 'bug', 'task', 'spike', 'subtask') THEN 'item' ELSE o.kind END",
    ),
    (
        "an item's parent is of a larger kind and of its product",
        "SELECT i.object_id AS id FROM item i JOIN item u ON u.object_id = i.parent_id
         WHERE i.product_id <> u.product_id
            OR (CASE u.kind WHEN 'epic' THEN 0 WHEN 'subtask' THEN 2 ELSE 1 END)
               >= (CASE i.kind WHEN 'epic' THEN 0 WHEN 'subtask' THEN 2 ELSE 1 END)",
    ),
    (
        "an opportunity's parent is of its product",
        "SELECT o.id AS id FROM opportunity c JOIN object o ON o.id = c.object_id JOIN object u ON u.id = c.parent_id
         WHERE o.product_id <> u.product_id OR o.id = u.id",
    ),
    (
        "an item's sprint and release, and feedback's customer, are of its product",
        "SELECT i.object_id AS id FROM item i JOIN sprint s ON s.object_id = i.sprint_id
         WHERE s.product_id <> i.product_id
         UNION SELECT i.object_id FROM item i JOIN release r ON r.object_id = i.release_id
         WHERE r.product_id <> i.product_id
         UNION SELECT f.object_id FROM feedback f JOIN object c ON c.id = f.customer_id
         WHERE c.product_id <> f.product_id",
    ),
    (
        "both ends of a link lie in its product",
        "SELECT l.from_id AS id FROM link l JOIN object f ON f.id = l.from_id JOIN object t ON t.id = l.to_id
         WHERE f.product_id <> l.product_id OR t.product_id <> l.product_id OR l.from_id = l.to_id",
    ),
    (
        "an item is in the sprint whose scope it is in, and in no other",
        "SELECT i.object_id AS id FROM item i WHERE i.sprint_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM sprint_scope c
             WHERE c.item_id = i.object_id AND c.sprint_id = i.sprint_id AND c.removed_at IS NULL)
         UNION SELECT c.item_id FROM sprint_scope c JOIN item i ON i.object_id = c.item_id
         WHERE c.removed_at IS NULL AND (i.sprint_id IS NULL OR i.sprint_id <> c.sprint_id)
         UNION SELECT item_id FROM sprint_scope WHERE removed_at IS NULL
         GROUP BY item_id HAVING count(*) > 1",
    ),
    (
        "an accepted item has no criterion that is not accepted",
        "SELECT i.object_id AS id FROM item i WHERE i.accepted_at IS NOT NULL AND EXISTS
            (SELECT 1 FROM criterion c WHERE c.item_id = i.object_id AND c.accepted_at IS NULL)",
    ),
    (
        "an item is done when it has the time it was done",
        "SELECT i.object_id AS id FROM item i
         WHERE (i.category = 'done' AND i.done_at IS NULL) OR (i.category <> 'done' AND i.done_at IS NOT NULL)",
    ),
    (
        "open work is in no sprint that is over",
        "SELECT i.object_id AS id FROM item i JOIN sprint s ON s.object_id = i.sprint_id
         WHERE s.state IN ('closed', 'cancelled') AND i.category NOT IN ('done', 'cancelled')",
    ),
    (
        "what shipped is accepted",
        "SELECT i.object_id AS id FROM item i JOIN release r ON r.object_id = i.release_id
         WHERE r.shipped_at IS NOT NULL AND i.accepted_at IS NULL",
    ),
    (
        "feedback is told when its customer was",
        "SELECT f.object_id AS id FROM feedback f WHERE f.state = 'told'
             AND NOT EXISTS (SELECT 1 FROM telling t WHERE t.feedback_id = f.object_id)
         UNION SELECT f.object_id FROM feedback f JOIN telling t ON t.feedback_id = f.object_id WHERE f.state <> 'told'",
    ),
    (
        "a product has one vision, at the last version published",
        "SELECT o.id AS id FROM object o
         JOIN (SELECT product_id FROM object WHERE kind = 'vision' GROUP BY product_id HAVING count(*) > 1) d
           ON d.product_id = o.product_id WHERE o.kind = 'vision'
         UNION SELECT v.object_id FROM vision v
         LEFT JOIN (SELECT object_id, max(number) AS last, min(number) AS first, count(*) AS versions
                    FROM vision_version GROUP BY object_id) p ON p.object_id = v.object_id
         WHERE p.last IS NULL OR p.last <> v.number OR p.versions <> v.number OR p.first <> 1",
    ),
    (
        "a part is shown to no more people than the whole",
        "SELECT id FROM (
            SELECT o.id AS id, o.visibility AS own, w.visibility AS whole FROM item i
            JOIN object o ON o.id = i.object_id JOIN object w ON w.id = i.parent_id
            UNION ALL SELECT o.id, o.visibility, w.visibility FROM opportunity u
            JOIN object o ON o.id = u.object_id JOIN object w ON w.id = u.parent_id) p
         WHERE (CASE own WHEN 'team' THEN 0 WHEN 'internal' THEN 1 WHEN 'customers' THEN 2 ELSE 3 END)
             > (CASE whole WHEN 'team' THEN 0 WHEN 'internal' THEN 1 WHEN 'customers' THEN 2 ELSE 3 END)",
    ),
    (
        "an object's events count its versions from the first, leaving out none",
        "SELECT object_id AS id FROM (
            SELECT object_id, version, LAG(version) OVER (PARTITION BY object_id ORDER BY seq) AS before
            FROM activity WHERE object_id IS NOT NULL) v
         WHERE version > COALESCE(before, 0) + 1 OR version < COALESCE(before, 1)
         GROUP BY object_id",
    ),
    (
        "what is told is told of a release and feedback of one product",
        "SELECT t.feedback_id AS id FROM telling t JOIN release r ON r.object_id = t.release_id
         JOIN feedback f ON f.object_id = t.feedback_id WHERE r.product_id <> f.product_id",
    ),
];

type Look = fn(&Conn<'_>) -> Result<Vec<String>, StoreError>;

/// What no single select of objects can tell.
const OTHERS: &[(&str, Look)] = &[
    ("every place in an order is well formed", malformed_keys),
    ("no opportunity lies below itself", circles),
    ("a workflow has states to begin in, to work in and to be done in", lacking_workflows),
    ("the events of a product are numbered without a gap", gaps),
    ("every word is one of the vocabulary", strange_words),
    ("every link joins kinds that its relation may join", unfitting_links),
    ("the search index holds every object, and nothing else", unsearchable),
];

/// Examines all that a database holds at one moment; `files` is the folder of attachments.
pub fn examine_all(db: &Db, files: &Path, progress: impl Fn(u64, u64) + Send + 'static) -> Result<Report, StoreError> {
    let files = files.to_owned();
    db.read_now(move |conn| conn.in_snapshot(|| look(conn, &files, &progress)))
}

/// [`examine_all`], in a transaction of the caller's.
pub fn examine(conn: &Conn<'_>, files: &Path) -> Result<Report, StoreError> {
    look(conn, files, &|_, _| {})
}

fn look(conn: &Conn<'_>, files: &Path, progress: Progress<'_>) -> Result<Report, StoreError> {
    let mut checks = engine_checks(conn)?;
    let all = (checks.len() + OBJECTS.len() + OTHERS.len() + 2) as u64;
    let told = |checks: &[Check]| progress(checks.len() as u64, all);
    for (name, select) in OBJECTS {
        checks.push(check(name, objects(conn, select)?));
        told(&checks);
    }
    for (name, look) in OTHERS {
        checks.push(check(name, look(conn)?));
        told(&checks);
    }
    checks.push(check("every attachment's file is there and unchanged", damaged_files(conn, files)?));
    checks.push(Check { warning: true, ..check("a product runs one sprint at a time", parallel_sprints(conn)?) });
    told(&checks);
    Ok(Report { checks })
}

fn check(name: &'static str, mut found: Vec<String>) -> Check {
    found.truncate(MOST);
    Check { name, ok: found.is_empty(), warning: false, found }
}

/// Offenders as references where they have one, as ids where not.
fn objects(conn: &Conn<'_>, select: &str) -> Result<Vec<String>, StoreError> {
    conn.query(
        &format!(
            "SELECT x.id, p.key, o.number FROM ({select}) x LEFT JOIN object o ON o.id = x.id
             LEFT JOIN product p ON p.id = o.product_id ORDER BY x.id LIMIT {MOST}"
        ),
        &[],
        named,
    )
}

fn named(row: &Row<'_>) -> Result<String, StoreError> {
    Ok(match (row.get::<Option<String>>(1)?, row.get::<Option<i64>>(2)?) {
        (Some(key), Some(number)) => format!("{key}-{number}"),
        _ => row.get::<Uuid>(0)?.to_string(),
    })
}

fn engine_checks(conn: &Conn<'_>) -> Result<Vec<Check>, StoreError> {
    let (whole, references) = match conn.engine() {
        Engine::Sqlite => {
            let whole: Vec<(String,)> = conn.rows("PRAGMA integrity_check(20)", &[])?;
            let references = conn.query("PRAGMA foreign_key_check", &[], |row| {
                Ok(format!(
                    "{} row {} → {}",
                    row.get::<String>(0)?,
                    row.get::<Option<i64>>(1)?.unwrap_or_default(),
                    row.get::<String>(2)?
                ))
            })?;
            (whole.into_iter().map(|(word,)| word).filter(|word| word != "ok").collect(), references)
        }
        // The server keeps its own files; what it can tell are keys and indexes it no longer vouches for.
        Engine::Postgres => (
            names(
                conn,
                "SELECT CAST(c.relname AS TEXT) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = current_schema() AND NOT i.indisvalid",
            )?,
            names(
                conn,
                "SELECT CAST(c.conname AS TEXT) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                 WHERE n.nspname = current_schema() AND c.contype = 'f' AND NOT c.convalidated",
            )?,
        ),
    };
    Ok(vec![check("the database's files are whole", whole), check("every reference leads somewhere", references)])
}

fn names(conn: &Conn<'_>, sql: &str) -> Result<Vec<String>, StoreError> {
    Ok(conn.rows(sql, &[])?.into_iter().map(|(name,)| name).collect())
}

fn malformed_keys(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for table in ["item", "initiative"] {
        let sql = format!(
            "SELECT x.object_id, p.key, o.number, x.rank FROM {table} x JOIN object o ON o.id = x.object_id
             JOIN product p ON p.id = o.product_id WHERE x.object_id > $1 ORDER BY x.object_id LIMIT 1000"
        );
        let mut after = Uuid::nil();
        loop {
            let rows =
                conn.query(&sql, args![after], |row| Ok((row.get::<Uuid>(0)?, named(row)?, row.get::<OrderKey>(3)?)))?;
            let Some((last, ..)) = rows.last() else { break };
            after = *last;
            found.extend(rows.into_iter().filter(|(_, _, key)| !key.is_well_formed()).map(|(_, name, _)| name));
            if found.len() >= MOST {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn circles(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    let parts: HashMap<Uuid, (Uuid, String)> = conn
        .query(
            "SELECT u.object_id, p.key, o.number, u.parent_id FROM opportunity u JOIN object o ON o.id = u.object_id
             JOIN product p ON p.id = o.product_id WHERE u.parent_id IS NOT NULL",
            &[],
            |row| Ok((row.get(0)?, (row.get(3)?, named(row)?))),
        )?
        .into_iter()
        .collect();
    let is_below_itself = |id: &Uuid| {
        let mut above = parts.get(id);
        // More steps up than there are opportunities lead round.
        for _ in 0..parts.len() {
            match above {
                Some((parent, _)) if parent == id => return true,
                Some((parent, _)) => above = parts.get(parent),
                None => return false,
            }
        }
        false
    };
    let mut found: Vec<String> =
        parts.iter().filter(|(id, _)| is_below_itself(id)).map(|(_, (_, name))| name.clone()).collect();
    found.sort_unstable();
    Ok(found)
}

fn lacking_workflows(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for needed in [Category::Backlog, Category::InProgress, Category::Done] {
        let products: Vec<(String,)> = conn.rows(
            "SELECT p.key FROM product p WHERE NOT EXISTS
                 (SELECT 1 FROM workflow_state w WHERE w.product_id = p.id AND w.category = $1)
             ORDER BY p.key LIMIT 20",
            args![needed],
        )?;
        found.extend(products.into_iter().map(|(key,)| format!("{key} has no state of the category {needed}")));
    }
    Ok(found)
}

fn gaps(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    let mut found = conn.query(
        "SELECT c.scope_id, p.key, c.seq, COALESCE(a.events, 0), COALESCE(a.first, 0), COALESCE(a.last, 0)
         FROM scope_counter c LEFT JOIN product p ON p.id = c.scope_id
         LEFT JOIN (SELECT scope_id, count(*) AS events, min(seq) AS first, max(seq) AS last
                    FROM activity GROUP BY scope_id) a ON a.scope_id = c.scope_id
         WHERE COALESCE(a.events, 0) <> c.seq OR COALESCE(a.last, 0) <> c.seq OR a.first <> 1
         ORDER BY c.scope_id LIMIT 20",
        &[],
        |row| {
            let scope =
                row.get::<Option<String>>(1)?.map_or_else(|| row.get::<Uuid>(0).map(|id| id.to_string()), Ok)?;
            let (seq, events, first, last): (i64, i64, i64, i64) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
            Ok(format!("{scope}: {events} events from {first} to {last}, {seq} counted"))
        },
    )?;
    let uncounted: Vec<(Uuid,)> = conn.rows(
        "SELECT id FROM (SELECT scope_id AS id FROM activity UNION SELECT id FROM product UNION
                         SELECT id FROM organisation) s
         WHERE id NOT IN (SELECT scope_id FROM scope_counter) LIMIT 20",
        &[],
    )?;
    found.extend(uncounted.into_iter().map(|(id,)| format!("{id} has no counter")));
    Ok(found)
}

fn strange_words(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    fn knows<T: std::str::FromStr>(word: &str) -> bool {
        word.parse::<T>().is_ok()
    }
    let columns: [(&str, &str, fn(&str) -> bool); 10] = [
        ("object", "kind", knows::<Kind>),
        ("object", "visibility", knows::<Visibility>),
        ("item", "kind", knows::<Kind>),
        ("item", "category", knows::<Category>),
        ("workflow_state", "category", knows::<Category>),
        ("link", "relation", knows::<Relation>),
        ("member", "role", knows::<Role>),
        ("question", "role", knows::<Role>),
        ("delegation", "decision", knows::<Decision>),
        ("exempt_budget", "class", knows::<ExemptClass>),
    ];
    let mut found = Vec::new();
    for (table, column, is_known) in columns {
        let words = names(conn, &format!("SELECT DISTINCT {column} FROM {table}"))?;
        found
            .extend(words.into_iter().filter(|word| !is_known(word)).map(|word| format!("{table}.{column}: “{word}”")));
    }
    Ok(found)
}

fn unfitting_links(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    let joined: Vec<(String, String, String)> = conn.rows(
        "SELECT DISTINCT l.relation, f.kind, t.kind FROM link l
         JOIN object f ON f.id = l.from_id JOIN object t ON t.id = l.to_id",
        &[],
    )?;
    let mut found = Vec::new();
    for (relation, from, to) in joined.into_iter().filter(|(relation, from, to)| !fits(relation, from, to)) {
        let links: Vec<(Uuid,)> = conn.rows(
            "SELECT l.id FROM link l JOIN object f ON f.id = l.from_id JOIN object t ON t.id = l.to_id
             WHERE l.relation = $1 AND f.kind = $2 AND t.kind = $3 ORDER BY l.id LIMIT 20",
            args![&relation, &from, &to],
        )?;
        found.extend(links.into_iter().map(|(id,)| format!("{id}: {from} {relation} {to}")));
    }
    Ok(found)
}

fn fits(relation: &str, from: &str, to: &str) -> bool {
    let (Ok(relation), Ok(from), Ok(to)) = (relation.parse::<Relation>(), from.parse::<Kind>(), to.parse::<Kind>())
    else {
        return false;
    };
    let rule = relations::rule(relation);
    rule.from.contains(&from) && rule.to.contains(&to)
}

fn unsearchable(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    let row = match conn.engine() {
        Engine::Sqlite => "rowid",
        Engine::Postgres => "row",
    };
    let mut found = objects(
        conn,
        &format!(
            "SELECT o.id AS id FROM object o JOIN product p ON p.id = o.product_id
             WHERE NOT EXISTS (SELECT 1 FROM search s WHERE s.{row} = p.ordinal * 4294967296 + o.number)"
        ),
    )?;
    let (objects, rows): (i64, i64) =
        conn.one("SELECT (SELECT count(*) FROM object), (SELECT count(*) FROM search)", &[])?;
    if rows > objects {
        found.push(format!("{rows} rows for {objects} objects"));
    }
    Ok(found)
}

fn damaged_files(conn: &Conn<'_>, files: &Path) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let rows: Vec<(String, i64)> = conn.rows(
            "SELECT content_hash, max(size) FROM attachment WHERE deleted_at IS NULL AND content_hash > $1
             GROUP BY content_hash ORDER BY content_hash LIMIT 1000",
            args![&after],
        )?;
        let Some((last, _)) = rows.last() else { return Ok(found) };
        after.clone_from(last);
        for (hash, size) in rows {
            if let Some(why) = damage(files, &hash, size) {
                found.push(format!("{hash}: {why}"));
            }
            if found.len() >= MOST {
                return Ok(found);
            }
        }
    }
}

fn damage(files: &Path, hash: &str, size: i64) -> Option<String> {
    if !hash.is_ascii() || hash.len() != 64 {
        return Some("this is no hash".to_owned());
    }
    match sum(&object::content_path(files, hash)) {
        Err(error) => Some(error.to_string()),
        Ok((sum, _)) if sum != hash => Some("the content is another".to_owned()),
        Ok((_, bytes)) if i64::try_from(bytes) != Ok(size) => Some(format!("{bytes} bytes, not {size}")),
        Ok(_) => None,
    }
}

fn sum(file: &Path) -> std::io::Result<(String, u64)> {
    let mut file = std::fs::File::open(file)?;
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), size));
        }
        hash.update(&buffer[..read]);
        size += read as u64;
    }
}

fn parallel_sprints(conn: &Conn<'_>) -> Result<Vec<String>, StoreError> {
    objects(
        conn,
        "SELECT s.object_id AS id FROM sprint s
         JOIN (SELECT product_id FROM sprint WHERE state = 'active' GROUP BY product_id HAVING count(*) > 1) d
           ON d.product_id = s.product_id WHERE s.state = 'active'",
    )
}
