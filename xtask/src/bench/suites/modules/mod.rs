//! The suite `modules`: `require`, `import` and their programs on four runtimes, and `hypers-modules` in Rust beside
//! `oxc_resolver`.
//!
//! What a single call costs comes from a process for each runtime and figure (the `.cjs` and `.mjs` files beside this one),
//! what a program costs from whole processes (`xtask/bench/modules`), and Rust's figures from two programs
//! (`xtask/peers/modules-rust`), one with a clock and one with an allocator that counts. The eleven benchmarks that the module
//! system has by name are those of `cargo bench --bench module_benchmarks`.

mod js;
mod processes;
mod rust;

pub(super) use js::JS;

use super::{Context, Group, Program, Suite};

pub(crate) const SUITE: Suite = Suite {
    name: "modules",
    groups: &[
        Group { id: "app-esm", title: "1,000 ES modules", run: processes::es_modules },
        Group { id: "app-ts", title: "1,000 modules in TypeScript", run: processes::typescript },
        Group { id: "app-cjs", title: "1,000 CommonJS modules", run: processes::commonjs },
        Group {
            id: "compiler-require",
            title: "require of typescript.js",
            run: processes::compiler_by_require,
        },
        Group { id: "compiler-import", title: "import of typescript.js", run: processes::compiler_by_import },
        Group { id: "js-cached", title: "modules that are loaded, JavaScript", run: js::cached },
        Group { id: "js-resolve", title: "resolve, JavaScript", run: js::resolve },
        Group { id: "js-load", title: "modules that are not loaded, JavaScript", run: js::load },
        Group { id: "js-import", title: "import(), JavaScript", run: js::import },
        Group { id: "rust-resolve", title: "resolve, Rust", run: rust::resolve },
        Group { id: "rust-cold", title: "resolve with nothing known, Rust", run: rust::cold },
        Group { id: "rust-load", title: "load, Rust", run: rust::load },
        Group { id: "rust-exports", title: "exports, Rust", run: rust::exports },
        Group { id: "rust-cycle", title: "cycles, Rust", run: rust::cycle },
        Group { id: "rust-heap", title: "heap, Rust", run: rust::heap },
    ],
    programs,
    libraries,
};

fn programs(context: &Context) -> Vec<(&'static str, Program)> {
    JS.runtimes(context)
}

fn libraries() -> Vec<(String, String)> {
    rust::RUST.versions().into_iter().chain(JS.versions()).chain(processes::version()).collect()
}
