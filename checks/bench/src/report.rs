//! The results as a table.

use crate::load::Measured;
use anyhow::Result;
use serde::Serialize;

#[derive(Serialize)]
struct Line {
    what: String,
    /// Items in the product, where it matters.
    items: Option<u32>,
    measured: f64,
    unit: &'static str,
    reach: Option<f64>,
    /// Whether at least that is wanted, and not at most.
    at_least: bool,
    p50_ms: Option<f64>,
    p99_ms: Option<f64>,
    load: f64,
}

impl Line {
    fn is_reached(&self) -> Option<bool> {
        self.reach.map(|reach| if self.at_least { self.measured >= reach } else { self.measured <= reach })
    }
}

#[derive(Default)]
pub struct Report(Vec<Line>);

impl Report {
    /// One figure that is to be small.
    pub fn add(&mut self, what: &str, items: Option<u32>, measured: f64, unit: &'static str, reach: Option<f64>) {
        let load = crate::server::load().unwrap_or_default();
        self.push(Line {
            what: what.to_owned(),
            items,
            measured,
            unit,
            reach,
            at_least: false,
            p50_ms: None,
            p99_ms: None,
            load,
        });
    }

    /// A row of requests: its CPU, and how many a second.
    pub fn requests(&mut self, what: &str, items: u32, measured: &Measured, cpu: Option<f64>, rate: Option<f64>) {
        let line = |measured_as: f64, unit, reach, at_least| Line {
            what: what.to_owned(),
            items: Some(items),
            measured: measured_as,
            unit,
            reach,
            at_least,
            p50_ms: at_least.then_some(measured.p50),
            p99_ms: at_least.then_some(measured.p99),
            load: measured.load,
        };
        self.push(line(measured.cpu, "ms CPU", cpu, false));
        self.push(line(measured.per_second, "requests/s", rate, true));
    }

    fn push(&mut self, line: Line) {
        eprintln!("{:<52} {:>10.3} {}", line.what, line.measured, line.unit);
        self.0.push(line);
    }

    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&self.0)?)
    }

    pub fn markdown(&self) -> String {
        let mut table = String::from(
            "| what | items | measured | p50 / p99 | reach | ok | load |\n|---|---:|---:|---:|---:|---|---:|\n",
        );
        for line in &self.0 {
            let items = line.items.map_or(String::new(), |items| items.to_string());
            let times = match (line.p50_ms, line.p99_ms) {
                (Some(p50), Some(p99)) => format!("{p50:.1} / {p99:.1} ms"),
                _ => String::new(),
            };
            let sign = if line.at_least { "≥" } else { "≤" };
            let reach = line.reach.map_or(String::new(), |reach| format!("{sign} {reach} {}", line.unit));
            let ok = line.is_reached().map_or("", |reached| if reached { "yes" } else { "**no**" });
            table.push_str(&format!(
                "| {} | {items} | {} {} | {times} | {reach} | {ok} | {:.1} |\n",
                line.what,
                figure(line.measured),
                line.unit,
                line.load
            ));
        }
        table
    }
}

/// Three digits that matter.
fn figure(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v if v >= 1.0 => format!("{v:.2}"),
        v => format!("{v:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_requests_and_less_cpu_are_better() {
        let measured = Measured { cpu: 0.2, per_second: 5000.0, p50: 5.0, p99: 20.0, load: 1.0 };
        let mut report = Report::default();
        report.requests("list", 10, &measured, Some(0.35), Some(4000.0));
        report.requests("list", 10, &measured, Some(0.1), Some(6000.0));
        let reached: Vec<_> = report.0.iter().map(Line::is_reached).collect();
        assert_eq!(reached, [Some(true), Some(true), Some(false), Some(false)]);
        assert!(
            report
                .markdown()
                .contains("| list | 10 | 5000 requests/s | 5.0 / 20.0 ms | ≥ 4000 requests/s | yes | 1.0 |")
        );
    }
}
