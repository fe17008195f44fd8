//! Home: what needs somebody today, since when, and why.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use throughline_checks::{Client, Role, TestApp, both_engines, json};
use vocabulary::Ts;

const HOME: &str = "/products/APP/home";

fn today() -> Ts {
    serde_json::from_value(json!("2026-11-26T12:00:00Z")).unwrap()
}

fn at(place: &str, thing: &Value) -> String {
    format!("{place}/{}", thing["id"].as_str().unwrap())
}

async fn add(client: &Client, what: &str, new: Value) -> Value {
    client.post(&format!("/products/APP/{what}"), new).await.ok(201)
}

async fn story(app: &TestApp, title: &str) -> Value {
    add(&app.as_(Role::ProductOwner), "items", json!({"kind": "story", "title": title})).await
}

async fn edit(client: &Client, item: &Value, body: Value) {
    let version = client.get(&at("/items", item)).await.ok(200)["version"].as_i64().unwrap();
    client.patch(&at("/items", item), version, body).await.ok(200);
}

/// What Home lists of one sort: what it is about, since when, and why.
async fn listed(client: &Client, sort: &str) -> Vec<(String, String, String)> {
    let home = client.get(HOME).await.ok(200);
    let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
    let rows = home["rows"].as_array().unwrap().iter().filter(|row| row["sort"] == sort);
    rows.map(|row| (text(row, "title"), text(row, "since"), text(row, "note"))).collect()
}

fn entry(title: &str, since: &str, note: &str) -> (String, String, String) {
    (title.to_owned(), since.to_owned(), note.to_owned())
}

both_engines! {
    async fn what_is_blocked_waits_since_it_was_blocked(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let master = app.as_(Role::ScrumMaster);
        let (stuck, waiting) = (story(&app, "Stuck").await, story(&app, "Waiting").await);
        let blocks = json!({"relation": "blocks", "to": waiting["id"]});
        app.as_(Role::ProductManager).post(&format!("{}/links", at("/objects", &stuck)), blocks).await.ok(201);
        edit(&master, &stuck, json!({"blocked_reason": "No access yet"})).await;
        app.clock.set(today().plus_days(3));
        edit(&app.as_(Role::ProductOwner), &stuck, json!({"title": "Still stuck"})).await;
        edit(&master, &stuck, json!({"blocked_reason": "The supplier is on leave"})).await;
        let note = "Blocked, holds up 1 more: The supplier is on leave";
        assert_eq!(listed(&master, "blocked").await, [entry("Still stuck", "2026-11-26T12:00:00Z", note)]);
        edit(&master, &stuck, json!({"blocked_reason": null})).await;
        assert_eq!(listed(&master, "blocked").await, []);
        edit(&master, &stuck, json!({"blocked_reason": "Again"})).await;
        assert_eq!(listed(&master, "blocked").await[0].1, "2026-11-29T12:00:00Z");
    }

    async fn what_was_finished_is_to_be_accepted_in_a_sprint_or_not(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let done = story(&app, "Done").await;
        app.as_(Role::Developer).put(&format!("{}/state", at("/items", &done)), json!({"state": "Done"})).await.ok(200);
        // What was finished before it came here is no news.
        let file = "Summary,Issue key,Issue Type,Status,Created,Resolved\n\
            Done before,OLD-1,Story,Done,20/Nov/26 9:00 AM,24/Nov/26 9:00 AM\n";
        let form = Form::new().part("file", Part::text(file).file_name("export.csv")).text("mapping", "{}");
        let import = owner.request(Method::POST, "/products/APP/imports/jira").multipart(form);
        assert_eq!(owner.send(import).await.ok(201)["created"], 1);
        let note = "Finished, not yet accepted.";
        assert_eq!(listed(&owner, "acceptance").await, [entry("Done", "2026-11-26T12:00:00Z", note)]);
    }

    async fn a_key_result_is_read_within_a_fortnight_of_its_beginning(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let objective = add(&manager, "objectives", json!({"title": "Trust"})).await;
        let result = |title: &str| json!({"title": title, "unit": "number", "baseline": 0, "target": 5});
        let path = format!("{}/key-results", at("/objectives", &objective));
        app.clock.set(today().plus_days(30));
        manager.post(&path, result("New")).await.ok(201);
        assert_eq!(listed(&manager, "check_in").await, []);
        app.clock.set(today().plus_days(45));
        let note = "One key result has had no reading for 14 days or more.";
        assert_eq!(listed(&manager, "check_in").await, [entry("Trust", "2026-12-26T12:00:00Z", note)]);
    }

    async fn a_long_list_says_that_there_is_more(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        for (count, more) in [(20, false), (3, true)] {
            for n in 0..count {
                let new = json!({"title": format!("Said {n}"), "body": "Said"});
                manager.post("/products/APP/feedback", new).await.ok(201);
            }
            let home = manager.get(HOME).await.ok(200);
            assert_eq!(home["sorts"], json!([{"sort": "feedback", "listed": 20, "more": more}]));
            assert_eq!(home["rows"].as_array().unwrap().len(), 20);
        }
    }
}
