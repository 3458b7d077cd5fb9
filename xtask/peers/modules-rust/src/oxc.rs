//! `oxc_resolver` by itself, with the options that Krepis' loader gives it.

use std::hint::black_box;
use std::path::PathBuf;

use harness::Figure;
use oxc_resolver::{ResolveError, ResolveOptions, Resolver, TsconfigDiscovery};

use crate::tree::{Asked, Tree};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "relative" => asked_before("./m7.js", |found| assert!(found.is_ok())),
        "package" => asked_before("p8", |found| assert!(found.is_ok())),
        // A built-in is an error of its own kind here.
        "builtin" => {
            asked_before("node:fs", |found| assert!(matches!(found, Err(ResolveError::Builtin { .. }))))
        }
        "missing" => {
            asked_before("./nothing.js", |found| assert!(matches!(found, Err(ResolveError::NotFound(_)))))
        }
        "cold-relative" => cold(Tree::files),
        "cold" => cold(Tree::specifiers),
        _ => return None,
    })
}

fn asked_before(specifier: &'static str, check: fn(&Result<PathBuf, ResolveError>)) -> Figure {
    let (tree, resolver) = (Tree::whole(), resolver());
    check(&resolver.resolve_file(&tree.main, specifier).map(|found| found.into_path_buf()));
    Figure::calls(move || {
        let tree = &tree;
        resolver.resolve_file(black_box(&tree.main), black_box(specifier))
    })
}

fn cold(asked: fn(&Tree) -> Asked) -> Figure {
    let tree = Tree::whole();
    let asked = asked(&tree);
    let first = resolver();
    for (specifier, answer) in &asked {
        let found = first.resolve_file(&tree.main, specifier).expect("it is there");
        assert_eq!(found.path(), answer, "{specifier}");
    }
    Figure::build(move || {
        let (tree, resolver) = (&tree, resolver());
        for (specifier, _) in &asked {
            assert!(resolver.resolve_file(&tree.main, specifier).is_ok());
        }
        resolver
    })
}

fn resolver() -> Resolver {
    let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    Resolver::new(ResolveOptions {
        builtin_modules: true,
        condition_names: strings(&["krepis", "node", "import", "module-sync", "default"]),
        extension_alias: vec![(".js".into(), strings(&[".js", ".ts", ".tsx"]))],
        tsconfig: Some(TsconfigDiscovery::Auto),
        ..ResolveOptions::default()
    })
}
