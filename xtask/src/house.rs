//! Where things lie, and how the programs that work on them are started.

use std::{
    borrow::Cow,
    env,
    ffi::OsStr,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

pub struct House {
    pub root: PathBuf,
    pub target: PathBuf,
}

/// How the binary is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// As the Rust tests have it, with every assertion: what the other tests run.
    Checked,
    /// What people run, and what is measured.
    Release,
}

impl House {
    pub fn find() -> Result<Self> {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask.parent().context("xtask/ has no parent folder")?.to_owned();
        // Cargo knows best: CARGO_TARGET_DIR and its configuration files both move the target folder.
        let metadata =
            output(cargo().current_dir(&root).args(["metadata", "--no-deps", "--offline", "--format-version", "1"]))?;
        let metadata: serde_json::Value = serde_json::from_slice(&metadata)?;
        let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?.into();
        Ok(Self { root, target })
    }

    pub fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    pub fn cargo<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(args);
        command
    }

    pub fn build(&self, build: Build) -> Result<()> {
        let mut command = self.cargo(["build", "-p", "throughline-cli"]);
        if build == Build::Release {
            command.arg("--release");
        }
        run(&mut command)
    }

    /// The binary as [`House::build`] left it.
    pub fn binary(&self, build: Build) -> PathBuf {
        let folder = match build {
            Build::Checked => "debug",
            Build::Release => "release",
        };
        self.target.join(folder).join(format!("throughline{}", env::consts::EXE_SUFFIX))
    }

    pub fn throughline(&self, build: Build) -> Command {
        let mut command = Command::new(self.binary(build));
        command.current_dir(&self.root);
        command
    }
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, its output on the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status = command.status().map_err(|error| not_started(command, error))?;
    if !status.success() {
        bail!("`{}` failed ({status})", short(command));
    }
    Ok(())
}

/// Runs to the end and returns what it printed.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, error))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", short(command), output.status);
    }
    Ok(output.stdout)
}

/// Becomes the program, so that it alone gets the signals and its exit code is ours.
pub fn hand_over(mut command: Command) -> Result<()> {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(&mut command);
        Err(not_started(&command, error))
    }
    #[cfg(not(unix))]
    run(&mut command)
}

fn not_started(command: &Command, error: std::io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("{program} was not found"),
        _ => anyhow::anyhow!("{program} could not be started: {error}"),
    }
}

fn shown(command: &Command) -> String {
    words(command).collect::<Vec<_>>().join(" ")
}

fn short(command: &Command) -> String {
    words(command).take(2).collect::<Vec<_>>().join(" ")
}

fn words(command: &Command) -> impl Iterator<Item = Cow<'_, str>> {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy)
}
