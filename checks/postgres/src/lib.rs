//! PostgreSQL clusters of the tests' own: on loopback, trusting everybody, and gone when dropped.
#![expect(clippy::print_stderr, reason = "what could not be cleaned up is said to whoever runs the tests")]

mod programs;

pub use programs::{Programs, is_root, on_path};

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);
const NAP: Duration = Duration::from_millis(50);

/// What a cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Tests that end when it does: nothing is ever flushed to disk.
    Nothing,
    /// Tests of what is left after a crash: PostgreSQL as it comes.
    Everything,
}

/// A running cluster.
pub struct Cluster {
    /// Of a database in which others may be made.
    pub url: String,
    programs: Programs,
    folder: PathBuf,
    log: PathBuf,
    port: u16,
    keeps: Keeps,
    server: Child,
}

impl Cluster {
    /// Makes a cluster in a folder of this name below `place`, or in the system's temporary folder where PostgreSQL's
    /// user cannot get there. One that an earlier run left behind makes room.
    pub fn start(programs: Programs, place: &Path, name: &str, keeps: Keeps) -> Result<Self> {
        fs::create_dir_all(place)?;
        let folder = programs.empty_folder(place, name)?;
        let mut initdb = programs.command("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D"]);
        succeed(initdb.arg(&folder).stdout(Stdio::null()))?;
        let port = free_port()?;
        let log = place.join(format!("{name}.log"));
        File::create(&log)?;
        let server = run(&programs, &folder, &log, port, keeps)?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let mut cluster = Self { url, programs, folder, log, port, keeps, server };
        cluster.wait()?;
        Ok(cluster)
    }

    /// Ends the server and all of its processes where they stand, as a crash of the machine would.
    pub fn kill(&mut self) -> Result<()> {
        let children = children(self.server.id());
        self.server.kill()?;
        // Those that noticed first have gone by themselves.
        let mut kill = Command::new("kill");
        kill.arg("-KILL").args(&children).stderr(Stdio::null()).status().context("kill was not found")?;
        self.server.wait()?;
        let since = Instant::now();
        while children.iter().any(|process| is_running(process)) {
            if since.elapsed() > PATIENCE {
                bail!("processes of PostgreSQL could not be ended");
            }
            sleep(NAP);
        }
        Ok(())
    }

    /// Starts the server again over what it left behind.
    pub fn restart(&mut self) -> Result<()> {
        self.server = run(&self.programs, &self.folder, &self.log, self.port, self.keeps)?;
        self.wait()
    }

    fn wait(&mut self) -> Result<()> {
        let see = format!("see {}", self.log.display());
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let mut ready = self.programs.command("pg_isready");
            if ready.args(["--quiet", "-h", "127.0.0.1", "-p"]).arg(self.port.to_string()).status()?.success() {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL stopped at once ({status}); {see}");
            }
            sleep(NAP);
        }
        bail!("PostgreSQL did not start within {PATIENCE:?}; {see}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Immediately: nothing in the cluster is worth keeping.
        let stopped = self.programs.stop(&self.folder) || self.server.kill().is_ok();
        let gone = stopped && self.server.wait().is_ok() && fs::remove_dir_all(&self.folder).is_ok();
        if !gone {
            eprintln!("warning: the PostgreSQL in {} could not be stopped and removed", self.folder.display());
        }
    }
}

fn run(programs: &Programs, folder: &Path, log: &Path, port: u16, keeps: Keeps) -> Result<Child> {
    let mut server = programs.command("postgres");
    server.arg("-D").arg(folder).arg("-p").arg(port.to_string());
    server.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=400"]);
    if keeps == Keeps::Nothing {
        server.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
    }
    Ok(server.stdout(Stdio::null()).stderr(File::options().append(true).open(log)?).spawn()?)
}

/// The processes that a process has started.
fn children(process: u32) -> Vec<String> {
    let listed = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    listed.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// Whether a process is there and is more than an entry that nobody has asked for yet.
fn is_running(process: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat"));
    state.is_ok_and(|stat| stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with('Z')))
}

fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().display().to_string();
    let status: ExitStatus = command.status().with_context(|| format!("{program} could not be started"))?;
    if !status.success() {
        bail!("`{program} {}` failed ({status})", words(command));
    }
    Ok(())
}

fn words(command: &Command) -> String {
    command.get_args().map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// A loopback port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
