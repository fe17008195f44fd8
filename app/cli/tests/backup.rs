//! A backup made while many write holds all that was acknowledged before it began, and can be restored on both engines.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use checks::{Book, Database, Engine, Load, Program, Records, Role, Tokens, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const WRITERS: u64 = 16;
const A_WHILE: Duration = Duration::from_millis(500);

fn program_on(engine: Engine) -> Option<Program> {
    Some(Program::new(env!("CARGO_BIN_EXE_throughline"), Database::create(engine)?))
}

fn backed_up(engine: Engine) {
    let Some(program) = program_on(engine) else { return };
    let tokens = program.furnish();
    let archive = program.database.folder.path().join("backup.zip");
    let runtime = Runtime::new().unwrap();
    let book = runtime.block_on(async {
        let mut server = program.serve().await;
        let (owner, developer) = (server.as_(&tokens, Role::ProductOwner), server.as_(&tokens, Role::Developer));
        let (load, mut book) = Load::begin(owner, developer).await;
        let over = Arc::new(AtomicBool::new(false));
        let writers = tokio::spawn({
            let (load, over) = (load.clone(), over.clone());
            async move { load.run(WRITERS, 12, move |_| !over.load(Ordering::Relaxed)).await }
        });
        tokio::time::sleep(A_WHILE).await;
        let began = Instant::now();
        let mut backup = program.command(&["backup", "--out", archive.to_str().unwrap()]);
        let status = tokio::task::spawn_blocking(move || backup.status()).await.unwrap().unwrap();
        assert!(status.success(), "{status}");
        tokio::time::sleep(A_WHILE).await;
        over.store(true, Ordering::Relaxed);
        book.append(writers.await.unwrap());
        assert!(book.entries.iter().any(|entry| entry.at > began), "nobody wrote after the backup had begun");
        book.entries.retain(|entry| entry.at < began);
        assert!(server.stop().await.success());
        book
    });
    for into in [Engine::Sqlite, Engine::Postgres] {
        let Some(copy) = program_on(into) else { continue };
        copy.run(&["restore", archive.to_str().unwrap()]);
        copy.run(&["doctor"]);
        runtime.block_on(goes_on(&copy, &tokens, &book));
        copy.run(&["doctor"]);
    }
}

/// The copy holds what is in the book, and can be written to.
async fn goes_on(copy: &Program, tokens: &Tokens, book: &Book) {
    let server = copy.serve().await;
    let owner = server.as_(tokens, Role::ProductOwner);
    let records = Records::read(&owner).await;
    assert!(records.missing(book).is_empty(), "lost: {:?}", records.missing(book));
    assert_eq!(records.contradictions(&owner).await, [""; 0]);
    for title in ["One more", "And another"] {
        owner.post("/products/APP/items", json!({"kind": "story", "title": title})).await.ok(201);
    }
}

#[test]
fn a_backup_under_load_holds_what_was_acknowledged_on_sqlite() {
    backed_up(Engine::Sqlite);
}

#[test]
fn a_backup_under_load_holds_what_was_acknowledged_on_postgres() {
    backed_up(Engine::Postgres);
}
