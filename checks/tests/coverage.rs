//! Coverage, the loop, and the picture in focus: what reaches an objective, what the last sprints were for, who waits.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use serde_json::Value;
use store::args;
use throughline_checks::{Client, Role, TestApp, Who, both_engines, json};
use vocabulary::{DriftId, ObjectId, ProductId, Ts};

const LINE: &str = "/products/APP/line";
const COVERAGE: &str = "/products/APP/coverage";
const BUDGETS: &str = "/products/APP/exempt-budgets";
const LOOP: &str = "/products/APP/loop";

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

fn id_of(thing: &Value) -> ObjectId {
    thing["id"].as_str().unwrap().parse().unwrap()
}

fn titles(stops: &Value) -> Vec<&str> {
    stops.as_array().unwrap().iter().map(|stop| stop["title"].as_str().unwrap()).collect()
}

async fn add(client: &Client, what: &str, new: Value) -> Value {
    client.post(&format!("/products/APP/{what}"), new).await.ok(201)
}

async fn item(app: &TestApp, kind: &str, title: &str, parent: &Value) -> Value {
    add(&app.as_(Role::ProductOwner), "items", json!({"kind": kind, "title": title, "parent": parent["id"]})).await
}

async fn link(app: &TestApp, from: &Value, relation: &str, to: &Value) {
    let body = json!({"relation": relation, "to": to["id"]});
    app.as_(Role::ProductManager).post(&format!("{}/links", at("/objects", from)), body).await.ok(201);
}

async fn enter(app: &TestApp, item: &Value, state: &str) {
    app.as_(Role::Developer).put(&format!("{}/state", at("/items", item)), json!({"state": state})).await.ok(200);
}

async fn hide(app: &TestApp, thing: &Value) {
    let manager = app.as_(Role::ProductManager);
    let version = manager.get(&at("/objects", thing)).await.ok(200)["version"].as_i64().unwrap();
    manager.patch(&at("/objects", thing), version, json!({"visibility": "team"})).await.ok(200);
}

async fn put_in(app: &TestApp, whole: &str, who: Role, items: &[&Value]) {
    for item in items {
        app.as_(who).put(&format!("{whole}/items/{}", item["id"].as_str().unwrap()), Value::Null).await.ok(200);
    }
}

/// Accepts what is done in a new release and ships it.
async fn ship(app: &TestApp, name: &str, items: &[&Value]) -> Value {
    let owner = app.as_(Role::ProductOwner);
    let release = add(&owner, "releases", json!({"name": name})).await;
    put_in(app, &at("/releases", &release), Role::ProductOwner, items).await;
    for item in items {
        owner.put(&format!("{}/acceptance", at("/items", item)), Value::Null).await.ok(200);
    }
    owner.put(&format!("{}/shipment", at("/releases", &release)), Value::Null).await.ok(200);
    release
}

/// What no route of these rooms sets.
async fn set(app: &TestApp, sql: &'static str, values: Vec<store::Val>) {
    let stored = app.db.write(move |conn| conn.exec_unrecorded(sql, &values).map(drop)).await;
    stored.map_err(|error: store::StoreError| error.to_string()).unwrap();
}

async fn product(app: &TestApp) -> ProductId {
    let found = app.db.read(|conn| conn.one::<(ProductId,)>("SELECT id FROM product WHERE key = 'APP'", &[])).await;
    found.map_err(|error: store::StoreError| error.to_string()).unwrap().0
}

both_engines! {
    async fn budgets_are_set_all_at_once(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let rows = json!([{"class": "debt", "share": 15}, {"class": "defect", "share": 0}]);
        assert_eq!(manager.put(BUDGETS, json!({"rows": rows})).await.ok(200)["rows"], rows);
        for (wrong, field) in [
            (json!([{"class": "debt", "share": 101}]), "rows[0].share"),
            (json!([{"class": "debt", "share": 1}, {"class": "debt", "share": 2}]), "rows[1].class"),
        ] {
            assert_eq!(manager.put(BUDGETS, json!({"rows": wrong})).await.problem(422)["field"], field);
        }
        manager.put(BUDGETS, json!({"rows": [{"class": "fun", "share": 1}]})).await.problem(422);
        manager.put(BUDGETS, json!({"rows": [{"class": "debt", "share": 1, "color": "red"}]})).await.problem(422);
        let refused = app.as_(Role::ProductOwner).put(BUDGETS, json!({"rows": []})).await.problem(403);
        assert_eq!(refused["decision"], "objectives");
        app.of(Who::Stranger).get(BUDGETS).await.problem(404);
        app.of(Who::Stranger).put(BUDGETS, json!({"rows": []})).await.problem(404);
        assert_eq!(viewer.get(BUDGETS).await.ok(200)["rows"], rows, "what is refused changes nothing");
        assert_eq!(manager.put(BUDGETS, json!({"rows": []})).await.ok(200)["rows"], json!([]));
    }

    async fn an_item_says_that_it_needs_no_why(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let debt = item(&app, "task", "An old debt", &Value::Null).await;
        let bug = item(&app, "bug", "A defect", &Value::Null).await;
        assert_eq!((&debt["exempt"], &bug["exempt"]), (&Value::Null, &json!("defect")));
        let path = at("/items", &debt);
        assert_eq!(developer.patch(&path, 1, json!({"exempt": "debt"})).await.problem(403)["decision"], "story");
        owner.patch(&path, 1, json!({"exempt": "fun"})).await.problem(422);
        let exempt = owner.patch(&path, 1, json!({"exempt": "debt"})).await.ok(200);
        assert_eq!((&exempt["exempt"], &exempt["version"]), (&json!("debt"), &json!(2)));
        let reasons = |item: &Value| item["ready"]["reasons"].to_string().contains("no why");
        assert!(reasons(&debt) && !reasons(&exempt));
        let without = async || titles(&owner.get("/products/APP/items?has_why=false").await.ok(200)["rows"]).len();
        assert_eq!(without().await, 0);
        let put_back = owner.patch(&path, 2, json!({"exempt": null})).await.ok(200);
        assert_eq!((&put_back["exempt"], without().await), (&Value::Null, 1));
        let marked = owner.patch(&at("/items", &bug), 1, json!({"exempt": "compliance"})).await.ok(200);
        assert_eq!(marked["exempt"], "compliance");
        let put_back = owner.patch(&at("/items", &bug), 2, json!({"exempt": null})).await.ok(200);
        assert_eq!(put_back["exempt"], "defect", "a bug of which nothing is said is a defect");
    }

    async fn the_last_sprints_say_what_the_work_was_for(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner, viewer) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let trust = add(&manager, "themes", json!({"title": "Trust", "target_share": 40})).await;
        let growth = add(&manager, "themes", json!({"title": "Growth"})).await;
        manager.put(BUDGETS, json!({"rows": [{"class": "defect", "share": 20}]})).await.ok(200);
        let initiative = add(&manager, "initiatives", json!({"title": "Replay", "lane": "now"})).await;
        link(&app, &initiative, "advances", &trust).await;
        let epic = item(&app, "epic", "Webhooks", &Value::Null).await;
        link(&app, &epic, "delivers", &initiative).await;
        let part = item(&app, "story", "Of the epic", &epic).await;
        let both = item(&app, "story", "For two themes", &epic).await;
        link(&app, &both, "advances", &growth).await;
        let defect = item(&app, "bug", "A defect", &Value::Null).await;
        let debt = item(&app, "task", "An old debt", &Value::Null).await;
        owner.patch(&at("/items", &debt), 1, json!({"exempt": "debt"})).await.ok(200);

        let report = viewer.get(COVERAGE).await.ok(200);
        assert_eq!((&report["finished"], &report["too_few"], &report["enough"]), (&json!(0), &json!(true), &json!(30)));
        assert_eq!((&report["open"], &report["orphans"]), (&json!({"reached": 0, "total": 2, "exempt": 2}), &json!(0)));
        assert_eq!(report["exempt"][0], json!({"class": "defect", "open": 1, "finished": 0, "share": null, "budget": 20, "over_budget": null}));

        let sprint = add(&owner, "sprints", json!({"name": "One", "starts": "2026-11-02", "ends": "2026-11-13"})).await;
        let all = [&part, &both, &defect, &debt];
        put_in(&app, &at("/sprints", &sprint), Role::Developer, &all).await;
        owner.put(&format!("{}/start", at("/sprints", &sprint)), Value::Null).await.ok(200);
        for item in all {
            enter(&app, item, "Done").await;
        }
        let closing = json!({"verdict": "met", "carry_over": []});
        owner.put(&format!("{}/close", at("/sprints", &sprint)), closing).await.ok(200);
        let report = viewer.get(&format!("{COVERAGE}?sprints=1")).await.ok(200);
        assert_eq!((titles(&report["sprints"]), &report["finished"], &report["too_few"]), (vec!["One"], &json!(4), &json!(true)));
        let shares = |n: usize| {
            let theme = &report["themes"][n];
            (theme["theme"]["title"].clone(), theme["target_share"].clone(), theme["items"].clone(), theme["share"].clone())
        };
        assert_eq!(shares(0), (json!("Trust"), json!(40), json!(1.5), json!(37.5)));
        assert_eq!(shares(1), (json!("Growth"), Value::Null, json!(0.5), json!(12.5)));
        assert_eq!(report["without_theme"], 2);
        assert_eq!(report["exempt"][0], json!({"class": "defect", "open": 0, "finished": 1, "share": 25.0, "budget": 20, "over_budget": null}));
        assert_eq!(report["exempt"][1], json!({"class": "debt", "open": 0, "finished": 1, "share": 25.0, "budget": null, "over_budget": null}));
        for sprints in [0, 41] {
            assert_eq!(viewer.get(&format!("{COVERAGE}?sprints={sprints}")).await.problem(422)["field"], "sprints");
        }
        app.of(Who::Stranger).get(COVERAGE).await.problem(404);
    }

    async fn objectives_starve_and_work_outlives_its_objective(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner, viewer) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let objective = async |title: &str| add(&manager, "objectives", json!({"title": title})).await;
        let (fed, idle, dropped) = (objective("Fed").await, objective("Idle").await, objective("Dropped").await);
        let story = item(&app, "story", "Flies", &Value::Null).await;
        let waits = item(&app, "story", "Waits", &Value::Null).await;
        link(&app, &story, "serves", &fed).await;
        link(&app, &waits, "serves", &idle).await;
        let epic = item(&app, "epic", "Given up", &Value::Null).await;
        link(&app, &epic, "serves", &dropped).await;
        let lost = item(&app, "story", "Lost", &epic).await;
        let saved = item(&app, "story", "Saved", &epic).await;
        link(&app, &saved, "serves", &fed).await;
        let version = manager.get(&at("/objects", &dropped)).await.ok(200)["version"].as_i64().unwrap();
        manager.patch(&at("/objectives", &dropped), version, json!({"status": "dropped"})).await.ok(200);
        let report = viewer.get(COVERAGE).await.ok(200);
        assert_eq!((&report["starved"]["count"], titles(&report["starved"]["objectives"])), (&json!(2), vec!["Fed", "Idle"]));
        assert_eq!((&report["on_dropped"]["count"], titles(&report["on_dropped"]["items"])), (&json!(1), vec!["Lost"]));
        assert_eq!(report["open"], json!({"reached": 3, "total": 4, "exempt": 0}));

        let sprint = add(&owner, "sprints", json!({"starts": "2026-11-02", "ends": "2026-11-13"})).await;
        put_in(&app, &at("/sprints", &sprint), Role::Developer, &[&story]).await;
        let picture = viewer.get(LINE).await.ok(200);
        let starved: Vec<&Value> = picture["columns"][1]["stops"].as_array().unwrap().iter().filter(|stop| stop["starved"] == true).map(|stop| &stop["title"]).collect();
        assert_eq!((starved, &picture["coverage"]["starved"], &picture["coverage"]["on_dropped"]), (vec![&json!("Idle")], &json!(1), &json!(1)));

        // What one may not see is not counted.
        let version = owner.get(&at("/objects", &lost)).await.ok(200)["version"].as_i64().unwrap();
        owner.patch(&at("/objects", &lost), version, json!({"visibility": "team"})).await.ok(200);
        assert_eq!(viewer.get(COVERAGE).await.ok(200)["on_dropped"], json!({"count": 0, "items": []}));
        assert_eq!(owner.get(COVERAGE).await.ok(200)["on_dropped"]["count"], 1);
    }

    async fn the_picture_in_focus_shows_the_threads_through_it(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        manager.put("/products/APP/vision", json!({"statement": "No event is lost"})).await.ok(200);
        let objective = async |title: &str| add(&manager, "objectives", json!({"title": title})).await;
        let (trust, speed) = (objective("Trust").await, objective("Speed").await);
        let initiative = async |title: &str, objective: &Value| {
            add(&manager, "initiatives", json!({"title": title, "lane": "now", "objective": objective["id"]})).await
        };
        let (replay, fast) = (initiative("Replay", &trust).await, initiative("Fast", &speed).await);
        let theme = add(&manager, "themes", json!({"title": "Calm"})).await;
        link(&app, &replay, "advances", &theme).await;
        let epics = [item(&app, "epic", "Webhooks", &Value::Null).await, item(&app, "epic", "Caches", &Value::Null).await];
        link(&app, &epics[0], "delivers", &replay).await;
        link(&app, &epics[1], "delivers", &fast).await;
        let story = item(&app, "story", "Replay one", &epics[0]).await;
        let orphan = item(&app, "epic", "For nothing", &Value::Null).await;
        enter(&app, &story, "Done").await;
        let release = ship(&app, "1.0", &[&story]).await;
        let customer = add(&manager, "customers", json!({"name": "Big", "segment": "Big ones"})).await;
        let said = add(&manager, "feedback", json!({"body": "Faster", "customer": customer["id"], "link": fast["id"]})).await;

        let shown = async |client: &Client, focus: &str| -> Vec<String> {
            let picture = client.get(&format!("{LINE}?{focus}")).await.ok(200);
            let columns = picture["columns"].as_array().unwrap().iter().filter(|column| column["level"] != "told");
            columns.flat_map(|column| titles(&column["stops"])).map(str::to_owned).collect()
        };
        let calm = ["No event is lost", "Trust", "Replay", "Webhooks", "1.0"];
        let fast_ones = ["No event is lost", "Speed", "Fast", "Caches"];
        let name = |thing: &Value| thing["id"].as_str().unwrap().to_owned();
        let reference = trust["reference"].as_str().unwrap();
        for focus in [format!("objective={reference}"), format!("theme={}", name(&theme)), format!("release={}", name(&release)),
            format!("objective={}&release={}", name(&trust), name(&release))] {
            assert_eq!(shown(&viewer, &focus).await, calm, "{focus}");
        }
        assert_eq!(shown(&viewer, "segment=Big%20ones").await, fast_ones);
        assert_eq!(shown(&viewer, &format!("segment=Big%20ones&release={}", name(&release))).await, ["No event is lost"]);
        assert!(shown(&viewer, "segment=Small").await.is_empty());
        for wrong in ["objective=APP-999", "theme=APP-999", "release=APP-999", &format!("release={}", name(&trust))] {
            let field = wrong.split('=').next().unwrap();
            assert_eq!(viewer.get(&format!("{LINE}?{wrong}")).await.problem(422)["field"], field, "{wrong}");
        }
        // Whom one may not see, in no segment.
        hide(&app, &customer).await;
        assert!(shown(&viewer, "segment=Big%20ones").await.is_empty());
        assert_eq!(shown(&manager, "segment=Big%20ones").await, fast_ones);

        let picture = viewer.get(LINE).await.ok(200);
        let stop = |title: &str| {
            let columns = picture["columns"].as_array().unwrap();
            columns.iter().flat_map(|column| column["stops"].as_array().unwrap()).find(|stop| stop["title"] == title).unwrap().clone()
        };
        assert_eq!((&stop("For nothing")["orphan"], &stop("Webhooks")["orphan"]), (&json!(true), &json!(false)));
        assert_eq!(stop("Fast")["count"], 1, "voices");

        let thread = async |client: &Client, object: &Value| {
            client.get(&format!("{LINE}/thread?object={}", name(object))).await.ok(200)
        };
        let through = thread(&viewer, &story).await;
        assert_eq!(titles(&through["stops"]), ["No event is lost", "Trust", "Replay", "Webhooks", "Replay one", "1.0"]);
        assert_eq!((through["edges"].as_array().unwrap().len(), &through["more"]), (5, &json!(0)));
        let through = thread(&viewer, &said).await;
        assert_eq!(titles(&through["stops"]), ["Faster", "No event is lost", "Speed", "Fast", "Caches"]);
        let through = thread(&viewer, &orphan).await;
        assert_eq!((titles(&through["stops"]), &through["stops"][0]["orphan"]), (vec!["For nothing"], &json!(true)));
        hide(&app, &replay).await;
        let through = thread(&viewer, &story).await;
        assert_eq!(titles(&through["stops"]), ["No event is lost", "Trust", "Webhooks", "Replay one", "1.0"]);
        viewer.get(&format!("{LINE}/thread?object={}", name(&replay))).await.problem(404);
        app.of(Who::Stranger).get(&format!("/products/OTHER/line/thread?object={}", name(&story))).await.problem(404);
        app.of(Who::Stranger).get(&format!("{LINE}/thread?object={}", name(&story))).await.problem(404);
    }

    async fn stops_carry_what_is_wrong_with_them(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let objective = add(&manager, "objectives", json!({"title": "Trust"})).await;
        let replay = add(&manager, "initiatives", json!({"title": "Replay", "lane": "now", "objective": objective["id"]})).await;
        // What is written past the server stays until the plan is looked over again.
        app.looked_over().await;
        let product = product(&app).await;
        let (one, other, today) = (id_of(&replay), id_of(&objective), app.clock.now());
        let drift = "INSERT INTO drift (id, product_id, object_id, source_id, field, before, after, at, confirmed_at)
            VALUES ($1, $2, $3, $4, $5, 'a', 'b', $6, $7)";
        let unread: Option<Ts> = None;
        set(&app, drift, args![DriftId::new(), product, one, other, "checked", today, unread].to_vec()).await;
        set(&app, drift, args![DriftId::new(), product, one, other, "looked at", today, today].to_vec()).await;
        let contradiction = "INSERT INTO contradiction (product_id, rule, one_id, other_id, sentence, since, accepted_until)
            VALUES ($1, $2, $3, $4, 'Both cannot be', $5, $6)";
        for (rule, until) in [("two-visions", None), ("accepted", Some(today.plus_days(2).date())), ("expired", Some(today.plus_days(-2).date()))] {
            set(&app, contradiction, args![product, rule, one, other, today, until].to_vec()).await;
        }
        // What does not follow from what one sees is not told to one.
        for (client, contradictions) in [(&manager, 2), (&viewer, 0)] {
            let picture = client.get(LINE).await.ok(200);
            let stop = &picture["columns"][3]["stops"][0];
            assert_eq!((&stop["drift"], &stop["contradictions"]), (&json!(1), &json!(contradictions)));
            let coverage = &picture["coverage"];
            assert_eq!((&coverage["drift"], &coverage["contradictions"]), (&json!(1), &json!(contradictions)));
        }
        // The other end is not told of to those who may not see it.
        hide(&app, &objective).await;
        let picture = viewer.get(LINE).await.ok(200);
        let stop = &picture["columns"][3]["stops"][0];
        assert_eq!((&stop["drift"], &stop["contradictions"]), (&json!(0), &json!(0)));
        assert_eq!((&picture["coverage"]["drift"], &picture["coverage"]["contradictions"]), (&json!(0), &json!(0)));
    }

    async fn the_loop_counts_days_from_what_was_said_to_who_was_told(app: TestApp) {
        let start: Ts = serde_json::from_value(json!("2026-11-26T12:00:00Z")).unwrap();
        let app = app.at(start).await.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let later = |days: i64| app.clock.set(start.plus_days(days));
        let replay = add(&manager, "initiatives", json!({"title": "Replay", "lane": "later"})).await;
        let story = item(&app, "story", "Replay one", &Value::Null).await;
        link(&app, &story, "delivers", &replay).await;
        let said = async |title: &str, day: &str, about: Option<&Value>| {
            let new = json!({"title": title, "body": title, "received_on": day, "link": about.map(|about| about["id"].clone())});
            add(&manager, "feedback", new).await
        };
        let (asked, new) = (said("Asked", "2026-11-20", Some(&replay)).await, said("New", "2026-11-01", None).await);
        let (refused, open) = (said("Refused", "2026-11-10", None).await, said("Open", "2026-11-12", None).await);
        later(1);
        for (feedback, answer) in [(&asked, json!({"state": "triaged"})), (&open, json!({"state": "triaged"})),
            (&refused, json!({"state": "declined", "reason": "Not for us"}))] {
            manager.put(&format!("{}/triage", at("/feedback", feedback)), answer).await.ok(200);
        }
        later(3);
        manager.put(&format!("{}/place", at("/initiatives", &replay)), json!({"lane": "now"})).await.ok(200);
        let waits = viewer.get(LOOP).await.ok(200);
        let row = waits["rows"].as_array().unwrap().iter().find(|row| row["feedback"]["title"] == "Asked").unwrap();
        assert_eq!((&row["waits_for"], &row["days"]), (&json!("shipped"), &json!(9)));
        assert_eq!(row["times"], json!({"received_on": "2026-11-20", "triaged_at": "2026-11-27T12:00:00Z",
            "decided_at": "2026-11-29T12:00:00Z", "shipped_at": null, "told_at": null}));
        later(8);
        enter(&app, &story, "Done").await;
        let release = ship(&app, "1.0", &[&story]).await;
        assert_eq!(viewer.get(LOOP).await.ok(200)["waiting"][2], json!({"station": "told", "count": 1}));
        later(9);
        let say = json!({"feedback": [asked["id"]], "text": "It is here"});
        manager.post(&format!("{}/tellings", at("/releases", &release)), say).await.ok(201);

        let answer = viewer.get(LOOP).await.ok(200);
        let legs: Vec<_> = answer["legs"].as_array().unwrap().iter()
            .map(|leg| (leg["from"].as_str().unwrap(), leg["to"].as_str().unwrap(), leg["count"].as_u64().unwrap(), leg["median_days"].as_f64().unwrap(), leg["p85_days"].as_f64().unwrap()))
            .collect();
        assert_eq!(legs, [
            ("received", "triaged", 3, 15.5, 17.5), ("triaged", "decided", 2, 0.0, 2.0), ("decided", "shipped", 1, 5.0, 5.0),
            ("shipped", "told", 1, 1.0, 1.0), ("received", "told", 1, 15.5, 15.5),
        ]);
        assert_eq!((&answer["told"], &answer["declined"], &answer["postponed"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(answer["waiting"], json!([{"station": "triaged", "count": 1}, {"station": "decided", "count": 1}]));
        let row = &answer["rows"][0];
        assert_eq!((&row["feedback"]["title"], &row["waits_for"], &row["days"]), (&json!("New"), &json!("triaged"), &json!(34)));

        let first = viewer.get(&format!("{LOOP}?limit=1")).await.ok(200);
        assert_eq!(first["rows"].as_array().unwrap().len(), 1);
        let second = viewer.get(&format!("{LOOP}?limit=1&cursor={}", first["next"].as_str().unwrap())).await.ok(200);
        assert_eq!((&second["rows"][0]["feedback"]["title"], &second["next"]), (&json!("Open"), &Value::Null));
        assert_eq!(viewer.get(&format!("{LOOP}?cursor=nonsense")).await.problem(422)["field"], "cursor");

        hide(&app, &new).await;
        assert_eq!(viewer.get(LOOP).await.ok(200)["waiting"], json!([{"station": "decided", "count": 1}]));
        app.of(Who::Stranger).get(LOOP).await.problem(404);
    }

    async fn the_loop_goes_through_what_is_there_and_to_be_seen(app: TestApp) {
        let app = app.furnished().await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let replay = add(&manager, "initiatives", json!({"title": "Replay", "lane": "later"})).await;
        let story = item(&app, "story", "Replay one", &Value::Null).await;
        link(&app, &story, "delivers", &replay).await;
        let feedback = add(&manager, "feedback", json!({"title": "Asked", "body": "Asked", "link": replay["id"]})).await;
        manager.put(&format!("{}/triage", at("/feedback", &feedback)), json!({"state": "triaged"})).await.ok(200);
        let waits = async |client: &Client| client.get(LOOP).await.ok(200)["rows"][0]["waits_for"].clone();
        assert_eq!(waits(&viewer).await, "decided");
        let sprint = json!({"name": "Sprint 1", "starts": "2026-11-23", "ends": "2026-12-04"});
        let sprint = add(&app.as_(Role::ProductOwner), "sprints", sprint).await;
        put_in(&app, &at("/sprints", &sprint), Role::Developer, &[&story]).await;
        assert_eq!((waits(&viewer).await, waits(&manager).await), (json!("shipped"), json!("shipped")));
        let owner = app.as_(Role::ProductOwner);
        let version = owner.get(&at("/objects", &sprint)).await.ok(200)["version"].as_i64().unwrap();
        owner.patch(&at("/objects", &sprint), version, json!({"visibility": "team"})).await.ok(200);
        assert_eq!((waits(&viewer).await, waits(&manager).await), (json!("decided"), json!("shipped")));
        enter(&app, &story, "Cancelled").await;
        assert_eq!(waits(&manager).await, "decided");
        manager.put(&format!("{}/place", at("/initiatives", &replay)), json!({"lane": "now"})).await.ok(200);
        assert_eq!((waits(&viewer).await, waits(&manager).await), (json!("shipped"), json!("shipped")));
        manager.put(&format!("{}/archive", at("/objects", &replay)), Value::Null).await.ok(200);
        assert_eq!(waits(&manager).await, "decided");
    }
}
