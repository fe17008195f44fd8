use crate::ahead::{Ahead, Asked, named, planned};
use crate::ground::{Ground, Told};
use crate::past::Past;
use access::{Cx, Fault};
use forecasting::{Amount, Away, Backtest, ByThen, FEWEST_FORECASTS, Forecast, History, Items, Quantiles, backtest};
use object::{Product, Stub, stubs};
use serde::Serialize;
use std::collections::HashMap;
use store::Sql;
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
    /// Items finished in each of the weeks the pace is taken from, the oldest first. Days on which people are off make a
    /// week longer.
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
    /// Its epics of which no item is split off yet: each is taken for as many items as the product's epics had.
    pub unsplit: u32,
    /// Open items, and epics that are not split yet, up to the last of them, in the order of the backlog; what is blocked
    /// comes after what blocks it.
    pub place: u32,
    /// Which part of what was finished of late is put ahead of older work that stands no further down than it.
    pub ahead: f64,
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
    /// The teams, where each is forecast by its own pace; empty where all are one.
    pub teams: Vec<TeamOutlook>,
    /// Why the teams are not told apart.
    pub together: Option<String>,
    /// Open stories, bugs, tasks and spikes.
    pub open: u32,
    /// Open epics of which no item is split off yet.
    pub unsplit: u32,
    /// Items an epic is split into, in the mean of the product's latest; null where there are too few to tell.
    pub split: Option<f64>,
    /// Items in progress.
    pub in_progress: u32,
    /// When all of them are done: likelihood in percent → the date.
    #[schema(value_type = Option<HashMap<String, Option<String>>>)]
    pub when: Option<Dates>,
    /// What is done first comes first.
    pub things: Vec<ForecastThing>,
    /// How many more there are than are shown.
    pub more: usize,
}

/// One of several teams.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamOutlook {
    pub name: String,
    pub basis: Basis,
    /// Open items that are its own or come to it.
    pub open: u32,
    /// When it is done with them: likelihood in percent → the date.
    #[schema(value_type = HashMap<String, Option<String>>)]
    pub when: Dates,
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

/// When all of some things is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastOf {
    pub basis: Basis,
    /// What was asked for.
    pub of: Vec<Stub>,
    /// Their open items; 0 where all is done.
    pub items: u32,
    /// Their epics of which no item is split off yet.
    pub unsplit: u32,
    /// Open items, and epics that are not split yet, up to the last of them, in the order of the backlog.
    pub place: u32,
    /// Which part of what was finished of late is put ahead of older work that stands no further down than that.
    pub ahead: f64,
    #[schema(value_type = Option<HashMap<String, Option<String>>>)]
    pub when: Option<Dates>,
    /// Week by week, until it is nearly certain.
    pub curve: Vec<CurvePoint>,
    pub by: Option<CurvePoint>,
}

/// How often forecasts made this way in the past came true; nothing where of none is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastForecasts {
    pub backtest: Option<Backtest>,
    /// Below so many past forecasts their shares say little.
    pub fewest: usize,
}

impl Basis {
    fn of(day: Date, history: &History) -> Self {
        let weeks = history.weeks(day);
        Self {
            day,
            finished: history.len(),
            first: history.first(),
            last: history.last(),
            not_enough: weeks.as_ref().err().map(ToString::to_string),
            weeks: weeks.unwrap_or_default(),
        }
    }
}

/// So many things are shown; the rest is counted.
const SHOWN: usize = 300;

/// All that an outlook is worked out from, as one moment has it.
pub(crate) struct Read {
    ground: Ground,
    /// What is shown.
    things: Vec<Ahead>,
    stubs: HashMap<ObjectId, Stub>,
    planned: foldhash::HashMap<ObjectId, Date>,
    in_progress: u32,
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
    /// Whether new work goes on coming in ahead of what is there.
    pub arriving: bool,
}

pub(crate) fn read(cx: &Cx<'_>, name: &ProductName, what_if: &WhatIf) -> Result<Read, Fault> {
    let product = Product::load(cx, name)?;
    let asked = Asked { without: named(cx, &product, "without", &what_if.without)?, ..Asked::default() };
    let ground = Ground::load(cx, &product, &asked, what_if.arriving)?;
    let mut things = ground.queue.things.clone();
    let stubs = stubs(cx, &things.iter().map(|thing| thing.id).collect::<Vec<_>>())?;
    let is_whole = |kind| matches!(kind, Kind::Epic | Kind::Initiative | Kind::Release | Kind::Promise);
    things.retain(|thing| stubs.get(&thing.id).is_some_and(|stub| !stub.archived && is_whole(stub.kind)));
    let all = things.len();
    let mut places = 0..SHOWN;
    // The roadmap asks for every initiative and every promise.
    let on_roadmap =
        |id: &ObjectId| stubs.get(id).is_some_and(|stub| matches!(stub.kind, Kind::Initiative | Kind::Promise));
    things.retain(|thing| places.next().is_some() || on_roadmap(&thing.id));
    let planned = planned(cx, &things)?;
    let mut sql = Sql::new("SELECT count(*) FROM item i WHERE i.open = TRUE AND i.kind NOT IN ('epic', 'subtask')");
    sql.push(" AND i.category IN ('in_progress', 'in_review') AND NOT i.archived");
    sql.with(" AND i.product_id = ", product.id).push(object::seen!(cx, product.id, "i"));
    let (in_progress,): (i64,) = cx.one(sql.text(), sql.args())?;
    let in_progress = u32::try_from(in_progress).unwrap_or(u32::MAX);
    Ok(Read { more: all - things.len(), ground, things, stubs, planned, in_progress, what_if: what_if.clone() })
}

impl Read {
    pub fn outlook(mut self) -> Outlook {
        let (ground, what_if) = (&self.ground, &self.what_if);
        let told = ground.told(what_if.speed, &what_if.away);
        let given = told.as_ref().ok();
        let things = self.things.iter().filter_map(|thing| {
            let planned = self.planned.get(&thing.id).copied();
            Some(ForecastThing {
                stub: self.stubs.remove(&thing.id)?,
                items: thing.items,
                unsplit: thing.unsplit,
                place: thing.place,
                ahead: ground.ahead_of(thing),
                when: given.map(|told| told.when(thing)),
                planned,
                likelihood: given.zip(planned).map(|(told, by)| told.likelihood(thing, by)),
            })
        });
        let things = things.collect();
        Outlook {
            things,
            basis: Basis::of(ground.past.day, &ground.past.all),
            teams: given.map(team_outlooks).unwrap_or_default(),
            together: ground.together.clone(),
            open: ground.queue.open,
            unsplit: ground.queue.unsplit,
            split: ground.split.map(|split| split.mean),
            in_progress: self.in_progress,
            when: given.map(Told::when_all),
            more: self.more,
        }
    }
}

fn team_outlooks(told: &Told<'_>) -> Vec<TeamOutlook> {
    let ground = told.ground;
    if ground.workers.len() < 2 {
        return Vec::new();
    }
    let teams = ground.past.teams.iter().zip(&ground.queue.places).enumerate();
    let of = |(at, ((team, history), place)): (usize, (&(teams::Team, History), &crate::ahead::Place))| TeamOutlook {
        name: team.name.clone(),
        basis: Basis::of(ground.past.day, history),
        open: place.items,
        when: told.when_of(at),
    };
    teams.map(of).collect()
}

/// The day by which each epic, initiative, release and promise with open items is done with a likelihood of 85 percent, by its
/// place in the order of the backlog. Empty where the history is too short to tell.
pub fn likely(cx: &Cx<'_>, product: &Product) -> Result<HashMap<ObjectId, Date>, Fault> {
    let ground = Ground::load(cx, product, &Asked::default(), true)?;
    let Ok(told) = ground.told(1.0, &[]) else { return Ok(HashMap::new()) };
    Ok(ground.queue.things.iter().filter_map(|thing| Some((thing.id, told.when(thing).p85?))).collect())
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
    let asked = Asked { only: Some(due.keys().copied().collect()), ..Asked::default() };
    let ground = Ground::load(cx, product, &asked, true)?;
    let Ok(told) = ground.told(1.0, &[]) else { return Ok(HashMap::new()) };
    let wanted = ground.queue.things.iter().filter_map(|thing| Some((thing, *due.get(&thing.id)?)));
    let late = wanted.filter(|(thing, by)| told.likelihood(thing, *by) < LIKELY);
    Ok(late.map(|(thing, _)| (thing.id, told.when(thing).p85)).collect())
}

/// All that the answer about some things is worked out from.
pub(crate) struct Chosen {
    ground: Ground,
    of: Vec<Stub>,
}

/// Items, epics, initiatives, releases and promises, by their references.
pub(crate) fn choose(cx: &Cx<'_>, name: &ProductName, of: &[Reference]) -> Result<Chosen, Fault> {
    let product = Product::load(cx, name)?;
    let chosen = named(cx, &product, "of", of)?;
    let stubs = stubs(cx, &chosen.iter().copied().collect::<Vec<_>>())?;
    let mut of: Vec<Stub> = stubs.into_values().collect();
    of.sort_by_key(|stub| stub.id);
    let asked = Asked { chosen, ..Asked::default() };
    Ok(Chosen { ground: Ground::load(cx, &product, &asked, true)?, of })
}

impl Chosen {
    pub fn tell(self, by: Option<Date>) -> ForecastOf {
        let Self { ground, of } = self;
        let told = ground.told(1.0, &[]).ok();
        let day = ground.past.day;
        let chosen = ground.queue.chosen.as_ref();
        let given = told.as_ref().zip(chosen);
        ForecastOf {
            basis: Basis::of(day, &ground.past.all),
            of,
            items: chosen.map_or(0, |thing| thing.items),
            unsplit: chosen.map_or(0, |thing| thing.unsplit),
            place: chosen.map_or(0, |thing| thing.place),
            ahead: chosen.map_or(0.0, |thing| ground.ahead_of(thing)),
            when: given.map(|(told, thing)| told.when(thing)),
            curve: given.map(|(told, thing)| curve(day, |date| told.likelihood(thing, date))).unwrap_or_default(),
            by: given
                .zip(by)
                .map(|((told, thing), date)| CurvePoint { date, likelihood: told.likelihood(thing, date) }),
        }
    }
}

/// Week by week from a day on, until something is nearly certain.
fn curve(day: Date, likelihood: impl Fn(Date) -> f64) -> Vec<CurvePoint> {
    let mut curve = Vec::new();
    for week in 0..=LONGEST_CURVE {
        let date = Ts::start_of(day).plus_days(7 * week).date();
        let likelihood = likelihood(date);
        curve.push(CurvePoint { date, likelihood });
        if likelihood >= NEARLY {
            break;
        }
    }
    curve
}

/// What a product finished; several teams are told as one.
pub(crate) fn look(cx: &Cx<'_>, name: &ProductName) -> Result<Past, Fault> {
    Past::load(cx, Product::load(cx, name)?.id)
}

/// What is nearly certain ends a curve; and so does this many weeks.
const NEARLY: f64 = 0.99;
const LONGEST_CURVE: i64 = 260;

impl Past {
    pub fn tell(&self, items: Items, by: Option<Date>, away: &[Away]) -> ForecastAnswer {
        let forecast = Forecast::new(&self.all, self.day, items.most()).map(|forecast| forecast.without(away));
        let given = forecast.as_ref().ok();
        ForecastAnswer {
            basis: Basis::of(self.day, &self.all),
            items: items.to_string(),
            when: given.map(|forecast| forecast.when(items)),
            curve: given.map(|forecast| curve(self.day, |date| forecast.likelihood(items, date))).unwrap_or_default(),
            by: given.zip(by).map(|(forecast, date)| forecast.by(items, date)),
        }
    }

    pub fn track(&self) -> PastForecasts {
        PastForecasts { backtest: backtest(&self.all, self.day), fewest: FEWEST_FORECASTS }
    }
}
