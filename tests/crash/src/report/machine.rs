//! On what it ran.

use std::fmt;
use std::process::Command;

use super::Report;

pub(super) fn tell(f: &mut fmt::Formatter<'_>, reports: &[Report]) -> fmt::Result {
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    let mut engines: Vec<_> = reports
        .iter()
        .map(|report| report.engine.as_str())
        .collect();
    engines.sort_unstable();
    engines.dedup();
    write!(f, "- gesta {} ({build})", env!("CARGO_PKG_VERSION"))?;
    if let Some(rustc) = rustc() {
        write!(f, ", {rustc}")?;
    }
    writeln!(f, ", {}", engines.join(", "))?;
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease");
    let (system, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let processors = read("/proc/cpuinfo");
    let named = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let processor = named.map_or(arch, |name| name.trim_start_matches([' ', '\t', ':']));
    writeln!(
        f,
        "- {cores} cores of {processor}, {system} {} {arch}",
        kernel.trim()
    )
}

/// The compiler that is here now, which under `cargo run` is the one that was used.
fn rustc() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    // Without the hash and the date behind it.
    let words: Vec<_> = version.split_whitespace().take(2).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
