//! The built-in modules that programs import, and the internal module behind each.

/// Full name and internal module, by name.
const BUILTINS: &[(&str, &str)] = &[
    ("krepis:di", "krepis/di"),
    ("krepis:http", "krepis/http"),
    ("node:events", "node/events"),
    ("node:module", "node/module"),
    ("node:process", "node/process"),
    ("node:timers", "node/timers"),
    ("node:timers/promises", "node/timers_promises"),
];

/// The full names.
pub(crate) const NAMES: &[&str] = &names();

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
