//! What contradicts what in one plan. Each rule looks at the plan and nothing else.
//!
//! A sentence names the two things of its pair and no other: whoever may see both may read it.

use super::plan::{Blocked, Plan, Promised, SprintItem};
use std::collections::{BTreeMap, HashMap};
use vocabulary::*;

/// A kind of contradiction.
pub(crate) struct Rule {
    pub name: &'static str,
    pub title: &'static str,
    /// Whose holders can resolve it, or accept it knowingly.
    pub decision: Decision,
    find: fn(&Plan) -> Vec<Found>,
}

/// Two things that cannot both be true as they stand; one alone where it contradicts its own forecast.
struct Found {
    one: ObjectId,
    other: ObjectId,
    /// With `{one}` and `{other}` in place of what they are called.
    says: String,
}

/// A rule's name and its pair, and what it says.
pub(crate) type Pairs = BTreeMap<(&'static str, ObjectId, ObjectId), String>;

const fn rule(name: &'static str, title: &'static str, decision: Decision, find: fn(&Plan) -> Vec<Found>) -> Rule {
    Rule { name, title, decision, find }
}

pub(crate) const RULES: &[Rule] = &[
    rule("initiative-against-sprints", "Work outside its initiative's window", Decision::Roadmap, against_sprints),
    rule("initiative-against-forecast", "Initiative later than its window", Decision::Roadmap, against_forecast),
    rule("child-after-parent", "Part planned after its whole", Decision::SprintScope, after_parent),
    rule("shipped-with-open-items", "Shipped with open items", Decision::Release, shipped_open),
    rule("promise-against-forecast", "Promise earlier than the forecast", Decision::Roadmap, promise_forecast),
    rule("work-on-dropped", "Work on a dropped objective", Decision::SprintScope, on_dropped),
    rule("goal-without-items", "Sprint goal that no item serves", Decision::SprintGoal, goal_without_items),
    rule("two-visions", "Two visions", Decision::Vision, two_visions),
    rule("sprint-after-release", "Release planned before its sprint ends", Decision::Release, after_release),
    rule("blocked-by-later", "Blocked by what comes later", Decision::SprintScope, blocked_by_later),
    rule("promise-before-plan", "Promise earlier than the plan", Decision::Roadmap, promise_plan),
];

/// So many of one rule are listed.
const MOST: usize = 500;

/// The rule of this name.
pub(crate) fn named(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// All that contradicts something else in a plan.
pub(crate) fn find(plan: &Plan) -> Pairs {
    let mut pairs = Pairs::new();
    for rule in RULES {
        let mut found = (rule.find)(plan);
        found.sort_by_key(|found| (found.one, found.other));
        found.dedup_by_key(|found| (found.one, found.other));
        pairs.extend(found.into_iter().take(MOST).map(|Found { one, other, says }| ((rule.name, one, other), says)));
    }
    pairs
}

/// The sentence with what the two are called. A title that looks like a mark stays as it is.
pub(crate) fn told(says: &str, one: &str, other: &str) -> String {
    says.split("{other}").map(|part| part.replace("{one}", one)).collect::<Vec<_>>().join(other)
}

fn found(one: ObjectId, other: ObjectId, says: impl Into<String>) -> Found {
    Found { one, other, says: says.into() }
}

/// How many of each there are.
fn tally<K: Ord>(each: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in each {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// Until when it takes, by the forecast.
fn takes(until: Option<Date>) -> String {
    until.map_or_else(|| "takes more than ten years".to_owned(), |day| format!("takes until {day}"))
}

fn against_sprints(plan: &Plan) -> Vec<Found> {
    let open = plan.in_sprints.iter().filter(|item| item.open);
    let counts = tally(open.flat_map(|item| item.initiatives.iter().map(|id| (*id, item.sprint))));
    let judge = |((initiative, sprint), items): ((ObjectId, ObjectId), usize)| {
        let (window, (starts, ends)) = (plan.initiatives.get(&initiative)?, *plan.sprints.get(&sprint)?);
        let work = match items {
            1 => "an open item that delivers it is".to_owned(),
            _ => format!("{items} open items that deliver it are"),
        };
        let says = match (window.first, window.last) {
            (_, Some(last)) if starts > last => {
                format!("{{one}} is to end on {last}, but {work} in {{other}}, which starts on {starts}.")
            }
            (Some(first), _) if ends < first => {
                format!("{{one}} is to start on {first}, but {work} in {{other}}, which ends on {ends}.")
            }
            _ => return None,
        };
        Some(found(initiative, sprint, says))
    };
    counts.into_iter().filter_map(judge).collect()
}

fn against_forecast(plan: &Plan) -> Vec<Found> {
    let judge = |(id, until): (&ObjectId, &Option<Date>)| {
        let last = plan.initiatives.get(id)?.last?;
        until.is_none_or(|until| until > last).then(|| {
            let takes = takes(*until);
            found(*id, *id, format!("{{one}} is to end on {last}, but with a likelihood of 85 percent it {takes}."))
        })
    };
    plan.late.iter().filter_map(judge).collect()
}

fn after_parent(plan: &Plan) -> Vec<Found> {
    let released = plan.parts.iter().filter_map(|part| {
        let planned = plan.planned(part.sprint, part.release)?;
        let release = plan.planned_release(part.whole_release)?;
        let says = format!(
            "{{one}} is planned for {planned}, but {{other}}, which it is part of, is to be released on {release}."
        );
        (planned > release).then(|| found(part.item, part.whole, says))
    });
    let sprinted = plan.in_sprints.iter().filter(|item| item.open).filter_map(|item| {
        let (starts, _) = *plan.sprints.get(&item.sprint)?;
        let (_, ends) = *plan.sprints.get(&item.whole_sprint?)?;
        let says = format!(
            "{{one}} is in a sprint that starts on {starts}, but the sprint of {{other}}, which it is part of, ends on \
             {ends}."
        );
        (starts > ends).then_some(found(item.id, item.whole?, says))
    });
    released.chain(sprinted).collect()
}

fn shipped_open(plan: &Plan) -> Vec<Found> {
    let judge = |(release, item): &(ObjectId, ObjectId)| {
        let shipped = plan.releases.get(release)?.shipped?;
        let says = format!("{{one}} shipped on {shipped}, but {{other}}, which is in it, is still open.");
        Some(found(*release, *item, says))
    };
    plan.left_open.iter().filter_map(judge).collect()
}

fn promise_forecast(plan: &Plan) -> Vec<Found> {
    let judge = |promised: &Promised| {
        let until = *plan.late.get(&promised.thing)?;
        until.is_none_or(|until| until > promised.due).then(|| {
            let (due, takes) = (promised.due, takes(until));
            let says = format!("{{one}} is due by {due}, but with a likelihood of 85 percent {{other}} {takes}.");
            found(promised.promise, promised.thing, says)
        })
    };
    plan.promises.iter().filter_map(judge).collect()
}

fn on_dropped(plan: &Plan) -> Vec<Found> {
    let dropped = |id: &&ObjectId| plan.objectives.get(*id).copied().unwrap_or_default();
    let judge = |item: &SprintItem| {
        let only_dropped = item.objectives.iter().all(|id| dropped(&id));
        let objective = item.objectives.iter().min().filter(|_| only_dropped && item.open)?;
        let says = match item.objectives.len() {
            1 => "{one} is to be done in a sprint, but {other} is dropped, and no other objective is its reason.",
            _ => "{one} is to be done in a sprint, but {other} is dropped, as is every other objective it serves.",
        };
        Some(found(item.id, *objective, says))
    };
    plan.in_sprints.iter().filter_map(judge).collect()
}

fn goal_without_items(plan: &Plan) -> Vec<Found> {
    let mut items: HashMap<ObjectId, Vec<&SprintItem>> = HashMap::new();
    for item in &plan.in_sprints {
        items.entry(item.sprint).or_default().push(item);
    }
    let judge = |(sprint, objective): &(ObjectId, ObjectId)| {
        let items = items.get(sprint)?;
        if items.iter().any(|item| item.objectives.contains(objective)) {
            return None;
        }
        let none = match items.len() {
            1 => "the one item in it does not".to_owned(),
            many => format!("none of the {many} items in it does"),
        };
        Some(found(*sprint, *objective, format!("{{one}} is to serve {{other}}, but {none}.")))
    };
    plan.goals.iter().filter_map(judge).collect()
}

fn two_visions(plan: &Plan) -> Vec<Found> {
    let says = "{one} and {other} are both said to be the vision of this product.";
    plan.visions
        .split_first()
        .into_iter()
        .flat_map(|(first, rest)| rest.iter().map(|id| found(*first, *id, says)))
        .collect()
}

fn after_release(plan: &Plan) -> Vec<Found> {
    let open = plan.in_sprints.iter().filter(|item| item.open);
    let counts = tally(open.filter_map(|item| Some((item.sprint, item.release?))));
    let judge = |((sprint, release), items): ((ObjectId, ObjectId), usize)| {
        let (planned, (_, ends)) = (plan.planned_release(release)?, *plan.sprints.get(&sprint)?);
        let work = match items {
            1 => "an open item of it is".to_owned(),
            _ => format!("{items} open items of it are"),
        };
        let says = format!("{{other}} is planned for {planned}, but {work} in {{one}}, which ends on {ends}.");
        (ends > planned).then(|| found(sprint, release, says))
    };
    counts.into_iter().filter_map(judge).collect()
}

fn blocked_by_later(plan: &Plan) -> Vec<Found> {
    let judge = |blocked: &Blocked| {
        let (_, ends) = *plan.sprints.get(&blocked.sprint)?;
        let later = match blocked.by_sprint.and_then(|id| plan.sprints.get(&id)) {
            None => "is in no sprint".to_owned(),
            Some((starts, _)) if *starts > ends => format!("is in one that starts on {starts}"),
            Some(_) => return None,
        };
        let says = format!("{{one}} is in a sprint that ends on {ends}, but {{other}}, which blocks it, {later}.");
        Some(found(blocked.item, blocked.by, says))
    };
    plan.blocked.iter().filter_map(judge).collect()
}

fn promise_plan(plan: &Plan) -> Vec<Found> {
    let judge = |promised: &Promised| {
        let window = || plan.initiatives.get(&promised.thing)?.last;
        let planned = window()
            .or_else(|| plan.planned_release(promised.thing))
            .or_else(|| plan.planned(promised.sprint, promised.release))?;
        let due = promised.due;
        let says = format!("{{one}} is due by {due}, but {{other}} is planned to be done by {planned}.");
        (planned > due).then(|| found(promised.promise, promised.thing, says))
    };
    plan.promises.iter().filter_map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Delivery, Part, Window};
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn ids<const N: usize>() -> [ObjectId; N] {
        std::array::from_fn(|_| ObjectId::new())
    }

    /// What a plan is found to say, each with its rule, its things called A, B, C … in the order of `names`.
    fn says(plan: &Plan, names: &[ObjectId]) -> Vec<(&'static str, String)> {
        let called = |id: ObjectId| ["A", "B", "C", "D"][names.iter().position(|name| *name == id).unwrap()];
        let told = |((rule, one, other), says): ((&'static str, _, _), String)| {
            (rule, told(&says, called(one), called(other)))
        };
        find(plan).into_iter().map(told).collect()
    }

    /// The one thing a plan says.
    #[track_caller]
    fn said(plan: &Plan, names: &[ObjectId]) -> (&'static str, String) {
        let mut all = says(plan, names);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn item(id: ObjectId, sprint: ObjectId) -> SprintItem {
        let (initiatives, objectives) = (Vec::new(), Vec::new());
        SprintItem { id, open: true, sprint, release: None, whole: None, whole_sprint: None, initiatives, objectives }
    }

    fn sprint(plan: &mut Plan, id: ObjectId, starts: &str, ends: &str) {
        plan.sprints.insert(id, (day(starts), day(ends)));
    }

    fn window(first: Option<&str>, last: Option<&str>) -> Window {
        Window { first: first.map(day), last: last.map(day) }
    }

    #[test]
    fn rules_have_names_of_their_own() {
        for rule in RULES {
            assert_eq!(RULES.iter().filter(|other| other.name == rule.name).count(), 1, "{}", rule.name);
            assert!(named(rule.name).is_some_and(|found| found.title == rule.title));
        }
        assert!(named("no-such-rule").is_none());
    }

    #[test]
    fn a_title_that_looks_like_a_mark_stays_as_it_is() {
        assert_eq!(
            told("{one} is before {other}, not {one}.", "{other}", "{one}"),
            "{other} is before {one}, not {other}."
        );
    }

    #[test]
    fn work_lies_in_its_initiatives_window() {
        let [initiative, within, late, early] = ids();
        let names = [initiative, within, late, early];
        let mut plan = Plan::default();
        sprint(&mut plan, within, "2026-12-21", "2027-01-08");
        sprint(&mut plan, late, "2027-01-04", "2027-01-15");
        sprint(&mut plan, early, "2026-09-07", "2026-09-18");
        plan.initiatives.insert(initiative, window(Some("2026-10-01"), Some("2026-12-31")));
        let delivers = |sprint| SprintItem { initiatives: vec![initiative], ..item(ObjectId::new(), sprint) };
        plan.in_sprints = vec![delivers(within), SprintItem { open: false, ..delivers(late) }];
        assert_eq!(says(&plan, &names), [], "what is finished and what overlaps is within");
        plan.in_sprints.extend([delivers(late), delivers(late), delivers(early)]);
        let rule = "initiative-against-sprints";
        assert_eq!(
            says(&plan, &names),
            [
                (
                    rule,
                    "A is to end on 2026-12-31, but 2 open items that deliver it are in C, which starts on 2027-01-04."
                ),
                (
                    rule,
                    "A is to start on 2026-10-01, but an open item that delivers it is in D, which ends on 2026-09-18."
                ),
            ]
            .map(|(rule, text)| (rule, text.to_owned()))
        );
        plan.initiatives.insert(initiative, window(None, None));
        assert_eq!(says(&plan, &names), [], "a window that is open on both sides contradicts nothing");
    }

    #[test]
    fn an_initiative_ends_no_earlier_than_its_forecast() {
        let [initiative] = ids();
        let mut plan = Plan::default();
        plan.initiatives.insert(initiative, window(None, Some("2026-12-31")));
        plan.late.insert(initiative, Some(day("2026-12-31")));
        assert_eq!(says(&plan, &[initiative]), []);
        plan.late.insert(initiative, Some(day("2027-02-10")));
        let text = "A is to end on 2026-12-31, but with a likelihood of 85 percent it takes until 2027-02-10.";
        assert_eq!(said(&plan, &[initiative]), ("initiative-against-forecast", text.to_owned()));
        plan.late.insert(initiative, None);
        assert!(said(&plan, &[initiative]).1.ends_with("it takes more than ten years."));
    }

    #[test]
    fn a_part_is_planned_no_later_than_its_whole() {
        let [story, epic, early, late, running, release] = ids();
        let mut plan = Plan::default();
        sprint(&mut plan, running, "2026-11-23", "2026-12-04");
        for (id, planned) in [(early, "2026-12-04"), (late, "2026-12-18"), (release, "2026-12-03")] {
            plan.releases.insert(id, Delivery { planned: Some(day(planned)), shipped: None });
        }
        let part = |sprint, release, whole_release| Part { item: story, sprint, release, whole: epic, whole_release };
        plan.parts = vec![part(Some(running), None, early), part(None, Some(early), early), part(None, None, early)];
        assert_eq!(says(&plan, &[story, epic]), []);
        plan.parts = vec![part(Some(running), Some(early), release)];
        let text = "A is planned for 2026-12-04, but B, which it is part of, is to be released on 2026-12-03.";
        assert_eq!(said(&plan, &[story, epic]), ("child-after-parent", text.to_owned()));
        plan.parts = vec![part(None, Some(late), early)];
        assert!(said(&plan, &[story, epic]).1.starts_with("A is planned for 2026-12-18"));
        plan.releases.insert(early, Delivery { planned: Some(day("2026-12-04")), shipped: Some(day("2026-11-20")) });
        assert_eq!(says(&plan, &[story, epic]), [], "what shipped is no plan");
    }

    #[test]
    fn a_sub_task_is_in_no_later_sprint_than_its_story() {
        let [subtask, story, first, second] = ids();
        let mut plan = Plan::default();
        sprint(&mut plan, first, "2026-11-23", "2026-12-04");
        sprint(&mut plan, second, "2026-12-07", "2026-12-18");
        let part = |own, of| SprintItem { whole: Some(story), whole_sprint: Some(of), ..item(subtask, own) };
        plan.in_sprints = vec![part(first, first), part(first, second)];
        assert_eq!(says(&plan, &[subtask, story]), []);
        plan.in_sprints = vec![part(second, first)];
        let text =
            "A is in a sprint that starts on 2026-12-07, but the sprint of B, which it is part of, ends on 2026-12-04.";
        assert_eq!(said(&plan, &[subtask, story]), ("child-after-parent", text.to_owned()));
    }

    #[test]
    fn what_shipped_is_finished() {
        let [release, item, away] = ids();
        let mut plan = Plan { left_open: vec![(release, item), (away, item)], ..Plan::default() };
        plan.releases.insert(release, Delivery { planned: None, shipped: Some(day("2026-11-20")) });
        let text = "A shipped on 2026-11-20, but B, which is in it, is still open.";
        assert_eq!(said(&plan, &[release, item]), ("shipped-with-open-items", text.to_owned()));
    }

    #[test]
    fn a_promise_is_due_no_earlier_than_forecast_and_plan() {
        let [promise, initiative, release, story] = ids();
        let names = [promise, initiative, release, story];
        let promised = |thing| Promised { promise, due: day("2026-12-31"), thing, sprint: None, release: None };
        let mut plan = Plan { promises: vec![promised(initiative)], ..Plan::default() };
        plan.late.insert(initiative, Some(day("2026-12-31")));
        plan.initiatives.insert(initiative, window(None, Some("2026-12-31")));
        assert_eq!(says(&plan, &names), []);
        plan.initiatives.insert(initiative, window(None, Some("2027-03-31")));
        let text = "A is due by 2026-12-31, but B is planned to be done by 2027-03-31.";
        assert_eq!(said(&plan, &names), ("promise-before-plan", text.to_owned()));
        plan.late.insert(initiative, Some(day("2027-02-10")));
        let text = "A is due by 2026-12-31, but with a likelihood of 85 percent B takes until 2027-02-10.";
        assert!(says(&plan, &names).contains(&("promise-against-forecast", text.to_owned())));

        let mut plan = Plan { promises: vec![promised(release)], ..Plan::default() };
        plan.releases.insert(release, Delivery { planned: Some(day("2027-01-15")), shipped: None });
        let text = "A is due by 2026-12-31, but C is planned to be done by 2027-01-15.";
        assert_eq!(said(&plan, &names), ("promise-before-plan", text.to_owned()));
        plan.promises = vec![Promised { release: Some(release), ..promised(story) }];
        let text = "A is due by 2026-12-31, but D is planned to be done by 2027-01-15.";
        assert_eq!(said(&plan, &names), ("promise-before-plan", text.to_owned()));
    }

    #[test]
    fn work_has_a_reason_that_is_not_dropped() {
        let [story, dropped, living, running] = ids();
        let mut plan = Plan::default();
        sprint(&mut plan, running, "2026-11-23", "2026-12-04");
        plan.objectives = HashMap::from([(dropped, true), (living, false)]);
        let serves = |objectives: &[ObjectId]| SprintItem { objectives: objectives.to_vec(), ..item(story, running) };
        plan.in_sprints =
            vec![serves(&[]), serves(&[living, dropped]), SprintItem { open: false, ..serves(&[dropped]) }];
        assert_eq!(says(&plan, &[story, dropped]), []);
        plan.in_sprints = vec![serves(&[dropped])];
        let text = "A is to be done in a sprint, but B is dropped, and no other objective is its reason.";
        assert_eq!(said(&plan, &[story, dropped]), ("work-on-dropped", text.to_owned()));
    }

    #[test]
    fn a_sprints_goal_is_served_by_an_item_of_it() {
        let [running, objective, other, next] = ids();
        let names = [running, objective, other, next];
        let mut plan = Plan { goals: vec![(running, objective), (next, objective)], ..Plan::default() };
        plan.objectives = HashMap::from([(objective, false), (other, false)]);
        let serves =
            |objective| SprintItem { objectives: vec![objective], open: false, ..item(ObjectId::new(), running) };
        plan.in_sprints = vec![serves(other)];
        let text = "A is to serve B, but the one item in it does not.";
        assert_eq!(said(&plan, &names), ("goal-without-items", text.to_owned()), "an empty sprint says nothing yet");
        plan.in_sprints.push(item(ObjectId::new(), running));
        assert_eq!(said(&plan, &names).1, "A is to serve B, but none of the 2 items in it does.");
        plan.in_sprints.push(serves(objective));
        assert_eq!(says(&plan, &names), []);
    }

    #[test]
    fn a_product_has_one_vision() {
        let [first, second, third] = ids();
        let mut plan = Plan { visions: vec![first], ..Plan::default() };
        assert_eq!(says(&plan, &[first]), []);
        plan.visions = vec![first, second, third];
        let all = says(&plan, &[first, second, third]);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], ("two-visions", "A and B are both said to be the vision of this product.".to_owned()));
    }

    #[test]
    fn a_release_waits_for_its_sprints() {
        let [running, release, shipped, undated] = ids();
        let mut plan = Plan::default();
        sprint(&mut plan, running, "2026-11-23", "2026-12-04");
        plan.releases.insert(release, Delivery { planned: Some(day("2026-12-04")), shipped: None });
        plan.releases.insert(shipped, Delivery { planned: Some(day("2026-11-01")), shipped: Some(day("2026-11-01")) });
        plan.releases.insert(undated, Delivery { planned: None, shipped: None });
        let within = |release| SprintItem { release: Some(release), ..item(ObjectId::new(), running) };
        plan.in_sprints = vec![within(release), within(release), within(shipped), within(undated)];
        assert_eq!(says(&plan, &[running, release]), []);
        plan.releases.insert(release, Delivery { planned: Some(day("2026-12-03")), shipped: None });
        let text = "B is planned for 2026-12-03, but 2 open items of it are in A, which ends on 2026-12-04.";
        assert_eq!(said(&plan, &[running, release]), ("sprint-after-release", text.to_owned()));
    }

    #[test]
    fn what_blocks_comes_first() {
        let [story, blocker, first, second, over] = ids();
        let mut plan = Plan::default();
        sprint(&mut plan, first, "2026-11-23", "2026-12-04");
        sprint(&mut plan, second, "2026-12-07", "2026-12-18");
        let blocked = |sprint, by_sprint| Blocked { item: story, sprint, by: blocker, by_sprint };
        plan.blocked = vec![blocked(first, Some(first)), blocked(second, Some(first))];
        assert_eq!(says(&plan, &[story, blocker]), []);
        plan.blocked = vec![blocked(first, Some(second))];
        let text =
            "A is in a sprint that ends on 2026-12-04, but B, which blocks it, is in one that starts on 2026-12-07.";
        assert_eq!(said(&plan, &[story, blocker]), ("blocked-by-later", text.to_owned()));
        for nowhere in [None, Some(over)] {
            plan.blocked = vec![blocked(first, nowhere)];
            let text = "A is in a sprint that ends on 2026-12-04, but B, which blocks it, is in no sprint.";
            assert_eq!(said(&plan, &[story, blocker]), ("blocked-by-later", text.to_owned()));
        }
    }

    #[test]
    fn what_is_found_is_bounded_and_each_pair_stands_once() {
        let [release, item] = ids();
        let mut plan = Plan::default();
        plan.releases.insert(release, Delivery { planned: None, shipped: Some(day("2026-11-20")) });
        plan.left_open = vec![(release, item); 3];
        assert_eq!(find(&plan).len(), 1);
        plan.left_open = (0..MOST + 5).map(|_| (release, ObjectId::new())).collect();
        assert_eq!(find(&plan).len(), MOST);
    }
}
