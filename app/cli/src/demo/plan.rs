//! The history of the sample, decided beforehand: who does what at which moment, in order of time. The same size and
//! the same day give the same history.

use super::cast::{self, DEVELOPER, PRODUCT_MANAGER, PRODUCT_OWNER, SCRUM_MASTER, STAKEHOLDER};
use super::field::{
    Asks, BLOCKERS, CUSTOMERS, EXPECTED, INITIATIVES, OBJECTIVES, OPPORTUNITIES, PROPOSALS, REMARKS, SPRINT_GOALS,
    VERDICTS, VOICES,
};
use super::text::{Draft, draft, kind, theme};
use super::work::{CIRCUMSTANCES, DEBT, THEMES};
use jiff::ToSpan;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use roadmap::Lane;
use sprints::Verdict;
use std::collections::HashSet;
use vocabulary::*;

/// Somebody's deed. Things are named by their place in the plan.
#[derive(Debug, Clone)]
pub enum Deed {
    WriteVision,
    ReviseVision,
    SetObjective(usize),
    CheckIn {
        objective: usize,
        key_result: usize,
        reading: usize,
    },
    AddOpportunity(usize),
    AddInitiative(usize),
    AddCustomer(usize),
    AddVoice(usize),
    TriageVoice(usize),
    AddEpic(usize),
    AddItem(usize),
    Estimate(usize),
    Assign {
        item: usize,
        to: usize,
    },
    Move {
        item: usize,
        state: &'static str,
    },
    Remark {
        item: usize,
        text: String,
    },
    Block {
        item: usize,
        reason: &'static str,
    },
    Accept(usize),
    Return(usize),
    MoveUp {
        item: usize,
        to: i64,
    },
    PlanSprint(usize),
    TakeIn {
        item: usize,
        sprint: usize,
    },
    StartSprint(usize),
    CloseSprint(usize),
    PlanRelease(usize),
    PutInRelease {
        item: usize,
        release: usize,
    },
    Ship(usize),
    Tell(usize),
    /// Proposes to move an item up.
    ProposeUp {
        item: usize,
        to: i64,
        reason: &'static str,
    },
    /// Proposes another lane for an initiative.
    ProposeLane {
        initiative: usize,
        lane: Lane,
        reason: &'static str,
    },
    Ask {
        item: usize,
        question: usize,
    },
    Answer(usize),
    Decide(usize),
    /// Takes note of what the plan was agreed on so far, as a server that runs does after every change.
    LookOver,
    /// Expects something else of an initiative than before.
    Expect {
        initiative: usize,
        outcome: &'static str,
    },
    NameTheme(usize),
    Promise(usize),
    /// Says that an item needs no why, being technical debt.
    CallDebt(usize),
    SetBudgets,
}

#[derive(Debug, Clone)]
pub struct Beat {
    pub at: Ts,
    pub who: usize,
    pub deed: Deed,
}

#[derive(Debug, Clone)]
pub struct EpicPlan {
    pub title: String,
    pub body: &'static str,
    pub initiative: Option<usize>,
}

/// An item before it is written down. Its text is made when it is needed: a hundred thousand texts are large.
#[derive(Debug, Clone)]
pub struct ItemPlan {
    pub theme: usize,
    /// So many-th of its theme.
    pub nth: usize,
    pub epic: Option<usize>,
    pub points: Option<f64>,
    /// Who does it, where that is known from the start.
    pub assignee: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct SprintPlan {
    pub starts: Date,
    pub ends: Date,
    pub goal: &'static str,
    pub verdict: (Verdict, &'static str),
    /// What is not finished at its end, and whether it goes on in the next sprint.
    pub carried: Vec<(usize, bool)>,
}

#[derive(Debug, Clone)]
pub struct ReleasePlan {
    pub name: String,
    pub planned_on: Date,
}

/// Everything that will be made, and when.
#[derive(Debug)]
pub struct Plan {
    pub people: usize,
    pub founded: Ts,
    pub today: Date,
    pub epics: Vec<EpicPlan>,
    pub items: Vec<ItemPlan>,
    pub sprints: Vec<SprintPlan>,
    pub releases: Vec<ReleasePlan>,
    pub beats: Vec<Beat>,
    long: bool,
}

const SEED: u64 = 7400;
const POINTS: &[f64] = &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 5.0, 5.0, 8.0];
/// From this size on the sample is about size: more people, sprints and epics, longer texts.
pub const LARGE: usize = 1000;
/// What sprints are mostly about: the themes of the initiatives that are under way.
const IN_SPRINTS: &[usize] = &[0, 2, 3, 0, 4, 2, 12, 3, 0, 11, 13, 5];
const HOUR: i64 = 3600;

impl Plan {
    pub fn new(items: usize, now: Ts) -> Plan {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let large = items >= LARGE;
        let people = if large { cast::CAST.len() } else { cast::SMALL };
        let epics = if large { (items / 50).clamp(THEMES.len(), 200) } else { (items / 17).clamp(1, THEMES.len()) };
        let stories = items.saturating_sub(epics);
        let closed = if large { (items / 250).clamp(5, 38) } else { (items / 48).clamp(1, 5) };
        let per_sprint = (stories / 16).clamp(1, 50);

        let running = running_sprint(now.date());
        let first = plus(running, -14 * closed as i64);
        let founded = Ts::start_of(plus(first, -28)).plus_seconds(8 * HOUR);
        let mut draw = Draw {
            plan: Plan {
                people,
                founded,
                today: now.date(),
                epics: (0..epics).map(epic).collect(),
                items: Vec::new(),
                sprints: Vec::new(),
                releases: Vec::new(),
                beats: Vec::new(),
                long: large,
            },
            developers: cast::developers(people),
            now,
            of_theme: vec![0; THEMES.len()],
            stories,
            cadence: if closed <= 6 { (closed - closed / 5).max(1) } else { 6 },
            shipping: Vec::new(),
        };
        draw.strategy(&mut rng);
        draw.releases(running, closed);
        let mut carried: Vec<usize> = Vec::new();
        for k in 0..=closed {
            carried = draw.sprint(&mut rng, k, plus(first, 14 * k as i64), per_sprint, carried, k < closed);
        }
        draw.shipments();
        draw.next_sprint(&mut rng, plus(running, 14), per_sprint * 2 / 3);
        draw.rest(&mut rng, large);
        draw.open_matters();
        let mut plan = draw.plan;
        plan.beats.retain(|beat| beat.at <= now);
        plan.beats.sort_by_key(|beat| beat.at);
        plan
    }

    /// The text of an item; always the same one.
    pub fn draft(&self, item: usize) -> Draft {
        let planned = &self.items[item];
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED + 1 + item as u64);
        draft(&mut rng, theme(planned.theme), planned.nth, self.long)
    }
}

fn epic(n: usize) -> EpicPlan {
    let theme_of = n % THEMES.len();
    let round = n / THEMES.len();
    let title = match round {
        0 => THEMES[theme_of].epic.to_owned(),
        _ => format!("{} {}", THEMES[theme_of].epic, CIRCUMSTANCES[(round - 1) % CIRCUMSTANCES.len()]),
    };
    // Some of the later ones have no why, as in life.
    let initiative = INITIATIVES.iter().position(|i| i.epics.contains(&theme_of)).filter(|_| round % 4 != 3);
    EpicPlan { title, body: THEMES[theme_of].purpose, initiative }
}

/// The Monday of a sprint that is about half done today.
fn running_sprint(today: Date) -> Date {
    let weekday = i64::from(today.weekday().to_monday_zero_offset());
    let back = if weekday < 3 { weekday + 7 } else { weekday };
    plus(today, -back)
}

pub fn plus(date: Date, days: i64) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

/// A plan in the making.
struct Draw {
    plan: Plan,
    developers: Vec<usize>,
    now: Ts,
    /// Items so far, by theme.
    of_theme: Vec<usize>,
    /// Items to be planned beside the epics.
    stories: usize,
    /// Sprints to a release.
    cadence: usize,
    /// Releases that have something in them.
    shipping: Vec<usize>,
}

type Dice = Xoshiro256PlusPlus;

impl Draw {
    fn beat(&mut self, at: Ts, who: usize, deed: Deed) {
        self.plan.beats.push(Beat { at, who, deed });
    }

    fn developer(&self, rng: &mut Dice) -> usize {
        self.developers.choose(rng).copied().unwrap_or(PRODUCT_OWNER)
    }

    /// An hour of a working day, counted from the day's start.
    fn hour(rng: &mut Dice) -> i64 {
        rng.random_range(8 * HOUR..17 * HOUR)
    }

    /// Plans a new item; none when all are planned.
    fn item(&mut self, rng: &mut Dice, theme: usize, at: Ts) -> Option<usize> {
        if self.plan.items.len() >= self.stories {
            return None;
        }
        let rounds = (self.plan.epics.len() + THEMES.len() - 1 - theme) / THEMES.len();
        let epic = (rounds > 0 && rng.random_bool(0.93)).then(|| theme + THEMES.len() * rng.random_range(0..rounds));
        let nth = self.of_theme[theme];
        self.of_theme[theme] += 1;
        let item = self.plan.items.len();
        self.plan.items.push(ItemPlan { theme, nth, epic, points: None, assignee: None });
        // The product owner writes stories; developers cut tasks and find bugs.
        let who = match kind(super::text::theme(theme), nth) {
            Kind::Story | Kind::Spike => PRODUCT_OWNER,
            _ => self.developer(rng),
        };
        self.beat(at, who, Deed::AddItem(item));
        Some(item)
    }

    fn strategy(&mut self, rng: &mut Dice) {
        let founded = self.plan.founded;
        let hours = |hours: i64| founded.plus_seconds(hours * HOUR);
        self.beat(hours(1), PRODUCT_MANAGER, Deed::WriteVision);
        self.beat(hours(19 * 24), PRODUCT_MANAGER, Deed::ReviseVision);
        for i in 0..OBJECTIVES.len() {
            self.beat(hours(24 + i as i64), PRODUCT_MANAGER, Deed::SetObjective(i));
        }
        for i in 0..OPPORTUNITIES.len() {
            self.beat(hours(48 + i as i64), PRODUCT_MANAGER, Deed::AddOpportunity(i));
        }
        for i in 0..INITIATIVES.len() {
            self.beat(hours(72 + i as i64), PRODUCT_MANAGER, Deed::AddInitiative(i));
        }
        for i in 0..CUSTOMERS.len() {
            self.beat(hours(30).plus_seconds(600 * i as i64), PRODUCT_MANAGER, Deed::AddCustomer(i));
        }
        for i in 0..self.plan.epics.len() {
            self.beat(hours(96).plus_seconds(300 * i as i64), PRODUCT_OWNER, Deed::AddEpic(i));
        }
        // One reading a week, the last one this week.
        for (objective, set) in OBJECTIVES.iter().enumerate() {
            for (key_result, measured) in set.key_results.iter().enumerate() {
                let count = measured.readings.len() as i64;
                for reading in 0..count {
                    let at =
                        self.now.plus_days(-7 * (count - 1 - reading)).plus_seconds(-HOUR * (2 + objective as i64));
                    let at = at.plus_seconds(60 * key_result as i64);
                    let reading = reading as usize;
                    if at > founded.plus_days(3) {
                        self.beat(at, PRODUCT_MANAGER, Deed::CheckIn { objective, key_result, reading });
                    }
                }
            }
        }
        // Voices come in evenly; the newest nobody has looked at yet.
        let from = founded.plus_days(8);
        let step = (self.now.0 - from.0) / (VOICES.len() as i64 + 1);
        for (i, voice) in VOICES.iter().enumerate() {
            let at = Ts(from.0 + step * i as i64 + rng.random_range(0..step / 2 + 1));
            self.beat(at, if i % 3 == 0 { STAKEHOLDER } else { PRODUCT_MANAGER }, Deed::AddVoice(i));
            if !matches!(voice.asks, Asks::Nothing) {
                self.beat(at.plus_seconds(HOUR * rng.random_range(5..50)), PRODUCT_MANAGER, Deed::TriageVoice(i));
            }
        }
    }

    /// Some sprints make a release; the last one is planned.
    fn releases(&mut self, running: Date, closed: usize) {
        let count = closed / self.cadence + 1;
        for release in 0..count {
            let last = ((release + 1) * self.cadence - 1) as i64 - closed as i64;
            let planned_on = plus(running, 14 * (last + 1) + 1);
            let name = format!("Orchard 2.{}", 8 - (count - release).min(8));
            self.plan.releases.push(ReleasePlan { name, planned_on });
            let opened = Ts::start_of(plus(planned_on, -14 * self.cadence as i64)).plus_seconds(7 * HOUR);
            self.beat(opened.max(self.plan.founded.plus_days(9)), PRODUCT_OWNER, Deed::PlanRelease(release));
        }
    }

    /// Every release ships on its day, but the last one, whose day is still to come.
    fn shipments(&mut self) {
        let mut shipping = std::mem::take(&mut self.shipping);
        shipping.dedup();
        for release in shipping {
            let shipped = Ts::start_of(self.plan.releases[release].planned_on).plus_seconds(11 * HOUR);
            self.beat(shipped, PRODUCT_OWNER, Deed::Ship(release));
            self.beat(shipped.plus_seconds(20 * HOUR), PRODUCT_MANAGER, Deed::Tell(release));
        }
    }

    /// One sprint from refinement to close. Answers what goes on in the next one.
    fn sprint(
        &mut self,
        rng: &mut Dice,
        k: usize,
        starts: Date,
        size: usize,
        carried: Vec<usize>,
        closes: bool,
    ) -> Vec<usize> {
        let ends = plus(starts, 11);
        let start = Ts::start_of(starts);
        self.plan.sprints.push(SprintPlan {
            starts,
            ends,
            goal: SPRINT_GOALS[k % SPRINT_GOALS.len()],
            verdict: VERDICTS[k % VERDICTS.len()],
            carried: Vec::new(),
        });
        self.beat(start.plus_days(-3).plus_seconds(9 * HOUR), PRODUCT_OWNER, Deed::PlanSprint(k));
        let fresh: Vec<usize> = (carried.len()..size)
            .filter_map(|i| {
                let theme = IN_SPRINTS[(k * 5 + i) % IN_SPRINTS.len()];
                let theme = if theme < self.plan.epics.len() { theme } else { 0 };
                // Written down in the three weeks before the sprint.
                let at = start.plus_days(-rng.random_range(5..21)).plus_seconds(Self::hour(rng));
                self.item(rng, theme, at.max(self.plan.founded.plus_days(5)))
            })
            .collect();
        for item in &fresh {
            let at = start.plus_days(-4).plus_seconds(Self::hour(rng));
            self.plan.items[*item].points = POINTS.choose(rng).copied();
            let (estimates, moves) = (self.developer(rng), self.developer(rng));
            self.beat(at, estimates, Deed::Estimate(*item));
            self.beat(at.plus_seconds(HOUR), moves, Deed::Move { item: *item, state: "Ready" });
        }
        // What was carried over is in the sprint already; one item comes in late.
        let late = fresh.last().copied().filter(|_| fresh.len() > 5);
        let arrival = |item: usize| start.plus_days(if late == Some(item) { 2 } else { 0 });
        for (i, item) in fresh.iter().enumerate() {
            let at = arrival(*item).plus_seconds(9 * HOUR + 20 * i as i64);
            let who = self.developer(rng);
            self.beat(at, who, Deed::TakeIn { item: *item, sprint: k });
        }
        let all: Vec<usize> = carried.iter().copied().chain(fresh).collect();
        if all.is_empty() {
            return Vec::new();
        }
        self.beat(start.plus_seconds(10 * HOUR), SCRUM_MASTER, Deed::StartSprint(k));
        let closed = Ts::start_of(ends).plus_seconds(21 * HOUR);
        let release = (k / self.cadence).min(self.plan.releases.len() - 1);
        let mut unfinished = Vec::new();
        for (i, item) in all.iter().enumerate() {
            let worker = self.developer(rng);
            // Spread over the days, so that the burndown goes down.
            let workday = 1 + (8 * i / all.len().max(1)) as i64;
            let done = start.plus_days(calendar(workday)).plus_seconds(12 * HOUR + rng.random_range(0..5 * HOUR));
            let began =
                start.plus_days(calendar((workday - rng.random_range(1..4)).max(0))).plus_seconds(Self::hour(rng));
            let began = began.max(arrival(*item).plus_seconds(11 * HOUR));
            let reviewed = Ts((began.0 + done.0) / 2);
            if !carried.contains(item) {
                self.beat(began, worker, Deed::Assign { item: *item, to: worker });
                self.beat(began.plus_seconds(30), worker, Deed::Move { item: *item, state: "In progress" });
            }
            if rng.random_bool(0.3) {
                let subject = theme(self.plan.items[*item].theme).subjects.choose(rng).copied().unwrap_or_default();
                let text = REMARKS.choose(rng).copied().unwrap_or_default().replace("{}", subject);
                let who = if rng.random_bool(0.3) { PRODUCT_OWNER } else { self.developer(rng) };
                self.beat(
                    began.plus_seconds(rng.random_range(HOUR..9 * HOUR)),
                    who,
                    Deed::Remark { item: *item, text },
                );
            }
            let fails = all.len() > 4 && i % 8 == 7;
            if fails && closes {
                let goes_on = i % 16 == 7;
                unfinished.push((*item, goes_on));
                if !goes_on {
                    self.beat(closed.plus_seconds(HOUR), SCRUM_MASTER, Deed::Move { item: *item, state: "Ready" });
                }
                continue;
            }
            if !closes && (i == 5 || i == 11) {
                let reason = BLOCKERS[i / 6];
                self.beat(
                    self.now.plus_days(-2).max(began.plus_seconds(HOUR)),
                    worker,
                    Deed::Block { item: *item, reason },
                );
                continue;
            }
            self.beat(reviewed, worker, Deed::Move { item: *item, state: "In review" });
            self.beat(done, worker, Deed::Move { item: *item, state: "Done" });
            let accepted = done.plus_seconds(rng.random_range(HOUR..3 * HOUR));
            if i % 9 == 4 {
                self.beat(Ts((reviewed.0 + done.0) / 2), PRODUCT_OWNER, Deed::Return(*item));
            }
            self.beat(accepted, PRODUCT_OWNER, Deed::Accept(*item));
            self.beat(accepted.plus_seconds(600), PRODUCT_OWNER, Deed::PutInRelease { item: *item, release });
            self.shipping.push(release);
        }
        if closes {
            self.beat(closed, DEVELOPER, Deed::CloseSprint(k));
        }
        let onward = unfinished.iter().filter(|(_, goes_on)| *goes_on).map(|(item, _)| *item).collect();
        self.plan.sprints[k].carried = unfinished;
        onward
    }

    /// The sprint after the running one, planned in part.
    fn next_sprint(&mut self, rng: &mut Dice, starts: Date, size: usize) {
        let sprint = self.plan.sprints.len();
        let planned = self.now.plus_seconds(-5 * HOUR);
        self.beat(planned, PRODUCT_OWNER, Deed::PlanSprint(sprint));
        for i in 0..size {
            let theme = IN_SPRINTS[(i * 7 + 3) % IN_SPRINTS.len()];
            let theme = if theme < self.plan.epics.len() { theme } else { 0 };
            let at = self.now.plus_days(-rng.random_range(6..20)).plus_seconds(-HOUR);
            let Some(item) = self.item(rng, theme, at) else { break };
            let who = self.developer(rng);
            self.beat(planned.plus_seconds(60 + 5 * i as i64), who, Deed::TakeIn { item, sprint });
            if i % 4 != 3 {
                self.plan.items[item].points = POINTS.choose(rng).copied();
                self.beat(at.plus_days(2), who, Deed::Estimate(item));
                self.beat(at.plus_days(3), who, Deed::Move { item, state: "Ready" });
            }
        }
        self.plan.sprints.push(SprintPlan {
            starts,
            ends: plus(starts, 11),
            goal: SPRINT_GOALS[sprint % SPRINT_GOALS.len()],
            verdict: VERDICTS[0],
            carried: Vec::new(),
        });
    }

    /// What is in no sprint: the backlog, and in a large sample also what was done or given up along the way.
    fn rest(&mut self, rng: &mut Dice, large: bool) {
        let from = self.plan.founded.plus_days(6);
        let until = self.now.plus_seconds(-6 * HOUR);
        let left = self.stories.saturating_sub(self.plan.items.len()) as i64;
        for i in 0..left {
            let at = Ts(from.0 + (until.0 - from.0) / left * i);
            let Some(item) = self.item(rng, (i as usize * 5 + 1) % self.themes(), at) else { break };
            let who = self.developer(rng);
            if rng.random_bool(0.45) {
                self.plan.items[item].points = POINTS.choose(rng).copied();
                self.beat(at.plus_days(1), who, Deed::Estimate(item));
            }
            let fate = rng.random_range(0..100);
            let days = rng.random_range(2..12);
            if large && fate < 22 {
                self.plan.items[item].assignee = Some(who);
                self.beat(at.plus_days(2), who, Deed::Move { item, state: "In progress" });
                self.beat(at.plus_days(2 + days), who, Deed::Move { item, state: "Done" });
            } else if fate < 25 {
                self.beat(at.plus_days(days), PRODUCT_OWNER, Deed::Move { item, state: "Cancelled" });
            } else {
                if fate < 38 {
                    self.beat(at.plus_days(3), who, Deed::Move { item, state: "Ready" });
                }
                if large && fate < 60 {
                    self.plan.items[item].assignee = Some(who);
                }
                if i % 40 == 11 && i < 400 {
                    let reason = BLOCKERS[(i / 40) as usize % BLOCKERS.len()];
                    self.beat(at.plus_days(4), who, Deed::Block { item, reason });
                }
                if i % 17 == 3 && i < 4000 {
                    self.beat(at.plus_days(5), PRODUCT_OWNER, Deed::MoveUp { item, to: 1 + i % 30 });
                }
            }
        }
    }

    /// What the last days have brought up: proposals that wait, questions, a decision.
    fn open_matters(&mut self) {
        let now = self.now;
        let before = |hours: i64| now.plus_seconds(-HOUR * hours);
        let moved: HashSet<usize> = self
            .plan
            .beats
            .iter()
            .filter_map(|beat| if let Deed::Move { item, .. } = &beat.deed { Some(*item) } else { None })
            .collect();
        // Open work that was there by then, the newest last.
        let mut there: Vec<(Ts, usize)> = self
            .plan
            .beats
            .iter()
            .filter(|beat| beat.at <= before(72))
            .filter_map(|beat| if let Deed::AddItem(item) = beat.deed { Some((beat.at, item)) } else { None })
            .filter(|(_, item)| !moved.contains(item))
            .collect();
        there.sort_unstable();
        let [.., (_, later), (_, late)] = there[..] else { return };
        let is_debt = |item: &usize| THEMES[self.plan.items[*item].theme].epic == DEBT;
        let debts: Vec<usize> = there.iter().map(|(_, item)| *item).filter(is_debt).collect();
        for debt in debts {
            self.beat(before(70), PRODUCT_OWNER, Deed::CallDebt(debt));
        }
        let matters = [
            (self.plan.founded.plus_seconds(100 * HOUR), PRODUCT_MANAGER, Deed::NameTheme(0)),
            (self.plan.founded.plus_seconds(101 * HOUR), PRODUCT_MANAGER, Deed::NameTheme(1)),
            (before(24 * 20), PRODUCT_MANAGER, Deed::Promise(0)),
            (before(61), PRODUCT_MANAGER, Deed::SetBudgets),
            (before(60), PRODUCT_MANAGER, Deed::LookOver),
            (before(52), PRODUCT_MANAGER, Deed::Expect { initiative: 0, outcome: EXPECTED }),
            (before(1), PRODUCT_MANAGER, Deed::LookOver),
            (before(50), DEVELOPER, Deed::Ask { item: later, question: 0 }),
            (before(47), PRODUCT_OWNER, Deed::Answer(0)),
            (before(46), PRODUCT_MANAGER, Deed::Decide(0)),
            (before(30), DEVELOPER, Deed::ProposeUp { item: late, to: 4, reason: PROPOSALS[0] }),
            (before(27), STAKEHOLDER, Deed::ProposeLane { initiative: 4, lane: Lane::Now, reason: PROPOSALS[1] }),
            (before(9), DEVELOPER, Deed::Ask { item: late, question: 1 }),
        ];
        for (at, who, deed) in matters {
            self.beat(at, who, deed);
        }
    }

    fn themes(&self) -> usize {
        self.plan.epics.len().clamp(1, THEMES.len())
    }
}

/// The calendar day of a sprint's working day.
fn calendar(workday: i64) -> i64 {
    workday / 5 * 7 + workday % 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Ts {
        Ts::start_of("2026-11-24".parse().unwrap()).plus_seconds(15 * HOUR)
    }

    #[test]
    fn the_same_day_gives_the_same_history() {
        assert_eq!(format!("{:?}", Plan::new(240, now())), format!("{:?}", Plan::new(240, now())));
    }

    #[test]
    fn every_size_has_as_many_items_as_were_asked_for() {
        for items in [1, 10, 48, 240, 999, 1000, 2500] {
            let plan = Plan::new(items, now());
            let made = plan.beats.iter().filter(|b| matches!(b.deed, Deed::AddItem(_) | Deed::AddEpic(_))).count();
            assert_eq!(made, items, "{items}");
        }
    }

    #[test]
    fn time_goes_forward_and_ends_now() {
        let plan = Plan::new(240, now());
        assert!(plan.beats.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert!(plan.beats.last().is_some_and(|beat| beat.at <= now()));
    }

    #[test]
    fn the_running_sprint_is_under_way() {
        for day in 20..27 {
            let today: Date = format!("2026-11-{day}").parse().unwrap();
            let starts = running_sprint(today);
            let gone = (today - starts).get_days();
            assert!((3..=9).contains(&gone) && starts.weekday() == Weekday::Monday, "{today}: {gone}");
        }
    }
}
