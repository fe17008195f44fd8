use access::{Actor, Event, Fault, Via, Changes, record, Cx};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use store::*;
use tower::ServiceExt;
use vocabulary::*;
use web::*;

const PEOPLE: &[(&str, Role)] = &[("pm", Role::ProductManager), ("po", Role::ProductOwner), ("dev", Role::Developer), ("sh", Role::Stakeholder), ("vw", Role::Viewer)];

fn auth(conn: &Conn<'_>, c: &Credential, _: Ts) -> Result<Actor, Fault> {
    let Credential::Token(hash) = c else { return Err(Fault::Unauthenticated) };
    let (name, _) = PEOPLE.iter().find(|(n, _)| hash_token(n) == *hash).ok_or(Fault::Unauthenticated)?;
    let (id,): (PersonId,) = conn.one("SELECT id FROM person WHERE name = $1", args![*name])?;
    let memberships: Vec<(ProductId, Role)> = conn.rows("SELECT product_id, role FROM member WHERE person_id = $1", args![id])?;
    Ok(Actor { person: Some(id), name: name.to_string(), organisation: OrganisationId::new(), admin: false, via: Via::Token, read_only: false, session: None, memberships })
}

struct App { router: axum::Router, db: Db, _dir: tempfile::TempDir }
impl App {
    async fn call(&self, who: &str, method: &str, path: &str, version: Option<i64>, body: Value) -> (u16, Value) {
        let mut r = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {who}"));
        if let Some(v) = version { r = r.header("if-match", format!("\"{v}\"")); }
        let r = if body.is_null() { r.body(Body::empty()) } else { r.header("content-type", "application/json").body(Body::from(body.to_string())) }.unwrap();
        let a = self.router.clone().oneshot(r).await.unwrap();
        let s = a.status();
        let bytes = axum::body::to_bytes(a.into_body(), 1 << 24).await.unwrap();
        assert_ne!(s, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path} {}", String::from_utf8_lossy(&bytes));
        (s.as_u16(), serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
    async fn ok(&self, who: &str, m: &str, p: &str, b: Value) -> Value {
        let (s, v) = self.call(who, m, p, None, b).await;
        assert!(s < 300, "{m} {p}: {s} {v}");
        v
    }
    async fn no(&self, who: &str, m: &str, p: &str, b: Value, status: u16) -> Value {
        let (s, v) = self.call(who, m, p, None, b).await;
        assert_eq!(s, status, "{m} {p}: {v}");
        v
    }
    /// acceptance is the backlog's; here straight in the row
    async fn accept(&self, id: &str) {
        let id: ObjectId = id.parse().unwrap();
        self.db.write::<_, Fault, _>(move |c| { c.exec_unrecorded("UPDATE item SET accepted_at = 5 WHERE object_id = $1", args![id])?; Ok(()) }).await.unwrap();
    }
}

async fn app(location: Option<String>) -> App {
    let dir = tempfile::tempdir().unwrap();
    let loc = location.map_or(Location::Folder(dir.path().into()), Location::Postgres);
    let db = tokio::task::spawn_blocking(move || Db::open(&loc, Options::default()).unwrap()).await.unwrap();
    db.write::<_, Fault, _>(|c| {
        for (i, key) in ["APP", "OTH"].iter().enumerate() {
            let p = ProductId::new();
            c.exec("INSERT INTO product (id, key, name, ordinal, version, created_at) VALUES ($1,$2,$2,$3,1,0)", args![p, *key, (i as i64) + 1])?;
            c.exec("INSERT INTO scope_counter (scope_id, seq, number) VALUES ($1, 0, 0)", args![p])?;
            for (j, (n, cat)) in [("Backlog","backlog"),("Ready","ready"),("Doing","in_progress"),("Done","done"),("Gone","cancelled")].iter().enumerate() {
                c.exec("INSERT INTO workflow_state (product_id, name, category, position) VALUES ($1,$2,$3,$4)", args![p, *n, *cat, j as i64])?;
            }
            for (n, role) in PEOPLE {
                let id: PersonId = match c.maybe::<(PersonId,)>("SELECT id FROM person WHERE name = $1", args![*n])? {
                    Some((id,)) => id,
                    None => { let id = PersonId::new(); c.exec("INSERT INTO person (id, name, email, admin, state, version, created_at) VALUES ($1,$2,$2,FALSE,'active',1,0)", args![id, *n])?; id }
                };
                c.exec("INSERT INTO member (product_id, person_id, role) VALUES ($1,$2,$3)", args![p, id, *role])?;
            }
            let a = Actor::console(OrganisationId::new());
            record(&Cx::new(c, &a, Ts(1)), Event { scope: p.0, verb: "created", object: None, version: 1, changes: Changes::new() })?;
        }
        Ok(())
    }).await.unwrap();
    let house = House { db: db.clone(), clock: Clock::default(), limits: Limits::default(), files: std::sync::Arc::new(dir.path().into()), authenticate: auth, public_origin: None };
    let (router, doc) = utoipa_axum::router::OpenApiRouter::new().merge(object::routes()).merge(backlog::routes()).merge(feedback::routes()).merge(throughline_releases::routes()).with_state::<()>(house).split_for_parts();
    std::fs::write("/tmp/scratch-openapi.json", doc.to_pretty_json().unwrap()).unwrap();
    App { router, db, _dir: dir }
}

async fn story(app: &App) {
    let n = Value::Null;
    // ---- feedback
    let f = app.ok("sh", "POST", "/products/APP/feedback", json!({"body": "Exports are slow\nand fail", "customer_name": "Éclair GmbH", "importance": 4, "channel": "call"})).await;
    assert_eq!(f["title"], "Exports are slow"); assert_eq!(f["state"], "new"); assert_eq!(f["customer"]["name"], "Éclair GmbH");
    let g = app.ok("dev", "POST", "/products/APP/feedback", json!({"body": "More exports", "customer_name": "éCLAIR gmbh", "received_on": "2020-02-03"})).await;
    assert_eq!(g["customer"]["id"], f["customer"]["id"]); assert_eq!(g["channel"], n);
    app.no("vw", "POST", "/products/APP/feedback", json!({"body": "x"}), 403).await;
    for (bad, field) in [(json!({"body": " "}), "body"), (json!({"body": "x", "importance": 6}), "importance"), (json!({"body": "x", "received_on": "2999-01-01"}), "received_on"),
        (json!({"body": "x", "customer": "APP-999"}), "customer"), (json!({"body": "x", "link": "APP-999"}), "link"), (json!({"body":"x","link": f["id"]}), "link"), (json!({"body":"x","nope":1}), "nope"),
        (json!({"body":"x","customer": f["customer"]["id"], "customer_name": "A"}), "customer_name")] {
        let p = app.no("pm", "POST", "/products/APP/feedback", bad.clone(), 422).await;
        assert_eq!(p["field"], field, "{bad} {p}");
    }
    let other = app.ok("pm", "POST", "/products/OTH/customers", json!({"name": "Else"})).await;
    app.no("pm", "POST", "/products/APP/feedback", json!({"body":"x","customer": other["id"]}), 422).await;
    let cid = f["customer"]["id"].as_str().unwrap();
    let c = app.ok("pm", "GET", &format!("/customers/{cid}"), n.clone()).await;
    assert_eq!((c["feedback"].as_i64(), c["told"].as_i64()), (Some(2), Some(0)));
    let (s, c) = app.call("pm", "PATCH", &format!("/customers/{cid}"), Some(1), json!({"segment": "Pro", "value": 12000.5, "email": "a@b.example"})).await;
    assert_eq!(s, 200); assert_eq!(c["email"], "a@b.example"); assert_eq!(c["version"], 2);
    assert_eq!(app.call("pm", "PATCH", &format!("/customers/{cid}"), Some(1), json!({"segment": null})).await.0, 412);
    assert_eq!(app.call("pm", "PATCH", &format!("/customers/{cid}"), None, json!({"segment": null})).await.0, 428);
    assert_eq!(app.call("pm", "PATCH", &format!("/customers/{cid}"), Some(2), json!({"email": "nope"})).await.0, 422);
    assert_eq!(app.call("dev", "PATCH", &format!("/customers/{cid}"), Some(2), json!({"segment": null})).await.0, 403);
    assert_eq!(app.ok("sh", "GET", &format!("/customers/{cid}"), n.clone()).await["email"], n);
    assert!(!app.ok("sh", "GET", &format!("/objects/{cid}/history"), n.clone()).await.to_string().contains("a@b.example"));
    for name in ["zeta", "Alpha", "beta"] { app.ok("pm", "POST", "/products/APP/customers", json!({"name": name, "email": "q@example.org"})).await; }
    let mut names = vec![]; let mut cursor = String::new();
    loop {
        let page = app.ok("sh", "GET", &format!("/products/APP/customers?limit=2{cursor}"), n.clone()).await;
        for r in page["rows"].as_array().unwrap() { names.push(r["name"].as_str().unwrap().to_owned()); assert_eq!(r["email"], n); }
        match page["next"].as_str() { Some(c) => cursor = format!("&cursor={c}"), None => break }
    }
    assert_eq!(names.len(), 4); assert_eq!(names[..2], ["Alpha", "beta"]);
    let fid = f["id"].as_str().unwrap();
    let p = app.no("dev", "PUT", &format!("/feedback/{fid}/triage"), json!({"state": "triaged"}), 403).await;
    assert_eq!(p["decision"], "triage"); assert_eq!(p["deciders"][0]["people"][0], "pm");
    app.no("po", "PUT", &format!("/feedback/{fid}/triage"), json!({"state": "declined"}), 422).await;
    app.no("po", "PUT", &format!("/feedback/{fid}/triage"), json!({"state": "told"}), 422).await;
    let d = app.ok("po", "PUT", &format!("/feedback/{fid}/triage"), json!({"state": "declined", "reason": "no"})).await;
    assert_eq!(d["reason"], "no");
    let d = app.ok("po", "PUT", &format!("/feedback/{fid}/triage"), json!({"state": "triaged"})).await;
    assert_eq!(d["reason"], n); assert_eq!(d["version"], 3);
    let (s, e) = app.call("pm", "PATCH", &format!("/feedback/{fid}"), Some(3), json!({"title": "Slow exports", "channel": null, "customer": null, "importance": null, "received_on": "2021-01-01"})).await;
    assert_eq!(s, 200, "{e}"); assert_eq!(e["customer"], n); assert_eq!(e["importance"], n);
    let (s, _) = app.call("pm", "PATCH", &format!("/feedback/{fid}"), Some(4), json!({"customer": cid, "body": "Exports are painfully slow"})).await;
    assert_eq!(s, 200);
    for i in 0..5 { app.ok("pm", "POST", "/products/APP/feedback", json!({"body": format!("Number {i}"), "received_on": "2022-01-01"})).await; }
    let mut seen = vec![]; let mut cursor = String::new();
    loop {
        let page = app.ok("vw", "GET", &format!("/products/APP/feedback?limit=2{cursor}"), n.clone()).await;
        for r in page["rows"].as_array().unwrap() { seen.push((r["received_on"].as_str().unwrap().to_owned(), r["id"].as_str().unwrap().to_owned())); }
        match page["next"].as_str() { Some(c) => cursor = format!("&cursor={c}"), None => break }
    }
    assert_eq!(seen.len(), 7); let mut sorted = seen.clone(); sorted.sort(); sorted.reverse(); assert_eq!(seen, sorted);
    let count = async |q: &str| app.ok("pm", "GET", &format!("/products/APP/feedback?{q}"), n.clone()).await["rows"].as_array().unwrap().len();
    assert_eq!(count("state=triaged").await, 1); assert_eq!(count("q=PAINFULLY").await, 1); assert_eq!(count(&format!("customer={cid}")).await, 2); assert_eq!(count("q=").await, 7); assert_eq!(count("q=%21%21").await, 0);
    app.no("pm", "GET", "/products/APP/feedback?state=nope", n.clone(), 422).await;
    app.no("pm", "GET", "/products/APP/feedback?cursor=00000000000000000000000000000000.zz", n.clone(), 422).await;
    app.no("pm", "GET", &format!("/feedback/{cid}"), n.clone(), 404).await;
    app.no("pm", "PUT", &format!("/feedback/{cid}/triage"), json!({"state":"new"}), 404).await;

    // ---- releases
    let item = async |kind: &str, title: &str, parent: Value| app.ok("po", "POST", "/products/APP/items", json!({"kind": kind, "title": title, "parent": parent})).await["id"].as_str().unwrap().to_owned();
    let epic = item("epic", "E", n.clone()).await;
    let s1 = item("story", "S1", json!(epic)).await;
    let s2 = item("story", "S2", n.clone()).await;
    let s3 = item("story", "S3", n.clone()).await;
    let fb = async |text: &str, link: &str| app.ok("pm", "POST", "/products/APP/feedback", json!({"body": text, "link": link, "customer": cid})).await["id"].as_str().unwrap().to_owned();
    // an initiative and an opportunity, straight as rows: their rooms are others'
    let made = app.db.write::<_, Fault, _>({ let s1 = s1.clone(); let epic = epic.clone(); let s2 = s2.clone(); move |c| {
        let a = Actor::console(OrganisationId::new()); let cx = Cx::new(c, &a, Ts(7));
        let (p, ): (ProductId,) = c.one("SELECT id FROM product WHERE key = 'APP'", args![])?;
        let mut ids = vec![];
        for (n, kind) in [(9001i64, Kind::Initiative), (9002, Kind::Opportunity), (9003, Kind::Opportunity)] {
            let id = ObjectId::new();
            c.exec("INSERT INTO object (id, product_id, number, kind, title, visibility, version, created_at, updated_at, body) VALUES ($1,$2,$3,$4,'x','internal',1,0,0,'')", args![id, p, n, kind])?;
            ids.push(id);
        }
        for (from, rel, to) in [(epic.parse().unwrap(), Relation::Delivers, ids[0]), (ids[0], Relation::Addresses, ids[1]), (s2.parse::<ObjectId>().unwrap(), Relation::Addresses, ids[2])] {
            c.exec("INSERT INTO link (id, product_id, relation, from_id, to_id, created_at) VALUES ($1,$2,$3,$4,$5,0)", args![LinkId::new(), p, rel, from, to])?;
        }
        record(&cx, Event { scope: p.0, verb: "x", object: None, version: 1, changes: Changes::new() })?;
        let _ = &s1;
        Ok(ids)
    }}).await.unwrap();
    let direct = fb("direct", &s1).await; let by_epic = fb("epic", &epic).await; let by_ini = fb("ini", &made[0].to_string()).await;
    let by_opp = fb("opp", &made[1].to_string()).await; let by_opp2 = fb("opp2", &made[2].to_string()).await; let none = fb("none", &s3).await;
    app.no("pm", "POST", "/products/APP/releases", json!({"name": "1.0"}), 403).await;
    let r = app.ok("po", "POST", "/products/APP/releases", json!({"name": "1.0", "planned_on": "2026-05-01"})).await;
    let rid = r["id"].as_str().unwrap();
    let r2 = app.ok("po", "POST", "/products/APP/releases", json!({"name": "1.1", "planned_on": "2026-06-01", "body": "notes"})).await;
    let r2id = r2["id"].as_str().unwrap();
    let r3 = app.ok("po", "POST", "/products/APP/releases", json!({"name": "later"})).await;
    let p = app.no("po", "PUT", &format!("/releases/{rid}/shipment"), n.clone(), 409).await; assert_eq!(p["type"], "/problems/release-empty");
    let p = app.no("dev", "PUT", &format!("/releases/{rid}/items/{s1}"), n.clone(), 403).await; assert_eq!(p["deciders"][0]["role"], "product_owner");
    let row = app.ok("po", "PUT", &format!("/releases/{r2id}/items/{s1}"), n.clone()).await; assert_eq!(row["release_id"], r2["id"]);
    let row = app.ok("po", "PUT", &format!("/releases/{rid}/items/{s1}"), n.clone()).await; assert_eq!(row["release_id"], r["id"]);
    app.ok("po", "PUT", &format!("/releases/{rid}/items/{s1}"), n.clone()).await;
    app.ok("po", "PUT", &format!("/releases/{rid}/items/{s3}"), n.clone()).await;
    app.ok("po", "DELETE", &format!("/releases/{rid}/items/{s3}"), n.clone()).await;
    app.no("po", "DELETE", &format!("/releases/{rid}/items/{s3}"), n.clone(), 404).await;
    app.ok("po", "PUT", &format!("/releases/{rid}/items/{s2}"), n.clone()).await;
    app.no("po", "PUT", &format!("/releases/{rid}/items/{fid}"), n.clone(), 404).await;
    app.no("po", "PUT", &format!("/releases/{rid}/items/APP-777"), n.clone(), 404).await;
    let o = app.ok("po", "POST", "/products/OTH/items", json!({"kind":"task","title":"o"})).await;
    app.no("po", "PUT", &format!("/releases/{rid}/items/{}", o["id"].as_str().unwrap()), n.clone(), 404).await;
    assert_eq!(app.ok("vw", "GET", &format!("/releases/{rid}/items"), n.clone()).await["rows"].as_array().unwrap().len(), 2);
    app.accept(&s1).await;
    let p = app.no("po", "PUT", &format!("/releases/{rid}/shipment"), n.clone(), 409).await; assert_eq!(p["type"], "/problems/items-not-accepted"); println!("{p}");
    app.no("pm", "PUT", &format!("/releases/{rid}/shipment"), n.clone(), 403).await;
    let say = json!({"feedback": [direct], "text": "It is here"});
    app.no("pm", "POST", &format!("/releases/{rid}/tellings"), say.clone(), 409).await;
    app.accept(&s2).await;
    let shipped = app.ok("po", "PUT", &format!("/releases/{rid}/shipment"), n.clone()).await;
    assert_eq!(shipped["shipped_by"]["name"], "po"); assert_eq!(shipped["items"], json!({"total":2,"accepted":2})); assert_eq!(shipped["audience"], json!({"asked":5,"told":0}));
    app.no("po", "PUT", &format!("/releases/{rid}/shipment"), n.clone(), 409).await;
    app.no("po", "PUT", &format!("/releases/{rid}/items/{s3}"), n.clone(), 409).await;
    app.no("po", "DELETE", &format!("/releases/{rid}/items/{s1}"), n.clone(), 409).await;
    app.no("po", "PUT", &format!("/releases/{r2id}/items/{s1}"), n.clone(), 409).await;
    let audience = app.ok("vw", "GET", &format!("/releases/{rid}/audience"), n.clone()).await;
    let got: Vec<(String, String)> = audience["rows"].as_array().unwrap().iter().map(|r| (r["feedback"]["id"].as_str().unwrap().into(), r["because"][0]["id"].as_str().unwrap().into())).collect();
    for (f, b) in [(&direct, s1.clone()), (&by_epic, epic.clone()), (&by_ini, made[0].to_string()), (&by_opp, made[1].to_string()), (&by_opp2, made[2].to_string())] {
        assert!(got.contains(&(f.clone(), b)), "{f}");
    }
    assert_eq!(audience["rows"][0]["customer"]["segment"], "Pro");
    let p = app.no("po", "POST", &format!("/releases/{rid}/tellings"), say.clone(), 403).await; assert_eq!(p["deciders"][0]["people"][0], "pm");
    let p = app.no("pm", "POST", &format!("/releases/{rid}/tellings"), json!({"feedback": [direct, none], "text": "x"}), 422).await; assert_eq!(p["field"], "feedback[1]");
    let told = app.ok("pm", "POST", &format!("/releases/{rid}/tellings"), json!({"feedback": [direct, by_ini, direct], "text": "It is here", "channel": "mail"})).await;
    let told: Vec<&Value> = told["rows"].as_array().unwrap().iter().filter(|r| !r["told"].is_null()).collect();
    assert_eq!(told.len(), 2); assert_eq!(told[0]["told"]["text"], "It is here"); assert_eq!(told[0]["told"]["by"]["name"], "pm"); assert_eq!(told[0]["feedback"]["state"], "told");
    app.ok("pm", "POST", &format!("/releases/{rid}/tellings"), say.clone()).await;
    let h = app.ok("pm", "GET", &format!("/objects/{direct}/history"), n.clone()).await; assert_eq!(h["rows"][0]["verb"], "told"); assert_eq!(h["rows"].as_array().unwrap().len(), 2);
    println!("{}", h["rows"][0]["sentence"]);
    let h = app.ok("pm", "GET", &format!("/objects/{rid}/history"), n.clone()).await; println!("{:?}", h["rows"].as_array().unwrap().iter().map(|r| r["sentence"].as_str().unwrap()).collect::<Vec<_>>());
    let h = app.ok("pm", "GET", &format!("/objects/{s1}/history"), n.clone()).await; println!("{:?}", h["rows"].as_array().unwrap().iter().map(|r| r["sentence"].as_str().unwrap()).collect::<Vec<_>>());
    app.no("pm", "PUT", &format!("/feedback/{direct}/triage"), json!({"state": "new"}), 409).await;
    // told stays when the link goes
    let links = app.ok("pm", "GET", &format!("/objects/{direct}/links"), n.clone()).await;
    app.ok("pm", "DELETE", &format!("/links/{}", links["rows"][0]["id"].as_str().unwrap()), n.clone()).await;
    let list = app.ok("sh", "GET", "/products/APP/releases", n.clone()).await;
    let names: Vec<&str> = list["rows"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["later", "1.1", "1.0"]); assert_eq!(list["rows"][2]["audience"], json!({"asked":5,"told":2})); assert_eq!(list["rows"][0]["id"], r3["id"]);
    assert!(list["rows"][0]["can"]["release"].as_str().unwrap().contains("po"));
    let (s, e) = app.call("po", "PATCH", &format!("/releases/{r2id}"), Some(3), json!({"name": "1.1.0", "planned_on": null})).await; assert_eq!(s, 200, "{e}"); assert_eq!(e["planned_on"], n); assert_eq!(e["body"], "notes");
    assert_eq!(app.call("po", "PATCH", &format!("/releases/{r2id}"), Some(1), json!({"name": "x"})).await.0, 412);
    let c = app.ok("pm", "GET", &format!("/customers/{cid}"), n.clone()).await; assert_eq!(c["told"], 2);
    // team only
    let (s, _) = app.call("pm", "PATCH", &format!("/objects/{by_epic}"), Some(1), json!({"visibility": "team"})).await; assert_eq!(s, 200);
    assert_eq!(app.ok("sh", "GET", &format!("/releases/{rid}"), n.clone()).await["audience"], json!({"asked":4,"told":2}));
    assert_eq!(app.ok("sh", "GET", &format!("/releases/{rid}/audience"), n.clone()).await["rows"].as_array().unwrap().len(), 4);
    assert_eq!(app.ok("dev", "GET", &format!("/releases/{rid}/audience"), n.clone()).await["rows"].as_array().unwrap().len(), 5);
    app.no("sh", "GET", &format!("/feedback/{by_epic}"), n.clone(), 404).await;
    let c = app.ok("sh", "GET", &format!("/customers/{cid}"), n.clone()).await; let c2 = app.ok("pm", "GET", &format!("/customers/{cid}"), n.clone()).await; assert_eq!(c["feedback"].as_i64().unwrap() + 1, c2["feedback"].as_i64().unwrap());
}

#[tokio::test] async fn sqlite() { story(&app(None).await).await; }
#[tokio::test] async fn postgres() { story(&app(Some(std::env::var("PGURL").unwrap())).await).await; }
