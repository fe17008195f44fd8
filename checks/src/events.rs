use crate::Client;
use futures_util::StreamExt;
use reqwest::Method;
use std::pin::Pin;
use std::time::Duration;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: Option<i64>,
    /// Empty where the stream only tells its place.
    pub name: String,
    pub data: serde_json::Value,
}

type Chunks = Pin<Box<dyn futures_util::Stream<Item = Vec<u8>> + Send>>;

/// An open stream of events.
pub struct Events {
    chunks: Chunks,
    text: String,
}

impl Events {
    pub async fn open(client: &Client, path: &str, last: Option<i64>) -> Result<Self, u16> {
        let mut request = client.request(Method::GET, path);
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = request.send().await.expect("an answer");
        if !response.status().is_success() {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(!response.headers().contains_key("content-encoding"));
        let chunks = response.bytes_stream().map(|chunk| chunk.map(|bytes| bytes.to_vec()).unwrap_or_default());
        Ok(Self { chunks: Box::pin(chunks), text: String::new() })
    }

    /// The next event, or none when the stream has ended.
    ///
    /// # Panics
    /// When neither comes in time.
    pub async fn next(&mut self, patience: Duration) -> Option<Event> {
        tokio::time::timeout(patience, self.read()).await.expect("an event in time")
    }

    /// The next activity; skips what only tells the place.
    pub async fn activity(&mut self, patience: Duration) -> Option<Event> {
        loop {
            match self.next(patience).await {
                Some(event) if event.name.is_empty() => {}
                other => return other,
            }
        }
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                match parse(&block) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = self.chunks.next().await.filter(|chunk| !chunk.is_empty())?;
            self.text.push_str(&String::from_utf8(chunk).expect("UTF-8"));
        }
    }
}

/// None for a comment.
fn parse(block: &str) -> Option<Event> {
    let mut event = Event { id: None, name: String::new(), data: serde_json::Value::Null };
    let mut any = false;
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("id", id)) => event.id = id.parse().ok(),
            Some(("event", name)) => event.name = name.to_owned(),
            Some(("data", data)) => event.data = serde_json::from_str(data).expect("JSON"),
            _ => continue,
        }
        any = true;
    }
    any.then_some(event)
}
