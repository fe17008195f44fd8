//! Releases: what goes in, what may ship, who asked for it, and telling them.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use serde_json::Value;
use throughline_checks::{Client, Role, TestApp, Who, both_engines, json};

const RELEASES: &str = "/products/APP/releases";

fn at(path: &str, id: &Value) -> String {
    format!("{path}/{}", id.as_str().unwrap())
}

fn within(release: &Value, what: &str) -> String {
    format!("{}/{what}", at("/releases", &release["id"]))
}

fn entry(release: &Value, item: &Value) -> String {
    at(&within(release, "items"), &item["id"])
}

async fn planned(owner: &Client, name: &str) -> Value {
    owner.post(RELEASES, json!({"name": name, "planned_on": "2026-05-01"})).await.ok(201)
}

async fn item(owner: &Client, title: &str, kind: &str, parent: &Value) -> Value {
    owner.post("/products/APP/items", json!({"kind": kind, "title": title, "parent": parent})).await.ok(201)
}

async fn story(owner: &Client, title: &str) -> Value {
    item(owner, title, "story", &Value::Null).await
}

async fn asking(app: &TestApp, text: &str, link: &Value) -> Value {
    let body = json!({"body": text, "link": link["id"], "customer_name": "Éclair"});
    app.as_(Role::ProductManager).post("/products/APP/feedback", body).await.ok(201)
}

/// Puts finished, accepted items into a release.
async fn fill(app: &TestApp, release: &Value, items: &[&Value]) {
    let owner = app.as_(Role::ProductOwner);
    for item in items {
        owner.put(&entry(release, item), Value::Null).await.ok(200);
        accept(app, item).await;
    }
}

async fn accept(app: &TestApp, item: &Value) {
    let path = at("/items", &item["id"]);
    let owner = app.as_(Role::ProductOwner);
    let workflow = owner.get("/products/APP/workflow").await.ok(200);
    let done = workflow["rows"].as_array().unwrap().iter().find(|row| row["category"] == "done").unwrap();
    owner.put(&format!("{path}/state"), json!({"state": done["name"]})).await.ok(200);
    owner.put(&format!("{path}/acceptance"), json!({})).await.ok(200);
}

async fn link(manager: &Client, from: &Value, relation: &str, to: &Value) {
    let body = json!({"relation": relation, "to": to["id"]});
    manager.post(&format!("{}/links", at("/objects", &from["id"])), body).await.ok(201);
}

/// An initiative that the epic delivers, the opportunity it addresses, and another one that the story addresses.
async fn upstream(manager: &Client, epic: &Value, story: &Value) -> [Value; 3] {
    let opportunity = json!({"title": "Slow exports", "need": "pain"});
    let addressed = manager.post("/products/APP/opportunities", opportunity.clone()).await.ok(201);
    let other = manager.post("/products/APP/opportunities", opportunity).await.ok(201);
    let initiative = json!({"title": "Faster exports", "lane": "now"});
    let initiative = manager.post("/products/APP/initiatives", initiative).await.ok(201);
    link(manager, epic, "delivers", &initiative).await;
    link(manager, &initiative, "addresses", &addressed).await;
    link(manager, story, "addresses", &other).await;
    [initiative, addressed, other]
}

both_engines! {
    async fn releases_are_planned_and_listed(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        for (name, day) in [("old", json!("2026-05-01")), ("new", json!("2026-06-01")), ("some day", Value::Null)] {
            owner.post(RELEASES, json!({"name": name, "planned_on": day, "body": "Notes"})).await.ok(201);
        }
        let rows = app.as_(Role::Viewer).get(RELEASES).await.ok(200)["rows"].clone();
        let names: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["some day", "new", "old"]);
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&format!("{RELEASES}?limit=1{next}")).await.ok(200);
            seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["name"].clone()));
            match page["next"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, names, "page by page");
        assert!(rows[0]["can"]["release"]["why"].as_str().unwrap().starts_with("product owner (product owner) decides"));

        let path = at("/releases", &rows[1]["id"]);
        let edited = owner.patch(&path, 1, json!({"name": "newer", "planned_on": null})).await.ok(200);
        assert_eq!((&edited["name"], &edited["planned_on"], &edited["body"]), (&json!("newer"), &Value::Null, &json!("Notes")));
        assert_eq!(owner.patch(&path, 1, json!({"name": "late"})).await.problem(412)["current"]["name"], "newer");
        app.as_(Role::ProductManager).patch(&path, 2, json!({"name": "mine"})).await.problem(403);
        let refusal = app.as_(Role::ProductManager).post(RELEASES, json!({"name": "mine"})).await.problem(403);
        assert_eq!(refusal["deciders"], json!([{"role": "product_owner", "people": ["product owner"]}]));
        assert_eq!(owner.post(RELEASES, json!({"name": "n", "planned_on": "soon"})).await.problem(422)["field"], "planned_on");
        app.of(Who::Stranger).get(&path).await.problem(404);
    }

    async fn items_are_in_one_release_until_it_ships(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let (first, second) = (planned(&owner, "1.0").await, planned(&owner, "1.1").await);
        let (one, two) = (story(&owner, "One").await, story(&owner, "Two").await);
        app.as_(Role::Developer).put(&entry(&first, &one), Value::Null).await.problem(403);
        assert_eq!(owner.put(&entry(&second, &one), Value::Null).await.ok(200)["release_id"], second["id"]);
        assert_eq!(owner.put(&entry(&first, &one), Value::Null).await.ok(200)["release_id"], first["id"]);
        assert_eq!(owner.get(&within(&second, "items")).await.ok(200)["rows"], json!([]));
        owner.put(&entry(&first, &two), Value::Null).await.ok(200);
        assert_eq!(owner.delete(&entry(&first, &two)).await.ok(200)["release_id"], Value::Null);
        owner.delete(&entry(&first, &two)).await.problem(404);

        let feedback = asking(&app, "Please", &one).await;
        owner.put(&entry(&first, &feedback), Value::Null).await.problem(404);
        let foreign = json!({"kind": "story", "title": "Elsewhere"});
        let foreign = app.of(Who::Stranger).post("/products/OTHER/items", foreign).await.ok(201);
        owner.put(&entry(&first, &foreign), Value::Null).await.problem(404);

        accept(&app, &one).await;
        owner.put(&within(&first, "shipment"), Value::Null).await.ok(200);
        for answer in [
            owner.put(&entry(&first, &two), Value::Null).await,
            owner.delete(&entry(&first, &one)).await,
            owner.put(&entry(&second, &one), Value::Null).await,
            owner.put(&within(&first, "shipment"), Value::Null).await,
        ] {
            assert_eq!(answer.problem(409)["type"], "/problems/release-shipped");
        }
    }

    async fn only_what_is_accepted_ships(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let release = planned(&owner, "1.0").await;
        let shipment = within(&release, "shipment");
        assert_eq!(owner.put(&shipment, Value::Null).await.problem(409)["type"], "/problems/release-empty");

        let (done, open, dropped) = (story(&owner, "Done").await, story(&owner, "Open").await, story(&owner, "Dropped").await);
        fill(&app, &release, &[&done]).await;
        for item in [&open, &dropped] {
            owner.put(&entry(&release, item), Value::Null).await.ok(200);
        }
        let workflow = owner.get("/products/APP/workflow").await.ok(200);
        let cancelled = workflow["rows"].as_array().unwrap().iter().find(|row| row["category"] == "cancelled").unwrap();
        let state = json!({"state": cancelled["name"]});
        owner.put(&format!("{}/state", at("/items", &dropped["id"])), state).await.ok(200);

        let refusal = owner.put(&shipment, Value::Null).await.problem(409);
        assert_eq!(refusal["type"], "/problems/items-not-accepted");
        let detail = refusal["detail"].as_str().unwrap();
        assert!(detail.contains(open["reference"].as_str().unwrap()), "{detail}");
        assert!(!detail.contains(dropped["reference"].as_str().unwrap()), "{detail}");

        app.as_(Role::ProductManager).put(&shipment, Value::Null).await.problem(403);
        accept(&app, &open).await;
        let shipped = owner.put(&shipment, Value::Null).await.ok(200);
        assert_eq!(shipped["shipped_by"]["name"], "product owner");
        assert_eq!(shipped["items"], json!({"total": 2, "accepted": 2}));
        assert_eq!(owner.get(&at("/items", &dropped["id"])).await.ok(200)["release_id"], Value::Null, "it did not ship");
    }

    async fn what_shipped_stays_accepted(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&owner, "Replay").await;
        let path = at("/items", &item["id"]);
        let new = json!({"text": "It is fast"});
        let criterion = owner.post(&format!("{path}/criteria"), new.clone()).await.ok(201)["criteria"][0].clone();
        let judgement = format!("{}/acceptance", at("/criteria", &criterion["id"]));
        owner.put(&judgement, json!({"accepted": true})).await.ok(200);
        owner.put(&format!("{path}/state"), json!({"state": "Done"})).await.ok(200);
        let release = planned(&owner, "1.0").await;
        fill(&app, &release, &[&item]).await;
        owner.put(&within(&release, "shipment"), Value::Null).await.ok(200);

        let version = owner.get(&path).await.ok(200)["criteria"][0]["version"].as_i64().unwrap();
        let mut workflow = owner.get("/products/APP/workflow").await.ok(200)["rows"].clone();
        let rows = workflow.as_array_mut().unwrap();
        let done = rows.iter_mut().find(|row| row["name"] == "Done").unwrap();
        done["category"] = json!("in_review");
        rows.push(json!({"name": "Finished", "category": "done"}));
        let back = json!({"criterion": criterion["id"], "reason": "Slow"});
        for answer in [
            owner.post(&format!("{path}/returns"), back).await,
            owner.delete(&format!("{path}/acceptance")).await,
            owner.put(&format!("{path}/state"), json!({"state": "In progress"})).await,
            owner.put(&judgement, json!({"accepted": false, "reason": "Slow"})).await,
            owner.delete(&judgement).await,
            owner.post(&format!("{path}/criteria"), new).await,
            owner.patch(&at("/criteria", &criterion["id"]), version, json!({"text": "It is faster"})).await,
            app.as_(Role::ScrumMaster).put("/products/APP/workflow", json!({"rows": workflow})).await,
        ] {
            let refusal = answer.problem(409);
            assert_eq!(refusal["type"], "/problems/shipped");
            assert!(refusal["detail"].as_str().unwrap().contains("1.0"), "{refusal}");
        }
        let now = owner.get(&path).await.ok(200);
        assert_eq!((&now["accepted"], &now["category"]), (&json!(true), &json!("done")));
        assert_eq!(now["criteria"][0]["text"], "It is fast");
    }

    async fn feedback_reaches_a_release_by_every_way_of_the_line(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let epic = item(&owner, "Epic", "epic", &Value::Null).await;
        let child = item(&owner, "Child", "story", &epic["id"]).await;
        let (lone, outside) = (story(&owner, "Lone").await, story(&owner, "Outside").await);
        let [initiative, addressed, other] = upstream(&app.as_(Role::ProductManager), &epic, &lone).await;
        let mut ways = Vec::new();
        for way in [&child, &epic, &initiative, &addressed, &other] {
            ways.push((asking(&app, "Please", way).await["id"].clone(), way["id"].clone()));
        }
        asking(&app, "Something else", &outside).await;

        let release = planned(&owner, "1.0").await;
        for item in [&child, &lone] {
            owner.put(&entry(&release, item), Value::Null).await.ok(200);
        }
        let rows = app.as_(Role::Viewer).get(&within(&release, "audience")).await.ok(200)["rows"].clone();
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), ways.len());
        for (feedback, way) in &ways {
            let row = rows.iter().find(|row| row["feedback"]["id"] == *feedback).unwrap();
            assert_eq!(row["because"].as_array().unwrap().iter().map(|stub| &stub["id"]).collect::<Vec<_>>(), [way]);
            assert_eq!((&row["customer"]["name"], &row["told"]), (&json!("Éclair"), &Value::Null));
        }
        let counted = app.as_(Role::Viewer).get(RELEASES).await.ok(200)["rows"][0]["audience"].clone();
        assert_eq!(counted, json!({"asked": 5, "told": 0}));

        // What is the team's is not counted for others; what is put away is not counted at all.
        let manager = app.as_(Role::ProductManager);
        manager.patch(&at("/objects", &ways[0].0), 1, json!({"visibility": "team"})).await.ok(200);
        manager.put(&format!("{}/archive", at("/objects", &ways[1].0)), Value::Null).await.ok(200);
        let asked = async |role| app.as_(role).get(&at("/releases", &release["id"])).await.ok(200)["audience"]["asked"].clone();
        assert_eq!((asked(Role::Viewer).await, asked(Role::Developer).await), (json!(3), json!(4)));
        let rows = app.as_(Role::Viewer).get(&within(&release, "audience")).await.ok(200);
        assert_eq!(rows["rows"].as_array().unwrap().len(), 3);
    }

    async fn customers_are_told_once_by_who_announces(app: TestApp) {
        let app = app.furnished().await;
        let (owner, manager) = (app.as_(Role::ProductOwner), app.as_(Role::ProductManager));
        let (inside, outside) = (story(&owner, "Inside").await, story(&owner, "Outside").await);
        let first = asking(&app, "First", &inside).await;
        let second = asking(&app, "Second", &inside).await;
        let stranger = asking(&app, "Stranger", &outside).await;
        let release = planned(&owner, "1.0").await;
        fill(&app, &release, &[&inside]).await;
        let tellings = within(&release, "tellings");
        let say = json!({"feedback": [first["id"], first["id"]], "text": "It is here", "channel": "mail"});

        assert_eq!(manager.post(&tellings, say.clone()).await.problem(409)["type"], "/problems/not-shipped");
        owner.put(&within(&release, "shipment"), Value::Null).await.ok(200);
        let refusal = owner.post(&tellings, say.clone()).await.problem(403);
        assert_eq!(refusal["deciders"], json!([{"role": "product_manager", "people": ["product manager"]}]));
        for (feedback, field) in [(json!([first["id"], stranger["id"]]), "feedback[1]"), (json!([]), "feedback")] {
            let refusal = manager.post(&tellings, json!({"feedback": feedback, "text": "x"})).await.problem(422);
            assert_eq!(refusal["field"], field);
        }

        let rows = manager.post(&tellings, say.clone()).await.ok(201)["rows"].clone();
        assert_eq!(rows[0]["feedback"]["id"], second["id"], "those who wait come first");
        let told = &rows[1];
        assert_eq!((&told["feedback"]["id"], &told["feedback"]["state"]), (&first["id"], &json!("told")));
        assert_eq!((&told["told"]["text"], &told["told"]["channel"]), (&json!("It is here"), &json!("mail")));
        assert_eq!(told["told"]["by"]["name"], "product manager");

        manager.post(&tellings, say).await.ok(201);
        let history = manager.get(&format!("{}/history", at("/objects", &first["id"]))).await.ok(200);
        let verbs: Vec<&str> = history["rows"].as_array().unwrap().iter().map(|row| row["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["told", "created"]);
        assert_eq!(manager.get(&at("/releases", &release["id"])).await.ok(200)["audience"], json!({"asked": 2, "told": 1}));
        assert_eq!(manager.get(&at("/customers", &first["customer"]["id"])).await.ok(200)["told"], 1);

        // What was told cannot be taken back, and stays known when the link goes.
        let triage = format!("{}/triage", at("/feedback", &first["id"]));
        assert_eq!(manager.put(&triage, json!({"state": "new"})).await.problem(409)["type"], "/problems/told-already");
        let links = manager.get(&format!("{}/links", at("/objects", &first["id"]))).await.ok(200);
        manager.delete(&at("/links", &links["rows"][0]["id"])).await.ok(204);
        assert_eq!(manager.get(&at("/releases", &release["id"])).await.ok(200)["audience"], json!({"asked": 2, "told": 1}));
    }
}
