//! Krepis' tables of exports, and its detector of cycles.

use std::hint::black_box;

use harness::Figure;
use hypers_modules::exports::{ExportCache, Object};
use hypers_modules::graph::CycleDetector;

use crate::tree::Tree;

/// What a small module exports.
pub(crate) const EXPORTS: &str =
    r#"{"name":"users","version":"1.2.0","limit":100,"strict":true,"tags":["a","b"]}"#;

const MODULES: u32 = 1000;

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "export-table" => Figure::returning(EXPORTS.to_owned(), || {
            let table = Object::from_json(black_box(EXPORTS)).expect("it is a JSON object");
            table.to_json().expect("it came from JSON")
        }),
        "export-file" => {
            let tree = Tree::new();
            let (file, cache) = (tree.write("users.json", EXPORTS), ExportCache::default());
            let read = move || {
                let _ = &tree;
                let exports = cache.json_file(black_box(&file)).expect("it is there");
                exports.value().expect("it is JSON")
            };
            let exports = read();
            assert_eq!(exports.as_object().and_then(|exports| exports.get("limit")), Some(&100.0.into()));
            Figure::calls(read)
        }
        "cycle" => {
            let mut detector = CycleDetector::new();
            (1..64).for_each(|module| assert!(detector.add(module - 1, module)));
            Figure::returning(true, move || detector.closes(black_box(63), black_box(0)))
        }
        "cycle-1000" => Figure::build(application),
        _ => return None,
    })
}

/// A module imports two that it shares with nobody, and one that the module before it has met.
fn application() -> CycleDetector {
    let mut detector = CycleDetector::new();
    for module in 0..MODULES {
        for import in [2 * module + 1, 2 * module + 2, module + 1].into_iter().filter(|it| *it < MODULES) {
            assert!(!detector.closes(module, import), "{module} imports {import}");
            detector.add(module, import);
        }
    }
    detector
}
