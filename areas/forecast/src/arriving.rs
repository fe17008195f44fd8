use access::{Cx, Fault};
use foldhash::{HashMap, HashSet};
use forecasting::without_piles;
use object::Product;
use store::Sql;
use vocabulary::*;

/// More than this part of the pace is never taken for what comes in ahead: a backlog that is being filled fills up once.
const MOST: f64 = 0.9;
/// So many that came in are looked at, the latest: where there are more, they fill a backlog.
const LATEST: usize = 2000;
/// So many open items are asked what passed them.
const ASKED: usize = 128;

/// What came into a backlog in the weeks the pace is taken from. What is split off an epic that was there before is no new
/// work, and what was taken back again is none.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    /// For each of these weeks, what came in.
    weeks: Vec<Vec<Arrival>>,
    /// Finished in them.
    finished: f64,
    /// From some places of the backlog on, the part of what is finished that is put ahead of what stands there.
    steps: Vec<(u32, f64)>,
}

#[derive(Debug, Clone, Copy)]
struct Arrival {
    at: Ts,
    /// In the backlog; none where it is finished already.
    place: Option<u32>,
}

impl Arriving {
    /// `order` is what is open, each with what it is part of; `finished` how much was finished in each of the weeks.
    pub(crate) fn load(
        cx: &Cx<'_>,
        product: &Product,
        order: &[(ObjectId, Option<ObjectId>)],
        finished: &[u32],
    ) -> Result<Self, Fault> {
        let since = cx.now.plus_days(-7 * finished.len() as i64);
        let mut came = came(cx, product, since)?;
        let new_epics: HashSet<ObjectId> =
            came.iter().filter(|(_, (kind, _))| *kind == Kind::Epic).map(|(id, _)| *id).collect();
        let is_new = |parent: &Option<ObjectId>| parent.is_none_or(|parent| new_epics.contains(&parent));
        let mut arriving = Self {
            weeks: vec![Vec::new(); finished.len()],
            finished: finished.iter().copied().map(f64::from).sum(),
            steps: Vec::new(),
        };
        for (place, (id, parent)) in (1u32..).zip(order) {
            if let Some((kind, at)) = came.remove(id)
                && kind != Kind::Epic
                && is_new(parent)
            {
                arriving.note(since, Arrival { at, place: Some(place) });
            }
        }
        // What came in and is not open any more is done, or does not count.
        came.retain(|_, (kind, _)| *kind != Kind::Epic);
        for (id, parent) in done(cx, came.keys().copied().collect())? {
            if let Some((_, at)) = came.get(&id).filter(|_| is_new(&parent)) {
                arriving.note(since, Arrival { at: *at, place: None });
            }
        }
        arriving.ask(cx, order)?;
        Ok(arriving)
    }

    fn note(&mut self, since: Ts, arrival: Arrival) {
        let week = ((arrival.at.0 - since.0) / (7 * 86_400_000_000)).max(0) as usize;
        let last = self.weeks.len() - 1;
        self.weeks[week.min(last)].push(arrival);
    }

    /// Asks what passed some of what is open. What stands further down is done later: it is passed by all that passes what
    /// stands above it.
    fn ask(&mut self, cx: &Cx<'_>, order: &[(ObjectId, Option<ObjectId>)]) -> Result<(), Fault> {
        let stride = order.len().div_ceil(ASKED).max(1);
        let asked = (1u32..).zip(order).step_by(stride);
        let mut sql = Sql::new("SELECT id, created_at FROM object WHERE id IN");
        sql.within("", asked.clone().map(|(_, (id, _))| *id));
        let since: HashMap<ObjectId, Ts> = cx.rows(sql.text(), sql.args())?.into_iter().collect();
        let mut most = 0.0f64;
        for (place, (id, _)) in asked {
            most = most.max(since.get(id).map_or(0.0, |since| self.passes(place, *since)));
            self.steps.push((place, most));
        }
        Ok(())
    }

    /// Which part of what is finished comes in later and is put ahead of what stands at a place.
    pub(crate) fn ahead_of(&self, place: u32) -> f64 {
        let steps = self.steps.partition_point(|(from, _)| *from <= place);
        steps.checked_sub(1).map_or(0.0, |last| self.steps[last].1)
    }

    /// The same for one item that stands there since some moment.
    fn passes(&self, place: u32, since: Ts) -> f64 {
        let ahead = |arrival: &&Arrival| arrival.at > since && arrival.place.is_none_or(|other| other < place);
        let each: Vec<u32> = self.weeks.iter().map(|week| week.iter().filter(ahead).count() as u32).collect();
        // A week in which far more came in than in others filled the backlog.
        let all = f64::from(without_piles(&each).into_iter().sum::<u32>());
        if self.finished > 0.0 { (all / self.finished).min(MOST) } else { 0.0 }
    }
}

/// What came in since a moment: of what kind, and when. The latest of it, where it is too much.
fn came(cx: &Cx<'_>, product: &Product, since: Ts) -> Result<HashMap<ObjectId, (Kind, Ts)>, Fault> {
    let mut sql = Sql::new(
        "SELECT o.id, o.kind, o.created_at FROM object o WHERE o.kind IN ('epic', 'story', 'bug', 'task', 'spike')",
    );
    sql.with(" AND o.product_id = ", product.id).with(" AND o.created_at > ", since);
    sql.push(object::seen!(cx, product.id, "o")).with(" ORDER BY o.created_at DESC LIMIT ", LATEST);
    let came: Vec<(ObjectId, Kind, Ts)> = cx.rows(sql.text(), sql.args())?;
    Ok(came.into_iter().map(|(id, kind, at)| (id, (kind, at))).collect())
}

/// Which of some items are done, each with what it is part of.
fn done(cx: &Cx<'_>, ids: Vec<ObjectId>) -> Result<Vec<(ObjectId, Option<ObjectId>)>, Fault> {
    let mut done = Vec::new();
    for some in ids.chunks(500) {
        let mut sql = Sql::new("SELECT object_id, parent_id FROM item WHERE category = 'done' AND NOT archived");
        sql.within(" AND object_id IN", some.iter().copied());
        done.extend(cx.rows::<(ObjectId, Option<ObjectId>)>(sql.text(), sql.args())?);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn arriving(weeks: &[&[Option<u32>]]) -> Arriving {
        let week = |(week, places): (usize, &&[Option<u32>])| {
            places.iter().map(|place| Arrival { at: Ts(7 * DAY * week as i64 + DAY), place: *place }).collect()
        };
        Arriving { weeks: weeks.iter().enumerate().map(week).collect(), finished: 20.0, steps: Vec::new() }
    }

    #[test]
    fn what_came_later_and_stands_before_it_or_is_done_was_put_ahead() {
        let some = arriving(&[&[None, Some(9)], &[None, Some(3)], &[None, None], &[Some(2)]]);
        // All but the one that stands at the ninth place itself.
        assert_eq!(some.passes(9, Ts(0)), 6.0 / 20.0);
        assert_eq!(some.passes(2, Ts(0)), 4.0 / 20.0);
        assert_eq!(some.passes(9, Ts(14 * DAY)), 3.0 / 20.0);
        assert_eq!(some.passes(9, Ts(7 * DAY)), 5.0 / 20.0);
    }

    #[test]
    fn a_backlog_that_is_filled_at_once_is_no_stream() {
        let pile = vec![Some(1); 400];
        let some = arriving(&[&pile, &[None], &[None], &[]]);
        assert_eq!(some.passes(9, Ts(0)), 4.0 / 20.0);
        let flood = arriving(&[&pile, &pile, &pile, &[]]);
        assert_eq!(flood.passes(9, Ts(0)), MOST);
        assert_eq!(Arriving::default().ahead_of(1), 0.0);
    }

    #[test]
    fn further_down_no_less_comes_in_ahead() {
        let some = Arriving { steps: vec![(3, 0.1), (7, 0.1), (9, 0.4)], ..Arriving::default() };
        assert_eq!([1, 3, 8, 9, 99].map(|place| some.ahead_of(place)), [0.0, 0.1, 0.1, 0.4, 0.4]);
    }
}
