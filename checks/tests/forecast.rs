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

/// So many weeks in which the team finished three stories each.
async fn worked(app: &TestApp, weeks: i64) {
    for _ in 0..3 * weeks {
        add(&app.as_(Role::ProductOwner), "items", json!({"kind": "story", "title": "Past", "state": "Done"})).await;
    }
    app.db
        .write(move |conn| {
            let done: Vec<(i64,)> =
                conn.rows("SELECT number FROM item WHERE done_at IS NOT NULL ORDER BY number", &[])?;
            for (place, (number,)) in done.iter().enumerate() {
                let at = today().plus_days(-7 * (place as i64 / 3) - 1);
                conn.exec_unrecorded("UPDATE item SET done_at = $1 WHERE number = $2", args![at, *number])?;
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
        worked(&app, 12).await;
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

        // Further down is later; what is put away is not waited for.
        let rank = format!("/items/{}/rank", first["id"].as_str().unwrap());
        owner.put(&rank, json!({"at": "bottom"})).await.ok(200);
        let outlook = app.as_(Role::Viewer).get(FORECAST).await.ok(200);
        assert_eq!(things(&outlook), [("Late", 2, 3), ("Bet", 2, 3), ("Early", 2, 5), ("1.0", 1, 5)]);
        owner.put(&format!("/objects/{}/archive", first["id"].as_str().unwrap()), Value::Null).await.ok(200);
        let outlook = app.as_(Role::Viewer).get(FORECAST).await.ok(200);
        assert_eq!(things(&outlook), [("Early", 1, 2), ("Late", 2, 3), ("Bet", 2, 3)]);
    }

    async fn too_little_history_gives_no_date(app: TestApp) {
        let app = app.at(today()).await.furnished().await;
        worked(&app, 2).await;
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
        worked(&app, 40).await;
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
        for (question, field) in [("items=0", "items"), ("items=1000001", "items"), ("items=9..3", "items"), ("items=3&away=soon", "away"), ("items=x", "items"), ("items=3&by=soon", "query"), ("by=2027-01-07", "query")] {
            assert_eq!(viewer.get(&format!("{FORECAST}/items?{question}")).await.problem(422)["field"], field, "{question}");
        }
        let past = viewer.get(&format!("{FORECAST}/backtest")).await.ok(200)["backtest"].clone();
        // A team that does the same every week has its dates come true.
        assert!(past["forecasts"].as_i64().unwrap() >= 15, "{past}");
        assert_eq!(past["coverage"]["95"], 1.0);
        assert_eq!(past["true_by_85"], past["forecasts"]);
    }
}
