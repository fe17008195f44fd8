//! Schemathesis against the running server: whatever it is sent, nothing may answer 5xx.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context, Result};
use test_postgres::free_port;

use crate::{
    house::{Build, House, run as run_command},
    packages,
};

const VERSION: &str = "4.32.5";

pub fn run(house: &House) -> Result<()> {
    let schemathesis = install(&house.target.join("schemathesis"))?;
    let folder = house.target.join("robustness");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let server = Server::start(house, &folder)?;

    let mut command = Command::new(schemathesis);
    // Its caches belong beside the server's data, not into the source tree.
    command.current_dir(&folder).arg("run").arg(house.root.join("api/openapi.json"));
    command.arg("--origin").arg(&server.origin);
    command.arg("--header").arg(format!("Authorization: Bearer {}", server.token));
    command.args(["--checks", "not_a_server_error"]);
    // A stream of events never ends, so there is no answer to wait for.
    command.args(["--exclude-path-regex", "/events$"]);
    command.args(["--max-examples", "25", "--request-timeout", "10", "--workers", "2"]);
    command.args(["--generation-deterministic", "--no-color"]);
    run_command(&mut command)
}

fn install(folder: &Path) -> Result<PathBuf> {
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let stamp = folder.join("version");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == VERSION) {
        return Ok(programs.join("schemathesis"));
    }
    run_command(Command::new(packages::python()?).args(["-m", "venv", "--clear"]).arg(folder))?;
    let package = format!("schemathesis=={VERSION}");
    let mut pip = Command::new(programs.join("pip"));
    run_command(pip.args(["install", "--quiet", "--disable-pip-version-check", &package]))?;
    fs::write(stamp, VERSION)?;
    Ok(programs.join("schemathesis"))
}

/// A sample organisation on a free port, gone with its data when dropped.
struct Server {
    process: Child,
    origin: String,
    token: String,
}

impl Server {
    fn start(house: &House, folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let log = folder.join("server.log");
        let mut command = house.throughline(Build::Checked);
        command.arg("demo").arg("--data").arg(folder.join("data")).args(["--items", "300", "--json"]);
        command.arg("--listen").arg(format!("127.0.0.1:{port}"));
        let process = command.stdout(Stdio::piped()).stderr(File::create(&log)?).spawn()?;
        let mut server = Self { process, origin: format!("http://127.0.0.1:{port}"), token: String::new() };

        let mut printed = server.process.stdout.take().context("the server has no output")?;
        let greeting = serde_json::Deserializer::from_reader(&mut printed).into_iter::<serde_json::Value>().next();
        let see = || format!("`throughline demo --json` printed no token; see {}", log.display());
        let greeting = greeting.with_context(see)?.with_context(see)?;
        server.token = greeting["token"].as_str().with_context(see)?.to_owned();
        // Whatever it prints later must not block it.
        thread::spawn(move || io::copy(&mut printed, &mut io::sink()));
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.kill().and_then(|()| self.process.wait()).is_err() {
            eprintln!("warning: the server at {} could not be stopped", self.origin);
        }
    }
}
