//! Sprints: planning, goal and dates, scope and who decides it, the board, the burndown, closing with an explicit
//! carry-over, cancelling.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use serde_json::Value;
use throughline_checks::{Answer, Client, Role, TestApp, Who, both_engines, json};
use vocabulary::Ts;

const SPRINTS: &str = "/products/APP/sprints";
const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

/// Something of a sprint, as in `/sprints/…/board`.
fn of(sprint: &Value, what: &str) -> String {
    format!("{}/{what}", at("/sprints", sprint))
}

fn entry(sprint: &Value, item: &Value) -> String {
    at(&of(sprint, "items"), item)
}

fn rows(page: &Value) -> &[Value] {
    page["rows"].as_array().unwrap()
}

fn moment(text: &str) -> Ts {
    serde_json::from_value(json!(text)).unwrap()
}

#[track_caller]
fn blames(answer: Answer, field: &str) -> Value {
    let problem = answer.problem(422);
    assert_eq!(problem["field"], field, "{problem}");
    problem
}

/// The answer names the decision and the roles that may take it.
#[track_caller]
fn is_left_to(answer: Answer, roles: &[&str], decision: &str) {
    let problem = answer.problem(403);
    let deciders: Vec<&str> =
        problem["deciders"].as_array().unwrap().iter().map(|d| d["role"].as_str().unwrap()).collect();
    assert_eq!((&problem["decision"], deciders.as_slice()), (&json!(decision), roles), "{problem}");
}

async fn plan(client: &Client, starts: &str, ends: &str) -> Value {
    client.post(SPRINTS, json!({"starts": starts, "ends": ends})).await.ok(201)
}

async fn story(app: &TestApp, title: &str, points: f64) -> Value {
    let new = json!({"kind": "story", "title": title});
    let item = app.as_(Role::ProductOwner).post("/products/APP/items", new).await.ok(201);
    app.as_(Role::Developer).put(&format!("{}/estimate", at("/items", &item)), json!({"points": points})).await.ok(200);
    item
}

async fn put(app: &TestApp, sprint: &Value, item: &Value) {
    app.as_(Role::Developer).put(&entry(sprint, item), Value::Null).await.ok(200);
}

async fn start(app: &TestApp, sprint: &Value) -> Value {
    app.as_(Role::ScrumMaster).put(&of(sprint, "start"), Value::Null).await.ok(200)
}

async fn enter(app: &TestApp, item: &Value, state: &str) {
    app.as_(Role::Developer).put(&format!("{}/state", at("/items", item)), json!({"state": state})).await.ok(200);
}

async fn close(client: &Client, sprint: &Value, carry_over: Value) -> Answer {
    client.put(&of(sprint, "close"), json!({"verdict": "met", "carry_over": carry_over})).await
}

async fn archive(app: &TestApp, item: &Value) {
    app.as_(Role::ProductOwner).put(&format!("{}/archive", at("/objects", item)), Value::Null).await.ok(200);
}

async fn item(app: &TestApp, item: &Value) -> Value {
    app.as_(Role::Viewer).get(&at("/items", item)).await.ok(200)
}

/// The board as the states that hold something and the titles in them.
async fn board(client: &Client, sprint: &Value) -> Vec<(String, Vec<String>)> {
    let board = client.get(&of(sprint, "board")).await.ok(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    board["columns"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|column| !rows(column).is_empty())
        .map(|column| (text(&column["state"]), rows(column).iter().map(|row| text(&row["title"])).collect()))
        .collect()
}

/// `[date, remaining, ideal, scope]` of each day.
async fn burndown(app: &TestApp, sprint: &Value) -> (Value, String) {
    let burndown = app.as_(Role::Viewer).get(&of(sprint, "burndown")).await.ok(200);
    let days = burndown["days"].as_array().unwrap().iter();
    let days = days.map(|day| json!([day["date"], day["remaining"], day["ideal"], day["scope"]])).collect();
    (days, burndown["sentence"].as_str().unwrap().to_owned())
}

both_engines! {
    async fn what_is_the_teams_counts_for_the_team(app: TestApp) {
        let app = app.at(moment("2026-11-02T09:00:00Z")).await.furnished().await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let sprint = plan(&owner, "2026-11-02", "2026-11-13").await;
        let (known, secret) = (story(&app, "Known", 3.0).await, story(&app, "Secret", 5.0).await);
        for item in [&known, &secret] {
            put(&app, &sprint, item).await;
        }
        start(&app, &sprint).await;
        let version = item(&app, &secret).await["version"].as_i64().unwrap();
        owner.patch(&at("/objects", &secret), version, json!({"visibility": "team"})).await.ok(200);
        let counted = async |client: &Client| {
            let sprint = client.get(&at("/sprints", &sprint)).await.ok(200);
            let burndown = client.get(&of(&sprint, "burndown")).await.ok(200);
            json!([sprint["items"]["total"], sprint["points"]["committed"], sprint["points"]["total"], burndown["days"][0]["scope"]])
        };
        assert_eq!((counted(&owner).await, counted(&viewer).await), (json!([2, 8.0, 8.0, 8.0]), json!([1, 3.0, 3.0, 3.0])));
        let everything = json!([{"item": known["id"], "to": "backlog"}, {"item": secret["id"], "to": "backlog"}]);
        close(&owner, &sprint, everything).await.ok(200);
        assert_eq!((counted(&owner).await, counted(&viewer).await), (json!([2, 8.0, 8.0, 8.0]), json!([1, 3.0, 3.0, 3.0])));
    }

    async fn sprints_are_planned(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let objective = app.as_(Role::ProductManager).post("/products/APP/objectives", json!({"title": "Trust"})).await.ok(201);
        let first = plan(&app.as_(Role::ScrumMaster), "2026-11-02", "2026-11-13").await;
        assert_eq!((&first["name"], &first["state"], &first["goal"]), (&json!("Sprint 1"), &json!("planned"), &json!("")));
        assert_eq!((&first["points"], &first["items"]), (&json!({"committed": 0.0, "done": 0.0, "total": 0.0}), &json!({"total": 0, "done": 0})));
        let full = json!({"name": "Recovery", "goal": "Nothing is lost", "starts": "2026-11-16", "ends": "2026-11-16",
            "capacity": 20.5, "objective": objective["reference"]});
        let full = app.as_(Role::Developer).post(SPRINTS, full).await.ok(201);
        assert_eq!((&full["name"], &full["goal"], &full["capacity"]), (&json!("Recovery"), &json!("Nothing is lost"), &json!(20.5)));
        let why = owner.get(&format!("{}/why", at("/objects", &full))).await.ok(200);
        assert_eq!(why["path"][1]["id"], objective["id"]);
        let last = plan(&owner, "2026-10-01", "2026-11-01").await;
        assert_eq!(last["name"], "Sprint 3");

        let page = app.as_(Role::Viewer).get(SPRINTS).await.ok(200);
        let names: Vec<&str> = rows(&page).iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Recovery", "Sprint 1", "Sprint 3"], "the latest first");
        assert!(page["can"]["sprint_cancel"]["why"].as_str().unwrap().starts_with("product owner (product owner) decides"));

        for (field, value) in [
            ("ends", json!("2026-11-01")), ("ends", json!("2026-12-04")), ("ends", json!("soon")), ("starts", json!("2026-13-01")),
            ("starts", Value::Null), ("capacity", json!(-1)), ("name", json!(" ")), ("objective", json!("APP-999")),
            ("objective", first["id"].clone()), ("verdict", json!("met")),
        ] {
            let mut new = json!({"starts": "2026-11-02", "ends": "2026-11-13"});
            new[field] = value;
            blames(owner.post(SPRINTS, new).await, field);
        }
        blames(owner.post(SPRINTS, json!({"starts": "2026-11-02"})).await, "ends");
        plan(&owner, "2026-11-02", "2026-12-03").await;
    }

    async fn the_goal_is_the_owners_with_the_developers(app: TestApp) {
        let app = app.furnished().await;
        let (owner, master) = (app.as_(Role::ProductOwner), app.as_(Role::ScrumMaster));
        let dates = json!({"starts": "2026-11-02", "ends": "2026-11-13", "goal": "Mine"});
        is_left_to(master.post(SPRINTS, dates.clone()).await, &["product_owner", "developer"], "sprint_goal");
        is_left_to(app.as_(Role::ProductManager).post(SPRINTS, dates).await, &["scrum_master", "product_owner", "developer"], "sprint_run");
        let sprint = plan(&master, "2026-11-02", "2026-11-13").await;
        let path = at("/sprints", &sprint);
        is_left_to(master.patch(&path, 1, json!({"goal": "Mine", "name": "Mine"})).await, &["product_owner", "developer"], "sprint_goal");
        assert_eq!(owner.patch(&path, 1, json!({"goal": "Recover"})).await.ok(200)["goal"], "Recover");
        assert_eq!(app.as_(Role::Developer).patch(&path, 2, json!({"goal": "Recover alone"})).await.ok(200)["version"], 3);
        let edit = json!({"name": "Sprint α", "ends": "2026-11-20", "capacity": 13});
        let edited = master.patch(&path, 3, edit).await.ok(200);
        assert_eq!((&edited["name"], &edited["goal"], &edited["ends"], &edited["capacity"]),
            (&json!("Sprint α"), &json!("Recover alone"), &json!("2026-11-20"), &json!(13.0)));
        assert_eq!(master.patch(&path, 4, json!({"capacity": null})).await.ok(200)["capacity"], Value::Null);

        owner.send(owner.request(Method::PATCH, &path).json(&json!({"goal": "x"}))).await.problem(428);
        let stale = owner.patch(&path, 4, json!({"goal": "Late"})).await.problem(412);
        assert_eq!((&stale["expected_version"], &stale["current_version"], &stale["current"]["goal"]), (&json!(4), &json!(5), &json!("Recover alone")));
        blames(owner.patch(&path, 5, json!({"starts": "2026-11-21"})).await, "ends");
        blames(owner.patch(&path, 5, json!({"starts": "2026-10-01"})).await, "ends");
        app.as_(Role::Viewer).patch(&path, 5, json!({"name": "x"})).await.problem(403);
        app.of(Who::Stranger).patch(&path, 5, json!({"name": "x"})).await.problem(404);
        let history = owner.get(&format!("{}/history", at("/objects", &sprint))).await.ok(200);
        assert_eq!(rows(&history)[2]["sentence"], "edited: goal Recover → Recover alone");
    }

    async fn developers_decide_what_goes_in(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let (first, second) = (plan(&owner, "2026-11-02", "2026-11-13").await, plan(&owner, "2026-11-16", "2026-11-27").await);
        let (one, two) = (story(&app, "One", 5.0).await, story(&app, "Two", 3.0).await);
        for role in [Role::ProductOwner, Role::ScrumMaster, Role::ProductManager, Role::Stakeholder] {
            is_left_to(app.as_(role).put(&entry(&first, &one), Value::Null).await, &["developer"], "sprint_scope");
        }
        assert_eq!(developer.put(&entry(&first, &one), Value::Null).await.ok(200)["sprint_id"], first["id"]);
        put(&app, &first, &two).await;
        is_left_to(owner.delete(&entry(&first, &one)).await, &["developer"], "sprint_scope");
        let sprint = owner.get(&at("/sprints", &first)).await.ok(200);
        assert_eq!((&sprint["points"]["total"], &sprint["items"]["total"]), (&json!(8.0), &json!(2)));
        assert_eq!(item(&app, &one).await["sprint"]["title"], "Sprint 1");

        // It is in one sprint at a time.
        put(&app, &second, &one).await;
        let inside = async |sprint: &Value| {
            let page = owner.get(&format!("/products/APP/items?sprint={}", sprint["id"].as_str().unwrap())).await.ok(200);
            rows(&page).iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((inside(&first).await, inside(&second).await), (vec!["Two".to_owned()], vec!["One".to_owned()]));
        assert_eq!(developer.delete(&entry(&first, &one)).await.problem(409)["type"], "/problems/not-in-sprint");
        assert_eq!(developer.delete(&entry(&second, &one)).await.ok(200)["sprint_id"], Value::Null);

        let epic = owner.post("/products/APP/items", json!({"kind": "epic", "title": "Epic"})).await.ok(201);
        blames(developer.put(&entry(&first, &epic), Value::Null).await, "item");
        enter(&app, &one, "Done").await;
        assert_eq!(developer.put(&entry(&first, &one), Value::Null).await.problem(409)["type"], "/problems/item-finished");
        let away = story(&app, "Away", 1.0).await;
        archive(&app, &away).await;
        assert_eq!(developer.put(&entry(&first, &away), Value::Null).await.problem(409)["type"], "/problems/archived");
        let foreign = app.of(Who::Stranger).post("/products/OTHER/items", json!({"kind": "story", "title": "x"})).await.ok(201);
        developer.delete(&entry(&first, &foreign)).await.problem(404);
        for (sprint, item) in [(&first, &foreign), (&first, &second), (&two, &two), (&json!({"id": NOWHERE}), &two)] {
            developer.put(&entry(sprint, item), Value::Null).await.problem(404);
        }
    }

    async fn changes_of_scope_are_remembered(app: TestApp) {
        let app = app.at(moment("2026-11-02T08:00:00Z")).await.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let sprint = plan(&owner, "2026-11-02", "2026-11-13").await;
        let (early, late) = (story(&app, "Early", 5.0).await, story(&app, "Late", 3.0).await);
        put(&app, &sprint, &early).await;
        app.clock.set(moment("2026-11-02T09:00:00Z"));
        let started = start(&app, &sprint).await;
        assert_eq!((&started["state"], &started["started_at"]), (&json!("active"), &json!("2026-11-02T09:00:00Z")));
        app.clock.set(moment("2026-11-03T10:00:00Z"));
        put(&app, &sprint, &late).await;
        let sprint_now = owner.get(&at("/sprints", &sprint)).await.ok(200);
        assert_eq!(sprint_now["points"], json!({"committed": 5.0, "done": 0.0, "total": 8.0}), "what came later was not committed to");
        let event = async |item: &Value| {
            let history = owner.get(&format!("{}/history", at("/objects", item))).await.ok(200);
            let event = &rows(&history)[0];
            (event["sentence"].clone(), event["actor"]["name"].clone(), event["at"].clone())
        };
        assert_eq!(event(&late).await, (json!("put into the sprint: sprint Sprint 1"), json!("developer"), json!("2026-11-03T10:00:00Z")));
        app.clock.set(moment("2026-11-04T11:00:00Z"));
        app.as_(Role::Developer).delete(&entry(&sprint, &early)).await.ok(200);
        assert_eq!(event(&early).await, (json!("taken out of the sprint: sprint Sprint 1 → none"), json!("developer"), json!("2026-11-04T11:00:00Z")));
        let sprint_now = owner.get(&at("/sprints", &sprint)).await.ok(200);
        assert_eq!(sprint_now["points"], json!({"committed": 5.0, "done": 0.0, "total": 3.0}));
        // A later estimate does not change what was committed.
        app.as_(Role::Developer).put(&format!("{}/estimate", at("/items", &early)), json!({"points": 8})).await.ok(200);
        assert_eq!(owner.get(&at("/sprints", &sprint)).await.ok(200)["points"]["committed"], 5.0);
    }

    async fn one_sprint_runs_at_a_time(app: TestApp) {
        let app = app.furnished().await;
        let (owner, master) = (app.as_(Role::ProductOwner), app.as_(Role::ScrumMaster));
        let (first, second) = (plan(&owner, "2026-11-02", "2026-11-13").await, plan(&owner, "2026-11-16", "2026-11-27").await);
        assert_eq!(master.put(&of(&first, "start"), Value::Null).await.problem(409)["type"], "/problems/sprint-empty");
        for (sprint, title) in [(&first, "One"), (&second, "Two")] {
            let item = story(&app, title, 1.0).await;
            put(&app, sprint, &item).await;
        }
        for role in [Role::ProductManager, Role::Viewer] {
            is_left_to(app.as_(role).put(&of(&first, "start"), Value::Null).await, &["scrum_master", "product_owner", "developer"], "sprint_run");
        }
        start(&app, &first).await;
        let refused = master.put(&of(&second, "start"), Value::Null).await.problem(409);
        assert_eq!((&refused["type"], &refused["detail"]), (&json!("/problems/sprint-running"), &json!("Sprint 1 is still running; close it first.")));
        assert_eq!(master.put(&of(&first, "start"), Value::Null).await.problem(409)["type"], "/problems/sprint-state");
        assert_eq!(close(&master, &second, json!([])).await.problem(409)["type"], "/problems/sprint-state");
        // A running sprint is not put away from under its team.
        let archived = format!("{}/archive", at("/objects", &first));
        assert_eq!(owner.put(&archived, Value::Null).await.problem(409)["type"], "/problems/sprint-running");
        owner.put(&of(&first, "cancellation"), json!({"reason": "Obsolete"})).await.ok(200);
        owner.put(&archived, Value::Null).await.ok(200);
        let page = owner.get(SPRINTS).await.ok(200);
        assert_eq!(rows(&page).iter().map(|row| &row["name"]).collect::<Vec<_>>(), ["Sprint 2"]);
        start(&app, &second).await;
    }

    async fn the_board_shows_the_sprint_by_states(app: TestApp) {
        let app = app.at(moment("2026-11-02T08:00:00Z")).await.furnished().await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let sprint = plan(&owner, "2026-11-02", "2026-11-13").await;
        let mut items = Vec::new();
        for title in ["A", "B", "C", "D", "E"] {
            let item = story(&app, title, 2.0).await;
            put(&app, &sprint, &item).await;
            items.push(item);
        }
        start(&app, &sprint).await;
        enter(&app, &items[0], "In progress").await;
        app.clock.set(moment("2026-11-05T07:00:00Z"));
        enter(&app, &items[1], "Done").await;
        enter(&app, &items[2], "Cancelled").await;
        let all = owner.get(&of(&sprint, "board")).await.ok(200);
        let states: Vec<&str> = all["columns"].as_array().unwrap().iter().map(|column| column["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["Backlog", "Ready", "In progress", "In review", "Done", "Cancelled"]);
        let ages: Vec<&Value> = all["columns"].as_array().unwrap().iter().flat_map(rows).map(|card| &card["age_days"]).collect();
        assert_eq!(ages, [&Value::Null, &Value::Null, &json!(2), &json!(0), &Value::Null], "whole days since work began");
        assert_eq!(all["sprint"]["items"], json!({"total": 4, "done": 1}), "what was given up is no part of it");
        let column = |state: &str, titles: &[&str]| (state.to_owned(), titles.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>());
        assert_eq!(board(&viewer, &sprint).await,
            [column("Backlog", &["D", "E"]), column("In progress", &["A"]), column("Done", &["B"]), column("Cancelled", &["C"])]);

        // A card is moved, accepted and seen in the order of the backlog.
        enter(&app, &items[4], "In progress").await;
        owner.put(&format!("{}/rank", at("/items", &items[4])), json!({"at": "top"})).await.ok(200);
        assert_eq!(board(&viewer, &sprint).await[1], column("In progress", &["E", "A"]));
        let accepted = owner.put(&format!("{}/acceptance", at("/items", &items[1])), Value::Null).await.ok(200);
        assert_eq!(accepted["accepted"], true);
        let all = owner.get(&of(&sprint, "board")).await.ok(200);
        assert_eq!(rows(&all["columns"][4])[0]["accepted"], true);

        // What is the team's or put away is on no other board.
        let version = item(&app, &items[0]).await["version"].as_i64().unwrap();
        owner.patch(&at("/objects", &items[0]), version, json!({"visibility": "team"})).await.ok(200);
        archive(&app, &items[3]).await;
        assert_eq!(board(&viewer, &sprint).await, [column("In progress", &["E"]), column("Done", &["B"]), column("Cancelled", &["C"])]);
        assert_eq!(board(&owner, &sprint).await[0], column("In progress", &["E", "A"]));
        assert_eq!(owner.get(&at("/sprints", &sprint)).await.ok(200)["items"], json!({"total": 3, "done": 1}));
    }

    async fn developers_write_along_in_their_sprint(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let sprint = plan(&owner, "2026-11-02", "2026-11-13").await;
        let (inside, outside) = (story(&app, "Inside", 1.0).await, story(&app, "Outside", 1.0).await);
        put(&app, &sprint, &inside).await;
        let reword = async |client: &Client, of: &Value, title: &str| {
            let version = item(&app, of).await["version"].as_i64().unwrap();
            client.patch(&at("/items", of), version, json!({"title": title})).await
        };
        let criterion = json!({"text": "It is fast"});
        // A planned sprint is not theirs yet.
        is_left_to(reword(&developer, &inside, "Mine").await, &["product_owner"], "story");
        start(&app, &sprint).await;
        assert_eq!(reword(&developer, &inside, "Told better").await.ok(200)["title"], "Told better");
        let with = developer.post(&format!("{}/criteria", at("/items", &inside)), criterion.clone()).await.ok(201);
        developer.patch(&at("/criteria", &with["criteria"][0]), 1, json!({"text": "It is faster"})).await.ok(200);
        // Accepting stays the owner's, and so does what is not in the sprint.
        let accept = format!("{}/acceptance", at("/criteria", &with["criteria"][0]));
        is_left_to(developer.put(&accept, json!({"accepted": true})).await, &["product_owner"], "acceptance");
        is_left_to(reword(&developer, &outside, "Mine").await, &["product_owner"], "story");
        is_left_to(reword(&app.as_(Role::ScrumMaster), &inside, "Mine").await, &["product_owner", "developer"], "story_in_sprint");
        reword(&owner, &inside, "Told by the owner").await.ok(200);
        developer.delete(&entry(&sprint, &inside)).await.ok(200);
        is_left_to(reword(&developer, &inside, "Mine").await, &["product_owner"], "story");
    }

    async fn a_sprint_closes_with_a_verdict_and_a_place_for_everything(app: TestApp) {
        let app = app.furnished().await;
        let (owner, master, developer) = (app.as_(Role::ProductOwner), app.as_(Role::ScrumMaster), app.as_(Role::Developer));
        let (sprint, next, over) = (plan(&owner, "2026-11-02", "2026-11-13").await, plan(&owner, "2026-11-16", "2026-11-27").await,
            plan(&owner, "2026-10-19", "2026-10-30").await);
        owner.put(&of(&over, "cancellation"), json!({"reason": "Never began"})).await.ok(200);
        let mut items = Vec::new();
        for title in ["Done", "Back", "On", "Dropped", "Away"] {
            let item = story(&app, title, 3.0).await;
            put(&app, &sprint, &item).await;
            items.push(item);
        }
        let [done, back, on, dropped, away] = &items[..] else { unreachable!() };
        start(&app, &sprint).await;
        enter(&app, done, "Done").await;
        enter(&app, dropped, "Cancelled").await;
        archive(&app, away).await;
        let other = story(&app, "Elsewhere", 1.0).await;

        let missing = blames(close(&master, &sprint, json!([{"item": back["id"], "to": "backlog"}])).await, "carry_over");
        assert_eq!(missing["detail"], format!("Say where these go: {}.", on["reference"].as_str().unwrap()));
        let all = |more: Value| json!([{"item": back["reference"], "to": "backlog"}, more]);
        let onward = |to: &Value| json!({"item": on["id"], "to": "sprint", "sprint": to["id"]});
        for (wrong, field) in [
            (all(json!({"item": back["id"], "to": "backlog"})), "carry_over[1].item"),
            (all(json!({"item": done["id"], "to": "backlog"})), "carry_over[1].item"),
            (all(json!({"item": other["id"], "to": "backlog"})), "carry_over[1].item"),
            (all(json!({"item": NOWHERE, "to": "backlog"})), "carry_over[1].item"),
            (all(json!({"item": on["id"], "to": "sprint"})), "carry_over[1].sprint"),
            (all(json!({"item": on["id"], "to": "backlog", "sprint": next["id"]})), "carry_over[1].sprint"),
            (all(onward(&sprint)), "carry_over[1].sprint"),
            (all(onward(&over)), "carry_over[1].sprint"),
            (all(onward(on)), "carry_over[1].sprint"),
            (all(json!({"item": on["id"], "to": "nowhere"})), "carry_over[1].to"),
        ] {
            blames(close(&developer, &sprint, wrong).await, field);
        }
        blames(master.put(&of(&sprint, "close"), json!({"verdict": "fine", "carry_over": []})).await, "verdict");
        blames(master.put(&of(&sprint, "close"), json!({"carry_over": []})).await, "verdict");
        blames(master.put(&of(&sprint, "close"), json!({"verdict": "met"})).await, "carry_over");
        is_left_to(close(&app.as_(Role::ProductManager), &sprint, all(onward(&next))).await, &["scrum_master", "product_owner", "developer"], "sprint_run");
        // What the next sprint takes in is decided there as ever.
        is_left_to(close(&master, &sprint, all(onward(&next))).await, &["developer"], "sprint_scope");
        assert_eq!(owner.get(&at("/sprints", &sprint)).await.ok(200)["state"], "active", "a refusal changes nothing");

        let body = json!({"verdict": "partly", "note": "Replay works", "carry_over": all(onward(&next))});
        let closed = developer.put(&of(&sprint, "close"), body).await.ok(200);
        assert_eq!((&closed["state"], &closed["verdict"], &closed["verdict_note"]), (&json!("closed"), &json!("partly"), &json!("Replay works")));
        assert_eq!((&closed["items"], &closed["points"]), (&json!({"total": 3, "done": 1}), &json!({"committed": 15.0, "done": 3.0, "total": 9.0})));
        let mut places = Vec::new();
        for thing in &items {
            places.push(item(&app, thing).await["sprint_id"].clone());
        }
        assert_eq!(places, [sprint["id"].clone(), Value::Null, next["id"].clone(), Value::Null, Value::Null]);
        let history = owner.get(&format!("{}/history", at("/objects", on))).await.ok(200);
        assert_eq!(rows(&history)[0]["sentence"], "carried over: sprint Sprint 1 → Sprint 2");
        let history = owner.get(&format!("{}/history", at("/objects", &sprint))).await.ok(200);
        assert_eq!(rows(&history)[0]["changes"]["carried_over"], json!([null, 2]));

        assert_eq!(close(&master, &sprint, json!([])).await.problem(409)["type"], "/problems/sprint-state");
        assert_eq!(developer.put(&entry(&sprint, back), Value::Null).await.problem(409)["type"], "/problems/sprint-over");
        assert_eq!(developer.delete(&entry(&sprint, done)).await.problem(409)["type"], "/problems/sprint-over");
        assert_eq!(owner.put(&of(&sprint, "cancellation"), json!({"reason": "x"})).await.problem(409)["type"], "/problems/sprint-over");
        start(&app, &next).await;
    }

    async fn a_sprint_that_is_over_stays_as_it_was(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let sprint = plan(&owner, "2026-11-02", "2026-11-13").await;
        let mut items = Vec::new();
        for (title, points) in [("Done", 5.0), ("Late", 3.0), ("Away", 2.0), ("Put away", 1.0), ("Given up", 1.0)] {
            let item = story(&app, title, points).await;
            put(&app, &sprint, &item).await;
            items.push(item);
        }
        let [done, late, away, put_away, given_up] = &items[..] else { unreachable!() };
        start(&app, &sprint).await;
        enter(&app, done, "Done").await;
        enter(&app, away, "Done").await;
        archive(&app, away).await;
        archive(&app, put_away).await;
        enter(&app, given_up, "Cancelled").await;
        let totals = async || {
            let sprint = owner.get(&at("/sprints", &sprint)).await.ok(200);
            (sprint["items"].clone(), sprint["points"].clone())
        };
        let before = (json!({"total": 2, "done": 1}), json!({"committed": 12.0, "done": 5.0, "total": 8.0}));
        assert_eq!(totals().await, before, "what is put away or given up is no part of it");
        let drawn = burndown(&app, &sprint).await;
        close(&developer, &sprint, json!([{"item": late["id"], "to": "backlog"}])).await.ok(200);
        assert_eq!((totals().await, burndown(&app, &sprint).await), (before.clone(), drawn.clone()));

        // Whatever becomes of its items.
        developer.put(&format!("{}/estimate", at("/items", done)), json!({"points": 1})).await.ok(200);
        developer.put(&format!("{}/estimate", at("/items", late)), json!({"points": 8})).await.ok(200);
        enter(&app, late, "Done").await;
        for (thing, state) in [(done, "In progress"), (given_up, "In progress")] {
            enter(&app, thing, state).await;
            assert_eq!(item(&app, thing).await["sprint_id"], Value::Null, "open work is in no sprint that is over");
        }
        for thing in [away, put_away] {
            owner.delete(&format!("{}/archive", at("/objects", thing))).await.ok(200);
            assert_eq!(item(&app, thing).await["sprint_id"], Value::Null);
        }
        let next = plan(&owner, "2026-11-16", "2026-11-27").await;
        put(&app, &next, done).await;
        assert_eq!((totals().await, burndown(&app, &sprint).await), (before, drawn));

        let path = at("/sprints", &sprint);
        let version = owner.get(&path).await.ok(200)["version"].as_i64().unwrap();
        for plan in [json!({"goal": "Another"}), json!({"starts": "2026-11-03"}), json!({"ends": "2026-11-20"}), json!({"capacity": 99})] {
            assert_eq!(owner.patch(&path, version, plan).await.problem(409)["type"], "/problems/sprint-over");
        }
        assert_eq!(owner.patch(&path, version, json!({"name": "The first"})).await.ok(200)["name"], "The first");
    }

    async fn sprints_come_in_pages(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        for starts in ["2026-11-02", "2026-11-30", "2026-11-16", "2026-11-02"] {
            plan(&owner, starts, "2026-12-01").await;
        }
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&format!("{SPRINTS}?limit=1{cursor}")).await.ok(200);
            names.push(rows(&page)[0]["name"].as_str().unwrap().to_owned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(names, ["Sprint 2", "Sprint 3", "Sprint 4", "Sprint 1"]);
        assert_eq!(owner.get(SPRINTS).await.ok(200)["next"], Value::Null);
    }

    async fn the_owner_alone_cancels(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let sprint = plan(&owner, "2026-11-02", "2026-11-13").await;
        let (done, open, away) = (story(&app, "Done", 1.0).await, story(&app, "Open", 1.0).await, story(&app, "Away", 1.0).await);
        for item in [&done, &open, &away] {
            put(&app, &sprint, item).await;
        }
        start(&app, &sprint).await;
        enter(&app, &done, "Done").await;
        archive(&app, &away).await;
        let path = of(&sprint, "cancellation");
        for role in [Role::ScrumMaster, Role::Developer, Role::ProductManager] {
            is_left_to(app.as_(role).put(&path, json!({"reason": "x"})).await, &["product_owner"], "sprint_cancel");
        }
        blames(owner.put(&path, json!({})).await, "reason");
        blames(owner.put(&path, json!({"reason": " "})).await, "reason");
        let cancelled = owner.put(&path, json!({"reason": "The goal is obsolete"})).await.ok(200);
        assert_eq!((&cancelled["state"], &cancelled["verdict"], &cancelled["verdict_note"]), (&json!("cancelled"), &Value::Null, &json!("The goal is obsolete")));
        for (thing, place) in [(&done, sprint["id"].clone()), (&open, Value::Null), (&away, Value::Null)] {
            assert_eq!(item(&app, thing).await["sprint_id"], place);
        }
        assert_eq!(owner.put(&path, json!({"reason": "again"})).await.problem(409)["type"], "/problems/sprint-over");
        let history = owner.get(&format!("{}/history", at("/objects", &open))).await.ok(200);
        assert_eq!(rows(&history)[0]["sentence"], "back to the backlog: sprint Sprint 1 → none");
    }

    async fn the_burndown_is_what_a_hand_would_draw(app: TestApp) {
        let app = app.at(moment("2026-11-04T12:00:00Z")).await.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        // Thursday to Tuesday: four working days around a weekend.
        let (sprint, next) = (plan(&owner, "2026-11-05", "2026-11-10").await, plan(&owner, "2026-11-11", "2026-11-20").await);
        let mut items = Vec::new();
        for (title, points) in [("A", 5.0), ("B", 3.0), ("C", 2.0), ("D", 8.0)] {
            items.push(story(&app, title, points).await);
        }
        let [a, b, c, d] = &items[..] else { unreachable!() };
        for item in [a, b, c] {
            put(&app, &sprint, item).await;
        }
        let day = |date: &str, remaining: Value, ideal: f64, scope: Value| json!([date, remaining, ideal, scope]);
        let ahead = |date: &str, ideal: f64| day(date, Value::Null, ideal, Value::Null);
        let expected = json!([ahead("2026-11-05", 7.5), ahead("2026-11-06", 5.0), ahead("2026-11-07", 5.0), ahead("2026-11-08", 5.0),
            ahead("2026-11-09", 2.5), ahead("2026-11-10", 0.0)]);
        assert_eq!(burndown(&app, &sprint).await, (expected, "The sprint has not started.".into()));

        let on = |time: &str| app.clock.set(moment(&format!("2026-11-{time}:00Z")));
        on("05T09:00");
        start(&app, &sprint).await;
        let (days, sentence) = burndown(&app, &sprint).await;
        assert_eq!((&days[0], &days[1][1]), (&day("2026-11-05", json!(10.0), 7.5, json!(10.0)), &Value::Null));
        assert_eq!(sentence, "10 of 10 points remain, 5 days left.");
        on("06T10:00");
        put(&app, &sprint, d).await;
        on("06T15:00");
        enter(&app, a, "Done").await;
        on("09T10:00");
        app.as_(Role::Developer).delete(&entry(&sprint, c)).await.ok(200);
        on("09T16:00");
        enter(&app, b, "Done").await;
        let known = [
            day("2026-11-05", json!(10.0), 7.5, json!(10.0)),
            day("2026-11-06", json!(13.0), 5.0, json!(18.0)),
            day("2026-11-07", json!(13.0), 5.0, json!(18.0)),
            day("2026-11-08", json!(13.0), 5.0, json!(18.0)),
            day("2026-11-09", json!(8.0), 2.5, json!(16.0)),
        ];
        let so_far: Vec<Value> = known.iter().cloned().chain([ahead("2026-11-10", 0.0)]).collect();
        assert_eq!(burndown(&app, &sprint).await, (json!(so_far), "8 of 16 points remain, one day left; 6 came in after the first day.".into()));

        // What becomes of an item after it left does not redraw the sprint it left.
        on("10T17:00");
        let carried = json!([{"item": d["id"], "to": "sprint", "sprint": next["id"]}]);
        close(&app.as_(Role::Developer), &sprint, carried).await.ok(200);
        let whole: Vec<Value> = known.iter().cloned().chain([day("2026-11-10", json!(8.0), 0.0, json!(16.0))]).collect();
        let end = (json!(whole), "8 of 16 points remain, no days left; 6 came in after the first day.".to_owned());
        assert_eq!(burndown(&app, &sprint).await, end);
        on("12T09:00");
        app.as_(Role::Developer).put(&format!("{}/estimate", at("/items", d)), json!({"points": 1})).await.ok(200);
        enter(&app, c, "Cancelled").await;
        enter(&app, d, "Cancelled").await;
        assert_eq!(burndown(&app, &sprint).await, end);
        let (days, _) = burndown(&app, &next).await;
        assert_eq!(days[0], ahead("2026-11-11", 0.0), "what was given up is no part of the next one");
    }

    async fn without_estimates_items_are_counted(app: TestApp) {
        let app = app.at(moment("2026-11-02T08:00:00Z")).await.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let sprint = plan(&owner, "2026-11-02", "2026-11-03").await;
        let mut items = Vec::new();
        for title in ["A", "B"] {
            let item = owner.post("/products/APP/items", json!({"kind": "task", "title": title})).await.ok(201);
            put(&app, &sprint, &item).await;
            items.push(item);
        }
        start(&app, &sprint).await;
        enter(&app, &items[0], "Done").await;
        let burndown = owner.get(&of(&sprint, "burndown")).await.ok(200);
        assert_eq!((&burndown["unit"], &burndown["sentence"]), (&json!("items"), &json!("1 of 2 items remain, one day left.")));
        assert_eq!(burndown["days"][0], json!({"date": "2026-11-02", "remaining": 1.0, "ideal": 1.0, "scope": 2.0}));
    }

    async fn what_is_no_sprint_is_not_found(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&app, "Story", 1.0).await;
        let elsewhere = json!({"starts": "2026-11-02", "ends": "2026-11-13"});
        let elsewhere = app.of(Who::Stranger).post("/products/OTHER/sprints", elsewhere).await.ok(201);
        for name in [NOWHERE, "APP-999", "nonsense", item["id"].as_str().unwrap(), elsewhere["reference"].as_str().unwrap()] {
            let of = |what: &str| format!("/sprints/{name}{what}");
            for what in ["", "/board", "/burndown"] {
                owner.get(&of(what)).await.problem(404);
            }
            owner.patch(&of(""), 1, json!({"name": "x"})).await.problem(404);
            owner.put(&of("/start"), Value::Null).await.problem(404);
            owner.put(&of("/close"), json!({"verdict": "met", "carry_over": []})).await.problem(404);
            owner.put(&of("/cancellation"), json!({"reason": "x"})).await.problem(404);
        }
        owner.post("/products/NONE/sprints", json!({"starts": "2026-11-02", "ends": "2026-11-13"})).await.problem(404);
    }
}
