//! What holds of every history.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use throughline_forecasting::{Away, Calendar, Forecast, History, Pace, Parallel, Scope, Split, backtest, read_dates};

const TODAY: Date = date(2026, 11, 26);

fn finished() -> impl Strategy<Value = Vec<Date>> {
    let day = prop_oneof![4 => 0i64..120, 1 => 0i64..3000, 1 => Just(33i64)];
    prop::collection::vec(day.prop_map(|back| TODAY.saturating_sub(back.days())), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_items_are_later_and_surer_is_later(dates in finished(), items in 1u32..200, by in 1i64..400) {
        let history = History::new(&dates);
        let Ok(forecast) = Forecast::new(&history, TODAY, 200) else { return Ok(()) };
        let far = Date::constant(9999, 12, 31);
        let when = forecast.when(items);
        let each: Vec<Date> = when.each().into_iter().map(|(_, date)| date.unwrap_or(far)).collect();
        prop_assert!(each.is_sorted());
        prop_assert!(each[0] >= TODAY);
        let fewer = forecast.when(items - 1);
        prop_assert!(fewer.each().into_iter().zip(&each).all(|((_, fewer), all)| fewer.unwrap_or(far) <= *all));
        let by = TODAY.saturating_add(by.days());
        let likelihood = forecast.likelihood(items, by);
        prop_assert!((0.0..=1.0 + 1e-9).contains(&likelihood));
        prop_assert!(likelihood <= forecast.likelihood(items, by.tomorrow().unwrap()) + 1e-9);
        let many = forecast.how_many(by);
        prop_assert!(many.each().windows(2).all(|pair| pair[0].1 >= pair[1].1));
    }

    #[test]
    fn the_order_of_the_dates_does_not_matter(dates in finished(), items in 1u32..50) {
        let turned: Vec<Date> = dates.iter().rev().copied().collect();
        let (one, other) = (History::new(&dates), History::new(&turned));
        let when = |history: &History| Forecast::new(history, TODAY, items).map(|forecast| forecast.when(items));
        prop_assert_eq!(when(&one), when(&other));
        prop_assert_eq!(backtest(&one, TODAY), backtest(&other, TODAY));
    }

    #[test]
    fn no_text_is_too_strange(text in "[-0-9T:Z.a-z\\n \u{e4}\u{feff}]{0,200}") {
        if let Ok(dates) = read_dates(&text, TODAY) {
            let history = History::new(&dates);
            drop(Forecast::new(&history, TODAY, 10));
            backtest(&history, TODAY);
        }
    }

    /// The convolution against as many futures drawn at random: within four standard errors.
    #[test]
    fn the_exact_answer_is_what_simulated_futures_come_to(
        weeks in prop::collection::vec(0u32..12, 3..13), items in 1u32..60, within in 1u32..20, seed: u64,
    ) {
        const FUTURES: u32 = 20_000;
        let exact = Pace::new(&weeks, items).done(f64::from(items), f64::from(within));
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let done = (0..FUTURES)
            .filter(|_| (0..within).map(|_| weeks[random.random_range(0..weeks.len())]).sum::<u32>() >= items)
            .count();
        let simulated = done as f64 / f64::from(FUTURES);
        let error = (exact * (1.0 - exact) / f64::from(FUTURES)).sqrt();
        // What is nearly sure counts as done.
        prop_assert!((exact - simulated).abs() <= 4.0 * error + 0.001, "{exact} {simulated}");
    }

    /// Teams that work side by side, with days off, epics that are not split yet and work that comes in ahead: the product of
    /// the teams' tables against futures drawn at random.
    #[test]
    fn several_teams_are_forecast_as_their_futures_come_out(
        teams in prop::collection::vec((finished(), 0u32..60, 0u32..4, 0u32..60), 1..4), off in days_off(),
        sizes in prop::collection::vec(1u32..15, 5..20), by in 1i64..200, seed: u64,
    ) {
        const FUTURES: u32 = 20_000;
        let calendar = Calendar::new(off);
        let split = Split::learned(&sizes);
        let scope = |items, unsplit, ahead: u32| Scope::new(items, unsplit, split, f64::from(ahead) / 100.0);
        let forecast = |dates: &[Date]| Forecast::new(&History::with(dates, calendar.clone()), TODAY, 150).ok();
        let known = teams.iter().filter_map(|(dates, items, unsplit, ahead)| {
            Some((forecast(dates)?, Some(scope(*items, *unsplit, *ahead))))
        });
        let (forecasts, amounts): (Vec<Forecast>, Vec<_>) = known.unzip();
        let parallel = Parallel::new(forecasts);
        let futures = parallel.draw(&amounts, FUTURES, seed);
        let exact = parallel.likelihood(&amounts, TODAY.saturating_add(by.days()));
        let drawn = futures.within(by as usize);
        let error = (exact * (1.0 - exact) / f64::from(FUTURES)).sqrt();
        prop_assert!((exact - drawn).abs() <= 4.0 * error + 0.002, "{exact} {drawn}");
        prop_assert_eq!(parallel.draw(&amounts, 50, seed).when(), parallel.draw(&amounts, 50, seed).when());
    }

    /// A week with days off is a part of a week: who was away as often as they will be is forecast as if nobody had been.
    #[test]
    fn days_off_make_dates_later_and_never_sooner(dates in finished(), items in 1u32..100, off in days_off()) {
        let history = History::new(&dates);
        let Ok(forecast) = Forecast::new(&history, TODAY, 100) else { return Ok(()) };
        let away: Vec<Away> = off.into_iter().map(|(away, _)| away).filter(|away| away.from > TODAY).collect();
        let far = Date::constant(9999, 12, 31);
        let closed = forecast.clone().without(&away).when(items);
        prop_assert!(forecast.when(items).each().into_iter().zip(closed.each())
            .all(|((_, open), (_, closed))| open.unwrap_or(far) <= closed.unwrap_or(far)));
    }
}

fn days_off() -> impl Strategy<Value = Vec<(Away, f64)>> {
    let one = (-150i64..300, 0i64..20, 1u32..=4).prop_map(|(first, days, part)| {
        let from = TODAY.saturating_add(first.days());
        (Away { from, to: from.saturating_add(days.days()) }, f64::from(part) / 4.0)
    });
    prop::collection::vec(one, 0..6)
}

#[test]
fn strange_histories_have_sane_answers() {
    let day = |back: i64| TODAY.saturating_sub(back.days());
    let steady: Vec<Date> = (0..200).map(day).collect();
    let burst = [vec![day(40); 2000], steady.clone()].concat();
    let gap: Vec<Date> = (0..100).chain(465..600).map(day).collect();
    for dates in [steady, burst, gap] {
        let history = History::new(&dates);
        let forecast = Forecast::new(&history, TODAY, 70).unwrap();
        let when = forecast.when(70);
        let weeks = (when.p50.unwrap() - TODAY).get_days() / 7;
        // One a day; a burst of 2,000 on one day is no pace.
        assert!((5..=11).contains(&weeks), "{weeks} weeks for 70 items");
        assert!(backtest(&history, TODAY).is_some());
    }
}
