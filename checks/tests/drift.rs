//! Drift: what was agreed against something that has changed since is flagged below it, to whoever decides there.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::{Method, header};
use serde_json::Value;
use throughline_checks::{Client, Role, TestApp, Who, both_engines, json};

const DRIFT: &str = "/products/APP/drift";
const CONFIRMATIONS: &str = "/products/APP/drift/confirmations";
const REOPENINGS: &str = "/products/APP/drift/reopenings";

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

fn of(thing: &Value) -> String {
    format!("/objects/{}/drift", id(thing))
}

fn rows(list: &Value) -> &[Value] {
    list["rows"].as_array().unwrap()
}

fn ids(list: &Value) -> Vec<&str> {
    rows(list).iter().map(id).collect()
}

/// What is flagged: the title of the object, the field and both values.
fn flags(list: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let flag = |row: &Value| {
        let [field, before, after] = ["field", "before", "after"].map(|part| text(&row[part]));
        format!("{}: {field} {before} → {after}", text(&row["object"]["title"]))
    };
    let mut flags: Vec<String> = rows(list).iter().map(flag).collect();
    flags.sort_unstable();
    flags
}

async fn add(client: &Client, what: &str, new: Value) -> Value {
    client.post(&format!("/products/APP/{what}"), new).await.ok(201)
}

async fn item(app: &TestApp, kind: &str, title: &str, parent: &Value) -> Value {
    add(&app.as_(Role::ProductOwner), "items", json!({"kind": kind, "title": title, "parent": parent["id"]})).await
}

async fn link(app: &TestApp, from: &Value, relation: &str, to: &Value) {
    let body = json!({"relation": relation, "to": to["id"]});
    app.as_(Role::ProductManager).post(&format!("/objects/{}/links", id(from)), body).await.ok(201);
}

/// Changes what stands at a path, in the version it has, and waits until that is looked over.
async fn change(app: &TestApp, client: &Client, path: &str, body: Value) {
    let version = client.get(path).await.ok(200)["version"].as_i64().unwrap();
    client.patch(path, version, body).await.ok(200);
    app.looked_over().await;
}

async fn rename(app: &TestApp, objective: &Value, title: &str) {
    let path = format!("/objectives/{}", id(objective));
    change(app, &app.as_(Role::ProductManager), &path, json!({"title": title})).await;
}

async fn archive(app: &TestApp, who: Role, thing: &Value) {
    app.as_(who).put(&format!("/objects/{}/archive", id(thing)), Value::Null).await.ok(200);
    app.looked_over().await;
}

/// An objective with everything below it, agreed.
struct Agreed {
    objective: Value,
    initiative: Value,
    epic: Value,
    story: Value,
    sprint: Value,
}

async fn agreed(app: &TestApp) -> Agreed {
    let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
    manager.put("/products/APP/vision", json!({"statement": "No event is lost"})).await.ok(200);
    let objective = add(&manager, "objectives", json!({"title": "Trust our events"})).await;
    let opportunity = json!({"title": "I learn too late", "need": "pain", "objective": objective["id"]});
    let opportunity = add(&manager, "opportunities", opportunity).await;
    let initiative = json!({"title": "Replay", "lane": "now", "opportunity": opportunity["id"]});
    let initiative = add(&manager, "initiatives", initiative).await;
    let epic = item(app, "epic", "Webhooks", &Value::Null).await;
    link(app, &epic, "delivers", &initiative).await;
    let story = item(app, "story", "Replay one", &epic).await;
    let sprint =
        json!({"name": "Sprint 1", "starts": "2026-11-23", "ends": "2026-12-04", "objective": objective["id"]});
    let sprint = add(&owner, "sprints", sprint).await;
    let done = item(app, "story", "Done long ago", &epic).await;
    app.as_(Role::Developer).put(&format!("/items/{}/state", id(&done)), json!({"state": "Done"})).await.ok(200);
    item(app, "story", "Beside it", &Value::Null).await;
    app.looked_over().await;
    Agreed { objective, initiative, epic, story, sprint }
}

both_engines! {
    async fn what_lies_below_a_change_is_flagged_once(app: TestApp) {
        let app = app.furnished().await;
        let Agreed { objective, epic, story, .. } = agreed(&app).await;
        let viewer = app.as_(Role::Viewer);
        assert_eq!(viewer.get(DRIFT).await.ok(200)["total"], 0);

        rename(&app, &objective, "Trust our  evnets!").await;
        assert_eq!(viewer.get(DRIFT).await.ok(200)["total"], 0, "a slip is no drift");
        rename(&app, &objective, "Speed").await;
        let list = viewer.get(DRIFT).await.ok(200);
        let says = |title: &str, after: &str| format!("{title}: title Trust our  evnets! → {after}");
        let below = ["I learn too late", "Replay one", "Replay", "Sprint 1", "Webhooks"];
        assert_eq!(flags(&list), below.map(|title| says(title, "Speed")));
        assert_eq!((&list["total"], &list["below"][0]["total"], &list["below"][0]["own"]), (&json!(5), &json!(5), &json!(0)));
        let flag = viewer.get(&of(&story)).await.ok(200)["rows"][0].clone();
        assert_eq!((&flag["source"]["id"], &flag["decision"]), (&objective["id"], &json!("story")));
        assert!(flag["by"]["name"].is_string(), "{flag}");
        assert_eq!(flag["can"]["story"]["propose_to"], Value::Null);

        // Once more: the same flags, against what was agreed. What came in between was agreed against that.
        let later = item(&app, "story", "Came later", &epic).await;
        rename(&app, &objective, "Low cost").await;
        let list = viewer.get(DRIFT).await.ok(200);
        assert_eq!(list["total"], 6);
        assert_eq!(flags(&viewer.get(&of(&story)).await.ok(200)), [says("Replay one", "Low cost")]);
        assert_eq!(flags(&viewer.get(&of(&later)).await.ok(200)), ["Came later: title Speed → Low cost"]);
        assert_eq!(viewer.get(&of(&story)).await.ok(200)["rows"][0]["id"], flag["id"]);

        // Changed back: only what never saw it so has something to confirm.
        rename(&app, &objective, "Trust our events").await;
        assert_eq!(flags(&viewer.get(DRIFT).await.ok(200)), ["Came later: title Speed → Trust our events"]);
        app.assert_healthy().await;
    }

    async fn each_kind_of_change_reaches_what_was_agreed_against_it(app: TestApp) {
        let app = app.furnished().await;
        let Agreed { objective, initiative, epic, story, sprint } = agreed(&app).await;
        let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
        let promise = json!({"title": "Soon", "audience": "Everybody", "due": "2026-11"});
        let promise = add(&manager, "promises", promise).await;
        link(&app, &promise, "promises", &initiative).await;
        let path = format!("/initiatives/{}", id(&initiative));
        change(&app, &manager, &path, json!({"ends": "2026-12", "outcome": "Fewer calls"})).await;
        manager.put(&format!("{path}/place"), json!({"lane": "next"})).await.ok(200);
        app.looked_over().await;
        let found = flags(&manager.get(&of(&promise)).await.ok(200));
        assert_eq!(found, ["Soon: ends  → 2026-12", "Soon: lane now → next", "Soon: outcome  → Fewer calls"]);
        assert_eq!(rows(&owner.get(&of(&story)).await.ok(200)).len(), 3);
        assert_eq!(rows(&owner.get(&of(&initiative)).await.ok(200)), [] as [Value; 0], "not on what changed itself");
        assert_eq!(rows(&owner.get(&of(&sprint)).await.ok(200)), [] as [Value; 0], "it serves the objective alone");

        change(&app, &manager, &format!("/promises/{}", id(&promise)), json!({"due": "2027-01"})).await;
        let found = flags(&owner.get(&format!("{DRIFT}?source={}&object={}", id(&promise), id(&story))).await.ok(200));
        assert_eq!(found, ["Replay one: due 2026-11 → 2027-01"]);

        change(&app, &owner, &format!("/items/{}", id(&epic)), json!({"title": "Queues"})).await;
        let found = flags(&owner.get(&format!("{DRIFT}?source={}", id(&epic))).await.ok(200));
        assert_eq!(found, ["Replay one: title Webhooks → Queues"]);

        change(&app, &manager, &format!("/objectives/{}", id(&objective)), json!({"status": "dropped"})).await;
        let found = flags(&owner.get(&of(&sprint)).await.ok(200));
        assert_eq!(found, ["Sprint 1: status active → dropped"]);
        change(&app, &manager, &format!("/objectives/{}", id(&objective)), json!({"status": "active"})).await;
        assert_eq!(rows(&owner.get(&of(&sprint)).await.ok(200)), [] as [Value; 0]);

        let version = manager.get("/products/APP/vision").await.ok(200)["vision"]["version"].as_i64().unwrap();
        let next = json!({"statement": "Every event is fast", "needs": "To know at once"});
        let request = manager.request(Method::PUT, "/products/APP/vision").header(header::IF_MATCH, format!("\"{version}\""));
        manager.send(request.json(&next)).await.ok(200);
        app.looked_over().await;
        let found = flags(&manager.get(&of(&objective)).await.ok(200));
        assert_eq!(found, ["Trust our events: needs  → To know at once", "Trust our events: statement No event is lost → Every event is fast"]);

        archive(&app, Role::ProductManager, &initiative).await;
        let found = flags(&owner.get(&format!("{DRIFT}?source={}&field=archived", id(&initiative))).await.ok(200));
        assert_eq!(found, ["Queues: archived false → true", "Replay one: archived false → true", "Soon: archived false → true"]);
        // What is put away or finished needs no confirmation.
        archive(&app, Role::ProductOwner, &story).await;
        assert_eq!(rows(&owner.get(&of(&story)).await.ok(200)), [] as [Value; 0]);
    }

    async fn whoever_decides_below_confirms(app: TestApp) {
        let app = app.furnished().await;
        let Agreed { objective, initiative, story, epic, .. } = agreed(&app).await;
        let (manager, owner, developer) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner), app.as_(Role::Developer));
        rename(&app, &objective, "Speed").await;
        let on_story = owner.get(&of(&story)).await.ok(200);
        let one = json!({"ids": ids(&on_story)});
        assert_eq!(on_story["rows"][0]["can"]["story"], "yes");
        developer.post(CONFIRMATIONS, one.clone()).await.problem(403);
        manager.post(CONFIRMATIONS, one.clone()).await.problem(403);
        app.as_(Role::Viewer).post(CONFIRMATIONS, one.clone()).await.problem(403);
        app.of(Who::Stranger).post(CONFIRMATIONS, one.clone()).await.problem(404);
        app.of(Who::Stranger).post("/products/OTHER/drift/confirmations", one.clone()).await.problem(404);
        let both = json!({"ids": [id(&on_story["rows"][0]), id(&owner.get(&of(&initiative)).await.ok(200)["rows"][0])]});
        owner.post(CONFIRMATIONS, both).await.problem(403);
        for wrong in [json!({}), json!({"ids": []}), json!({"ids": ids(&on_story), "source": objective["id"]})] {
            owner.post(CONFIRMATIONS, wrong).await.problem(422);
        }

        assert_eq!(owner.post(CONFIRMATIONS, one.clone()).await.ok(201), json!({"ids": ids(&on_story), "left": 0}));
        assert_eq!(rows(&owner.get(&of(&story)).await.ok(200)), [] as [Value; 0]);
        owner.post(CONFIRMATIONS, one.clone()).await.problem(404);
        let history = owner.get(&format!("/objects/{}/history", id(&story))).await.ok(200);
        assert_eq!(history["rows"][0]["sentence"], "confirmed: after changes of Speed");

        // Taken back, and confirmed again.
        manager.post(REOPENINGS, one.clone()).await.problem(403);
        assert_eq!(owner.post(REOPENINGS, one.clone()).await.ok(201)["ids"], one["ids"]);
        assert_eq!(ids(&owner.get(&of(&story)).await.ok(200)), ids(&on_story));
        owner.post(CONFIRMATIONS, one.clone()).await.ok(201);
        // The next change is a new one, and what it flags is not opened a second time.
        rename(&app, &objective, "Low cost").await;
        assert_eq!(flags(&owner.get(&of(&story)).await.ok(200)), ["Replay one: title Speed → Low cost"]);
        owner.post(REOPENINGS, one.clone()).await.problem(404);

        // All below a change that are one's own; the others stay.
        let all = json!({"source": objective["reference"], "field": "title"});
        let below = owner.get(DRIFT).await.ok(200)["below"][0].clone();
        assert_eq!((&below["total"], &below["own"]), (&json!(5), &json!(3)));
        let settled = owner.post(CONFIRMATIONS, all.clone()).await.ok(201);
        assert_eq!((settled["ids"].as_array().unwrap().len(), &settled["left"]), (3, &json!(0)));
        assert_eq!(rows(&owner.get(&of(&epic)).await.ok(200)), [] as [Value; 0]);
        owner.post(CONFIRMATIONS, all.clone()).await.problem(403);
        let settled = manager.post(CONFIRMATIONS, all.clone()).await.ok(201);
        assert_eq!(settled["ids"].as_array().unwrap().len(), 2);
        assert_eq!(owner.get(DRIFT).await.ok(200)["total"], 0);
        app.assert_healthy().await;
    }

    async fn nobody_hears_of_what_they_may_not_see(app: TestApp) {
        let app = app.furnished().await;
        let Agreed { objective, story, .. } = agreed(&app).await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        rename(&app, &objective, "Speed").await;
        change(&app, &app.as_(Role::ProductOwner), &format!("/objects/{}", id(&story)), json!({"visibility": "team"})).await;
        let list = viewer.get(DRIFT).await.ok(200);
        assert_eq!((&list["total"], rows(&list).len(), &list["below"][0]["total"]), (&json!(4), 4, &json!(4)));
        viewer.get(&of(&story)).await.problem(404);
        viewer.get(&format!("{DRIFT}?object={}", id(&story))).await.problem(404);
        assert_eq!(manager.get(DRIFT).await.ok(200)["total"], 5);
        change(&app, &manager, &format!("/objects/{}", id(&objective)), json!({"visibility": "team"})).await;
        let list = viewer.get(DRIFT).await.ok(200);
        assert_eq!((&list["total"], &list["rows"], &list["below"]), (&json!(0), &json!([]), &json!([])));
        app.of(Who::Stranger).get(DRIFT).await.problem(404);
    }

    async fn flags_come_in_pages(app: TestApp) {
        let app = app.furnished().await;
        let Agreed { objective, epic, .. } = agreed(&app).await;
        for i in 0..120 {
            item(&app, "story", &format!("Story {i}"), &epic).await;
        }
        rename(&app, &objective, "Speed").await;
        let owner = app.as_(Role::ProductOwner);
        let all = owner.rows(DRIFT).await;
        assert_eq!(all.len(), 125);
        let mut once: Vec<&str> = all.iter().map(id).collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 125);
        let settled = owner.post(CONFIRMATIONS, json!({"source": objective["id"]})).await.ok(201);
        assert_eq!(settled["ids"].as_array().unwrap().len(), 123);
        let last = owner.get("/products/APP/activity").await.ok(200);
        assert_eq!(last["rows"][0]["sentence"], "confirmed: objects 123");
        let back = owner.post(REOPENINGS, json!({"ids": settled["ids"]})).await.ok(201);
        assert_eq!(back["ids"].as_array().unwrap().len(), 123);
        assert_eq!(owner.get(DRIFT).await.ok(200)["total"], 125);
    }
}
