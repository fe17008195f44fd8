use crate::sprint::{SprintState, sprint};
use crate::stays::{Stays, stays};
use access::{Cx, Fault};
use object::Header;
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::*;

/// What is left at the end of a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BurndownDay {
    #[schema(value_type = String, format = "date")]
    pub date: Date,
    /// Null for days to come.
    pub remaining: Option<f64>,
    /// A straight way from the first day's scope to nothing, over working days.
    pub ideal: f64,
    /// All that is in the sprint on that day, finished or not.
    pub scope: Option<f64>,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Burndown {
    pub days: Vec<BurndownDay>,
    /// `points`, or `items` where nothing is estimated.
    pub unit: &'static str,
    pub sentence: String,
}

/// Remaining work over a sprint's days, from the scope as it changed and the moments items were done.
pub fn burndown(cx: &Cx<'_>, name: &ObjectName) -> Result<Burndown, Fault> {
    let header = Header::seen_kind(cx, name, Kind::Sprint)?;
    let sprint = sprint(cx, &header.id.into())?;
    let stays = stays(cx, header.product_id, [header.id])?.remove(&header.id).unwrap_or_default();
    let last = sprint.closed_at.map_or(cx.now.date(), Ts::date);
    let today = if sprint.state == SprintState::Planned { None } else { Some(last) };
    let days = days(&stays, sprint.starts, sprint.ends, sprint.started_at, today);
    let unit = stays.unit();
    Ok(Burndown { sentence: in_words(&days, unit), days, unit })
}

fn working(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn days(stays: &Stays, starts: Date, ends: Date, started: Option<Ts>, today: Option<Date>) -> Vec<BurndownDay> {
    let dates: Vec<Date> =
        std::iter::successors(Some(starts), |day| day.tomorrow().ok()).take_while(|day| *day <= ends).collect();
    let end_of = |day: Date| Ts(Ts::start_of(day).plus_days(1).0 - 1);
    // A sprint that started late burns from what was in it then.
    let first = dates.first().map_or(0.0, |day| stays.scope(end_of(*day).max(started.unwrap_or(Ts(0)))));
    let working_days = dates.iter().filter(|day| working(**day)).count().max(1) as f64;
    let mut worked = 0.0;
    dates
        .into_iter()
        .map(|date| {
            if working(date) {
                worked += 1.0;
            }
            let known = today.is_some_and(|today| date <= today);
            let at = end_of(date);
            let scope = stays.scope(at);
            BurndownDay {
                date,
                remaining: known.then_some(scope - stays.done(at)),
                ideal: first * (1.0 - worked / working_days),
                scope: known.then_some(scope),
            }
        })
        .collect()
}

fn in_words(days: &[BurndownDay], unit: &str) -> String {
    let known: Vec<&BurndownDay> = days.iter().filter(|day| day.remaining.is_some()).collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return "The sprint has not started.".to_owned();
    };
    let (scope, remaining) = (last.scope.unwrap_or(0.0), last.remaining.unwrap_or(0.0));
    let added = scope - first.scope.unwrap_or(0.0);
    let change = if added > 0.0 {
        format!("; {} came in after the first day", round(added))
    } else if added < 0.0 {
        format!("; {} were taken out after the first day", round(-added))
    } else {
        String::new()
    };
    let left = days.len() - known.len();
    let days_left = match left {
        0 => "no days left".to_owned(),
        1 => "one day left".to_owned(),
        n => format!("{n} days left"),
    };
    format!("{} of {} {unit} remain, {days_left}{change}.", round(remaining), round(scope))
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stays::Stay;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }
    fn noon(text: &str) -> Ts {
        Ts::start_of(day(text)).plus_seconds(12 * 3600)
    }

    #[test]
    fn work_burns_down_and_scope_is_seen() {
        let each = vec![
            Stay { size: 5.0, from: noon("2026-11-01"), until: None, done: Some(noon("2026-11-03")) },
            Stay { size: 3.0, from: noon("2026-11-01"), until: None, done: None },
            Stay { size: 2.0, from: noon("2026-11-03"), until: None, done: None },
            Stay { size: 8.0, from: noon("2026-11-01"), until: Some(noon("2026-11-03")), done: None },
        ];
        let stays = Stays { each, estimated: true };
        let days = days(&stays, day("2026-11-02"), day("2026-11-06"), None, Some(day("2026-11-04")));
        let remaining: Vec<_> = days.iter().map(|d| d.remaining).collect();
        assert_eq!(remaining, [Some(16.0), Some(5.0), Some(5.0), None, None]);
        assert_eq!(days[1].scope, Some(10.0));
        assert_eq!(days[4].ideal, 0.0);
        assert_eq!(
            in_words(&days, "points"),
            "5 of 10 points remain, 2 days left; 6 were taken out after the first day."
        );
    }

    #[test]
    fn the_ideal_line_rests_at_weekends() {
        let days = days(&Stays::default(), day("2026-11-06"), day("2026-11-09"), None, None);
        assert_eq!(days[1].ideal, days[0].ideal);
        assert_eq!(in_words(&days, "items"), "The sprint has not started.");
    }
}
