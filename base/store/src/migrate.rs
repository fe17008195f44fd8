use crate::conn::{Conn, Inner};
use crate::postgres_engine::PgClient;
use crate::{StoreError, args, sqlite_engine};
use std::path::Path;
use vocabulary::Ts;

/// One series for both engines. A part between `-- only sqlite` or `-- only postgres` and `-- end` is for that engine.
const MIGRATIONS: &[(i64, &str, &str)] = &[(1, "the line", include_str!("../../../migrations/0001_the_line.sql"))];

/// Every table that holds data, parents before children; archives and `doctor` walk it.
pub(crate) const TABLES: &[&str] = &[
    "organisation",
    "person",
    "session",
    "access_token",
    "invitation",
    "product",
    "scope_counter",
    "member",
    "delegation",
    "workflow_state",
    "object",
    "vision",
    "vision_version",
    "objective",
    "key_result",
    "check_in",
    "opportunity",
    "initiative",
    "theme",
    "promise",
    "customer",
    "feedback",
    "sprint",
    "team",
    "team_member",
    "day_off",
    "release",
    "item",
    "criterion",
    "sprint_scope",
    "telling",
    "question",
    "proposal",
    "approval",
    "decision",
    "drift",
    "contradiction",
    "exempt_budget",
    "looked_over",
    "link",
    "comment",
    "attachment",
    "follower",
    "activity",
    "import_batch",
    "import_change",
    "external_key",
    "imported_values",
    "idempotency_key",
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

pub(crate) fn sqlite(conn: &rusqlite::Connection, file: &Path) -> Result<(), StoreError> {
    let scoped = Conn::new(Inner::Sqlite(conn));
    scoped.batch(LEDGER)?;
    let pending = pending(&scoped)?;
    let has_data = scoped.maybe::<(i64,)>("SELECT number FROM schema_migration LIMIT 1", &[])?.is_some();
    if has_data && !pending.is_empty() {
        let backup = file.with_extension(format!("before-{}.db", pending[0].0));
        sqlite_engine::copy(file, &backup, &mut |_, _| {})?;
        tracing::info!(file = %backup.display(), "backed up before migrating");
    }
    for migration in pending {
        scoped.batch("BEGIN IMMEDIATE")?;
        let applied = apply(&scoped, migration, "sqlite");
        scoped.batch(if applied.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        applied?;
    }
    Ok(())
}

pub(crate) fn postgres(client: &PgClient) -> Result<(), StoreError> {
    let scoped = Conn::new(Inner::Postgres(client));
    scoped.batch("BEGIN; SELECT pg_advisory_xact_lock(7400123)")?;
    let applied = scoped
        .batch(LEDGER)
        .and_then(|()| pending(&scoped)?.into_iter().try_for_each(|migration| apply(&scoped, migration, "postgres")));
    scoped.batch(if applied.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    applied
}

fn pending(conn: &Conn<'_>) -> Result<Vec<&'static (i64, &'static str, &'static str)>, StoreError> {
    let applied: Vec<(i64, String)> =
        conn.rows("SELECT number, checksum FROM schema_migration ORDER BY number", &[])?;
    if let Some((number, _)) = applied.iter().find(|(number, _)| *number > MIGRATIONS.len() as i64) {
        return Err(StoreError::Other(format!(
            "the data was written by a newer version (migration {number}); start that version or restore a backup"
        )));
    }
    let mut open = Vec::new();
    for migration in MIGRATIONS {
        match applied.iter().find(|(number, _)| *number == migration.0) {
            Some((number, sum)) if *sum != checksum(migration.2) => {
                return Err(StoreError::Other(format!("migration {number} is not the one that was applied")));
            }
            Some(_) => {}
            None => open.push(migration),
        }
    }
    Ok(open)
}

fn apply(conn: &Conn<'_>, (number, name, sql): &(i64, &str, &str), engine: &str) -> Result<(), StoreError> {
    conn.batch(&for_engine(sql, engine))?;
    conn.exec_unrecorded(
        "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        args![*number, *name, checksum(sql), Ts::now()],
    )?;
    tracing::info!(number, name, "migrated");
    Ok(())
}

/// The part of a migration that is for one engine. `COLLATE "C"` is PostgreSQL's name for SQLite's default order.
fn for_engine(sql: &str, engine: &str) -> String {
    let mut only: Option<&str> = None;
    let mut text = String::with_capacity(sql.len());
    for line in sql.lines() {
        match line.trim() {
            "-- end" => only = None,
            marker if marker.starts_with("-- only ") => only = marker.strip_prefix("-- only "),
            _ if only.is_none_or(|name| name == engine) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    if engine == "sqlite" { text.replace(" COLLATE \"C\"", "") } else { with_functions(&text) }
}

/// Triggers as PostgreSQL wants them: what one does stands in a function of its name.
fn with_functions(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut head: Option<(&str, Vec<&str>)> = None;
    for line in sql.lines() {
        if let Some(name) = line.strip_prefix("CREATE TRIGGER ").and_then(|rest| rest.split(' ').next()) {
            head = Some((name, vec![line]));
            text.push_str(&format!("CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"));
            continue;
        }
        match &mut head {
            Some((_, lines)) if line.starts_with("WHEN ") => lines.push(line),
            Some((name, lines)) if line == "END;" => {
                text.push_str("RETURN NULL;\nEND $$;\n");
                let when = lines.split_off(1).concat();
                text.push_str(&format!("{} FOR EACH ROW {when} EXECUTE FUNCTION {name}();\n", lines.concat()));
                head = None;
            }
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// FNV-1a, enough to notice an edited migration.
fn checksum(text: &str) -> String {
    let sum = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_s_body_becomes_a_function() {
        let sql = "CREATE TRIGGER t AFTER UPDATE OF a ON x\nWHEN (NEW.a <> OLD.a)\nBEGIN\n    DELETE FROM y;\nEND;\nSELECT 1;\n";
        assert_eq!(for_engine(sql, "sqlite"), sql);
        assert_eq!(
            for_engine(sql, "postgres"),
            "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    DELETE FROM y;\nRETURN NULL;\nEND $$;\n\
             CREATE TRIGGER t AFTER UPDATE OF a ON x FOR EACH ROW WHEN (NEW.a <> OLD.a) EXECUTE FUNCTION t();\nSELECT 1;\n"
        );
    }
}
