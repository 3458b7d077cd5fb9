//! The numbers of a kernel in the text format of Prometheus, read by a parser of that format that takes nothing else.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mycelia_router::kernel::{Kernel, Message, Options, Overflow, PROMETHEUS_CONTENT_TYPE, Stats};

type Labels = Vec<(String, String)>;

/// A page, by metric and labels.
#[derive(Default)]
struct Page {
    types: BTreeMap<String, String>,
    samples: BTreeMap<(String, Labels), f64>,
}

impl Page {
    /// Of each metric one `HELP`, one `TYPE` and then its samples, each with its own labels.
    fn parse(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has an end");
        let (mut page, mut seen, mut current) = (Self::default(), BTreeSet::new(), String::new());
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').unwrap();
                assert!(seen.insert(name.to_owned()) && !help.is_empty(), "{line}");
                let kind = lines.next().unwrap().strip_prefix(&format!("# TYPE {name} ")).unwrap();
                assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
                assert!(["counter", "gauge"].contains(&kind), "{kind}");
                page.types.insert(name.to_owned(), kind.to_owned());
                name.clone_into(&mut current);
                continue;
            }
            let (name, labels, value) = sample(line);
            assert_eq!(name, current, "samples stand below their metric");
            assert!(page.samples.insert((name, labels), value.parse().unwrap()).is_none(), "twice: {line}");
        }
        page
    }

    fn of(stats: &Stats) -> Self {
        Self::parse(&stats.prometheus())
    }

    fn get(&self, metric: &str, labels: &[(&str, &str)]) -> f64 {
        let labels = labels.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let key = (format!("mycelia_{metric}"), labels);
        *self.samples.get(&key).unwrap_or_else(|| panic!("no {key:?}"))
    }

    fn sum(&self, metric: &str) -> f64 {
        let of_metric = |((name, _), _): &(&(String, Labels), &f64)| *name == format!("mycelia_{metric}");
        self.samples.iter().filter(of_metric).map(|(_, value)| value).sum()
    }
}

/// `name{label="value",...} number`.
fn sample(line: &str) -> (String, Labels, &str) {
    let word = |text: &str| {
        let mut chars = text.chars();
        let first = chars.next().is_some_and(|char| char.is_ascii_alphabetic() || char == '_');
        assert!(first && chars.all(|char| char.is_ascii_alphanumeric() || char == '_'), "{text:?} in {line}");
        text.to_owned()
    };
    let Some((name, mut rest)) = line.split_once('{') else {
        let (name, value) = line.split_once(' ').unwrap();
        return (word(name), Labels::new(), value);
    };
    let mut labels = Labels::new();
    loop {
        let (label, after) = rest.split_once("=\"").unwrap();
        let (value, after) = quoted(after);
        labels.push((word(label), value));
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return (word(name), labels, after.strip_prefix("} ").unwrap()),
        }
    }
}

/// What stands before the closing quote, and what behind it.
fn quoted(text: &str) -> (String, &str) {
    let (mut value, mut chars) = (String::new(), text.chars());
    loop {
        match chars.next().unwrap() {
            '"' => return (value, chars.as_str()),
            '\\' => value.push(match chars.next().unwrap() {
                'n' => '\n',
                escaped @ ('\\' | '"') => escaped,
                other => panic!("\\{other} is no escape"),
            }),
            char => value.push(char),
        }
    }
}

#[test]
fn every_way_of_a_message_is_counted() {
    let kernel = Kernel::builder().dead_letters(4).build();
    let options =
        Options { capacity: 3, overflow: Overflow::DropOldest, concurrency: 2, ..Options::default() };
    let one = kernel.subsystem_with("one", options).unwrap();
    let options = Options { capacity: 2, overflow: Overflow::Reject, ..Options::default() };
    let two = kernel.subsystem_with("two.b-c_d", options).unwrap();
    one.on("ok", |_: &mut Message| ()).unwrap().on("fail", |_: &mut Message| Err::<(), _>("no")).unwrap();
    two.on("panic", |_: &mut Message| -> () { panic!("as told") }).unwrap();
    two.on_async("wait", |_: Message| std::future::pending::<()>()).unwrap();

    // Two of five are dropped, then one fails; one is taken back, one comes too late.
    kernel.send_batch("one://ok", [(); 5]).unwrap();
    kernel.run_until_idle();
    kernel.send("one://fail", ()).unwrap();
    drop(kernel.ask("one://ok", ()));
    kernel.message("one://ok", ()).timeout(Duration::ZERO).send().unwrap();
    kernel.run_until_idle();
    // A panic, after which two wait and one is not taken.
    kernel.send("two.b-c_d://panic", ()).unwrap();
    kernel.run_until_idle();
    assert_eq!((0..3).filter(|_| kernel.send("two.b-c_d://wait", ()).is_err()).count(), 1);

    let stats = kernel.stats();
    let page = Page::of(&stats);
    let at = |metric: &str| page.get(metric, &[("subsystem", "one")]);
    let by =
        |metric: &str, label: &str, value: &str| page.get(metric, &[("subsystem", "one"), (label, value)]);
    assert_eq!((at("messages_accepted_total"), at("messages_rejected_total")), (8.0, 0.0));
    for (how, count) in
        [("handled", 3.0), ("dropped", 2.0), ("failed", 1.0), ("expired", 1.0), ("withdrawn", 1.0)]
    {
        assert_eq!(by("messages_ended_total", "how", how), count, "{how}");
    }
    assert_eq!(by("dead_letters_total", "reason", "dropped"), 2.0);
    assert_eq!((at("queue_capacity"), at("concurrency"), at("messages_present_most")), (3.0, 2.0, 3.0));
    assert_eq!((at("pool_slots"), at("pool_created_total"), at("pool_reused_total")), (3.0, 3.0, 5.0));
    assert_eq!(at("pool_reuse_ratio"), 0.625);
    assert_eq!(by("subsystem_status", "status", "active"), 1.0);

    let at = |metric: &str| page.get(metric, &[("subsystem", "two.b-c_d")]);
    let by = |metric: &str, label: &str, value: &str| {
        page.get(metric, &[("subsystem", "two.b-c_d"), (label, value)])
    };
    assert_eq!(
        (at("messages_rejected_total"), at("messages_waiting"), at("messages_present")),
        (1.0, 2.0, 2.0)
    );
    assert_eq!((by("subsystem_status", "status", "resting"), at("restarts_total")), (1.0, 0.0));
    assert_eq!(by("dead_letters_total", "reason", "panicked"), 1.0);

    assert_eq!(
        page.sum("messages_accepted_total"),
        page.sum("messages_ended_total") + page.sum("messages_present")
    );
    assert_eq!(page.sum("dead_letters_total"), stats.dead_letters.total as f64);
    assert_eq!(
        (page.get("dead_letters_kept", &[]), page.get("dead_letters_forgotten_total", &[])),
        (4.0, 1.0)
    );
    assert_eq!(page.types["mycelia_handlers_running"], "gauge");

    kernel.ring(std::time::Instant::now() + Duration::from_secs(1));
    kernel.run_until_idle();
    kernel.replay_dead_letters(|letter| letter.message.subsystem() == "one");
    let page = Page::of(&kernel.stats());
    let at = |metric: &str| page.get(metric, &[("subsystem", "two.b-c_d")]);
    assert_eq!((at("handlers_running"), at("handlers_begun"), at("restarts_total")), (1.0, 1.0, 1.0));
    assert_eq!(page.get("dead_letters_replayed_total", &[]), 3.0);
}

#[test]
fn labels_are_escaped() {
    let kernel = Kernel::new();
    kernel.subsystem("s").unwrap();
    let mut stats = kernel.stats();
    // No subsystem can be named so; the format does not rely on it.
    stats.subsystems[0].name = "a\"b\\c\nd}".into();
    assert_eq!(Page::of(&stats).get("restarts_total", &[("subsystem", "a\"b\\c\nd}")]), 0.0);
    assert_eq!(PROMETHEUS_CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
}

#[test]
fn the_pool_of_a_kernel_is_that_of_its_subsystems() {
    let kernel = Kernel::new();
    assert_eq!(kernel.stats().pool().reuse_rate(), 0.0);
    for name in ["a", "b"] {
        kernel.subsystem(name).unwrap().on("x", |_: &mut Message| ()).unwrap();
        for _ in 0..4 {
            kernel.send(&format!("{name}://x"), ()).unwrap();
            kernel.run_until_idle();
        }
    }
    let pool = kernel.stats().pool();
    assert_eq!((pool.pool_size, pool.created, pool.reused, pool.reuse_rate()), (2, 2, 6, 0.75));
}
