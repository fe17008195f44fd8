use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// PostgreSQL's programs, and who runs them.
pub struct Programs {
    folder: PathBuf,
    /// PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Where they are installed; Debian keeps them off the PATH.
    pub fn folder() -> Option<PathBuf> {
        let versions = Path::new("/usr/lib/postgresql").read_dir().ok().into_iter().flatten().flatten();
        let newest = versions.filter_map(|v| v.file_name().to_str()?.parse::<u32>().ok()).max();
        let debian = newest.map(|v| format!("/usr/lib/postgresql/{v}/bin/initdb").into());
        let initdb = debian.filter(|file: &PathBuf| file.is_file()).or_else(|| on_path(&["initdb"]))?;
        initdb.parent().map(Path::to_owned)
    }

    pub fn find() -> Result<Self> {
        let folder = Self::folder().context("PostgreSQL is not installed")?;
        let user = if is_root() {
            let found = ["postgres", "nobody"].iter().find_map(|name| account(name));
            Some(found.context("PostgreSQL does not run as root, and there is no user postgres or nobody")?)
        } else {
            None
        };
        Ok(Self { folder, user })
    }

    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
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

    /// A folder below `place`, or in the system's temporary folder, that the user owns and can reach.
    pub(crate) fn empty_folder(&self, place: &Path, name: &str) -> Result<PathBuf> {
        let folder = self.folder_in(place, name)?;
        if self.can_reach(&folder) {
            return Ok(folder);
        }
        fs::remove_dir(&folder)?;
        self.folder_in(&env::temp_dir(), name)
    }

    fn folder_in(&self, place: &Path, name: &str) -> Result<PathBuf> {
        let folder = place.join(name);
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

    /// Fails when none runs there, which is as good.
    pub(crate) fn stop(&self, folder: &Path) -> bool {
        let mut command = self.command("pg_ctl");
        command.args(["stop", "--silent", "--wait", "--mode=immediate", "-D"]).arg(folder);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

/// The first of these programs that the PATH leads to.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

pub fn is_root() -> bool {
    cfg!(unix) && id(&["-u"]) == Some(0)
}

/// The user and group number of an account.
fn account(name: &str) -> Option<(u32, u32)> {
    Some((id(&["-u", name])?, id(&["-g", name])?))
}

fn id(args: &[&str]) -> Option<u32> {
    let printed = Command::new("id").args(args).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(printed.stdout).ok()?.trim().parse().ok()
}
