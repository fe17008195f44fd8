//! Properties of the import through the store: any sheet, imported again, changes nothing; any import, undone, leaves
//! nothing behind.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod sheets;

use access::{Actor, Cx, Fault};
use people::NewProduct;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use store::{Db, Location, Options, StoreError, Val, args};
use throughline_interchange::import::{ImportJira, Report, answers, undo};
use throughline_interchange::jira::{Mapping, Unreadable};
use vocabulary::*;

/// Sheets that a project exports one after the other: one header, rows whose keys come back.
fn exports() -> impl Strategy<Value = [Vec<Vec<String>>; 2]> {
    const CELLS: &[(&str, &[&str])] = &[
        ("Issue key", &["A-1", "A-2", "A-3", "a-1", "A-4", ""]),
        ("Summary", &["Pay", "Pay by card", " pay ", ""]),
        ("Issue Type", &["Epic", "Story", "Bug", "Sub-task", "Task", "Chore", ""]),
        ("Status", &["To Do", "In Progress", "QA", "qa", "Done", "Won't Do", ""]),
        ("Story Points", &["1", "2,5", "8.0", "9999", "many", ""]),
        ("Parent", &["A-1", "A-2", "A-4", "B-9", ""]),
        ("Assignee", &["ada", "Bo", ""]),
        ("Description", &["*Bold*", "h1. Why", ""]),
        ("Comment", &["05/Feb/26 1:00 PM;ada;urgent", "no more", ""]),
        ("Comment", &["05/Feb/26 1:00 PM;ada;urgent", "05/Feb/26 2:00 PM;bo;calm", ""]),
        ("Inward issue link (Blocks)", &["A-1", "A-2", "A-3", ""]),
        ("Outward issue link (Relates)", &["A-1", "A-2", "A-3", ""]),
        ("Resolved", &["06/Feb/26 2:00 PM", ""]),
        ("Labels", &["web shop", "web", ""]),
        ("Team", &["Blue", "Green", ""]),
    ];
    let row = || -> Vec<BoxedStrategy<String>> {
        let cell = |(_, values): &(&str, &'static [&'static str])| {
            prop::sample::select(*values).prop_map(str::to_owned).boxed()
        };
        CELLS.iter().map(cell).collect()
    };
    let header: Vec<String> = CELLS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let sheet = move || {
        let header = header.clone();
        prop::collection::vec(row(), 1..7).prop_map(move |mut rows| {
            rows.insert(0, header.clone());
            rows
        })
    };
    [sheet(), sheet()]
}

/// A database with one organisation; each case has a product of its own in it.
struct Ground {
    db: Db,
    organisation: OrganisationId,
    products: std::cell::Cell<u32>,
    _folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Location::Folder(folder.path().to_owned()), Options { connections: 1 }).unwrap();
        let ground = Self { db, organisation: OrganisationId::new(), products: Default::default(), _folder: folder };
        ground.write(|cx| people::create_organisation(cx, &Label::try_from("Lantern").unwrap()).map(drop));
        ground
    }

    fn write<T: Send + 'static>(&self, change: impl Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static) -> T {
        let organisation = self.organisation;
        let written = self.db.write_now(move |conn| change(&Cx::new(conn, &Actor::console(organisation), Ts::now())));
        written.unwrap()
    }

    fn product(&self) -> ProductKey {
        self.products.set(self.products.get() + 1);
        let key = ProductKey::try_from(format!("P{}", self.products.get())).unwrap();
        let new = NewProduct { key: key.clone(), name: Label::try_from("Lantern").unwrap(), roles: None };
        self.write(move |cx| people::create_product(cx, &new).map(drop));
        key
    }

    /// Imports a sheet; nothing where it is none.
    fn import(&self, product: &ProductKey, sheet: &[Vec<String>]) -> Option<Report> {
        let bytes = sheets::written(sheet, b',')?;
        let name = ProductName::Key(product.clone());
        let asked = name.clone();
        let before = self.write(move |cx| answers(cx, &asked));
        match ImportJira::read(name, "export.csv", bytes, Mapping::default(), &before) {
            Ok(import) => Some(self.write(move |cx| object::carry_out(cx, &import))),
            Err(Unreadable::NotCsv(_)) => None,
            Err(refused) => panic!("{refused}"),
        }
    }

    fn undo(&self, report: &Report) {
        if let Some(batch) = report.batch_id {
            let undone = self.write(move |cx| undo(cx, batch));
            assert!(undone.left_alone.is_empty(), "{:?}", undone.left_alone);
        }
    }

    fn events(&self, product: &ProductKey) -> i64 {
        let key = product.clone();
        let sql = "SELECT c.seq FROM scope_counter c JOIN product p ON p.id = c.scope_id WHERE p.key = $1";
        let (seq,): (i64,) = self.db.read_now(move |conn| conn.one(sql, args![&key])).map_err(told).unwrap();
        seq
    }

    /// All that an import may touch and that is in view, apart from versions.
    fn state(&self, product: &ProductKey) -> Vec<Vec<String>> {
        const VIEWS: &[(usize, &str)] = &[
            (
                17,
                "SELECT o.title, o.body, o.kind, i.kind, i.state, i.category, i.rank, a.title, v.cells,
                        CAST(o.number AS TEXT), CAST(i.points AS TEXT), CAST(i.open AS TEXT), CAST(i.started_at AS TEXT),
                        CAST(i.done_at AS TEXT), CAST(i.accepted_at AS TEXT), CAST(o.created_at AS TEXT), k.fingerprint
                 FROM object o JOIN item i ON i.object_id = o.id LEFT JOIN object a ON a.id = i.parent_id
                 LEFT JOIN imported_values v ON v.object_id = o.id LEFT JOIN external_key k ON k.object_id = o.id
                 JOIN product p ON p.id = o.product_id WHERE p.key = $1 AND o.archived_at IS NULL ORDER BY o.number",
            ),
            (1, "SELECT e.external_id FROM external_key e JOIN product p ON p.id = e.product_id WHERE p.key = $1 ORDER BY 1"),
            (2, "SELECT w.name, w.category FROM workflow_state w JOIN product p ON p.id = w.product_id WHERE p.key = $1 ORDER BY 1"),
            (
                3,
                "SELECT f.title, l.relation, t.title FROM link l JOIN object f ON f.id = l.from_id
                 JOIN object t ON t.id = l.to_id JOIN product p ON p.id = l.product_id WHERE p.key = $1 ORDER BY 1, 2, 3",
            ),
            (
                2,
                "SELECT o.title, c.body FROM comment c JOIN object o ON o.id = c.object_id JOIN product p ON p.id = o.product_id
                 WHERE p.key = $1 AND c.deleted_at IS NULL AND o.archived_at IS NULL ORDER BY o.number, c.body",
            ),
        ];
        let key = product.as_str().to_owned();
        let read = self.db.read_now(move |conn| {
            let mut state = Vec::new();
            for (columns, sql) in VIEWS {
                let rows = conn.query(sql, &[Val::from(key.as_str())], |row| {
                    (0..*columns).map(|at| Ok(row.get::<Option<String>>(at)?.unwrap_or_default())).collect()
                })?;
                state.extend::<Vec<Vec<String>>>(rows);
            }
            Ok(state)
        });
        read.map_err(told).unwrap()
    }
}

fn told(error: StoreError) -> String {
    error.to_string()
}

/// Imports a sheet twice and holds that the second time changed nothing.
fn twice(ground: &Ground, product: &ProductKey, sheet: &[Vec<String>]) -> Result<Option<Report>, TestCaseError> {
    let Some(first) = ground.import(product, sheet) else { return Ok(None) };
    prop_assert_eq!(first.rows, first.created + first.updated + first.unchanged + first.rejected.len());
    let (state, events) = (ground.state(product), ground.events(product));
    let again = ground.import(product, sheet).unwrap();
    prop_assert_eq!((again.created, again.updated, again.batch_id), (0, 0, None));
    prop_assert_eq!((ground.state(product), ground.events(product)), (state, events));
    Ok(Some(first))
}

fn runner() -> TestRunner {
    TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })
}

#[test]
fn any_sheet_again_changes_nothing_and_undone_leaves_nothing() {
    let ground = Ground::new();
    let check = |sheet: Vec<Vec<String>>| {
        let product = ground.product();
        let before = ground.state(&product);
        if let Some(report) = twice(&ground, &product, &sheet)? {
            ground.undo(&report);
            prop_assert_eq!(ground.state(&product), before);
        }
        Ok(())
    };
    runner().run(&sheets::sheet(), check).unwrap();
}

#[test]
fn a_later_export_is_undone_exactly() {
    let ground = Ground::new();
    let check = |[earlier, later]: [Vec<Vec<String>>; 2]| {
        let product = ground.product();
        let empty = ground.state(&product);
        let first = twice(&ground, &product, &earlier)?.unwrap();
        let before = ground.state(&product);
        let second = twice(&ground, &product, &later)?.unwrap();
        ground.undo(&second);
        prop_assert_eq!(ground.state(&product), before);
        // What was undone can be imported again, and undone again.
        let third = ground.import(&product, &later).unwrap();
        prop_assert_eq!((third.created, third.updated), (second.created, second.updated));
        ground.undo(&third);
        ground.undo(&first);
        prop_assert_eq!(ground.state(&product), empty);
        Ok(())
    };
    runner().run(&exports(), check).unwrap();
}
