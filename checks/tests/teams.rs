//! Teams, whose work is whose, and days on which people are off.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use serde_json::Value;
use throughline_checks::{Client, Role, TestApp, Who, both_engines, json};
use vocabulary::Ts;

const TEAMS: &str = "/products/APP/teams";
const DAYS_OFF: &str = "/products/APP/days-off";

fn today() -> Ts {
    serde_json::from_value(json!("2026-11-26T12:00:00Z")).unwrap()
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

fn person(app: &TestApp, role: Role) -> String {
    app.people[&Who::Role(role)].to_string()
}

async fn set(client: &Client, rows: Value) -> throughline_checks::Answer {
    client.put(TEAMS, json!({"rows": rows})).await
}

/// The titles of the items that are some team's.
async fn of(client: &Client, team: &str) -> Vec<String> {
    let list = client.get(&format!("/products/APP/items?team={team}")).await.ok(200);
    list["rows"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

both_engines! {
    async fn teams_are_set_together_and_own_work(app: TestApp) {
        let app = app.furnished().await;
        let (master, developer, owner) = (app.as_(Role::ScrumMaster), app.as_(Role::Developer), app.as_(Role::ProductOwner));
        let dev = person(&app, Role::Developer);
        let made = set(&master, json!([{"name": "Blue", "members": [dev]}, {"name": "Green", "members": []}])).await.ok(200);
        let (blue, green) = (id(&made["rows"][0]).to_owned(), id(&made["rows"][1]).to_owned());
        assert_eq!(made["rows"][0]["members"][0]["name"], "developer");
        let story = owner.post("/products/APP/items", json!({"kind": "story", "title": "Ours"})).await.ok(201);
        let path = format!("/items/{}", id(&story));
        assert_eq!(developer.patch(&path, 1, json!({"team_id": blue})).await.ok(200)["team_id"], *blue);
        assert_eq!((of(&owner, &blue).await, of(&owner, "none").await), (vec!["Ours".to_owned()], vec![]));
        let history = owner.get(&format!("/objects/{}/history", id(&story))).await.ok(200);
        assert_eq!(history["rows"][0]["sentence"], "edited: team Blue");
        let unknown = json!({"team_id": "0195f5d0-0000-7000-8000-000000000000"});
        assert_eq!(developer.patch(&path, 2, unknown).await.problem(422)["field"], "team_id");
        assert_eq!(owner.get("/products/APP/items?team=blue").await.problem(422)["field"], "team");

        // A team keeps its work under another name and in another place, and leaves it when it goes.
        let rows = json!([{"id": green, "name": "Green", "members": []}, {"id": blue, "name": "Navy", "members": []}]);
        let now = set(&master, rows).await.ok(200);
        assert_eq!((&now["rows"][1]["name"], &now["rows"][1]["members"]), (&json!("Navy"), &json!([])));
        assert_eq!(of(&owner, &blue).await, ["Ours"]);
        set(&master, json!([{"id": green, "name": "Green", "members": []}])).await.ok(200);
        assert_eq!(owner.get(&path).await.ok(200)["team_id"], Value::Null);
        app.assert_healthy().await;
    }

    async fn teams_that_cannot_be_change_nothing(app: TestApp) {
        let app = app.furnished().await;
        let master = app.as_(Role::ScrumMaster);
        let stranger = app.people[&Who::Stranger].to_string();
        let elsewhere = app.of(Who::Stranger).get("/products/OTHER/teams").await.ok(200);
        assert_eq!(elsewhere["rows"], json!([]));
        for (rows, field) in [
            (json!([{"name": "Blue", "members": []}, {"name": "BLUE", "members": []}]), "rows[1].name"),
            (json!([{"name": "Blue", "members": [stranger]}]), "rows[0].members"),
            (json!([{"id": "0195f5d0-0000-7000-8000-000000000000", "name": "Blue", "members": []}]), "rows[0].id"),
        ] {
            assert_eq!(set(&master, rows).await.problem(422)["field"], field);
        }
        set(&app.as_(Role::ProductOwner), json!([])).await.problem(403);
        assert_eq!(master.get(TEAMS).await.ok(200)["rows"], json!([]));
    }

    async fn days_off_are_noted_and_taken_back(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let (developer, viewer) = (app.as_(Role::Developer), app.as_(Role::Viewer));
        let dev = person(&app, Role::Developer);
        let all = developer.post(DAYS_OFF, json!({"first": "2026-12-24", "last": "2026-12-26", "note": "Christmas"})).await.ok(201);
        let own = developer.post(DAYS_OFF, json!({"person": dev, "first": "2026-12-01"})).await.ok(201);
        assert_eq!((&own["last"], &own["person"]["name"], &all["person"]), (&json!("2026-12-01"), &json!("developer"), &Value::Null));
        let listed = async |client: &Client| {
            let rows = client.get(DAYS_OFF).await.ok(200)["rows"].clone();
            rows.as_array().unwrap().iter().map(|row| row["first"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(listed(&developer).await, ["2026-12-01", "2026-12-24"]);
        assert_eq!(listed(&viewer).await, ["2026-12-24"], "when somebody is off is the team's business");
        for (new, field) in [
            (json!({"first": "2026-12-02", "last": "2026-12-01"}), "last"),
            (json!({"first": "2026-12-02", "last": "2028-12-01"}), "last"),
            (json!({"first": "2026-12-02", "person": app.people[&Who::Stranger]}), "person"),
        ] {
            assert_eq!(developer.post(DAYS_OFF, new).await.problem(422)["field"], field);
        }
        viewer.post(DAYS_OFF, json!({"first": "2026-12-02"})).await.problem(403);
        app.of(Who::Stranger).delete(&format!("/days-off/{}", id(&own))).await.problem(404);
        developer.delete(&format!("/days-off/{}", id(&own))).await.ok(204);
        developer.delete(&format!("/days-off/{}", id(&own))).await.problem(404);
        assert_eq!(listed(&developer).await, ["2026-12-24"]);
    }
}
