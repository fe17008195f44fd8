use crate::{Answer, Client, json};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use reqwest::{Method, RequestBuilder, header};
use serde_json::Value;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Many who write to APP at once.
#[derive(Clone)]
pub struct Load {
    owner: Client,
    developer: Client,
    /// Whether the server, or its database, may be gone at any moment.
    outages: bool,
    work: Arc<Work>,
}

/// What they work on together.
#[derive(Default)]
struct Work {
    items: Mutex<Vec<Arc<Item>>>,
    sprints: Vec<String>,
    titles: AtomicUsize,
}

struct Item {
    id: String,
    /// The version it is known to have reached.
    version: AtomicI64,
}

impl Item {
    fn reached(&self, version: &Value) {
        self.version.fetch_max(version.as_i64().expect("a version"), Ordering::Relaxed);
    }
}

/// What was acknowledged: an object has reached a version, and a field of it has a value there.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When the answer was there.
    pub at: Instant,
    pub object: String,
    pub version: i64,
    pub verb: &'static str,
    pub field: Option<(&'static str, Value)>,
}

/// What came of the requests.
#[derive(Debug, Default)]
pub struct Book {
    pub entries: Vec<Entry>,
    /// Edits that somebody else was faster with.
    pub stale: usize,
    /// Requests that were told to come again.
    pub busy: usize,
    /// Titles of items whose creation was asked for and not acknowledged.
    pub open: Vec<String>,
}

impl Book {
    pub fn append(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
        self.stale += other.stale;
        self.busy += other.busy;
        self.open.append(&mut other.open);
    }

    fn acknowledge(&mut self, object: &str, version: &Value, verb: &'static str, field: Option<(&'static str, Value)>) {
        let version = version.as_i64().expect("a version");
        self.entries.push(Entry { at: Instant::now(), object: object.to_owned(), version, verb, field });
    }
}

impl Load {
    /// Begins with two sprints and a few items.
    pub async fn begin(owner: Client, developer: Client) -> (Self, Book) {
        let (mut work, mut book) = (Work::default(), Book::default());
        for _ in 0..2 {
            let dates = json!({"starts": "2026-11-02", "ends": "2026-11-13"});
            let sprint = owner.post("/products/APP/sprints", dates).await.ok(201);
            let id = sprint["id"].as_str().expect("an id").to_owned();
            book.acknowledge(&id, &sprint["version"], "planned", Some(("title", sprint["name"].clone())));
            work.sprints.push(id);
        }
        let load = Self { owner, developer, outages: false, work: Arc::new(work) };
        for _ in 0..16 {
            load.create(load.new_title("Item"), &mut book).await;
        }
        (load, book)
    }

    /// The same work, and the same people at another server.
    pub fn at(&self, owner: Client, developer: Client) -> Self {
        Self { owner, developer, ..self.clone() }
    }

    /// Bears with a server that does not answer, or says that it cannot.
    pub fn through_outages(&self) -> Self {
        Self { outages: true, ..self.clone() }
    }

    /// Lets so many write at once, each for as long as they are told to go on after so many requests.
    pub async fn run(&self, writers: u64, seed: u64, goes_on: impl Fn(usize) -> bool + Clone + Send + 'static) -> Book {
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 0..writers {
            let (load, goes_on) = (self.clone(), goes_on.clone());
            let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed ^ writer << 32);
            tasks.spawn(async move {
                let mut book = Book::default();
                let mut sent = 0;
                while goes_on(sent) {
                    load.step(&mut dice, &mut book).await;
                    sent += 1;
                }
                book
            });
        }
        let mut all = Book::default();
        for book in tasks.join_all().await {
            all.append(book);
        }
        all
    }

    /// Asks again for what was not acknowledged, as clients do; it must not be made twice.
    pub async fn repeat(&self, titles: Vec<String>) -> Book {
        let mut book = Book::default();
        for title in titles {
            self.create(title, &mut book).await;
        }
        book
    }

    async fn step(&self, dice: &mut Xoshiro256PlusPlus, book: &mut Book) {
        match dice.random_range(0..100) {
            0..25 => self.create(self.new_title("Item"), book).await,
            25..50 => self.edit(dice, book).await,
            50..75 => self.rank(dice, book).await,
            75..90 => self.estimate(dice, book).await,
            _ => self.plan(dice, book).await,
        }
    }

    async fn create(&self, title: String, book: &mut Book) {
        let request = self.owner.request(Method::POST, "/products/APP/items");
        let request = request.header("idempotency-key", &title).json(&json!({"kind": "story", "title": title}));
        let Some(answer) = self.send(&self.owner, request, book).await else {
            book.open.push(title);
            return;
        };
        let made = answer.ok(201);
        let id = made["id"].as_str().expect("an id");
        let item = Arc::new(Item { id: id.to_owned(), version: AtomicI64::new(1) });
        self.work.items.lock().expect("the items").push(item);
        book.acknowledge(id, &json!(1), "created", Some(("title", json!(title))));
    }

    /// Edits the version it knows; somebody may have been faster.
    async fn edit(&self, dice: &mut Xoshiro256PlusPlus, book: &mut Book) {
        let item = self.some_item(dice);
        let version = item.version.load(Ordering::Relaxed);
        let title = self.new_title("Words");
        let request = self.owner.request(Method::PATCH, &format!("/items/{}", item.id));
        let request = request.header(header::IF_MATCH, format!("\"{version}\"")).json(&json!({"title": title}));
        let Some(answer) = self.send(&self.owner, request, book).await else { return };
        if answer.status == 412 {
            let conflict = answer.problem(412);
            assert_eq!(conflict["expected_version"], version, "{conflict}");
            assert!(conflict["current_version"].as_i64() > Some(version), "{conflict}");
            assert_eq!(conflict["current"]["version"], conflict["current_version"], "{conflict}");
            item.reached(&conflict["current_version"]);
            book.stale += 1;
        } else {
            let row = answer.ok(200);
            item.reached(&row["version"]);
            book.acknowledge(&item.id, &row["version"], "edited", Some(("title", json!(title))));
        }
    }

    /// Moves an item; every third goes between the same two.
    async fn rank(&self, dice: &mut Xoshiro256PlusPlus, book: &mut Book) {
        let (first, beside) = (self.first_item(), self.some_item(dice));
        let item = loop {
            let item = self.some_item(dice);
            if item.id != first.id && item.id != beside.id {
                break item;
            }
        };
        let place = match dice.random_range(0..9) {
            0..3 => json!({"after": first.id}),
            3..5 => json!({"after": beside.id}),
            5..7 => json!({"before": beside.id}),
            7 => json!({"at": "top"}),
            _ => json!({"index": dice.random_range(1..50)}),
        };
        let request = self.owner.request(Method::PUT, &format!("/items/{}/rank", item.id)).json(&place);
        let Some(answer) = self.send(&self.owner, request, book).await else { return };
        let row = answer.ok(200);
        item.reached(&row["version"]);
        book.acknowledge(&item.id, &row["version"], "moved in the order", None);
    }

    async fn estimate(&self, dice: &mut Xoshiro256PlusPlus, book: &mut Book) {
        let item = self.some_item(dice);
        let points = json!(f64::from(dice.random_range(1..40)) / 2.0);
        let request = self.developer.request(Method::PUT, &format!("/items/{}/estimate", item.id));
        let request = request.json(&json!({"points": points}));
        let Some(answer) = self.send(&self.developer, request, book).await else { return };
        let row = answer.ok(200);
        item.reached(&row["version"]);
        book.acknowledge(&item.id, &row["version"], "estimated", Some(("points", points)));
    }

    /// Puts an item into a sprint, or takes it out of one in which it may not be.
    async fn plan(&self, dice: &mut Xoshiro256PlusPlus, book: &mut Book) {
        let item = self.some_item(dice);
        let sprint = &self.work.sprints[dice.random_range(0..self.work.sprints.len())];
        let (method, verb, inside) = if dice.random_bool(0.7) {
            (Method::PUT, "put into the sprint", json!(sprint))
        } else {
            (Method::DELETE, "taken out of the sprint", Value::Null)
        };
        let request = self.developer.request(method.clone(), &format!("/sprints/{sprint}/items/{}", item.id));
        let Some(answer) = self.send(&self.developer, request, book).await else { return };
        if answer.status == 409 && method == Method::DELETE {
            assert_eq!(answer.problem(409)["type"], "/problems/not-in-sprint");
            return;
        }
        let row = answer.ok(200);
        item.reached(&row["version"]);
        book.acknowledge(&item.id, &row["version"], verb, Some(("sprint_id", inside)));
    }

    /// None where it is not known what became of the request, or where the server asked to come again.
    async fn send(&self, client: &Client, request: RequestBuilder, book: &mut Book) -> Option<Answer> {
        if !self.outages {
            return Some(client.send(request).await);
        }
        let pause = match client.try_send(request).await {
            Ok(answer) if answer.status == 503 => {
                assert!(answer.headers.contains_key(header::RETRY_AFTER), "{}", answer.text);
                answer.problem(503);
                book.busy += 1;
                50
            }
            Ok(answer) => return Some(answer),
            Err(_) => 10,
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
        None
    }

    fn new_title(&self, word: &str) -> String {
        format!("{word} {}", self.work.titles.fetch_add(1, Ordering::Relaxed))
    }

    fn first_item(&self) -> Arc<Item> {
        self.work.items.lock().expect("the items")[0].clone()
    }

    /// Any item; every fourth time one of the first few, which many are at.
    fn some_item(&self, dice: &mut Xoshiro256PlusPlus) -> Arc<Item> {
        let items = self.work.items.lock().expect("the items");
        let among = if dice.random_bool(0.25) { 8 } else { items.len() };
        items[dice.random_range(0..among)].clone()
    }
}
