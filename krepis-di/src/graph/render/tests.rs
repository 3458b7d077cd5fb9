//! Every format stays what it is whatever services are called.

use proptest::prelude::*;
use serde_json::Value;

use crate::graph::{Analysis, Build, Graph, Lifetime, Need, Node, Origin, Target};

const NEEDS: [Need; 4] = [Need::One, Need::Optional, Need::All, Need::Lazy];
const LIFETIMES: [Lifetime; 3] = [Lifetime::Singleton, Lifetime::Scoped, Lifetime::Transient];

/// An application with each kind of problem, a decorator, keys, several registrations and absent services.
fn sample() -> Graph {
    let mut graph = Graph::new();
    let [api, users, db, session, mail, plugin, audit, clock, queue] = [
        "app::Api",
        "app::Users",
        "app::Db",
        "app::Session",
        "app::Mail",
        "Plugin",
        "Audit",
        "Clock",
        "Queue",
    ]
    .map(|name| graph.service(name));
    let cache = graph.keyed_service("app::Cache", "red", None);
    let at = |line: u32| Origin::Text(format!("src/app.ts:{line}:1").into());
    graph.node(
        Node::new(api, Lifetime::Scoped)
            .needs(Need::One, users)
            .needs(Need::All, plugin)
            .needs(Need::Lazy, mail)
            .at(at(1)),
    );
    graph
        .node(Node::new(users, Lifetime::Singleton).needs(Need::One, db).needs(Need::One, session).at(at(2)));
    let inner =
        graph.node(Node { is_async: true, hidden: true, ..Node::new(db, Lifetime::Singleton).at(at(3)) });
    let mut outer = Node::new(db, Lifetime::Singleton).at(at(4));
    outer.dependencies.push((Need::One, Target::Node(inner)));
    outer.note = Some("decorator".into());
    graph.node(outer);
    graph.node(
        Node::new(session, Lifetime::Scoped).needs(Need::Optional, clock).needs(Need::One, cache).at(at(5)),
    );
    graph.node(Node::new(plugin, Lifetime::Transient).at(at(6)));
    graph.node(Node::new(plugin, Lifetime::Transient).needs(Need::One, audit).at(at(7)));
    graph.node(Node::new(audit, Lifetime::Transient).needs(Need::One, queue).at(at(8)));
    graph.node(Node::new(queue, Lifetime::Transient).needs(Need::One, audit).at(at(9)));
    graph.node(Node::new(cache, Lifetime::Singleton));
    graph
}

#[test]
fn text_shows_a_tree_with_its_problems() {
    let graph = sample();
    let analysis = graph.check(Build::Sync);
    let expected = "\
10 services: 4 singleton, 2 scoped, 4 transient

  Api                      scoped     missing dependency, at src/app.ts:1:1
  ├─ Users                 singleton  captive dependency, at src/app.ts:2:1
  │  ├─ Db                 singleton  async behind sync, decorator, at src/app.ts:4:1
! │  │  └─ Db (decorated)  singleton  async behind sync, async, at src/app.ts:3:1
! │  └─ Session            scoped     captive dependency, at src/app.ts:5:1
  │     ├─ Clock           -          optional, not registered
  │     └─ Cache[red]      singleton
  ├─ Plugin#1              transient  all, at src/app.ts:6:1
  ├─ Plugin#2              transient  all, at src/app.ts:7:1
  │  └─ Audit              transient  cycle, at src/app.ts:8:1
! │     └─ Queue           transient  cycle, at src/app.ts:9:1
! │        └─ Audit        transient  see above
! └─ Mail                  missing    lazy

4 problems in the services
";
    let text = graph.render(&analysis).to_text();
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with(&format!("{}\n", analysis.report(&graph))), "{text}");
}

#[test]
fn a_deep_graph_goes_on_at_the_left_edge() {
    let mut graph = Graph::new();
    let services: Vec<_> = (0..5_000).map(|at| graph.service(format!("S{at}"))).collect();
    for pair in services.windows(2) {
        graph.node(Node::new(pair[0], Lifetime::Transient).needs(Need::One, pair[1]));
    }
    graph.node(Node::new(services[services.len() - 1], Lifetime::Transient));
    let analysis = graph.check(Build::Sync);
    let text = graph.render(&analysis).to_text();
    assert!(text.contains("S16") && text.contains("continued below") && text.contains("\n  S16 "), "{text}");
    assert!(text.len() < 1_000_000);
}

#[test]
fn text_cannot_steer_the_terminal() {
    let mut graph = Graph::new();
    let service = graph.service("a\x1b[31m\nb\u{202e}");
    graph.node(Node::new(service, Lifetime::Singleton).needs(Need::One, service));
    let analysis = graph.check(Build::Sync);
    let text = graph.render(&analysis).to_text();
    assert!(text.contains("\n  a\\u{1b}[31m\\nb\\u{202e}     singleton  cycle\n"), "{text}");
    assert!(!text.contains(['\x1b', '\u{202e}']), "{text}");
}

#[test]
fn json_has_the_documented_shape() {
    let graph = sample();
    let analysis = graph.check(Build::Sync);
    let json: Value = serde_json::from_str(&graph.render(&analysis).to_json()).expect("because it is JSON");
    let value = |text: &str| -> Value { serde_json::from_str(text).expect("because it is JSON") };
    assert_eq!(
        json["nodes"][2],
        value(
            r#"{"async":true,"hidden":true,"id":2,"key":null,"lifetime":"singleton","name":"Db (decorated)","note":null,"origin":"src/app.ts:3:1","service":"app::Db"}"#
        )
    );
    assert_eq!(
        json["nodes"][9],
        value(
            r#"{"async":false,"hidden":false,"id":9,"key":"red","lifetime":"singleton","name":"Cache[red]","note":null,"origin":null,"service":"app::Cache"}"#
        )
    );
    assert_eq!(json["edges"][1], value(r#"{"from":0,"need":"all","to":5}"#));
    assert_eq!(
        json["unprovided"],
        value(
            r#"[{"from":0,"key":null,"need":"lazy","service":"app::Mail"},{"from":4,"key":null,"need":"optional","service":"Clock"}]"#
        )
    );
    let problems = json["problems"].as_array().expect("because there is a list of them");
    let kinds: Vec<_> = problems.iter().map(|problem| problem["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, ["missing", "cycle", "captive", "async-behind-sync"]);
    assert_eq!(problems[1]["nodes"].to_string(), "[7,8]");
}

/// Names as nobody should write them, and as somebody will.
fn name() -> impl Strategy<Value = String> {
    const HOSTILE: &[&str] = &[
        "\"",
        "\\",
        "\n",
        "\r\n",
        "\0",
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "&lt;",
        "\u{2028}",
        "%%{init: {}}%%",
        "#35;",
        "`",
        "</svg>",
        "\\\"",
        "\\",
        "'",
        "end",
        "é",
        "漢",
        "🦀",
        "\u{202e}",
        "[",
        "]",
        "{",
        "}",
        "|",
        "; rm",
        "::",
        "<T>",
        "\x1b[31m",
    ];
    let piece = prop_oneof![
        proptest::sample::select(HOSTILE).prop_map(str::to_owned),
        "[A-Za-z]{1,8}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

type Row = (usize, usize, bool, String, Vec<(usize, usize)>);

/// Names of services; registrations of some of them with whatever dependencies.
fn graphs() -> impl Strategy<Value = (Vec<String>, Vec<Row>)> {
    let names = proptest::collection::vec(name(), 1..8);
    names.prop_flat_map(|names| {
        let count = names.len();
        let needs = proptest::collection::vec((0..4_usize, 0..count), 0..4);
        let row = (0..count, 0..3_usize, any::<bool>(), name(), needs);
        (Just(names), proptest::collection::vec(row, 0..12))
    })
}

fn build(names: &[String], rows: &[Row]) -> Graph {
    let mut graph = Graph::new();
    let services: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| match at % 3 {
            0 => graph.keyed_service(name.clone(), names[0].clone(), None),
            _ => graph.service(name.clone()),
        })
        .collect();
    for (service, lifetime, is_async, note, needs) in rows {
        let mut node =
            Node::new(services[*service], LIFETIMES[*lifetime]).at(Origin::Text(note.as_str().into()));
        node.is_async = *is_async;
        node.note = is_async.then(|| note.clone().into());
        node.dependencies =
            needs.iter().map(|(need, to)| (NEEDS[*need], Target::Service(services[*to]))).collect();
        graph.node(node);
    }
    graph
}

proptest! {
    #[test]
    fn outputs_are_well_formed((names, rows) in graphs()) {
        let graph = build(&names, &rows);
        let analysis = graph.check(Build::Sync);
        json(&graph, &analysis);
        dot(&graph, &analysis);
        mermaid(&graph, &analysis);
        html(&graph.render(&analysis).to_html(&names[0]), &graph);
        let text = graph.render(&analysis).to_text();
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}

fn json(graph: &Graph, analysis: &Analysis) {
    let json: Value = serde_json::from_str(&graph.render(analysis).to_json()).expect("because it is JSON");
    for (id, node) in graph.nodes() {
        let shown = &json["nodes"][id.0 as usize];
        assert_eq!(shown["service"], graph.services[node.service.0 as usize].name.as_ref());
        assert_eq!(shown["origin"], node.origin.to_string());
    }
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(analysis.problems.len()));
}

/// Each line is a statement whose strings end on it.
fn dot(graph: &Graph, analysis: &Analysis) {
    let dot = graph.render(analysis).to_dot();
    let body = dot.strip_prefix("digraph services {\n").and_then(|dot| dot.strip_suffix("}\n"));
    for line in body.expect("because it is a digraph").split('\n').filter(|line| !line.is_empty()) {
        let mut rest = line;
        let mut bare = String::new();
        while let Some((before, string)) = rest.split_once('"') {
            bare.push_str(before);
            let end = string.char_indices().scan(false, |escaped, (at, c)| {
                let ends = c == '"' && !*escaped;
                *escaped = c == '\\' && !*escaped;
                Some(ends.then_some(at))
            });
            let end = end.flatten().next().unwrap_or_else(|| panic!("a string without an end: {line:?}"));
            rest = &string[end + 1..];
        }
        bare.push_str(rest);
        let plain = |c: char| c.is_ascii_alphanumeric() || " []=,;.->".contains(c);
        assert!(bare.ends_with(';') && bare.chars().all(plain), "{line:?}");
    }
}

/// Each line is one of ours, with nothing in labels that Mermaid, Markdown or HTML could read as more than text.
fn mermaid(graph: &Graph, analysis: &Analysis) {
    let mermaid = graph.render(analysis).to_mermaid();
    let labels = mermaid.lines().filter_map(|line| line.split_once('"'));
    let mut count = 0;
    for (id, rest) in labels {
        let (label, class) = rest.split_once('"').expect("because a label ends on its line");
        assert!(
            id.trim_start().starts_with(['n', 'a'])
                && (class.starts_with("]:::") || class.starts_with("]):::"))
        );
        let safe = |c: char| c.is_alphanumeric() || " ,#;".contains(c);
        assert!(label.replacen("<br/>", "", 1).chars().all(safe), "{label:?}");
        count += 1;
    }
    assert!(count >= graph.len());
    assert!(mermaid.starts_with("flowchart LR\n") && !mermaid.contains("%%"));
}

/// Every `<` is one of ours, every element is closed, every attribute is quoted, and the data is the JSON.
fn html(page: &str, graph: &Graph) {
    let (before, rest) =
        page.split_once("<script type=\"application/json\" id=\"data\">").expect("because there is data");
    let (data, rest) = rest.split_once("</script>").expect("because the data ends");
    let data: Value = serde_json::from_str(data).expect("because it is JSON");
    assert_eq!(data["nodes"].as_array().map(Vec::len), Some(graph.len()));
    let script = format!("\n<script>\n{}</script>\n</body>\n</html>\n", include_str!("page.js"));
    assert_eq!(rest, script, "nothing else follows the data");

    let style = format!("<style>\n{}</style>", include_str!("page.css"));
    let before = before.replacen(&style, "", 1).replacen("<!doctype html>", "", 1);
    let mut open = Vec::new();
    let mut tags = before.split('<');
    assert!(tags.next().is_some_and(|text| !text.contains('>')));
    for tag in tags {
        let (tag, text) = tag.split_once('>').unwrap_or_else(|| panic!("a tag without an end: {tag:?}"));
        assert!(!text.contains(['>', '"', '\'']) && entities_are_whole(text), "{text:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{tag:?}");
            continue;
        }
        let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        let quoted: Vec<&str> = attributes.split('"').collect();
        assert!(quoted.len() % 2 == 1, "{tag:?}");
        let bare = quoted
            .iter()
            .step_by(2)
            .all(|part| part.chars().all(|c| c.is_ascii_alphanumeric() || " \n=-/".contains(c)));
        assert!(bare && name.trim_end_matches('/').chars().all(|c| c.is_ascii_alphanumeric()), "{tag:?}");
        if !tag.ends_with('/') && !matches!(name, "meta" | "input") {
            open.push(name);
        }
    }
    assert_eq!(open, ["html", "body"]);
}

fn entities_are_whole(text: &str) -> bool {
    text.split('&')
        .skip(1)
        .all(|rest| ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|entity| rest.starts_with(entity)))
}

#[test]
fn the_page_shows_every_service_and_problem() {
    let graph = sample();
    let analysis = graph.check(Build::Sync);
    let page = graph.render(&analysis).to_html("Services of <app>");
    html(&page, &graph);
    assert!(page.contains("<h1>Services of &lt;app&gt;</h1>"));
    for shown in [
        "<text x=\"18\" y=\"20\">Cache[red]</text>",
        "singleton \u{b7} decorator",
        ">missing</text>",
        "src/app.ts:7:1",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(page.matches("<li data-nodes").count(), analysis.problems.len());
    // Two on the cycle, the captive, the async one, the missing one.
    assert_eq!(page.matches(" bad\" data-from").count(), 5);
    let outside = ["http:", "https:", "src=", "@import", "url(\"", "//cdn"];
    assert!(outside.iter().all(|outside| !page.contains(outside)), "nothing comes from elsewhere");
}
