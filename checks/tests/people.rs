//! Accounts: setup, signing in, tokens, invitations, revocation, and what browsers of other sites may not do.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a check that cannot go on fails")]

use reqwest::{Method, StatusCode};
use serde_json::Value;
use throughline_checks::{Answer, Client, PASSWORD, Role, SETUP_CODE, TestApp, Who, both_engines, json};

fn setup(code: &str) -> Value {
    json!({
        "code": code,
        "organisation": "Hooks & Co",
        "person": {"name": "Ana Nowak", "email": "Ana@Example.org", "password": PASSWORD},
        "product": {"key": "RLY", "name": "Relay"},
        "roles": ["product_manager"],
        "others": [{"name": "Bea Kern", "email": "bea@example.org", "roles": ["product_owner", "developer"]}],
    })
}

/// The token in an invitation's link.
fn token_in(link: &Value) -> String {
    link.as_str().and_then(|link| link.split_once('#')).expect("a link with a token").1.to_owned()
}

both_engines! {
    async fn setup_happens_once(app: TestApp) {
        assert_eq!(app.client.get("/setup").await.ok(200), json!({"needed": true}));
        app.client.get("/me").await.problem(401);
        assert_eq!(app.client.post("/setup", setup("wrong")).await.problem(422)["field"], "code");

        let answer = app.client.post("/setup", setup(SETUP_CODE)).await;
        let ana = app.client.with_cookie(&answer.cookie());
        let me = answer.ok(201);
        assert_eq!(me["email"], "ana@example.org");
        assert_eq!(me["organisation"]["name"], "Hooks & Co");
        assert_eq!(me["products"][0]["roles"], json!(["product_manager"]));
        assert_eq!(me["products"][0]["can"]["vision"], "yes");
        assert_eq!(me["invitations"][0]["email"], "bea@example.org");

        assert_eq!(app.client.get("/setup").await.ok(200), json!({"needed": false}));
        assert_eq!(app.client.post("/setup", setup(SETUP_CODE)).await.problem(409)["type"], "/problems/already-set-up");

        let again = ana.get("/me").await.ok(200);
        assert_eq!(again["person"]["initials"], "AN");
        assert_eq!(again.get("invitations"), None);
        let decisions = ana.get("/products/RLY/decisions").await.ok(200);
        let order = decisions["rows"].as_array().unwrap().iter().find(|row| row["decision"] == "order").unwrap();
        assert_eq!(order["roles"], json!(["product_manager"]), "an invited product owner does not decide yet");

        // What the invited person does.
        let token = token_in(&me["invitations"][0]["link"]);
        let accept = json!({"token": token, "password": "an orange umbrella sings"});
        let answer = app.client.post("/invitations/accept", accept.clone()).await;
        let bea = app.client.with_cookie(&answer.cookie());
        assert_eq!(answer.ok(201)["products"][0]["can"]["order"], "yes");
        bea.get("/me").await.ok(200);
        assert_eq!(app.client.post("/invitations/accept", accept).await.problem(422)["field"], "token");
    }

    async fn setup_refuses_a_guessable_password(app: TestApp) {
        let mut asked = setup(SETUP_CODE);
        for (password, status) in [("short", 422), ("Hooks & Co: Relay", 422), ("passwordpassword", 422)] {
            asked["person"]["password"] = json!(password);
            assert_eq!(app.client.post("/setup", asked.clone()).await.problem(status)["field"], "person.password");
        }
        assert_eq!(app.client.get("/setup").await.ok(200), json!({"needed": true}));
    }

    async fn people_sign_in_and_out(app: TestApp) {
        let app = app.furnished().await;
        let email = app.with_password(Who::Role(Role::Developer)).await;
        let wrong = json!({"email": email, "password": "not the right words at all"});
        let unknown = json!({"email": "nobody@example.org", "password": PASSWORD});
        let refusal = app.client.post("/sessions", wrong).await.problem(401);
        assert_eq!(refusal, app.client.post("/sessions", unknown).await.problem(401), "both refusals say the same");

        let answer = app.client.post("/sessions", json!({"email": email.to_uppercase(), "password": PASSWORD})).await;
        let set = answer.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(set.contains("HttpOnly; SameSite=Lax") && !set.contains("Secure"), "{set}");
        let one = app.client.with_cookie(&answer.cookie());
        assert_eq!(answer.ok(201)["products"][0]["key"], "APP");

        let sessions = one.get("/sessions").await.ok(200);
        assert_eq!(sessions["rows"].as_array().unwrap().len(), 1);
        assert_eq!(sessions["rows"][0]["current"], true);
        let gone = one.delete("/sessions/current").await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert!(gone.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
        one.get("/me").await.problem(401);
    }

    async fn sign_ins_are_limited_by_address(app: TestApp) {
        let app = app.furnished().await;
        let email = app.with_password(Who::Role(Role::Developer)).await;
        let wrong = json!({"email": email, "password": "not the right words at all"});
        for _ in 0..3 {
            app.client.post("/sessions", wrong.clone()).await.problem(401);
        }
        let right = app.client.post("/sessions", json!({"email": email, "password": PASSWORD})).await;
        let wait: u64 = right.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=21).contains(&wait), "{wait}");
        right.problem(429);
    }

    async fn a_session_ends_when_it_is_idle_or_old(app: TestApp) {
        let mut app = app.furnished().await;
        let start = app.clock.now();
        app.clock = vocabulary::Clock::fixed(start);
        app.restart(|config| config.sign_in_rate = 0).await;
        let ana = app.signed_in(Who::Role(Role::ProductManager)).await;
        for day in [13, 26, 39, 52, 65, 78, 89] {
            app.clock.set(start.plus_days(day));
            ana.get("/me").await.ok(200);
            // Written down after the answer.
            wait_until_seen(&app, start.plus_days(day)).await;
        }
        app.clock.set(start.plus_days(91));
        ana.get("/me").await.problem(401);

        let ana = app.signed_in(Who::Role(Role::ProductManager)).await;
        app.clock.set(start.plus_days(91 + 15));
        ana.get("/me").await.problem(401);
    }

    async fn a_new_password_ends_the_other_sessions(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.sign_in_rate = 0).await;
        let here = app.signed_in(Who::Role(Role::Developer)).await;
        let login = json!({"email": "developer@example.org", "password": PASSWORD});
        let there = app.client.with_cookie(&app.client.post("/sessions", login).await.cookie());
        there.get("/me").await.ok(200);

        let new = "an orange umbrella sings";
        let wrong = json!({"current": "not the right words at all", "new": new});
        assert_eq!(here.put("/me/password", wrong).await.problem(422)["field"], "current");
        let weak = json!({"current": PASSWORD, "new": "developer developer"});
        assert_eq!(here.put("/me/password", weak).await.problem(422)["field"], "new");
        // A link sent before would let whoever found it choose another one.
        let path = format!("/people/{}/invitations", app.people[&Who::Role(Role::Developer)]);
        let link = app.admin().post(&path, json!({})).await.ok(201)["link"].as_str().unwrap().to_owned();
        here.put("/me/password", json!({"current": PASSWORD, "new": new})).await.ok(204);
        let found = json!({"token": link.split_once('#').unwrap().1, "password": "a green ladder hums"});
        assert_eq!(app.client.post("/invitations/accept", found).await.problem(422)["field"], "token");
        here.get("/me").await.ok(200);
        there.get("/me").await.problem(401);
        app.client.post("/sessions", json!({"email": "developer@example.org", "password": PASSWORD})).await.problem(401);
        app.client.post("/sessions", json!({"email": "developer@example.org", "password": new})).await.ok(201);
    }

    async fn tokens_do_what_they_are_for(app: TestApp) {
        let app = app.furnished().await;
        let admin = app.signed_in(Who::Admin).await;
        let made = admin.post("/me/tokens", json!({"name": "script", "scope": "read"})).await.ok(201);
        let token = made["token"].as_str().unwrap();
        assert!(token.starts_with("thl_pat_") && token.starts_with(made["prefix"].as_str().unwrap()));
        let listed = admin.get("/me/tokens").await;
        assert!(!listed.text.contains(token), "a token is shown once");
        let listed = listed.ok(200);
        assert_eq!(listed["rows"].as_array().unwrap().len(), 2);

        let reader = app.client.with_token(token);
        reader.get("/me").await.ok(200);
        reader.post("/products", json!({"key": "NEW", "name": "New"})).await.problem(403);
        // A token neither makes tokens nor touches how people sign in.
        let script = app.of(Who::Admin);
        script.post("/me/tokens", json!({"name": "more", "scope": "write"})).await.problem(403);
        let password = json!({"current": PASSWORD, "new": "an orange umbrella sings"});
        script.put("/me/password", password).await.problem(403);
        // Nor, an admin's, who may come in or as what: it would make itself a way that outlives it.
        let accomplice = json!({"name": "Eve", "email": "eve@example.org", "admin": true});
        assert_eq!(script.post("/people", accomplice).await.problem(403)["type"], "/problems/session-needed");
        let path = format!("/people/{}", app.people[&Who::Stranger]);
        script.patch(&path, 1, json!({"admin": true})).await.problem(403);
        let link = script.post(&format!("{path}/invitations"), json!({})).await;
        assert!(link.problem(403)["link"].is_null());
        let member = format!("/products/APP/members/{}", app.people[&Who::Admin]);
        script.put(&member, json!({"roles": ["product_owner"]})).await.problem(403);
        // A cookie beside a token does not help it.
        let mut both = app.client.with_token("thl_pat_no");
        both.cookie = admin.cookie.clone();
        both.get("/me").await.problem(401);

        let past = json!({"name": "old", "scope": "read", "expires_on": "2020-01-01"});
        assert_eq!(admin.post("/me/tokens", past).await.problem(422)["field"], "expires_on");
        admin.delete(&format!("/me/tokens/{}", made["id"].as_str().unwrap())).await.ok(204);
        reader.get("/me").await.problem(401);
    }

    async fn a_token_ends_on_its_day(app: TestApp) {
        let mut app = app.furnished().await;
        let start = app.clock.now();
        app.clock = vocabulary::Clock::fixed(start);
        app.restart(|_| {}).await;
        let script = app.of(Who::Admin);
        script.get("/me").await.ok(200);
        app.clock.set(start.plus_days(89));
        script.get("/me").await.ok(200);
        app.clock.set(start.plus_days(91));
        script.get("/me").await.problem(401);
    }

    async fn an_invitation_works_once(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.sign_in_rate = 0).await;
        let new = json!({"name": "Cleo Ruiz", "email": "cleo@example.org"});
        app.as_(Role::ProductManager).post("/people", new.clone()).await.problem(403);
        let invited = app.admin().post("/people", new.clone()).await.ok(201);
        assert_eq!(invited["state"], "invited");
        assert_eq!(app.admin().post("/people", new).await.problem(409)["type"], "/problems/email-taken");

        let first = token_in(&invited["link"]);
        let path = format!("/people/{}/invitations", invited["id"].as_str().unwrap());
        let second = token_in(&app.admin().post(&path, json!({})).await.ok(201)["link"]);
        let accept = |token: &str| json!({"token": token, "password": PASSWORD});
        app.client.post("/invitations/accept", accept(&first)).await.problem(422);

        // Sixteen at once, one succeeds.
        let tries = (0..16).map(|_| {
            let (client, body) = (app.client.clone(), accept(&second));
            tokio::spawn(async move { client.post("/invitations/accept", body).await.status })
        });
        let mut accepted = 0;
        for attempt in tries.collect::<Vec<_>>() {
            accepted += usize::from(attempt.await.unwrap() == StatusCode::CREATED);
        }
        assert_eq!(accepted, 1);
        app.client.post("/sessions", json!({"email": "cleo@example.org", "password": PASSWORD})).await.ok(201);
    }

    async fn an_invitation_ends_after_a_week(app: TestApp) {
        let mut app = app.furnished().await;
        let start = app.clock.now();
        app.clock = vocabulary::Clock::fixed(start);
        app.restart(|_| {}).await;
        let invited = app.admin().post("/people", json!({"name": "Cleo Ruiz", "email": "cleo@example.org"})).await.ok(201);
        app.clock.set(start.plus_days(8));
        let accept = json!({"token": token_in(&invited["link"]), "password": PASSWORD});
        app.client.post("/invitations/accept", accept).await.problem(422);
    }

    async fn a_revoked_person_is_out_at_once(app: TestApp) {
        let app = app.furnished().await;
        let who = Who::Role(Role::ProductOwner);
        let (session, token) = (app.signed_in(who).await, app.of(who));
        session.get("/products/APP/activity").await.ok(200);
        let path = format!("/people/{}", app.people[&who]);
        let person = |people: &Value| {
            people["rows"].as_array().unwrap().iter().find(|row| row["email"] == "product_owner@example.org").unwrap().clone()
        };
        let before = person(&app.admin().get("/people").await.ok(200));
        let version = before["version"].as_i64().unwrap();

        patch_without_version(&app.admin(), &path).await.problem(428);
        let stale = app.admin().patch(&path, version - 1, json!({"state": "revoked"})).await.problem(412);
        assert_eq!((stale["current_version"].as_i64(), stale["expected_version"].as_i64()), (Some(version), Some(version - 1)));
        let developer = app.in_session(Who::Role(Role::Developer)).await;
        assert_eq!(developer.patch(&path, version, json!({"state": "revoked"})).await.problem(403)["type"], "/problems/admins-only");
        let revoked = app.admin().patch(&path, version, json!({"state": "revoked"})).await.ok(200);
        assert_eq!((&revoked["state"], revoked["version"].as_i64()), (&json!("revoked"), Some(version + 1)));

        session.get("/products/APP/activity").await.problem(401);
        token.get("/products/APP/activity").await.problem(401);
        app.client.post("/sessions", json!({"email": "product_owner@example.org", "password": PASSWORD})).await.problem(401);
        // Whoever decided falls to the role beside.
        let decisions = app.as_(Role::Developer).get("/products/APP/decisions").await.ok(200);
        let order = decisions["rows"].as_array().unwrap().iter().find(|row| row["decision"] == "order").unwrap();
        assert_eq!(order["roles"], json!(["product_manager"]));

        let back = app.admin().patch(&path, version + 1, json!({"state": "active"})).await.ok(200);
        assert_eq!(back["state"], "active");
        token.get("/me").await.problem(401);
        app.client.post("/sessions", json!({"email": "product_owner@example.org", "password": PASSWORD})).await.ok(201);
    }

    async fn the_last_admin_stays(app: TestApp) {
        let app = app.furnished().await;
        let path = format!("/people/{}", app.people[&Who::Admin]);
        for change in [json!({"admin": false}), json!({"state": "revoked"})] {
            assert_eq!(app.admin().patch(&path, 1, change).await.problem(409)["type"], "/problems/last-admin");
        }
        let other = format!("/people/{}", app.people[&Who::Stranger]);
        app.admin().patch(&other, 1, json!({"admin": true})).await.ok(200);
        app.admin().patch(&path, 1, json!({"admin": false})).await.ok(200);
        app.admin().patch(&other, 2, json!({"admin": false})).await.problem(403);
    }

    async fn products_and_members(app: TestApp) {
        let app = app.furnished().await;
        let keys = |rows: &Value| rows["rows"].as_array().unwrap().iter().map(|r| r["key"].clone()).collect::<Vec<_>>();
        assert_eq!(keys(&app.as_(Role::Viewer).get("/products").await.ok(200)), ["APP"]);
        assert_eq!(keys(&app.admin().get("/products").await.ok(200)), ["APP", "OTHER"]);
        app.of(Who::Stranger).get("/products/APP/members").await.problem(404);

        app.as_(Role::ProductManager).post("/products", json!({"key": "NEW", "name": "New"})).await.problem(403);
        let made = app.admin().post("/products", json!({"key": "new", "name": "New"})).await.ok(201);
        assert_eq!((&made["key"], &made["version"]), (&json!("NEW"), &json!(1)));
        assert_eq!(app.admin().post("/products", json!({"key": "NEW", "name": "B"})).await.problem(409)["type"], "/problems/key-taken");
        let renamed = app.admin().patch("/products/NEW", 1, json!({"name": "Newer"})).await.ok(200);
        assert_eq!((&renamed["name"], &renamed["version"]), (&json!("Newer"), &json!(2)));
        assert_eq!(app.admin().patch("/products/NEW", 1, json!({"name": "No"})).await.problem(412)["current"]["name"], "Newer");

        let path = format!("/products/NEW/members/{}", app.people[&Who::Role(Role::Developer)]);
        let roles = json!({"roles": ["viewer", "product_owner", "viewer"]});
        app.in_session(Who::Role(Role::Developer)).await.put(&path, roles.clone()).await.problem(404);
        let member = app.admin().put(&path, roles).await.ok(200);
        assert_eq!(member["roles"], json!(["product_owner", "viewer"]));
        assert_eq!(keys(&app.as_(Role::Developer).get("/products").await.ok(200)), ["APP", "NEW"]);
        app.admin().put(&path, json!({"roles": []})).await.ok(200);
        app.as_(Role::Developer).get("/products/NEW/members").await.problem(404);
    }

    async fn stakeholders_have_a_department(app: TestApp) {
        let app = app.furnished().await;
        let path = format!("/products/APP/members/{}", app.people[&Who::Role(Role::Stakeholder)]);
        let put = |body: Value| {
            let (admin, path) = (app.admin(), path.clone());
            async move { admin.put(&path, body).await }
        };
        let sales = put(json!({"roles": ["stakeholder"], "department": "sales"})).await.ok(200);
        assert_eq!(sales["department"], "sales");
        // Giving other roles besides leaves it.
        let both = put(json!({"roles": ["developer", "stakeholder"]})).await.ok(200);
        assert_eq!((&both["roles"], &both["department"]), (&json!(["developer", "stakeholder"]), &json!("sales")));
        let members = app.as_(Role::Viewer).get("/products/APP/members").await.ok(200);
        let listed = members["rows"].as_array().unwrap().iter().find(|row| row["person"]["name"] == "stakeholder").unwrap().clone();
        assert_eq!(listed["department"], "sales");
        let events = app.as_(Role::Viewer).get("/products/APP/activity?limit=2").await.ok(200);
        assert_eq!(events["rows"][1]["changes"]["department"], json!([null, "sales"]));

        let wrong = put(json!({"roles": ["developer"], "department": "sales"})).await.problem(422);
        assert_eq!(wrong["field"], "department");
        put(json!({"roles": ["stakeholder"], "department": "legal"})).await.problem(422);
        assert_eq!(put(json!({"roles": ["stakeholder"], "department": null})).await.ok(200)["department"], Value::Null);
        put(json!({"roles": ["stakeholder"], "department": "support"})).await.ok(200);
        assert_eq!(put(json!({"roles": ["developer"]})).await.ok(200)["department"], Value::Null);
    }

    async fn addresses_and_admins_are_shown_to_admins(app: TestApp) {
        let app = app.furnished().await;
        assert_eq!(app.admin().get("/people").await.ok(200)["rows"].as_array().unwrap().len(), app.people.len());
        for who in [Who::Stranger, Who::Role(Role::Viewer), Who::Role(Role::ProductManager)] {
            assert_eq!(app.of(who).get("/people").await.problem(403)["type"], "/problems/admins-only");
        }
        let members = app.as_(Role::ProductManager).get("/products/APP/members").await;
        assert!(!members.text.contains('@'), "{}", members.text);
        let members = app.admin().get("/products/APP/members").await;
        assert!(members.text.contains("viewer@example.org"), "{}", members.text);
    }

    async fn over_https_only_the_protected_cookie_counts(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.origin = "https://line.example.org".into()).await;
        let who = Who::Role(Role::Developer);
        let email = app.with_password(who).await;
        let login = app.client.request(Method::POST, "/sessions").header("origin", "https://line.example.org");
        let answer = app.client.send(login.json(&json!({"email": email, "password": PASSWORD}))).await;
        let cookie = answer.cookie();
        let value = cookie.strip_prefix("__Host-sid=").expect("the prefix that neighbours cannot set");
        app.client.with_cookie(&cookie).get("/me").await.ok(200);
        app.client.with_cookie(&format!("sid={value}")).get("/me").await.problem(401);
        // One a neighbour has set beside it changes nothing.
        app.client.with_cookie(&format!("sid=theirs; {cookie}")).get("/me").await.ok(200);
    }

    async fn other_cookies_do_not_make_another_sender(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.api_rate = 3).await;
        let who = app.in_session(Who::Role(Role::Viewer)).await;
        let cookie = who.cookie.clone().unwrap();
        let mut refused = 0;
        for number in 0..6 {
            let crumbs = app.client.with_cookie(&format!("crumb={number}; {cookie}; more={number}"));
            refused += u16::from(crumbs.get("/me").await.status.as_u16() == 429);
        }
        assert!(refused > 0, "a cookie of one's own choice is no new sender");
    }

    async fn invented_tokens_count_for_their_address(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.api_rate = 10).await;
        let viewer = app.as_(Role::Viewer);
        viewer.get("/me").await.ok(200);
        let mut refused = 0;
        for number in 0..20 {
            let status = app.client.with_token(&format!("invented-{number}")).get("/me").await.status.as_u16();
            assert!([401, 429].contains(&status), "{status}");
            refused += u16::from(status == 429);
        }
        assert!(refused > 0, "a token of one's own invention is no new sender");
        viewer.get("/me").await.ok(200);
    }

    async fn one_session_cannot_end_anothers(app: TestApp) {
        let app = app.furnished().await;
        let ana = app.signed_in(Who::Role(Role::ProductManager)).await;
        let dev = app.signed_in(Who::Role(Role::Developer)).await;
        let session = ana.get("/sessions").await.ok(200)["rows"][0]["id"].as_str().unwrap().to_owned();
        dev.delete(&format!("/sessions/{session}")).await.problem(404);
        ana.get("/me").await.ok(200);
    }

    async fn other_sites_change_nothing(app: TestApp) {
        let app = app.furnished().await;
        let ana = app.signed_in(Who::Admin).await;
        let cookie = ana.cookie.clone().unwrap();
        let host = app.origin.strip_prefix("http://").unwrap().to_owned();
        let post = |headers: &[(&str, &str)]| {
            let mut request = app.client.request(Method::POST, "/products").header("cookie", &cookie);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let body = json!({"key": next_key(), "name": "P"});
            let client = app.client.clone();
            async move { client.send(request.json(&body)).await.status.as_u16() }
        };
        for refused in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", app.origin.as_str())],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[],
        ] {
            assert_eq!(post(refused).await, 403, "{refused:?}");
        }
        assert_eq!(post(&[("sec-fetch-site", "same-origin")]).await, 201);
        assert_eq!(post(&[("sec-fetch-site", "none")]).await, 201);
        assert_eq!(post(&[("origin", &format!("http://{host}"))]).await, 201);

        // Signing in and out are changes too, and no form sends what we take.
        let login = app.client.request(Method::POST, "/sessions").header("sec-fetch-site", "cross-site");
        let body = json!({"email": "admin@example.org", "password": PASSWORD});
        app.client.send(login.json(&body)).await.problem(403);
        let form = app.client.request(Method::POST, "/sessions").header("content-type", "application/x-www-form-urlencoded");
        app.client.send(form.body("email=admin%40example.org")).await.problem(415);
        let text = app.client.request(Method::POST, "/sessions").header("content-type", "text/plain");
        app.client.send(text.body(body.to_string())).await.problem(415);
        // A token is no cookie: nothing sends it by itself.
        let scripted = app.of(Who::Admin).request(Method::POST, "/products").header("sec-fetch-site", "cross-site");
        app.client.send(scripted.json(&json!({"key": "SCRIPT", "name": "S"}))).await.ok(201);
    }
}

/// A key no other product of this test has.
fn next_key() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("P{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn wait_until_seen(app: &TestApp, at: vocabulary::Ts) {
    for _ in 0..500 {
        let newest: Result<(i64,), store::StoreError> =
            app.db.read(|conn| conn.one("SELECT COALESCE(MAX(seen_at), 0) FROM session", store::args![])).await;
        if newest.unwrap().0 >= at.0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the session's last use was not written down");
}

/// A change that does not say which version it changes.
async fn patch_without_version(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::PATCH, path).json(&json!({"state": "revoked"}))).await
}
