//! Contradictions: found after every change, told to whoever can resolve them, accepted knowingly until a day.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use serde_json::Value;
use std::time::Duration;
use throughline_checks::{Client, Role, TestApp, Who, both_engines, json};
use vocabulary::Ts;

const ALL: &str = "/products/APP/contradictions";
const ACCEPTANCE: &str = "/products/APP/contradictions/acceptance";

fn moment(text: &str) -> Ts {
    serde_json::from_value(json!(text)).unwrap()
}

fn today() -> Ts {
    moment("2026-11-26T12:00:00Z")
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

async fn add(client: &Client, what: &str, new: Value) -> Value {
    client.post(&format!("/products/APP/{what}"), new).await.ok(201)
}

async fn story(app: &TestApp, title: &str) -> Value {
    add(&app.as_(Role::ProductOwner), "items", json!({"kind": "story", "title": title})).await
}

async fn sprint(app: &TestApp, name: &str, starts: &str, ends: &str) -> Value {
    add(&app.as_(Role::ProductOwner), "sprints", json!({"name": name, "starts": starts, "ends": ends})).await
}

async fn put_in(app: &TestApp, whole: &str, place: &Value, item: &Value) {
    let path = format!("/{whole}/{}/items/{}", id(place), id(item));
    app.as_(if whole == "sprints" { Role::Developer } else { Role::ProductOwner })
        .put(&path, Value::Null)
        .await
        .ok(200);
}

async fn link(app: &TestApp, from: &Value, relation: &str, to: &Value) {
    let body = json!({"relation": relation, "to": to["id"]});
    app.as_(Role::ProductManager).post(&format!("/objects/{}/links", id(from)), body).await.ok(201);
}

/// Changes what stands at a path, in the version it has.
async fn patch(client: &Client, path: &str, body: Value) {
    let version = client.get(path).await.ok(200)["version"].as_i64().unwrap();
    client.patch(path, version, body).await.ok(200);
}

/// The rules of what contradicts something at a path, in their order.
fn rules(list: &Value) -> Vec<&str> {
    let mut rules: Vec<&str> =
        list["rows"].as_array().unwrap().iter().map(|row| row["rule"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules
}

/// What stands at a path once it is as it should be; the line is looked over after each change, not in it.
async fn once(client: &Client, path: &str, is: impl Fn(&Value) -> bool) -> Value {
    let mut list = Value::Null;
    for _ in 0..200 {
        list = client.get(path).await.ok(200);
        if is(&list) {
            return list;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{path}: {list:#}");
}

/// What stands at a path once these rules are broken there, and no other.
async fn stands(client: &Client, path: &str, wanted: &[&str]) -> Value {
    once(client, path, |list| rules(list) == wanted).await
}

/// Waits until the first sentence at a path holds some words.
async fn says(client: &Client, path: &str, words: &str) {
    once(client, path, |list| list["rows"][0]["sentence"].as_str().is_some_and(|text| text.contains(words))).await;
}

fn which(row: &Value) -> Value {
    json!({"rule": row["rule"], "one": row["one"]["id"], "other": row["other"]["id"]})
}

fn accepted(row: &Value, until: &str) -> Value {
    let mut body = which(row);
    body["until"] = json!(until);
    body["reason"] = json!("The fair is in January");
    body
}

fn named(row: &Value) -> String {
    let part = |field: &str| row[field]["id"].as_str().unwrap().to_owned();
    format!("{ACCEPTANCE}?rule={}&one={}&other={}", row["rule"].as_str().unwrap(), part("one"), part("other"))
}

/// An initiative to end in December, and a story that delivers it in a sprint of January.
async fn late_work(app: &TestApp) -> (Value, Value, Value) {
    let initiative = json!({"title": "Replay", "lane": "now", "starts": "2026-10", "ends": "2026-12"});
    let initiative = add(&app.as_(Role::ProductManager), "initiatives", initiative).await;
    let (story, sprint) =
        (story(app, "Write it down").await, sprint(app, "Sprint 9", "2027-01-04", "2027-01-15").await);
    link(app, &story, "delivers", &initiative).await;
    put_in(app, "sprints", &sprint, &story).await;
    (initiative, sprint, story)
}

both_engines! {
    async fn an_initiative_against_its_sprints_is_found_told_and_resolved(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let (initiative, sprint, story) = late_work(&app).await;
        let manager = app.as_(Role::ProductManager);
        let list = stands(&manager, ALL, &["initiative-against-sprints"]).await;
        let row = &list["rows"][0];
        assert_eq!(list["total"], 1);
        let sentence = format!(
            "{} Replay is to end on 2026-12-31, but an open item that delivers it is in {} Sprint 9, which starts on 2027-01-04.",
            initiative["reference"].as_str().unwrap(), sprint["reference"].as_str().unwrap()
        );
        assert_eq!(row["sentence"], sentence);
        assert_eq!((&row["one"]["id"], &row["other"]["id"]), (&initiative["id"], &sprint["id"]));
        assert_eq!((&row["decision"], &row["roles"]), (&json!("roadmap"), &json!(["product_manager"])));
        assert_eq!((&row["can"]["roadmap"], &row["accepted_until"]), (&json!("yes"), &Value::Null));
        assert_eq!(app.as_(Role::Developer).get(ALL).await.ok(200)["rows"][0]["can"]["roadmap"]["propose_to"], "product manager");
        for thing in [&initiative, &sprint] {
            let of = manager.get(&format!("/objects/{}/contradictions", id(thing))).await.ok(200);
            assert_eq!(rules(&of), ["initiative-against-sprints"]);
        }
        let of = manager.get(&format!("/objects/{}/contradictions", id(&story))).await.ok(200);
        assert_eq!(of["rows"], json!([]));

        // A change of one of the two resolves it.
        patch(&manager, &format!("/initiatives/{}", id(&initiative)), json!({"ends": "2027-Q1"})).await;
        stands(&manager, ALL, &[]).await;
        app.assert_healthy().await;
    }

    async fn each_rule_is_found_in_a_plan(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
        let first = sprint(&app, "Sprint 1", "2026-11-23", "2026-12-04").await;
        let second = sprint(&app, "Sprint 2", "2026-12-07", "2026-12-18").await;

        let release = add(&owner, "releases", json!({"name": "1.0", "planned_on": "2026-12-11"})).await;
        let shipping = story(&app, "Ships too early").await;
        put_in(&app, "sprints", &second, &shipping).await;
        put_in(&app, "releases", &release, &shipping).await;
        stands(&manager, ALL, &["sprint-after-release"]).await;
        patch(&owner, &format!("/releases/{}", id(&release)), json!({"planned_on": "2026-12-18"})).await;
        stands(&manager, ALL, &[]).await;

        let subtask = json!({"kind": "subtask", "title": "A part", "parent": shipping["id"]});
        let subtask = add(&owner, "items", subtask).await;
        let third = sprint(&app, "Sprint 3", "2026-12-21", "2027-01-01").await;
        put_in(&app, "sprints", &third, &subtask).await;
        stands(&manager, ALL, &["child-after-parent"]).await;
        put_in(&app, "sprints", &second, &subtask).await;
        stands(&manager, ALL, &[]).await;

        let (blocked, blocker) = (story(&app, "Waits").await, story(&app, "Comes first").await);
        link(&app, &blocker, "blocks", &blocked).await;
        put_in(&app, "sprints", &first, &blocked).await;
        stands(&manager, ALL, &["blocked-by-later"]).await;
        says(&manager, ALL, "Comes first, which blocks it, is in no sprint.").await;
        put_in(&app, "sprints", &second, &blocker).await;
        says(&manager, ALL, "Comes first, which blocks it, is in one that starts on 2026-12-07.").await;
        put_in(&app, "sprints", &first, &blocker).await;
        stands(&manager, ALL, &[]).await;

        let objective = add(&manager, "objectives", json!({"title": "Trust"})).await;
        link(&app, &first, "serves", &objective).await;
        stands(&manager, ALL, &["goal-without-items"]).await;
        let opportunity = json!({"title": "I learn too late", "need": "pain", "objective": objective["id"]});
        let opportunity = add(&manager, "opportunities", opportunity).await;
        link(&app, &blocked, "addresses", &opportunity).await;
        stands(&manager, ALL, &[]).await;

        patch(&manager, &format!("/objectives/{}", id(&objective)), json!({"status": "dropped"})).await;
        stands(&manager, ALL, &["work-on-dropped"]).await;
        let other = add(&manager, "objectives", json!({"title": "Speed"})).await;
        link(&app, &blocked, "serves", &other).await;
        stands(&manager, ALL, &[]).await;

        let promise = json!({"title": "Soon", "audience": "Everybody", "due": "2026-11"});
        let promise = add(&manager, "promises", promise).await;
        link(&app, &promise, "promises", &release).await;
        stands(&manager, ALL, &["promise-before-plan"]).await;
        manager.delete(&format!("/links/{}", id(&manager.get(&format!("/objects/{}/links", id(&promise))).await.ok(200)["rows"][0]))).await.ok(204);
        stands(&manager, ALL, &[]).await;

        // What is in a sprint is delivered with its release.
        let customer = json!({"title": "Soon after", "audience": "Everybody", "due": "2026-12-07"});
        let customer = add(&manager, "promises", customer).await;
        link(&app, &customer, "promises", &blocker).await;
        put_in(&app, "releases", &release, &blocker).await;
        says(&manager, ALL, "Comes first is planned to be done by 2026-12-18.").await;

        // What has shipped is promised no more.
        let shipped = add(&owner, "releases", json!({"name": "0.9", "planned_on": "2026-12-18"})).await;
        link(&app, &promise, "promises", &shipped).await;
        stands(&manager, ALL, &["promise-before-plan", "promise-before-plan"]).await;
        let out = story(&app, "Out").await;
        put_in(&app, "releases", &shipped, &out).await;
        app.as_(Role::Developer).put(&format!("/items/{}/state", id(&out)), json!({"state": "Done"})).await.ok(200);
        owner.put(&format!("/items/{}/acceptance", id(&out)), Value::Null).await.ok(200);
        owner.put(&format!("/releases/{}/shipment", id(&shipped)), Value::Null).await.ok(200);
        stands(&manager, ALL, &["promise-before-plan"]).await;
    }

    async fn days_that_pass_make_a_plan_contradict_itself(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let manager = app.as_(Role::ProductManager);
        app.worked(20, today()).await;
        let initiative = json!({"title": "Replay", "lane": "now", "ends": "2027-01"});
        let initiative = add(&manager, "initiatives", initiative).await;
        for n in 0..12 {
            link(&app, &story(&app, &format!("Part {n}")).await, "delivers", &initiative).await;
        }
        app.looked_over().await;
        stands(&manager, ALL, &[]).await;
        let app = app.at(moment("2027-01-02T08:00:00Z")).await;
        stands(&app.as_(Role::ProductManager), ALL, &["initiative-against-forecast"]).await;
    }

    async fn the_forecast_is_part_of_the_plan(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let manager = app.as_(Role::ProductManager);
        app.worked(20, today()).await;
        let initiative = json!({"title": "Replay", "lane": "now", "ends": "2026-11"});
        let initiative = add(&manager, "initiatives", initiative).await;
        for n in 0..12 {
            link(&app, &story(&app, &format!("Part {n}")).await, "delivers", &initiative).await;
        }
        let likely = manager.get("/products/APP/forecast").await.ok(200)["things"][0]["when"]["85"].clone();
        let until = format!("it takes until {}.", likely.as_str().unwrap());
        // It is found as soon as some of the parts are there; the sentence follows the others.
        let mut list = stands(&manager, ALL, &["initiative-against-forecast"]).await;
        while !list["rows"][0]["sentence"].as_str().unwrap().ends_with(&until) {
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            list = stands(&manager, ALL, &["initiative-against-forecast"]).await;
        }
        assert_eq!(list["rows"][0]["one"], list["rows"][0]["other"]);

        let promise = json!({"title": "Soon", "audience": "Everybody", "due": "2026-12-01"});
        link(&app, &add(&manager, "promises", promise).await, "promises", &initiative).await;
        stands(&manager, ALL, &["initiative-against-forecast", "promise-against-forecast"]).await;
        patch(&manager, &format!("/initiatives/{}", id(&initiative)), json!({"ends": "2027-H2"})).await;
        stands(&manager, ALL, &["promise-against-forecast", "promise-before-plan"]).await;
    }

    async fn a_contradiction_is_accepted_knowingly_until_a_day(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let (initiative, ..) = late_work(&app).await;
        let manager = app.as_(Role::ProductManager);
        let list = stands(&manager, ALL, &["initiative-against-sprints"]).await;
        let row = &list["rows"][0];

        for role in [Role::Developer, Role::ProductOwner, Role::Viewer] {
            let refused = app.as_(role).put(ACCEPTANCE, accepted(row, "2026-12-31")).await.problem(403);
            assert!(refused["detail"].as_str().unwrap().contains("product manager"), "{refused}");
        }
        for until in ["2026-11-26", "2027-11-28"] {
            assert_eq!(manager.put(ACCEPTANCE, accepted(row, until)).await.problem(422)["field"], "until");
        }
        let mut unknown = accepted(row, "2026-12-31");
        unknown["rule"] = json!("no-such-rule");
        assert_eq!(manager.put(ACCEPTANCE, unknown).await.problem(422)["field"], "rule");
        let mut turned = accepted(row, "2026-12-31");
        turned["one"] = row["other"]["id"].clone();
        manager.put(ACCEPTANCE, turned).await.problem(404);
        app.of(Who::Stranger).put(ACCEPTANCE, accepted(row, "2026-12-31")).await.problem(404);

        let now = manager.put(ACCEPTANCE, accepted(row, "2026-12-31")).await.ok(200);
        assert_eq!((&now["accepted_until"], &now["reason"]), (&json!("2026-12-31"), &json!("The fair is in January")));
        assert_eq!(now["accepted_by"]["name"], "product manager");
        let history = manager.get(&format!("/objects/{}/history", id(&initiative))).await.ok(200);
        assert_eq!(history["rows"][0]["verb"], "accepted a contradiction", "{history}");
        stands(&manager, ALL, &[]).await;
        for state in ["accepted", "all"] {
            stands(&manager, &format!("{ALL}?state={state}"), &["initiative-against-sprints"]).await;
        }

        // It stays accepted while both change, as long as they contradict.
        patch(&manager, &format!("/initiatives/{}", id(&initiative)), json!({"title": "Replay all"})).await;
        says(&manager, &format!("{ALL}?state=accepted"), "Replay all").await;

        // It ends with its day, and can be taken back before.
        app.clock.set(moment("2027-01-01T08:00:00Z"));
        let list = stands(&manager, ALL, &["initiative-against-sprints"]).await;
        assert_eq!((&list["rows"][0]["accepted_until"], &list["rows"][0]["reason"]), (&Value::Null, &Value::Null));
        manager.put(ACCEPTANCE, accepted(row, "2027-01-31")).await.ok(200);
        app.as_(Role::Developer).delete(&named(row)).await.problem(403);
        manager.delete(&named(row)).await.ok(204);
        stands(&manager, ALL, &["initiative-against-sprints"]).await;
    }

    async fn who_may_not_accept_proposes_it(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        late_work(&app).await;
        let manager = app.as_(Role::ProductManager);
        let list = stands(&manager, ALL, &["initiative-against-sprints"]).await;
        let owner = app.as_(Role::ProductOwner);
        let asked = owner.request(reqwest::Method::PUT, ACCEPTANCE).header("prefer", "propose");
        let proposal = owner.send(asked.json(&accepted(&list["rows"][0], "2026-12-31"))).await.ok(202);
        stands(&manager, ALL, &["initiative-against-sprints"]).await;
        manager.put(&format!("/proposals/{}/acceptance", id(&proposal)), json!({})).await.ok(200);
        stands(&manager, &format!("{ALL}?state=accepted"), &["initiative-against-sprints"]).await;
    }

    async fn what_one_may_not_see_contradicts_nothing(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let (initiative, sprint, known) = late_work(&app).await;
        let secret = story(&app, "Secret").await;
        link(&app, &secret, "delivers", &initiative).await;
        put_in(&app, "sprints", &sprint, &secret).await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        patch(&owner, &format!("/objects/{}", id(&secret)), json!({"visibility": "team"})).await;
        let list = stands(&viewer, ALL, &["initiative-against-sprints"]).await;
        assert!(list["rows"][0]["sentence"].as_str().unwrap().contains("an open item that delivers it is"), "{list}");
        let of = format!("/objects/{}/contradictions", id(&initiative));
        stands(&viewer, &of, &["initiative-against-sprints"]).await;

        patch(&owner, &format!("/objects/{}", id(&known)), json!({"visibility": "team"})).await;
        let list = stands(&viewer, ALL, &[]).await;
        assert_eq!(list["total"], 0);
        stands(&viewer, &of, &[]).await;
        stands(&owner, ALL, &["initiative-against-sprints"]).await;
        for (client, count) in [(&viewer, 0), (&owner, 1)] {
            assert_eq!(client.get("/products/APP/line").await.ok(200)["coverage"]["contradictions"], count);
        }
        app.of(Who::Stranger).get(ALL).await.problem(404);
        app.of(Who::Stranger).get(&of).await.problem(404);
    }
}
