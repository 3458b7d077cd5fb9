//! Collects `src/js/**/*.js` into a table of static one-byte sources.
//!
//! V8 can use an ASCII static in place, without a copy, so each file must be ASCII; a file that is not
//! fails the build here rather than garbling a string at run time.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("src/js");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    let mut named: Vec<(String, PathBuf)> =
        files.into_iter().map(|path| (name(&root, &path), path)).collect();
    named.sort();

    let mut table = format!("pub(crate) static SOURCES: [(&str, &v8::OneByteConst); {}] = [\n", named.len());
    // A static of its own for each: the compiler looks at every byte, and warns where one static takes it long.
    let mut texts = String::new();
    for (at, (name, path)) in named.iter().enumerate() {
        let bytes = fs::read(path)?;
        if let Some(at) = bytes.iter().position(|byte| !byte.is_ascii()) {
            let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            return Err(io::Error::other(format!(
                "{}:{line}: internal JavaScript must be ASCII",
                path.display()
            )));
        }
        writeln!(table, "    ({name:?}, &SOURCE_{at}),").map_err(io::Error::other)?;
        writeln!(
            texts,
            "static SOURCE_{at}: v8::OneByteConst = v8::String::create_external_onebyte_const(include_bytes!({:?}));",
            path.display().to_string()
        )
        .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    table.push_str(&texts);
    fs::write(PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?).join("sources.rs"), table)
}

/// `src/js/node/events.js` is the internal module `node/events`.
fn name(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).with_extension("");
    relative.to_string_lossy().replace('\\', "/")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "js") {
            files.push(path);
        }
    }
    Ok(())
}
