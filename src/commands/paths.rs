//! Where Krepis keeps what belongs to a user rather than to a project.

use std::path::PathBuf;

/// The lines typed into `krepis repl`.
pub(crate) fn history() -> Option<PathBuf> {
    Some(
        folder("XDG_STATE_HOME", ".local/state", "Library/Application Support", "LOCALAPPDATA")?
            .join("repl-history"),
    )
}

/// What can be made again at any time.
pub(crate) fn cache() -> Option<PathBuf> {
    folder("XDG_CACHE_HOME", ".cache", "Library/Caches", "LOCALAPPDATA")
}

/// The variable where it names an absolute folder, else the place of the platform, in the user's home.
fn folder(variable: &str, linux: &str, mac: &str, windows: &str) -> Option<PathBuf> {
    let named =
        |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = named(variable).or_else(|| {
        if cfg!(windows) {
            return named(windows);
        }
        let home = std::env::home_dir().filter(|home| home.is_absolute())?;
        Some(home.join(if cfg!(target_os = "macos") { mac } else { linux }))
    })?;
    Some(base.join("krepis"))
}
