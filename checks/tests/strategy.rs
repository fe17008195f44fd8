//! What the product manager decides: the vision, objectives, opportunities and the roadmap.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::{Method, header};
use serde_json::Value;
use throughline_checks::{Answer, Client, Role, TestApp, Who, both_engines, json};

const VISION: &str = "/products/APP/vision";
const OBJECTIVES: &str = "/products/APP/objectives";
const OPPORTUNITIES: &str = "/products/APP/opportunities";
const INITIATIVES: &str = "/products/APP/initiatives";
const THEMES: &str = "/products/APP/themes";
const PROMISES: &str = "/products/APP/promises";

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

fn rows(page: &Value) -> &[Value] {
    page["rows"].as_array().unwrap()
}

fn titles(page: &Value) -> Vec<&str> {
    rows(page).iter().map(|row| row["title"].as_str().unwrap()).collect()
}

/// Publishes the vision over the version that was seen.
async fn publish_over(client: &Client, version: i64, body: Value) -> Answer {
    let request = client.request(Method::PUT, VISION).header(header::IF_MATCH, format!("\"{version}\""));
    client.send(request.json(&body)).await
}

async fn objective(manager: &Client, title: &str) -> Value {
    manager.post(OBJECTIVES, json!({"title": title})).await.ok(201)
}

async fn opportunity(manager: &Client, title: &str, parent: &Value) -> Value {
    manager.post(OPPORTUNITIES, json!({"title": title, "need": "pain", "parent": parent["id"]})).await.ok(201)
}

async fn initiative(manager: &Client, title: &str, lane: &str) -> Value {
    manager.post(INITIATIVES, json!({"title": title, "lane": lane})).await.ok(201)
}

async fn place(manager: &Client, moved: &Value, to: Value) -> Answer {
    manager.put(&format!("{}/place", at("/initiatives", moved)), to).await
}

async fn lane(client: &Client, lane: &str) -> Vec<String> {
    let page = client.get(INITIATIVES).await.ok(200);
    let titles = rows(&page).iter().filter(|row| row["lane"] == lane);
    titles.map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

async fn asking_for(app: &TestApp, thing: &Value) -> Value {
    let body = json!({"body": "We need this", "link": thing["id"]});
    app.as_(Role::Stakeholder).post("/products/APP/feedback", body).await.ok(201)
}

/// Hides a thing from all but the team.
async fn hide(manager: &Client, thing: &Value) {
    let version = manager.get(&at("/objects", thing)).await.ok(200)["version"].as_i64().unwrap();
    manager.patch(&at("/objects", thing), version, json!({"visibility": "team"})).await.ok(200);
}

async fn archive(client: &Client, thing: &Value) {
    client.put(&format!("{}/archive", at("/objects", thing)), Value::Null).await.ok(200);
}

/// The answer names the decision and the one who may take it.
#[track_caller]
fn is_the_managers(answer: Answer, decision: &str) {
    let problem = answer.problem(403);
    assert_eq!(problem["decision"], decision);
    assert_eq!(problem["deciders"], json!([{"role": "product_manager", "people": ["product manager"]}]));
    assert!(problem["detail"].as_str().unwrap().starts_with("product manager (product manager) decides"), "{problem}");
}

#[track_caller]
fn blames(answer: Answer, field: &str) {
    let problem = answer.problem(422);
    assert_eq!(problem["field"], field, "{problem}");
}

both_engines! {
    async fn the_vision_is_published_in_versions(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
        let empty = owner.get(VISION).await.ok(200);
        assert_eq!((&empty["vision"], &empty["versions"]), (&Value::Null, &json!([])));
        assert!(empty["can"]["vision"]["why"].as_str().unwrap().starts_with("product manager"));
        let board = json!({"statement": "No event is lost", "needs": "Trust", "reason": "The start"});
        is_the_managers(owner.put(VISION, board.clone()).await, "vision");
        app.of(Who::Stranger).put(VISION, board.clone()).await.problem(404);
        blames(manager.put(VISION, json!({"statement": " "})).await, "statement");

        let first = manager.put(VISION, board).await.ok(200);
        assert_eq!((&first["number"], &first["version"], &first["can"]["vision"]), (&json!(1), &json!(1), &json!("yes")));
        let object = owner.get(&at("/objects", &first)).await.ok(200);
        assert_eq!((&object["kind"], &object["title"]), (&json!("vision"), &json!("No event is lost")));

        let next = json!({"statement": "Every event arrives", "needs": "Trust", "reason": "Said what it is"});
        manager.put(VISION, next.clone()).await.problem(428);
        let second = publish_over(&manager, 1, next.clone()).await.ok(200);
        assert_eq!((&second["id"], &second["number"], &second["version"]), (&first["id"], &json!(2), &json!(2)));
        let stale = publish_over(&manager, 1, next).await.problem(412);
        assert_eq!((&stale["expected_version"], &stale["current_version"]), (&json!(1), &json!(2)));
        assert_eq!(stale["current"]["statement"], "Every event arrives");

        let page = app.as_(Role::Viewer).get(VISION).await.ok(200);
        assert_eq!(page["vision"]["statement"], "Every event arrives");
        let kept: Vec<_> = page["versions"].as_array().unwrap().iter().map(|v| (&v["number"], &v["reason"], &v["by"]["name"])).collect();
        let name = json!("product manager");
        assert_eq!(kept, [(&json!(2), &json!("Said what it is"), &name), (&json!(1), &json!("The start"), &name)]);
        let history = owner.get(&format!("{}/history", at("/objects", &first))).await.ok(200);
        assert_eq!(rows(&history)[0]["changes"]["statement"], json!(["No event is lost", "Every event arrives"]));
    }

    async fn a_product_has_one_vision(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let first = manager.put(VISION, json!({"statement": "One"})).await.ok(200);
        archive(&manager, &first).await;
        assert_eq!(manager.get(VISION).await.ok(200)["vision"], Value::Null);
        let back = manager.put(VISION, json!({"statement": "Two"})).await.ok(200);
        assert_eq!((&back["id"], &back["number"]), (&first["id"], &json!(2)));
        assert_eq!(manager.get(VISION).await.ok(200)["versions"].as_array().unwrap().len(), 2);
    }

    async fn objectives_are_set_and_edited_by_version(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        is_the_managers(app.as_(Role::ProductOwner).post(OBJECTIVES, json!({"title": "x"})).await, "objectives");
        app.of(Who::Stranger).post(OBJECTIVES, json!({"title": "x"})).await.problem(404);
        manager.post(OBJECTIVES, json!({"title": "x", "color": "red"})).await.problem(422);
        for (title, period) in [("Now", "2026-Q4"), ("Before", "2026-Q3"), ("After", "2027-Q1")] {
            manager.post(OBJECTIVES, json!({"title": title, "period": period})).await.ok(201);
        }
        let page = app.as_(Role::Viewer).get(OBJECTIVES).await.ok(200);
        assert_eq!(titles(&page), ["After", "Now", "Before"]);
        assert!(page["can"]["objectives"]["why"].as_str().unwrap().contains("(product manager) decides"));

        let set = objective(&manager, "Trust").await;
        assert_eq!((&set["status"], &set["owner"]["name"]), (&json!("active"), &json!("product manager")));
        assert!(set["period"].as_str().unwrap().contains("-Q"), "the present quarter unless said");
        let path = at("/objectives", &set);
        manager.send(manager.request(Method::PATCH, &path).json(&json!({"title": "Late"}))).await.problem(428);
        let patch = json!({"title": "Trusted", "body": "Why", "status": "achieved", "period": "2026-H2"});
        let edited = manager.patch(&path, 1, patch).await.ok(200);
        assert_eq!(
            (&edited["title"], &edited["body"], &edited["status"], &edited["period"], &edited["version"]),
            (&json!("Trusted"), &json!("Why"), &json!("achieved"), &json!("2026-H2"), &json!(2))
        );
        let stale = manager.patch(&path, 1, json!({"title": "Late"})).await.problem(412);
        assert_eq!((&stale["current_version"], &stale["current"]["title"]), (&json!(2), &json!("Trusted")));
        let cleared = manager.patch(&path, 2, json!({"body": null, "period": null})).await.ok(200);
        assert_eq!((&cleared["body"], &cleared["period"], &cleared["status"]), (&json!(""), &Value::Null, &json!("achieved")));
        blames(manager.patch(&path, 3, json!({"status": "won"})).await, "status");
        is_the_managers(app.as_(Role::Developer).patch(&path, 3, json!({"title": "No"})).await, "objectives");
        app.of(Who::Stranger).patch(&path, 3, json!({"title": "No"})).await.problem(404);
        app.of(Who::Stranger).get(&path).await.problem(404);
    }

    async fn key_results_are_read_by_checking_in(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let set = objective(&manager, "Trust").await;
        let path = format!("{}/key-results", at("/objectives", &set));
        let new = json!({"title": "Lost events", "unit": "number", "baseline": 40, "target": 0});
        is_the_managers(app.as_(Role::ProductOwner).post(&path, new.clone()).await, "objectives");
        blames(manager.post(&path, json!({"title": "x", "unit": "stones", "baseline": 0, "target": 1})).await, "unit");
        blames(manager.post(&path, json!({"title": "x", "unit": "number", "baseline": 1e300, "target": 1})).await, "baseline");
        let with = manager.post(&path, new).await.ok(201);
        let result = with["key_results"][0].clone();
        assert_eq!((&result["current"], &result["confidence"], &result["history"]), (&json!(40.0), &Value::Null, &json!([])));

        let (result, readings) = (at("/key-results", &result), format!("{}/check-ins", at("/key-results", &result)));
        blames(manager.post(&readings, json!({"value": 3, "confidence": 11})).await, "confidence");
        blames(manager.post(&readings, json!({"value": 1e300})).await, "value");
        is_the_managers(app.as_(Role::Developer).post(&readings, json!({"value": 3})).await, "objectives");
        app.of(Who::Stranger).post(&readings, json!({"value": 3})).await.problem(404);
        manager.post(&readings, json!({"value": 30, "confidence": 4, "note": "First retries"})).await.ok(201);
        let read = manager.post(&readings, json!({"value": 12.5, "confidence": 7})).await.ok(201);
        let read = &read["key_results"][0];
        assert_eq!((&read["current"], &read["confidence"]), (&json!(12.5), &json!(7)));
        let noted: Vec<_> = read["history"].as_array().unwrap().iter().map(|r| (&r["value"], &r["note"], &r["by"]["name"])).collect();
        let name = json!("product manager");
        assert_eq!(noted, [(&json!(30.0), &json!("First retries"), &name), (&json!(12.5), &json!(""), &name)]);
        for value in 0..100 {
            manager.post(&readings, json!({"value": value})).await.ok(201);
        }
        let read = app.as_(Role::Viewer).get(&at("/objectives", &set)).await.ok(200);
        let history = read["key_results"][0]["history"].as_array().unwrap();
        assert_eq!((history.len(), &history[0]["value"], &history[99]["value"]), (100, &json!(0.0), &json!(99.0)));

        let version = read["version"].as_i64().unwrap();
        manager.send(manager.request(Method::PATCH, &result).json(&json!({"target": 5}))).await.problem(428);
        manager.patch(&result, 1, json!({"target": 5})).await.problem(412);
        let edited = manager.patch(&result, version, json!({"target": 5, "title": "Events lost"})).await.ok(200);
        assert_eq!((&edited["key_results"][0]["target"], &edited["key_results"][0]["title"]), (&json!(5.0), &json!("Events lost")));
        app.of(Who::Stranger).delete(&result).await.problem(404);
        is_the_managers(app.as_(Role::ProductOwner).delete(&result).await, "objectives");
        assert_eq!(manager.delete(&result).await.ok(200)["key_results"], json!([]));
        manager.post(&readings, json!({"value": 3})).await.problem(404);
    }

    async fn themes_have_a_share_and_are_advanced(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        is_the_managers(app.as_(Role::ProductOwner).post(THEMES, json!({"title": "x"})).await, "objectives");
        app.of(Who::Stranger).post(THEMES, json!({"title": "x"})).await.problem(404);
        manager.post(THEMES, json!({"title": "x", "color": "red"})).await.problem(422);
        for share in [-1, 101] {
            blames(manager.post(THEMES, json!({"title": "x", "target_share": share})).await, "target_share");
        }
        let speed = manager.post(THEMES, json!({"title": "Speed", "target_share": 40})).await.ok(201);
        let growth = manager.post(THEMES, json!({"title": "Growth", "body": "New markets"})).await.ok(201);
        let page = viewer.get(THEMES).await.ok(200);
        assert_eq!((titles(&page), &page["targets"]), (vec!["Speed", "Growth"], &json!(40)));
        assert!(page["can"]["objectives"]["why"].as_str().unwrap().contains("(product manager) decides"));

        let path = at("/themes", &growth);
        manager.send(manager.request(Method::PATCH, &path).json(&json!({"title": "Late"}))).await.problem(428);
        let edited = manager.patch(&path, 1, json!({"title": "Reach", "target_share": 25})).await.ok(200);
        assert_eq!(
            (&edited["title"], &edited["body"], &edited["target_share"], &edited["version"]),
            (&json!("Reach"), &json!("New markets"), &json!(25), &json!(2))
        );
        assert_eq!(manager.patch(&path, 1, json!({"body": "No"})).await.problem(412)["current"]["title"], "Reach");
        blames(manager.patch(&path, 2, json!({"target_share": 200})).await, "target_share");
        let cleared = manager.patch(&path, 2, json!({"target_share": null, "body": null})).await.ok(200);
        assert_eq!((&cleared["target_share"], &cleared["body"], &cleared["title"]), (&Value::Null, &json!(""), &json!("Reach")));
        app.of(Who::Stranger).patch(&path, 3, json!({"title": "No"})).await.problem(404);
        app.of(Who::Stranger).get(&path).await.problem(404);
        manager.get(&at("/themes", &objective(&manager, "No theme").await)).await.problem(404);

        let trust = objective(&manager, "Trust").await;
        let replay = initiative(&manager, "Replay", "now").await;
        for thing in [&trust, &replay] {
            let link = json!({"relation": "advances", "to": speed["id"]});
            manager.post(&format!("{}/links", at("/objects", thing)), link).await.ok(201);
        }
        let advancing = async |client: &Client| {
            let speed = client.get(&at("/themes", &speed)).await.ok(200);
            let named = speed["advanced_by"].as_array().unwrap().iter();
            named.map(|stub| stub["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(advancing(&viewer).await, ["Trust", "Replay"]);
        assert_eq!(viewer.get(&at("/objectives", &trust)).await.ok(200)["themes"][0]["title"], "Speed");
        hide(&manager, &trust).await;
        assert_eq!((advancing(&viewer).await, advancing(&manager).await.len()), (vec!["Replay".to_owned()], 2));
        archive(&manager, &replay).await;
        assert_eq!(advancing(&viewer).await, Vec::<String>::new());
        archive(&manager, &speed).await;
        assert_eq!(manager.get(&at("/objectives", &trust)).await.ok(200)["themes"], json!([]));
        assert_eq!(titles(&viewer.get(THEMES).await.ok(200)), ["Reach"]);
    }

    async fn promises_are_kept_in_a_ledger(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let replay = initiative(&manager, "Replay", "now").await;
        let new = json!({"title": "Events come again", "audience": "All customers", "due": "2027-Q1", "confidence": 7,
            "about": replay["reference"]});
        is_the_managers(app.as_(Role::ProductOwner).post(PROMISES, new.clone()).await, "roadmap");
        app.of(Who::Stranger).post(PROMISES, new.clone()).await.problem(404);
        for (field, value) in [("due", json!("soon")), ("due", json!("2027-Q5")), ("confidence", json!(11)), ("audience", json!(""))] {
            let mut wrong = new.clone();
            wrong[field] = value;
            blames(manager.post(PROMISES, wrong).await, field);
        }
        let mut elsewhere = new.clone();
        let stranger = app.of(Who::Stranger);
        let theirs = stranger.post("/products/OTHER/initiatives", json!({"title": "x", "lane": "now"})).await.ok(201);
        for about in [json!("APP-999"), theirs["id"].clone()] {
            elsewhere["about"] = about;
            blames(manager.post(PROMISES, elsewhere.clone()).await, "about");
        }
        let made = manager.post(PROMISES, new).await.ok(201);
        assert_eq!((&made["state"], &made["due_on"], &made["about"][0]["id"]), (&json!("open"), &json!("2027-03-31"), &replay["id"]));
        let links = viewer.get(&format!("{}/links", at("/objects", &replay))).await.ok(200);
        assert_eq!(rows(&links)[0]["label"], "promised by");

        let path = at("/promises", &made);
        manager.send(manager.request(Method::PATCH, &path).json(&json!({"state": "kept"}))).await.problem(428);
        let edited = manager.patch(&path, 1, json!({"due": "2027-H1", "confidence": null})).await.ok(200);
        assert_eq!((&edited["due_on"], &edited["confidence"], &edited["title"]), (&json!("2027-06-30"), &Value::Null, &made["title"]));
        assert_eq!(manager.patch(&path, 1, json!({"due": "2028"})).await.problem(412)["current"]["due"], "2027-H1");
        blames(manager.patch(&path, 2, json!({"state": "forgotten"})).await, "state");
        is_the_managers(app.as_(Role::Developer).patch(&path, 2, json!({"state": "kept"})).await, "roadmap");
        app.of(Who::Stranger).get(&path).await.problem(404);
        manager.get(&at("/promises", &replay)).await.problem(404);

        manager.patch(&path, 2, json!({"state": "kept"})).await.ok(200);
        for title in ["Second", "Third"] {
            let new = json!({"title": title, "audience": "The board", "due": "2027"});
            manager.post(PROMISES, new).await.ok(201);
        }
        // Open ones first, page by page, each once.
        let (mut listed, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = viewer.get(&format!("{PROMISES}?limit=1{cursor}")).await.ok(200);
            listed.extend(titles(&page).into_iter().map(str::to_owned));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(listed, ["Second", "Third", "Events come again"]);
        hide(&manager, &replay).await;
        assert_eq!(viewer.get(&path).await.ok(200)["about"], json!([]));
        archive(&manager, &made).await;
        assert_eq!(rows(&viewer.get(PROMISES).await.ok(200)).len(), 2);
    }

    async fn opportunities_form_a_tree(app: TestApp) {
        let app = app.furnished().await;
        let (manager, stranger) = (app.as_(Role::ProductManager), app.of(Who::Stranger));
        let new = json!({"title": "x", "need": "pain"});
        is_the_managers(app.as_(Role::ProductOwner).post(OPPORTUNITIES, new.clone()).await, "opportunities");
        stranger.post(OPPORTUNITIES, new).await.problem(404);
        let top = opportunity(&manager, "Top", &Value::Null).await;
        let middle = opportunity(&manager, "Middle", &top).await;
        let leaf = opportunity(&manager, "Leaf", &middle).await;
        assert_eq!((&leaf["parent_id"], &leaf["state"], &leaf["need"]), (&middle["id"], &json!("open"), &json!("pain")));

        let path = at("/opportunities", &top);
        for below in [&top, &middle, &leaf] {
            let circle = manager.patch(&path, 1, json!({"parent": below["id"]})).await.problem(422);
            assert_eq!((&circle["field"], &circle["detail"]), (&json!("parent"), &json!("An opportunity cannot be part of itself.")));
        }
        let elsewhere = stranger.post("/products/OTHER/opportunities", json!({"title": "x", "need": "need"})).await.ok(201);
        for (field, wrong) in [("parent", &elsewhere), ("objective", &elsewhere), ("objective", &top)] {
            let new = json!({"title": "x", "need": "need", field: wrong["id"]});
            blames(manager.post(OPPORTUNITIES, new).await, field);
        }
        let patch = json!({"parent": null, "state": "pursued", "need": "desire", "body": "Said often"});
        let moved = manager.patch(&at("/opportunities", &leaf), 1, patch).await.ok(200);
        assert_eq!(
            (&moved["parent_id"], &moved["state"], &moved["need"], &moved["body"]),
            (&Value::Null, &json!("pursued"), &json!("desire"), &json!("Said often"))
        );
        let stale = manager.patch(&at("/opportunities", &leaf), 1, json!({"title": "Late"})).await.problem(412);
        assert_eq!((&stale["current_version"], &stale["current"]["state"]), (&json!(2), &json!("pursued")));
        assert_eq!(manager.patch(&path, 1, json!({"parent": leaf["reference"]})).await.ok(200)["parent_id"], leaf["id"]);
        assert_eq!(titles(&app.as_(Role::Viewer).get(OPPORTUNITIES).await.ok(200)), ["Top", "Middle", "Leaf"]);
        stranger.get(&path).await.problem(404);
    }

    async fn what_is_above_and_below_is_counted(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let trust = objective(&manager, "Trust").await;
        let new = json!({"title": "Lost events", "need": "pain", "objective": trust["reference"]});
        let lost = manager.post(OPPORTUNITIES, new).await.ok(201);
        assert_eq!(lost["objective"]["id"], trust["id"]);
        let history = viewer.get(&format!("{}/history", at("/objects", &lost))).await.ok(200);
        assert_eq!(rows(&history)[0]["changes"]["serves"], json!([null, trust["reference"]]));
        let new = json!({"title": "Replay", "lane": "now", "objective": trust["id"], "opportunity": lost["id"]});
        let replay = manager.post(INITIATIVES, new).await.ok(201);
        assert_eq!((&replay["objective"]["id"], &replay["opportunity"]["id"]), (&trust["id"], &lost["id"]));
        let mut spoken = Vec::new();
        for thing in [&lost, &lost, &replay] {
            spoken.push(asking_for(&app, thing).await);
        }

        let counts = async |client: &Client| {
            let trust = client.get(&at("/objectives", &trust)).await.ok(200);
            let lost = client.get(&at("/opportunities", &lost)).await.ok(200);
            let replay = client.get(&at("/initiatives", &replay)).await.ok(200);
            [&trust["initiatives"], &lost["initiatives"], &lost["voices"], &replay["voices"]].map(|n| n.as_i64().unwrap())
        };
        assert_eq!(counts(&viewer).await, [1, 1, 2, 3]);
        hide(&manager, &spoken[0]).await;
        assert_eq!((counts(&viewer).await, counts(&manager).await), ([1, 1, 1, 2], [1, 1, 2, 3]));
        archive(&manager, &spoken[1]).await;
        assert_eq!((counts(&viewer).await, counts(&manager).await), ([1, 1, 0, 1], [1, 1, 1, 2]));
        archive(&manager, &replay).await;
        assert_eq!(counts(&viewer).await, [0, 0, 0, 1]);
        assert_eq!(viewer.get(INITIATIVES).await.ok(200)["rows"], json!([]));
        hide(&manager, &trust).await;
        viewer.get(&at("/objectives", &trust)).await.problem(404);
        assert_eq!(viewer.get(OBJECTIVES).await.ok(200)["rows"], json!([]));
        assert_eq!(viewer.get(&at("/opportunities", &lost)).await.ok(200)["objective"], Value::Null);
    }

    async fn initiatives_are_edited_by_version(app: TestApp) {
        let app = app.furnished().await;
        let (manager, stranger) = (app.as_(Role::ProductManager), app.of(Who::Stranger));
        let new = json!({"title": "x", "lane": "now"});
        is_the_managers(app.as_(Role::ProductOwner).post(INITIATIVES, new.clone()).await, "roadmap");
        stranger.post(INITIATIVES, new).await.problem(404);
        let elsewhere = stranger.post("/products/OTHER/objectives", json!({"title": "x"})).await.ok(201);
        for (field, value) in [
            ("lane", json!("someday")),
            ("starts", json!("soon")),
            ("ends", json!("2026-Q1")),
            ("confidence", json!(11)),
            ("objective", elsewhere["id"].clone()),
            ("opportunity", json!("APP-999")),
        ] {
            let mut new = json!({"title": "x", "lane": "now", "starts": "2026-Q2"});
            new[field] = value;
            blames(manager.post(INITIATIVES, new).await, field);
        }
        let new = json!({"title": "Replay", "lane": "next", "problem": "Lost", "starts": "2026-11", "ends": "2026", "confidence": 6});
        let replay = manager.post(INITIATIVES, new).await.ok(201);
        assert_eq!((&replay["starts"], &replay["ends"], &replay["confidence"]), (&json!("2026-11"), &json!("2026"), &json!(6)));
        assert_eq!((&replay["objective"], &replay["items"]), (&Value::Null, &json!({"total": 0, "done": 0})));

        let path = at("/initiatives", &replay);
        manager.send(manager.request(Method::PATCH, &path).json(&json!({"title": "Late"}))).await.problem(428);
        manager.patch(&path, 1, json!({"objective": null})).await.problem(422);
        blames(manager.patch(&path, 1, json!({"ends": "2026-10-31"})).await, "ends");
        let patch = json!({"title": "Replays", "outcome": "None lost", "starts": null, "confidence": null});
        let edited = manager.patch(&path, 1, patch).await.ok(200);
        assert_eq!((&edited["title"], &edited["outcome"], &edited["problem"]), (&json!("Replays"), &json!("None lost"), &json!("Lost")));
        assert_eq!((&edited["starts"], &edited["ends"], &edited["confidence"]), (&Value::Null, &json!("2026"), &Value::Null));
        let stale = manager.patch(&path, 1, json!({"title": "Late"})).await.problem(412);
        assert_eq!((&stale["current_version"], &stale["current"]["title"]), (&json!(2), &json!("Replays")));
        // The problem is the object's text, wherever it is written.
        manager.patch(&at("/objects", &replay), 2, json!({"body": "Events get lost"})).await.ok(200);
        assert_eq!(manager.get(&path).await.ok(200)["problem"], "Events get lost");
        assert_eq!(manager.patch(&path, 3, json!({"problem": null})).await.ok(200)["problem"], "");
        is_the_managers(app.as_(Role::Stakeholder).patch(&path, 4, json!({"title": "No"})).await, "roadmap");
        stranger.get(&path).await.problem(404);
        // One kind is not taken for another.
        manager.get(&at("/objectives", &replay)).await.problem(404);
        manager.patch(&at("/opportunities", &replay), 4, json!({"title": "No"})).await.problem(404);
    }

    async fn initiatives_move_between_lanes_and_places(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let mut made = Vec::new();
        for (title, to) in [("A", "now"), ("B", "now"), ("C", "now"), ("L", "later")] {
            made.push(initiative(&manager, title, to).await);
        }
        let [a, b, c, l] = &made[..] else { unreachable!() };
        assert_eq!(titles(&manager.get(INITIATIVES).await.ok(200)), ["A", "B", "C", "L"]);
        let moved = place(&manager, c, json!({"lane": "now", "before": a["id"]})).await.ok(200);
        assert_eq!((&moved["lane"], &moved["version"]), (&json!("now"), &json!(2)));
        assert_eq!(lane(&manager, "now").await, ["C", "A", "B"]);
        place(&manager, c, json!({"lane": "now", "after": a["reference"]})).await.ok(200);
        assert_eq!(lane(&manager, "now").await, ["A", "C", "B"]);
        place(&manager, a, json!({"lane": "now"})).await.ok(200);
        assert_eq!(lane(&manager, "now").await, ["C", "B", "A"]);
        place(&manager, b, json!({"lane": "later", "before": l["id"]})).await.ok(200);
        assert_eq!((lane(&manager, "now").await, lane(&manager, "later").await), (vec!["C".into(), "A".into()], vec!["B".into(), "L".into()]));

        blames(place(&manager, a, json!({"lane": "now", "before": l["id"]})).await, "before");
        blames(place(&manager, a, json!({"lane": "now", "after": a["id"]})).await, "after");
        blames(place(&manager, a, json!({"lane": "later", "before": l["id"], "after": b["id"]})).await, "after");
        let to = json!({"lane": "next"});
        is_the_managers(place(&app.as_(Role::ProductOwner), a, to.clone()).await, "roadmap");
        place(&app.of(Who::Stranger), a, to.clone()).await.problem(404);
        place(&manager, &objective(&manager, "Trust").await, to).await.problem(404);
        let history = manager.get(&format!("{}/history", at("/objects", b))).await.ok(200);
        assert_eq!(rows(&history)[0]["changes"]["lane"], json!(["now", "later"]));
    }

    async fn a_crowded_lane_gets_short_keys_again(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let mut made = Vec::new();
        for title in ["A", "B", "C", "D"] {
            made.push(initiative(&manager, title, "now").await);
        }
        let mut longest = 0;
        for round in 0..300 {
            let moved = place(&manager, &made[1 + round % 2], json!({"lane": "now", "after": made[0]["id"]})).await.ok(200);
            longest = longest.max(moved["rank"].as_str().unwrap().len());
        }
        assert!((20..=40).contains(&longest), "{longest}");
        assert_eq!(lane(&manager, "now").await, ["A", "C", "B", "D"]);
    }

    async fn an_initiatives_items_are_all_that_is_part_of_it(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
        let replay = initiative(&manager, "Replay", "now").await;
        let item = async |kind: &str, parent: &Value, initiative: &Value| {
            let new = json!({"kind": kind, "title": kind, "parent": parent, "initiative": initiative});
            owner.post("/products/APP/items", new).await.ok(201)
        };
        let epic = item("epic", &Value::Null, &replay["id"]).await;
        // Linked both by itself and through its epic, it counts once.
        let story = item("story", &epic["id"], &replay["id"]).await;
        item("subtask", &story["id"], &Value::Null).await;
        let bug = item("bug", &epic["id"], &Value::Null).await;
        let task = item("task", &epic["id"], &Value::Null).await;
        let spike = item("spike", &epic["id"], &Value::Null).await;
        item("story", &Value::Null, &Value::Null).await;

        let workflow = owner.get("/products/APP/workflow").await.ok(200);
        for (item, category) in [(&story, "done"), (&bug, "cancelled")] {
            let state = rows(&workflow).iter().find(|row| row["category"] == category).unwrap();
            owner.put(&format!("{}/state", at("/items", item)), json!({"state": state["name"]})).await.ok(200);
        }
        let page = app.as_(Role::Viewer).get(INITIATIVES).await.ok(200);
        assert_eq!(rows(&page)[0]["items"], json!({"total": 3, "done": 1}));
        archive(&owner, &spike).await;
        let of_it = async |client: &Client| client.get(&at("/initiatives", &replay)).await.ok(200)["items"].clone();
        assert_eq!(of_it(&manager).await, json!({"total": 2, "done": 1}));
        let version = owner.get(&at("/items", &task)).await.ok(200)["version"].as_i64().unwrap();
        owner.patch(&at("/objects", &task), version, json!({"visibility": "team"})).await.ok(200);
        assert_eq!((of_it(&manager).await, of_it(&app.as_(Role::Viewer)).await), (json!({"total": 2, "done": 1}), json!({"total": 1, "done": 1})));
    }
}
