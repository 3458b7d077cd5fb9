//! Values, functions, classes, tables and the cache of exports, without an engine.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use hypers_modules::exports::{
    Arguments, CallError, Class, Deferred, ExportCache, ExportTable, Function, IntoValue, LocalFn, MAX_DEPTH,
    MemberKind, NativeModule, Object, Rest, Stamp, Value,
};

fn thing() -> NativeModule {
    struct Counter {
        value: i64,
    }
    NativeModule::new("mycrate:thing")
        .value("version", "1.0")
        .lazy("table", || Object::new().with("one", 1).into())
        .function("add", |a: f64, b: f64| a + b)
        .function("greet", |name: String, times: Option<u32>| name.repeat(times.unwrap_or(1) as usize))
        .function("sum", |numbers: Vec<f64>| numbers.iter().sum::<f64>())
        .function("count", |Rest(all): Rest<Value>| all.len())
        .function("keys", |table: BTreeMap<String, bool>| table.into_keys().collect::<Vec<_>>())
        .function("parse", |text: String| text.parse::<i32>())
        .function("fail", || Err::<(), _>(CallError::range_error("too far").with_code("E_FAR")))
        .function("apply", |function: Function, value: Value| function.call((value,)))
        .function("json", |value: serde_json::Value| value)
        .function("big", || u64::MAX)
        .async_function("later", |value: f64| async move { value * 2.0 })
        .class(
            Class::new("Counter")
                .constructor(|start: i64| Counter { value: start })
                .method("next", |counter: &mut Counter, by: Option<i64>| {
                    counter.value += by.unwrap_or(1);
                    counter.value
                })
                .method("during", |counter: &mut Counter, function: Function| {
                    counter.value += 1;
                    function.call(())
                })
                .method("reading", |_: &Counter, function: Function| function.call(()))
                .getter("value", |counter: &Counter| counter.value)
                .setter("value", |counter: &mut Counter, value: i64| counter.value = value)
                .static_function("zero", || 0),
        )
}

#[test]
fn functions_convert_what_they_take_and_give() {
    let exports = thing().exports();
    let list = |items: &[f64]| Value::Array(items.iter().copied().map(Value::Number).collect());
    let flags: Value = Object::new().with("b", true).with("a", false).into();
    let rows: &[(&str, Vec<Value>, Value)] = &[
        ("add", vec![1.into(), 2.5.into()], 3.5.into()),
        ("greet", vec!["ab".into()], "ab".into()),
        ("greet", vec!["ab".into(), 3.into()], "ababab".into()),
        ("greet", vec!["ab".into(), Value::Null], "ab".into()),
        ("sum", vec![list(&[1.0, 2.0, 3.0])], 6.into()),
        ("count", vec![Value::Null, Value::Null], 2.into()),
        ("count", vec![], 0.into()),
        ("keys", vec![flags], vec!["a", "b"].into_value().unwrap()),
        ("parse", vec!["-7".into()], (-7).into()),
        ("json", vec![list(&[1.0])], list(&[1.0])),
        ("big", vec![], Value::BigInt(u64::MAX.into())),
        ("apply", vec![Function::new("double", |n: f64| n * 2.0).into(), 4.into()], 8.into()),
    ];
    for (name, arguments, expected) in rows {
        let result = exports.function(name).unwrap().call(arguments.clone());
        assert_eq!(&result.unwrap(), expected, "{name}{arguments:?}");
    }
}

#[test]
fn wrong_arguments_are_named() {
    let exports = thing().exports();
    let nested: Value = vec![Value::from(1), "two".into()].into_value().unwrap();
    let rows: &[(&str, Vec<Value>, &str)] = &[
        (
            "add",
            vec![1.into()],
            "TypeError: mycrate:thing.add(): argument 2: expected a number, found undefined",
        ),
        (
            "add",
            vec![1.into(), "2".into()],
            "TypeError: mycrate:thing.add(): argument 2: expected a number, found the string \"2\"",
        ),
        (
            "greet",
            vec!["a".into(), (-1).into()],
            "TypeError: mycrate:thing.greet(): argument 2: expected a whole number from 0 to 4294967295 or undefined, found -1",
        ),
        (
            "greet",
            vec!["a".into(), 1.5.into()],
            "TypeError: mycrate:thing.greet(): argument 2: expected a whole number from 0 to 4294967295 or undefined, found 1.5",
        ),
        (
            "sum",
            vec![nested],
            "TypeError: mycrate:thing.sum(): argument 1: at [1]: expected a number, found the string \"two\"",
        ),
        (
            "keys",
            vec![Object::new().with("x", 1).into()],
            "TypeError: mycrate:thing.keys(): argument 1: at x: expected a boolean, found 1",
        ),
        (
            "apply",
            vec![7.into()],
            "TypeError: mycrate:thing.apply(): argument 1: expected a function, found 7",
        ),
        ("parse", vec!["x".into()], "Error: invalid digit found in string"),
        ("fail", vec![], "RangeError: too far"),
    ];
    for (name, arguments, expected) in rows {
        let error = exports.function(name).unwrap().call(arguments.clone()).unwrap_err();
        assert_eq!(error.to_string(), *expected);
    }
    let error = exports.function("gret").unwrap_err();
    assert_eq!(error.to_string(), "TypeError: there is no export \"gret\"; did you mean \"greet\"?");
    assert_eq!(exports.function("fail").unwrap().call(()).unwrap_err().code(), Some("E_FAR"));
}

#[test]
fn instances_are_used_by_one_call_at_a_time() {
    let exports = thing().exports();
    let Some(Value::Class(class)) = exports.get("Counter") else { panic!("no class") };
    let counter = class.construct(&mut [5.into()]).unwrap();
    let call = |name: &str, kind, values: &mut [Value]| counter.call_member(name, kind, values);
    assert_eq!(call("next", MemberKind::Method, &mut []).unwrap(), 6.into());
    assert_eq!(call("next", MemberKind::Method, &mut [10.into()]).unwrap(), 16.into());
    call("value", MemberKind::Setter, &mut [1.into()]).unwrap();
    assert_eq!(call("value", MemberKind::Getter, &mut []).unwrap(), 1.into());

    let same = counter.clone();
    let again = Function::raw("again", 0, move |_| same.call_member("value", MemberKind::Getter, &mut []));
    assert_eq!(call("reading", MemberKind::Method, &mut [again.clone().into()]).unwrap(), 1.into());
    let error = call("during", MemberKind::Method, &mut [again.into()]).unwrap_err();
    assert_eq!(error.code(), Some("ERR_INSTANCE_IN_USE"));
    assert_eq!(call("value", MemberKind::Getter, &mut []).unwrap(), 2.into(), "it is free again");

    let error = call("next", MemberKind::Method, &mut ["x".into()]).unwrap_err();
    let expected = "TypeError: mycrate:thing.Counter.next(): argument 1: expected a whole number of 64 bits or undefined, found the string \"x\"";
    assert_eq!(error.to_string(), expected);
    let error = class.construct(&mut [Value::Null]).unwrap_err();
    let expected =
        "TypeError: new mycrate:thing.Counter(): argument 1: expected a whole number of 64 bits, found null";
    assert_eq!(error.to_string(), expected);
}

struct Local(Rc<str>);

impl LocalFn for Local {
    fn call(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError> {
        Ok(format!("{}{}", self.0, arguments.take::<String>()?).into())
    }
}

#[test]
fn functions_of_an_engine_stay_on_its_thread() {
    let text: Rc<str> = "hello ".into();
    let function = Function::local("greet", 1, Rc::new(Local(Rc::clone(&text))));
    assert_eq!(function.call(("Ada",)).unwrap(), "hello Ada".into());
    assert!(function.engine_function::<Local>().is_some());

    let elsewhere = function.clone();
    let error = thread::spawn(move || elsewhere.call(("Bob",)).unwrap_err()).join().unwrap();
    assert_eq!(error.code(), Some("ERR_WRONG_THREAD"));

    thread::spawn(move || drop(function)).join().unwrap();
    assert_eq!(Rc::strong_count(&text), 2, "it is kept until its own thread looks");
    let next = Function::local("next", 1, Rc::new(Local("".into())));
    assert_eq!(Rc::strong_count(&text), 1);
    drop(next);

    let orphan = thread::spawn(|| Function::local("orphan", 0, Rc::new(Local("".into())))).join().unwrap();
    assert!(orphan.call(()).is_err());
}

#[test]
fn tables_keep_their_order_and_their_slots() {
    let mut table = Object::new();
    for number in 0..100 {
        table.set(format!("name{number}"), number);
    }
    let slot = table.slot("name42").unwrap();
    table.set("name42", "new");
    table.set("more", Value::Null);
    assert_eq!(table.at(slot), Some(&"new".into()));
    assert_eq!((table.len(), table.get("name99"), table.has("name100")), (101, Some(&99.into()), false));
    assert!(table.names().take(100).enumerate().all(|(at, name)| **name == *format!("name{at}")));
}

#[test]
fn json_both_ways() {
    for text in [
        "{}",
        r#"{"a":1,"b":-0.5,"c":"x\"\\\n\u0001é","d":[true,false,null,[],{}],"e":{"f":1e300}}"#,
        r#"{"2":1,"1":2}"#,
    ] {
        let table = Object::from_json(text).unwrap();
        let written = table.to_json().unwrap();
        assert_eq!(Object::from_json(&written).unwrap(), table);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&written).unwrap(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
    }
    let twice = Object::from_json(r#"{"a":1,"b":2,"a":3}"#).unwrap();
    assert_eq!(twice.to_json().unwrap(), r#"{"a":3,"b":2}"#);
    let number = |number: f64| Value::Number(number).to_json().unwrap();
    assert_eq!(
        [1.0, -0.0, 9e15, 1e21, 0.1, 1.5e-7].map(number),
        ["1", "0", "9000000000000000", "1e21", "0.1", "1.5e-7"]
    );
}

#[test]
fn what_json_cannot_hold_is_named() {
    let function = Function::new("f", || ());
    let deep = (0..MAX_DEPTH + 1).fold(Value::Null, |inner, _| vec![inner].into_value().unwrap());
    let rows = [
        (
            Object::new().with("a", Object::new().with("f", function)),
            "exports.a.f is a function, which JSON cannot hold",
        ),
        (
            Object::new().with("list", vec![Value::from(1), Value::Undefined].into_value().unwrap()),
            "exports.list[1] is undefined, which JSON cannot hold",
        ),
        (Object::new().with("n", f64::NAN), "exports.n is NaN, which JSON cannot hold"),
        (Object::new().with("n", Value::BigInt(1 << 70)), "exports.n is a bigint, which JSON cannot hold"),
        (
            Object::new().with("p", Deferred::new(async { 1 })),
            "exports.p is a promise, which JSON cannot hold",
        ),
    ];
    for (table, expected) in rows {
        assert_eq!(table.to_json().unwrap_err().message(), expected);
    }
    let error = deep.to_json().unwrap_err();
    assert!(error.message().ends_with("nests deeper than 128 levels"), "{error}");
    for (text, expected) in [("[1]", "invalid type: sequence"), ("{", "EOF"), ("", "EOF")] {
        let error = Object::from_json(text).unwrap_err();
        assert_eq!(error.name(), "SyntaxError");
        assert!(error.message().contains(expected), "{error}");
    }
    let nested = "[".repeat(100_000);
    assert_eq!(Value::from_json(&nested).unwrap_err().name(), "SyntaxError");
}

#[test]
fn a_table_is_an_export_table() {
    let mut table = Object::new().with("old", 1);
    let table: &mut dyn ExportTable = &mut table;
    table.assign_json(r#"{"old":2,"new":{"x":[]}}"#).unwrap();
    table.assign(&Object::new().with("last", "z")).unwrap();
    assert_eq!(table.to_json().unwrap(), r#"{"old":2,"new":{"x":[]},"last":"z"}"#);
    assert_eq!((table.len().unwrap(), table.has("new").unwrap(), table.get("nil").unwrap()), (3, true, None));
}

#[test]
fn the_cache_reads_again_what_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    std::fs::write(&path, "\u{feff}{\"port\":1}").unwrap();
    let cache = ExportCache::default();
    let first = cache.json_file(&path).unwrap();
    let second = cache.json_file(&path).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(Object::try_from(&*first).unwrap(), Object::new().with("port", 1));
    std::fs::write(&path, "{\"port\":22}").unwrap();
    assert_eq!(&**cache.json_file(&path).unwrap().json(), "{\"port\":22}");
    assert_eq!((cache.stats().hits, cache.stats().misses, cache.stats().entries), (1, 2, 1));
    let missing = cache.json_file(&folder.path().join("none.json")).unwrap_err();
    assert!(missing.message().contains("none.json"), "{missing}");
}

#[test]
fn the_cache_is_bounded() {
    let cache = ExportCache::new(1000);
    let stamp = Stamp::of_bytes(b"");
    let text = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
    for number in 0..50 {
        cache.get_or_insert(format!("{number}").as_ref(), stamp, || Ok(text(100))).unwrap();
        assert!(cache.get("0".as_ref(), stamp).is_some(), "what is used stays");
    }
    let stats = cache.stats();
    assert_eq!((stats.entries, stats.bytes), (10, 1000));
    cache.get_or_insert("large".as_ref(), stamp, || Ok(text(500))).unwrap();
    assert!(cache.get("large".as_ref(), stamp).is_none(), "what is too large is not kept");
    let mut constants = Object::new().with("a", 1);
    let kept = cache.remember("constants".as_ref(), stamp, &mut constants).unwrap();
    assert_eq!(&**kept.json(), r#"{"a":1}"#);
    let mut functions = Object::new().with("f", Function::new("f", || ()));
    assert!(cache.remember("functions".as_ref(), stamp, &mut functions).is_err());
}

#[test]
fn errors_keep_their_causes() {
    let io = std::io::Error::other("disk");
    assert_eq!(CallError::of(io).to_string(), "Error: disk");
    let boxed: Box<dyn std::error::Error + Send + Sync> = CallError::type_error("inner").into();
    assert_eq!(CallError::of(boxed).code(), Some("ERR_INVALID_ARG_TYPE"));
    let error =
        CallError::new("outer").with_frames(["f (a.lua:1)", "g (b.js:2:3)"]).with_cause("inner".into());
    let expected = "Error: outer\n    at f (a.lua:1)\n    at g (b.js:2:3)\ncaused by: Error: inner";
    assert_eq!(format!("{error:#}"), expected);
}
