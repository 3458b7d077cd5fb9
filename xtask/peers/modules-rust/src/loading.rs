//! Krepis' loader, asked for what is in the files: without a cache, and with what it keeps on disk.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use harness::Figure;
use hypers_modules::{
    CacheOptions, CodeKey, CodeKind, CompileCache, Format, ImportType, Loader, LoaderOptions, RequestKind,
    Resolution, TranspileOptions, transpile,
};

use crate::resolving::options;
use crate::tree::{Tree, source};

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "load-js" | "load-ts" | "load-undeclared" => load(name, false),
        "transpile" => {
            let (text, path) = (source(true), Path::new("/app/store.ts"));
            let options = TranspileOptions::default();
            Figure::calls(move || transpile(black_box(&text), path, &options).expect("it compiles"))
        }
        "code" => code(),
        _ => return None,
    })
}

pub(crate) fn cached(name: &str) -> Option<Figure> {
    matches!(name, "load-ts" | "load-undeclared").then(|| load(name, true))
}

fn load(name: &str, cached: bool) -> Figure {
    let tree = Tree::new();
    let file = match name {
        "load-ts" => tree.write("src/app/store.ts", &source(true)),
        "load-js" => tree.write("src/app/store.js", &source(false)),
        _ => {
            tree.write("lib/package.json", "{}");
            // What stands before the first export is why it takes a parser to know that it is one.
            tree.write("lib/store.js", &format!("const answer = 42;\n{}", source(false)))
        }
    };
    let cache = cached.then(|| cache(&tree));
    let loader = Loader::new(LoaderOptions { cache: cache.clone(), ..options(&tree) });
    let file = Resolution::file(file);
    let read = move || {
        let _ = &tree;
        loader.load(black_box(&file), ImportType::Unspecified, RequestKind::Import).expect("it is a module")
    };
    assert_eq!(read().format, Format::Esm);
    if let Some(cache) = cache {
        cache.flush();
        read();
        assert!(cache.counters().hits > 0, "the second time it is found");
    }
    Figure::calls(read)
}

fn code() -> Figure {
    let tree = Tree::new();
    let (cache, code) = (cache(&tree), code_bytes());
    let key = CodeKey::new(source(false).as_bytes(), CodeKind::Esm);
    cache.put_code(&key, &code);
    cache.flush();
    assert_eq!(cache.get_code(&key), Some(code));
    Figure::calls(move || {
        let _ = &tree;
        cache.get_code(black_box(&key))
    })
}

/// As much as an engine makes of a larger module.
pub(crate) fn code_bytes() -> Vec<u8> {
    (0..64 << 10).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn cache(tree: &Tree) -> Arc<CompileCache> {
    let folder = tree.root.join("cache");
    let limit_bytes = CacheOptions::DEFAULT_LIMIT_BYTES;
    Arc::new(CompileCache::new(CacheOptions { folder, limit_bytes, engine: "bench".to_owned() }))
}
