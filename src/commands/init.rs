//! `krepis init`: a project that runs and type-checks.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::types::DECLARATIONS;

/// The files, by their path in the project; `{{name}}` stands for its name.
const FILES: &[(&str, &str)] = &[
    ("package.json", include_str!("init/package.json")),
    ("tsconfig.json", include_str!("init/tsconfig.json")),
    ("src/main.ts", include_str!("init/main.ts")),
    ("src/todos.ts", include_str!("init/todos.ts")),
    ("krepis.d.ts", DECLARATIONS),
    (".gitignore", include_str!("init/gitignore")),
    ("README.md", include_str!("init/README.md")),
];

pub(crate) fn init(directory: &Path) -> ExitCode {
    match create(directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn create(directory: &Path) -> anyhow::Result<()> {
    let root = std::path::absolute(directory).context("the directory cannot be found")?;
    let name = project_name(&root);
    let existing: Vec<_> = FILES
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| root.join(path).symlink_metadata().is_ok())
        .collect();
    if !existing.is_empty() {
        let list = existing.iter().map(|path| format!("\n  {path}")).collect::<String>();
        bail!(
            "{} has these files already:{list}\nnothing was written; choose another directory with `krepis init DIR`",
            directory.display()
        );
    }
    for (path, text) in FILES {
        let file = root.join(path);
        write_new(&file, &text.replace("{{name}}", &name))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    say_what_next(directory, &name);
    Ok(())
}

/// Never overwrites, not even a file that came into being a moment ago.
fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
}

fn say_what_next(directory: &Path, name: &str) {
    let files = FILES.iter().map(|(path, _)| format!("  {path}\n")).collect::<String>();
    let enter =
        if directory == Path::new(".") { String::new() } else { format!("  cd {}\n", directory.display()) };
    let text = format!(
        "Made the project {name}:\n{files}\nNext:\n{enter}  krepis serve --watch src/main.ts    # serve it, again on every change\n  \
         curl localhost:3000/todos           # ask it\n  npm install && npm run check        # type-check it\n"
    );
    if let Err(error) = io::stdout().write_all(text.as_bytes())
        && error.kind() != ErrorKind::BrokenPipe
    {
        eprintln!("error: standard output cannot be written: {error}");
    }
}

/// The folder's name, as far as npm allows it as the name of a package.
fn project_name(root: &Path) -> String {
    // Resolves `.` and `..`, also where the folder is still to be made.
    let root: PathBuf = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let folder = root.file_name().unwrap_or(OsStr::new("app")).to_string_lossy().to_lowercase();
    let allowed: String = folder
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .collect();
    let name = allowed.trim_matches(['-', '_', '.']);
    if name.is_empty() { "app".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_npm_takes() {
        for (folder, expected) in [
            ("/x/my-app", "my-app"),
            ("/x/My App!", "my-app"),
            ("/x/.hidden", "hidden"),
            ("/", "app"),
            ("/x/日本", "app"),
        ] {
            assert_eq!(project_name(Path::new(folder)), expected, "{folder}");
        }
    }
}
