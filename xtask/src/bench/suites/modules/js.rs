//! What `require` and `import` cost, on each runtime; and a resolver that is written in JavaScript.

use anyhow::Result;

use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::Quantity;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::{Asked, JsPeers, JsProgram, Runs};

pub(in crate::bench::suites) const JS: JsPeers = JsPeers {
    suite: "modules",
    runtimes: &["node", "deno", "bun"],
    shared: &["files.cjs"],
    programs: &[
        JsProgram {
            runs: Runs::Runtime,
            package: None,
            file: "require.cjs",
            figures: &[
                "cached",
                "cached-spelling",
                "cached-package",
                "mixed",
                "builtin",
                "builtin-scheme",
                "resolve-relative",
                "resolve-package",
                "resolve-builtin",
                "cache-read",
                "evict",
                "circular",
                "first-js",
                "first-json",
                "create-require",
            ],
        },
        JsProgram {
            runs: Runs::Runtime,
            package: None,
            file: "import.mjs",
            figures: &["import-cached", "import-builtin", "import-first", "import-resolve"],
        },
        JsProgram {
            runs: Runs::Library("enhanced-resolve"),
            package: Some("enhanced-resolve"),
            file: "enhanced-resolve.mjs",
            figures: &["resolve-relative", "resolve-package"],
        },
    ],
};

pub(super) fn cached(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "require(\"../files/small.js\") of a module that is loaded, and one of its exports; second spelling: \
                 \"../files/../files/small.js\"; package: require(\"small\").";
    let cached = nanoseconds("modules-js-cached", "cached require, JavaScript", about);
    let spelling = suffixed("cached-spelling", " second spelling");
    let package = suffixed("cached-package", " package");
    let mut all = JS.measure(context, &[Asked::figure("cached"), spelling, package], cached)?;

    let about = "Six specifiers in turn at one place of the program: two files, one of them in two ways, a package, and path by \
                 its two names.";
    let mixed = nanoseconds("modules-js-mixed", "cached require of any module, JavaScript", about);
    all.extend(JS.measure(context, &[Asked::figure("mixed")], mixed)?);

    let about = "require(\"fs\"), and (node:) require(\"node:fs\").";
    let builtin = nanoseconds("modules-js-builtin", "require of a built-in, JavaScript", about);
    let scheme = suffixed("builtin-scheme", " node:");
    all.extend(JS.measure(context, &[Asked::figure("builtin"), scheme], builtin)?);

    let about = "require.cache[path].exports.value.";
    let read = nanoseconds("modules-js-cache-read", "read of require.cache, JavaScript", about);
    all.extend(JS.measure(context, &[Asked::figure("cache-read")], read)?);

    let about = "createRequire(path), and one call of what it gives, for a module that is loaded: what a module is given.";
    let set_up = nanoseconds("modules-js-create-require", "createRequire and a call, JavaScript", about);
    all.extend(JS.measure(context, &[Asked::figure("create-require")], set_up)?);
    Ok(all)
}

pub(super) fn resolve(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "require.resolve(\"../files/small.js\"), asked again and again. enhanced-resolve: synchronous, with its cache of \
                 answers.";
    let relative = nanoseconds("modules-js-resolve-relative", "resolve, a path, JavaScript", about);
    let about = "require.resolve(\"small\"), a package in node_modules one folder up.";
    let package = nanoseconds("modules-js-resolve-package", "resolve, a package, JavaScript", about);
    let about = "require.resolve(\"node:fs\").";
    let builtin = nanoseconds("modules-js-resolve-builtin", "resolve, a built-in, JavaScript", about);
    let about = "import.meta.resolve(\"../files/small.mjs\").";
    let meta = nanoseconds("modules-js-import-resolve", "import.meta.resolve, JavaScript", about);
    each(
        context,
        [
            ("resolve-relative", relative),
            ("resolve-package", package),
            ("resolve-builtin", builtin),
            ("import-resolve", meta),
        ],
    )
}

pub(super) fn load(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "delete require.cache[path], and require of the file, which has not changed: seven lines.";
    let evict = nanoseconds("modules-js-evict", "evict and reload, JavaScript", about);
    let about = "The same with two modules that load each other.";
    let circular = nanoseconds("modules-js-circular", "evict and reload of a cycle, JavaScript", about);
    let about =
        "require of a file of seven lines that was never loaded, in a folder that was never looked into.";
    let first = nanoseconds("modules-js-first", "first require of a file, JavaScript", about);
    let about = "The same for JSON of one line.";
    let json = nanoseconds("modules-js-first-json", "first require of JSON, JavaScript", about);
    each(context, [("evict", evict), ("circular", circular), ("first-js", first), ("first-json", json)])
}

pub(super) fn import(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "await import() of a module that is loaded; node:fs: of the built-in.";
    let cached = nanoseconds("modules-js-import-cached", "cached import(), JavaScript", about);
    let builtin = suffixed("import-builtin", " node:fs");
    let mut all = JS.measure(context, &[Asked::figure("import-cached"), builtin], cached)?;
    let about = "await import() of a file of seven lines that was never loaded, one after the other.";
    let first = nanoseconds("modules-js-import-first", "first import() of a file, JavaScript", about);
    all.extend(JS.measure(context, &[Asked::figure("import-first")], first)?);
    Ok(all)
}

fn each<const N: usize>(context: &Context, figures: [(&str, Quantity); N]) -> Result<Vec<Benchmark>> {
    let mut all = Vec::new();
    for (figure, quantity) in figures {
        all.extend(JS.measure(context, &[Asked::figure(figure)], quantity)?);
    }
    Ok(all)
}

fn suffixed<'a>(figure: &'a str, suffix: &'a str) -> Asked<'a> {
    Asked { suffix, ..Asked::figure(figure) }
}

fn nanoseconds(id: &'static str, title: &'static str, about: &'static str) -> Quantity {
    Quantity { id, title, about, unit: Unit::Nanoseconds }
}
