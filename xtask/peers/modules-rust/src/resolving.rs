//! Krepis' loader, asked where modules are.

use std::path::PathBuf;

use harness::Figure;
use hypers_modules::{Loader, LoaderOptions, RequestKind, Resolution, ResolveError, file_url};

use crate::tree::{Asked, Tree};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let of_tree = |specifier: &'static str, answer: fn(&Tree) -> Resolution| {
        let tree = Tree::whole();
        let answer = answer(&tree);
        remembered(tree, specifier, move |found| assert_eq!(found.as_ref().ok(), Some(&answer)), false)
    };
    Some(match name {
        "relative" => of_tree("./m7.js", |tree| Resolution::file(tree.root.join("src/app/m7.js"))),
        "package" => of_tree("p8", |tree| Resolution::file(tree.root.join("node_modules/p8/lib/i.js"))),
        "builtin" => of_tree("node:fs", |_| Resolution::Builtin("node:fs")),
        "missing" => missing(false),
        "cold-relative" => cold(Tree::files),
        "cold" => cold(Tree::specifiers),
        _ => return None,
    })
}

/// The loader is told of every change: it has no need to look whether what was missing still is.
pub(crate) fn watched(name: &str) -> Option<Figure> {
    (name == "missing").then(|| missing(true))
}

fn missing(watched: bool) -> Figure {
    let check = |found: &Result<Resolution, ResolveError>| {
        let code = found.as_ref().err().map(ResolveError::code);
        assert_eq!(code, Some("ERR_MODULE_NOT_FOUND"), "nothing is found");
    };
    remembered(Tree::whole(), "./nothing.js", check, watched)
}

/// A specifier that was asked for before.
fn remembered(
    tree: Tree,
    specifier: &'static str,
    check: impl Fn(&Result<Resolution, ResolveError>),
    watched: bool,
) -> Figure {
    let loader = Loader::new(LoaderOptions { watched, ..options(&tree) });
    let main = file_url(&tree.main);
    check(&loader.resolve(specifier, &main, RequestKind::Import));
    check(&loader.resolve(specifier, &main, RequestKind::Import));
    Figure::calls(move || {
        let _ = &tree;
        loader.resolve(std::hint::black_box(specifier), std::hint::black_box(&main), RequestKind::Import)
    })
}

/// A loader that knows nothing, and all that it is asked.
fn cold(asked: fn(&Tree) -> Asked) -> Figure {
    let tree = Tree::whole();
    let (asked, main, options) = (asked(&tree), file_url(&tree.main), options(&tree));
    let found = |loader: &Loader, specifier: &str| {
        let found = loader.resolve(specifier, &main, RequestKind::Import).expect("it is there");
        found.path().map(PathBuf::from)
    };
    let loader = Loader::new(options.clone());
    for (specifier, answer) in &asked {
        assert_eq!(found(&loader, specifier).as_ref(), Some(answer), "{specifier}");
    }
    Figure::build(move || {
        let _ = &tree;
        let loader = Loader::new(options.clone());
        for (specifier, _) in &asked {
            assert!(loader.resolve(specifier, &main, RequestKind::Import).is_ok());
        }
        loader
    })
}

pub(crate) fn options(tree: &Tree) -> LoaderOptions {
    LoaderOptions {
        cwd: tree.root.clone(),
        builtins: &["node:fs", "node:path", "node:url", "node:util", "krepis:app"],
        ..LoaderOptions::default()
    }
}
