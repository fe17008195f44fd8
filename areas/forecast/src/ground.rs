use crate::ahead::{Ahead, Asked, Place, Queue, Worker, queue, split_epics};
use crate::arriving::Arriving;
use crate::past::Past;
use access::{Cx, Fault};
use forecasting::{Amount, Away, Forecast, History, MOST_ITEMS, NotEnough, Parallel, Quantiles, Scope, Split};
use object::Product;
use vocabulary::*;

/// All that dates are worked out from, as one moment has it.
pub(crate) struct Ground {
    pub past: Past,
    pub workers: Vec<Worker>,
    /// Why several teams are told as one.
    pub together: Option<String>,
    pub queue: Queue,
    /// How epics are split.
    pub split: Option<Split>,
    arriving: Arriving,
}

impl Ground {
    /// `arriving` says whether new work goes on coming in ahead of what is there.
    pub(crate) fn load(cx: &Cx<'_>, product: &Product, asked: &Asked, arriving: bool) -> Result<Self, Fault> {
        let past = Past::load(cx, product.id)?;
        let (workers, together) = match apart(&past) {
            Ok(workers) => (workers, None),
            Err(why) => (vec![Worker { team: None, pace: 1.0 }], why),
        };
        let queue = queue(cx, product, &workers, asked)?;
        let split = if queue.unsplit > 0 { Split::learned(&split_epics(cx, product)?) } else { None };
        let arriving = match past.all.weeks(past.day) {
            Ok(weeks) if arriving => Arriving::load(cx, product, &queue.order, &weeks)?,
            _ => Arriving::default(),
        };
        Ok(Self { past, workers, together, queue, split, arriving })
    }

    /// Which part of the pace goes to what comes in ahead of a thing.
    pub fn ahead_of(&self, thing: &Ahead) -> f64 {
        self.arriving.ahead_of(thing.place)
    }

    /// What can be told of it, at so many times today's pace and with so many days more on which nobody works.
    pub fn told(&self, speed: f64, away: &[Away]) -> Result<Told<'_>, NotEnough> {
        let all = self.queue.places.iter().map(|place| self.scope(*place, 0.0).most());
        let forecast = |(history, most): (&History, u32)| {
            let forecast = Forecast::new(history, self.past.day, most.clamp(1, MOST_ITEMS))?;
            Ok(forecast.without(away).at_speed(speed))
        };
        let histories: Vec<&History> = if self.workers.len() > 1 {
            self.past.teams.iter().map(|(_, history)| history).collect()
        } else {
            vec![&self.past.all]
        };
        let teams: Vec<Forecast> = histories.into_iter().zip(all).map(forecast).collect::<Result<_, _>>()?;
        Ok(Told { ground: self, teams: Parallel::new(teams) })
    }

    fn scope(&self, place: Place, ahead: f64) -> Scope {
        Scope::new(place.items, place.unsplit, self.split, ahead)
    }

    fn amounts(&self, places: &[Place], ahead: f64) -> Vec<Option<Scope>> {
        places.iter().map(|place| (!place.is_start()).then(|| self.scope(*place, ahead))).collect()
    }
}

/// One worker for each team, where there are several and each has done enough to be told by itself; else why not, if there
/// are any.
fn apart(past: &Past) -> Result<Vec<Worker>, Option<String>> {
    if past.teams.is_empty() {
        return Err(None);
    }
    let worker = |(team, history): &(teams::Team, History)| {
        let weeks = history.weeks(past.day).map_err(|why| {
            let why = why.to_string();
            Some(format!("The teams are told as one, as {} cannot be by itself. {why}", team.name))
        })?;
        let pace = f64::from(weeks.iter().sum::<u32>()) / weeks.len() as f64;
        Ok(Worker { team: Some(team.id), pace })
    };
    past.teams.iter().map(worker).collect()
}

/// When what is in a queue is done.
pub(crate) struct Told<'g> {
    pub ground: &'g Ground,
    teams: Parallel,
}

impl Told<'_> {
    pub fn when(&self, thing: &Ahead) -> Quantiles<Option<Date>> {
        self.teams.when(&self.ground.amounts(&thing.places, self.ground.ahead_of(thing)))
    }

    pub fn likelihood(&self, thing: &Ahead, by: Date) -> f64 {
        self.teams.likelihood(&self.ground.amounts(&thing.places, self.ground.ahead_of(thing)), by)
    }

    /// When all that is there now is done: not before any of it.
    pub fn when_all(&self) -> Quantiles<Option<Date>> {
        self.teams.when(&self.all())
    }

    fn all(&self) -> Vec<Option<Scope>> {
        self.ground.amounts(&self.ground.queue.places, self.ground.arriving.ahead_of(u32::MAX))
    }

    /// When one team is done with all that is its.
    pub fn when_of(&self, team: usize) -> Quantiles<Option<Date>> {
        let mut amounts = self.all();
        amounts.iter_mut().enumerate().filter(|(at, _)| *at != team).for_each(|(_, amount)| *amount = None);
        self.teams.when(&amounts)
    }
}
