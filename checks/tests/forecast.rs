//! When what is in the backlog will be done.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use serde_json::Value;
use store::args;
use throughline_checks::{Client, Role, TestApp, both_engines, json};
use vocabulary::Ts;

const FORECAST: &str = "/products/APP/forecast";

fn today() -> Ts {
    serde_json::from_value(json!("2026-11-26T12:00:00Z")).unwrap()
}

async fn add(client: &Client, what: &str, new: Value) -> Value {
    client.post(&format!("/products/APP/{what}"), new).await.ok(201)
}

async fn item(app: &TestApp, kind: &str, title: &str, parent: &Value) -> Value {
    add(&app.as_(Role::ProductOwner), "items", json!({"kind": kind, "title": title, "parent": parent["id"]})).await
}

/// A sprint of some stories of two points each, the first of which are done.
async fn sprint(app: &TestApp, stories: usize, done: usize) -> (String, Vec<String>) {
    let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
    let sprint = add(&owner, "sprints", json!({"starts": "2026-11-20", "ends": "2026-12-03"})).await;
    let path = format!("/sprints/{}", sprint["id"].as_str().unwrap());
    let mut items = Vec::new();
    for _ in 0..stories {
        let story = item(app, "story", "Work", &Value::Null).await["id"].as_str().unwrap().to_owned();
        developer.put(&format!("/items/{story}/estimate"), json!({"points": 2.0})).await.ok(200);
        developer.put(&format!("{path}/items/{story}"), Value::Null).await.ok(200);
        items.push(story);
    }
    app.as_(Role::ScrumMaster).put(&format!("{path}/start"), Value::Null).await.ok(200);
    for story in &items[..done] {
        developer.put(&format!("/items/{story}/state"), json!({"state": "Done"})).await.ok(200);
    }
    (path, items)
}

/// What the database holds of sprints, put back in time: started so many days ago, done and ended so many days later.
async fn put_back(app: &TestApp, path: &str, started: i64, done: i64, ended: Option<i64>) {
    let sprint: vocabulary::ObjectId = path.trim_start_matches("/sprints/").parse().unwrap();
    let start = today().plus_days(-started);
    app.db
        .write(move |conn| {
            let ended = ended.map(|days| start.plus_days(days));
            let (taken, done) = (start.plus_days(-1), start.plus_days(done));
            let run = |sql: &str, values: &[store::Val]| conn.exec_unrecorded(sql, values);
            run("UPDATE sprint SET started_at = $1, closed_at = $2 WHERE object_id = $3", args![start, ended, sprint])?;
            run("UPDATE sprint_scope SET added_at = $1 WHERE sprint_id = $2", args![taken, sprint])?;
            for table in ["sprint_scope", "item"] {
                let sql = format!("UPDATE {table} SET done_at = $1 WHERE sprint_id = $2 AND done_at IS NOT NULL");
                run(&sql, args![done, sprint])?;
            }
            Ok::<_, store::StoreError>(())
        })
        .await
        .unwrap();
}

/// Reference and place of each thing, in their order.
fn things(outlook: &Value) -> Vec<(&str, i64, i64)> {
    let things = outlook["things"].as_array().unwrap().iter();
    things.map(|t| (t["title"].as_str().unwrap(), t["items"].as_i64().unwrap(), t["place"].as_i64().unwrap())).collect()
}

both_engines! {
    async fn what_is_in_the_backlog_is_done_in_its_order(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let (owner, manager) = (app.as_(Role::ProductOwner), app.as_(Role::ProductManager));
        let (early, late) = (item(&app, "epic", "Early", &Value::Null).await, item(&app, "epic", "Late", &Value::Null).await);
        let first = item(&app, "story", "First", &early).await;
        let second = item(&app, "bug", "Second", &late).await;
        item(&app, "subtask", "Part", &second).await;
        item(&app, "task", "Third", &early).await;
        let fourth = item(&app, "story", "Fourth", &late).await;
        item(&app, "story", "Fifth", &Value::Null).await;
        let initiative = add(&manager, "initiatives", json!({"title": "Bet", "lane": "now", "ends": "2026-Q4"})).await;
        for of in [&late, &fourth] {
            let link = json!({"relation": "delivers", "to": initiative["id"]});
            manager.post(&format!("/objects/{}/links", of["id"].as_str().unwrap()), link).await.ok(201);
        }
        let release = add(&owner, "releases", json!({"name": "1.0", "planned_on": "2026-12-04"})).await;
        let path = format!("/releases/{}/items/{}", release["id"].as_str().unwrap(), first["id"].as_str().unwrap());
        owner.put(&path, Value::Null).await.ok(200);

        let outlook = app.as_(Role::Viewer).get(FORECAST).await.ok(200);
        assert_eq!(things(&outlook), [("1.0", 1, 1), ("Early", 2, 3), ("Late", 2, 4), ("Bet", 2, 4)]);
        assert_eq!((&outlook["open"], &outlook["more"]), (&json!(5), &json!(0)));
        assert_eq!(outlook["basis"]["weeks"], json!(vec![3; 11]), "{outlook}");
        let by = |thing: &Value| thing["when"]["85"].as_str().unwrap().to_owned();
        let dates: Vec<String> = outlook["things"].as_array().unwrap().iter().map(by).collect();
        assert!(dates.is_sorted() && dates[1] < dates[2] && dates[2] == dates[3], "{dates:?}");
        assert!(dates[3].as_str() <= outlook["when"]["85"].as_str().unwrap());
        let planned = |at: usize| (&outlook["things"][at]["planned"], outlook["things"][at]["likelihood"].as_f64());
        let (release, bet) = (planned(0), planned(3));
        assert_eq!((release.0, bet.0), (&json!("2026-12-04"), &json!("2026-12-31")));
        assert!((0.8..=1.0).contains(&release.1.unwrap()) && (0.9..=1.0).contains(&bet.1.unwrap()), "{outlook}");
        assert_eq!(planned(1), (&Value::Null, None));

        // Some of it, chosen: done when the last of it is, items and wholes alike.
        let viewer = app.as_(Role::Viewer);
        let of = async |things: &[&Value], more: &str| {
            let references: Vec<&str> = things.iter().map(|thing| thing["reference"].as_str().unwrap()).collect();
            viewer.get(&format!("{FORECAST}/things?of={}{more}", references.join(","))).await.ok(200)
        };
        let both = of(&[&first, &early], "&by=2026-12-31").await;
        assert_eq!((&both["items"], &both["place"], &both["when"]), (&json!(2), &json!(3), &outlook["things"][1]["when"]));
        assert_eq!((&both["of"][0]["title"], &both["by"]["date"]), (&json!("Early"), &json!("2026-12-31")));
        let by_then = both["by"]["likelihood"].as_f64().unwrap();
        assert!((0.9..=1.0).contains(&by_then) && both["curve"].as_array().unwrap().len() > 1, "{both}");
        assert_eq!(of(&[&initiative], "").await["when"], outlook["things"][3]["when"]);
        assert_eq!((&of(&[&fourth], "").await["place"], &of(&[&fourth], "").await["by"]), (&json!(4), &Value::Null));
        for (question, field) in [("of=", "of"), ("of=APP-9999", "of"), ("of=OTHER-1", "of"), ("of=APP-1&by=x", "by")] {
            assert_eq!(viewer.get(&format!("{FORECAST}/things?{question}")).await.problem(422)["field"], field, "{question}");
        }

        // What if: less to do is sooner, and so is a faster team; days away are later.
        let if_so = async |question: &str| viewer.get(&format!("{FORECAST}?{question}")).await.ok(200);
        let without = if_so(&format!("without={0},{0}", early["reference"].as_str().unwrap())).await;
        assert_eq!((things(&without), &without["open"]), (vec![("Late", 2, 2), ("Bet", 2, 2)], &json!(3)));
        let all = |outlook: &Value| outlook["when"]["85"].as_str().unwrap().to_owned();
        assert!(all(&if_so("pace=200").await) < all(&outlook) && all(&if_so("pace=50").await) > all(&outlook));
        assert!(all(&if_so("away=2026-11-27..2026-12-06").await) > all(&outlook));
        for (question, field) in
            [("without=Early", "without"), ("without=APP-9999", "without"), ("without=OTHER-1", "without"), ("pace=5", "pace"), ("away=x", "away")]
        {
            assert_eq!(viewer.get(&format!("{FORECAST}?{question}")).await.problem(422)["field"], field, "{question}");
        }
        viewer.get(&format!("{FORECAST}?drop=APP-1")).await.problem(422);

        // Further down is later; what is put away is not waited for.
        let rank = format!("/items/{}/rank", first["id"].as_str().unwrap());
        owner.put(&rank, json!({"at": "bottom"})).await.ok(200);
        let outlook = app.as_(Role::Viewer).get(FORECAST).await.ok(200);
        assert_eq!(things(&outlook), [("Late", 2, 3), ("Bet", 2, 3), ("Early", 2, 5), ("1.0", 1, 5)]);
        owner.put(&format!("/objects/{}/archive", first["id"].as_str().unwrap()), Value::Null).await.ok(200);
        let outlook = app.as_(Role::Viewer).get(FORECAST).await.ok(200);
        assert_eq!(things(&outlook), [("Early", 1, 2), ("Late", 2, 3), ("Bet", 2, 3)]);
    }

    async fn what_is_blocked_is_done_after_what_blocks_it(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let (viewer, manager) = (app.as_(Role::Viewer), app.as_(Role::ProductManager));
        let (early, late) = (item(&app, "epic", "Early", &Value::Null).await, item(&app, "epic", "Late", &Value::Null).await);
        let first = item(&app, "story", "First", &early).await;
        item(&app, "story", "Second", &late).await;
        item(&app, "story", "Third", &late).await;
        assert_eq!(things(&viewer.get(FORECAST).await.ok(200)), [("Early", 1, 1), ("Late", 2, 3)]);
        let links = format!("/objects/{}/links", late["id"].as_str().unwrap());
        manager.post(&links, json!({"relation": "blocks", "to": first["id"]})).await.ok(201);
        assert_eq!(things(&viewer.get(FORECAST).await.ok(200)), [("Late", 2, 2), ("Early", 1, 3)]);
    }

    async fn an_epic_that_is_not_split_yet_counts_for_as_many_items_as_others_had(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let viewer = app.as_(Role::Viewer);
        item(&app, "epic", "Whole", &Value::Null).await;
        let outlook = viewer.get(FORECAST).await.ok(200);
        assert_eq!((&outlook["open"], &outlook["unsplit"], &outlook["split"]), (&json!(0), &json!(1), &Value::Null));
        assert_eq!((things(&outlook), &outlook["things"][0]["unsplit"]), (vec![("Whole", 0, 1)], &json!(1)));
        let soon = outlook["things"][0]["when"]["85"].as_str().unwrap().to_owned();
        // Five epics of six items each, and the next is taken for as large.
        for n in 0..5 {
            let epic = item(&app, "epic", &format!("Done {n}"), &Value::Null).await;
            for _ in 0..6 {
                let new = json!({"kind": "story", "title": "Done", "state": "Done", "parent": epic["id"]});
                add(&app.as_(Role::ProductOwner), "items", new).await;
            }
        }
        let outlook = viewer.get(FORECAST).await.ok(200);
        assert_eq!((&outlook["unsplit"], &outlook["split"]), (&json!(1), &json!(6.0)));
        assert!(outlook["things"][0]["when"]["85"].as_str().unwrap() > soon.as_str(), "{outlook}");
    }

    async fn what_comes_in_ahead_makes_what_is_there_later(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let (viewer, owner) = (app.as_(Role::Viewer), app.as_(Role::ProductOwner));
        let epic = item(&app, "epic", "Old", &Value::Null).await;
        let mut old = Vec::new();
        for _ in 0..6 {
            let part = item(&app, "story", "Part", &epic).await;
            old.push(part["id"].as_str().unwrap().parse::<vocabulary::ObjectId>().unwrap());
        }
        // All of it is twenty weeks old, and in each of the last ten something new was put before it.
        let mut new = Vec::new();
        for _ in 0..10 {
            let bug = add(&owner, "items", json!({"kind": "bug", "title": "New", "place": {"at": "top"}})).await;
            new.push(bug["id"].as_str().unwrap().parse::<vocabulary::ObjectId>().unwrap());
        }
        app.db
            .write(move |conn| {
                let run = |days: i64, id: vocabulary::ObjectId| {
                    let at = today().plus_days(-days);
                    conn.exec_unrecorded("UPDATE object SET created_at = $1 WHERE id = $2", args![at, id])
                };
                old.iter().try_for_each(|id| run(140, *id).map(drop))?;
                for (week, id) in (0i64..).zip(&new) {
                    run(7 * week + 3, *id)?;
                }
                Ok::<_, store::StoreError>(())
            })
            .await
            .unwrap();
        let outlook = viewer.get(FORECAST).await.ok(200);
        let thing = &outlook["things"][0];
        let ahead = thing["ahead"].as_f64().unwrap();
        assert!((0.25..=0.35).contains(&ahead), "ten of thirty-three: {thing}");
        let without = viewer.get(&format!("{FORECAST}?arriving=false")).await.ok(200);
        assert_eq!(without["things"][0]["ahead"], 0.0);
        assert!(without["things"][0]["when"]["85"].as_str().unwrap() < thing["when"]["85"].as_str().unwrap());
    }

    async fn days_off_make_the_weeks_longer(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let (viewer, developer) = (app.as_(Role::Viewer), app.as_(Role::Developer));
        for _ in 0..9 {
            item(&app, "story", "Open", &Value::Null).await;
        }
        let by = async || viewer.get(FORECAST).await.ok(200)["when"]["85"].as_str().unwrap().to_owned();
        let soon = by().await;
        let off = |first: &str, last: &str| json!({"first": first, "last": last});
        let noted = developer.post("/products/APP/days-off", off("2026-11-30", "2026-12-13")).await.ok(201);
        let later = by().await;
        assert!(later > soon, "{later} {soon}");
        developer.delete(&format!("/days-off/{}", noted["id"].as_str().unwrap())).await.ok(204);
        assert_eq!(by().await, soon);
        // Of one developer one is all; and a holiday of the past makes the pace of its week count for more.
        let own = json!({"first": "2026-11-30", "last": "2026-12-13", "person": app.people[&throughline_checks::Who::Role(Role::Developer)]});
        developer.post("/products/APP/days-off", own).await.ok(201);
        assert_eq!(by().await, later);
        developer.post("/products/APP/days-off", off("2026-10-05", "2026-10-25")).await.ok(201);
        assert!(by().await <= later);
    }

    async fn teams_side_by_side_are_told_by_their_own_pace(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let (viewer, master, developer) = (app.as_(Role::Viewer), app.as_(Role::ScrumMaster), app.as_(Role::Developer));
        let rows = json!({"rows": [{"name": "Blue", "members": []}, {"name": "Green", "members": []}]});
        let teams = master.put("/products/APP/teams", rows).await.ok(200);
        let team = |at: usize| teams["rows"][at]["id"].as_str().unwrap().to_owned();
        let outlook = viewer.get(FORECAST).await.ok(200);
        assert_eq!(outlook["teams"], json!([]));
        assert!(outlook["together"].as_str().unwrap().contains("as Blue cannot be by itself. Not enough history"), "{outlook}");

        // Blue did one of three, Green the others; both have an epic of their own, and they have one together.
        let all = developer.get("/products/APP/items?open=false&limit=200").await.ok(200);
        for (at, row) in all["rows"].as_array().unwrap().iter().enumerate() {
            let change = json!({"team_id": team(usize::from(at % 3 > 0))});
            let path = format!("/items/{}", row["id"].as_str().unwrap());
            developer.patch(&path, row["version"].as_i64().unwrap(), change).await.ok(200);
        }
        let give = async |thing: &Value, team: String| {
            let path = format!("/items/{}", thing["id"].as_str().unwrap());
            developer.patch(&path, 1, json!({"team_id": team})).await.ok(200);
        };
        let both = item(&app, "epic", "Both", &Value::Null).await;
        for at in 0..2 {
            give(&item(&app, "story", "One", &both).await, team(at)).await;
        }
        let mut epics = Vec::new();
        for at in 0..2 {
            let epic = item(&app, "epic", ["Blues", "Greens"][at], &Value::Null).await;
            give(&epic, team(at)).await;
            for _ in 0..6 {
                item(&app, "story", "Part", &epic).await;
            }
            epics.push(epic);
        }
        let outlook = viewer.get(FORECAST).await.ok(200);
        assert_eq!((&outlook["together"], &outlook["open"]), (&Value::Null, &json!(14)));
        let team = |at: usize| (&outlook["teams"][at]["name"], &outlook["teams"][at]["open"]);
        assert_eq!((team(0), team(1)), ((&json!("Blue"), &json!(7)), (&json!("Green"), &json!(7))));
        let by = |title: &str| {
            let thing = outlook["things"].as_array().unwrap().iter().find(|thing| thing["title"] == title).unwrap();
            thing["when"]["85"].as_str().unwrap().to_owned()
        };
        assert!(by("Both") < by("Greens") && by("Greens") < by("Blues"), "{outlook}");
        assert!(by("Blues").as_str() <= outlook["when"]["85"].as_str().unwrap());
        assert_eq!(by("Blues"), outlook["teams"][0]["when"]["85"].as_str().unwrap());
    }

    async fn a_promise_is_done_when_all_that_it_is_about_is(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let (manager, viewer) = (app.as_(Role::ProductManager), app.as_(Role::Viewer));
        let epic = item(&app, "epic", "Epic", &Value::Null).await;
        let alone = item(&app, "story", "Alone", &Value::Null).await;
        item(&app, "story", "Unpromised", &Value::Null).await;
        let part = item(&app, "story", "Part", &epic).await;
        let initiative = add(&manager, "initiatives", json!({"title": "Bet", "lane": "now"})).await;
        let path = |thing: &Value| format!("/objects/{}/links", thing["id"].as_str().unwrap());
        manager.post(&path(&epic), json!({"relation": "delivers", "to": initiative["id"]})).await.ok(201);
        let promise = async |title: &str, about: &Value| {
            let new = json!({"title": title, "audience": "All", "due": "2026-12", "about": about["id"]});
            add(&manager, "promises", new).await
        };
        let (both, one) = (promise("Both", &initiative).await, promise("One", &alone).await);
        manager.post(&path(&both), json!({"relation": "promises", "to": alone["id"]})).await.ok(201);
        // Promised twice over, it is still one item.
        manager.post(&path(&both), json!({"relation": "promises", "to": epic["id"]})).await.ok(201);
        let told = async || {
            let outlook = viewer.get(FORECAST).await.ok(200);
            things(&outlook).into_iter().map(|(title, items, place)| (title.to_owned(), items, place)).collect::<Vec<_>>()
        };
        let named = |list: &[(&str, i64, i64)]| list.iter().map(|(t, n, at)| ((*t).to_owned(), *n, *at)).collect::<Vec<_>>();
        assert_eq!(told().await, named(&[("One", 1, 1), ("Epic", 1, 3), ("Bet", 1, 3), ("Both", 2, 3)]));
        let outlook = viewer.get(FORECAST).await.ok(200);
        let due = &outlook["things"][3];
        assert_eq!((&due["kind"], &due["planned"]), (&json!("promise"), &json!("2026-12-31")));
        assert!((0.5..=1.0).contains(&due["likelihood"].as_f64().unwrap()), "{due}");

        // What is the team's, kept or put away is promised to nobody else.
        manager.patch(&format!("/objects/{}", one["id"].as_str().unwrap()), 1, json!({"visibility": "team"})).await.ok(200);
        assert_eq!(told().await, named(&[("Epic", 1, 3), ("Bet", 1, 3), ("Both", 2, 3)]));
        let version = manager.get(&format!("/promises/{}", both["id"].as_str().unwrap())).await.ok(200)["version"].as_i64().unwrap();
        manager.patch(&format!("/promises/{}", both["id"].as_str().unwrap()), version, json!({"state": "kept"})).await.ok(200);
        assert_eq!(told().await, named(&[("Epic", 1, 3), ("Bet", 1, 3)]));
        app.as_(Role::Developer).put(&format!("/items/{}/state", part["id"].as_str().unwrap()), json!({"state": "Done"})).await.ok(200);
        assert_eq!(told().await, []);
    }

    async fn what_is_the_teams_counts_for_the_team_alone(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(12, today()).await;
        let epic = item(&app, "epic", "Open", &Value::Null).await;
        let secret = item(&app, "story", "Secret", &epic).await;
        item(&app, "story", "Known", &epic).await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let path = format!("/objects/{}", secret["id"].as_str().unwrap());
        owner.patch(&path, 1, json!({"visibility": "team"})).await.ok(200);
        let (known, all) = (viewer.get(FORECAST).await.ok(200), owner.get(FORECAST).await.ok(200));
        assert_eq!((things(&known), things(&all)), (vec![("Open", 1, 1)], vec![("Open", 2, 2)]));
        assert_eq!((&known["open"], &all["open"]), (&json!(1), &json!(2)));
        // To leave it out would tell that it is there.
        let without = format!("{FORECAST}?without={}", secret["reference"].as_str().unwrap());
        assert_eq!(viewer.get(&without).await.problem(422)["field"], "without");
        assert_eq!(things(&owner.get(&without).await.ok(200)), [("Open", 1, 1)]);
    }

    async fn a_running_sprint_is_told_by_earlier_ones(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let said = async |path: &str| viewer.get(&format!("{path}/forecast")).await.ok(200);
        for past in 1..=6 {
            if past == 6 {
                let (path, _) = sprint(&app, 4, 1).await;
                assert_eq!(said(&path).await["not_enough"], "Not enough history: 5 earlier sprints tell of this; 6 would be enough.");
                app.as_(Role::ProductOwner).put(&format!("{path}/cancellation"), json!({"reason": "Obsolete"})).await.ok(200);
            }
            // Each had two of its four stories done on its third day, and no other later.
            let (path, items) = sprint(&app, 4, 1).await;
            put_back(&app, &path, 14 * past, 3, None).await;
            app.as_(Role::Developer).put(&format!("/items/{}/state", items[1]), json!({"state": "Done"})).await.ok(200);
            let carried: Vec<Value> = items[2..].iter().map(|item| json!({"item": item, "to": "backlog"})).collect();
            let end = json!({"verdict": "missed", "carry_over": carried});
            app.as_(Role::ProductOwner).put(&format!("{path}/close"), end).await.ok(200);
            put_back(&app, &path, 14 * past, 3, Some(13)).await;
            assert_eq!(said(&path).await["not_enough"], "Only of a sprint that is running it can be said whether it will deliver.");
        }
        let (path, items) = sprint(&app, 4, 1).await;
        put_back(&app, &path, 6, 3, None).await;
        let told = said(&path).await;
        assert_eq!((&told["unit"], &told["scope"], &told["done"]), (&json!("points"), &json!(8.0), &json!(2.0)));
        let delivery = &told["delivery"];
        assert_eq!((&delivery["sprints"], &delivery["delivered"], &delivery["left"]), (&json!(6), &json!(0), &json!(4.0)));
        assert!(delivery["likelihood"].as_f64().unwrap() < 0.2, "{told}");
        for story in &items[1..] {
            app.as_(Role::Developer).put(&format!("/items/{story}/state"), json!({"state": "Done"})).await.ok(200);
        }
        assert_eq!(said(&path).await["not_enough"], "All that is in the sprint is done.");
    }

    async fn too_little_history_gives_no_date(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(2, today()).await;
        let epic = item(&app, "epic", "Epic", &Value::Null).await;
        item(&app, "story", "Story", &epic).await;
        let viewer = app.as_(Role::Viewer);
        let outlook = viewer.get(FORECAST).await.ok(200);
        let why = outlook["basis"]["not_enough"].as_str().unwrap();
        assert!(why.starts_with("Not enough history: in the last week 3 items were finished, in 1 week."), "{why}");
        assert_eq!((&outlook["when"], &outlook["things"][0]["when"]), (&Value::Null, &Value::Null));
        let told = viewer.get(&format!("{FORECAST}/items?items=5&by=2027-01-01")).await.ok(200);
        assert_eq!((&told["when"], &told["by"], &told["curve"]), (&Value::Null, &Value::Null, &json!([])));
        assert_eq!(viewer.get(&format!("{FORECAST}/backtest")).await.ok(200)["backtest"], Value::Null);
    }

    async fn a_question_is_answered_and_the_past_judged(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        app.worked(40, today()).await;
        let viewer = app.as_(Role::Viewer);
        let told = viewer.get(&format!("{FORECAST}/items?items=12&by=2027-01-07")).await.ok(200);
        let dates = ["50", "70", "85", "95"].map(|percent| told["when"][percent].as_str().unwrap());
        assert!(dates.is_sorted() && dates[0] > "2026-12-15" && dates[2] < "2027-01-20", "{dates:?}");
        let by = |answer: &Value| answer["when"]["85"].as_str().unwrap().to_owned();
        let wider = viewer.get(&format!("{FORECAST}/items?items=12..24")).await.ok(200);
        let away = viewer.get(&format!("{FORECAST}/items?items=12&away=2026-12-01..2026-12-14,2027-01-01")).await.ok(200);
        assert!(by(&wider) > by(&told) && by(&away) > by(&told), "{wider} {away}");
        let curve = told["curve"].as_array().unwrap();
        assert!(curve.windows(2).all(|pair| pair[0]["likelihood"].as_f64() <= pair[1]["likelihood"].as_f64()));
        assert!(told["by"]["likelihood"].as_f64().unwrap() > 0.8, "{told}");
        assert!(told["by"]["how_many"]["95"].as_i64() <= told["by"]["how_many"]["50"].as_i64());
        for (question, field) in [("items=0", "items"), ("items=1000001", "items"), ("items=9..3", "items"), ("items=3&away=soon", "away"), ("items=x", "items"), ("items=3&by=soon", "by"), ("by=2027-01-07", "query")] {
            assert_eq!(viewer.get(&format!("{FORECAST}/items?{question}")).await.problem(422)["field"], field, "{question}");
        }
        let past = viewer.get(&format!("{FORECAST}/backtest")).await.ok(200)["backtest"].clone();
        // A team that does the same every week has its dates come true.
        assert!(past["forecasts"].as_i64().unwrap() >= 15, "{past}");
        assert_eq!(past["coverage"]["95"], 1.0);
        assert_eq!(past["true_by_85"], past["forecasts"]);
    }
}
