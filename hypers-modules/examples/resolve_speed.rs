//! How long a resolution takes: remembered, missing, and cold beside `oxc_resolver` alone.
//!
//! `cargo run --release -p hypers-modules --example resolve_speed`

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use hypers_modules::{Loader, LoaderOptions, RequestKind, file_url};
use oxc_resolver::{ResolveOptions, Resolver, TsconfigDiscovery};

const CALLS: u32 = 20_000;
const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let root = directory.path().canonicalize()?;
    let specifiers = project(&root)?;
    let options =
        LoaderOptions { cwd: root.clone(), builtins: &["node:fs", "node:path"], ..LoaderOptions::default() };
    let loader = Loader::new(options.clone());
    let main = file_url(&root.join("src/app/main.js"));
    let ask = |specifier: &str, kind| {
        per_call(CALLS, || {
            drop(black_box(loader.resolve(black_box(specifier), black_box(&main), kind)));
        })
    };
    println!("remembered, ns per call");
    println!("  relative       {:8.1}", ask("./m0.js", RequestKind::Import));
    println!("  package        {:8.1}", ask("p0", RequestKind::Import));
    println!("  built-in       {:8.1}", ask("node:fs", RequestKind::Import));
    println!("  missing        {:8.1}", ask("./nothing.js", RequestKind::Import));
    loader.set_watched(true);
    println!("  missing, watched {:6.1}", ask("./nothing.js", RequestKind::Import));

    let file = root.join("src/app/main.js");
    println!("cold, us per specifier ({} of them)", specifiers.len());
    for (name, only) in [("relative", "./"), ("package", "p"), ("both", "")] {
        let asked: Vec<&String> = specifiers.iter().filter(|specifier| specifier.starts_with(only)).collect();
        let (mut ours, mut theirs) = (f64::MAX, f64::MAX);
        // In turns, and the best of each: the machine may have other work.
        for _ in 0..ROUNDS * 3 {
            let loader = Loader::new(options.clone());
            ours = ours
                .min(each(&asked, |specifier| loader.resolve(specifier, &main, RequestKind::Import).is_ok()));
            let resolver = resolver();
            theirs = theirs.min(each(&asked, |specifier| resolver.resolve_file(&file, specifier).is_ok()));
        }
        println!("  {name:<12} loader {ours:6.2}   oxc_resolver {theirs:6.2}   {:.2}x", ours / theirs);
    }
    Ok(())
}

/// `oxc_resolver` alone, with the options that the loader gives it.
fn resolver() -> Resolver {
    let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    Resolver::new(ResolveOptions {
        condition_names: strings(&["node", "import", "default"]),
        extension_alias: vec![(".js".into(), strings(&[".js", ".ts", ".tsx"]))],
        tsconfig: Some(TsconfigDiscovery::Auto),
        ..ResolveOptions::default()
    })
}

/// Microseconds for each of the specifiers, all of which are there.
fn each(specifiers: &[&String], mut resolve: impl FnMut(&str) -> bool) -> f64 {
    let started = Instant::now();
    let found = specifiers.iter().filter(|specifier| black_box(resolve(specifier))).count();
    assert_eq!(found, specifiers.len(), "every specifier resolves");
    started.elapsed().as_secs_f64() * 1e6 / found as f64
}

fn project(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut specifiers = Vec::new();
    let write = |path: &str, text: &str| -> std::io::Result<()> {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        fs::write(path, text)
    };
    write("package.json", r#"{"name":"app","type":"module"}"#)?;
    write("src/app/main.js", "")?;
    for at in 0..200 {
        write(&format!("src/app/m{at}.js"), "")?;
        specifiers.push(format!("./m{at}.js"));
        let manifest =
            r#"{"name":"p","exports":{".":{"import":"./i.js","require":"./r.js"},"./sub/*":"./sub/*.js"}}"#;
        write(&format!("node_modules/p{at}/package.json"), manifest)?;
        write(&format!("node_modules/p{at}/i.js"), "")?;
        write(&format!("node_modules/p{at}/sub/x.js"), "")?;
        specifiers.push(format!("p{at}"));
        specifiers.push(format!("p{at}/sub/x"));
    }
    Ok(specifiers)
}

/// Nanoseconds in the best of some rounds.
fn per_call(calls: u32, mut call: impl FnMut()) -> f64 {
    let mut round = || {
        let started = Instant::now();
        for _ in 0..calls {
            call();
        }
        started.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    (0..ROUNDS).map(|_| round()).fold(f64::MAX, f64::min)
}
