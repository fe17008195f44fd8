//! `throughline`: the server and everything an operator does, in one program.

mod admin;
mod backup;
mod demo;
mod doctor;
mod export;
mod forecast;
mod healthcheck;
mod import;
mod openapi;
mod place;
mod progress;
mod restore;
mod serve;
mod show;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Product management and product ownership in one line
#[derive(Parser)]
#[command(name = "throughline", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    place: place::Place,
    /// How the log is written to standard error; what is logged is set with RUST_LOG
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, env = "THROUGHLINE_LOG_FORMAT")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the application
    Serve(serve::Serve),
    /// Serve a sample organisation, made anew where there is none
    Demo(demo::Demo),
    /// Look after people, products, roles and tokens
    Admin(admin::Admin),
    /// Print the OpenAPI document
    Openapi,
    /// Ask a running server whether it is up
    Healthcheck(healthcheck::Healthcheck),
    /// Bring a backlog in from another tool
    Import(import::Import),
    /// Write data to a file that needs no Throughline to be read
    Export(export::Export),
    /// Write everything to a file, while the server runs
    Backup(backup::Backup),
    /// Bring an archive into an empty folder or database, of either engine
    Restore(restore::Restore),
    /// Say when items will be done, from the dates on which earlier ones were
    Forecast(forecast::Forecast),
    /// Examine the data and name what is wrong
    Doctor(doctor::Doctor),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Serve(_) | Command::Demo(_)) {
        give_memory_back();
    }
    log_to_stderr(cli.log_format);
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // When even standard error is gone, the exit code still tells.
            drop(writeln!(std::io::stderr(), "throughline: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What a large import held stays with an idle server otherwise: the allocator looks for memory to give back only when
/// more is freed. It reads its setting before `main` begins, so the program starts itself anew with it.
#[cfg(unix)]
fn give_memory_back() {
    use std::os::unix::process::CommandExt;
    const DELAY: &str = "MIMALLOC_PURGE_DELAY";
    if std::env::var_os(DELAY).is_some() {
        return;
    }
    if let Ok(own) = std::env::current_exe() {
        let error = std::process::Command::new(own).args(std::env::args_os().skip(1)).env(DELAY, "0").exec();
        tracing::debug!(%error, "freed memory is given back later");
    }
}

#[cfg(not(unix))]
fn give_memory_back() {}

fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Serve(serve) => serve.run(&cli.place),
        Command::Demo(demo) => demo.run(&cli.place),
        Command::Admin(admin) => admin.run(&cli.place),
        Command::Openapi => openapi::run(),
        Command::Healthcheck(healthcheck) => healthcheck.run(),
        Command::Import(import) => import.run(&cli.place),
        Command::Export(export) => export.run(&cli.place),
        Command::Backup(backup) => backup.run(&cli.place),
        Command::Restore(restore) => restore.run(&cli.place),
        Command::Forecast(forecast) => forecast.run(),
        Command::Doctor(doctor) => doctor.run(&cli.place),
    }
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}
