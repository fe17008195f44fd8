//! Live updates and the edge of the server: streams, limits, headers, addresses that are not there.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use throughline_checks::{Client, Events, Role, TestApp, Who, both_engines, json};

const SOON: Duration = Duration::from_secs(8);
const EVENTS: &str = "/products/APP/events";

/// Something that happens in APP.
async fn happen(app: &TestApp, name: &str) {
    let version = product_version(app).await;
    app.admin().patch("/products/APP", version, json!({"name": name})).await.ok(200);
}

async fn product_version(app: &TestApp) -> i64 {
    let products = app.admin().get("/products").await.ok(200);
    let rows = products["rows"].as_array().unwrap().clone();
    rows.iter().find(|row| row["key"] == "APP").unwrap()["version"].as_i64().unwrap()
}

async fn newest(client: &Client) -> i64 {
    client.get("/products/APP/activity?limit=1").await.ok(200)["rows"][0]["seq"].as_i64().unwrap()
}

both_engines! {
    async fn changes_are_told_within_a_second(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let mut events = Events::open(&viewer, EVENTS, None).await.unwrap();
        let place = events.next(SOON).await.unwrap();
        assert_eq!((place.name.as_str(), place.id), ("", Some(newest(&viewer).await)));

        happen(&app, "Relay two").await;
        let began = Instant::now();
        let event = events.activity(SOON).await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert_eq!((event.name.as_str(), &event.data["verb"]), ("activity", &json!("renamed")));
        assert_eq!(event.data["changes"]["name"], json!(["Relay", "Relay two"]));
        assert_eq!(event.id, event.data["seq"].as_i64());
    }

    async fn both_ends_of_a_link_hear_of_it(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let add = |title: &'static str| {
            let owner = owner.clone();
            async move { owner.post("/products/APP/items", json!({"kind": "story", "title": title})).await.ok(201) }
        };
        let (from, to) = (add("Replay").await, add("Retry").await);
        let path = |item: &Value| format!("/objects/{}", item["reference"].as_str().unwrap());
        let mut events = Events::open(&owner, EVENTS, Some(newest(&owner).await)).await.unwrap();
        let body = json!({"relation": "blocks", "to": to["id"]});
        let link = owner.post(&format!("{}/links", path(&from)), body.clone()).await.ok(201);
        assert_eq!((&link["label"], &link["object"]["id"]), (&json!("blocks"), &to["id"]));
        assert_eq!(owner.post(&format!("{}/links", path(&from)), body).await.problem(409)["type"], "/problems/linked-already");
        owner.delete(&format!("/links/{}", link["id"].as_str().unwrap())).await.ok(204);
        owner.delete(&format!("/links/{}", link["id"].as_str().unwrap())).await.problem(404);

        let heard = [
            ("linked", &to, json!({"blocked by": [null, from["reference"]]})),
            ("linked", &from, json!({"blocks": [null, to["reference"]]})),
            ("unlinked", &to, json!({"blocked by": [from["reference"], null]})),
            ("unlinked", &from, json!({"blocks": [to["reference"], null]})),
        ];
        for (verb, of, changes) in heard {
            let event = events.activity(SOON).await.unwrap().data;
            assert_eq!((&event["verb"], &event["object_id"], &event["changes"]), (&json!(verb), &of["id"], &changes));
        }
        let history = owner.get(&format!("{}/history", path(&to))).await.ok(200);
        let verbs: Vec<&Value> = history["rows"].as_array().unwrap().iter().map(|event| &event["verb"]).collect();
        assert_eq!(verbs, ["unlinked", "linked", "created"]);
        // Being linked to is no edit: who writes on it meets no other version.
        owner.patch(&path(&to), 1, json!({"title": "Retry later"})).await.ok(200);
    }

    async fn nothing_is_missed_while_away(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let before = newest(&viewer).await;
        for number in 0..150 {
            happen(&app, &format!("Relay {number}")).await;
        }
        let mut events = Events::open(&viewer, EVENTS, Some(before)).await.unwrap();
        for seq in before + 1..=before + 150 {
            assert_eq!(events.activity(SOON).await.unwrap().id, Some(seq));
        }
        let path = format!("{EVENTS}?after={}", before + 149);
        let mut late = Events::open(&viewer, &path, None).await.unwrap();
        assert_eq!(late.activity(SOON).await.unwrap().id, Some(before + 150));
    }

    async fn who_was_away_too_long_begins_anew(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        app.db
            .write(|conn| {
                conn.exec_unrecorded("UPDATE scope_counter SET seq = seq + 6000", store::args![]).map(drop)
            })
            .await
            .unwrap();
        for forgotten in [1, 1_000_000] {
            let mut events = Events::open(&viewer, EVENTS, Some(forgotten)).await.unwrap();
            let event = events.next(SOON).await.unwrap();
            assert_eq!(event.name, "reset");
            assert!(event.id.unwrap() > 6000);
        }
    }

    async fn streams_end_with_the_right_to_hear(app: TestApp) {
        let app = app.furnished().await;
        Events::open(&app.client, EVENTS, None).await.map(drop).expect_err("nobody listens");
        assert_eq!(Events::open(&app.of(Who::Stranger), EVENTS, None).await.map(drop), Err(404));

        let leaver = Who::Role(Role::Developer);
        let mut events = Events::open(&app.of(leaver), EVENTS, None).await.unwrap();
        events.next(SOON).await.unwrap();
        let path = format!("/people/{}", app.people[&leaver]);
        app.admin().patch(&path, 1, json!({"state": "revoked"})).await.ok(200);
        happen(&app, "Not for them").await;
        assert_eq!(events.next(Duration::from_secs(6)).await, None, "the stream ends and tells nothing more");
    }

    async fn streams_per_person_are_limited(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let mut open = Vec::new();
        for _ in 0..6 {
            open.push(Events::open(&viewer, EVENTS, None).await.unwrap());
        }
        assert_eq!(Events::open(&viewer, EVENTS, None).await.map(drop), Err(429));
        open.pop();
        for _ in 0..100 {
            match Events::open(&viewer, EVENTS, None).await {
                Ok(_) => return,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("a stream that was closed makes no room");
    }

    async fn stopping_ends_the_streams_at_once(app: TestApp) {
        let mut app = app.furnished().await;
        let mut events = Events::open(&app.as_(Role::Viewer), EVENTS, None).await.unwrap();
        events.next(SOON).await.unwrap();
        let began = Instant::now();
        app.stop().await;
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(events.next(SOON).await, None);
    }

    async fn every_answer_is_protected(app: TestApp) {
        let app = app.furnished().await;
        for path in ["/me", "/nowhere", "//healthz", "//", "//assets/none.js"] {
            let answer = app.as_(Role::Viewer).get(path).await;
            for header in ["x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
                           "cross-origin-resource-policy", "permissions-policy", "content-security-policy", "x-request-id"] {
                assert!(answer.headers.contains_key(header), "{path}: {header}");
            }
            assert!(!answer.headers.contains_key("access-control-allow-origin"));
        }
        let page = app.client.get("//").await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with(&format!("default-src 'none'; script-src {}/assets/; style-src", app.origin)), "{policy}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(app.as_(Role::Viewer).get("/me").await.headers["cache-control"], "no-store");
    }

    async fn what_is_not_there_or_too_large_is_a_problem(app: TestApp) {
        let app = app.furnished().await;
        let ana = app.as_(Role::ProductManager);
        ana.get("/nowhere").await.problem(404);
        ana.get("//api/v2/me").await.problem(404);
        ana.send(ana.request(Method::PUT, "/me")).await.problem(405);
        ana.get("/products/APP/events?after=x").await.problem(422);
        let body = json!({"key": "BIG", "name": "x".repeat(1 << 20)});
        let large = app.admin().post("/products", body).await;
        assert_eq!(large.headers["connection"], "close", "what follows on this connection is lost");
        large.problem(413);
        let unknown = json!({"key": "NEW", "name": "New", "version": 7});
        app.admin().post("/products", unknown).await.problem(422);
        let cut = ana.request(Method::POST, "/products").header("content-type", "application/json").body("{\"key\":");
        ana.send(cut).await.problem(400);
    }

    async fn the_page_about_the_api_is_where_people_look(app: TestApp) {
        let app = app.furnished().await;
        let (page, home) = (app.client.get("//api/docs").await, app.client.get("//").await);
        assert_eq!((page.status, &page.text), (home.status, &home.text));
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        app.client.get("//api/docs/more").await.problem(404);
    }

    async fn what_a_database_cannot_hold_is_a_problem(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        for path in ["items?state=%00", "items?q=%00", "items?cursor=00000000000000000000000000000000.a%00b", "search?q=a%00b", "feedback?q=%00"] {
            let answer = owner.get(&format!("/products/APP/{path}")).await;
            assert!(matches!(answer.status.as_u16(), 200 | 422), "{path}: {} {}", answer.status, answer.text);
        }
        let login = json!({"email": "a\u{0}@example.org", "password": "wrong wrong wrong"});
        let answer = app.client.post("/sessions", login).await;
        assert!(matches!(answer.status.as_u16(), 401 | 422), "{}", answer.text);

        let long = "word ".repeat(200);
        for path in ["items", "search", "feedback"] {
            assert_eq!(owner.get(&format!("/products/APP/{path}?q={long}")).await.problem(422)["field"], "q");
        }
        // One letter becomes eighteen in the index.
        let body = "\u{fdfa}".repeat(200_000);
        let large = json!({"kind": "story", "title": "Blessings", "body": body});
        let made = owner.post("/products/APP/items", large).await.ok(201);
        let found = owner.get("/products/APP/search?q=blessings").await.ok(200);
        assert_eq!(found["rows"][0]["id"], made["id"]);
    }

    async fn a_repeated_creation_happens_once(app: TestApp) {
        let app = app.furnished().await;
        let admin = app.admin();
        let once = |name: &str| {
            let request = admin.request(Method::POST, "/products").header("idempotency-key", "only-once");
            let (admin, request) = (admin.clone(), request.json(&json!({"key": "ONCE", "name": name})));
            async move { admin.send(request).await.ok(201) }
        };
        assert_eq!(once("First").await, once("First").await);
    }

    async fn operators_see_how_it_is(app: TestApp) {
        let app = app.furnished().await;
        assert_eq!(app.client.get("//healthz").await.text, "up\n");
        assert_eq!(app.client.get("//readyz").await.text, "ready\n");
        app.as_(Role::Viewer).get("/me").await.ok(200);
        let metrics = app.client.get("//metrics").await;
        assert!(metrics.text.contains("http_request_duration_seconds_bucket"), "{}", metrics.text);
        assert!(metrics.text.contains("route=\"/api/v1/me\""), "{}", metrics.text);
        // Through a proxy on this machine it is for admins.
        let forwarded = |client: &Client| client.request(Method::GET, "//metrics").header("x-forwarded-for", "192.0.2.1");
        app.client.send(forwarded(&app.client)).await.problem(401);
        app.client.send(forwarded(&app.as_(Role::Viewer))).await.problem(403);
        assert_eq!(app.client.send(forwarded(&app.admin())).await.status.as_u16(), 200);

        let document = app.client.get("//api/openapi.json").await.ok(200);
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document, serde_json::from_str::<Value>(&server::openapi().to_string()).unwrap());
    }

    async fn half_open_connections_are_closed(app: TestApp) {
        let app = app.furnished().await;
        let address = app.origin.strip_prefix("http://").unwrap().to_owned();
        let waiting = [&b""[..], b"GET /healthz HT", b"PRI * HTTP/2.0\r\n"].map(|sent| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(sent).unwrap();
            tokio::task::spawn_blocking(move || {
                let began = Instant::now();
                let mut rest = Vec::new();
                // An end or a reset: both are closed.
                drop(stream.read_to_end(&mut rest));
                began.elapsed()
            })
        });
        app.as_(Role::Viewer).get("/me").await.ok(200);
        for closed in waiting {
            let took = closed.await.unwrap();
            assert!(took < Duration::from_secs(15), "{took:?}");
        }
    }
}
