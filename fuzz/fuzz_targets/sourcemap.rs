//! Source maps come with packages: no panic, and a map that was written is read as the same map.
//!
//! `cargo +nightly fuzz run sourcemap`

#![no_main]

use hypers_modules::SourceMap;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // Without a path no file is read.
    if let Ok(Some(map)) = SourceMap::of_generated(text, None) {
        check(&map);
    }
    if let Ok(Some(map)) = SourceMap::of_generated(&format!("//# sourceMappingURL=data:,{text}"), None) {
        check(&map);
    }
    if let Ok(map) = SourceMap::parse(text, Some("/base".as_ref())) {
        check(&map);
    }
    let mappings = text.replace(['"', '\\'], "").replace(|c: char| c.is_control(), "");
    let json = format!(r#"{{"version":3,"sources":["a","b"],"names":[],"mappings":"{mappings}"}}"#);
    let map = SourceMap::parse(&json, None).expect("the frame around the mappings is a map");
    check(&map);
});

fn check(map: &SourceMap) {
    let again = SourceMap::parse(&map.to_json(), None).expect("what was written can be read");
    let sources: Vec<&str> = map.sources().collect();
    for line in [0, 1, 2, 3, u32::MAX] {
        for column in [0, 1, 7, 1 << 16, u32::MAX] {
            let found = map.lookup(line, column);
            assert_eq!(again.lookup(line, column), found);
            if let Some(position) = found {
                assert!(sources.contains(&position.source));
                assert_eq!(again.content(position.source), map.content(position.source));
            }
        }
    }
}
