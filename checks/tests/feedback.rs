//! Feedback and customers: bringing them in, triage, lists, and who reads what.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use serde_json::Value;
use throughline_checks::{Client, Role, Who, both_engines, json};

const FEEDBACK: &str = "/products/APP/feedback";
const CUSTOMERS: &str = "/products/APP/customers";

fn at(path: &str, id: &Value) -> String {
    format!("{path}/{}", id.as_str().unwrap())
}

/// Every row of a list, page by page.
async fn all(client: &Client, path: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}?limit=2{cursor}")).await.ok(200);
        rows.extend(page["rows"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

both_engines! {
    async fn feedback_brings_its_customer_along(app: TestApp) {
        let app = app.furnished().await;
        let body = json!({"body": "Exports are slow\nand fail", "customer_name": "Éclair GmbH", "importance": 4, "channel": "call"});
        let first = app.as_(Role::Stakeholder).post(FEEDBACK, body).await.ok(201);
        assert_eq!(first["title"], "Exports are slow");
        assert_eq!(first["state"], "new");
        assert_eq!(first["customer"]["name"], "Éclair GmbH");

        let body = json!({"body": "More exports", "customer_name": "éCLAIR gmbh", "received_on": "2020-02-03"});
        let second = app.as_(Role::Developer).post(FEEDBACK, body).await.ok(201);
        assert_eq!(second["customer"]["id"], first["customer"]["id"]);
        assert_eq!(second["channel"], Value::Null);

        let customer = app.as_(Role::Viewer).get(&at("/customers", &first["customer"]["id"])).await.ok(200);
        assert_eq!((&customer["feedback"], &customer["told"]), (&json!(2), &json!(0)));
        app.as_(Role::Viewer).post(FEEDBACK, json!({"body": "x"})).await.problem(403);
        app.of(Who::Stranger).post(FEEDBACK, json!({"body": "x"})).await.problem(404);
    }

    async fn feedback_is_linked_as_it_comes_in(app: TestApp) {
        let app = app.furnished().await;
        let story = json!({"kind": "story", "title": "Faster exports"});
        let story = app.as_(Role::ProductOwner).post("/products/APP/items", story).await.ok(201);
        let body = json!({"body": "Exports are slow", "link": story["reference"]});
        let feedback = app.as_(Role::ProductManager).post(FEEDBACK, body).await.ok(201);
        assert_eq!(feedback["linked"][0]["id"], story["id"]);
    }

    async fn bad_feedback_is_refused_by_field(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let known = manager.post(CUSTOMERS, json!({"name": "Known"})).await.ok(201);
        let feedback = manager.post(FEEDBACK, json!({"body": "Known words"})).await.ok(201);
        let elsewhere = app.of(Who::Stranger).post("/products/OTHER/customers", json!({"name": "Else"})).await.ok(201);
        for (more, field) in [
            (json!({"body": " "}), "body"),
            (json!({"importance": 6}), "importance"),
            (json!({"received_on": "2999-01-01"}), "received_on"),
            (json!({"customer": "APP-999"}), "customer"),
            (json!({"customer": elsewhere["id"]}), "customer"),
            (json!({"customer": known["id"], "customer_name": "Known"}), "customer_name"),
            (json!({"link": "APP-999"}), "link"),
            (json!({"link": feedback["id"]}), "link"),
            (json!({"nope": 1}), "nope"),
        ] {
            let mut body = json!({"body": "Words"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(manager.post(FEEDBACK, body).await.problem(422)["field"], field, "{more}");
        }
        for (body, field) in [(json!({"name": "N", "email": "nobody"}), "email"), (json!({"name": "N", "value": -1}), "value")] {
            assert_eq!(manager.post(CUSTOMERS, body).await.problem(422)["field"], field);
        }
        for query in ["?state=nope", "?cursor=00000000000000000000000000000000.zz", "?customer=APP-999", "?limit=0"] {
            manager.get(&format!("{FEEDBACK}{query}")).await.problem(422);
        }
    }

    async fn triage_is_decided_by_those_who_decide(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let feedback = developer.post(FEEDBACK, json!({"body": "Exports are slow"})).await.ok(201);
        let triage = format!("{}/triage", at("/feedback", &feedback["id"]));

        let refusal = developer.put(&triage, json!({"state": "triaged"})).await.problem(403);
        assert_eq!(refusal["decision"], "triage");
        assert_eq!(refusal["deciders"][0], json!({"role": "product_manager", "people": ["product manager"]}));

        assert_eq!(owner.put(&triage, json!({"state": "declined"})).await.problem(422)["field"], "reason");
        owner.put(&triage, json!({"state": "told"})).await.problem(422);
        let declined = owner.put(&triage, json!({"state": "declined", "reason": "Not here"})).await.ok(200);
        assert_eq!((&declined["state"], &declined["reason"]), (&json!("declined"), &json!("Not here")));
        let again = owner.put(&triage, json!({"state": "declined", "reason": "Not here"})).await.ok(200);
        assert_eq!(again["version"], declined["version"], "what changes nothing leaves no event");
        let triaged = app.as_(Role::ProductManager).put(&triage, json!({"state": "triaged"})).await.ok(200);
        assert_eq!((&triaged["version"], &triaged["reason"]), (&json!(3), &Value::Null));
    }

    async fn feedback_and_customers_are_edited_by_version(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        let body = json!({"body": "Exports are slow", "customer_name": "Éclair", "channel": "call", "importance": 2});
        let feedback = manager.post(FEEDBACK, body).await.ok(201);
        let path = at("/feedback", &feedback["id"]);
        let patch = json!({"title": "Slow exports", "channel": null, "customer": null, "importance": null, "received_on": "2021-01-01"});
        let edited = manager.patch(&path, 1, patch).await.ok(200);
        for cleared in ["channel", "customer", "importance"] {
            assert_eq!(edited[cleared], Value::Null, "{cleared}");
        }
        assert_eq!((&edited["title"], &edited["received_on"]), (&json!("Slow exports"), &json!("2021-01-01")));
        let stale = manager.patch(&path, 1, json!({"title": "Late"})).await.problem(412);
        assert_eq!((&stale["current_version"], &stale["current"]["title"]), (&json!(2), &json!("Slow exports")));
        app.as_(Role::Developer).patch(&path, 2, json!({"title": "No"})).await.problem(403);

        let path = at("/customers", &feedback["customer"]["id"]);
        let patch = json!({"name": "Éclair AG", "segment": "Pro", "value": 12000.5});
        let customer = manager.patch(&path, 1, patch).await.ok(200);
        assert_eq!((&customer["name"], &customer["value"]), (&json!("Éclair AG"), &json!(12000.5)));
        assert_eq!(manager.patch(&path, 2, json!({"segment": null})).await.ok(200)["segment"], Value::Null);
        // One kind is not taken for another.
        manager.get(&at("/feedback", &feedback["customer"]["id"])).await.problem(404);
        manager.patch(&at("/customers", &feedback["id"]), 2, json!({"name": "No"})).await.problem(404);
    }

    async fn a_customers_address_is_the_teams(app: TestApp) {
        let app = app.furnished().await;
        let customer = json!({"name": "Éclair", "email": "first@example.org"});
        let customer = app.as_(Role::ProductManager).post(CUSTOMERS, customer).await.ok(201);
        let path = at("/customers", &customer["id"]);
        app.as_(Role::ProductManager).patch(&path, 1, json!({"email": "second@example.org"})).await.ok(200);
        assert_eq!(app.as_(Role::Developer).get(&path).await.ok(200)["email"], "second@example.org");
        let history = format!("{}/history", at("/objects", &customer["id"]));
        for role in [Role::Stakeholder, Role::Viewer] {
            for path in [path.as_str(), CUSTOMERS, &history, "/products/APP/activity", "/products/APP/search?q=example"] {
                let answer = app.as_(role).get(path).await;
                assert_eq!(answer.status, 200);
                assert!(!answer.text.contains("@example.org"), "{role} reads an address at {path}");
            }
        }
    }

    async fn lists_are_paged_and_filtered(app: TestApp) {
        let app = app.furnished().await;
        let manager = app.as_(Role::ProductManager);
        for name in ["zeta", "Alpha", "beta"] {
            manager.post(CUSTOMERS, json!({"name": name})).await.ok(201);
        }
        let names: Vec<Value> = all(&manager, CUSTOMERS).await.into_iter().map(|row| row["name"].clone()).collect();
        assert_eq!(names, ["Alpha", "beta", "zeta"]);

        for (index, day) in ["2022-01-01", "2022-01-02", "2022-01-01", "2022-01-01", "2021-12-31"].iter().enumerate() {
            let body = json!({"body": format!("Word number {index}"), "received_on": day, "customer_name": "beta"});
            manager.post(FEEDBACK, body).await.ok(201);
        }
        let rows = all(&app.as_(Role::Viewer), FEEDBACK).await;
        let keys: Vec<_> = rows.iter().map(|row| (row["received_on"].to_string(), row["id"].to_string())).collect();
        assert_eq!(keys.len(), 5);
        assert!(keys.is_sorted_by(|a, b| a > b), "newest first: {keys:?}");

        manager.put(&format!("{}/triage", at("/feedback", &rows[0]["id"])), json!({"state": "triaged"})).await.ok(200);
        let beta = rows[0]["customer"]["reference"].as_str().unwrap();
        for (query, found) in [
            ("?state=triaged", 1),
            ("?state=new", 4),
            ("?q=NUMBER%20word", 5),
            ("?q=3", 1),
            ("?q=", 5),
            ("?q=%21", 0),
            (&format!("?customer={beta}"), 5),
            ("?customer=APP-1", 0),
        ] {
            let page = manager.get(&format!("{FEEDBACK}{query}")).await.ok(200);
            assert_eq!(page["rows"].as_array().unwrap().len(), found, "{query}");
        }
    }

    async fn what_is_the_teams_is_not_shown_to_others(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let body = json!({"body": "Between us", "customer_name": "Éclair"});
        let feedback = manager.post(FEEDBACK, body).await.ok(201);
        let (path, customer) = (at("/feedback", &feedback["id"]), at("/customers", &feedback["customer"]["id"]));
        assert_eq!(viewer.get(&customer).await.ok(200)["feedback"], 1);
        manager.patch(&at("/objects", &feedback["id"]), 1, json!({"visibility": "team"})).await.ok(200);
        viewer.get(&path).await.problem(404);
        assert_eq!(viewer.get(FEEDBACK).await.ok(200)["rows"], json!([]));
        assert_eq!(viewer.get(&customer).await.ok(200)["feedback"], 0);
        manager.patch(&at("/objects", &feedback["id"]), 2, json!({"visibility": "internal"})).await.ok(200);
        manager.patch(&at("/objects", &feedback["customer"]["id"]), 1, json!({"visibility": "team"})).await.ok(200);
        assert_eq!(viewer.get(&path).await.ok(200)["customer"], Value::Null);
        assert_eq!(viewer.get(CUSTOMERS).await.ok(200)["rows"], json!([]));
        app.of(Who::Stranger).get(&path).await.problem(404);
        app.of(Who::Stranger).get(FEEDBACK).await.problem(404);
    }
}
