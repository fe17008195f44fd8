use crate::show;
use anyhow::{Context, Result, bail};
use clap::Args;
use forecasting::{
    Amount, Away, Backtest, ByThen, Calendar, FEWEST_FORECASTS, History, Items, Parallel, Quantiles, WINDOW, backtest,
    read_dates,
};
use serde::Serialize;
use std::path::PathBuf;
use vocabulary::{Date, Ts};

#[derive(Args)]
pub struct Forecast {
    /// A file with the dates on which items were finished: one a line, as 2026-11-26
    #[arg(long, value_name = "FILE")]
    dates: PathBuf,
    /// How many items are still to be done; a range as 30..45 where some are not split yet
    #[arg(long, value_name = "NUMBER")]
    items: Items,
    /// Also say how likely they are done by this date, and how many are done by it
    #[arg(long, value_name = "DATE")]
    by: Option<Date>,
    /// Days on which nobody works or worked, as 2026-12-24..2027-01-03 (may be given several times)
    #[arg(long, value_name = "DAYS")]
    away: Vec<Away>,
    /// Beside the exact answer, that of so many futures drawn at random
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    futures: Option<u32>,
    /// What the futures are drawn by: the same number draws the same ones
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "futures")]
    seed: u64,
    /// Also say how often forecasts made this way in the past came true
    #[arg(long)]
    backtest: bool,
    /// The day whose evening the forecast starts from, instead of today; what was finished later is not looked at
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    /// As they were asked for.
    items: String,
    today: Date,
    /// Days on which nobody works or worked, as they were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    away: Vec<String>,
    history: Known,
    /// Why there is no forecast.
    not_enough: Option<String>,
    when: Option<Quantiles<Option<Date>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drawn: Option<Drawn>,
    by: Option<ByThen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backtest: Option<Option<Backtest>>,
}

/// The same by futures drawn at random.
#[derive(Serialize)]
struct Drawn {
    futures: u32,
    seed: u64,
    when: Quantiles<Option<Date>>,
}

#[derive(Serialize)]
struct Known {
    finished: usize,
    first: Option<Date>,
    last: Option<Date>,
    /// Items finished in each of the weeks the forecast rests on, the oldest first.
    weeks: Vec<u32>,
}

impl Forecast {
    pub fn run(&self) -> Result<()> {
        let file = self.dates.display();
        let now = Ts::now().date();
        let today = self.today.unwrap_or(now);
        if let Some(by) = self.by.filter(|by| *by <= today) {
            bail!("--by {by} is not after {today}");
        }
        let bytes = std::fs::read(&self.dates).with_context(|| format!("{file} cannot be read"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
            anyhow::anyhow!("{file}, line {line}: this is no UTF-8 text")
        })?;
        let mut dates = read_dates(&text, now.max(today)).map_err(|bad| anyhow::anyhow!("{file}, {bad}"))?;
        dates.retain(|date| *date <= today);
        let calendar = Calendar::new(self.away.iter().map(|away| (*away, 1.0)));
        let answer = self.answer(&History::with(&dates, calendar), today);
        if self.json { show::json(&answer) } else { print(&answer) }
    }

    /// The day up to which the file tells what was finished: one that ended long ago was taken then.
    fn known_until(&self, history: &History, today: Date) -> Date {
        let long_ago = Ts::start_of(today).plus_days(-7 * WINDOW as i64).date();
        match history.last() {
            Some(last) if self.today.is_none() && last < long_ago => last,
            _ => today,
        }
    }

    fn answer(&self, history: &History, today: Date) -> Answer {
        let forecast = forecasting::Forecast::new(history, today, self.items.most());
        let given = forecast.as_ref().ok();
        let drawn = |(forecast, futures): (&forecasting::Forecast, u32)| Drawn {
            futures,
            seed: self.seed,
            when: Parallel::new(vec![forecast.clone()]).draw(&[Some(self.items)], futures, self.seed).when(),
        };
        Answer {
            items: self.items.to_string(),
            today,
            away: self.away.iter().map(|away| format!("{}..{}", away.from, away.to)).collect(),
            history: Known {
                finished: history.len(),
                first: history.first(),
                last: history.last(),
                weeks: given.map(|forecast| forecast.weeks().to_vec()).unwrap_or_default(),
            },
            not_enough: forecast.as_ref().err().map(ToString::to_string),
            when: given.map(|forecast| forecast.when(self.items)),
            drawn: given.zip(self.futures).map(drawn),
            by: given.zip(self.by).map(|(forecast, date)| forecast.by(self.items, date)),
            backtest: self.backtest.then(|| backtest(history, self.known_until(history, today))),
        }
    }
}

fn print(answer: &Answer) -> Result<()> {
    let Answer { items, today, away: _, history, not_enough, when, drawn, by, backtest } = answer;
    let weeks: Vec<String> = history.weeks.iter().map(u32::to_string).collect();
    match (not_enough, when) {
        (Some(why), _) => {
            show::line(why)?;
            if let Some(last) = history.last.filter(|_| history.finished > 1) {
                show::line(&format!("Another day to start from is given with --today, as in --today {last}."))?;
            }
        }
        (None, None) => {}
        (None, Some(when)) => {
            show::line(&format!(
                "{items} items, starting after {today}. In the last {} weeks were finished: {}.",
                weeks.len(),
                weeks.join(" ")
            ))?;
            show::line("")?;
            let said =
                |date: &Option<Date>| date.map_or("more than ten years ahead".to_owned(), |date| date.to_string());
            let drawn_by = drawn.as_ref().map(|drawn| drawn.when.each());
            let row = |at: usize| {
                let (percent, date) = when.each()[at];
                let beside = drawn_by.as_ref().map(|each| format!("(drawn: {})", said(each[at].1)));
                let row = [Some(format!("{percent} %")), Some("done by".to_owned()), Some(said(date)), beside];
                row.into_iter().flatten().collect::<Vec<_>>()
            };
            show::table(&[0, 1, 2, 3].map(row))?;
            if let Some(Drawn { futures, seed, .. }) = drawn {
                show::line(&format!("Drawn: {futures} futures at random, by the seed {seed}."))?;
            }
        }
    }
    if let Some(ByThen { date, likelihood, how_many }) = by {
        show::line("")?;
        show::line(&format!("All of them by {date}: {:.0} %.", likelihood * 100.0))?;
        let row = |(percent, many): (u8, &u32)| {
            vec![format!("{percent} %"), format!("by {date}"), format!("{many} items or more")]
        };
        show::table(&how_many.each().map(row))?;
    }
    match backtest {
        None => Ok(()),
        Some(None) => {
            show::line("")?;
            show::line("Of no past forecast is known yet whether it came true.")
        }
        Some(Some(past)) => print_backtest(past),
    }
}

fn print_backtest(past: &Backtest) -> Result<()> {
    show::line("")?;
    show::line(&format!(
        "Of {} past forecasts made this way, {} came true by their 85 % date.",
        past.forecasts, past.true_by_85
    ))?;
    if past.forecasts < FEWEST_FORECASTS {
        show::line(&format!("That is too few to say how often they do: {FEWEST_FORECASTS} would be enough."))?;
    }
    let share = |share: f64| format!("{:.0} %", share * 100.0);
    let row = |said: &str, ours: f64, naive: f64| vec![said.to_owned(), share(ours), share(naive)];
    show::table(&[
        vec!["said".to_owned(), "came true".to_owned(), "plain resampling".to_owned()],
        row("50 %", past.coverage.p50, past.naive_coverage.p50),
        row("85 %", past.coverage.p85, past.naive_coverage.p85),
        row("95 %", past.coverage.p95, past.naive_coverage.p95),
    ])?;
    show::line(&format!("The time to the 85 % date is {:.2} times that of plain resampling.", past.width_vs_naive))
}
