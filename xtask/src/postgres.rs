//! A PostgreSQL that lives as long as one run of the tests.

use std::{
    env, fs,
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    house::{House, output},
    packages,
};

pub struct Cluster {
    pub url: String,
    programs: Programs,
    folder: PathBuf,
    server: Child,
}

struct Programs {
    folder: PathBuf,
    /// PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Result<Self> {
        let folder = packages::postgresql()?;
        let user = if packages::is_root() {
            let found = ["postgres", "nobody"].iter().find_map(|name| packages::account(name));
            Some(found.context("PostgreSQL does not run as root, and there is no user postgres or nobody")?)
        } else {
            None
        };
        Ok(Self { folder, user })
    }

    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(self.folder.join(program));
        // The user may not be allowed to be where we are.
        command.current_dir("/").stdin(Stdio::null());
        #[cfg(unix)]
        if let Some((user, group)) = self.user {
            std::os::unix::process::CommandExt::uid(&mut command, user);
            std::os::unix::process::CommandExt::gid(&mut command, group);
        }
        command
    }

    /// An empty folder that the user owns and can reach.
    fn folder_in(&self, place: &Path) -> Result<PathBuf> {
        let folder = place.join("throughline-postgres");
        if folder.exists() {
            self.stop(&folder);
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        #[cfg(unix)]
        if let Some((user, group)) = self.user {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        Ok(folder)
    }

    fn can_reach(&self, folder: &Path) -> bool {
        let mut command = self.command("/usr/bin/test");
        command.arg("-w").arg(folder).status().is_ok_and(|status| status.success())
    }

    /// Immediately: nothing in the cluster is worth keeping. Fails when none runs there, which is as good.
    fn stop(&self, folder: &Path) -> bool {
        let mut command = self.command("pg_ctl");
        command.args(["stop", "--silent", "--wait", "--mode=immediate", "-D"]).arg(folder);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

impl Cluster {
    pub fn start(house: &House) -> Result<Self> {
        let programs = Programs::find()?;
        let mut folder = programs.folder_in(&house.target)?;
        if !programs.can_reach(&folder) {
            fs::remove_dir(&folder)?;
            folder = programs.folder_in(&env::temp_dir())?;
        }
        let mut initdb = programs.command("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D"]);
        output(initdb.arg(&folder))?;

        let port = free_port()?;
        let log = house.target.join("throughline-postgres.log");
        let mut server = programs.command("postgres");
        server.arg("-D").arg(&folder).arg("-p").arg(port.to_string());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=400",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            server.arg("-c").arg(setting);
        }
        let server = server.stdout(Stdio::null()).stderr(File::create(&log)?).spawn()?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let mut cluster = Self { url, programs, folder, server };
        cluster.wait(port).with_context(|| format!("see {}", log.display()))?;
        Ok(cluster)
    }

    fn wait(&mut self, port: u16) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(30) {
            let mut ready = self.programs.command("pg_isready");
            if ready.args(["--quiet", "-h", "127.0.0.1", "-p"]).arg(port.to_string()).status()?.success() {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL stopped at once ({status})");
            }
            sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL did not start within 30 seconds")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = self.programs.stop(&self.folder) || self.server.kill().is_ok();
        let gone = stopped && self.server.wait().is_ok() && fs::remove_dir_all(&self.folder).is_ok();
        if !gone {
            eprintln!("warning: the PostgreSQL in {} could not be stopped and removed", self.folder.display());
        }
    }
}

/// A loopback port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
