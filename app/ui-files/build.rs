//! The UI is built by `cargo xtask ui`, never from here: Rust work needs no Node.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let dist = Path::new(&std::env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../../web/dist");
    // An empty folder lets the crate compile before the first UI build, and gives Cargo something that exists
    // to watch: a missing path would make every build a rebuild.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed=../../web/dist");
    Ok(())
}
