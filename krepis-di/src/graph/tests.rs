use super::{Build, Graph, Lifetime, Need, Node, NodeId, Origin, Problem, Target};
use Lifetime::{Scoped, Singleton, Transient};

/// A graph from rows of `Name lifetime -> Dep, ?Optional, *All, ~Lazy`; a name that ends in `!` is async.
fn graph(rows: &[&str]) -> Graph {
    let mut graph = Graph::new();
    let mut services = std::collections::HashMap::new();
    let mut service = |graph: &mut Graph, name: &str| {
        *services.entry(name.to_owned()).or_insert_with(|| graph.service(name.to_owned()))
    };
    for (line, row) in rows.iter().enumerate() {
        let (head, tail) = row.split_once("->").unwrap_or((row, ""));
        let (name, lifetime) = head.trim().split_once(' ').expect("because each row has a lifetime");
        let lifetime = match lifetime {
            "singleton" => Singleton,
            "scoped" => Scoped,
            "transient" => Transient,
            other => panic!("no lifetime: {other}"),
        };
        let id = service(&mut graph, name.trim_end_matches('!'));
        let mut node = Node::new(id, lifetime).at(Origin::Text(format!("app.ts:{}:1", line + 1).into()));
        node.is_async = name.ends_with('!');
        for dependency in tail.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let need = match dependency.as_bytes()[0] {
                b'?' => Need::Optional,
                b'*' => Need::All,
                b'~' => Need::Lazy,
                _ => Need::One,
            };
            let target = service(&mut graph, dependency.trim_start_matches(['?', '*', '~']));
            node.dependencies.push((need, Target::Service(target)));
        }
        graph.node(node);
    }
    graph
}

/// The first line of each problem.
fn problems(rows: &[&str], build: Build) -> Vec<String> {
    let graph = graph(rows);
    let report = graph.check(build).report(&graph);
    report.problems().iter().map(|text| text.lines().next().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn check(rows: &[&str], expected: &[&str]) {
    assert_eq!(problems(rows, Build::Sync), expected);
    let reversed: Vec<&str> = rows.iter().rev().copied().collect();
    assert_eq!(problems(&reversed, Build::Sync), expected, "in reverse order of registration");
}

#[test]
fn a_sound_graph_has_no_problems() {
    check(
        &[
            "A singleton -> B, ?None, *Plugin",
            "B singleton",
            "Plugin transient",
            "Plugin singleton -> B",
            "S scoped -> A, T",
            "T transient -> S2",
            "S2 scoped",
        ],
        &[],
    );
}

#[test]
fn missing_services_are_named_with_who_needs_them() {
    check(&["A singleton -> B, ?C, *D"], &["missing service: A needs B, which nothing provides"]);
    check(&["A singleton -> ~B"], &["missing service: A needs B, which nothing provides"]);
    check(
        &["A scoped -> C", "B scoped -> C"],
        &[
            "missing service: A needs C, which nothing provides",
            "missing service: B needs C, which nothing provides",
        ],
    );
}

#[test]
fn cycles_are_shown_as_paths() {
    check(&["A singleton -> A"], &["cycle: A -> A"]);
    check(&["A singleton -> B", "B singleton -> A"], &["cycle: A -> B -> A"]);
    check(&["C transient -> A", "A scoped -> ?B", "B scoped -> *C"], &["cycle: A -> B -> C -> A"]);
    check(
        &["A scoped -> B, C", "B scoped -> A", "C scoped -> A"],
        &["cycle: A -> B -> A", "cycle: A -> C -> A"],
    );
    check(&["A singleton -> ~B", "B singleton -> A"], &[]);
}

#[test]
fn each_edge_of_a_tangle_is_on_a_shown_cycle() {
    let rows = ["A scoped -> B", "B scoped -> C, A", "C scoped -> A, B, D", "D scoped -> C"];
    check(
        &rows,
        &["cycle: A -> B -> A", "cycle: A -> B -> C -> A", "cycle: B -> C -> B", "cycle: C -> D -> C"],
    );
}

#[test]
fn captive_dependencies_are_found_through_transients() {
    let wording = "captive dependency: singleton A would keep scoped S";
    check(&["A singleton -> S", "S scoped"], &[wording]);
    check(&["A singleton -> *S", "S scoped"], &[wording]);
    check(&["A singleton -> ~S", "S scoped"], &[wording]);
    check(
        &["A singleton -> T", "T transient -> U", "U transient -> S", "S scoped"],
        &[&format!("{wording}, through A -> T -> U -> S")],
    );
    check(
        &["A singleton -> T", "T transient -> ~S", "S scoped -> A"],
        &[&format!("{wording}, through A -> T -> S")],
    );
    check(&["B singleton -> A", "A singleton -> S", "S scoped"], &[wording]);
}

#[test]
fn async_services_behind_sync_ones_are_found() {
    let rows =
        ["A singleton -> Db", "Db! singleton", "R! scoped -> Db", "T transient -> R", "L scoped -> ~R"];
    let scoped = "async behind sync: T needs R, whose factory is async";
    assert_eq!(
        problems(&rows, Build::Sync),
        ["async behind sync: A needs Db, whose factory is async", scoped]
    );
    assert_eq!(problems(&rows, Build::Async), [scoped]);
}

#[test]
fn all_problems_are_reported_together() {
    let graph = graph(&["A singleton -> B", "B singleton -> A, S", "S scoped -> Mailr", "Mailer scoped"]);
    let expected = "\
3 problems in the services
  1. missing service: S needs Mailr, which nothing provides
       S (scoped) registered at app.ts:3:1
     did you mean Mailer?
  2. cycle: A -> B -> A
       A (singleton) registered at app.ts:1:1
       B (singleton) registered at app.ts:2:1
     break it with a lazy dependency, or move what both need into a third service
  3. captive dependency: singleton B would keep scoped S
       B (singleton) registered at app.ts:2:1
       S (scoped) registered at app.ts:3:1
     make B scoped, or S a singleton";
    assert_eq!(graph.check(Build::Sync).report(&graph).to_string(), expected);
}

#[test]
fn the_last_registration_wins_and_several_are_told_apart() {
    assert!(problems(&["A singleton -> S", "S scoped", "S singleton"], Build::Sync).is_empty());
    let rows = ["P scoped -> Missing", "P scoped -> Missing"];
    assert_eq!(problems(&rows, Build::Sync).len(), 2);
    assert_eq!(problems(&rows, Build::Sync)[1], "missing service: P#2 needs Missing, which nothing provides");
}

#[test]
fn an_any_key_service_answers_for_keys_that_nothing_has() {
    let mut graph = Graph::new();
    let any = graph.keyed_service("Cache", "*", None);
    let red = graph.keyed_service("Cache", "red", Some(any));
    let blue = graph.keyed_service("Cache", "blue", Some(any));
    let fallback = graph.node(Node::new(any, Singleton));
    let own = graph.node(Node::new(red, Singleton));
    assert_eq!((graph.last(red), graph.last(blue)), (Some(own), Some(fallback)));
    assert_eq!(graph.targets(Need::All, Target::Service(any)), [own]);
}

#[test]
fn an_alias_means_one_registration_and_a_decorator_hides_one() {
    let mut graph = Graph::new();
    let service = graph.service("Db");
    let inner = graph.node(Node { hidden: true, ..Node::new(service, Scoped) });
    let mut decorator = Node::new(service, Singleton);
    decorator.dependencies.push((Need::One, Target::Node(inner)));
    let outer = graph.node(decorator);
    assert_eq!(graph.last(service), Some(outer));
    let analysis = graph.check(Build::Sync);
    assert_eq!(analysis.problems, [Problem::Captive { path: vec![outer, inner] }]);
    let report = analysis.report(&graph).to_string();
    assert!(report.contains("singleton Db would keep scoped Db (decorated)"), "{report}");
}

#[test]
fn types_of_one_name_are_shown_with_their_paths() {
    let mut graph = Graph::new();
    let (a, b) = (graph.service("a::Db"), graph.service("b::Db"));
    graph.node(Node::new(a, Singleton).needs(Need::One, b));
    let report = graph.check(Build::Sync).report(&graph).to_string();
    assert!(report.contains("a::Db needs b::Db"), "{report}");
}

#[test]
fn the_order_has_dependencies_first() {
    let graph = graph(&[
        "A singleton -> B, C",
        "B singleton -> C",
        "C singleton",
        "D scoped -> *E",
        "E scoped",
        "E scoped -> A",
    ]);
    let analysis = graph.check(Build::Sync);
    let place = |node: NodeId| analysis.order.iter().position(|other| *other == node);
    for (node, _) in graph.nodes() {
        for (_, dependency) in analysis.dependencies(node) {
            assert!(place(*dependency) < place(node));
        }
    }
    assert_eq!(analysis.order.len(), graph.len());
}

#[test]
fn a_deep_or_tangled_graph_is_checked_without_deep_recursion_or_endless_output() {
    let mut deep = Graph::new();
    let services: Vec<_> = (0..50_000).map(|at| deep.service(format!("S{at}"))).collect();
    for at in 0..services.len() {
        let node = Node::new(services[at], Transient);
        deep.node(if at + 1 < services.len() { node.needs(Need::One, services[at + 1]) } else { node });
    }
    assert_eq!(deep.check(Build::Sync).problems, []);

    let mut tangle = Graph::new();
    let services: Vec<_> = (0..200).map(|at| tangle.service(format!("S{at}"))).collect();
    for service in &services {
        tangle.node(
            services.iter().fold(Node::new(*service, Scoped), |node, other| node.needs(Need::One, *other)),
        );
    }
    let count = tangle.check(Build::Sync).problems.len();
    assert!((1..=32).contains(&count), "{count}");
}
