//! What people say about a thing and hang on it: mentions in comments, files.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use serde_json::Value;
use throughline_checks::{Client, Prepared, Role, Sent, TestApp, Who, both_engines, json};

async fn story(app: &TestApp) -> String {
    let story = json!({"kind": "story", "title": "Replay"});
    let story = app.as_(Role::ProductOwner).post("/products/APP/items", story).await.ok(201);
    format!("/objects/{}", story["id"].as_str().unwrap())
}

async fn followers(client: &Client, path: &str) -> Vec<Value> {
    let rows = client.get(&format!("{path}/followers")).await.ok(200)["rows"].clone();
    rows.as_array().unwrap().iter().map(|row| row["name"].clone()).collect()
}

async fn attach(client: &Client, path: &str) -> Value {
    let (method, path) = (Method::POST, format!("{path}/attachments"));
    let upload = Prepared { method, path, version: None, body: Sent::File("text", &[]) };
    upload.send(client).await.ok(201)["rows"].as_array().unwrap().last().unwrap().clone()
}

both_engines! {
    async fn who_is_mentioned_follows_and_stands_in_the_event(app: TestApp) {
        let app = app.furnished().await;
        let (path, owner) = (story(&app).await, app.as_(Role::ProductOwner));
        assert_eq!(followers(&owner, &path).await, ["product owner"]);
        let said = json!({"body": "@Scrum Master, @stakeholder: see dev@viewer.example and @Nobody."});
        let comment = owner.post(&format!("{path}/comments"), said).await.ok(201);
        assert_eq!(followers(&owner, &path).await, ["product owner", "scrum master", "stakeholder"]);

        let history = owner.get(&format!("{path}/history?limit=1")).await.ok(200);
        let event = &history["rows"][0];
        let mut whom = [Who::Role(Role::ScrumMaster), Who::Role(Role::Stakeholder)].map(|who| app.people[&who].0.to_string());
        whom.sort();
        assert_eq!(event["changes"]["mentioned_ids"], json!([null, whom]));
        let sentence = event["sentence"].as_str().unwrap();
        assert!(sentence.contains("scrum master") && sentence.contains("stakeholder"), "{sentence}");

        // An edit tells those it mentions for the first time.
        let edit = json!({"body": "@scrum master, @developer: see above."});
        owner.patch(&format!("/comments/{}", comment["id"].as_str().unwrap()), 1, edit).await.ok(200);
        let history = owner.get(&format!("{path}/history?limit=1")).await.ok(200);
        let developer = app.people[&Who::Role(Role::Developer)].0.to_string();
        assert_eq!(history["rows"][0]["changes"]["mentioned_ids"], json!([null, [developer]]));
        assert_eq!(followers(&owner, &path).await, ["developer", "product owner", "scrum master", "stakeholder"]);
    }

    async fn nobody_follows_what_they_may_not_see(app: TestApp) {
        let app = app.furnished().await;
        let (path, owner) = (story(&app).await, app.as_(Role::ProductOwner));
        owner.patch(&path, 1, json!({"visibility": "team"})).await.ok(200);
        let said = json!({"body": "@stakeholder @viewer @stranger @developer"});
        owner.post(&format!("{path}/comments"), said).await.ok(201);
        assert_eq!(followers(&owner, &path).await, ["developer", "product owner"]);
    }

    async fn files_go_as_they_came(app: TestApp) {
        let app = app.furnished().await;
        let (path, owner) = (story(&app).await, app.as_(Role::ProductOwner));
        let (stakeholder, developer) = (app.as_(Role::Stakeholder), app.as_(Role::Developer));
        let (first, second) = (attach(&stakeholder, &path).await, attach(&stakeholder, &path).await);
        let file = |of: &Value| format!("/attachments/{}", of["id"].as_str().unwrap());
        developer.delete(&file(&first)).await.problem(403);
        stakeholder.delete(&file(&first)).await.ok(204);
        // Those who decide over the story tidy up after others.
        owner.delete(&file(&second)).await.ok(204);
        owner.delete(&file(&second)).await.problem(404);
        let own = attach(&owner, &path).await;
        stakeholder.delete(&file(&own)).await.problem(403);
    }
}
