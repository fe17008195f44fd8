//! Many at once leave one story: one order, every number once, every acknowledged version in the history, and nothing
//! that `doctor` would find.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use access::{Actor, Cx, Fault};
use backlog::{AddItem, Place, RankItem};
use reqwest::Method;
use serde_json::Value;
use std::time::Duration;
use throughline_checks::{Book, Client, Load, Records, Role, both_engines, json};
use tokio::task::JoinSet;
use vocabulary::{Body, Kind, ObjectId, OrderKey, ProductId, ProductName, Title, Ts};

/// A new story at the bottom, added as the console.
fn story(cx: &Cx<'_>, title: &str) -> Result<ObjectId, Fault> {
    let title = Title::try_from(title.to_owned()).map_err(|why| Fault::invalid("title", why))?;
    let product: ProductName = "APP".parse().map_err(|_| Fault::not_found("product"))?;
    let add = AddItem {
        product,
        kind: Kind::Story,
        title,
        body: Body::default(),
        points: None,
        assignee_id: None,
        parent: None,
        state: None,
        initiative: None,
        place: None,
    };
    object::carry_out(cx, &add)
}

async fn open_items_in(client: &Client, sprint: &str) -> Vec<Value> {
    client.rows(&format!("/products/APP/items?open=true&sprint={sprint}")).await
}

both_engines! {
    async fn sixty_four_writers_leave_one_story(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let (load, mut book) = Load::begin(owner.clone(), app.as_(Role::Developer)).await;
        book.append(load.run(64, 8, |sent| sent < 60).await);
        assert!(book.stale > 0, "no two writers met");
        let records = Records::read(&owner).await;
        assert!(records.missing(&book).is_empty(), "{:?}", records.missing(&book));
        assert_eq!(records.contradictions(&owner).await, [""; 0]);
        app.assert_healthy().await;
    }

    async fn a_lost_acknowledgement_is_noticed(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let (_, told) = Load::begin(owner.clone(), app.as_(Role::Developer)).await;
        let records = Records::read(&owner).await;
        let entries = told.entries.iter().map(|entry| throughline_checks::Entry { version: 2, ..entry.clone() });
        let untold = Book { entries: entries.collect(), ..Book::default() };
        assert_eq!((records.missing(&told).len(), records.missing(&untold).len()), (0, untold.entries.len()));
    }

    async fn there_is_always_room_between_the_same_two(app: TestApp) {
        const ITEMS: usize = 300;
        const ROUNDS: usize = 20;
        let app = app.furnished().await;
        let items: Vec<ObjectId> = app
            .console(|cx| (0..ITEMS).map(|number| story(cx, &format!("Story {number}"))).collect())
            .await;
        let first = items[0];
        for _ in 0..ROUNDS {
            let others = items[1..].to_vec();
            app.console(move |cx| {
                others.iter().try_for_each(|item| {
                    let place = Place::After { after: first.into() };
                    object::carry_out(cx, &RankItem { item: (*item).into(), place }).map(drop)
                })
            })
            .await;
        }
        let rows = app.as_(Role::Viewer).rows("/products/APP/items").await;
        let ordered: Vec<ObjectId> = rows.iter().map(|row| row["id"].as_str().unwrap().parse().unwrap()).collect();
        let expected: Vec<ObjectId> = [first].into_iter().chain(items[1..].iter().rev().copied()).collect();
        assert_eq!(ordered, expected);
        let longest = rows.iter().map(|row| row["rank"].as_str().unwrap().len()).max();
        assert!(longest <= Some(OrderKey::LONG), "{longest:?}");
        app.assert_healthy().await;
    }

    async fn nothing_slips_into_a_sprint_that_is_closed(app: TestApp) {
        let app = app.furnished().await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        for round in 0..4 {
            let dates = json!({"starts": "2026-11-02", "ends": "2026-11-13"});
            let sprint = owner.post("/products/APP/sprints", dates).await.ok(201)["id"].as_str().unwrap().to_owned();
            let mut items = Vec::new();
            for number in 0..24 {
                let new = json!({"kind": "story", "title": format!("Story {round}.{number}")});
                items.push(owner.post("/products/APP/items", new).await.ok(201)["id"].as_str().unwrap().to_owned());
            }
            developer.put(&format!("/sprints/{sprint}/items/{}", items[0]), Value::Null).await.ok(200);
            owner.put(&format!("/sprints/{sprint}/start"), Value::Null).await.ok(200);

            let mut late = JoinSet::new();
            for item in items {
                let (developer, path) = (developer.clone(), format!("/sprints/{sprint}/items/{item}"));
                late.spawn(async move {
                    let answer = developer.send(developer.request(Method::PUT, &path)).await;
                    // It came in before the end, or it was told that it is too late.
                    assert!([200, 409].contains(&answer.status.as_u16()), "{}", answer.text);
                });
            }
            loop {
                let unfinished = open_items_in(&owner, &sprint).await;
                let carry_over: Vec<Value> =
                    unfinished.iter().map(|row| json!({"item": row["id"], "to": "backlog"})).collect();
                let closing = json!({"verdict": "met", "carry_over": carry_over});
                let answer = owner.put(&format!("/sprints/{sprint}/close"), closing).await;
                if answer.status != 422 {
                    answer.ok(200);
                    break;
                }
            }
            late.join_all().await;
            assert_eq!(open_items_in(&owner, &sprint).await, [Value::Null; 0], "open items in a closed sprint");
        }
        app.assert_healthy().await;
    }

    async fn who_waits_for_a_turn_keeps_no_reader_waiting(app: TestApp) {
        let app = app.furnished().await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let product: ProductId = owner.rows("/products").await[0]["id"].as_str().unwrap().parse().unwrap();
        let (organisation, db) = (app.organisation, app.db.clone());
        let (taken, is_taken) = std::sync::mpsc::channel();
        let (let_go, held) = std::sync::mpsc::channel();
        let holding = tokio::spawn(async move {
            db.write(move |conn| {
                access::take_turn(&Cx::new(conn, &Actor::console(organisation), Ts::now()), product.0)?;
                taken.send(()).unwrap();
                // Until it is told, or nobody is left to tell it.
                held.recv().ok();
                Ok::<_, Fault>(())
            })
            .await
        });
        tokio::task::spawn_blocking(move || is_taken.recv().unwrap()).await.unwrap();
        let mut writers = JoinSet::new();
        for number in 0..4 {
            let owner = owner.clone();
            let new = json!({"kind": "story", "title": format!("Story {number}")});
            writers.spawn(async move { owner.post("/products/APP/items", new).await });
        }
        // Long enough that each of them waits.
        tokio::time::sleep(Duration::from_secs(1)).await;
        for _ in 0..3 {
            assert_eq!(viewer.rows("/products/APP/items").await, [Value::Null; 0]);
        }
        assert!(writers.try_join_next().is_none(), "the readers waited for the writers");
        // PostgreSQL's writers give up; SQLite's have one queue.
        let status = match app.db.engine() {
            store::Engine::Postgres => 503,
            store::Engine::Sqlite => {
                let_go.send(()).unwrap();
                201
            }
        };
        while let Some(answer) = writers.join_next().await {
            let answer = answer.unwrap();
            assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
            assert_eq!(answer.headers.contains_key("retry-after"), status == 503);
        }
        drop(let_go);
        holding.await.unwrap().unwrap();
        owner.post("/products/APP/items", json!({"kind": "story", "title": "Afterwards"})).await.ok(201);
    }
}
