//! `native("mycelia")`: the route tables of `mycelia-router`, for `krepis:mycelia` (js/krepis/mycelia.js): Rust takes patterns and
//! refuses those that cannot be, JavaScript matches by the plan that comes out (docs/mycelia-layout.md).
//!
//! A table is a number, its place in [`Tables`]; JavaScript frees it when nobody can ask it any more.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use mycelia_router::{ConstraintError, InsertError, MergeError, Options, Router, TrailingSlash};
use slab::Slab;

use crate::natives::{ErrorClass, NativeError, compile_function, natives, string};
use crate::realm::Realm;

natives! { create, free, constraint, holds, insert, remove, merge, plan, overlaps, print, tree, compile }

/// The tables of a realm.
#[derive(Default)]
pub(crate) struct Tables {
    tables: RefCell<Slab<Router<()>>>,
    answers: Arc<Mutex<Answers>>,
}

/// What constraints of the program said. Rust cannot call them: it notes what it would ask, and is asked again.
#[derive(Default)]
struct Answers {
    /// How many constraints there are; each has a number.
    constraints: u32,
    known: HashMap<(u32, String), bool>,
    open: BTreeSet<(u32, String)>,
}

impl Answers {
    fn ask(&mut self, constraint: u32, text: &str) -> bool {
        let question = (constraint, text.to_owned());
        let known = self.known.get(&question).copied();
        if known.is_none() {
            self.open.insert(question);
        }
        known.unwrap_or(false)
    }
}

type Scope<'s, 'i> = v8::PinScope<'s, 'i>;

/// `create(percentDecoding, ignoresTrailingSlash, ignoreCase)`: a table without routes.
fn create(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let trailing_slash = if args.get(1).is_true() { TrailingSlash::Ignore } else { TrailingSlash::Strict };
    let options = Options::default()
        .percent_decoding(args.get(0).is_true())
        .trailing_slash(trailing_slash)
        .ignore_case(args.get(2).is_true());
    let table = Realm::of(scope).tables.tables.borrow_mut().insert(Router::with_options(options));
    rv.set_uint32(table as u32);
}

/// `free(table)`.
fn free(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    Realm::of(scope).tables.tables.borrow_mut().try_remove(number(&args, 0));
}

/// `constraint(table, name)`: the number of a constraint that patterns can have now.
fn constraint(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(1).to_rust_string_lossy(scope);
    let answers = Arc::clone(&Realm::of(scope).tables.answers);
    let mut all = lock(&answers);
    all.constraints += 1;
    let number = all.constraints;
    drop(all);
    let check = move |text: &str| lock(&answers).ask(number, text);
    match with_table(scope, &args, |table| table.constraint(&name, check)) {
        Ok(()) => rv.set_uint32(number),
        Err(error) => constraint_error(&error).throw(scope),
    }
}

/// `holds(table, constraint, text)`: whether a text is what an expression of a pattern takes.
fn holds(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (constraint, text) =
        (args.get(1).to_rust_string_lossy(scope), args.get(2).to_rust_string_lossy(scope));
    rv.set_bool(with_table(scope, &args, |table| table.holds(&constraint, &text)));
}

/// `insert(table, pattern)`.
fn insert(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let pattern = args.get(1).to_rust_string_lossy(scope);
    if let Err(error) = with_table(scope, &args, |table| table.insert(&pattern, ())) {
        insert_error(&error).throw(scope);
    }
}

/// `remove(table, pattern)`: whether it was there.
fn remove(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let pattern = args.get(1).to_rust_string_lossy(scope);
    rv.set_bool(with_table(scope, &args, |table| table.remove(&pattern)).is_some());
}

/// `merge(table, other)`: all patterns of the other one, or none.
fn merge(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let other = Realm::of(scope).tables.tables.borrow()[number(&args, 1)].clone();
    let merged = with_table(scope, &args, |table| table.merge(other));
    let Err(error) = merged else { return };
    let code = match &error {
        MergeError::Options => "ERR_ROUTE_OPTIONS",
        MergeError::Constraint { .. } => "ERR_ROUTE_CONSTRAINT",
        MergeError::Patterns(errors) => errors.first().map_or("ERR_ROUTE_CONFLICT", insert_code),
        _ => "ERR_ROUTE",
    };
    NativeError::new(ErrorClass::Error, Some(code), error.to_string()).throw(scope);
}

/// `plan(table)`: the table as JSON.
fn plan(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let plan = with_table(scope, &args, |table| serde_json::to_string(&table.plan()));
    let plan = plan.expect("because a plan is texts, numbers and lists");
    rv.set(string(scope, &plan).into());
}

/// `overlaps(table, ask)`: `[{ first, second, path }]` as JSON. `ask(constraint, text)` is the program's answer.
fn overlaps(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(ask) = v8::Local::<v8::Function>::try_from(args.get(1)) else { return };
    let answers = Arc::clone(&Realm::of(scope).tables.answers);
    loop {
        // Nothing is borrowed while the program's functions run: they may change the table.
        let Some(table) = Realm::of(scope).tables.tables.borrow().get(number(&args, 0)).cloned() else {
            return;
        };
        let overlaps = table.overlaps();
        let open = std::mem::take(&mut lock(&answers).open);
        if open.is_empty() {
            lock(&answers).known.clear();
            let overlaps = serde_json::to_string(&overlaps).expect("because overlaps are texts");
            return rv.set(string(scope, &overlaps).into());
        }
        for (constraint, text) in open {
            let undefined = v8::undefined(scope).into();
            let arguments =
                [v8::Integer::new_from_unsigned(scope, constraint).into(), string(scope, &text).into()];
            let Some(answer) = ask.call(scope, undefined, &arguments) else { return };
            lock(&answers).known.insert((constraint, text), answer.is_true());
        }
    }
}

/// `print(table)`: the table as a tree of text.
fn print(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let text = with_table(scope, &args, |table| table.to_string());
    rv.set(string(scope, &text).into());
}

/// `tree(table)`: the same as data, `[{ text, pattern, branches }]` as JSON.
fn tree(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let tree = with_table(scope, &args, |table| serde_json::to_string(&table.tree()));
    let tree = tree.expect("because a tree is texts and lists");
    rv.set(string(scope, &tree).into());
}

/// `compile(source, names)`: code for a table. Patterns come into its text as string literals and nothing else.
fn compile(
    scope: &mut Scope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    compile_function(scope, "kiren:krepis/mycelia/table", &args, rv);
}

fn with_table<R>(
    scope: &Scope<'_, '_>,
    args: &v8::FunctionCallbackArguments<'_>,
    body: impl FnOnce(&mut Router<()>) -> R,
) -> R {
    body(&mut Realm::of(scope).tables.tables.borrow_mut()[number(args, 0)])
}

fn number(args: &v8::FunctionCallbackArguments<'_>, index: i32) -> usize {
    v8::Local::<v8::Uint32>::try_from(args.get(index)).map_or(usize::MAX, |number| number.value() as usize)
}

fn insert_error(error: &InsertError) -> NativeError {
    NativeError::new(ErrorClass::Error, Some(insert_code(error)), error.to_string())
}

fn insert_code(error: &InsertError) -> &'static str {
    match error {
        InsertError::Malformed(_) => "ERR_ROUTE_PATTERN",
        InsertError::Duplicate { .. } => "ERR_ROUTE_DUPLICATE",
        _ => "ERR_ROUTE_CONFLICT",
    }
}

fn constraint_error(error: &ConstraintError) -> NativeError {
    NativeError::new(ErrorClass::Error, Some("ERR_ROUTE_CONSTRAINT"), error.to_string())
}

fn lock(answers: &Mutex<Answers>) -> std::sync::MutexGuard<'_, Answers> {
    answers.lock().unwrap_or_else(PoisonError::into_inner)
}
