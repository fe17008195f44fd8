//! Many connections at once, for a bounded time.

use crate::server::Server;
use crate::wire::Wire;
use crate::{Effort, server};
use anyhow::{Context, Result, bail};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub struct Measured {
    /// User and system time of the server for one request, in milliseconds.
    pub cpu: f64,
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    pub load: f64,
}

/// However fast the server is, a row ends after so many requests.
const MOST: usize = 200_000;
const WARM: usize = 64;

/// Sends what `make` makes for the numbers 0, 1, 2 … over all connections.
pub fn fire(server: &Server, effort: Effort, make: &(dyn Fn(usize) -> Vec<u8> + Sync)) -> Result<Measured> {
    let next = AtomicUsize::new(0);
    burst(server, effort.connections, Duration::from_secs(10), WARM, &next, make)?;
    let cpu = server.cpu()?;
    let began = Instant::now();
    let mut took = burst(server, effort.connections, effort.time, MOST, &next, make)?;
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), (server.cpu()? - cpu).as_secs_f64());
    let load = server::load()?;
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let requests = took.len() as f64;
    Ok(Measured { cpu: cpu * 1000.0 / requests, per_second: requests / seconds, p50: at(0.5), p99: at(0.99), load })
}

fn burst(
    server: &Server,
    connections: usize,
    time: Duration,
    most: usize,
    next: &AtomicUsize,
    make: &(dyn Fn(usize) -> Vec<u8> + Sync),
) -> Result<Vec<Duration>> {
    let start = Barrier::new(connections);
    let end = next.load(Ordering::Relaxed) + most;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| -> Result<Vec<Duration>> {
                    let wire = Wire::open(server.address);
                    // Whether or not this one could connect: the others wait for it.
                    start.wait();
                    let (mut wire, began, mut took) = (wire?, Instant::now(), Vec::new());
                    while began.elapsed() < time {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= end {
                            break;
                        }
                        let request = make(number);
                        let asked = Instant::now();
                        let answer = wire.ask(&request)?;
                        took.push(asked.elapsed());
                        if answer.status >= 300 {
                            let (request, body) =
                                (String::from_utf8_lossy(&request), String::from_utf8_lossy(answer.body));
                            bail!("answered {}: {body}\nto: {request}", answer.status);
                        }
                    }
                    Ok(took)
                })
            })
            .collect();
        let mut all = Vec::new();
        for client in clients {
            all.extend(client.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        all.first().context("nothing was answered")?;
        Ok(all)
    })
}
