//! When what is in the backlog will be done, by its place in the one order, and how often such forecasts came true. The
//! maths is `forecasting`; here it meets the product's own history. Reads, and writes nothing.

mod ahead;
mod arriving;
mod ground;
mod http;
mod order;
mod outlook;
mod past;
mod sprint;

pub use http::routes;
pub use outlook::{late, likely};
