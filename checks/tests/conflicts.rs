//! Two people change one thing: whoever says which version they saw is told when it is no longer that.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::{Method, header};
use serde_json::Value;
use throughline_checks::{Client, Role, Sent, TestApp, Who, World, both_engines, json, operations};
use vocabulary::Kind;

/// A change of any kind that names the version it changes.
async fn at(client: &Client, method: Method, path: &str, version: i64, body: Value) -> throughline_checks::Answer {
    let request = client.request(method, path).header(header::IF_MATCH, format!("\"{version}\""));
    client.send(if body.is_null() { request } else { request.json(&body) }).await
}

async fn story(app: &TestApp) -> Value {
    let owner = app.as_(Role::ProductOwner);
    owner.post("/products/APP/items", json!({"kind": "story", "title": "Replay"})).await.ok(201)
}

/// What is of no version: sign-in, one's own sessions and tokens, and what begins something of its own. And comments,
/// which only their author changes; they have their own check below.
const WITHOUT_VERSION: &[&str] = &[
    "edit_comment",
    "delete_comment",
    "set_up",
    "sign_in",
    "sign_out",
    "end_session",
    "change_password",
    "make_token",
    "remove_token",
    "add_person",
    "invite_again",
    "accept_invitation",
    "add_product",
];

both_engines! {
    async fn no_operation_changes_another_version_than_it_names(app: TestApp) {
        let app = app.furnished().await;
        let admin = app.people[&Who::Admin];
        let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        app.admin().put(&format!("/products/APP/members/{admin}"), json!({"roles": roles})).await.ok(200);
        let everything = app.admin();
        let world = World::of(&app, "APP", everything.clone());
        // There is one vision; the first has no version to name.
        world.thing(Kind::Vision, "Nothing is lost").await;
        for operation in operations(&app).await {
            if operation.method == Method::GET || WITHOUT_VERSION.contains(&operation.id.as_str()) {
                continue;
            }
            let mut request = world.prepare(&operation).await;
            request.version = Some(1_000_000);
            if let Sent::File(content, [("dry_run", _)]) = request.body {
                request.body = Sent::File(content, &[("dry_run", "false")]);
            }
            let stale = request.send(&everything).await.problem(412);
            assert_eq!(stale["expected_version"], 1_000_000, "{}", operation.id);
            assert!(stale["current"].is_object() && stale["current_version"].is_i64(), "{}: {stale}", operation.id);
        }
    }

    async fn roles_are_given_in_the_products_version(app: TestApp) {
        let app = app.furnished().await;
        let (admin, person) = (app.in_session(Who::Admin).await, app.people[&Who::Stranger]);
        let version = async || admin.rows("/products").await[0]["version"].as_i64().unwrap();
        let (path, before) = (format!("/products/APP/members/{person}"), version().await);
        let mine = json!({"roles": ["developer"]});
        at(&admin, Method::PUT, &path, before, json!({"roles": ["viewer"]})).await.ok(200);
        assert_eq!(version().await, before + 1);
        let stale = at(&admin, Method::PUT, &path, before, mine.clone()).await.problem(412);
        assert_eq!((&stale["current"]["version"], &stale["yours"]), (&json!(before + 1), &mine));
    }

    async fn every_change_heeds_the_version_it_names(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let master = app.as_(Role::ScrumMaster);
        let item = story(&app).await;
        let id = item["id"].as_str().unwrap();
        let changes = [
            (&owner, Method::PUT, format!("/items/{id}/rank"), json!({"at": "top"})),
            (&developer, Method::PUT, format!("/items/{id}/estimate"), json!({"points": 3.0})),
            (&developer, Method::PUT, format!("/items/{id}/state"), json!({"state": "In review"})),
            (&owner, Method::PUT, format!("/items/{id}/acceptance"), Value::Null),
            (&owner, Method::POST, format!("/items/{id}/criteria"), json!({"text": "It is replayed once"})),
            (&owner, Method::POST, format!("/objects/{id}/comments"), json!({"body": "Why?"})),
            (&owner, Method::PUT, format!("/objects/{id}/archive"), Value::Null),
            (&owner, Method::DELETE, format!("/objects/{id}/archive"), Value::Null),
            (&owner, Method::PUT, format!("/objects/{id}/followers/me"), Value::Null),
        ];
        for (who, method, path, body) in changes {
            let current = owner.get(&format!("/objects/{id}")).await.ok(200)["version"].as_i64().unwrap();
            let stale = at(who, method.clone(), &path, current - 1, body.clone()).await.problem(412);
            assert_eq!(stale["expected_version"], current - 1, "{path}");
            assert_eq!((&stale["current_version"], &stale["current"]["version"]), (&json!(current), &json!(current)), "{path}");
            assert_eq!(stale["yours"], body, "{path}");
            let done = at(who, method, &path, current, body).await;
            assert!(done.status.is_success(), "{path}: {}", done.text);
        }

        let sprint = json!({"goal": "Recover", "starts": "2026-11-23", "ends": "2026-12-04"});
        let sprint = owner.post("/products/APP/sprints", sprint).await.ok(201);
        let path = format!("/sprints/{}/cancellation", sprint["id"].as_str().unwrap());
        let reason = json!({"reason": "Obsolete"});
        at(&owner, Method::PUT, &path, 7, reason.clone()).await.problem(412);
        at(&owner, Method::PUT, &path, sprint["version"].as_i64().unwrap(), reason).await.ok(200);

        // The workflow stands at the product's version, which moves with it.
        let workflow = master.get("/products/APP/workflow").await.ok(200);
        let (version, rows) = (workflow["version"].as_i64().unwrap(), json!({"rows": workflow["rows"]}));
        let after = at(&master, Method::PUT, "/products/APP/workflow", version, rows.clone()).await.ok(200);
        assert_eq!(after["version"], version + 1);
        let stale = at(&master, Method::PUT, "/products/APP/workflow", version, rows).await.problem(412);
        assert_eq!(stale["current"]["version"], version + 1);
    }

    async fn what_has_a_version_of_its_own_is_compared_by_it(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&app).await;
        let id = item["id"].as_str().unwrap();
        let item = owner.post(&format!("/items/{id}/criteria"), json!({"text": "It is replayed"})).await.ok(201);
        let criterion = format!("/criteria/{}", item["criteria"][0]["id"].as_str().unwrap());
        let judged = json!({"accepted": true});
        at(&owner, Method::PUT, &format!("{criterion}/acceptance"), 2, judged.clone()).await.problem(412);
        at(&owner, Method::PUT, &format!("{criterion}/acceptance"), 1, judged).await.ok(200);
        let stale = at(&owner, Method::DELETE, &criterion, 1, Value::Null).await.problem(412);
        assert_eq!((&stale["current_version"], &stale["current"]["text"]), (&json!(2), &json!("It is replayed")));
        at(&owner, Method::DELETE, &criterion, 2, Value::Null).await.ok(200);
        owner.delete(&criterion).await.problem(404);

        let comment = owner.post(&format!("/objects/{id}/comments"), json!({"body": "Why?"})).await.ok(201);
        let comment = format!("/comments/{}", comment["id"].as_str().unwrap());
        owner.patch(&comment, 1, json!({"body": "Why now?"})).await.ok(200);
        at(&owner, Method::DELETE, &comment, 1, Value::Null).await.problem(412);
        at(&owner, Method::DELETE, &comment, 2, Value::Null).await.ok(204);
    }

    async fn a_conflict_shows_both_versions(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let item = story(&app).await;
        let path = format!("/items/{}", item["id"].as_str().unwrap());
        owner.patch(&path, 1, json!({"title": "Replay a webhook"})).await.ok(200);
        let mine = json!({"title": "Replay webhooks", "body": "All of them."});
        let stale = owner.patch(&path, 1, mine.clone()).await.problem(412);
        assert_eq!((&stale["expected_version"], &stale["current_version"]), (&json!(1), &json!(2)));
        assert_eq!((&stale["current"]["title"], &stale["yours"]), (&json!("Replay a webhook"), &mine));
        // Who may not change it learns no more than that.
        let refused = at(&app.as_(Role::Viewer), Method::PUT, &format!("{path}/rank"), 1, json!({"at": "top"})).await.problem(403);
        assert!(refused["current"].is_null());
        let wrong = owner.request(Method::PUT, &format!("{path}/rank")).header(header::IF_MATCH, "*").json(&json!({"at": "top"}));
        assert_eq!(owner.send(wrong).await.problem(422)["field"], "If-Match");
    }
}
