//! Importing a Jira export: once, again, a later one, and back.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use store::{StoreError, args};
use throughline_checks::{Answer, Client, Role, TestApp, Who, both_engines, json};
use vocabulary::Kind;

const IMPORTS: &str = "/products/APP/imports";
const HEADER: &str = "Summary,Issue key,Issue Type,Status,Story Points,Assignee,Description,Parent,Labels,Comment,\
    Inward issue link (Blocks),Created,Resolved,Team";

/// A file of rows under the usual header.
fn sheet(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

const EPIC: &str = "Checkout,LAN-1,Epic,In Progress,,,,,,,,02/Feb/26 9:00 AM,,";
const PAY: &str = "Pay by card,LAN-2,Story,Awaiting QA,5,Söörum Master,*Guests* leave,LAN-1,web,\
    05/Feb/26 1:00 PM;ada;urgent,LAN-3,04/Feb/26 12:05 PM,,Blue";
const TILL: &str = "Till,LAN-1,Story,To Do,3,,,,,,,02/Feb/26 9:00 AM,,";
const BUG: &str = "Field loses focus,LAN-3,Bug,Done,2,,,LAN-2,,,,05/Feb/26 2:00 PM,06/Feb/26 2:00 PM,";

async fn send(client: &Client, content: impl AsRef<[u8]>, mapping: Value, dry_run: bool) -> Answer {
    let form = Form::new()
        .part("file", Part::bytes(content.as_ref().to_vec()).file_name("export.csv"))
        .text("mapping", mapping.to_string())
        .text("dry_run", dry_run.to_string());
    client.send(client.request(Method::POST, &format!("{IMPORTS}/jira")).multipart(form)).await
}

async fn imported(app: &TestApp, content: &str) -> Value {
    send(&app.as_(Role::ProductOwner), content, json!({}), false).await.ok(201)
}

/// `[created, updated, unchanged, rejected]`
fn counts(report: &Value) -> [u64; 4] {
    let number = |field: &str| report[field].as_u64().unwrap();
    [number("created"), number("updated"), number("unchanged"), report["rejected"].as_array().unwrap().len() as u64]
}

async fn all(app: &TestApp, sql: &'static str, columns: usize) -> Vec<Vec<String>> {
    app.db
        .read(move |conn| {
            conn.query(sql, args![], |row| {
                (0..columns).map(|column| Ok(row.get::<Option<String>>(column)?.unwrap_or_default())).collect()
            })
        })
        .await
        .map_err(|error: StoreError| error.to_string())
        .unwrap()
}

/// Everything an import may touch that is in view, apart from versions and times.
async fn state(app: &TestApp) -> Vec<Vec<Vec<String>>> {
    let queries: [(&'static str, usize); 5] = [
        (
            "SELECT CAST(o.number AS TEXT), o.title, o.body, o.kind, i.kind, i.state, i.category, CAST(i.points AS TEXT),
                    a.name, CAST(p.number AS TEXT), i.rank, CAST(i.started_at AS TEXT),
                    CAST(i.done_at AS TEXT), CAST(i.accepted_at AS TEXT), v.cells
             FROM object o JOIN item i ON i.object_id = o.id LEFT JOIN imported_values v ON v.object_id = o.id
             LEFT JOIN person a ON a.id = i.assignee_id LEFT JOIN object p ON p.id = i.parent_id
             WHERE o.archived_at IS NULL ORDER BY o.number",
            15,
        ),
        ("SELECT external_id, fingerprint FROM external_key ORDER BY external_id", 2),
        ("SELECT name, category FROM workflow_state ORDER BY product_id, name", 2),
        (
            "SELECT f.title, l.relation, t.title FROM link l JOIN object f ON f.id = l.from_id JOIN object t ON t.id = l.to_id
             ORDER BY f.title, l.relation, t.title",
            3,
        ),
        (
            "SELECT o.title, c.body FROM comment c JOIN object o ON o.id = c.object_id
             WHERE c.deleted_at IS NULL AND o.archived_at IS NULL ORDER BY o.number, c.body",
            2,
        ),
    ];
    let mut state = Vec::new();
    for (sql, columns) in queries {
        state.push(all(app, sql, columns).await);
    }
    state
}

async fn item(app: &TestApp, title: &str) -> Value {
    let client = app.as_(Role::ProductOwner);
    let rows = client.get("/products/APP/items?limit=1000").await.ok(200);
    let row = rows["rows"].as_array().unwrap().iter().find(|row| row["title"] == title).unwrap().clone();
    client.get(&format!("/items/{}", row["id"].as_str().unwrap())).await.ok(200)
}

/// A sprint with these items, on its way.
async fn running(app: &TestApp, titles: &[&str]) -> String {
    let owner = app.as_(Role::ProductOwner);
    let dates = json!({"starts": "2026-11-02", "ends": "2026-11-13"});
    let sprint = owner.post("/products/APP/sprints", dates).await.ok(201)["id"].as_str().unwrap().to_owned();
    for title in titles {
        let id = item(app, title).await["id"].as_str().unwrap().to_owned();
        app.as_(Role::Developer).put(&format!("/sprints/{sprint}/items/{id}"), Value::Null).await.ok(200);
    }
    owner.put(&format!("/sprints/{sprint}/start"), Value::Null).await.ok(200);
    sprint
}

/// Which item is in which sprint, and which left it.
async fn scope(app: &TestApp) -> Vec<Vec<String>> {
    let sql = "SELECT o.title, s.title, CAST(c.removed_at AS TEXT), n.title FROM sprint_scope c
               JOIN object o ON o.id = c.item_id JOIN object s ON s.id = c.sprint_id
               JOIN item i ON i.object_id = c.item_id LEFT JOIN object n ON n.id = i.sprint_id ORDER BY 1, 2, 3";
    all(app, sql, 4).await
}

both_engines! {
    async fn an_export_becomes_a_backlog(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let file = sheet(&[BUG, PAY, EPIC]);
        let before = state(&app).await;

        let dry = send(&owner, &file, json!({}), true).await.ok(200);
        assert_eq!((counts(&dry), &dry["dry_run"], &dry["batch_id"]), ([3, 0, 0, 0], &json!(true), &Value::Null));
        assert_eq!(state(&app).await, before, "a dry run writes nothing");
        let people = dry["people"].as_array().unwrap();
        assert!(people.iter().all(|row| row["person"].is_null()), "nobody is mapped without a review");

        let person = app.people[&Who::Role(Role::ScrumMaster)].to_string();
        let mapping = json!({"people": {"Söörum Master": person}});
        let report = send(&owner, &file, mapping, false).await.ok(201);
        assert_eq!((counts(&report), &report["rows"]), ([3, 0, 0, 0], &json!(3)));
        let states: Vec<(&str, bool)> = report["states"].as_array().unwrap().iter()
            .map(|row| (row["category"].as_str().unwrap(), row["new"].as_bool().unwrap())).collect();
        assert_eq!(states, [("in_review", true), ("done", false), ("in_progress", false)]);
        let fates: Vec<&str> =
            report["columns"].as_array().unwrap().iter().map(|column| column["fate"].as_str().unwrap()).collect();
        assert_eq!((fates[0], fates[8], fates[13]), ("mapped", "custom", "custom"));

        let order: Vec<String> = owner.get("/products/APP/items").await.ok(200)["rows"].as_array().unwrap().iter()
            .map(|row| row["title"].as_str().unwrap().to_owned()).collect();
        assert_eq!(order, ["Field loses focus", "Pay by card", "Checkout"], "the file's order");

        let pay = item(&app, "Pay by card").await;
        assert_eq!((&pay["kind"], &pay["state"], &pay["category"]), (&json!("story"), &json!("Awaiting QA"), &json!("in_review")));
        assert_eq!((&pay["points"], &pay["assignee_id"]), (&json!(5.0), &json!(person)));
        assert_eq!((&pay["body"], &pay["created_at"]), (&json!("**Guests** leave"), &json!("2026-02-04T12:05:00Z")));
        assert_eq!((&pay["parent"]["title"], &pay["started_at"]), (&json!("Checkout"), &json!("2026-02-04T12:05:00Z")));
        let kept = pay["imported"].as_array().unwrap();
        for cell in [json!(["Issue key", "LAN-2"]), json!(["Labels", "web"]), json!(["Team", "Blue"])] {
            assert!(kept.contains(&cell), "{cell} is not in {kept:?}");
        }
        let path = format!("/objects/{}", pay["id"].as_str().unwrap());
        let comments = owner.get(&format!("{path}/comments")).await.ok(200);
        assert_eq!(comments["rows"][0]["body"], "ada:\n\nurgent");
        assert_eq!(comments["rows"][0]["created_at"], "2026-02-05T13:00:00Z");
        let links = owner.get(&format!("{path}/links")).await.ok(200);
        assert_eq!((&links["rows"][0]["label"], &links["rows"][0]["object"]["title"]), (&json!("blocked by"), &json!("Field loses focus")));
        let history = owner.get(&format!("{path}/history")).await.ok(200);
        assert_eq!(history["rows"].as_array().unwrap().len(), 1);
        assert_eq!((&history["rows"][0]["verb"], &history["rows"][0]["batch_id"]), (&json!("imported"), &report["batch_id"]));

        // A bug cannot be part of a story: named, and kept.
        let bug = item(&app, "Field loses focus").await;
        assert!(bug["parent_id"].is_null() && bug["imported"].as_array().unwrap().contains(&json!(["Parent", "LAN-2"])));
        assert_eq!((&report["warnings"][0]["row"], &report["warnings"][0]["column"]), (&json!(2), &json!("Parent")));
        assert_eq!((&bug["category"], &bug["done_at"]), (&json!("done"), &json!("2026-02-06T14:00:00Z")));

        let batches = owner.get(IMPORTS).await.ok(200);
        assert_eq!((&batches["rows"][0]["id"], &batches["rows"][0]["created"]), (&report["batch_id"], &json!(3)));
        let batch = owner.get(&format!("/imports/{}", report["batch_id"].as_str().unwrap())).await.ok(200);
        assert_eq!((&batch["report"]["columns"], &batch["file"]), (&report["columns"], &json!("export.csv")));
    }

    async fn the_same_file_again_changes_nothing(app: TestApp) {
        let app = app.furnished().await;
        let file = sheet(&[EPIC, PAY, BUG, "No key and points,,,,9999,,,,,,,,,", "Too far,LAN-9,Subtask,,,,,GONE-1,,,,,,"]);
        let first = imported(&app, &file).await;
        assert_eq!(counts(&first), [5, 0, 0, 0]);
        let (before, seq) = (state(&app).await, app.events().await);
        let again = imported(&app, &file).await;
        assert_eq!((counts(&again), &again["batch_id"]), ([0, 0, 5, 0], &Value::Null));
        assert_eq!(again["warnings"], first["warnings"]);
        assert_eq!((state(&app).await, app.events().await), (before, seq));
        assert_eq!(app.as_(Role::Viewer).get(IMPORTS).await.ok(200)["rows"].as_array().unwrap().len(), 1);
    }

    async fn a_later_export_changes_only_what_differs(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let person = app.people[&Who::Role(Role::Developer)].to_string();
        let first = sheet(&[EPIC, PAY, BUG]);
        send(&owner, &first, json!({"people": {"Söörum Master": person}}), false).await.ok(201);
        // People go on here: another title, which the file does not change, and an estimate, which it does.
        let pay = item(&app, "Pay by card").await;
        let path = format!("/items/{}", pay["id"].as_str().unwrap());
        owner.patch(&path, 1, json!({"title": "Pay with a card"})).await.ok(200);
        app.as_(Role::Developer).put(&format!("{path}/estimate"), json!({"points": 3})).await.ok(200);

        let later = sheet(&[
            EPIC,
            &PAY.replace(",5,", ",8,").replace("Blue", "Green"),
            &BUG.replace("Done", "In Progress"),
            "Refunds,LAN-4,Story,To Do,,,,LAN-1,,,,07/Feb/26 9:00 AM,,",
        ]);
        let dry = send(&owner, &later, json!({}), true).await.ok(200);
        let report = imported(&app, &later).await;
        assert_eq!((counts(&dry), counts(&report)), ([1, 2, 1, 0], [1, 2, 1, 0]));
        let pay = item(&app, "Pay with a card").await;
        assert_eq!((&pay["points"], &pay["assignee_id"]), (&json!(8.0), &json!(person)), "people mapped before stay mapped");
        assert!(pay["imported"].as_array().unwrap().contains(&json!(["Team", "Green"])));
        assert_eq!(pay["counts"]["comments"], 1, "a comment is not brought twice");
        let bug = item(&app, "Field loses focus").await;
        assert_eq!((&bug["category"], &bug["done_at"]), (&json!("in_progress"), &Value::Null));
        assert_eq!(item(&app, "Refunds").await["parent"]["title"], "Checkout");
        // Fewer columns say nothing about the others.
        let narrow = imported(&app, "Issue key,Summary\nLAN-2,Pay by card\nLAN-3,Focus is lost\n").await;
        assert_eq!(counts(&narrow), [0, 1, 1, 0]);
        let pay = item(&app, "Pay with a card").await;
        assert_eq!((&pay["points"], &pay["body"]), (&json!(8.0), &json!("**Guests** leave")));
        assert!(pay["imported"].as_array().unwrap().contains(&json!(["Team", "Green"])));
    }

    async fn undo_restores_exactly(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let empty = state(&app).await;
        let first = imported(&app, &sheet(&[EPIC, PAY, BUG])).await;
        let before = state(&app).await;
        let later = sheet(&[
            &EPIC.replace("Checkout", "Checkout and more"),
            &PAY.replace("Awaiting QA", "Signing off").replace("urgent", "not urgent").replace("LAN-1,web", ",shop"),
            &BUG.replace("Bug", "Task"),
            "Refunds,LAN-4,Story,To Do,,,,LAN-1,,,LAN-2,07/Feb/26 9:00 AM,,",
            "Cut,LAN-5,Sub-task,Signing off,,,,LAN-4,,,,,,",
        ]);
        let second = imported(&app, &later).await;
        assert_eq!(counts(&second), [2, 3, 0, 0]);
        let undo = |report: &Value| format!("/imports/{}", report["batch_id"].as_str().unwrap());
        app.as_(Role::Developer).delete(&undo(&second)).await.problem(403);
        app.of(Who::Stranger).delete(&undo(&second)).await.problem(404);
        let refused = owner.delete(&undo(&first)).await.problem(409);
        assert!(refused["detail"].as_str().unwrap().contains("export.csv"), "{refused}");

        let undone = owner.delete(&undo(&second)).await.ok(200);
        assert_eq!((&undone["left_alone"], undone["undone_at"].is_null()), (&json!([]), false));
        assert_eq!(state(&app).await, before);
        owner.delete(&undo(&second)).await.problem(409);
        assert_eq!(counts(&imported(&app, &later).await), [2, 3, 0, 0], "what was undone can be imported again");
        let third = owner.get(IMPORTS).await.ok(200)["rows"][0]["id"].as_str().unwrap().to_owned();
        owner.delete(&format!("/imports/{third}")).await.ok(200);

        // What somebody worked on since stays, and so does what it is part of.
        let pay = item(&app, "Pay by card").await;
        owner.patch(&format!("/items/{}", pay["id"].as_str().unwrap()), pay["version"].as_i64().unwrap(), json!({"title": "Mine"})).await.ok(200);
        let undone = owner.delete(&undo(&first)).await.ok(200);
        let left: Vec<&str> =
            undone["left_alone"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap()).collect();
        assert!(left.contains(&"Mine") && left.contains(&"Checkout"), "{undone}");
        assert!(left.len() < 4 && state(&app).await[0].len() > empty[0].len());
    }

    async fn imports_are_undone_one_after_the_other(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let undo = async |report: &Value| {
            let undone = owner.delete(&format!("/imports/{}", report["batch_id"].as_str().unwrap())).await.ok(200);
            assert_eq!(undone["left_alone"], json!([]));
        };
        let first = imported(&app, &sheet(&[EPIC, PAY])).await;
        // Somebody changes here what the next export says as well: there is nothing to change, but something to remember.
        let pay = item(&app, "Pay by card").await;
        let path = format!("/items/{}", pay["id"].as_str().unwrap());
        owner.patch(&path, 1, json!({"title": "Pay with a card"})).await.ok(200);
        let before = state(&app).await;
        let refunds = "Refunds,LAN-4,Story,To Do,,,,LAN-1,,,,07/Feb/26 9:00 AM,,";
        let later = sheet(&[&EPIC.replace("Checkout", "Till"), &PAY.replace("Pay by card", "Pay with a card"), refunds]);
        let second = imported(&app, &later).await;
        assert_eq!(counts(&second), [1, 1, 1, 0]);
        undo(&second).await;
        assert_eq!(state(&app).await, before);
        assert_eq!(counts(&imported(&app, &sheet(&[EPIC, PAY])).await), [0, 0, 2, 0], "the title stays as it was changed here");
        // What only an import touched that was undone is as the first one left it.
        let undone = owner.delete(&format!("/imports/{}", first["batch_id"].as_str().unwrap())).await.ok(200);
        let left: Vec<&str> = undone["left_alone"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap()).collect();
        assert_eq!(left, ["Checkout", "Pay with a card"], "one was changed, the other holds it");
    }

    async fn undoing_the_only_import_leaves_nothing(app: TestApp) {
        let app = app.furnished().await;
        let before = state(&app).await;
        let report = imported(&app, &sheet(&[EPIC, PAY, BUG])).await;
        let id = report["batch_id"].as_str().unwrap();
        app.as_(Role::ProductOwner).delete(&format!("/imports/{id}")).await.ok(200);
        let after = state(&app).await;
        assert_eq!(after[..3], before[..3]);
        assert!(after[3].is_empty() && after[4].is_empty());
    }

    async fn a_bad_file_changes_nothing(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let before = (state(&app).await, app.events().await);
        let cut = format!("{HEADER}\n{EPIC}\nPay,LAN-2,Story,\"Await");
        let problem = send(&owner, &cut, json!({}), false).await.problem(422);
        assert_eq!((&problem["field"], &problem["line"]), (&json!("file"), &json!(3)));
        assert!(problem["detail"].as_str().unwrap().contains("row 3, column 4 (Status)"), "{problem}");
        send(&owner, "", json!({}), false).await.problem(422);
        let latin = sheet(&[EPIC, PAY]).replace("Söörum", "Sorum").replace("card", "c\u{fffd}rd");
        let latin: Vec<u8> = latin.chars().map(|c| if c == '\u{fffd}' { 0xe5 } else { c as u8 }).collect();
        for dry_run in [true, false] {
            let problem = send(&owner, &latin, json!({}), dry_run).await.problem(422);
            assert_eq!((&problem["type"], &problem["line"]), (&json!("/problems/wrong-encoding"), &json!(3)));
            assert!(problem["detail"].as_str().unwrap().contains("Row 3, column 1 (Summary)"), "{problem}");
        }
        assert_eq!(send(&owner, &latin, json!({"encoding": "utf-7"}), true).await.problem(422)["field"], "mapping");
        let report = send(&owner, &latin, json!({"encoding": "windows-1252"}), true).await.ok(200);
        assert_eq!((counts(&report), &report["warnings"]), ([2, 0, 0, 0], &json!([])));
        let problem = send(&owner, &sheet(&[EPIC]), json!({"people": {"Ada": app.people[&Who::Stranger]}}), false).await.problem(422);
        assert_eq!(problem["field"], "mapping.people");
        assert_eq!(send(&owner, &sheet(&[EPIC]), json!({"peple": {}}), false).await.problem(422)["field"], "mapping");
        let states: Vec<String> = (0..70).map(|n| format!("Item,K-{n},Story,State {n},,,,,,,,,,")).collect();
        let states: Vec<&str> = states.iter().map(String::as_str).collect();
        assert_eq!(send(&owner, &sheet(&states), json!({}), false).await.problem(422)["field"], "file");
        assert_eq!(counts(&send(&owner, &sheet(&states), json!({}), true).await.ok(200)), [70, 0, 0, 0]);
        send(&app.as_(Role::Developer), &sheet(&[EPIC]), json!({}), false).await.problem(403);
        send(&app.of(Who::Stranger), &sheet(&[EPIC]), json!({}), true).await.problem(404);
        send(&app.client, &sheet(&[EPIC]), json!({}), true).await.problem(401);
        assert_eq!((state(&app).await, app.events().await), before);
    }

    async fn kinds_keep_the_tree_whole(app: TestApp) {
        let app = app.furnished().await;
        imported(&app, &sheet(&[EPIC, PAY, BUG])).await;
        // An epic that holds a story stays one; a story without parts may become an epic and then leaves its epic.
        let later = sheet(&[&EPIC.replace("Epic", "Task"), &PAY.replace("Story", "Epic"), &BUG.replace("Bug", "Sub-task")]);
        let report = imported(&app, &later).await;
        assert_eq!(counts(&report), [0, 3, 0, 0]);
        assert!(report["warnings"].to_string().contains("LAN-1 stays of the kind epic"), "{report}");
        let kinds: Vec<Vec<String>> = all(&app,
            "SELECT o.title, o.kind, i.kind, p.title FROM object o JOIN item i ON i.object_id = o.id
             LEFT JOIN object p ON p.id = i.parent_id ORDER BY o.number", 4).await;
        let (epic, subtask) = (Kind::Epic.as_str(), Kind::Subtask.as_str());
        assert_eq!(kinds, [
            ["Checkout", epic, epic, ""],
            ["Pay by card", epic, epic, ""],
            ["Field loses focus", subtask, subtask, "Pay by card"],
        ]);
        // The same file again changes nothing, though nothing is part of it any more; another kind is heeded.
        assert_eq!(counts(&imported(&app, &later).await), [0, 0, 3, 0]);
        let bug = later.replace("Checkout,LAN-1,Task", "Checkout,LAN-1,Bug");
        assert_eq!(counts(&imported(&app, &bug).await), [0, 1, 2, 0]);
        assert_eq!(item(&app, "Checkout").await["kind"], "bug");
    }

    async fn no_item_becomes_what_it_may_not_be(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let file = sheet(&[TILL, "Refunds,LAN-4,Bug,To Do,,,,,,,,,,"]);
        imported(&app, &file).await;
        running(&app, &["Till"]).await;
        let objective = app.as_(Role::ProductManager).post("/products/APP/objectives", json!({"title": "Trust"})).await.ok(201);
        let refunds = item(&app, "Refunds").await["id"].as_str().unwrap().to_owned();
        let serves = json!({"relation": "serves", "to": objective["id"]});
        owner.post(&format!("/objects/{refunds}/links"), serves).await.ok(201);

        let later = file.replace("LAN-1,Story", "LAN-1,Epic").replace("LAN-4,Bug", "LAN-4,Sub-task");
        let report = imported(&app, &later).await;
        assert_eq!(counts(&report), [0, 2, 0, 0], "the file's own word for the kind is kept");
        let warnings: Vec<&str> =
            report["warnings"].as_array().unwrap().iter().map(|warning| warning["message"].as_str().unwrap()).collect();
        assert_eq!(warnings, [
            "LAN-1 stays of the kind story: APP-1 is in a sprint, for which an epic is too large. Take it out first.",
            "LAN-4 stays of the kind bug: APP-2 is linked by “serves”, which no sub-task can be. Remove the link first.",
        ]);
        assert_eq!((&item(&app, "Till").await["kind"], &item(&app, "Refunds").await["kind"]), (&json!("story"), &json!("bug")));
        assert_eq!(counts(&imported(&app, &later).await), [0, 0, 2, 0]);
        app.assert_healthy().await;

        // Nor by an undo: what is linked as a task since does not become a sub-task again.
        let cut = "Cut,LAN-5,Sub-task,To Do,,,,,,,,,,";
        imported(&app, &sheet(&[cut])).await;
        let raised = imported(&app, &sheet(&[&cut.replace("Sub-task", "Task")])).await;
        let id = item(&app, "Cut").await["id"].as_str().unwrap().to_owned();
        owner.post(&format!("/objects/{id}/links"), json!({"relation": "serves", "to": objective["id"]})).await.ok(201);
        let undone = owner.delete(&format!("/imports/{}", raised["batch_id"].as_str().unwrap())).await.ok(200);
        assert_eq!(undone["left_alone"][0]["title"], "Cut");
        assert_eq!(item(&app, "Cut").await["kind"], "task");
        app.assert_healthy().await;
    }

    async fn a_part_is_shown_to_no_more_people_than_its_whole(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let show_to = async |title: &str, visibility: &str| {
            let thing = item(&app, title).await;
            let path = format!("/objects/{}", thing["id"].as_str().unwrap());
            owner.patch(&path, thing["version"].as_i64().unwrap(), json!({"visibility": visibility})).await.ok(200);
        };
        let till = TILL.replace("LAN-1", "LAN-7");
        imported(&app, &sheet(&[EPIC, &till])).await;
        show_to("Checkout", "team").await;

        let later = sheet(&[
            &till.replace("3,,,,,,,02", "3,,,LAN-1,,,,02"),
            "Change,LAN-8,Story,To Do,,,,LAN-1,,,,,,",
            "Count it,LAN-9,Sub-task,To Do,,,,LAN-8,,,,,,",
        ]);
        let report = imported(&app, &later).await;
        assert_eq!(counts(&report), [2, 1, 0, 0]);
        let warning = json!({"row": 2, "column": "Parent", "message": "LAN-1 is kept as a custom value: fewer people see it."});
        assert_eq!(report["warnings"], json!([warning]));
        assert_eq!(item(&app, "Till").await["parent"], Value::Null);
        for part in ["Change", "Count it"] {
            assert_eq!(item(&app, part).await["visibility"], "team", "{part}");
        }
        app.assert_healthy().await;
        // Once it may be, it is.
        show_to("Till", "team").await;
        assert_eq!(counts(&imported(&app, &later).await), [0, 1, 2, 0]);
        assert_eq!(item(&app, "Till").await["parent"]["title"], "Checkout");
        app.assert_healthy().await;
    }

    async fn an_undo_puts_nothing_where_fewer_people_see_it(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let till = TILL.replace("LAN-1", "LAN-7");
        imported(&app, &sheet(&[EPIC, &till.replace("3,,,,,,,02", "3,,,LAN-1,,,,02")])).await;
        let apart = imported(&app, &sheet(&[EPIC, &till])).await;
        assert_eq!(counts(&apart), [0, 1, 1, 0]);
        let checkout = item(&app, "Checkout").await;
        owner.patch(&format!("/objects/{}", checkout["id"].as_str().unwrap()), 1, json!({"visibility": "team"})).await.ok(200);
        let undone = owner.delete(&format!("/imports/{}", apart["batch_id"].as_str().unwrap())).await.ok(200);
        assert_eq!((&undone["left_alone"], &item(&app, "Till").await["parent"]), (&json!([]), &Value::Null));
        app.assert_healthy().await;
    }

    async fn what_people_moved_stays_where_the_file_cannot_have_it(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let file = sheet(&[EPIC, PAY, "Shop,LAN-5,Epic,To Do,,,,,,,,,,"]);
        imported(&app, &file).await;
        // The team has another epic for it, and the first one is a task by now.
        let (checkout, pay, shop) = (item(&app, "Checkout").await, item(&app, "Pay by card").await, item(&app, "Shop").await);
        let edit = async |thing: &Value, change: Value| {
            owner.patch(&format!("/items/{}", thing["id"].as_str().unwrap()), 1, change).await.ok(200);
        };
        edit(&pay, json!({"parent": shop["id"]})).await;
        edit(&checkout, json!({"kind": "task"})).await;
        imported(&app, &file).await;
        assert_eq!(item(&app, "Pay by card").await["parent"]["title"], "Shop");
        assert_eq!(counts(&imported(&app, &file).await), [0, 0, 3, 0]);
    }

    async fn an_undone_import_leaves_the_workflow_what_it_needs(app: TestApp) {
        let app = app.furnished().await;
        let report = imported(&app, &sheet(&[&TILL.replace("To Do", "Closed"), &PAY.replace("Awaiting QA", "Doing"), BUG])).await;
        app.as_(Role::ProductOwner).put(&format!("/items/{}/state", item(&app, "Field loses focus").await["id"].as_str().unwrap()),
            json!({"state": "Closed"})).await.ok(200);
        // The team goes on with the states that the import brought.
        let master = app.as_(Role::ScrumMaster);
        let workflow = master.get("/products/APP/workflow").await.ok(200);
        let wanted: Vec<&Value> = workflow["rows"].as_array().unwrap().iter()
            .filter(|state| state["name"] != "Done" && state["name"] != "In progress").collect();
        master.put("/products/APP/workflow", json!({"rows": wanted})).await.ok(200);

        app.as_(Role::ProductOwner).delete(&format!("/imports/{}", report["batch_id"].as_str().unwrap())).await.ok(200);
        let left = master.get("/products/APP/workflow").await.ok(200);
        assert_eq!(left["rows"], json!(wanted), "nothing could be worked on or finished without them");
        app.assert_healthy().await;
    }

    async fn an_item_is_found_by_the_key_it_had(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let report = imported(&app, &sheet(&[TILL, PAY, &BUG.replace("LAN-3", "APP-1")])).await;
        let found = async |path: &str| -> Vec<String> {
            let rows = owner.get(&format!("/products/APP/{path}")).await.ok(200)["rows"].as_array().unwrap().clone();
            rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
        };
        for path in ["search?q=LAN-2", "search?q=lan-2", "items?q=LAN-2", "items?q=%20lan-2%20"] {
            assert_eq!(found(path).await, ["Pay by card"], "{path}");
        }
        // Here somebody else's key is the reference of another item.
        assert_eq!(found("search?q=APP-1").await, ["Till", "Field loses focus"]);
        assert_eq!(found("items?q=APP-1").await, ["Till", "Field loses focus"]);
        for path in ["search?q=LAN-99", "items?q=LAN-99", "search?q=LAN-2&kinds=epic"] {
            assert_eq!(found(path).await, [""; 0], "{path}");
        }
        app.of(Who::Stranger).get("/products/APP/search?q=LAN-2").await.problem(404);
        let elsewhere = app.of(Who::Stranger).get("/products/OTHER/search?q=LAN-2").await.ok(200);
        assert_eq!(elsewhere["rows"], json!([]));
        owner.delete(&format!("/imports/{}", report["batch_id"].as_str().unwrap())).await.ok(200);
        assert_eq!(found("search?q=LAN-2").await, [""; 0]);
    }

    async fn what_ended_with_its_sprint_is_opened_again_outside_of_it(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        imported(&app, &sheet(&[TILL, PAY])).await;
        let sprint = running(&app, &["Till", "Pay by card"]).await;
        let till = item(&app, "Till").await["id"].as_str().unwrap().to_owned();
        owner.put(&format!("/items/{till}/state"), json!({"state": "Done"})).await.ok(200);
        // The export finishes the other item, and nobody touches it when the sprint ends.
        let finished = imported(&app, &sheet(&[TILL, &PAY.replace("Awaiting QA", "Done")])).await;
        assert_eq!(counts(&finished), [0, 1, 1, 0]);
        owner.put(&format!("/sprints/{sprint}/close"), json!({"verdict": "met", "carry_over": []})).await.ok(200);
        let before = (state(&app).await, scope(&app).await);

        let opened = sheet(&[&TILL.replace("To Do", "In Progress"), &PAY.replace("Awaiting QA", "Done")]);
        let report = imported(&app, &opened).await;
        assert_eq!(counts(&report), [0, 1, 1, 0]);
        let now = item(&app, "Till").await;
        assert_eq!((&now["category"], &now["sprint"]), (&json!("in_progress"), &Value::Null));
        let history = owner.get(&format!("/objects/{till}/history")).await.ok(200);
        assert_eq!(history["rows"][0]["changes"]["sprint_id"][0], sprint);
        app.assert_healthy().await;

        let undo = async |report: &Value| owner.delete(&format!("/imports/{}", report["batch_id"].as_str().unwrap())).await.ok(200);
        assert_eq!(undo(&report).await["left_alone"], json!([]));
        assert_eq!((state(&app).await, scope(&app).await), before);
        let undone = undo(&finished).await;
        assert_eq!((&undone["left_alone"][0]["title"], &undone["left_alone"][0]["reason"]),
            (&json!("Pay by card"), &json!("The sprint it ended in is over.")));
        assert_eq!(item(&app, "Pay by card").await["category"], "done");
        app.assert_healthy().await;
    }

    async fn what_shipped_stays_done(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let accept = async |title: &str| {
            let path = format!("/items/{}", item(&app, title).await["id"].as_str().unwrap());
            owner.put(&format!("{path}/acceptance"), json!({})).await.ok(200);
        };
        imported(&app, &sheet(&[TILL, PAY])).await;
        for title in ["Till", "Pay by card"] {
            accept(title).await;
        }
        let finished = sheet(&[&TILL.replace("To Do", "Done"), &PAY.replace("Awaiting QA", "Done")]);
        let finishing = imported(&app, &finished).await;
        let release = owner.post("/products/APP/releases", json!({"name": "1.0"})).await.ok(201)["id"].as_str().unwrap().to_owned();
        let till = item(&app, "Till").await["id"].as_str().unwrap().to_owned();
        owner.put(&format!("/releases/{release}/items/{till}"), json!({})).await.ok(200);
        owner.put(&format!("/releases/{release}/shipment"), Value::Null).await.ok(200);

        let reopened = sheet(&[&TILL.replace("To Do", "Reopened"), &PAY.replace(",5,", ",8,")]);
        let report = imported(&app, &reopened).await;
        assert_eq!(counts(&report), [0, 1, 1, 0]);
        let warning = json!({"row": 2, "column": "Status", "message": "LAN-1 shipped and stays Done."});
        assert_eq!(report["warnings"].as_array().unwrap().last(), Some(&warning));
        let (till, pay) = (item(&app, "Till").await, item(&app, "Pay by card").await);
        assert_eq!((&till["category"], &till["accepted"]), (&json!("done"), &json!(true)));
        assert_eq!((&pay["category"], &pay["accepted"]), (&json!("in_review"), &json!(false)), "what did not ship is the team's");
        assert!(!all(&app, "SELECT name FROM workflow_state", 1).await.contains(&vec!["Reopened".to_owned()]));
        app.assert_healthy().await;

        owner.delete(&format!("/imports/{}", report["batch_id"].as_str().unwrap())).await.ok(200);
        let undone = owner.delete(&format!("/imports/{}", finishing["batch_id"].as_str().unwrap())).await.ok(200);
        assert!(undone["left_alone"].as_array().unwrap().iter().any(|left| left["title"] == "Till"), "{undone}");
        assert_eq!(item(&app, "Till").await["category"], "done");
        app.assert_healthy().await;
    }
}
