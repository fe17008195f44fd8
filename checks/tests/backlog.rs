//! The backlog: adding, nesting, the one order and its pages, filters and words, estimates, states, criteria and
//! acceptance, the workflow, the archive.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::multipart::{Form, Part};
use reqwest::{Method, header};
use serde_json::Value;
use std::collections::HashMap;
use throughline_checks::{Answer, Client, Role, TestApp, Who, both_engines, json};

const ITEMS: &str = "/products/APP/items";
const WORKFLOW: &str = "/products/APP/workflow";
const KINDS: [&str; 6] = ["epic", "story", "bug", "task", "spike", "subtask"];
const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

/// Something of an item, as in `/items/…/rank`.
fn of(item: &Value, what: &str) -> String {
    format!("{}/{what}", at("/items", item))
}

fn rows(page: &Value) -> &[Value] {
    page["rows"].as_array().unwrap()
}

fn titles(page: &Value) -> Vec<&str> {
    rows(page).iter().map(|row| row["title"].as_str().unwrap()).collect()
}

#[track_caller]
fn blames(answer: Answer, field: &str) -> Value {
    let problem = answer.problem(422);
    assert_eq!(problem["field"], field, "{problem}");
    problem
}

/// The answer names the decision and the role that may take it.
#[track_caller]
fn is_left_to(answer: Answer, role: &str, decision: &str) {
    let problem = answer.problem(403);
    assert_eq!((&problem["decision"], &problem["deciders"][0]["role"]), (&json!(decision), &json!(role)), "{problem}");
}

async fn add(client: &Client, kind: &str, title: &str, more: Value) -> Answer {
    let mut new = json!({"kind": kind, "title": title});
    new.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    client.post(ITEMS, new).await
}

async fn story(owner: &Client, title: &str) -> Value {
    add(owner, "story", title, json!({})).await.ok(201)
}

async fn stories(owner: &Client, titles: &[&str]) -> Vec<Value> {
    let mut made = Vec::new();
    for title in titles {
        made.push(story(owner, title).await);
    }
    made
}

/// What the list shows with this query, as titles.
async fn shown(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{ITEMS}{query}")).await.ok(200);
    titles(&page).into_iter().map(str::to_owned).collect()
}

async fn rank(client: &Client, item: &Value, place: Value) -> Answer {
    client.put(&of(item, "rank"), place).await
}

async fn enter(client: &Client, item: &Value, state: &str) -> Value {
    client.put(&of(item, "state"), json!({"state": state})).await.ok(200)
}

async fn read(client: &Client, item: &Value) -> Value {
    client.get(&at("/items", item)).await.ok(200)
}

/// Changes an item as it is now.
async fn edit(client: &Client, item: &Value, patch: Value) -> Answer {
    let version = read(client, item).await["version"].as_i64().unwrap();
    client.patch(&at("/items", item), version, patch).await
}

async fn archive(client: &Client, thing: &Value) -> Value {
    client.put(&format!("{}/archive", at("/objects", thing)), Value::Null).await.ok(200)
}

async fn show_to(client: &Client, thing: &Value, visibility: &str) -> Answer {
    let version = client.get(&at("/objects", thing)).await.ok(200)["version"].as_i64().unwrap();
    client.patch(&at("/objects", thing), version, json!({"visibility": visibility})).await
}

async fn hide(client: &Client, thing: &Value) {
    show_to(client, thing, "team").await.ok(200);
}

/// Adds a criterion and answers it.
async fn criterion(owner: &Client, item: &Value, text: &str) -> Value {
    let item = owner.post(&of(item, "criteria"), json!({"text": text})).await.ok(201);
    item["criteria"].as_array().unwrap().last().unwrap().clone()
}

async fn judge(owner: &Client, criterion: &Value, judgement: Value) -> Answer {
    owner.put(&format!("{}/acceptance", at("/criteria", criterion)), judgement).await
}

async fn initiative(app: &TestApp) -> Value {
    let new = json!({"title": "Faster exports", "lane": "now"});
    app.as_(Role::ProductManager).post("/products/APP/initiatives", new).await.ok(201)
}

/// An item of another product.
async fn foreign(app: &TestApp, kind: &str) -> Value {
    let new = json!({"kind": kind, "title": "Elsewhere"});
    app.of(Who::Stranger).post("/products/OTHER/items", new).await.ok(201)
}

both_engines! {
    async fn every_kind_of_item_is_added_at_the_bottom(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let mut ranks = Vec::new();
        for (i, kind) in KINDS.iter().enumerate() {
            let item = add(&owner, kind, &format!("  A {kind} "), json!({})).await.ok(201);
            assert_eq!((&item["title"], &item["kind"]), (&json!(format!("A {kind}")), &json!(kind)));
            assert_eq!(item["reference"], format!("APP-{}", i + 1), "one sequence of numbers for all kinds");
            assert_eq!((&item["state"], &item["category"]), (&json!("Backlog"), &json!("backlog")));
            assert_eq!((&item["version"], &item["visibility"]), (&json!(1), &json!("internal")));
            for empty in ["points", "assignee_id", "parent_id", "sprint_id", "release_id", "started_at", "done_at", "blocked_reason"] {
                assert_eq!(item[empty], Value::Null, "{empty}");
            }
            ranks.push(item["rank"].as_str().unwrap().to_owned());
        }
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert_eq!(shown(&app.as_(Role::Viewer), "").await, KINDS.map(|kind| format!("A {kind}")));

        let epic = json!({"parent": "APP-1", "initiative": initiative(&app).await["reference"]});
        let mut full = json!({"body": "**Why**", "state": "in PROGRESS", "assignee_id": app.people[&Who::Role(Role::Developer)]});
        full.as_object_mut().unwrap().extend(epic.as_object().unwrap().clone());
        let full = add(&owner, "story", "Full", full).await.ok(201);
        assert_eq!((&full["body"], &full["state"], &full["why"]), (&json!("**Why**"), &json!("In progress"), &json!(true)));
        assert_eq!((&full["assignee"]["name"], &full["parent"]["reference"]), (&json!("developer"), &json!("APP-1")));
        assert!(full["started_at"].is_string() && full["body_html"].as_str().unwrap().contains("<strong>Why</strong>"));
        let done = add(&owner, "task", "Done already", json!({"state": "Done"})).await.ok(201);
        assert!(done["started_at"].is_string() && done["done_at"].is_string());

        for (field, value) in [
            ("kind", json!("objective")), ("kind", json!("chore")), ("title", json!(" ")), ("title", json!("x".repeat(501))),
            ("body", json!("x\u{0}")), ("points", json!(-1)), ("assignee_id", json!(app.people[&Who::Stranger])),
            ("assignee_id", json!("somebody")), ("parent", json!("APP-999")), ("parent", json!("nonsense")), ("state", json!("Nowhere")),
            ("initiative", json!("APP-1")), ("color", json!("red")), ("place", json!({"beside": "APP-1"})),
        ] {
            let mut new = json!({"kind": "story", "title": "Wrong"});
            new[field] = value;
            blames(owner.post(ITEMS, new).await, field);
        }
        blames(owner.post(ITEMS, json!({"kind": "story"})).await, "title");
        assert_eq!(shown(&owner, "?q=wrong").await, [""; 0]);
    }

    async fn who_may_add_what(app: TestApp) {
        let app = app.furnished().await;
        let developer = app.as_(Role::Developer);
        for kind in KINDS {
            let answer = add(&developer, kind, "Found on the way", json!({})).await;
            if ["bug", "task", "subtask"].contains(&kind) {
                answer.ok(201);
            } else {
                is_left_to(answer, "product_owner", "story");
            }
        }
        // The same decisions hold for what comes along with a new item.
        is_left_to(add(&developer, "bug", "First of all", json!({"place": {"at": "top"}})).await, "product_owner", "order");
        add(&developer, "bug", "Last of all", json!({"place": {"at": "bottom"}, "points": 2})).await.ok(201);
        is_left_to(add(&app.as_(Role::ProductOwner), "story", "Small", json!({"points": 1})).await, "developer", "estimate");
        add(&app.as_(Role::Viewer), "bug", "x", json!({})).await.problem(403);
        add(&app.of(Who::Stranger), "bug", "x", json!({})).await.problem(404);
    }

    async fn items_nest_as_their_kinds_allow(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let level = |kind: &str| match kind { "epic" => 0, "subtask" => 2, _ => 1 };
        for parent in KINDS {
            let whole = add(&owner, parent, parent, json!({})).await.ok(201);
            for child in KINDS {
                let fits = level(parent) < level(child);
                let made = add(&owner, child, child, json!({"parent": whole["id"]})).await;
                let loose = add(&owner, child, child, json!({})).await.ok(201);
                let moved = owner.patch(&at("/items", &loose), 1, json!({"parent": whole["reference"]})).await;
                if fits {
                    assert_eq!((made.ok(201)["parent_id"].clone(), moved.ok(200)["parent"]["id"].clone()), (whole["id"].clone(), whole["id"].clone()));
                } else {
                    let problem = blames(made, "parent");
                    assert!(problem["detail"].as_str().unwrap().contains("cannot be part of"), "{problem}");
                    blames(moved, "parent");
                }
            }
        }
        let page = owner.get(&format!("{ITEMS}?limit=1000")).await.ok(200);
        let epic = rows(&page).iter().find(|row| row["kind"] == "epic").unwrap();
        assert_eq!(read(&owner, epic).await["children"].as_array().unwrap().len(), 10);
        let part = rows(&page).iter().find(|row| row["parent_id"] == epic["id"]).unwrap();
        assert_eq!(part["epic"], "epic");
        assert_eq!(edit(&owner, part, json!({"parent": null})).await.ok(200)["parent"], Value::Null);
        blames(edit(&owner, part, json!({"parent": part["id"]})).await, "parent");
        for wrong in [foreign(&app, "epic").await["id"].clone(), initiative(&app).await["id"].clone(), json!(NOWHERE)] {
            blames(edit(&owner, part, json!({"parent": wrong})).await, "parent");
        }
    }

    async fn a_kind_changes_while_the_tree_stays_whole(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let epic = add(&owner, "epic", "Epic", json!({})).await.ok(201);
        let story = add(&owner, "story", "Story", json!({"parent": epic["id"]})).await.ok(201);
        add(&owner, "subtask", "Part", json!({"parent": story["id"]})).await.ok(201);
        let bug = edit(&owner, &story, json!({"kind": "bug"})).await.ok(200);
        assert_eq!((&bug["kind"], &bug["parent_id"]), (&json!("bug"), &epic["id"]));
        blames(edit(&owner, &story, json!({"kind": "epic"})).await, "parent");
        blames(edit(&owner, &story, json!({"kind": "subtask"})).await, "parent");
        blames(edit(&owner, &epic, json!({"kind": "task"})).await, "parent");
        blames(edit(&owner, &story, json!({"kind": "release"})).await, "kind");
        // Free of its epic it may become one.
        assert_eq!(edit(&owner, &story, json!({"kind": "epic", "parent": null})).await.ok(200)["kind"], "epic");
        assert_eq!(shown(&owner, "?kind=epic").await, ["Epic", "Story"]);
        is_left_to(edit(&app.as_(Role::Developer), &story, json!({"kind": "story"})).await, "product_owner", "story");
    }

    async fn items_move_in_the_one_order(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let made = stories(&owner, &["A", "B", "C", "D"]).await;
        let [a, b, c, d] = &made[..] else { unreachable!() };
        let moved = rank(&owner, d, json!({"at": "top"})).await.ok(200);
        assert_eq!((&moved["version"], &moved["id"]), (&json!(2), &d["id"]));
        let steps = [
            (a, json!({"at": "bottom"}), ["D", "B", "C", "A"]),
            (a, json!({"before": c["id"]}), ["D", "B", "A", "C"]),
            (d, json!({"after": a["reference"]}), ["B", "A", "D", "C"]),
            (c, json!({"index": 1}), ["C", "B", "A", "D"]),
            (c, json!({"index": 3}), ["B", "A", "C", "D"]),
            (b, json!({"index": 99}), ["A", "C", "D", "B"]),
            (b, json!({"after": d["id"]}), ["A", "C", "D", "B"]),
            (a, json!({"before": c["id"]}), ["A", "C", "D", "B"]),
        ];
        for (item, place, expected) in steps {
            let before: HashMap<String, Value> =
                rows(&owner.get(ITEMS).await.ok(200)).iter().map(|row| (row["id"].to_string(), row["rank"].clone())).collect();
            rank(&owner, item, place.clone()).await.ok(200);
            let page = owner.get(ITEMS).await.ok(200);
            assert_eq!(titles(&page), expected, "{place}");
            for row in rows(&page).iter().filter(|row| row["id"] != item["id"]) {
                assert_eq!(row["rank"], before[&row["id"].to_string()], "a move writes one row");
            }
        }
        for at in ["top", "bottom"] {
            let new = add(&owner, "task", at, json!({"place": {"at": at}})).await.ok(201);
            archive(&owner, &new).await;
        }
        add(&owner, "task", "Second", json!({"place": {"after": a["id"]}})).await.ok(201);
        add(&owner, "task", "Fourth", json!({"place": {"index": 4}})).await.ok(201);
        assert_eq!(shown(&owner, "").await, ["A", "Second", "C", "Fourth", "D", "B"]);

        let objective = app.as_(Role::ProductManager).post("/products/APP/objectives", json!({"title": "x"})).await.ok(201);
        for wrong in [&json!({"id": a["id"]}), &json!({"id": NOWHERE}), &foreign(&app, "story").await, &objective] {
            blames(rank(&owner, a, json!({"after": wrong["id"]})).await, "place");
        }
        blames(rank(&owner, a, json!({"index": 0})).await, "index");
        for unclear in [json!({}), json!({"before": b["id"], "after": c["id"]}), json!({"at": "middle"}), json!([])] {
            let problem = rank(&owner, a, unclear).await.problem(422);
            assert!(problem["detail"].as_str().unwrap().contains("before, after, at or index"), "{problem}");
        }
        rank(&owner, &objective, json!({"at": "top"})).await.problem(404);
        is_left_to(rank(&app.as_(Role::ProductManager), a, json!({"at": "top"})).await, "product_owner", "order");
        let history = owner.get(&format!("{}/history", at("/objects", d))).await.ok(200);
        assert_eq!(rows(&history).last().unwrap()["verb"], "created");
        assert_eq!(rows(&history)[0]["verb"], "moved in the order");
    }

    async fn a_crowded_place_gets_short_keys_again(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let made = stories(&owner, &["A", "B", "C", "D"]).await;
        let mut longest = 0;
        for round in 0..300 {
            let moved = rank(&owner, &made[1 + round % 2], json!({"after": made[0]["id"]})).await.ok(200);
            longest = longest.max(moved["rank"].as_str().unwrap().len());
        }
        assert!((20..=40).contains(&longest), "{longest}");
        let events = owner.get("/products/APP/activity?limit=1000").await.ok(200);
        assert!(rows(&events).iter().any(|event| event["verb"] == "renumbered the order"));
        assert_eq!(shown(&owner, "").await, ["A", "C", "B", "D"]);
    }

    async fn pages_go_on_while_items_move(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let names: Vec<String> = (0..12).map(|i| format!("Item {i:02}")).collect();
        let made = stories(&owner, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let (mut seen, mut cursor, mut page_number) = (Vec::new(), String::new(), 0);
        loop {
            let page = owner.get(&format!("{ITEMS}?limit=4{cursor}")).await.ok(200);
            assert!(rows(&page).len() <= 4);
            seen.extend(titles(&page).into_iter().map(str::to_owned));
            page_number += 1;
            match page_number {
                // The item the cursor stands on leaves; one that was read goes down, one that was not comes up.
                1 => {
                    archive(&owner, &made[3]).await;
                    rank(&owner, &made[0], json!({"at": "bottom"})).await.ok(200);
                    rank(&owner, &made[9], json!({"at": "top"})).await.ok(200);
                }
                2 => drop(add(&owner, "story", "New", json!({"place": {"before": made[10]["id"]}})).await.ok(201)),
                _ => {}
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let expected = ["Item 00", "Item 01", "Item 02", "Item 03", "Item 04", "Item 05", "Item 06", "Item 07", "Item 08",
            "New", "Item 10", "Item 11", "Item 00"];
        assert_eq!(seen, expected);
        blames(owner.get(&format!("{ITEMS}?limit=0")).await, "limit");
        blames(owner.get(&format!("{ITEMS}?limit=1001")).await, "limit");
        blames(owner.get(&format!("{ITEMS}?cursor=rubbish")).await, "cursor");
    }

    async fn the_list_is_narrowed(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let person = app.people[&Who::Role(Role::Developer)];
        let initiative = initiative(&app).await;
        let epic = add(&owner, "epic", "Epic", json!({"initiative": initiative["id"]})).await.ok(201);
        let child = add(&owner, "story", "Child", json!({"parent": epic["id"], "assignee_id": person})).await.ok(201);
        add(&owner, "subtask", "Part", json!({"parent": child["id"]})).await.ok(201);
        let bug = add(&owner, "bug", "Bug", json!({"state": "In progress"})).await.ok(201);
        let task = add(&owner, "task", "Task", json!({"state": "Done", "assignee_id": person})).await.ok(201);
        owner.put(&of(&task, "acceptance"), Value::Null).await.ok(200);
        let spike = add(&owner, "spike", "Spike", json!({})).await.ok(201);
        enter(&owner, &spike, "Cancelled").await;
        let gone = story(&owner, "Gone").await;
        archive(&owner, &gone).await;
        let sprint = owner.post("/products/APP/sprints", json!({"starts": "2026-11-02", "ends": "2026-11-13"})).await.ok(201);
        developer.put(&format!("{}/items/{}", at("/sprints", &sprint), child["id"].as_str().unwrap()), Value::Null).await.ok(200);
        let release = owner.post("/products/APP/releases", json!({"name": "1.0"})).await.ok(201);
        owner.put(&format!("{}/items/{}", at("/releases", &release), bug["id"].as_str().unwrap()), Value::Null).await.ok(200);
        let id = |thing: &Value| thing["id"].as_str().unwrap().to_owned();

        for (query, expected) in [
            (String::new(), vec!["Epic", "Child", "Part", "Bug", "Task", "Spike"]),
            ("open=true".into(), vec!["Epic", "Child", "Part", "Bug"]),
            ("open=false".into(), vec!["Task", "Spike"]),
            ("state=In%20progress".into(), vec!["Bug"]),
            ("state=In%20progress,Done".into(), vec!["Bug", "Task"]),
            ("state=Ready".into(), vec![]),
            ("category=done,cancelled".into(), vec!["Task", "Spike"]),
            ("category=in_review".into(), vec![]),
            ("kind=bug,task".into(), vec!["Bug", "Task"]),
            ("kind=release".into(), vec![]),
            (format!("assignee={person}"), vec!["Child", "Task"]),
            (format!("assignee={}", app.people[&Who::Stranger]), vec![]),
            ("assignee=nobody".into(), vec!["Epic", "Part", "Bug", "Spike"]),
            ("assignee=me".into(), vec![]),
            (format!("sprint={}", id(&sprint)), vec!["Child"]),
            (format!("sprint={NOWHERE}"), vec![]),
            (format!("release={}", id(&release)), vec!["Bug"]),
            (format!("release={NOWHERE}"), vec![]),
            ("release=none".into(), vec!["Epic", "Child", "Part", "Task", "Spike"]),
            ("sprint=none&open=true".into(), vec!["Epic", "Part", "Bug"]),
            ("parent=none&open=true".into(), vec!["Epic", "Bug"]),
            ("accepted=true".into(), vec!["Task"]),
            ("accepted=false".into(), vec!["Epic", "Child", "Part", "Bug", "Spike"]),
            ("accepted=true&release=none&q=task".into(), vec!["Task"]),
            ("archived=true".into(), vec!["Gone"]),
            ("archived=true&q=gone".into(), vec!["Gone"]),
            ("archived=true&kind=bug".into(), vec![]),
            (format!("archived=true&ids={},{}", id(&gone), id(&task)), vec!["Gone"]),
            (format!("parent={}", id(&epic)), vec!["Child"]),
            (format!("parent={}", id(&bug)), vec![]),
            ("has_why=true".into(), vec!["Epic", "Child", "Part"]),
            // A bug needs no why.
            ("has_why=false".into(), vec!["Task", "Spike"]),
            ("has_why=true&kind=bug".into(), vec![]),
            (format!("open=true&assignee={person}&kind=story&has_why=true&q=child"), vec!["Child"]),
            (format!("ids={},{},{NOWHERE}", id(&task), id(&child)), vec!["Child", "Task"]),
            (format!("ids={},{}&open=true", id(&task), id(&child)), vec!["Child"]),
            (format!("ids={}", id(&gone)), vec![]),
            (format!("ids={NOWHERE}"), vec![]),
        ] {
            assert_eq!(shown(&owner, &format!("?{query}")).await, expected, "{query}");
        }
        assert_eq!(shown(&developer, "?assignee=me&open=true").await, ["Child"]);
        for (query, field) in [
            ("category=soon", "category"), ("kind=chore", "kind"), ("assignee=ada", "assignee"), ("ids=1", "ids"),
            ("sprint=APP-1", "sprint"), ("release=some", "release"), ("open=perhaps", "query"), ("colour=red", "query"),
        ] {
            blames(owner.get(&format!("{ITEMS}?{query}")).await, field);
        }
        let many = vec![NOWHERE; 201].join(",");
        blames(owner.get(&format!("{ITEMS}?ids={many}")).await, "ids");
        owner.get("/products/NONE/items").await.problem(404);
        app.of(Who::Stranger).get(ITEMS).await.problem(404);
    }

    async fn words_find_items(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        add(&owner, "story", "Überprüfen der Zażółć", json!({"body": "A webhook is **retried**"})).await.ok(201);
        add(&owner, "bug", "Webhooks lose events", json!({})).await.ok(201);
        add(&owner, "task", "Rename", json!({"body": "APP-2 says why"})).await.ok(201);
        for (words, expected) in [
            ("uberprufen", vec!["Überprüfen der Zażółć"]),
            ("ZAŻÓŁĆ%20über", vec!["Überprüfen der Zażółć"]),
            ("zazo", vec!["Überprüfen der Zażółć"]),
            ("prufen", vec![]),
            ("webhook", vec!["Überprüfen der Zażółć", "Webhooks lose events"]),
            ("webhook%20lose", vec![]),
            ("lose%20webh", vec!["Webhooks lose events"]),
            ("retried", vec!["Überprüfen der Zażółć"]),
            ("lose%20OR%20nothing", vec![]),
            ("app-2", vec!["Webhooks lose events", "Rename"]),
            ("APP-1", vec!["Überprüfen der Zażółć"]),
            ("OTHER-1", vec![]),
            ("APP-99", vec![]),
            ("%22%28*%26%7C%21", vec![]),
            ("%20", vec!["Überprüfen der Zażółć", "Webhooks lose events", "Rename"]),
        ] {
            assert_eq!(shown(&owner, &format!("?q={words}")).await, expected, "{words}");
        }
        let bug = rows(&owner.get(&format!("{ITEMS}?kind=bug")).await.ok(200))[0].clone();
        edit(&owner, &bug, json!({"title": "Events vanish"})).await.ok(200);
        assert_eq!(shown(&owner, "?q=lose").await, [""; 0], "old words are forgotten");
        assert_eq!(shown(&owner, "?q=vanish").await, ["Events vanish"]);
        app.of(Who::Stranger).post("/products/OTHER/items", json!({"kind": "story", "title": "Vanish too"})).await.ok(201);
        assert_eq!(shown(&owner, "?q=vanish").await, ["Events vanish"]);
    }

    async fn many_matches_come_in_the_order_of_the_backlog(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let mut sheet = "Issue key,Summary,Issue Type\n".to_owned();
        (0..450).for_each(|n| sheet.push_str(&format!("K-{n},Webhook {n},{}\n", if n % 3 == 0 { "Task" } else { "Story" })));
        let form = Form::new().part("file", Part::text(sheet).file_name("many.csv")).text("dry_run", "false");
        owner.send(owner.request(Method::POST, "/products/APP/imports/jira").multipart(form)).await.ok(201);
        let last = rows(&owner.get(&format!("{ITEMS}?q=449")).await.ok(200))[0].clone();
        rank(&owner, &last, json!({"at": "top"})).await.ok(200);
        hide(&owner, &last).await;
        let first = rows(&owner.get(&format!("{ITEMS}?limit=2")).await.ok(200))[1].clone();
        assert_eq!(first["title"], "Webhook 0");
        archive(&owner, &first).await;

        let all = async |client: &Client, query: &str| {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = client.get(&format!("{ITEMS}?limit=200&{query}{cursor}")).await.ok(200);
                seen.extend(titles(&page).into_iter().map(str::to_owned));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => return seen,
                }
            }
        };
        let mut expected: Vec<String> = (1..449).map(|n| format!("Webhook {n}")).collect();
        assert_eq!(all(&app.as_(Role::Viewer), "q=webhook").await, expected);
        expected.insert(0, "Webhook 449".into());
        assert_eq!(all(&owner, "q=webhook").await, expected);
        let tasks: Vec<String> = (1..449).filter(|n| n % 3 == 0).map(|n| format!("Webhook {n}")).collect();
        assert_eq!(all(&owner, "q=webhook&kind=task&has_why=false&open=true").await, tasks);
    }

    async fn what_is_the_teams_is_shown_to_the_team(app: TestApp) {
        let app = app.furnished().await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let epic = add(&owner, "epic", "Secret epic", json!({})).await.ok(201);
        let child = add(&owner, "story", "Open child", json!({"parent": epic["id"]})).await.ok(201);
        let secret = add(&owner, "story", "Secret story", json!({})).await.ok(201);
        hide(&owner, &secret).await;
        let refusal = show_to(&owner, &epic, "team").await.problem(409);
        assert_eq!(refusal["detail"], "APP-2 (internal) would be shown to more people than APP-1 (team), which it is part of.");
        assert_eq!(shown(&viewer, "").await, ["Secret epic", "Open child"]);
        hide(&owner, &child).await;
        hide(&owner, &epic).await;
        assert_eq!(show_to(&owner, &child, "internal").await.problem(409)["detail"], refusal["detail"]);
        let later = add(&owner, "story", "Secret from the start", json!({"parent": epic["id"]})).await.ok(201);
        assert_eq!(shown(&viewer, "").await, [""; 0]);
        assert_eq!(shown(&viewer, "?q=secret").await, [""; 0]);
        let named = format!("?ids={},{}", epic["id"].as_str().unwrap(), child["id"].as_str().unwrap());
        for query in ["", named.as_str()] {
            let page = viewer.get(&format!("{ITEMS}{query}")).await;
            assert_eq!(page.ok(200)["rows"], json!([]));
        }
        for id in [&epic["id"], &child["id"], &later["id"], &secret["reference"]] {
            viewer.get(&at("/items", &json!({"id": id}))).await.problem(404);
        }
        assert_eq!(rows(&owner.get(&format!("{ITEMS}?kind=story")).await.ok(200))[0]["epic"], "Secret epic");
    }

    async fn developers_estimate(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let item = story(&owner, "Story").await;
        let path = of(&item, "estimate");
        for (points, version) in [(json!(0), 2), (json!(0.25), 3), (json!(1000), 4), (Value::Null, 5), (json!(5), 6)] {
            let row = developer.put(&path, json!({"points": points})).await.ok(200);
            assert_eq!((row["points"].as_f64(), row["version"].as_i64()), (points.as_f64(), Some(version)));
        }
        for wrong in [json!(-0.5), json!(1000.5), json!("five"), json!([5])] {
            blames(developer.put(&path, json!({"points": wrong})).await, "points");
        }
        developer.send(developer.request(Method::PUT, &path).header("content-type", "application/json").body("{\"points\": 1e400}")).await.problem(400);
        is_left_to(owner.put(&path, json!({"points": 1})).await, "developer", "estimate");
        let release = owner.post("/products/APP/releases", json!({"name": "1.0"})).await.ok(201);
        developer.put(&of(&release, "estimate"), json!({"points": 1})).await.problem(404);
        let history = owner.get(&format!("{}/history", at("/objects", &item))).await.ok(200);
        assert_eq!(rows(&history)[0]["sentence"], "estimated: points 5");
        assert_eq!(rows(&history)[1]["sentence"], "estimated: points 1000 → none");
        assert_eq!(read(&owner, &item).await["points"], 5.0);
        developer.put(&path, json!({"points": 21})).await.ok(200);
        let ready = read(&owner, &item).await["ready"].clone();
        assert!(ready["reasons"].to_string().contains("too large: 21 points"), "{ready}");
    }

    async fn the_team_assigns_and_says_what_blocks(app: TestApp) {
        let app = app.furnished().await;
        let (owner, master) = (app.as_(Role::ProductOwner), app.as_(Role::ScrumMaster));
        let (item, person) = (story(&owner, "Story").await, app.people[&Who::Role(Role::Developer)]);
        let assigned = edit(&master, &item, json!({"assignee_id": person})).await.ok(200);
        assert_eq!((&assigned["assignee"]["name"], &assigned["assignee_id"]), (&json!("developer"), &json!(person)));
        blames(edit(&master, &item, json!({"assignee_id": app.people[&Who::Stranger]})).await, "assignee_id");
        blames(edit(&master, &item, json!({"assignee_id": NOWHERE})).await, "assignee_id");
        assert_eq!(edit(&owner, &item, json!({"assignee_id": null})).await.ok(200)["assignee"], Value::Null);

        let blocked = edit(&app.as_(Role::Developer), &item, json!({"blocked_reason": "No access yet"})).await.ok(200);
        assert_eq!((&blocked["blocked"], &blocked["blocked_reason"]), (&json!(true), &json!("No access yet")));
        assert!(blocked["ready"]["reasons"].to_string().contains("It is blocked: No access yet"));
        assert_eq!(rows(&owner.get(ITEMS).await.ok(200))[0]["blocked"], true);
        blames(edit(&owner, &item, json!({"blocked_reason": "  "})).await, "blocked_reason");
        // A patch of something else leaves it.
        assert_eq!(edit(&owner, &item, json!({"title": "Story told"})).await.ok(200)["blocked_reason"], "No access yet");
        let free = edit(&master, &item, json!({"blocked_reason": null})).await.ok(200);
        assert_eq!((&free["blocked"], &free["title"]), (&json!(false), &json!("Story told")));
        // The words are the product owner's, whatever comes along.
        is_left_to(edit(&master, &item, json!({"assignee_id": null, "title": "Mine"})).await, "product_owner", "story");
        edit(&app.as_(Role::Viewer), &item, json!({"assignee_id": null})).await.problem(403);
    }

    async fn states_keep_the_times_of_work(app: TestApp) {
        let start: vocabulary::Ts = serde_json::from_value(json!("2026-11-02T09:00:00Z")).unwrap();
        let app = app.at(start).await.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let item = story(&owner, "Story").await;
        let times = async || {
            let item = read(&owner, &item).await;
            (item["started_at"].clone(), item["done_at"].clone(), item["accepted"].clone())
        };
        let day = |day: u32| json!(format!("2026-11-{day:02}T09:00:00Z"));
        let (none, no, yes) = (Value::Null, json!(false), json!(true));
        for (days, state, expected) in [
            (0, "Ready", (none.clone(), none.clone(), no.clone())),
            (1, "In progress", (day(3), none.clone(), no.clone())),
            (2, "in review", (day(3), none.clone(), no.clone())),
            (3, "Done", (day(3), day(5), no.clone())),
            (4, "Done", (day(3), day(5), no.clone())),
            (5, "Backlog", (day(3), none.clone(), no.clone())),
            (6, "Done", (day(3), day(8), no.clone())),
        ] {
            app.clock.set(start.plus_days(days));
            enter(&developer, &item, state).await;
            assert_eq!(times().await, expected, "{state}");
        }
        owner.put(&of(&item, "acceptance"), Value::Null).await.ok(200);
        assert_eq!(times().await.2, yes);
        assert!(!enter(&developer, &item, "In progress").await["accepted"].as_bool().unwrap(), "what leaves done is accepted no more");
        let row = enter(&developer, &item, "Cancelled").await;
        assert_eq!((&row["state"], &row["category"]), (&json!("Cancelled"), &json!("cancelled")));
        let problem = blames(developer.put(&of(&item, "state"), json!({"state": "Nowhere"})).await, "state");
        assert!(problem["detail"].as_str().unwrap().contains("In progress, In review"), "{problem}");
        app.as_(Role::Stakeholder).put(&of(&item, "state"), json!({"state": "Done"})).await.problem(403);
        let history = owner.get(&format!("{}/history", at("/objects", &item))).await.ok(200);
        assert_eq!(rows(&history)[0]["sentence"], "moved: state In progress → Cancelled");
    }

    async fn criteria_are_kept_in_order(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&owner, "Story").await;
        let mut made = Vec::new();
        for text in ["First", "Second", "Third"] {
            made.push(criterion(&owner, &item, text).await);
        }
        let texts = async || {
            let item = read(&owner, &item).await;
            item["criteria"].as_array().unwrap().iter().map(|c| c["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts().await, ["First", "Second", "Third"]);
        let third = at("/criteria", &made[2]);
        owner.patch(&third, 1, json!({"position": 1})).await.ok(200);
        assert_eq!(texts().await, ["Third", "First", "Second"]);
        owner.patch(&third, 2, json!({"position": 999, "text": "Last"})).await.ok(200);
        assert_eq!(texts().await, ["First", "Second", "Last"]);
        for position in [0, -1, i64::MIN] {
            blames(owner.patch(&third, 3, json!({"position": position})).await, "position");
        }
        // Also where a new one goes, as when one that was removed comes back to its place.
        let item_now = owner.post(&of(&item, "criteria"), json!({"text": "Between", "position": 2})).await.ok(201);
        assert_eq!(texts().await, ["First", "Between", "Second", "Last"]);
        owner.delete(&at("/criteria", &item_now["criteria"][1])).await.ok(200);
        blames(owner.post(&of(&item, "criteria"), json!({"text": "x", "position": 0})).await, "position");
        blames(owner.patch(&third, 3, json!({"text": ""})).await, "text");
        owner.send(owner.request(Method::PATCH, &third).json(&json!({"text": "x"}))).await.problem(428);
        let stale = owner.patch(&third, 2, json!({"text": "x"})).await.problem(412);
        assert_eq!((&stale["expected_version"], &stale["current_version"], &stale["current"]["text"]), (&json!(2), &json!(3), &json!("Last")));

        let left = owner.delete(&at("/criteria", &made[0])).await.ok(200);
        assert_eq!(left["criteria"].as_array().unwrap().len(), 2);
        owner.delete(&at("/criteria", &made[0])).await.problem(404);
        blames(owner.post(&of(&item, "criteria"), json!({"text": " "})).await, "text");
        let objective = app.as_(Role::ProductManager).post("/products/APP/objectives", json!({"title": "x"})).await.ok(201);
        owner.post(&of(&objective, "criteria"), json!({"text": "x"})).await.problem(404);
        for answer in [
            app.as_(Role::Developer).post(&of(&item, "criteria"), json!({"text": "Mine"})).await,
            app.as_(Role::ScrumMaster).patch(&third, 3, json!({"text": "Mine"})).await,
            app.as_(Role::ProductManager).delete(&third).await,
        ] {
            is_left_to(answer, "product_owner", "story");
        }
        app.of(Who::Stranger).delete(&third).await.problem(404);
        assert_eq!(texts().await, ["Second", "Last"]);
    }

    async fn items_are_accepted_criterion_by_criterion(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&owner, "Story").await;
        let (fast, safe) = (criterion(&owner, &item, "It is fast").await, criterion(&owner, &item, "It is safe").await);
        let acceptance = of(&item, "acceptance");
        let refused = owner.put(&acceptance, Value::Null).await.problem(409);
        assert_eq!((&refused["type"], &refused["detail"]), (&json!("/problems/criteria-open"), &json!("Not accepted yet: “It is fast”, “It is safe”.")));

        let judged = judge(&owner, &fast, json!({"accepted": true})).await.ok(200);
        assert_eq!((&judged["criteria"][0]["accepted_by"]["name"], &judged["accepted"]), (&json!("product owner"), &json!(false)));
        blames(judge(&owner, &safe, json!({"accepted": false})).await, "reason");
        let judged = judge(&owner, &safe, json!({"accepted": false, "reason": "It leaks"})).await.ok(200);
        assert_eq!((&judged["criteria"][1]["returned_reason"], &judged["criteria"][1]["accepted_at"]), (&json!("It leaks"), &Value::Null));
        let refused = owner.put(&acceptance, Value::Null).await.problem(409);
        assert_eq!(refused["detail"], "Not accepted yet: “It is safe”.");
        is_left_to(judge(&app.as_(Role::Developer), &safe, json!({"accepted": true})).await, "product_owner", "acceptance");
        is_left_to(app.as_(Role::Developer).put(&acceptance, Value::Null).await, "product_owner", "acceptance");

        judge(&owner, &safe, json!({"accepted": true})).await.ok(200);
        let accepted = owner.put(&acceptance, Value::Null).await.ok(200);
        assert_eq!((&accepted["accepted"], &accepted["accepted_by"]["name"]), (&json!(true), &json!("product owner")));
        assert_eq!(accepted["criteria"][1]["returned_reason"], Value::Null);
        assert_eq!(rows(&owner.get(ITEMS).await.ok(200))[0]["accepted"], true);

        // Whatever changes what was accepted takes the acceptance back.
        let withdraw = format!("{}/acceptance", at("/criteria", &fast));
        assert_eq!(owner.delete(&withdraw).await.ok(200)["accepted"], false);
        judge(&owner, &fast, json!({"accepted": true})).await.ok(200);
        owner.put(&acceptance, Value::Null).await.ok(200);
        let version = read(&owner, &item).await["criteria"][0]["version"].as_i64().unwrap();
        let reworded = owner.patch(&at("/criteria", &fast), version, json!({"text": "It is faster"})).await.ok(200);
        assert_eq!((&reworded["accepted"], &reworded["criteria"][0]["accepted_at"]), (&json!(false), &Value::Null));
        judge(&owner, &fast, json!({"accepted": true})).await.ok(200);
        owner.put(&acceptance, Value::Null).await.ok(200);
        assert_eq!(owner.post(&of(&item, "criteria"), json!({"text": "It is kind"})).await.ok(201)["accepted"], false);
        let dropped = story(&owner, "Dropped").await;
        enter(&owner, &dropped, "Cancelled").await;
        assert_eq!(owner.put(&of(&dropped, "acceptance"), Value::Null).await.problem(409)["type"], "/problems/cancelled");
    }

    async fn an_item_is_returned_with_the_criterion_that_fails(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let (item, other) = (story(&owner, "Story").await, story(&owner, "Other").await);
        let (fast, alien) = (criterion(&owner, &item, "It is fast").await, criterion(&owner, &other, "Elsewhere").await);
        enter(&owner, &item, "Done").await;
        judge(&owner, &fast, json!({"accepted": true})).await.ok(200);
        owner.put(&of(&item, "acceptance"), Value::Null).await.ok(200);
        let back = async |body: Value| owner.post(&of(&item, "returns"), body).await;
        blames(back(json!({})).await, "reason");
        blames(back(json!({"reason": "Slow", "criterion": alien["id"]})).await, "criterion");
        blames(back(json!({"reason": "Slow, without saying which"})).await, "criterion");
        let returned = back(json!({"reason": "Slow again", "criterion": fast["id"]})).await.ok(201);
        assert_eq!((&returned["state"], &returned["accepted"], &returned["done_at"]), (&json!("In progress"), &json!(false), &Value::Null));
        assert_eq!(returned["criteria"][0]["returned_reason"], "Slow again");
        let history = owner.get(&format!("{}/history", at("/objects", &item))).await.ok(200);
        assert_eq!((&rows(&history)[0]["verb"], &rows(&history)[0]["changes"]["reason"]), (&json!("returned"), &json!([null, "Slow again"])));
        // What is not in review or done yet stays where it is.
        enter(&owner, &item, "Ready").await;
        let again = json!({"reason": "Not this", "criterion": fast["id"]});
        assert_eq!(back(again.clone()).await.ok(201)["state"], "Ready");
        is_left_to(app.as_(Role::Developer).post(&of(&item, "returns"), again).await, "product_owner", "acceptance");
        // Where there are no criteria, the reason says all.
        let plain = story(&owner, "Plain").await;
        owner.post(&of(&plain, "returns"), json!({"reason": "Not what was asked for"})).await.ok(201);
    }

    async fn an_acceptance_is_taken_back_without_returning_the_item(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&owner, "Story").await;
        let fast = criterion(&owner, &item, "It is fast").await;
        judge(&owner, &fast, json!({"accepted": true})).await.ok(200);
        enter(&owner, &item, "Done").await;
        let path = of(&item, "acceptance");
        assert_eq!(owner.delete(&path).await.problem(409)["type"], "/problems/not-accepted");
        owner.put(&path, Value::Null).await.ok(200);
        is_left_to(app.as_(Role::Developer).delete(&path).await, "product_owner", "acceptance");
        let now = owner.delete(&path).await.ok(200);
        assert_eq!((&now["accepted"], &now["state"]), (&json!(false), &json!("Done")));
        assert!(now["criteria"][0]["accepted_at"].is_string(), "its criteria stay accepted");
    }

    async fn a_change_names_the_version_it_saw(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&owner, "Story").await;
        let path = at("/items", &item);
        let missing = owner.send(owner.request(Method::PATCH, &path).json(&json!({"title": "x"}))).await.problem(428);
        assert_eq!(missing["type"], "/problems/version-missing");
        let edited = owner.patch(&path, 1, json!({"title": "Told", "body": "Words"})).await.ok(200);
        assert_eq!((&edited["version"], &edited["title"], &edited["body"]), (&json!(2), &json!("Told"), &json!("Words")));
        let stale = owner.patch(&path, 1, json!({"title": "Late"})).await.problem(412);
        assert_eq!((&stale["expected_version"], &stale["current_version"]), (&json!(1), &json!(2)));
        assert_eq!((&stale["current"]["title"], &stale["current"]["state"]), (&json!("Told"), &json!("Backlog")));
        owner.patch(&path, 3, json!({"title": "Early"})).await.problem(412);
        for strange in ["\"x\"", "*", "\"1\", \"2\""] {
            let request = owner.request(Method::PATCH, &path).header(header::IF_MATCH, strange);
            blames(owner.send(request.json(&json!({"title": "x"}))).await, "If-Match");
        }
        assert_eq!(read(&owner, &item).await["title"], "Told");
    }

    async fn what_is_not_there_is_not_found(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        story(&owner, "Story").await;
        let objective = app.as_(Role::ProductManager).post("/products/APP/objectives", json!({"title": "x"})).await.ok(201);
        let elsewhere = foreign(&app, "story").await;
        let names = [NOWHERE, "APP-999", "NONE-1", "nonsense", objective["id"].as_str().unwrap(), elsewhere["reference"].as_str().unwrap()];
        for name in names {
            let of = |what: &str| format!("/items/{name}{what}");
            owner.get(&of("")).await.problem(404);
            owner.patch(&of(""), 1, json!({"assignee_id": null})).await.problem(404);
            owner.put(&of("/rank"), json!({"at": "top"})).await.problem(404);
            owner.put(&of("/state"), json!({"state": "Done"})).await.problem(404);
            owner.put(&of("/acceptance"), Value::Null).await.problem(404);
            owner.post(&of("/criteria"), json!({"text": "x"})).await.problem(404);
            app.as_(Role::Developer).put(&of("/estimate"), json!({"points": 1})).await.problem(404);
            owner.send(owner.request(Method::DELETE, &of("/acceptance")).json(&json!({"reason": "x"}))).await.problem(404);
        }
        for name in [NOWHERE, "nonsense"] {
            owner.patch(&format!("/criteria/{name}"), 1, json!({"text": "x"})).await.problem(404);
            owner.delete(&format!("/criteria/{name}")).await.problem(404);
            owner.put(&format!("/criteria/{name}/acceptance"), json!({"accepted": true})).await.problem(404);
            owner.delete(&format!("/criteria/{name}/acceptance")).await.problem(404);
        }
    }

    async fn the_workflow_is_the_scrum_masters(app: TestApp) {
        let start: vocabulary::Ts = serde_json::from_value(json!("2026-11-02T09:00:00Z")).unwrap();
        let app = app.at(start).await.furnished().await;
        let (owner, master) = (app.as_(Role::ProductOwner), app.as_(Role::ScrumMaster));
        let before = owner.get(WORKFLOW).await.ok(200);
        let names: Vec<&str> = rows(&before).iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Backlog", "Ready", "In progress", "In review", "Done", "Cancelled"]);
        is_left_to(owner.put(WORKFLOW, json!({"rows": before["rows"]})).await, "scrum_master", "workflow");

        let items = stories(&owner, &["Checked", "Waiting"]).await;
        enter(&owner, &items[0], "In review").await;
        let state = |name: &str, category: &str| json!({"name": name, "category": category});
        let lacking = json!({"rows": [state("Backlog", "backlog"), state("Doing", "in_progress"), state("Done", "done")]});
        let refused = master.put(WORKFLOW, lacking).await.problem(409);
        assert_eq!((&refused["type"], &refused["detail"]), (&json!("/problems/state-in-use"), &json!("Items are in the state “In review”; move them first.")));
        assert_eq!(owner.get(WORKFLOW).await.ok(200), before);

        // “In review” now means done; the board has another order and a limit.
        let mut doing = state("Doing", "in_progress");
        doing["wip_limit"] = json!(3);
        let new = json!({"rows": [doing, state("Backlog", "backlog"), state("In review", "done"), state("Dropped", "cancelled")]});
        let set = master.put(WORKFLOW, new).await.ok(200);
        let names: Vec<&str> = rows(&set).iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!((names, &rows(&set)[0]["wip_limit"]), (vec!["Doing", "Backlog", "In review", "Dropped"], &json!(3)));
        let item = read(&owner, &items[0]).await;
        assert_eq!((&item["category"], &item["done_at"]), (&json!("done"), &json!("2026-11-02T09:00:00Z")));
        assert_eq!(shown(&owner, "?open=true").await, ["Waiting"]);
        enter(&owner, &items[1], "doing").await;

        // And back: what was done is under way again.
        let again = json!({"rows": [state("Backlog", "backlog"), state("Doing", "in_progress"), state("In review", "in_review"), state("Done", "done")]});
        master.put(WORKFLOW, again).await.ok(200);
        let item = read(&owner, &items[0]).await;
        assert_eq!((&item["category"], &item["done_at"]), (&json!("in_review"), &Value::Null));
        assert_eq!(shown(&owner, "?open=true").await, ["Checked", "Waiting"]);
        // Each change of meaning stands in the item's own history.
        let history = owner.get(&format!("{}/history", at("/objects", &item))).await.ok(200);
        let last = &rows(&history)[0];
        assert_eq!((&last["verb"], &last["version"]), (&json!("changed with the workflow"), &item["version"]));
        assert_eq!(last["changes"]["category"], json!(["done", "in_review"]));
        let untouched = owner.get(&format!("{}/history", at("/objects", &items[1]))).await.ok(200);
        assert!(rows(&untouched).iter().all(|event| event["verb"] != last["verb"]), "{untouched}");

        let valid = [state("Backlog", "backlog"), state("Doing", "in_progress"), state("In review", "in_review"), state("Done", "done")];
        let with = |wrong: Value| json!({"rows": valid.iter().cloned().chain([wrong]).collect::<Vec<_>>()});
        let limited = |limit: i64| json!({"name": "More", "category": "ready", "wip_limit": limit});
        for (wrong, field) in [
            (with(state("DONE", "done")), "rows[4].name"),
            (with(state(" ", "ready")), "rows[4].name"),
            (with(state("Later", "someday")), "rows[4].category"),
            (with(limited(0)), "rows[4].wip_limit"),
            (with(limited(1001)), "rows[4].wip_limit"),
            (json!({"rows": valid[..3]}), "rows"),
            (json!({"rows": []}), "rows"),
            (json!({"rows": (0..61).map(|n| state(&format!("S{n}"), "ready")).collect::<Vec<_>>()}), "rows"),
            (json!({}), "rows"),
        ] {
            blames(master.put(WORKFLOW, wrong).await, field);
        }
        master.put("/products/NONE/workflow", json!({"rows": valid})).await.problem(404);
        let events = owner.get("/products/APP/activity?limit=1").await.ok(200);
        assert_eq!(rows(&events)[0]["verb"], "changed the workflow");
    }

    async fn what_is_put_away_leaves_the_lists_and_comes_back(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let made = stories(&owner, &["A", "B", "C"]).await;
        enter(&owner, &made[1], "In progress").await;
        enter(&owner, &made[2], "Done").await;
        let put_away = archive(&owner, &made[1]).await;
        assert!(put_away["archived_at"].is_string());
        archive(&owner, &made[2]).await;
        for query in ["", "?open=true", "?q=b", "?state=In%20progress"] {
            assert!(!shown(&owner, query).await.contains(&"B".to_owned()), "{query}");
        }
        assert_eq!(shown(&owner, "?open=false").await, [""; 0]);
        assert_eq!(rows(&owner.get("/products/APP/search?q=B").await.ok(200)), [json!(null); 0]);
        // Whoever has its name still finds it.
        let kept = read(&owner, &made[1]).await;
        assert_eq!((&kept["state"], kept["archived_at"].is_string()), (&json!("In progress"), true));
        is_left_to(app.as_(Role::Developer).put(&format!("{}/archive", at("/objects", &made[0])), Value::Null).await, "product_owner", "story");

        let unarchive = |item: &Value| format!("{}/archive", at("/objects", item));
        assert_eq!(owner.delete(&unarchive(&made[1])).await.ok(200)["archived_at"], Value::Null);
        owner.delete(&unarchive(&made[2])).await.ok(200);
        assert_eq!(shown(&owner, "").await, ["A", "B", "C"], "at the place they had");
        assert_eq!(shown(&owner, "?open=true").await, ["A", "B"]);
        assert_eq!(rows(&owner.get("/products/APP/search?q=B").await.ok(200)).len(), 1);
        let history = owner.get(&format!("{}/history", at("/objects", &made[1]))).await.ok(200);
        let verbs: Vec<&str> = rows(&history).iter().map(|row| row["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["restored", "archived", "moved", "created"]);
    }
}
