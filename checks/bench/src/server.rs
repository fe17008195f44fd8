//! The server that is measured: a process of its own, on loopback, with data of its own.

use crate::wire::Wire;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    process: Child,
    pub address: SocketAddr,
    /// From the start of the process until it was ready.
    pub started_in: Duration,
}

impl Server {
    pub fn start(binary: &Path, data: &Path) -> Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = Command::new(binary);
        command.arg("serve").arg("--data").arg(data).arg("--listen").arg(address.to_string());
        // The limits are for strangers; here one token asks as fast as it can.
        command.args(["--api-rate", "0", "--sign-in-rate", "0"]).env("RUST_LOG", "warn");
        command.stdout(Stdio::null()).stderr(File::create(data.join("server.log"))?);
        let began = Instant::now();
        let process = command.spawn().with_context(|| format!("{} could not be started", binary.display()))?;
        let mut server = Self { process, address, started_in: Duration::ZERO };
        while !server.is_ready() {
            if began.elapsed() > Duration::from_secs(30) {
                bail!("the server was not ready within 30 seconds; see {}", data.join("server.log").display());
            }
            if let Some(status) = server.process.try_wait()? {
                bail!("the server stopped at once ({status})");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        server.started_in = began.elapsed();
        Ok(server)
    }

    fn is_ready(&self) -> bool {
        let request = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        Wire::open(self.address).is_ok_and(|mut wire| wire.ask(request).is_ok_and(|answer| answer.status == 200))
    }

    /// User and system time so far.
    pub fn cpu(&self) -> Result<Duration> {
        cpu_of(self.process.id())
    }

    /// Resident memory in megabytes, at rest.
    pub fn resident(&self) -> Result<f64> {
        std::thread::sleep(Duration::from_secs(3));
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Tells it to stop, as an operator would, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.process.id().to_string()).status()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.process.try_wait().is_ok_and(|status| status.is_some());
        if !ended && self.process.kill().and_then(|()| self.process.wait()).is_err() {
            eprintln!("warning: the server at {} could not be stopped", self.address);
        }
    }
}

fn cpu_of(process: u32) -> Result<Duration> {
    // Linux counts in hundredths of a second for everybody who asks through /proc.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("an unknown form of /proc/PID/stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let (user, system): (f64, f64) = (fields[11].parse()?, fields[12].parse()?);
    Ok(Duration::from_secs_f64((user + system) / TICKS))
}

/// The machine's load over the last minute.
pub fn load() -> Result<f64> {
    Ok(fs::read_to_string("/proc/loadavg")?.split(' ').next().context("an empty load")?.parse()?)
}

/// A sample organisation of that size, in a folder.
pub fn seed(binary: &Path, data: &Path, items: u32) -> Result<(serde_json::Value, Duration)> {
    let began = Instant::now();
    let mut command = Command::new(binary);
    command.arg("demo").arg("--data").arg(data).args(["--items", &items.to_string(), "--seed-only", "--json"]);
    let output = command.env("RUST_LOG", "warn").stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the sample organisation could not be made ({})", output.status);
    }
    Ok((serde_json::from_slice(&output.stdout)?, began.elapsed()))
}

/// Gzipped bytes of the scripts that the first page asks for, with all they import at once.
pub fn script_bytes(ui: &Path) -> Result<u64> {
    let page = fs::read_to_string(ui.join("index.html")).context("build it with `cargo xtask ui`")?;
    let assets = ui.join("assets");
    let scripts: BTreeSet<String> = fs::read_dir(&assets)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".js"))
        .collect();
    let mut wanted: Vec<String> =
        scripts.iter().filter(|name| page.contains(&format!("/assets/{name}"))).cloned().collect();
    let mut loaded = BTreeSet::new();
    let mut bytes = 0;
    while let Some(name) = wanted.pop() {
        if !loaded.insert(name.clone()) {
            continue;
        }
        bytes += fs::metadata(assets.join(format!("{name}.gz"))).or_else(|_| fs::metadata(assets.join(&name)))?.len();
        let script = fs::read_to_string(assets.join(&name))?;
        // `import("./x.js")` is asked for later; `from"./x.js"` and `import"./x.js"` at once.
        let at_once =
            |other: &&String| ["from", "import"].iter().any(|word| script.contains(&format!("{word}\"./{other}\"")));
        wanted.extend(scripts.iter().filter(at_once).cloned());
    }
    Ok(bytes)
}
