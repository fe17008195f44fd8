//! What holds of every history.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use throughline_forecasting::{Forecast, History, Pace, backtest, read_dates};

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
