//! The built-in modules that programs import, and the internal module behind each.

/// Full name and internal module, by name.
const BUILTINS: &[(&str, &str)] = &[
    ("krepis:context", "krepis/context"),
    ("krepis:di", "krepis/di"),
    ("krepis:http", "krepis/http"),
    ("krepis:modules", "krepis/modules"),
    ("krepis:mycelia", "krepis/mycelia"),
    ("krepis:text", "krepis/text"),
    ("node:assert", "node/assert"),
    ("node:assert/strict", "node/assert/strict"),
    ("node:async_hooks", "node/async_hooks"),
    ("node:buffer", "node/buffer"),
    ("node:child_process", "node/child_process"),
    ("node:cluster", "node/cluster"),
    ("node:console", "node/console"),
    ("node:constants", "node/constants"),
    ("node:crypto", "node/crypto"),
    ("node:dgram", "node/dgram"),
    ("node:diagnostics_channel", "node/diagnostics_channel"),
    ("node:dns", "node/dns"),
    ("node:dns/promises", "node/dns/promises"),
    ("node:domain", "node/domain"),
    ("node:events", "node/events"),
    ("node:ffi", "node/ffi"),
    ("node:fs", "node/fs"),
    ("node:fs/promises", "node/fs/promises"),
    ("node:http", "node/http"),
    ("node:http2", "node/http2"),
    ("node:https", "node/https"),
    ("node:inspector", "node/inspector"),
    ("node:inspector/promises", "node/inspector/promises"),
    ("node:module", "node/module"),
    ("node:net", "node/net"),
    ("node:os", "node/os"),
    ("node:path", "node/path"),
    ("node:path/posix", "node/path/posix"),
    ("node:path/win32", "node/path/win32"),
    ("node:perf_hooks", "node/perf_hooks"),
    ("node:process", "node/process"),
    ("node:punycode", "node/punycode"),
    ("node:querystring", "node/querystring"),
    ("node:readline", "node/readline"),
    ("node:readline/promises", "node/readline/promises"),
    ("node:repl", "node/repl"),
    ("node:sea", "node/sea"),
    ("node:sqlite", "node/sqlite"),
    ("node:stream", "node/stream"),
    ("node:stream/consumers", "node/stream/consumers"),
    ("node:stream/promises", "node/stream/promises"),
    ("node:stream/web", "node/stream/web"),
    ("node:string_decoder", "node/string_decoder"),
    ("node:sys", "node/sys"),
    ("node:test", "node/test"),
    ("node:test/reporters", "node/test/reporters"),
    ("node:timers", "node/timers"),
    ("node:timers/promises", "node/timers_promises"),
    ("node:tls", "node/tls"),
    ("node:trace_events", "node/trace_events"),
    ("node:tty", "node/tty"),
    ("node:url", "node/url"),
    ("node:util", "node/util"),
    ("node:util/types", "node/util/types"),
    ("node:v8", "node/v8"),
    ("node:vm", "node/vm"),
    ("node:wasi", "node/wasi"),
    ("node:worker_threads", "node/worker_threads"),
    ("node:zlib", "node/zlib"),
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
