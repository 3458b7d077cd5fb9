//! The floor: reading a file, and JSON that becomes no table of exports.

use std::fs;
use std::hint::black_box;

use harness::Figure;
use serde_json::Value;

use crate::data::EXPORTS;
use crate::loading::code_bytes;
use crate::tree::{Tree, source};

/// Reads a file of the same length.
pub(crate) fn files(name: &str) -> Option<Figure> {
    let content = match name {
        "load-js" | "load-undeclared" => source(false).into_bytes(),
        "load-ts" => source(true).into_bytes(),
        "code" => code_bytes(),
        _ => return None,
    };
    let (tree, is_text) = (Tree::new(), name != "code");
    let file = tree.root.join("file");
    fs::write(&file, &content).expect("the folder is ours");
    Some(if is_text {
        Figure::calls(move || {
            let _ = &tree;
            fs::read_to_string(black_box(&file)).expect("it is there")
        })
    } else {
        Figure::calls(move || {
            let _ = &tree;
            fs::read(black_box(&file)).expect("it is there")
        })
    })
}

pub(crate) fn json(name: &str) -> Option<Figure> {
    let parse = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
    Some(match name {
        "export-table" => Figure::calls(move || parse(black_box(EXPORTS)).to_string()),
        "export-file" => {
            let tree = Tree::new();
            let file = tree.write("users.json", EXPORTS);
            Figure::calls(move || {
                let _ = &tree;
                parse(&fs::read_to_string(black_box(&file)).expect("it is there"))
            })
        }
        _ => return None,
    })
}
