//! Modules that no file holds, through the loader.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hypers_modules::exports::{Language, NativeModule, Object, Registry, RegistryError};
use hypers_modules::{Format, ImportType, Loader, LoaderOptions, RequestKind, Resolution};

fn registry() -> Arc<Registry> {
    Registry::builder()
        .builtin("app:build", || Object::new().with("number", 7))
        .native(NativeModule::new("mycrate:thing").function("add", |a: f64, b: f64| a + b))
        .virtual_module("settings", "export const port: number = 80;", Language::TypeScript)
        .virtual_module("app:view", "export default (): object => <p/>;", Language::Tsx)
        .virtual_module("old", "module.exports = 1;", Language::CommonJs)
        .virtual_module("data", "[1]", Language::Json)
        .build()
        .unwrap()
}

fn loader() -> (Loader, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path().canonicalize().unwrap();
    std::fs::write(cwd.join("near.js"), "").unwrap();
    let options =
        LoaderOptions { cwd, builtins: &["node:fs"], registry: Some(registry()), ..LoaderOptions::default() };
    (Loader::new(options), folder)
}

#[test]
fn names_lead_to_modules() {
    let (loader, _folder) = loader();
    for (specifier, url, format) in [
        ("app:build", "app:build", Format::Builtin),
        ("mycrate:thing", "mycrate:thing", Format::Builtin),
        ("settings", "virtual:settings", Format::Esm),
        ("virtual:settings", "virtual:settings", Format::Esm),
        ("app:view", "virtual:app:view", Format::Esm),
        ("old", "virtual:old", Format::CommonJs),
        ("fs", "node:fs", Format::Builtin),
    ] {
        for kind in [RequestKind::Import, RequestKind::Require] {
            let found = loader.resolve(specifier, "virtual:settings", kind).unwrap();
            assert_eq!(found.url(), url);
            let source = loader.load(&found, ImportType::Unspecified, kind).unwrap();
            assert_eq!((source.format, &*source.url), (format, url));
        }
    }
    let near = loader.resolve("./near.js", "virtual:settings", RequestKind::Import).unwrap();
    assert_eq!(near.path(), Some(&*loader.options().cwd.join("near.js")));
}

#[test]
fn sources_are_compiled_with_a_map() {
    let (loader, _folder) = loader();
    let load = |specifier: &str, attribute| {
        let found = loader.resolve(specifier, "", RequestKind::Import).unwrap();
        loader.load(&found, attribute, RequestKind::Import)
    };
    let settings = load("settings", ImportType::Unspecified).unwrap();
    assert_eq!(settings.code.text(), "export const port = 80;\n");
    let map = settings.map.unwrap();
    assert_eq!(map.lookup(0, 13).unwrap().source, "virtual:settings.ts");
    assert!(load("app:view", ImportType::Unspecified).unwrap().code.text().contains("jsx"));
    assert_eq!(load("settings", ImportType::Text).unwrap().code.text(), "export const port: number = 80;");
    assert_eq!(load("data", ImportType::Json).unwrap().format, Format::Json);
    let error = load("settings", ImportType::Json).unwrap_err();
    assert_eq!(error.code(), Some("ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE"));
}

#[test]
fn near_misses_are_suggested() {
    let (loader, _folder) = loader();
    let error = loader.resolve("mycrate:thnig", "/a.js", RequestKind::Import).unwrap_err();
    let expected =
        "No such built-in module: mycrate:thnig imported from /a.js; did you mean \"mycrate:thing\"?";
    assert_eq!((error.code(), &*error.to_string()), ("ERR_UNKNOWN_BUILTIN_MODULE", expected));
}

#[test]
fn names_are_checked() {
    let object = Object::new;
    for (name, expected) in [
        ("plain", "cannot register a module as \"plain\": it needs a scheme, as in \"mycrate:thing\""),
        ("node:own", "cannot register a module as \"node:own\": the scheme \"node:\" is the runtime's"),
        ("KREPIS:x", "cannot register a module as \"KREPIS:x\": the scheme \"KREPIS:\" is the runtime's"),
        ("app:", "cannot register a module as \"app:\": nothing follows its scheme"),
        ("", "cannot register a module as \"\": it is empty, or has spaces in it"),
        ("a b:c", "cannot register a module as \"a b:c\": it is empty, or has spaces in it"),
    ] {
        let error = Registry::builder().builtin(name, object).build().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let relative = Registry::builder().virtual_module("./x", "", Language::JavaScript).build();
    assert!(matches!(relative, Err(RegistryError::Invalid { .. })));
    let twice = Registry::builder().builtin("app:x", object).native(NativeModule::new("app:x")).build();
    assert_eq!(twice.unwrap_err(), RegistryError::Twice { name: "app:x".into() });
}

#[test]
fn builtins_are_made_when_they_are_asked_for() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let make = || {
        MADE.fetch_add(1, Ordering::Relaxed);
        Object::new()
    };
    let registry = Registry::builder().builtin("app:lazy", make).build().unwrap();
    assert!(matches!(registry.resolve("app:lazy"), Some(Resolution::Native(_))));
    assert_eq!(MADE.load(Ordering::Relaxed), 0);
    assert!(registry.exports("app:lazy").is_some());
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&registry);
}
