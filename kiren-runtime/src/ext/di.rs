//! `native("di")`: what `krepis:di` (js/krepis/di.js) cannot do itself: the rules of `krepis_di::graph`, the places in
//! the program that registrations were written at, and resolvers made of source text.
//!
//! A graph arrives as plain data. `texts` is an array of strings; `services` an `Int32Array` of (name, key or -1, wildcard
//! service or -1), names and keys being numbers of texts; `nodes` an `Int32Array` of registrations, each (service,
//! lifetime, flags, note or -1, place, count) and `count` times (need, target), where a negative target `~n` is
//! registration n. What the numbers mean is in the constants below and in js/krepis/di/rules.js.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use krepis_di::graph::{
    Build, Graph, Lifetime, Need, Node, NodeId, Origin, Problem, Role, ServiceId, Target,
};

use crate::error::Place;
use crate::natives::{ErrorClass, NativeError, compile_function, natives, set, string, uint8_array};
use crate::realm::Realm;

natives! { check, compile, draw, place, place_text }

const ASYNC: i32 = 1;
const HIDDEN: i32 = 2;

/// `check(texts, services, nodes, buildsAsync)`: `[order, needsScope]` as bytes (the order as native `u32`s), and, if
/// anything is wrong, the report and the problems: `[.., .., text, [{ kind, nodes, text }]]`.
fn check(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let build = if args.get(3).is_true() { Build::Async } else { Build::Sync };
    let Some(input) = Input::new(&args) else { return throw_no_graph(scope) };
    let Some(graph) = input.graph(&Words::default()) else { return throw_no_graph(scope) };
    let analysis = graph.check(build);
    let order = analysis.order.iter().flat_map(|node| node.0.to_ne_bytes()).collect();
    let needs_scope = analysis.needs_scope.iter().map(|needs| u8::from(*needs)).collect();
    let mut parts: Vec<v8::Local<'_, v8::Value>> =
        vec![uint8_array(scope, order).into(), uint8_array(scope, needs_scope).into()];
    if !analysis.problems.is_empty() {
        // Names and places are only looked at for a report; it has the problems in an order that depends on names.
        let words = Words::new(scope, args.get(0));
        let Some(graph) = input.graph(&words) else { return throw_no_graph(scope) };
        let analysis = graph.check(build);
        let report = analysis.report(&graph);
        parts.push(string(scope, &report.to_string()).into());
        let problems = analysis.problems.iter().zip(report.problems());
        let problems: Vec<_> =
            problems.map(|(problem, text)| problem_object(scope, problem, text).into()).collect();
        parts.push(v8::Array::new_with_elements(scope, &problems).into());
    }
    rv.set(v8::Array::new_with_elements(scope, &parts).into());
}

/// `draw(texts, services, nodes, buildsAsync, format, title, colors)`: the graph as `text`, `dot`, `mermaid`, `json` or
/// `html`; or the `report` of its problems, empty if there are none. The title is that of the page; colours are those of
/// the text.
fn draw(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Some(input) = Input::new(&args) else { return throw_no_graph(scope) };
    let words = Words::new(scope, args.get(0));
    let Some(graph) = input.graph(&words) else { return throw_no_graph(scope) };
    let build = if args.get(3).is_true() { Build::Async } else { Build::Sync };
    let analysis = graph.check(build);
    let picture = graph.render(&analysis);
    let text = match args.get(4).to_rust_string_lossy(scope).as_str() {
        "text" if args.get(6).is_true() => {
            picture.text().spans().map(|(role, text)| paint(role, text)).collect()
        }
        "text" => picture.to_text(),
        "dot" => picture.to_dot(),
        "mermaid" => picture.to_mermaid(),
        "json" => picture.to_json(),
        "report" if analysis.problems.is_empty() => String::new(),
        "report" => analysis.report(&graph).to_string(),
        "html" => picture.to_html(&args.get(5).to_rust_string_lossy(scope)),
        format => {
            let message = format!("a graph is drawn as text, dot, mermaid, json or html, not as {format}");
            NativeError::new(ErrorClass::TypeError, None, message).throw(scope);
            return;
        }
    };
    rv.set(string(scope, &text).into());
}

/// In the colours of a terminal.
fn paint(role: Role, text: &str) -> String {
    let (on, off) = match role {
        Role::Name => ("1", "22"),
        Role::Lifetime(Lifetime::Singleton) => ("34", "39"),
        Role::Lifetime(Lifetime::Scoped) => ("36", "39"),
        Role::Lifetime(Lifetime::Transient) => ("33", "39"),
        Role::Problem => ("31", "39"),
        Role::Branch | Role::Detail => ("2", "22"),
        _ => return text.to_owned(),
    };
    format!("\x1b[{on}m{text}\x1b[{off}m")
}

fn problem_object<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    problem: &Problem,
    text: &str,
) -> v8::Local<'s, v8::Object> {
    let object = v8::Object::new(scope);
    let kind = string(scope, problem.title()).into();
    set(scope, object, "kind", kind);
    let nodes: Vec<v8::Local<'_, v8::Value>> = problem
        .nodes()
        .into_iter()
        .map(|NodeId(node)| v8::Integer::new_from_unsigned(scope, node).into())
        .collect();
    let nodes = v8::Array::new_with_elements(scope, &nodes).into();
    set(scope, object, "nodes", nodes);
    let text = string(scope, text).into();
    set(scope, object, "text", text);
    object
}

fn throw_no_graph(scope: &mut v8::PinScope<'_, '_>) {
    NativeError::new(ErrorClass::TypeError, None, "these arrays are no graph").throw(scope);
}

/// The texts of a graph, and where to look up places; without them all names are empty and all places unknown.
#[derive(Default)]
struct Words {
    texts: Vec<String>,
    realm: Option<Rc<Realm>>,
}

impl Words {
    fn new(scope: &mut v8::PinScope<'_, '_>, texts: v8::Local<'_, v8::Value>) -> Self {
        let mut words = Self { texts: Vec::new(), realm: Some(Realm::of(scope)) };
        if let Ok(texts) = v8::Local::<v8::Array>::try_from(texts) {
            for at in 0..texts.length() {
                let text = texts.get_index(scope, at);
                words.texts.push(text.map_or_else(String::new, |text| text.to_rust_string_lossy(scope)));
            }
        }
        words
    }

    fn text(&self, at: i32) -> Option<Cow<'static, str>> {
        let at = usize::try_from(at).ok()?;
        Some(self.texts.get(at).map_or(Cow::Borrowed(""), |text| Cow::Owned(text.clone())))
    }

    fn origin(&self, place: i32) -> Origin {
        let text = self.realm.as_ref().and_then(|realm| place_of(realm, place));
        text.map_or(Origin::Unknown, |text| Origin::Text(text.into()))
    }
}

/// A graph as it arrives.
struct Input {
    services: Vec<i32>,
    nodes: Vec<i32>,
}

impl Input {
    fn new(args: &v8::FunctionCallbackArguments<'_>) -> Option<Self> {
        Some(Self { services: numbers(args.get(1))?, nodes: numbers(args.get(2))? })
    }

    /// `None` when the numbers are no graph.
    fn graph(&self, words: &Words) -> Option<Graph> {
        let mut graph = Graph::new();
        let mut services: u32 = 0;
        for row in self.services.chunks_exact(3) {
            let name = words.text(row[0])?;
            let wildcard = u32::try_from(row[2]).ok().filter(|wildcard| *wildcard < services);
            match words.text(row[1]) {
                Some(key) => graph.keyed_service(name, key, wildcard.map(ServiceId)),
                None => graph.service(name),
            };
            services += 1;
        }
        let service = |at: i32| u32::try_from(at).ok().filter(|at| *at < services).map(ServiceId);
        let mut rest = &self.nodes[..];
        while let [of, lifetime, flags, note, place, count, tail @ ..] = rest {
            let (dependencies, tail) = tail.split_at_checked(usize::try_from(*count).ok()? * 2)?;
            let mut node = Node::new(service(*of)?, lifetime_of(*lifetime)?);
            node.is_async = flags & ASYNC != 0;
            node.hidden = flags & HIDDEN != 0;
            node.note = words.text(*note);
            node.origin = words.origin(*place);
            for pair in dependencies.chunks_exact(2) {
                let target = match u32::try_from(!pair[1]) {
                    Ok(node) => Target::Node(NodeId(node)),
                    Err(_) => Target::Service(service(pair[1])?),
                };
                node.dependencies.push((need_of(pair[0])?, target));
            }
            graph.node(node);
            rest = tail;
        }
        Some(graph)
    }
}

fn numbers(value: v8::Local<'_, v8::Value>) -> Option<Vec<i32>> {
    let array = v8::Local::<v8::Int32Array>::try_from(value).ok()?;
    let mut bytes = vec![0; array.byte_length()];
    array.copy_contents(&mut bytes);
    let (words, _) = bytes.as_chunks();
    Some(words.iter().map(|word| i32::from_ne_bytes(*word)).collect())
}

fn lifetime_of(number: i32) -> Option<Lifetime> {
    [Lifetime::Singleton, Lifetime::Scoped, Lifetime::Transient].get(usize::try_from(number).ok()?).copied()
}

fn need_of(number: i32) -> Option<Need> {
    [Need::One, Need::Optional, Need::All, Need::Lazy].get(usize::try_from(number).ok()?).copied()
}

/// Where registrations were written, each place once: no more of them than the program has lines that register.
#[derive(Default)]
struct Places {
    known: HashMap<(usize, usize, usize), i32>,
    /// Script, line and column, counted from 1.
    all: Vec<(usize, usize, usize)>,
    files: HashMap<usize, String>,
    /// The script of the container itself, which is on top of most stacks.
    own: Option<usize>,
}

thread_local! {
    static PLACES: RefCell<Places> = RefCell::default();
}

/// How far up the caller of the container is: one of the container's functions lies between.
const FRAMES: usize = 2;

/// The number of the place that the innermost function of the program is at; -1 if there is none.
fn place(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    rv.set_int32(current_place(scope).unwrap_or(-1));
}

fn current_place(scope: &mut v8::PinScope<'_, '_>) -> Option<i32> {
    let trace = v8::StackTrace::current_stack_trace(scope, FRAMES)?;
    for at in 0..trace.get_frame_count() {
        let frame = trace.get_frame(scope, at)?;
        let script = frame.get_script_id();
        let found = PLACES.with_borrow_mut(|places| {
            if places.own == Some(script) {
                return None;
            }
            let file = places.files.entry(script).or_insert_with(|| {
                let file = frame.get_script_name(scope).map(|name| name.to_rust_string_lossy(scope));
                file.unwrap_or_default()
            });
            if file.starts_with("kiren:") {
                places.own = Some(script);
                return None;
            }
            if file.is_empty() {
                return None;
            }
            let position = (script, frame.get_line_number(), frame.get_column());
            let next = i32::try_from(places.all.len()).ok()?;
            let number = *places.known.entry(position).or_insert(next);
            if number == next {
                places.all.push(position);
            }
            Some(number)
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

/// `place_text(number)`: `file:line:column` in what people wrote, or `undefined`.
fn place_text(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let number = args.get(0).int32_value(scope).unwrap_or(-1);
    if let Some(text) = place_of(&Realm::of(scope), number) {
        rv.set(string(scope, &text).into());
    }
}

fn place_of(realm: &Realm, number: i32) -> Option<String> {
    let generated = PLACES.with_borrow(|places| {
        let (script, line, column) = *places.all.get(usize::try_from(number).ok()?)?;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Some(Place { file: places.files[&script].clone(), line: number(line), column: number(column) })
    })?;
    let place = realm.modules.mapped_place(&generated).unwrap_or(generated);
    let file = hypers_modules::file_path(&place.file)
        .map_or_else(|| place.file.clone(), |path| path.to_string_lossy().into_owned());
    Some(format!("{file}:{}:{}", place.line, place.column))
}

/// `compile(source, names)`: a function of these parameters with this body; its text holds nothing that a program chose.
fn compile(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    compile_function(scope, "kiren:krepis/di/resolvers", &args, rv);
}
