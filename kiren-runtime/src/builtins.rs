//! The built-in modules that programs import, and the internal module behind each.

/// Full name and internal module, by name.
const BUILTINS: &[(&str, &str)] = &[
    ("krepis:context", "krepis/context"),
    ("krepis:di", "krepis/di"),
    ("krepis:http", "krepis/http"),
    ("krepis:mycelia", "krepis/mycelia"),
    ("node:assert", "node/assert"),
    ("node:assert/strict", "node/assert/strict"),
    ("node:async_hooks", "node/async_hooks"),
    ("node:buffer", "node/buffer"),
    ("node:constants", "node/constants"),
    ("node:crypto", "node/crypto"),
    ("node:diagnostics_channel", "node/diagnostics_channel"),
    ("node:events", "node/events"),
    ("node:fs", "node/fs"),
    ("node:fs/promises", "node/fs/promises"),
    ("node:http", "node/http"),
    ("node:module", "node/module"),
    ("node:os", "node/os"),
    ("node:path", "node/path"),
    ("node:path/posix", "node/path/posix"),
    ("node:path/win32", "node/path/win32"),
    ("node:perf_hooks", "node/perf_hooks"),
    ("node:process", "node/process"),
    ("node:querystring", "node/querystring"),
    ("node:stream", "node/stream"),
    ("node:stream/consumers", "node/stream/consumers"),
    ("node:stream/promises", "node/stream/promises"),
    ("node:stream/web", "node/stream/web"),
    ("node:string_decoder", "node/string_decoder"),
    ("node:timers", "node/timers"),
    ("node:timers/promises", "node/timers_promises"),
    ("node:tty", "node/tty"),
    ("node:url", "node/url"),
    ("node:util", "node/util"),
    ("node:util/types", "node/util/types"),
];

/// The full names of the built-in modules: `node:fs`, `krepis:http`.
pub const NAMES: &[&str] = &names();

const fn names() -> [&'static str; BUILTINS.len()] {
    let mut names = [""; BUILTINS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = BUILTINS[at].0;
        at += 1;
    }
    names
}

/// The internal module behind a full name.
pub(crate) fn source(name: &str) -> Option<&'static str> {
    BUILTINS.iter().find(|(candidate, _)| *candidate == name).map(|(_, source)| *source)
}
