//! The whole system under test: the real server on a free loopback port, over a fresh database of either engine, with
//! an organisation, two products and somebody for each role. And the questions that ask what was forgotten.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a check that cannot go on fails, and says what it skipped"
)]

mod app;
mod client;
mod databases;
mod events;
mod load;
mod past;
mod program;
mod records;
mod world;

pub use app::{PASSWORD, SETUP_CODE, TestApp, Who, run};
pub use client::{Answer, Client};
pub use databases::{Database, Engine, skip};
pub use events::{Event, Events};
pub use load::{Book, Entry, Load};
pub use program::{Program, Server, Tokens};
pub use records::Records;
pub use serde_json::json;
pub use vocabulary::Role;
pub use world::{Made, Operation, Prepared, Sent, World, operations};

/// Makes one test for each engine of an `async fn name(app: TestApp)`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn check($app: $crate::TestApp) $body

            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, check);
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, check);
            }
        }
    )+};
}
