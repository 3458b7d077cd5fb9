//! Modules in Lua.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![cfg(feature = "lua")]

use std::fs;
use std::sync::Arc;

use hypers_modules::exports::{
    CallError, Class, ExportTable, Function, IntoValue, Language, NativeModule, Object, Registry, Value,
};
use hypers_modules::lua::{Lua, LuaOptions};
use hypers_modules::{Loader, LoaderOptions};
use tempfile::TempDir;

fn lua_with(files: &[(&str, &str)], options: LuaOptions) -> (Lua, TempDir) {
    struct Counter(i64);
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path().canonicalize().unwrap();
    for (name, text) in files {
        let path = cwd.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let thing = NativeModule::new("mycrate:thing")
        .function("add", |a: f64, b: f64| a + b)
        .function("fail", || Err::<(), _>(CallError::range_error("too far").with_code("E_FAR")))
        .function("apply", |function: Function| function.call((1, "two")))
        .async_function("later", || async { 1 })
        .class(
            Class::new("Counter")
                .constructor(|start: i64| Counter(start))
                .method("next", |counter: &mut Counter, by: Option<i64>| {
                    counter.0 += by.unwrap_or(1);
                    counter.0
                })
                .getter("value", |counter: &Counter| counter.0)
                .setter("value", |counter: &mut Counter, value: i64| counter.0 = value)
                .static_function("zero", || 0),
        );
    let registry = Registry::builder()
        .native(thing)
        .virtual_module("data", r#"{"list":[1,null,"x"]}"#, Language::Json)
        .virtual_module("script", "export {}", Language::JavaScript)
        .build()
        .unwrap();
    let options_of_loader = LoaderOptions { cwd, registry: Some(registry), ..LoaderOptions::default() };
    (Lua::with_options(Loader::new(options_of_loader), options).unwrap(), folder)
}

/// The value that `main.lua` returns.
fn run(files: &[(&str, &str)]) -> Result<Value, CallError> {
    let (lua, folder) = lua_with(files, LuaOptions::default());
    let result = lua.require("./main.lua").and_then(|exports| exports.value());
    result.map_err(|error| relative(&error, &folder))
}

/// Without the folder's name, which is another one in each run.
fn relative(error: &CallError, folder: &TempDir) -> CallError {
    let folder = format!("{}/", folder.path().canonicalize().unwrap().display());
    let strip = |text: &str| text.replace(&folder, "");
    let made = CallError::named(error.name(), strip(error.message()))
        .with_frames(error.stack().iter().map(|f| strip(f)));
    match error.code() {
        Some(code) => made.with_code(code),
        None => made,
    }
}

#[test]
fn values_cross() {
    let list = |items: Vec<Value>| items.into_value().unwrap();
    for (code, expected) in [
        ("return 1", Value::from(1)),
        ("return 1.5", 1.5.into()),
        ("return 2^53", 9007199254740992.0.into()),
        ("return math.maxinteger", Value::BigInt(i64::MAX.into())),
        ("return 'text'", "text".into()),
        ("return '\\xff\\x00'", Value::Bytes([0xff, 0].into())),
        ("return null", Value::Null),
        ("return", true.into()),
        ("return false", false.into()),
        ("return { 1, 'two', { 3 } }", list(vec![1.into(), "two".into(), list(vec![3.into()])])),
        ("return {}", Object::new().into()),
        (
            "return { b = 1, a = { c = null } }",
            Object::new().with("a", Object::new().with("c", Value::Null)).with("b", 1).into(),
        ),
        ("return { 1, 2, x = 3 }", Object::new().with("1", 1).with("2", 2).with("x", 3).into()),
        ("return { [1] = 1, [3] = 3 }", Object::new().with("1", 1).with("3", 3).into()),
        ("local t = {} return { t, t }", list(vec![Object::new().into(), Object::new().into()])),
    ] {
        assert_eq!(run(&[("main.lua", code)]).unwrap(), expected, "{code}");
    }
}

#[test]
fn what_cannot_cross_is_named() {
    for (code, expected) in [
        ("local t = {} t.a = { b = t } return t", "exports.a.b contains itself"),
        (
            "return { list = { 1, coroutine.create(print) } }",
            "exports.list[1] is a thread, which stays in Lua",
        ),
        ("return { [1.5] = 1 }", "exports has a number as a key, which stays in Lua"),
        ("local t = {} for _ = 1, 200 do t = { t } end return t", "nests deeper than 128 levels"),
    ] {
        let error = run(&[("main.lua", code)]).unwrap_err();
        assert!(error.message().ends_with(expected), "{error}");
    }
}

#[test]
fn modules_require_modules() {
    let value = run(&[
        (
            "main.lua",
            "#!/usr/bin/env lua\nlocal a = require('./lib/a.lua') a.count = a.count + 1 return { a, require('lib') }",
        ),
        (
            "lib/a.lua",
            "return { count = require('./b.lua').count, same = require('../lib/b.lua') == require('./b.lua') }",
        ),
        (
            "lib/b.lua",
            "shared = (shared or 0) + 1 return { count = shared, data = require('./data.json').list[1] }",
        ),
        ("lib/data.json", "{\"list\":[7]}"),
        ("node_modules/lib/package.json", "{\"main\":\"main.lua\"}"),
        (
            "node_modules/lib/main.lua",
            "return { shared, require('data').list[3], require('mycrate:thing').add(1, 2) }",
        ),
    ]);
    let expected = r#"[{"count":2,"same":true},[1,"x",3]]"#;
    assert_eq!(value.unwrap().to_json().unwrap(), expected);
}

#[test]
fn functions_are_called_both_ways() {
    let code = "
        local thing = require('mycrate:thing')
        return {
            greet = function(name, times) return ('hello ' .. name .. ' '):rep(times) end,
            pair = function() return 1, 'two' end,
            same = function(f) return f end,
            map = function(list, f) local r = {} for i, x in ipairs(list) do r[i] = f(x, i) end return r end,
            applied = thing.apply(function(a, b) return a .. b end),
            null = function(x) return x == null, x == nil end,
        }";
    let (lua, _folder) = lua_with(&[("main.lua", code)], LuaOptions::default());
    let mut exports = lua.require("./main.lua").unwrap();
    let table = exports.to_object().unwrap();
    let call = |name: &str, arguments: Vec<Value>| table.function(name).unwrap().call(arguments).unwrap();
    assert_eq!(call("greet", vec!["Ada".into(), 2.into()]), "hello Ada hello Ada ".into());
    assert_eq!(call("pair", vec![]), vec![Value::from(1), "two".into()].into_value().unwrap());
    assert_eq!(table.get("applied"), Some(&"1two".into()));
    assert_eq!(call("null", vec![Value::Null]), vec![true, false].into_value().unwrap());
    let double = Function::new("double", |number: f64, _: u32| number * 2.0);
    let list = vec![1, 2, 3].into_value().unwrap();
    assert_eq!(call("map", vec![list, double.into()]), vec![2, 4, 6].into_value().unwrap());
    let greet = table.function("greet").unwrap();
    assert_eq!((greet.name(), greet.arity()), ("greet", 2));
    let same = call("same", vec![greet.clone().into()]);
    let of_lua = same.as_function().unwrap().clone();
    assert_eq!(of_lua.call(("Bob", 1)).unwrap(), "hello Bob ".into());

    exports.set("added", Object::new().with("x", 1).into()).unwrap();
    assert_eq!(exports.get("added").unwrap().unwrap().to_json().unwrap(), r#"{"x":1}"#);
    assert_eq!((exports.has("pair").unwrap(), exports.get("none").unwrap()), (true, None));
    assert_eq!(&*exports.names().unwrap()[0], "added");
    drop((lua, exports));
    assert!(greet.call(("x", 1)).unwrap_err().message().contains("has ended"));
}

#[test]
fn classes_of_rust() {
    let value = run(&[(
        "main.lua",
        "
        local Counter = require('mycrate:thing').Counter
        local a, b = Counter(5), Counter.new(7)
        a:next() a.value = a.value + 10
        local ok, error = pcall(a.next, 1)
        return { a.value, b:next(2), Counter.zero(), tostring(a), a == b, a.none == nil, ok, tostring(error), Counter, a }
        ",
    )])
    .unwrap();
    let items = value.as_array().unwrap();
    let text = Value::Array(items[..7].into()).to_json().unwrap();
    assert_eq!(text, r#"[16,9,0,"Counter",false,true,false]"#);
    let message = items[7].as_str().unwrap();
    assert!(message.contains("next needs an instance of Counter: call it as instance:next()"), "{message}");
    let (Value::Class(class), Value::Instance(instance)) = (&items[8], &items[9]) else {
        panic!("{items:?}")
    };
    assert!(Arc::ptr_eq(class, instance.class()));
}

#[test]
fn errors_come_with_their_stack() {
    let check = |code: &str, expected: &str| {
        let error = run(&[("main.lua", code), ("other.lua", "return function()\n  error('inner')\nend")]);
        assert_eq!(format!("{:#}", error.unwrap_err()), expected, "{code}");
    };
    check(
        "local function boom()\n  error('oops')\nend\nlocal x = boom()\nreturn x",
        "Error: oops\n    at boom (main.lua:2)\n    at main.lua:4",
    );
    check("error('plain', 0)", "Error: plain\n    at main.lua:1");
    check("local t\nreturn t.x", "Error: attempt to index a nil value (local 't')\n    at main.lua:2");
    check("error({ message = 'm', name = 'RangeError', code = 'E' })", "RangeError: m\n    at main.lua:1");
    check("local f = require('./other.lua')\nf()", "Error: inner\n    at f (other.lua:2)\n    at main.lua:2");
    check("local f = require('mycrate:thing').fail\n\nf()", "RangeError: too far\n    at main.lua:3");
    check(
        "require('mycrate:thing').add(1, 'x')",
        "TypeError: mycrate:thing.add(): argument 2: expected a number, found the string \"x\"\n    at main.lua:1",
    );
    check(
        "require('mycrate:thing').later()",
        "TypeError: the value is a promise, and nothing in Lua can wait for it\n    at main.lua:1",
    );
    let thrown = run(&[("main.lua", "error({ message = 'm', code = 'E' })")]).unwrap_err();
    assert_eq!(thrown.code(), Some("E"));
    let caught = run(&[(
        "main.lua",
        "local ok, e = pcall(require('mycrate:thing').fail) return { ok, tostring(e):match('^[^\\n]*') }",
    )]);
    assert_eq!(caught.unwrap().to_json().unwrap(), r#"[false,"RangeError: too far"]"#);
}

#[test]
fn modules_that_do_not_load() {
    for (code, code_of_error, expected) in [
        ("return require('./none.lua')", "MODULE_NOT_FOUND", "Cannot find module './none.lua'"),
        ("return require('script')", "", "virtual:script needs a JavaScript engine, and this is Lua alone"),
        ("return require('./bad.json')", "", "bad.json: "),
        ("return require(7)", "ERR_INVALID_ARG_TYPE", "require needs a string, found a integer"),
        (
            "return require('./main.lua')",
            "ERR_REQUIRE_CYCLE",
            "a cycle of require in Lua: main.lua -> main.lua",
        ),
        ("return require('./again.lua')", "ERR_REQUIRE_CYCLE", "main.lua -> again.lua -> main.lua"),
        ("return +", "", "main.lua:1: unexpected symbol near '+'"),
        ("return require('./binary.lua')", "", "attempt to load a binary chunk"),
    ] {
        let error = run(&[
            ("main.lua", code),
            ("again.lua", "require('./main.lua')"),
            ("bad.json", "{"),
            ("binary.lua", "\x1bLua"),
        ])
        .unwrap_err();
        assert!(error.message().contains(expected), "{code}: {error}");
        assert_eq!(error.code().unwrap_or_default(), code_of_error, "{error}");
    }
}

#[test]
fn a_module_that_failed_is_tried_again() {
    let (lua, folder) = lua_with(&[("main.lua", "error('no')")], LuaOptions::default());
    assert!(lua.require("./main.lua").is_err());
    fs::write(folder.path().join("main.lua"), "return 1").unwrap();
    assert_eq!(lua.require("./main.lua").unwrap().value().unwrap(), 1.into());
    fs::write(folder.path().join("main.lua"), "return 2").unwrap();
    assert_eq!(lua.require("./main.lua").unwrap().value().unwrap(), 1.into(), "it runs once");
    lua.forget(&folder.path().canonicalize().unwrap().join("main.lua"));
    assert_eq!(lua.require("./main.lua").unwrap().value().unwrap(), 2.into());
}

#[test]
fn what_reaches_out_is_not_there() {
    let code = "
        local names = { 'io', 'debug', 'package', 'dofile', 'loadfile', 'collectgarbage' }
        local there = {}
        for _, name in ipairs(names) do if _G[name] ~= nil then there[#there + 1] = name end end
        for name in pairs(os) do there[#there + 1] = 'os.' .. name end
        table.sort(there)
        local f, message = load(string.dump(function() end), 'x', 'b')
        return { there, f == nil, message, load('return ...')(7) }";
    let expected = r#"[["os.clock","os.date","os.difftime","os.time"],true,"attempt to load a binary chunk (mode is 't')",7]"#;
    assert_eq!(run(&[("main.lua", code)]).unwrap().to_json().unwrap(), expected);
}

#[test]
fn runaway_programs_end() {
    let options = LuaOptions { memory_limit_bytes: 8 << 20, instruction_limit: Some(1_000_000) };
    for (code, expected) in [
        ("while true do end", "a call took more than 1000000 instructions, the limit of this Lua state"),
        (
            "while true do pcall(function() while true do end end) end",
            "a call took more than 1000000 instructions",
        ),
        ("coroutine.wrap(function() while true do end end)()", "a call took more than 1000000 instructions"),
        (
            "local s = 'x' while true do s = s .. s end",
            "not enough memory: the limit of this Lua state is 8 MiB",
        ),
        ("return ('x'):rep(1e8)", "not enough memory: the limit of this Lua state is 8 MiB"),
    ] {
        let (lua, _folder) = lua_with(&[("main.lua", code), ("fine.lua", "return 1")], options);
        let error = lua.require("./main.lua").unwrap_err();
        assert!(error.message().contains(expected), "{code}: {error}");
        assert_eq!(lua.require("./fine.lua").unwrap().value().unwrap(), 1.into(), "the state goes on");
    }
}

#[test]
fn deep_recursion_is_an_error() {
    let error = run(&[("main.lua", "local function f() return 1 + f() end\nreturn f()")]).unwrap_err();
    assert!(error.message().contains("stack overflow"), "{error}");
}

#[test]
fn long_paths_are_shown_whole() {
    let name = format!("{}/plugin.lua", "a-long-folder/".repeat(8));
    let (lua, folder) = lua_with(&[(&name, "\nerror('here')")], LuaOptions::default());
    let error = relative(&lua.require(&format!("./{name}")).unwrap_err(), &folder);
    let name = name.replace("//", "/");
    assert_eq!(format!("{error:#}"), format!("Error: here\n    at {name}:2"));
}
