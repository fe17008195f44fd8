//! HTTP/1.1 over one kept-alive connection, by hand: a client library would spend more CPU than the server it measures.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer takes; a server that hangs must not hang the benchmark.
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer<'w> {
    pub status: u16,
    pub head: &'w str,
    pub body: &'w [u8],
}

impl Wire {
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    /// Sends a whole request and reads its whole answer.
    pub fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let head = loop {
            self.more()?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).and_then(|code| code.parse().ok()).context("no status line")?;
        let length = match header(text, "content-length") {
            Some(length) => length.parse()?,
            None if status == 204 => 0,
            None => bail!("an answer without a length"),
        };
        while self.buffer.len() < head + length {
            self.more()?;
        }
        Ok(Answer { status, head: std::str::from_utf8(&self.buffer[..head])?, body: &self.buffer[head..head + length] })
    }

    fn more(&mut self) -> Result<()> {
        let have = self.buffer.len();
        self.buffer.resize(have + (32 << 10), 0);
        let read = self.stream.read(&mut self.buffer[have..])?;
        self.buffer.truncate(have + read);
        if read == 0 { bail!("the server closed the connection") } else { Ok(()) }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

pub fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim())
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, proof: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{proof}");
    if !body.is_empty() {
        head.push_str(&format!("Content-Type: {kind}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Caller {
    address: SocketAddr,
    proof: String,
}

impl Caller {
    /// Signs in with a password and makes a token to go on with.
    pub fn sign_in(address: SocketAddr, email: &str, password: &str) -> Result<Self> {
        let mut wire = Wire::open(address)?;
        let body = serde_json::json!({ "email": email, "password": password }).to_string();
        let answer = wire.ask(&request("POST", "/sessions", "", "application/json", body.as_bytes()))?;
        let cookie = header(answer.head, "set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.with_context(|| format!("{email} could not sign in: {}", answer.status))?.to_owned();
        // A session makes changes only from the server's own pages.
        let session = Self { address, proof: format!("Cookie: {cookie}\r\nOrigin: http://127.0.0.1\r\n") };
        let made = session.send("POST", "/me/tokens", &serde_json::json!({ "name": "benchmark", "scope": "write" }))?;
        let token = made["token"].as_str().context("no token was made")?;
        Ok(Self { address, proof: format!("Authorization: Bearer {token}\r\n") })
    }

    pub fn request(&self, method: &str, path: &str, body: &Value) -> Vec<u8> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        request(method, path, &self.proof, "application/json", body.as_bytes())
    }

    pub fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, &Value::Null)
    }

    pub fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.exchange(method, path, &self.request(method, path, body))
    }

    /// Sends a file and fields as a form.
    pub fn upload(&self, path: &str, file: &[u8], fields: &[(&str, &str)]) -> Result<Value> {
        const BOUNDARY: &str = "line-2f6d1c";
        let mut form = Vec::with_capacity(file.len() + 1024);
        for (name, value) in fields {
            form.extend_from_slice(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        form.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"jira.csv\"\r\n\
                 Content-Type: text/csv\r\n\r\n"
            )
            .as_bytes(),
        );
        form.extend_from_slice(file);
        form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.exchange("POST", path, &request("POST", path, &self.proof, &kind, &form))
    }

    fn exchange(&self, method: &str, path: &str, request: &[u8]) -> Result<Value> {
        let mut wire = Wire::open(self.address)?;
        let answer = wire.ask(request)?;
        if answer.status >= 300 {
            bail!("{method} {path} answered {}: {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        Ok(if answer.body.is_empty() { Value::Null } else { serde_json::from_slice(answer.body)? })
    }
}
