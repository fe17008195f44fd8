use crate::show;
use anyhow::Result;

pub fn run() -> Result<()> {
    show::json(&server::openapi())
}
