//! `krepis cache`: what the compile cache holds, and how to empty it.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use krepis::modules::{CacheFolderError, CacheOptions, CacheSurvey, CompileCache, EntryCount, EntryKind};
use serde_json::{Map, Value, json};

use crate::args::CacheAction;

/// The folder of the cache for a program; none with `KREPIS_CACHE=off`.
pub(crate) fn folder() -> Option<PathBuf> {
    if is_off() { None } else { CompileCache::default_folder() }
}

fn is_off() -> bool {
    std::env::var_os("KREPIS_CACHE").is_some_and(|value| value == "off" || value == "0")
}

pub(crate) fn cache(action: &CacheAction) -> ExitCode {
    let done = match CompileCache::default_folder() {
        None => Err("there is no place for a cache: set KREPIS_CACHE_DIR to an absolute path".to_owned()),
        Some(folder) => {
            // Engine code is neither read nor written here.
            let limit_bytes = CacheOptions::DEFAULT_LIMIT_BYTES;
            let cache = CompileCache::new(CacheOptions { folder, limit_bytes, engine: String::new() });
            match action {
                CacheAction::Info { json } => info(&cache, *json),
                CacheAction::Clear => clear(&cache),
            }
        }
    };
    match done.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn info(cache: &CompileCache, as_json: bool) -> Result<String, String> {
    let CacheOptions { folder, limit_bytes, .. } = cache.options();
    let folder = folder.to_string_lossy();
    let state = state(cache);
    let survey = cache.survey().unwrap_or_default();
    if as_json {
        let facts = json!({
            "folder": folder,
            "state": state,
            "limit_bytes": limit_bytes,
            "entries": entries(&survey),
            "unfinished": count(survey.unfinished),
            "total": count(survey.total()),
        });
        return Ok(format!("{facts:#}\n"));
    }
    let mut rows = vec![("folder", folder.into_owned()), ("state", state), ("limit", size(*limit_bytes))];
    rows.extend(survey.kinds.iter().map(|(kind, count)| (title(*kind), files(*count))));
    if survey.unfinished.files > 0 {
        rows.push(("unfinished", files(survey.unfinished)));
    }
    rows.push(("total", files(survey.total())));
    Ok(rows.iter().map(|(name, value)| format!("{name:<14} {value}\n")).collect())
}

/// Whether programs use it, in words.
fn state(cache: &CompileCache) -> String {
    match cache.exists() {
        _ if is_off() => "off: KREPIS_CACHE=off".to_owned(),
        Ok(true) => "in use".to_owned(),
        Ok(false) => "made by the first program that is large enough".to_owned(),
        Err(reason) => format!("not used: {reason}"),
    }
}

fn entries(survey: &CacheSurvey) -> Value {
    let entries = survey.kinds.iter().map(|(kind, entries)| (kind.name().to_owned(), count(*entries)));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn count(EntryCount { files, bytes }: EntryCount) -> Value {
    json!({ "files": files, "bytes": bytes })
}

fn title(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Compiled => "TypeScript",
        EntryKind::Syntax => "module systems",
        EntryKind::Exports => "exports",
        EntryKind::EngineCode => "V8 code",
    }
}

fn clear(cache: &CompileCache) -> Result<String, String> {
    let folder = cache.options().folder.display();
    let fail = |reason: String| format!("the cache in {folder} cannot be cleared: {reason}");
    if let Err(CacheFolderError::NotAFolder) = cache.exists() {
        return Err(fail(CacheFolderError::NotAFolder.to_string()));
    }
    let cleared = cache.clear().map_err(|error| fail(error.to_string()))?;
    let deleted = files(cleared.deleted);
    match cleared.failed {
        0 => Ok(format!("deleted {deleted}, from {folder}\n")),
        failed => Err(fail(format!("{failed} of its files cannot be deleted; deleted {deleted}"))),
    }
}

fn files(EntryCount { files, bytes }: EntryCount) -> String {
    let plural = if files == 1 { "" } else { "s" };
    format!("{files} file{plural}, {}", size(bytes))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}
