//! The commands as operators and scripts use them: what they print, what they write, and how they end.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use checks::{Database, Engine, Program};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use store::{Db, Options, StoreError, args};
use tempfile::TempDir;
use vocabulary::Ts;

/// The program on fresh data of each engine this machine has.
fn programs() -> impl Iterator<Item = Program> {
    let databases = [Engine::Sqlite, Engine::Postgres].into_iter().filter_map(Database::create);
    databases.map(|database| Program::new(env!("CARGO_BIN_EXE_throughline"), database))
}

/// [`programs`], with an organisation in the data.
fn furnished() -> impl Iterator<Item = Program> {
    programs().inspect(|program| drop(program.furnish()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a good end printed.
#[track_caller]
fn said(program: &Program, words: &[&str]) -> String {
    text(&program.run(words).stdout)
}

#[track_caller]
fn json_of(program: &Program, words: &[&str]) -> Value {
    serde_json::from_str(&said(program, words)).unwrap()
}

/// A command that ends with this code; answers what it said to standard error. It prints nothing else.
#[track_caller]
fn fails(program: &Program, code: i32, words: &[&str]) -> String {
    let Output { status, stdout, stderr } = program.command(words).output().unwrap();
    let complaint = text(&stderr);
    assert_eq!(status.code(), Some(code), "{words:?}: {complaint}");
    assert_eq!(text(&stdout), "", "{words:?}");
    complaint
}

/// A file in a folder, as an argument.
fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn path_in(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

const HEADER: &str = "Summary,Issue key,Issue Type,Status,Story Points,Assignee,Description,Parent,Team";
const SHEET: &str = "Checkout,LAN-1,Epic,In Progress,,,,,
Pay by card,LAN-2,Story,Awaiting QA,5,developer,*Guests* leave,LAN-1,Blue
Field loses focus,LAN-3,Bug,Done,2,Ada,,,
";

fn sheet(folder: &TempDir) -> String {
    file(folder, "export.csv", format!("{HEADER}\n{SHEET}"))
}

fn counts(report: &Value) -> [u64; 4] {
    ["rows", "created", "updated", "unchanged"].map(|field| report[field].as_u64().unwrap())
}

fn products(program: &Program) -> Vec<String> {
    let products = json_of(program, &["admin", "product", "list", "--json"]);
    products.as_array().unwrap().iter().map(|product| product["key"].as_str().unwrap().to_owned()).collect()
}

/// The items of a product as a spreadsheet shows them.
fn items(program: &Program, product: &str) -> String {
    let folder = TempDir::new().unwrap();
    let out = path_in(&folder, "items.csv");
    program.run(&["export", "--product", product, "--format", "csv", "--out", &out]);
    std::fs::read_to_string(out).unwrap()
}

#[test]
fn a_jira_export_makes_its_product_and_changes_nothing_the_second_time() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let export = sheet(&folder);
        let import = ["import", "jira", &export, "--product", "NEW", "--name", "Relaunch", "--json"];

        let dry = json_of(&program, &[&import[..], &["--dry-run"]].concat());
        assert_eq!((counts(&dry), &dry["dry_run"], &dry["batch_id"]), ([3, 3, 0, 0], &json!(true), &Value::Null));
        assert_eq!(products(&program), ["APP", "OTHER"], "a dry run makes no product");

        let report = json_of(&program, &import);
        assert_eq!((counts(&report), &report["dry_run"]), ([3, 3, 0, 0], &json!(false)));
        assert_eq!((&report["file"], &report["rejected"]), (&json!("export.csv"), &json!([])));
        assert!(report["batch_id"].is_string());
        let fates: Vec<(&str, &str)> = report["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| (column["header"].as_str().unwrap(), column["fate"].as_str().unwrap()))
            .collect();
        assert_eq!(
            (fates[0], fates[6], fates[8]),
            (("Summary", "mapped"), ("Description", "mapped"), ("Team", "custom"))
        );
        assert_eq!((&report["columns"][8]["index"], &report["columns"][8]["filled"]), (&json!(8), &json!(1)));
        let found = |what: &str| {
            report[what]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!((found("people").len(), found("states").len(), found("kinds").len()), (2, 3, 3));
        assert_eq!((&dry["columns"], &dry["states"]), (&report["columns"], &report["states"]), "the dry run told it");
        assert_eq!(products(&program), ["APP", "NEW", "OTHER"]);
        let made = json_of(&program, &["admin", "product", "list", "--json"]);
        assert_eq!(made[1]["name"], "Relaunch");
        let before = items(&program, "NEW");
        assert!(before.contains("Pay by card") && before.contains("Awaiting QA"), "{before}");

        let again = json_of(&program, &import);
        assert_eq!((counts(&again), &again["batch_id"]), ([3, 0, 0, 3], &Value::Null));
        assert_eq!(items(&program, "NEW"), before);
        let later = file(&folder, "later.csv", format!("{HEADER}\n{}", SHEET.replace(",5,", ",8,")));
        assert_eq!(counts(&json_of(&program, &["import", "jira", &later, "--product", "new", "--json"])), [3, 0, 1, 2]);
        said(&program, &["doctor"]);
    }
}

#[test]
fn a_product_that_an_import_makes_is_somebodys() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let export = sheet(&folder);
        let import = |product: &str, owner: &[&str]| {
            program.run(&[&["import", "jira", &export, "--product", product], owner].concat());
            let members = json_of(&program, &["admin", "role", "list", "--product", product, "--json"]);
            let rows = members.as_array().unwrap().iter();
            rows.map(|member| (member["person"]["name"].clone(), member["roles"].clone())).collect::<Vec<_>>()
        };
        let both = json!(["product_manager", "product_owner"]);
        assert_eq!(import("ADM", &[]), [(json!("admin"), both.clone())]);
        let owners = ["--owner", "developer@example.org", "--owner", "viewer@example.org"];
        assert_eq!(import("OWN", &owners), [(json!("developer"), both.clone()), (json!("viewer"), both.clone())]);
        assert_eq!(import("OWN", &["--owner", "stakeholder@example.org"]).len(), 2, "it is a product already");

        let nobody = ["import", "jira", &export, "--product", "NOB", "--owner", "nobody@example.org"];
        for more in [&["--dry-run"][..], &[]] {
            assert!(fails(&program, 1, &[&nobody[..], more].concat()).contains("person"));
        }
        assert_eq!(products(&program), ["ADM", "APP", "OTHER", "OWN"]);
    }
}

#[test]
fn an_import_is_undone_by_its_batch() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let export = sheet(&folder);
        let before = items(&program, "APP");
        let import = ["import", "jira", &export, "--product", "APP", "--json"];
        let batch = |report: Value| report["batch_id"].as_str().unwrap().to_owned();
        let first = batch(json_of(&program, &import));
        let undone = json_of(&program, &["import", "undo", &first, "--json"]);
        assert_eq!((&undone["id"], &undone["left_alone"]), (&json!(first), &json!([])));
        assert_eq!(items(&program, "APP"), before);
        assert!(fails(&program, 1, &["import", "undo", &first]).contains("undone already"));
        fails(&program, 1, &["import", "undo", "0198c5a0-0000-7000-8000-000000000000"]);
        let second = batch(json_of(&program, &import));
        assert_eq!(
            said(&program, &["import", "undo", &second]),
            "The import of export.csv is undone; left alone: 0.\n"
        );
        said(&program, &["doctor"]);
    }
}

#[test]
fn an_import_tells_people_what_it_did() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let rows = format!("{HEADER}\n{SHEET}Again,LAN-2,Story,,,,,,\n,,,,,,no name,,\n");
        let export = file(&folder, "export.csv", rows);
        let import = ["import", "jira", &export, "--product", "APP"];
        let dry = said(&program, &[&import[..], &["--dry-run"]].concat());
        assert!(
            dry.starts_with("export.csv: 5 rows; 3 would be created, 0 would be updated, 0 unchanged, 2 rejected.\n"),
            "{dry}"
        );
        let told = said(&program, &import);
        for line in [
            "export.csv: 5 rows; 3 created, 0 updated, 0 unchanged, 2 rejected.",
            "custom value  Team",
            "row 5",
            "LAN-2 stands already in row 3",
            "row 6",
            "neither a summary nor an issue key",
            "in_review",
            "Awaiting QA",
            "kept as a name; may be developer",
            "`throughline import undo ",
        ] {
            assert!(told.contains(line), "{line} is not in {told}");
        }
    }
}

#[test]
fn answers_are_read_from_a_file() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let export = sheet(&folder);
        let people = json_of(&program, &["admin", "people", "list", "--json"]);
        let developer = people.as_array().unwrap().iter().find(|person| person["name"] == "developer").unwrap();
        let answers =
            json!({"columns": {"8": "ignore"}, "people": {"Ada": developer["id"]}, "states": {"Awaiting QA": "ready"}});
        let answers = file(&folder, "answers.json", answers.to_string());
        let report =
            json_of(&program, &["import", "jira", &export, "--product", "APP", "--mapping", &answers, "--json"]);
        assert_eq!(report["columns"][8]["fate"], "ignored");
        assert!(
            report["states"]
                .as_array()
                .unwrap()
                .contains(&json!({"name": "Awaiting QA", "category": "ready", "rows": 1, "new": true}))
        );
        let ada = report["people"].as_array().unwrap().iter().find(|row| row["name"] == "Ada").unwrap();
        assert_eq!(ada["person"]["name"], "developer");

        let import = |mapping: &str| {
            fails(&program, 1, &["import", "jira", &export, "--product", "OTHER", "--mapping", mapping])
        };
        assert!(
            import(&file(&folder, "wrong.json", "{\"peple\": {}}"))
                .contains("wrong.json is no mapping: unknown field `peple`")
        );
        assert!(import(&path_in(&folder, "none.json")).contains("none.json cannot be read"));
        let stranger = json!({"people": {"Ada": developer["id"]}}).to_string();
        assert!(
            import(&file(&folder, "stranger.json", stranger))
                .contains("“Ada” is given to somebody who is not a member")
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_its_place() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let cut = format!("{HEADER}\nCheckout,LAN-1,Epic,In Progress,,,,,\nPay,LAN-2,Story,\"Await");
        let xlsx = *b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0";
        for (name, content, complaint) in [
            ("cut.csv", cut.as_bytes(), "row 3, column 4 (Status)"),
            ("empty.csv", b"", "empty"),
            ("latin.csv", LATIN, "latin.csv: Row 2, column 1 (Summary) is not text in UTF-8."),
            ("export.xlsx", &xlsx, "export.xlsx: "),
        ] {
            let export = file(&folder, name, content);
            for more in [&["--json"][..], &["--dry-run"], &[]] {
                let told = fails(&program, 1, &[&["import", "jira", &export, "--product", "NEW"], more].concat());
                assert!(told.contains(complaint) && told.contains(name), "{told}");
                assert!(
                    told.starts_with("throughline: ") && told.trim_end().ends_with("Nothing was imported."),
                    "{told}"
                );
            }
        }
        let missing = path_in(&folder, "missing.csv");
        assert!(
            fails(&program, 1, &["import", "jira", &missing, "--product", "NEW"])
                .contains("missing.csv cannot be read")
        );
        assert_eq!(products(&program), ["APP", "OTHER"]);
    }
}

/// A sheet in Windows-1252.
const LATIN: &[u8] = b"Summary,Issue key\nCaf\xe9,LAN-1\n";

#[test]
fn a_file_of_another_encoding_is_read_as_what_is_said() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        let export = file(&folder, "latin.csv", LATIN);
        let import = ["import", "jira", &export, "--product", "APP", "--encoding"];
        assert!(fails(&program, 2, &[&import[..], &["klingon"]].concat()).contains("windows-1252"));
        said(&program, &[&import[..], &["latin1"]].concat());
        assert!(items(&program, "APP").contains("Café"));
    }
}

/// Genuine exports hold names of people, so they stay outside the repository.
#[test]
fn genuine_exports_lose_no_row_and_change_nothing_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/imports/jira_csv");
    if !folder.is_dir() {
        println!("skipped: there are no genuine exports beside this repository");
        return;
    }
    let exports = csv_files(&folder);
    assert!(!exports.is_empty());
    for program in furnished() {
        for (number, export) in exports.iter().enumerate() {
            let key = format!("GEN{number}");
            let import = ["import", "jira", export.to_str().unwrap(), "--product", &key, "--json"];
            let report = json_of(&program, &import);
            let [rows, created, updated, unchanged] = counts(&report);
            let rejected = report["rejected"].as_array().unwrap().len() as u64;
            assert!(rows > 0 && updated == 0 && unchanged == 0, "{report}");
            assert_eq!(rows, created + rejected, "{}", export.display());
            assert_eq!(counts(&json_of(&program, &import)), [rows, 0, 0, created], "{}", export.display());
        }
        said(&program, &["doctor"]);
    }
}

fn csv_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(csv_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_sample_is_the_same_each_time() {
    let day = Ts::now().date();
    let mut seen: Vec<String> = Vec::new();
    // Twice on SQLite, once on PostgreSQL.
    for program in programs().chain(programs().take(1)) {
        let seeded = json_of(&program, &["demo", "--seed-only", "--json"]);
        assert_eq!((&seeded["product"], &seeded["url"]), (&json!("THR"), &json!("http://127.0.0.1:7400")));
        assert!(seeded["token"].as_str().unwrap().starts_with("thl_pat_") && seeded["password"].is_string());
        let people = seeded["people"].as_array().unwrap();
        assert_eq!(
            (people.len(), &people[1]["email"], &people[1]["roles"]),
            (8, &json!("bea@orchard.example"), &json!(["product_owner"]))
        );
        seen.push(items(&program, "THR"));
        assert!(said(&program, &["doctor"]).lines().all(|line| line.starts_with("ok ")));

        // The same data goes on, with a new token.
        let again = json_of(&program, &["demo", "--items", "99", "--seed-only", "--json"]);
        assert_ne!(again["token"], seeded["token"]);
        assert_eq!(&items(&program, "THR"), seen.last().unwrap());
        assert!(fails(&program, 2, &["demo", "--items", "0", "--seed-only"]).contains("0 is not in 1..=1000000"));
    }
    let rows = seen[0].lines().count();
    assert!(rows > 240, "{rows}");
    if Ts::now().date() != day {
        // A sample begins with the day it is made on, and this one has just ended.
        return a_sample_is_the_same_each_time();
    }
    assert!(seen.iter().all(|items| *items == seen[0]), "two samples differ");
}

#[test]
fn a_sample_does_not_touch_other_data() {
    for program in furnished() {
        let told = fails(&program, 1, &["demo", "--items", "5", "--seed-only", "--json"]);
        assert!(told.contains("this folder holds other data than a sample"), "{told}");
        assert_eq!(products(&program), ["APP", "OTHER"]);
    }
}

#[test]
fn what_is_backed_up_comes_back_on_either_engine() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        program.run(&["import", "jira", &sheet(&folder), "--product", "APP"]);
        let (backup, export, all) =
            (path_in(&folder, "backup.zip"), path_in(&folder, "app.zip"), path_in(&folder, "all.zip"));
        let written = said(&program, &["backup", "--out", &backup]);
        assert!(written.contains(" rows and 0 attachments in ") && written.contains("backup.zip"), "{written}");
        said(&program, &["export", "--product", "APP", "--out", &export]);
        said(&program, &["export", "--all", "--out", &all]);
        let before = items(&program, "APP");
        for archive in [&backup, &export, &all] {
            for other in programs() {
                let restored = said(&other, &["restore", archive]);
                assert_eq!(restored.contains("Passwords were not in this archive"), *archive != backup, "{restored}");
                assert_eq!(items(&other, "APP"), before);
                said(&other, &["doctor"]);
                // Not over what is there.
                let refused = fails(&other, 1, &["restore", archive]);
                assert!(refused.contains("empty"), "{refused}");
                assert_eq!(items(&other, "APP"), before);
            }
        }
        let (rubbish, nothing) = (file(&folder, "rubbish.zip", "rubbish"), path_in(&folder, "none.zip"));
        let refused = fails(&program, 1, &["export", "--all", "--format", "csv", "--out", &nothing]);
        assert!(refused.contains("give --product"), "{refused}");
        assert!(
            fails(&program, 1, &["export", "--product", "NONE", "--out", &nothing])
                .contains("There is no such product")
        );
        assert!(fails(&program, 2, &["export", "--out", &nothing]).contains("--product <KEY>"));
        assert!(
            fails(&program, 2, &["export", "--all", "--product", "APP", "--out", &nothing])
                .contains("cannot be used with")
        );
        assert!(
            fails(&program, 2, &["export", "--all", "--format", "xml", "--out", &nothing])
                .contains("[possible values: json, csv]")
        );
        assert!(!Path::new(&nothing).exists(), "a refusal writes no file");
        assert!(fails(&program, 1, &["backup", "--out", "/nowhere/backup.zip"]).contains("/nowhere/backup.zip"));
        for other in programs() {
            fails(&other, 1, &["restore", &rubbish]);
            assert!(fails(&other, 1, &["restore", &nothing]).contains("none.zip"));
            assert!(fails(&other, 1, &["backup", "--out", &nothing]).contains("there is no organisation here yet"));
        }
    }
}

#[test]
fn the_doctor_names_what_is_broken() {
    for program in furnished() {
        let folder = TempDir::new().unwrap();
        program.run(&["import", "jira", &sheet(&folder), "--product", "APP"]);
        assert!(said(&program, &["doctor"]).lines().all(|line| line.starts_with("ok ")));
        let report = json_of(&program, &["doctor", "--json"]);
        assert!(
            report["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true && check["found"] == json!([]))
        );

        let db = Db::open(&program.database.location, Options { connections: 1 }).unwrap();
        db.write_now(|conn| {
            conn.exec_unrecorded("UPDATE item SET rank = 'a1!' WHERE kind = 'bug'", args![])?;
            conn.exec_unrecorded("UPDATE item SET state = 'Nowhere' WHERE kind = 'story'", args![])?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
        drop(db);
        let Output { status, stdout, stderr } = program.command(&["doctor"]).output().unwrap();
        let (printed, complaint) = (text(&stdout), text(&stderr));
        assert_eq!(status.code(), Some(1), "{complaint}");
        let broken: Vec<&str> = printed.lines().filter(|line| !line.starts_with("ok ")).map(str::trim).collect();
        let expected = [
            "wrong    an item's state is one of the workflow's, with its meaning",
            "APP-2",
            "wrong    every place in an order is well formed",
            "APP-3",
        ];
        assert_eq!(broken, expected);
        assert!(complaint.starts_with("throughline: 2 of "), "{complaint}");
        let output = program.command(&["doctor", "--json"]).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let wrong: Vec<&Value> =
            report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
        assert_eq!((output.status.code(), wrong.len(), &wrong[0]["found"]), (Some(1), 2, &json!(["APP-2"])));
    }
}

#[test]
fn people_products_roles_and_tokens_are_looked_after() {
    for program in furnished() {
        let admin = |words: &[&str]| json_of(&program, &[&["admin", "--json"], words].concat());
        let invited = admin(&[
            "people",
            "invite",
            "ada@example.org",
            "--name",
            "Ada Quist",
            "--public-origin",
            "https://line.example.org/",
        ]);
        assert_eq!(invited["email"], "ada@example.org");
        assert!(invited["link"].as_str().unwrap().starts_with("https://line.example.org/"), "{invited}");
        let again = admin(&["people", "link", "ADA@example.org"]);
        assert_ne!(again["link"], invited["link"]);
        let people = admin(&["people", "list"]);
        let ada = people.as_array().unwrap().iter().find(|person| person["email"] == "ada@example.org").unwrap();
        assert_eq!(
            (&ada["name"], &ada["state"], &ada["admin"]),
            (&json!("Ada Quist"), &json!("invited"), &json!(false))
        );
        assert!(said(&program, &["admin", "people", "list"]).contains("ada@example.org"));

        assert_eq!(admin(&["product", "create", "new", "--name", "Relaunch"])["key"], "NEW");
        assert_eq!(products(&program), ["APP", "NEW", "OTHER"]);
        let roles = |words: &[&str]| admin(&[&["role"], words].concat())[0]["roles"].clone();
        assert_eq!(
            roles(&["set", "ada@example.org", "--product", "NEW", "--roles", "developer,product_owner"]),
            json!(["product_owner", "developer"])
        );
        assert_eq!(roles(&["list", "--product", "NEW"]), json!(["product_owner", "developer"]));
        assert_eq!(roles(&["set", "ada@example.org", "--product", "NEW"]), json!([]));
        assert_eq!(admin(&["role", "list", "--product", "NEW"]), json!([]));

        let token = |words: &[&str]| admin(&[&["token"], words].concat());
        let made = token(&[
            "create",
            "developer@example.org",
            "--name",
            "script",
            "--read-only",
            "--expires-on",
            "2199-01-31",
        ]);
        assert_eq!((&made["name"], &made["scope"]), (&json!("script"), &json!("read")));
        let secret = made["token"].as_str().unwrap();
        assert!(secret.starts_with("thl_pat_"), "{made}");
        let plain = said(&program, &["admin", "token", "create", "developer@example.org", "--name", "plain"]);
        assert!(plain.starts_with("thl_pat_") && plain.lines().count() == 1, "{plain}");
        let listed = said(&program, &["admin", "token", "list", "developer@example.org"]);
        assert!(listed.contains("script") && listed.contains("plain") && !listed.contains(secret), "{listed}");
        let id = made["id"].as_str().unwrap();
        assert_eq!(token(&["remove", "developer@example.org", id]), json!({"removed": id}));
        assert!(
            fails(&program, 1, &["admin", "token", "remove", "developer@example.org", id])
                .contains("There is no such token")
        );
        assert!(
            fails(&program, 1, &["admin", "token", "create", "ada@example.org", "--name", "x"])
                .contains("does not sign in (yet)")
        );

        assert_eq!(admin(&["people", "revoke", "developer@example.org"])["state"], "revoked");
        assert_eq!(token(&["list", "developer@example.org"]), json!([]), "with their tokens");
        assert_eq!(
            said(&program, &["admin", "people", "restore", "developer@example.org"]),
            "developer@example.org is active\n"
        );
        said(&program, &["doctor"]);
    }
}

#[test]
fn what_is_asked_wrongly_is_told_so() {
    for program in furnished() {
        for (code, words, complaint) in [
            (2, &["admin", "people", "invite", "nobody", "--name", "N"][..], "nobody"),
            (2, &["admin", "product", "create", "A-B", "--name", "N"], "a product key is two to ten letters or digits"),
            (
                2,
                &["admin", "role", "set", "admin@example.org", "--product", "APP", "--roles", "boss"],
                "'boss' is not one of: product_manager",
            ),
            (
                2,
                &["admin", "token", "create", "admin@example.org", "--name", "x", "--expires-on", "soon"],
                "--expires-on",
            ),
            (2, &["admin", "token", "remove", "admin@example.org", "1"], "<ID>"),
            (2, &["import", "jira", "export.csv"], "--product <KEY>"),
            (2, &["import", "jira", "export.csv", "--product", "x"], "a product key is two to ten letters or digits"),
            (2, &["import", "trello", "export.csv"], "unrecognized subcommand 'trello'"),
            (2, &["doctor", "--fix"], "unexpected argument '--fix'"),
            (2, &["backup"], "--out <FILE>"),
            (2, &["dance"], "unrecognized subcommand 'dance'"),
            (2, &[], "Usage: throughline"),
            (1, &["admin", "people", "revoke", "nobody@example.org"], "There is no such person"),
            (
                1,
                &["admin", "people", "invite", "admin@example.org", "--name", "N"],
                "Somebody with this e-mail address is here already",
            ),
            (1, &["admin", "product", "create", "APP", "--name", "N"], "APP"),
            (1, &["admin", "role", "list", "--product", "NONE"], "There is no such product"),
            (
                1,
                &["admin", "token", "create", "admin@example.org", "--name", "x", "--expires-on", "2020-01-01"],
                "This day is past",
            ),
            (1, &["healthcheck", "--listen", "127.0.0.1:9"], "127.0.0.1:9"),
        ] {
            let told = fails(&program, code, words);
            assert!(told.contains(complaint), "{words:?}: {complaint} is not in: {told}");
        }
    }
}

#[test]
fn data_that_cannot_be_opened_is_named() {
    let folder = TempDir::new().unwrap();
    let no_folder = file(&folder, "file", "x");
    let run = |place: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_throughline")).args(place).arg("doctor").output().unwrap();
        assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
        text(&output.stderr)
    };
    let told = run(&["--data", &no_folder]);
    assert!(told.contains(&format!("there is no data in {no_folder}")), "{told}");
    let told = run(&[
        "--data",
        folder.path().to_str().unwrap(),
        "--database-url",
        "postgres://somebody:hunter2@127.0.0.1:9/none",
    ]);
    assert!(told.contains("cannot open the PostgreSQL database") && !told.contains("hunter2"), "{told}");
    for program in programs() {
        for words in [&["admin", "people", "list"][..], &["import", "jira", "x.csv", "--product", "APP", "--dry-run"]] {
            let told = fails(&program, 1, words);
            assert!(
                told.contains("there is no organisation here yet")
                    || told.contains("there is no data in")
                    || told.contains("x.csv cannot be read"),
                "{told}"
            );
        }
    }
}

#[test]
fn a_forecast_is_made_of_a_file_of_dates() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("done.csv");
    let ask = |dates: &str, words: &[&str]| {
        std::fs::write(&file, dates).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
        command.args(["forecast", "--today", "2026-11-26", "--dates"]).arg(&file).args(words).output().unwrap()
    };
    // Three a week for two years.
    let day = |back: i64| Ts::start_of("2026-11-26".parse().unwrap()).plus_days(-back).date().to_string();
    let dates: Vec<String> = (0..312).map(|n| day(7 * (n / 3) + n % 3)).collect();
    let dates = dates.join("\n");
    let output = ask(&dates, &["--items", "12", "--by", "2027-01-31", "--backtest", "--json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["history"]["weeks"], json!(vec![3; 12]));
    let when = ["50", "70", "85", "95"].map(|percent| answer["when"][percent].as_str().unwrap().to_owned());
    assert!(when.is_sorted() && when[0].starts_with("2026-12") && when[3].as_str() < "2027-02", "{when:?}");
    assert!(answer["by"]["likelihood"].as_f64().unwrap() > 0.95);
    let past = &answer["backtest"];
    assert!(past["forecasts"].as_i64().unwrap() > 50 && past["width_vs_naive"].as_f64().unwrap() >= 1.0);
    assert_eq!((&past["coverage"]["85"], &past["coverage"]["95"]), (&json!(1.0), &json!(1.0)));
    let said = text(&ask(&dates, &["--items", "12", "--backtest"]).stdout);
    assert!(said.contains("85 %  done by  20") && said.contains("came true by their 85 % date."), "{said}");

    let later = |words: &[&str]| {
        let answer: Value = serde_json::from_slice(&ask(&dates, &[&["--json"], words].concat()).stdout).unwrap();
        answer["when"]["85"].as_str().unwrap().to_owned()
    };
    assert!(later(&["--items", "12..24"]) > when[2]);
    assert!(later(&["--items", "12", "--away", "2026-12-24..2027-01-03"]) > when[2]);
    // What days off held up in the past is no slower pace.
    let off = later(&["--items", "12", "--away", "2026-10-05..2026-10-25"]);
    assert!(off <= when[2], "{off}");
    let drawn = |words: &[&str]| -> Value {
        let asked = [&["--items", "12", "--json", "--futures", "20000"], words].concat();
        serde_json::from_slice::<Value>(&ask(&dates, &asked).stdout).unwrap()["drawn"].clone()
    };
    let first = drawn(&["--seed", "7"]);
    assert_eq!((&first["futures"], &first["seed"]), (&json!(20_000), &json!(7)));
    assert_eq!(drawn(&["--seed", "7"]), first, "the same seed draws the same futures");
    let days = |date: &str| date.parse::<vocabulary::Date>().unwrap();
    let apart = (days(first["when"]["85"].as_str().unwrap()) - days(&when[2])).get_days();
    assert!((-2..=2).contains(&apart), "{apart} days from the exact answer");
    let said = text(&ask(&dates, &["--items", "12", "--futures", "2000"]).stdout);
    assert!(said.contains("(drawn: 20") && said.contains("Drawn: 2000 futures at random, by the seed 1."), "{said}");
    for words in [["--items", "0"], ["--items", "5..1"], ["--away", "soon"], ["--futures", "0"], ["--seed", "3"]] {
        assert_eq!(ask(&dates, &words).status.code(), Some(2), "{words:?}");
    }
    for (dates, wanted) in [
        ("2026-11-01\n\n2026-11-02\n", "done.csv, line 2: there is no date."),
        ("2026-11-01\nsoon\n", "done.csv, line 2: “soon” is no date like 2026-11-26."),
        ("2026-11-01\n9999-01-01\n", "done.csv, line 2: 9999-01-01 lies after "),
    ] {
        let output = ask(dates, &["--items", "3"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(wanted), "{}", text(&output.stderr));
    }
    let said = text(&ask("2026-11-25\n", &["--items", "3"]).stdout);
    assert!(said.starts_with("Not enough history: in the last week 1 item was finished"), "{said}");
}

#[test]
fn the_contract_is_printed_without_any_data() {
    let folder = TempDir::new().unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_throughline")).arg("openapi").current_dir(folder.path()).output().unwrap();
    assert!(output.status.success());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/products/{product}/items"]["get"]["operationId"] == "list_items");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it makes no data folder");
    let version = Command::new(env!("CARGO_BIN_EXE_throughline")).arg("--version").output().unwrap();
    assert_eq!(text(&version.stdout), format!("throughline {}\n", env!("CARGO_PKG_VERSION")));
}
