//! Connections that mean no good: they are shown out, what is kept for them is bounded, and everybody else is served.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::Method;
use std::time::{Duration, Instant};
use throughline_checks::{Client, Events, Role, TestApp, both_engines, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_secs(60);
/// In this time a connection that goes nowhere is closed.
const SOON: Duration = Duration::from_secs(15);
const H2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

fn address(app: &TestApp) -> String {
    app.origin.strip_prefix("http://").unwrap().to_owned()
}

/// Somebody who says `words`, then `again` every two seconds, and waits until they are shown out. Answers what they were
/// told and after how long.
async fn linger(address: String, words: Vec<u8>, again: &'static [u8]) -> (Vec<u8>, Duration) {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(&words).await.unwrap();
    let (mut hears, mut speaks) = stream.split();
    let (mut told, began) = (Vec::new(), Instant::now());
    let mut buffer = vec![0; 4096];
    let mut pause = tokio::time::interval(Duration::from_secs(2));
    loop {
        tokio::select! {
            // An end or a reset: both are closed.
            read = hears.read(&mut buffer) => match read {
                Ok(length) if length > 0 => told.extend_from_slice(&buffer[..length]),
                _ => return (told, began.elapsed()),
            },
            _ = pause.tick() => drop(speaks.write_all(again).await),
        }
        assert!(began.elapsed() < PATIENCE, "{:?} is still there", String::from_utf8_lossy(&words));
    }
}

fn post(path: &str, head: &str, body: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n{body}").into_bytes()
}

/// Asks, again and again, until the task is aborted.
fn served(client: Client) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::timeout(Duration::from_secs(10), client.get("/me")).await.unwrap().ok(200);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
}

both_engines! {
    async fn who_goes_nowhere_is_shown_out(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let json = "Content-Type: application/json\r\nContent-Length: 1000\r\n";
        let form = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 20000000\r\n";
        let token = format!("Authorization: Bearer {}\r\n", viewer.token.clone().unwrap());
        let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc";
        let whole = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        let nowhere: [(Vec<u8>, &[u8]); 9] = [
            (Vec::new(), b""),
            (b"GET /healthz HT".to_vec(), b""),
            (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n".to_vec(), b"X-More: of this\r\n"),
            (format!("{whole}GET /healthz HT").into_bytes(), b""),
            (whole.as_bytes().to_vec(), b""),
            (H2_PREFACE.to_vec(), b""),
            (post("/api/v1/sessions", json, "{\"email\":"), b""),
            (post("/api/v1/products/APP/items", &format!("{token}{json}"), "{\"title\":"), b""),
            (post("/api/v1/products/APP/imports/jira", &format!("{token}{form}"), file), b""),
        ];
        let good = served(viewer);
        let mut lingering = JoinSet::new();
        for (words, again) in nowhere {
            for _ in 0..25 {
                lingering.spawn(linger(address(&app), words.clone(), again));
            }
        }
        for (told, stayed) in lingering.join_all().await {
            assert!(stayed < SOON, "{stayed:?}: {}", String::from_utf8_lossy(&told));
        }
        assert!(!good.is_finished(), "the others were not served");
        good.abort();
    }

    async fn a_full_house_has_room_for_who_asks(app: TestApp) {
        let mut app = app.furnished().await;
        app.restart(|config| config.connections = 20).await;
        let head = "Content-Type: application/json\r\nContent-Length: 1000\r\n";
        let mut lingering = Vec::new();
        for _ in 0..100 {
            let mut stream = TcpStream::connect(address(&app)).await.unwrap();
            stream.write_all(&post("/api/v1/sessions", head, "{")).await.unwrap();
            lingering.push(stream);
        }
        let viewer = app.as_(Role::Viewer);
        for _ in 0..20 {
            // Each over a connection of its own.
            viewer.send(viewer.request(Method::GET, "/me").header("connection", "close")).await.ok(200);
        }
        drop(lingering);
    }

    async fn heads_without_end_are_cut_off(app: TestApp) {
        let app = app.furnished().await;
        let good = served(app.as_(Role::Viewer));
        let long = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {}", "x".repeat(300_000));
        let many = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n{}", "X-Many: x\r\n".repeat(300));
        for head in [long, many] {
            for end in ["", "\r\n\r\n"] {
                let mut stream = TcpStream::connect(address(&app)).await.unwrap();
                // It may be closed before all of it is said.
                drop(stream.write_all(format!("{head}{end}").as_bytes()).await);
                let mut told = Vec::new();
                drop(tokio::time::timeout(PATIENCE, stream.read_to_end(&mut told)).await.unwrap());
                assert!(told.is_empty() || told.starts_with(b"HTTP/1.1 431 "), "{}", String::from_utf8_lossy(&told));
            }
        }
        assert!(!good.is_finished(), "the others were not served");
        good.abort();
    }

    async fn requests_taken_back_by_the_thousand_end_the_connection(app: TestApp) {
        let app = app.furnished().await;
        let good = served(app.as_(Role::Viewer));
        let mut stream = TcpStream::connect(address(&app)).await.unwrap();
        stream.write_all(H2_PREFACE).await.unwrap();
        let (mut hears, mut speaks) = stream.into_split();
        let speaking = tokio::spawn(async move {
            let headers = b"\x82\x86\x44\x07/readyz\x41\x09127.0.0.1";
            for first in (1..200_000_u32).step_by(200) {
                let mut frames = Vec::new();
                for number in (first..first + 200).step_by(2) {
                    frames.extend([0, 0, headers.len() as u8, 1, 5]);
                    frames.extend(number.to_be_bytes());
                    frames.extend(headers);
                    frames.extend([0, 0, 4, 3, 0]);
                    frames.extend(number.to_be_bytes());
                    frames.extend([0, 0, 0, 8]);
                }
                if speaks.write_all(&frames).await.is_err() {
                    return;
                }
            }
            panic!("100,000 requests were taken");
        });
        let mut told = Vec::new();
        drop(tokio::time::timeout(PATIENCE, hears.read_to_end(&mut told)).await.unwrap());
        speaking.await.unwrap();
        assert!(!good.is_finished(), "the others were not served");
        good.abort();
    }

    async fn who_reads_nothing_is_given_up(app: TestApp) {
        const EDITS: usize = 150;
        let app = app.furnished().await;
        let (owner, viewer) = (app.as_(Role::ProductOwner), app.as_(Role::Viewer));
        let item = owner.post("/products/APP/items", json!({"kind": "story", "title": "Long"})).await.ok(201);
        let item = format!("/items/{}", item["id"].as_str().unwrap());
        let mut listening = Events::open(&app.as_(Role::Developer), "/products/APP/events", None).await.unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 << 10).unwrap();
        let mut deaf = socket.connect(address(&app).parse().unwrap()).await.unwrap();
        let token = viewer.token.clone().unwrap();
        let asks = format!(
            "GET /api/v1/products/APP/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        deaf.write_all(asks.as_bytes()).await.unwrap();

        for version in 1..=EDITS {
            let body = format!("{version} {}", "x".repeat(150_000));
            owner.patch(&item, version as i64, json!({"body": body})).await.ok(200);
            let event = listening.activity(PATIENCE).await.unwrap();
            assert_eq!(event.data["version"], version + 1);
        }
        // It is given up; what had been on its way to it is little beside what it would have been told.
        tokio::time::sleep(Duration::from_secs(35)).await;
        let mut told = Vec::new();
        drop(tokio::time::timeout(PATIENCE, deaf.read_to_end(&mut told)).await.unwrap());
        assert!(told.len() < 10 << 20, "{} bytes", told.len());
    }

    async fn a_file_is_kept_only_for_who_may_attach_it(app: TestApp) {
        let app = app.furnished().await;
        let item = app.as_(Role::ProductOwner).post("/products/APP/items", json!({"kind": "story", "title": "A"})).await;
        let path = format!("/objects/{}/attachments", item.ok(201)["id"].as_str().unwrap());
        let attach = async |client: &Client| {
            let part = reqwest::multipart::Part::text("content").file_name("file.txt");
            let form = reqwest::multipart::Form::new().part("file", part);
            client.send(client.request(Method::POST, &path).multipart(form)).await
        };
        let kept = || std::fs::read_dir(app.folder.join("files")).map_or(0, Iterator::count);
        attach(&app.client).await.problem(401);
        attach(&app.as_(Role::Viewer)).await.problem(403);
        assert_eq!(kept(), 0, "what nobody may attach was kept");
        attach(&app.as_(Role::Developer)).await.ok(201);
        assert!(kept() > 0);
    }

    async fn a_body_that_breaks_off_is_not_a_large_one(app: TestApp) {
        let app = app.furnished().await;
        let token = app.as_(Role::ProductOwner).token.clone().unwrap();
        let head = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n");
        let large = format!("{:x}\r\n{}\r\n0\r\n\r\n", 2 << 20, " ".repeat(2 << 20));
        for key in ["", "Idempotency-Key: 1\r\n"] {
            for (body, status, kind) in [("no length\r\n", 400, "unreadable"), (&large, 413, "too-large")] {
                let mut stream = TcpStream::connect(address(&app)).await.unwrap();
                // It may be closed before all of it is said.
                let said = post("/api/v1/products/APP/items", &format!("{head}{key}"), body);
                drop(stream.write_all(&said).await);
                let mut told = vec![0; 4096];
                let length = tokio::time::timeout(PATIENCE, stream.read(&mut told)).await.unwrap().unwrap();
                let told = String::from_utf8_lossy(&told[..length]);
                assert!(told.starts_with(&format!("HTTP/1.1 {status} ")) && told.contains(&format!("/problems/{kind}\"")), "{told}");
            }
        }
    }
}
