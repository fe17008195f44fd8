//! The line: why and what came of it from everything, the evidence, links and their table, coverage, the picture.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use throughline_checks::{Answer, Client, Role, TestApp, Who, World, both_engines, json};
use vocabulary::{Kind, Relation};

const LINE: &str = "/products/APP/line";

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

/// Something of an object, as in `/objects/…/why`.
fn of(thing: &Value, what: &str) -> String {
    format!("{}/{what}", at("/objects", thing))
}

fn rows(page: &Value) -> &[Value] {
    page["rows"].as_array().unwrap()
}

/// The kinds or titles of stops, in their order.
fn each<'s>(stops: &'s Value, field: &str) -> Vec<&'s str> {
    stops.as_array().unwrap().iter().map(|stop| stop[field].as_str().unwrap()).collect()
}

#[track_caller]
fn blames(answer: Answer, field: &str) -> Value {
    let problem = answer.problem(422);
    assert_eq!(problem["field"], field, "{problem}");
    problem
}

async fn add(client: &Client, what: &str, new: Value) -> Value {
    client.post(&format!("/products/APP/{what}"), new).await.ok(201)
}

async fn item(app: &TestApp, kind: &str, title: &str, parent: &Value) -> Value {
    add(&app.as_(Role::ProductOwner), "items", json!({"kind": kind, "title": title, "parent": parent["id"]})).await
}

async fn link(app: &TestApp, from: &Value, relation: &str, to: &Value) -> Value {
    let body = json!({"relation": relation, "to": to["id"]});
    app.as_(Role::ProductManager).post(&of(from, "links"), body).await.ok(201)
}

async fn said(app: &TestApp, customer: &Value, day: &str, about: &Value) -> Value {
    let body =
        json!({"body": format!("Said on {day}"), "customer": customer["id"], "received_on": day, "link": about["id"]});
    add(&app.as_(Role::ProductManager), "feedback", body).await
}

async fn enter(app: &TestApp, item: &Value, state: &str) {
    app.as_(Role::Developer).put(&format!("{}/state", at("/items", item)), json!({"state": state})).await.ok(200);
}

async fn archive(app: &TestApp, thing: &Value) {
    for role in [Role::ProductManager, Role::ProductOwner] {
        if app.as_(role).put(&of(thing, "archive"), Value::Null).await.status.is_success() {
            return;
        }
    }
    panic!("nobody may archive {thing}");
}

async fn hide(app: &TestApp, thing: &Value) {
    let is_item = thing["kind"].as_str().is_some_and(|kind| kind.parse::<Kind>().unwrap().is_item());
    let decider = app.as_(if is_item { Role::ProductOwner } else { Role::ProductManager });
    let version = decider.get(&at("/objects", thing)).await.ok(200)["version"].as_i64().unwrap();
    decider.patch(&at("/objects", thing), version, json!({"visibility": "team"})).await.ok(200);
}

async fn why(client: &Client, thing: &Value) -> Value {
    client.get(&of(thing, "why")).await.ok(200)
}

async fn outcome(client: &Client, thing: &Value) -> Value {
    client.get(&of(thing, "outcome")).await.ok(200)
}

/// A whole line, one of each kind, from the vision to the release.
struct Line {
    vision: Value,
    objective: Value,
    opportunity: Value,
    initiative: Value,
    epic: Value,
    story: Value,
    subtask: Value,
    sprint: Value,
    release: Value,
    customer: Value,
    feedback: Value,
}

async fn whole_line(app: &TestApp) -> Line {
    let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
    let vision = manager.put("/products/APP/vision", json!({"statement": "No event is lost"})).await.ok(200);
    let objective = add(&manager, "objectives", json!({"title": "Trust"})).await;
    let opportunity = json!({"title": "I learn too late", "need": "pain", "objective": objective["id"]});
    let opportunity = add(&manager, "opportunities", opportunity).await;
    let initiative = json!({"title": "Replay", "lane": "now", "opportunity": opportunity["id"]});
    let initiative = add(&manager, "initiatives", initiative).await;
    let epic = item(app, "epic", "Webhooks", &Value::Null).await;
    link(app, &epic, "delivers", &initiative).await;
    let story = item(app, "story", "Replay a webhook", &epic).await;
    let subtask = item(app, "subtask", "Write it down", &story).await;
    let sprint = json!({"starts": "2026-11-02", "ends": "2026-11-13", "objective": objective["id"]});
    let sprint = add(&owner, "sprints", sprint).await;
    let developer = app.as_(Role::Developer);
    developer
        .put(&format!("{}/items/{}", at("/sprints", &sprint), story["id"].as_str().unwrap()), Value::Null)
        .await
        .ok(200);
    let release = add(&owner, "releases", json!({"name": "1.0", "planned_on": "2026-12-01"})).await;
    owner
        .put(&format!("{}/items/{}", at("/releases", &release), story["id"].as_str().unwrap()), Value::Null)
        .await
        .ok(200);
    let customer = add(&manager, "customers", json!({"name": "Éclair", "segment": "SMB", "value": 100})).await;
    let feedback = said(app, &customer, "2024-10-01", &opportunity).await;
    Line { vision, objective, opportunity, initiative, epic, story, subtask, sprint, release, customer, feedback }
}

both_engines! {
    async fn everything_has_its_why_up_to_the_vision(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let viewer = app.as_(Role::Viewer);
        let upwards = ["subtask", "story", "epic", "initiative", "opportunity", "objective", "vision"];
        for (thing, path) in [
            (&line.vision, &upwards[6..]), (&line.objective, &upwards[5..]), (&line.opportunity, &upwards[4..]),
            (&line.initiative, &upwards[3..]), (&line.epic, &upwards[2..]), (&line.story, &upwards[1..]), (&line.subtask, &upwards[..]),
            (&line.sprint, &["sprint", "objective", "vision"]), (&line.customer, &["customer"]), (&line.feedback, &["feedback"]),
            (&line.release, &["release", "story", "epic", "initiative", "opportunity", "objective", "vision"]),
        ] {
            let trace = why(&viewer, thing).await;
            assert_eq!(each(&trace["path"], "kind"), path, "{trace}");
            assert_eq!(trace["missing"], json!([]));
            let distances: Vec<u64> = trace["path"].as_array().unwrap().iter().map(|stop| stop["distance"].as_u64().unwrap()).collect();
            assert_eq!(distances, (0..path.len() as u64).collect::<Vec<_>>());
        }
        let trace = why(&viewer, &line.subtask).await;
        assert_eq!(each(&trace["path"], "relation"), ["", "part_of", "part_of", "delivers", "addresses", "serves", "guided_by"]);
        for kind in ["bug", "task", "spike"] {
            let part = item(&app, kind, kind, &line.epic).await;
            assert_eq!(each(&why(&viewer, &part).await["path"], "kind"), [kind, "epic", "initiative", "opportunity", "objective", "vision"]);
            let alone = item(&app, kind, kind, &Value::Null).await;
            let trace = why(&viewer, &alone).await;
            assert_eq!((each(&trace["path"], "kind"), &trace["missing"]), (vec![kind], &json!(["initiative", "objective", "vision"])));
        }
        viewer.get("/objects/APP-999/why").await.problem(404);
        app.of(Who::Stranger).get(&of(&line.story, "why")).await.problem(404);
    }

    async fn everything_has_what_came_of_it_down_to_who_was_told(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let (viewer, owner) = (app.as_(Role::Viewer), app.as_(Role::ProductOwner));
        let downwards = ["vision", "objective", "opportunity", "initiative", "epic", "story", "release"];
        for (thing, path) in [
            (&line.vision, &downwards[..]), (&line.objective, &downwards[1..]), (&line.opportunity, &downwards[2..]),
            (&line.initiative, &downwards[3..]), (&line.epic, &downwards[4..]), (&line.story, &downwards[5..]), (&line.release, &downwards[6..]),
            (&line.feedback, &["feedback", "opportunity", "initiative", "epic", "story", "release"]),
            (&line.customer, &["customer", "feedback", "opportunity", "initiative", "epic", "story", "release"]),
            (&line.subtask, &["subtask"]), (&line.sprint, &["sprint"]),
        ] {
            let trace = outcome(&viewer, thing).await;
            assert_eq!(each(&trace["path"], "kind"), path, "{trace}");
            let missing = if path.last() == Some(&"release") { json!([]) } else { json!(["release"]) };
            assert_eq!(trace["missing"], missing);
        }
        let trace = outcome(&viewer, &line.epic).await;
        assert_eq!(each(&trace["path"], "relation"), ["", "part_of", "shipped_in"]);
        assert_eq!((&trace["path"][2]["note"], &trace["path"][2]["state"]), (&json!("planned for 2026-12-01"), &json!("planned")));
        let beside = each(&trace["others"], "kind");
        assert!(beside.contains(&"sprint") && beside.contains(&"subtask"), "{trace}");
        assert_eq!(trace["told"], json!({"asked": 1, "told": 0}));

        enter(&app, &line.story, "Done").await;
        owner.put(&format!("{}/acceptance", at("/items", &line.story)), Value::Null).await.ok(200);
        owner.put(&format!("{}/shipment", at("/releases", &line.release)), Value::Null).await.ok(200);
        let say = json!({"feedback": [line.feedback["id"]], "text": "It is here"});
        app.as_(Role::ProductManager).post(&format!("{}/tellings", at("/releases", &line.release)), say).await.ok(201);
        for thing in [&line.opportunity, &line.story, &line.release, &line.feedback] {
            let trace = outcome(&viewer, thing).await;
            assert_eq!(trace["told"], json!({"asked": 1, "told": 1}), "{trace}");
            assert!(trace["path"].as_array().unwrap().last().unwrap()["note"].as_str().unwrap().starts_with("shipped "), "{trace}");
        }
        assert_eq!(why(&viewer, &line.story).await["told"], json!({"asked": 1, "told": 1}));
    }

    async fn the_shortest_way_comes_first_and_the_others_beside_it(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let manager = app.as_(Role::ProductManager);
        let speed = add(&manager, "objectives", json!({"title": "Speed"})).await;
        let second = add(&manager, "initiatives", json!({"title": "Health page", "lane": "next"})).await;
        link(&app, &line.story, "serves", &speed).await;
        link(&app, &line.story, "delivers", &second).await;
        let results = format!("{}/key-results", at("/objectives", &speed));
        manager.post(&results, json!({"title": "Lost events", "unit": "number", "baseline": 40, "target": 0})).await.ok(201);
        let trace = why(&manager, &line.story).await;
        assert_eq!(each(&trace["path"], "title"), ["Replay a webhook", "Speed", "No event is lost"]);
        assert_eq!(trace["path"][1]["note"], "Lost events: 40 → 0, now 40");
        let mut nearest = each(&trace["others"], "title");
        assert_eq!(nearest.split_off(2), ["Replay", "I learn too late", "Trust"]);
        nearest.sort_unstable();
        assert_eq!(nearest, ["Health page", "Webhooks"]);
        // Each thing once, however many ways lead there.
        link(&app, &line.epic, "serves", &line.objective).await;
        let trace = why(&manager, &line.story).await;
        assert_eq!(each(&trace["others"], "title").iter().filter(|title| **title == "Trust").count(), 1);
        let rows = manager.get("/products/APP/items?has_why=false").await.ok(200);
        assert_eq!(rows["rows"], json!([]));
    }

    async fn evidence_counts_customers_once(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let big = add(&manager, "customers", json!({"name": "Big", "segment": "Enterprise", "value": 1000.5})).await;
        let plain = add(&manager, "customers", json!({"name": "Plain"})).await;
        said(&app, &line.customer, "2024-10-20", &line.story).await;
        let latest = said(&app, &big, "2024-11-01", &line.initiative).await;
        said(&app, &plain, "2024-09-01", &line.epic).await;
        said(&app, &Value::Null, "2024-08-01", &line.story).await;
        let unrelated = item(&app, "story", "Unrelated", &Value::Null).await;
        said(&app, &big, "2024-12-24", &unrelated).await;
        let expected = json!({"feedback": 5, "customers": 3, "segments": ["Enterprise", "SMB"], "value": 1100.5, "latest": "2024-11-01"});
        assert_eq!(why(&viewer, &line.story).await["evidence"], expected);
        assert_eq!(outcome(&viewer, &line.story).await["evidence"], expected, "what came of it shows who asked, too");
        // Only what was said about a thing or above it is its evidence.
        let above = json!({"feedback": 2, "customers": 2, "segments": ["Enterprise", "SMB"], "value": 1100.5, "latest": "2024-11-01"});
        assert_eq!(why(&viewer, &line.initiative).await["evidence"], above);
        let own = json!({"feedback": 1, "customers": 1, "segments": ["Enterprise"], "value": 1000.5, "latest": "2024-11-01"});
        assert_eq!(outcome(&viewer, &latest).await["evidence"], own);
        let none = json!({"feedback": 0, "customers": 0, "segments": [], "value": 0.0, "latest": null});
        assert_eq!(why(&viewer, &line.objective).await["evidence"], none);

        // A customer one may not see lends neither name nor value; feedback one may not see is not there.
        hide(&app, &big).await;
        let seen = json!({"feedback": 5, "customers": 2, "segments": ["SMB"], "value": 100.0, "latest": "2024-11-01"});
        assert_eq!(why(&viewer, &line.story).await["evidence"], seen);
        hide(&app, &latest).await;
        let seen = json!({"feedback": 4, "customers": 2, "segments": ["SMB"], "value": 100.0, "latest": "2024-10-20"});
        assert_eq!(why(&viewer, &line.story).await["evidence"], seen);
        assert_eq!(why(&manager, &line.story).await["evidence"], expected);
        archive(&app, &latest).await;
        assert_eq!(why(&manager, &line.story).await["evidence"]["feedback"], 4, "what is put away is no evidence");
    }

    async fn what_one_may_not_see_is_not_on_the_way(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let viewer = app.as_(Role::Viewer);
        for thing in [&line.opportunity, &line.feedback, &line.customer] {
            hide(&app, thing).await;
        }
        for path in [of(&line.story, "why"), of(&line.vision, "outcome"), of(&line.initiative, "why"), of(&line.initiative, "links"), LINE.to_owned()] {
            let answer = viewer.get(&path).await;
            for hidden in ["I learn too late", "Said on", "Éclair", line.opportunity["reference"].as_str().unwrap()] {
                assert!(!answer.text.contains(&format!("\"{hidden}")), "{path}: {}", answer.text);
            }
            answer.ok(200);
        }
        assert_eq!(each(&why(&viewer, &line.story).await["path"], "kind"), ["story", "epic", "initiative", "objective", "vision"]);
        for thing in [&line.opportunity, &line.feedback, &line.customer] {
            for what in ["why", "outcome", "links"] {
                viewer.get(&of(thing, what)).await.problem(404);
            }
        }
        let team = why(&app.as_(Role::Developer), &line.story).await;
        assert_eq!(each(&team["path"], "kind")[3], "opportunity");
    }

    async fn what_is_put_away_keeps_its_links(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let viewer = app.as_(Role::Viewer);
        archive(&app, &line.initiative).await;
        let trace = why(&viewer, &line.story).await;
        assert_eq!((&trace["path"][2]["kind"], &trace["path"][2]["archived"]), (&json!("initiative"), &json!(true)));
        assert_eq!(trace["path"].as_array().unwrap().len(), 6);
        let picture = viewer.get(LINE).await;
        assert!(!picture.text.contains("\"Replay\""), "{}", picture.text);
        // Without its vision a line ends at the objective.
        archive(&app, &line.vision).await;
        let trace = why(&viewer, &line.story).await;
        assert_eq!((each(&trace["path"], "kind").last(), &trace["missing"]), (Some(&"objective"), &json!(["initiative", "vision"])));
    }

    async fn what_is_put_away_is_no_why(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let viewer = app.as_(Role::Viewer);
        let without = async || {
            let listed = viewer.get("/products/APP/items?open=true&has_why=false").await.ok(200);
            let coverage = viewer.get(LINE).await.ok(200)["coverage"].clone();
            assert_eq!(coverage["orphans"], rows(&listed).len(), "the backlog lists what the line counts");
            (each(&listed["rows"], "title").into_iter().map(str::to_owned).collect::<Vec<_>>(), coverage["open"].clone())
        };
        let (reached, broken) = (json!({"reached": 1, "total": 1, "exempt": 0}), json!({"reached": 0, "total": 1, "exempt": 0}));
        assert_eq!(without().await, (vec![], reached.clone()));
        archive(&app, &line.initiative).await;
        assert_eq!(without().await, (["Webhooks", "Replay a webhook", "Write it down"].map(str::to_owned).to_vec(), broken.clone()));
        app.as_(Role::ProductManager).delete(&of(&line.initiative, "archive")).await.ok(200);
        assert_eq!(without().await, (vec![], reached));
        // What is put away gives no why on to its parts.
        archive(&app, &line.epic).await;
        assert_eq!(without().await, (["Replay a webhook", "Write it down"].map(str::to_owned).to_vec(), broken));
    }

    async fn what_one_may_not_see_is_not_counted(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let secret = item(&app, "story", "Secret", &Value::Null).await;
        let release = at("/releases", &line.release);
        owner.put(&format!("{release}/items/{}", secret["id"].as_str().unwrap()), Value::Null).await.ok(200);
        for item in [&line.story, &secret] {
            enter(&app, item, "Done").await;
            owner.put(&format!("{}/acceptance", at("/items", item)), Value::Null).await.ok(200);
        }
        owner.put(&format!("{release}/shipment"), Value::Null).await.ok(200);
        let waiting = item(&app, "story", "Nobody asked", &Value::Null).await;
        for thing in [&secret, &waiting, &line.feedback] {
            hide(&app, thing).await;
        }
        for (who, orphans, delivered, untold, voices, items) in
            [(&owner, json!(1), json!({"reached": 1, "total": 2, "exempt": 0}), 1, json!(1), 2), (&viewer, json!(0), json!({"reached": 1, "total": 1, "exempt": 0}), 0, Value::Null, 1)]
        {
            let picture = who.get(LINE).await.ok(200);
            let coverage = &picture["coverage"];
            assert_eq!((&coverage["orphans"], &coverage["delivered"], &coverage["shipped_not_told"]), (&orphans, &delivered, &json!(untold)));
            assert_eq!(picture["columns"][2]["stops"][0]["count"], voices);
            assert_eq!(picture["columns"][5]["stops"][0]["count"], items);
            let release = who.get(&release).await.ok(200);
            assert_eq!((&release["items"]["total"], &release["audience"]["asked"]), (&json!(items), &json!(untold)));
        }
    }

    async fn links_join_what_their_table_allows(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let table = app.as_(Role::Viewer).get("/relations").await.ok(200);
        let rule = |relation: &str| rows(&table).iter().find(|row| row["relation"] == relation).unwrap();
        let allows = |relation: &str, end: &str, kind: &str| rule(relation)[end].as_array().unwrap().iter().any(|allowed| allowed == kind);
        assert_eq!(rows(&table).len(), Relation::ALL.len());
        assert_eq!(rule("asks_for")["from"], json!(["feedback"]));
        assert_eq!(rule("serves")["to"], json!(["objective"]));
        assert_eq!(rule("addresses")["to"], json!(["opportunity"]));
        assert_eq!(rule("delivers")["to"], json!(["initiative"]));
        for (relation, on_the_line) in [("asks_for", true), ("delivers", true), ("blocks", false), ("relates_to", false)] {
            assert_eq!(rule(relation)["line"], on_the_line);
        }
        let world = World::of(&app, "APP", app.client.nobody());
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for kind in Kind::ALL {
            here.push(world.thing(*kind, "Here").await);
            there.push(if *kind == Kind::Vision { here[0].clone() } else { world.thing(*kind, "There").await });
        }
        for relation in Relation::ALL.iter().map(|relation| relation.as_str()) {
            let first = |things: &[Value], end: &str| {
                things.iter().position(|thing| allows(relation, end, thing["kind"].as_str().unwrap())).unwrap()
            };
            // Every kind at each end, with one that fits at the other.
            let (from, to) = (first(&here, "from"), first(&there, "to"));
            let (from, to) = if from == 0 && to == 0 { (1, 1) } else { (from, to) };
            let pairs = here.iter().map(|thing| (thing, &there[to])).chain(there.iter().map(|thing| (&here[from], thing)));
            let mut made = Vec::new();
            for (from, to) in pairs.filter(|(from, to)| from["id"] != to["id"]) {
                let fits = allows(relation, "from", from["kind"].as_str().unwrap()) && allows(relation, "to", to["kind"].as_str().unwrap());
                let answer = manager.post(&of(from, "links"), json!({"relation": relation, "to": to["reference"]})).await;
                match (fits, made.contains(&(from["id"].clone(), to["id"].clone()))) {
                    (true, false) => {
                        let link = answer.ok(201);
                        assert_eq!((&link["relation"], &link["object"]["id"], &link["label"]), (&json!(relation), &to["id"], &rule(relation)["label"]));
                        made.push((from["id"].clone(), to["id"].clone()));
                    }
                    (true, true) => assert_eq!(answer.problem(409)["type"], "/problems/linked-already"),
                    (false, _) => drop(blames(answer, "relation")),
                }
            }
            assert!(!made.is_empty(), "{relation}");
        }
    }

    async fn links_are_read_from_both_ends_and_taken_away(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
        let (one, two) = (item(&app, "story", "One", &Value::Null).await, item(&app, "bug", "Two", &Value::Null).await);
        let made = link(&app, &one, "blocks", &two).await;
        let (here, there) = (manager.get(&of(&one, "links")).await.ok(200), manager.get(&of(&two, "links")).await.ok(200));
        let read = |page: &Value| (page["rows"][0]["label"].clone(), page["rows"][0]["direction"].clone(), page["rows"][0]["object"]["title"].clone());
        assert_eq!(read(&here), (json!("blocks"), json!("from"), json!("Two")));
        assert_eq!(read(&there), (json!("blocked by"), json!("to"), json!("One")));
        assert_eq!(manager.get(&at("/objects", &two)).await.ok(200)["counts"]["links"], 1);

        let foreign = app.of(Who::Stranger).post("/products/OTHER/items", json!({"kind": "story", "title": "x"})).await.ok(201);
        for to in [foreign["id"].clone(), foreign["reference"].clone(), json!("APP-999"), one["id"].clone(), json!("nonsense")] {
            blames(owner.post(&of(&one, "links"), json!({"relation": "relates_to", "to": to})).await, "to");
        }
        blames(owner.post(&of(&one, "links"), json!({"relation": "loves", "to": two["id"]})).await, "relation");
        let refused = app.as_(Role::Stakeholder).post(&of(&one, "links"), json!({"relation": "relates_to", "to": two["id"]})).await.problem(403);
        assert_eq!(refused["decision"], "link");
        app.as_(Role::Viewer).delete(&at("/links", &made)).await.problem(403);
        app.of(Who::Stranger).delete(&at("/links", &made)).await.problem(404);

        app.as_(Role::Developer).delete(&at("/links", &made)).await.ok(204);
        owner.delete(&at("/links", &made)).await.problem(404);
        assert_eq!(manager.get(&of(&two, "links")).await.ok(200)["rows"], json!([]));
        let history = manager.get(&of(&one, "history")).await.ok(200);
        assert_eq!(rows(&history)[0]["changes"]["blocks"], json!([two["reference"], null]));
        assert_eq!(rows(&history)[1]["changes"]["blocks"], json!([null, two["reference"]]));
        link(&app, &one, "blocks", &two).await;
    }

    async fn coverage_is_what_a_hand_would_count(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner, developer) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let objective = async |title: &str| add(&manager, "objectives", json!({"title": title})).await;
        let (trust, _idle, dropped) = (objective("Trust").await, objective("Idle").await, objective("Dropped").await);
        manager.patch(&at("/objectives", &dropped), 1, json!({"status": "dropped"})).await.ok(200);
        let need = add(&manager, "opportunities", json!({"title": "Need", "need": "need"})).await;
        let part = add(&manager, "opportunities", json!({"title": "Part", "need": "need", "parent": need["id"], "objective": dropped["id"]})).await;
        let initiative = async |title: &str| add(&manager, "initiatives", json!({"title": title, "lane": "now"})).await;
        let (replay, _empty, given_up) = (initiative("Replay").await, initiative("Empty").await, initiative("Given up").await);
        link(&app, &replay, "serves", &trust).await;
        link(&app, &replay, "addresses", &part).await;

        let epic = item(&app, "epic", "Epic", &Value::Null).await;
        link(&app, &epic, "delivers", &replay).await;
        let open = item(&app, "story", "Open", &epic).await;
        item(&app, "subtask", "Not counted twice", &open).await;
        let done = item(&app, "story", "Done", &epic).await;
        let cancelled = item(&app, "story", "Cancelled", &epic).await;
        link(&app, &cancelled, "delivers", &given_up).await;
        let away = item(&app, "story", "Away", &epic).await;
        let orphan = item(&app, "task", "Orphan", &Value::Null).await;
        item(&app, "bug", "A defect needs no why", &Value::Null).await;
        let lost = item(&app, "task", "For a dropped objective", &Value::Null).await;
        link(&app, &lost, "addresses", &part).await;
        let stray = item(&app, "spike", "Stray", &Value::Null).await;

        let sprint = add(&owner, "sprints", json!({"starts": "2026-11-02", "ends": "2026-11-13"})).await;
        for item in [&open, &orphan, &cancelled, &away] {
            developer.put(&format!("{}/items/{}", at("/sprints", &sprint), item["id"].as_str().unwrap()), Value::Null).await.ok(200);
        }
        owner.put(&format!("{}/start", at("/sprints", &sprint)), Value::Null).await.ok(200);
        for (item, state) in [(&done, "Done"), (&stray, "Done"), (&cancelled, "Cancelled")] {
            enter(&app, item, state).await;
        }
        archive(&app, &away).await;

        // Four ask for what ships, one of them for the need its opportunity is part of, which ships no more than that part.
        let release = add(&owner, "releases", json!({"name": "1.0"})).await;
        owner.put(&format!("{}/items/{}", at("/releases", &release), done["id"].as_str().unwrap()), Value::Null).await.ok(200);
        let mut voices = Vec::new();
        for about in [&done, &epic, &replay, &part, &need, &orphan, &open] {
            voices.push(said(&app, &Value::Null, "2024-10-01", about).await);
        }
        let coverage = async |client: &Client| {
            let mut coverage = client.get(LINE).await.ok(200)["coverage"].take();
            coverage.as_object_mut().unwrap().retain(|field, _| !["drift", "contradictions"].contains(&field.as_str()));
            coverage
        };
        let share = |reached: u32, total: u32, exempt: u32| json!({"reached": reached, "total": total, "exempt": exempt});
        let mut expected = json!({"open": share(1, 3, 1), "sprint": share(1, 2, 0), "delivered": share(1, 2, 0), "orphans": 1,
            "initiatives_without_work": 2, "starved": 1, "on_dropped": 1, "shipped_not_told": 0});
        assert_eq!(coverage(&manager).await, expected);

        owner.put(&format!("{}/acceptance", at("/items", &done)), Value::Null).await.ok(200);
        owner.put(&format!("{}/shipment", at("/releases", &release)), Value::Null).await.ok(200);
        expected["shipped_not_told"] = json!(4);
        assert_eq!(coverage(&manager).await, expected);
        assert_eq!(owner.get(&at("/releases", &release)).await.ok(200)["audience"]["asked"], 4, "the same as the release says");
        let say = json!({"feedback": [voices[1]["id"]], "text": "It is here"});
        manager.post(&format!("{}/tellings", at("/releases", &release)), say).await.ok(201);
        archive(&app, &voices[2]).await;
        expected["shipped_not_told"] = json!(2);
        assert_eq!(coverage(&manager).await, expected);
        assert_eq!(owner.get(&at("/releases", &release)).await.ok(200)["audience"], json!({"asked": 3, "told": 1}));
    }

    async fn the_picture_shows_the_line_by_levels(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let bare = item(&app, "epic", "Bare", &Value::Null).await;
        item(&app, "story", "Hangs on nothing", &Value::Null).await;
        let picture = app.as_(Role::Viewer).get(LINE).await.ok(200);
        let columns: Vec<(&str, Vec<&str>)> = picture["columns"].as_array().unwrap().iter()
            .map(|column| (column["level"].as_str().unwrap(), each(&column["stops"], "title"))).collect();
        assert_eq!(columns, [
            ("vision", vec!["No event is lost"]), ("objectives", vec!["Trust"]), ("opportunities", vec!["I learn too late"]),
            ("initiatives", vec!["Replay"]), ("work", vec!["Webhooks", "Bare"]), ("releases", vec!["1.0"]), ("told", vec![]),
        ]);
        let counts = |level: usize| picture["columns"][level]["stops"][0]["count"].clone();
        assert_eq!((counts(2), counts(4), counts(5)), (json!(1), json!(1), json!(1)), "voices, items, items");
        let mut edges: Vec<(&Value, &Value, &str)> = picture["edges"].as_array().unwrap().iter()
            .map(|edge| (&edge["from"], &edge["to"], edge["relation"].as_str().unwrap())).collect();
        edges.sort_by_key(|edge| edge.2);
        assert_eq!(edges, [
            (&line.opportunity["id"], &line.initiative["id"], "addresses"),
            (&line.initiative["id"], &line.epic["id"], "delivers"),
            (&line.vision["id"], &line.objective["id"], "guided_by"),
            (&line.objective["id"], &line.opportunity["id"], "serves"),
            // Its item is not drawn: the epic leads there.
            (&line.epic["id"], &line.release["id"], "shipped_in"),
        ]);
        archive(&app, &bare).await;
        let picture = app.as_(Role::Viewer).get(LINE).await.ok(200);
        assert_eq!(each(&picture["columns"][4]["stops"], "title"), ["Webhooks"]);
        app.of(Who::Stranger).get(LINE).await.problem(404);
    }

    async fn the_picture_of_a_large_product_is_bounded(app: TestApp) {
        let app = app.furnished().await;
        let line = whole_line(&app).await;
        let mut sheet = "Issue key,Summary,Issue Type,Parent\n".to_owned();
        (0..250).for_each(|n| sheet.push_str(&format!("K-{n},Epic {n},Epic,\nS-{n},Story {n},Story,K-{n}\n")));
        let form = Form::new().part("file", Part::text(sheet).file_name("large.csv")).text("dry_run", "false");
        let owner = app.as_(Role::ProductOwner);
        owner.send(owner.request(Method::POST, "/products/APP/imports/jira").multipart(form)).await.ok(201);
        let picture = app.as_(Role::Viewer).get(LINE).await.ok(200);
        let work = &picture["columns"][4];
        assert_eq!((work["stops"].as_array().unwrap().len(), &work["more"]), (200, &json!(51)));
        assert_eq!(work["stops"][0]["id"], line.epic["id"], "what hangs on the line comes first");
        assert_eq!(picture["coverage"]["open"], json!({"reached": 1, "total": 251, "exempt": 0}));
        // A trace is bounded as well.
        let trace = outcome(&app.as_(Role::Viewer), &line.vision).await;
        assert!(trace["others"].as_array().unwrap().len() <= 100);
    }
}
