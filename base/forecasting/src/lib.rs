//! When will it be done? Answered with probabilities, from the dates on which earlier items were finished: pure, without
//! I/O. The method, where it comes from and how often it was right stand in `docs/forecast.md`.
//!
//! A history is counted in weeks. Of the last of them one gets, by repeated convolution, how likely so many items are done
//! within so many weeks at today's pace ([`Pace`]); that is exact, no future is simulated ([`Futures`] are drawn to hold it to
//! account). How far the pace itself may be
//! off is a factor on time (`Tempo`), whose spread is learned from what became of forecasts this very team could have
//! made before. Both together are a [`Forecast`]; [`Parallel`] puts those of several teams side by side; [`backtest`] makes one
//! for each past week and tells how often they held. A [`Calendar`] tells time in days of work, a [`Scope`] what is not known yet.

mod amount;
mod backtest;
mod calendar;
mod curve;
mod dates;
mod forecast;
mod futures;
mod history;
mod items;
mod pace;
mod sprint;
mod tempo;

pub use amount::{Amount, Scope, Split};
pub use backtest::{Backtest, CameTrue, FEWEST_FORECASTS, backtest};
pub use calendar::{Away, Calendar};
pub use dates::{BadDate, read_dates};
pub use forecast::{ByThen, Forecast, LIKELIHOODS, Parallel, Quantiles};
pub use futures::Futures;
pub use history::{History, NotEnough, WINDOW};
pub use items::{Items, MOST_ITEMS};
pub use pace::Pace;
pub use sprint::{Delivery, Earlier, FEWEST_SPRINTS, Standing, will_deliver};
pub use tempo::without_piles;
