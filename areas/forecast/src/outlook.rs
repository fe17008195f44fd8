use crate::ahead::{Queue, named, planned, queue};
use crate::past::history;
use access::{Cx, Fault};
use forecasting::{
    Away, Backtest, ByThen, FEWEST_FORECASTS, Forecast, History, Items, MOST_ITEMS, NotEnough, Quantiles, backtest,
};
use object::{Product, Stub, stubs};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;
use vocabulary::*;

type Dates = Quantiles<Option<Date>>;

/// What a forecast rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Basis {
    /// The day whose evening it starts from.
    #[schema(value_type = String, format = "date")]
    pub day: Date,
    /// Items finished in the last five years, and the first and the last day one was.
    pub finished: usize,
    #[schema(value_type = Option<String>, format = "date")]
    pub first: Option<Date>,
    #[schema(value_type = Option<String>, format = "date")]
    pub last: Option<Date>,
    /// Items finished in each of the weeks the pace is taken from, the oldest first.
    pub weeks: Vec<u32>,
    /// Why there is no forecast.
    pub not_enough: Option<String>,
}

/// When an epic, an initiative or a release will be done, or all that a promise is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastThing {
    #[serde(flatten)]
    pub stub: Stub,
    /// Its open items.
    pub items: u32,
    /// Open items up to the last of them, in the order of the backlog.
    pub place: u32,
    /// Likelihood in percent → the date; null where it lies more than ten years ahead.
    #[schema(value_type = Option<HashMap<String, Option<String>>>)]
    pub when: Option<Dates>,
    /// The last day of an initiative or a promise, the planned day of a release.
    #[schema(value_type = Option<String>, format = "date")]
    pub planned: Option<Date>,
    /// Of being done by then.
    pub likelihood: Option<f64>,
}

/// When what is in the backlog will be done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outlook {
    pub basis: Basis,
    /// Open stories, bugs, tasks and spikes.
    pub open: u32,
    /// When all of them are done: likelihood in percent → the date.
    #[schema(value_type = Option<HashMap<String, Option<String>>>)]
    pub when: Option<Dates>,
    /// What is done first comes first.
    pub things: Vec<ForecastThing>,
    /// How many more there are than are shown.
    pub more: usize,
}

/// How likely something is done by the evening of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurvePoint {
    #[schema(value_type = String, format = "date")]
    pub date: Date,
    pub likelihood: f64,
}

/// When so many items are done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastAnswer {
    pub basis: Basis,
    /// As they were asked for.
    pub items: String,
    #[schema(value_type = Option<HashMap<String, Option<String>>>)]
    pub when: Option<Dates>,
    /// Week by week, until it is nearly certain.
    pub curve: Vec<CurvePoint>,
    pub by: Option<ByThen>,
}

/// How often forecasts made this way in the past came true; nothing where of none is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastForecasts {
    pub backtest: Option<Backtest>,
    /// Below so many past forecasts their shares say little.
    pub fewest: usize,
}

impl Basis {
    fn of(day: Date, history: &History, forecast: Result<&Forecast, &NotEnough>) -> Self {
        Self {
            day,
            finished: history.len(),
            first: history.first(),
            last: history.last(),
            weeks: forecast.map(|forecast| forecast.weeks().to_vec()).unwrap_or_default(),
            not_enough: forecast.err().map(ToString::to_string),
        }
    }
}

/// So many things are shown; the rest is counted.
const SHOWN: usize = 300;

/// All that an outlook is worked out from, as one moment has it.
pub(crate) struct Read {
    day: Date,
    history: History,
    queue: Queue,
    stubs: HashMap<ObjectId, Stub>,
    planned: foldhash::HashMap<ObjectId, Date>,
    more: usize,
    what_if: WhatIf,
}

/// What would be otherwise than it is.
#[derive(Debug, Clone)]
pub(crate) struct WhatIf {
    /// What is left out.
    pub without: Vec<Reference>,
    /// The pace against today's.
    pub speed: f64,
    pub away: Vec<Away>,
}

pub(crate) fn read(cx: &Cx<'_>, name: &ProductName, what_if: &WhatIf) -> Result<Read, Fault> {
    let product = Product::load(cx, name)?;
    let mut queue = queue(cx, &product, &named(cx, &product, &what_if.without)?)?;
    let ids: Vec<ObjectId> = queue.things.iter().map(|thing| thing.id).collect();
    let stubs = stubs(cx, &ids)?;
    let is_whole = |kind| matches!(kind, Kind::Epic | Kind::Initiative | Kind::Release | Kind::Promise);
    queue.things.retain(|thing| stubs.get(&thing.id).is_some_and(|stub| !stub.archived && is_whole(stub.kind)));
    let all = queue.things.len();
    let mut places = 0..SHOWN;
    // The roadmap asks for every initiative and every promise.
    let on_roadmap =
        |id: &ObjectId| stubs.get(id).is_some_and(|stub| matches!(stub.kind, Kind::Initiative | Kind::Promise));
    queue.things.retain(|thing| places.next().is_some() || on_roadmap(&thing.id));
    let more = all - queue.things.len();
    let planned = planned(cx, &queue.things)?;
    let (day, history) = (cx.now.date(), history(cx, product.id)?);
    Ok(Read { day, history, queue, stubs, planned, more, what_if: what_if.clone() })
}

impl Read {
    pub fn outlook(mut self) -> Outlook {
        let what_if = &self.what_if;
        let forecast = Forecast::new(&self.history, self.day, self.queue.open.clamp(1, MOST_ITEMS))
            .map(|forecast| forecast.without(&what_if.away).at_speed(what_if.speed));
        let given = forecast.as_ref().ok();
        let things = self.queue.things.iter().filter_map(|ahead| {
            let planned = self.planned.get(&ahead.id).copied();
            Some(ForecastThing {
                stub: self.stubs.remove(&ahead.id)?,
                items: ahead.items,
                place: ahead.place,
                when: given.map(|forecast| forecast.when(ahead.place)),
                planned,
                likelihood: given.zip(planned).map(|(forecast, by)| forecast.likelihood(ahead.place, by)),
            })
        });
        Outlook {
            things: things.collect(),
            basis: Basis::of(self.day, &self.history, forecast.as_ref()),
            open: self.queue.open,
            when: given.map(|forecast| forecast.when(self.queue.open)),
            more: self.more,
        }
    }
}

/// The day by which each epic, initiative, release and promise with open items is done with a likelihood of 85 percent, by its place
/// in the order of the backlog. Empty where the history is too short to tell.
pub fn likely(cx: &Cx<'_>, product: &Product) -> Result<HashMap<ObjectId, Date>, Fault> {
    let queue = queue(cx, product, &HashSet::new())?;
    let history = history(cx, product.id)?;
    let Ok(forecast) = Forecast::new(&history, cx.now.date(), queue.open.clamp(1, MOST_ITEMS)) else {
        return Ok(HashMap::new());
    };
    Ok(queue.things.iter().filter_map(|thing| Some((thing.id, forecast.when(thing.place).p85?))).collect())
}

/// How likely what is to be done by a day should be.
const LIKELY: f64 = 0.85;

/// Of what is to be done by a day each, what is less than 85 percent likely to be: the day by which it is that likely, if
/// there is one within ten years. Empty where the history is too short to tell.
pub fn late(
    cx: &Cx<'_>,
    product: &Product,
    due: &HashMap<ObjectId, Date>,
) -> Result<HashMap<ObjectId, Option<Date>>, Fault> {
    if due.is_empty() {
        return Ok(HashMap::new());
    }
    let queue = queue(cx, product, &HashSet::new())?;
    let wanted = || queue.things.iter().filter_map(|thing| Some((thing, *due.get(&thing.id)?)));
    let Some(farthest) = wanted().map(|(thing, _)| thing.place).max() else { return Ok(HashMap::new()) };
    let Ok(forecast) = Forecast::new(&history(cx, product.id)?, cx.now.date(), farthest.clamp(1, MOST_ITEMS)) else {
        return Ok(HashMap::new());
    };
    let late = wanted().filter(|(thing, by)| forecast.likelihood(thing.place, *by) < LIKELY);
    Ok(late.map(|(thing, _)| (thing.id, forecast.when(thing.place).p85)).collect())
}

/// A product's history, and the day it is looked at.
pub(crate) struct Looked {
    day: Date,
    history: History,
}

pub(crate) fn look(cx: &Cx<'_>, name: &ProductName) -> Result<Looked, Fault> {
    let product = Product::load(cx, name)?;
    Ok(Looked { day: cx.now.date(), history: history(cx, product.id)? })
}

/// What is nearly certain ends a curve; and so does this many weeks.
const NEARLY: f64 = 0.99;
const LONGEST_CURVE: i64 = 260;

impl Looked {
    pub fn tell(&self, items: Items, by: Option<Date>, away: &[Away]) -> ForecastAnswer {
        let forecast = Forecast::new(&self.history, self.day, items.most()).map(|forecast| forecast.without(away));
        let given = forecast.as_ref().ok();
        ForecastAnswer {
            basis: Basis::of(self.day, &self.history, forecast.as_ref()),
            items: items.to_string(),
            when: given.map(|forecast| forecast.when(items)),
            curve: given.map(|forecast| self.curve(forecast, items)).unwrap_or_default(),
            by: given.zip(by).map(|(forecast, date)| forecast.by(items, date)),
        }
    }

    fn curve(&self, forecast: &Forecast, items: Items) -> Vec<CurvePoint> {
        let mut curve = Vec::new();
        for week in 0..=LONGEST_CURVE {
            let date = Ts::start_of(self.day).plus_days(7 * week).date();
            let likelihood = forecast.likelihood(items, date);
            curve.push(CurvePoint { date, likelihood });
            if likelihood >= NEARLY {
                break;
            }
        }
        curve
    }

    pub fn track(&self) -> PastForecasts {
        PastForecasts { backtest: backtest(&self.history, self.day), fewest: FEWEST_FORECASTS }
    }
}
