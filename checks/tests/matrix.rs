//! What was forgotten? Every operation of the contract × every kind of person, held against a table people can read;
//! every id of another product; every change and its event.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use std::fmt::Write as _;
use std::path::Path;
use throughline_checks::{Client, Role, Sent, TestApp, Who, World, both_engines, json, operations};

/// Everybody who may knock, in the order of the table's columns; with a token unless said. The admin's session is opened
/// anew for each operation: one of them ends it.
async fn everybody(app: &TestApp) -> Vec<(&'static str, Client)> {
    let read_only =
        app.client.with_token(&token(app, app.people[&Who::Role(Role::ProductOwner)], people::TokenScope::Read).await);
    let invited = app.client.with_token(&outsider(app, "invited@example.org").await);
    let revoked = {
        let token = outsider(app, "revoked@example.org").await;
        let people = app.admin().get("/people").await.ok(200);
        let rows = people["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["email"] == "revoked@example.org").unwrap();
        let path = format!("/people/{}", row["id"].as_str().unwrap());
        app.admin().patch(&path, row["version"].as_i64().unwrap(), json!({"state": "revoked"})).await.ok(200);
        app.client.with_token(&token)
    };
    vec![
        ("visitor", app.client.nobody()),
        ("invited", invited),
        ("revoked", revoked),
        ("stranger", app.of(Who::Stranger)),
        (ADMIN, app.admin()),
        ("admin_token", app.of(Who::Admin)),
        ("viewer", app.as_(Role::Viewer)),
        ("stakeholder", app.as_(Role::Stakeholder)),
        ("developer", app.as_(Role::Developer)),
        ("scrum_master", app.as_(Role::ScrumMaster)),
        ("product_owner", app.as_(Role::ProductOwner)),
        ("product_manager", app.as_(Role::ProductManager)),
        ("read_token", read_only),
    ]
}

const ADMIN: &str = "admin_in_browser";

/// A token of somebody who was invited as product owner of APP and has not come yet.
async fn outsider(app: &TestApp, email: &'static str) -> String {
    let person = app.admin().post("/people", json!({"name": "Out Sider", "email": email})).await.ok(201);
    let id: vocabulary::PersonId = person["id"].as_str().unwrap().parse().unwrap();
    app.admin().put(&format!("/products/APP/members/{id}"), json!({"roles": ["product_owner"]})).await.ok(200);
    token(app, id, people::TokenScope::Write).await
}

async fn token(app: &TestApp, person: vocabulary::PersonId, scope: people::TokenScope) -> String {
    app.console(move |cx| {
        let name = vocabulary::Label::try_from("checks").map_err(|why| access::Fault::invalid("name", why))?;
        Ok(people::issue_token(cx, person, &people::NewToken { name, scope, expires_on: None })?.1)
    })
    .await
}

both_engines! {
    async fn every_operation_for_everybody(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.sign_in_rate = 0).await;
        let everybody = everybody(&app).await;
        let mut table = String::from("# Every operation × every kind of person: the status they get. A denied request changes nothing,\n# a change leaves its event; both are checked while this table is made.\n\n");
        for operation in operations(&app).await {
            assert!(operation.permission.is_some(), "{} says no x-permission", operation.id);
            let mut line = format!("{} {}\n   ", operation.method, operation.path);
            for (name, client) in &everybody {
                let client = if *name == ADMIN { &app.in_session(Who::Admin).await } else { client };
                let world = World::of(&app, "APP", client.clone());
                let request = world.prepare(&operation).await;
                let before = app.events().await;
                let answer = request.send(client).await;
                let moved = app.events().await - before;
                let (status, changes) = (answer.status.as_u16(), operation.method != Method::GET);
                assert!(status < 500, "{} as {name}: {}", operation.id, answer.text);
                let dry = matches!(&request.body, Sent::File(_, fields) if fields.contains(&("dry_run", "true")));
                if answer.status.is_success() && changes && !dry {
                    assert!(moved > 0, "{} as {name} changed something without an event", operation.id);
                } else {
                    assert_eq!(moved, 0, "{} as {name} answered {status} and left an event", operation.id);
                }
                write!(line, " {name}={status}").unwrap();
            }
            table.push_str(&line);
            table.push('\n');
        }
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/permissions.txt");
        if std::env::var_os("THROUGHLINE_BLESS").is_some() {
            std::fs::write(&golden, &table).unwrap();
        }
        let known = std::fs::read_to_string(&golden).unwrap_or_default();
        for (now, then) in table.lines().zip(known.lines()) {
            assert_eq!(now, then, "the rights differ from checks/golden/permissions.txt; if they should, bless it");
        }
        assert_eq!(table.lines().count(), known.lines().count(), "an operation came or went; bless the table");
    }

    async fn every_decision_for_everybody(app: TestApp) {
        let app = app.furnished().await;
        let admin = app.admin();
        let mut actors: Vec<(&str, Client)> =
            everybody(&app).await.into_iter().filter(|(name, _)| *name != ADMIN && *name != "admin_token").collect();
        for (name, roles, scope) in [
            ("both_roles", json!(["product_manager", "product_owner"]), people::TokenScope::Write),
            ("owners_agent", json!(["product_owner"]), people::TokenScope::Propose),
            ("order_lent", json!(["developer"]), people::TokenScope::Write),
        ] {
            let email = format!("{name}@example.org");
            let person = admin.post("/people", json!({"name": name, "email": email})).await.ok(201);
            let id: vocabulary::PersonId = person["id"].as_str().unwrap().parse().unwrap();
            admin.put(&format!("/products/APP/members/{id}"), json!({"roles": roles})).await.ok(200);
            // The invitation is taken up.
            app.console(move |cx| {
                cx.exec_unrecorded("UPDATE person SET state = 'active' WHERE id = $1", store::args![id])?;
                Ok(())
            }).await;
            if name == "order_lent" {
                let until = vocabulary::Ts::now().plus_days(7).date().to_string();
                let lend = json!({"decision": "order", "person_id": id, "until": until});
                app.as_(Role::ProductOwner).post("/products/APP/delegations", lend).await.ok(201);
            }
            actors.push((name, app.client.with_token(&token(&app, id, scope).await)));
        }
        let mut table = String::from(
            "# Every decision × every kind of person: yes, propose (the change waits for whoever decides), no, or - for who\n\
             # does not even see the product.\n\n",
        );
        for decision in vocabulary::Decision::ALL {
            write!(table, "{decision}\n   ").unwrap();
            for (name, client) in &actors {
                let path = format!("/products/APP/decisions/explanation?decision={decision}");
                let answer = client.get(&path).await;
                let word = match answer.json["verdict"].as_str() {
                    Some("allow") => "yes",
                    Some("propose") => "propose",
                    Some(_) => "no",
                    None => "-",
                };
                write!(table, " {name}={word}").unwrap();
            }
            table.push('\n');
        }
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/decisions.txt");
        if std::env::var_os("THROUGHLINE_BLESS").is_some() {
            std::fs::write(&golden, &table).unwrap();
        }
        let known = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(table, known, "who decides differs from checks/golden/decisions.txt; if it should, bless it");
    }

    /// Product manager and product owner in one person, with nobody beside: whatever there is to do is done at once.
    async fn one_person_with_both_roles_proposes_nothing(app: TestApp) {
        let app = app.furnished().await;
        let both = app.of(Who::Stranger).proposing();
        let mut done = 0;
        for operation in operations(&app).await {
            let permission = operation.permission.as_deref();
            // A proposal is asked for by its own routes alone.
            if operation.method == Method::GET || permission == Some("admin") || operation.id.contains("proposal") {
                continue;
            }
            let request = World::of(&app, "OTHER", both.clone()).prepare(&operation).await;
            let answer = request.send(&both).await;
            let status = answer.status.as_u16();
            let by_browser_only = answer.text.contains("/problems/session-needed");
            assert!(status != 202 && (status != 403 || by_browser_only), "{} answered {status}: {}", operation.id, answer.text);
            done += 1;
        }
        assert!(done > 50, "{done} operations say little");
        assert_eq!(both.get("/products/OTHER/proposals").await.ok(200)["rows"], json!([]));
    }

    async fn ids_of_another_product_open_nothing(app: TestApp) {
        let app = app.furnished().await;
        let insider = insider(&app).await;
        let (here, there) = (World::of(&app, "APP", insider.clone()), World::of(&app, "OTHER", app.of(Who::Stranger)));
        for operation in operations(&app).await {
            let own = ["/me", "/people", "/sessions", "/setup", "/invitations", "/relations"];
            if own.iter().any(|prefix| operation.path.starts_with(prefix)) || !operation.path.contains('{') {
                continue;
            }
            let (mine, theirs) = (here.prepare(&operation).await, there.prepare(&operation).await);
            let before = app.events().await;
            // Each id alone is put in the place of its twin.
            let places: Vec<usize> = operation.path.split('/').enumerate().filter(|(_, part)| part.starts_with('{')).map(|(i, _)| i).collect();
            for place in &places {
                let mut swapped = mine.clone();
                let other = theirs.path.split('?').next().unwrap().split('/').nth(*place).unwrap().to_owned();
                let parts: Vec<String> = mine.path.split('/').enumerate().map(|(i, part)| {
                    let query = part.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
                    if i == *place { format!("{other}{query}") } else { part.to_owned() }
                }).collect();
                swapped.path = parts.join("/");
                if swapped.path == mine.path || operation.id == "put_member" {
                    continue;
                }
                let answer = swapped.send(&insider).await;
                assert!(
                    matches!(answer.status.as_u16(), 404 | 403),
                    "{} {} answered {}: {}", operation.method, swapped.path, answer.status, answer.text
                );
                assert!(!answer.text.contains("Recover") && !answer.text.contains("Replay"), "{}", answer.text);
            }
            assert_eq!(app.events().await, before, "{} changed something of another product", operation.id);
        }
        let all = operations(&app).await;
        for (id, field, foreign) in there.ids_for_bodies().await {
            let operation = all.iter().find(|operation| operation.id == id).unwrap();
            let mut request = here.prepare(operation).await;
            request.body = match request.body {
                Sent::Json(mut body) => {
                    if id == "rank_item" || (id == "place_initiative" && field == "before") {
                        body = if id == "rank_item" { json!({}) } else { json!({"lane": "now"}) };
                    }
                    body[field] = foreign;
                    Sent::Json(body)
                }
                other => other,
            };
            let before = app.events().await;
            let answer = request.send(&insider).await;
            assert!(
                matches!(answer.status.as_u16(), 404 | 409 | 422),
                "{id} with a foreign {field} answered {}: {}", answer.status, answer.text
            );
            assert_eq!(app.events().await, before, "{id} with a foreign {field} changed something");
        }
    }

    async fn a_refusal_names_who_decides(app: TestApp) {
        let app = app.furnished().await;
        let world = World::of(&app, "APP", app.client.nobody());
        let (item, _) = world.item().await;
        let refused = app.as_(Role::Developer).put(&format!("/items/{item}/rank"), json!({"at": "top"})).await.problem(403);
        assert_eq!(refused["type"], "/problems/not-yours-to-decide");
        assert_eq!(refused["decision"], "order");
        assert_eq!(refused["deciders"], json!([{"role": "product_owner", "people": ["product owner"]}]));
        assert_eq!(
            refused["detail"],
            "product owner (product owner) decides: only they may order the backlog."
        );
    }
}

/// Somebody who holds every role in APP, and none in OTHER.
async fn insider(app: &TestApp) -> Client {
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    let id = app.people[&Who::Role(Role::ProductOwner)];
    app.admin().put(&format!("/products/APP/members/{id}"), json!({"roles": roles})).await.ok(200);
    app.as_(Role::ProductOwner)
}
