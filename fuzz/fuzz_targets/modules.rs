//! Source texts come from strangers' packages: no panic, no overflow of the stack, and what is said of a source is
//! within it.
//!
//! `cargo +nightly fuzz run modules -- -max_len=2048 -timeout=30`: some inputs take the parser time that grows with
//! the square of their length.

#![no_main]

use std::collections::HashSet;

use hypers_modules::{TranspileOptions, cjs_exports, imports, module_syntax, transpile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    let syntax = module_syntax(source);
    assert_eq!(module_syntax(source), syntax);
    let exports = cjs_exports(source);
    let distinct: HashSet<_> = exports.names.iter().collect();
    assert_eq!(distinct.len(), exports.names.len(), "a name is listed twice: {:?}", exports.names);
    imported(source, "a.js");
    for name in ["a.ts", "a.tsx"] {
        imported(source, name);
        compile(source, name);
    }
});

/// What a source imports stands within it, in its order.
fn imported(source: &str, name: &str) {
    let lines: Vec<&str> = source.split(['\n', '\r', '\u{2028}', '\u{2029}']).collect();
    let sites = imports(source, name.as_ref());
    assert_eq!(imports(source, name.as_ref()), sites);
    for site in &sites {
        let line = lines.get(site.line as usize).map(|line| line.encode_utf16().count());
        assert!(line.is_some_and(|length| site.column as usize <= length), "{site:?} of {lines:?}");
    }
}

fn compile(source: &str, name: &str) {
    match transpile(source, name.as_ref(), &TranspileOptions::default()) {
        Ok(js) => {
            let lines = source.split(['\n', '\r', '\u{2028}', '\u{2029}']).count() as u32;
            for (line, text) in js.code.lines().enumerate() {
                for column in [0, text.len() / 2, text.len()] {
                    let Some(position) = js.map.lookup(line as u32, column as u32) else { continue };
                    assert_eq!(position.source, name);
                    assert!(position.line < lines, "line {} of {lines}", position.line);
                }
            }
        }
        Err(error) => {
            assert!(!error.render(false).is_empty());
            assert!(!error.diagnostics.is_empty(), "{error}");
            for diagnostic in &error.diagnostics {
                assert!(!diagnostic.message.is_empty());
            }
        }
    }
}
