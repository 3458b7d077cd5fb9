//! What the public test suites of W3C Trace Context and Baggage ask of a service, as tables of our own.
#![allow(clippy::unwrap_used)] // Also in helpers.

use krepis_context::http::{baggage, tracestate};
use krepis_context::{Context, ContextPool, Key, Options};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

fn pool() -> ContextPool {
    ContextPool::new(&Options { contexts: 64, pages: 16, ..Options::default() }).unwrap()
}

fn receive(headers: &[(&str, &str)]) -> Context {
    let context = pool().create().unwrap();
    context.extract(headers.iter().copied()).unwrap();
    context
}

fn sent(context: &Context, wanted: &str) -> Option<String> {
    let mut found = None;
    context.inject(|name, value| {
        if name == wanted {
            assert_eq!(found.replace(value.to_owned()), None, "{name} is sent twice");
        }
    });
    found
}

/// Whether a request with these headers stays in its trace.
fn check_parent(headers: &[(&str, &str)], continues: bool) {
    let context = receive(headers);
    let trace = context.trace();
    assert_eq!(trace.trace_id.to_string() == TRACE, continues, "{headers:?}");
    assert_eq!(trace.parent_id.to_string() == SPAN, continues, "{headers:?}");
    assert_ne!(trace.span_id.to_string(), SPAN, "{headers:?}");
    let header = sent(&context, "traceparent").unwrap();
    assert_eq!(header, format!("00-{}-{}-{:02x}", trace.trace_id, trace.span_id, trace.flags.0));
}

#[test]
fn traceparent() {
    let cases = [
        // As it should be, with white space around it.
        ("00-TRACE-SPAN-01", true),
        ("00-TRACE-SPAN-00", true),
        (" 00-TRACE-SPAN-01", true),
        ("\t00-TRACE-SPAN-01", true),
        ("00-TRACE-SPAN-01 ", true),
        ("00-TRACE-SPAN-01\t", true),
        ("\t 00-TRACE-SPAN-01 \t", true),
        // Version 00 ends after the flags.
        ("00-TRACE-SPAN-01.", false),
        ("00-TRACE-SPAN-01-", false),
        ("00-TRACE-SPAN-01-more", false),
        // A later version may go on after a dash.
        ("cc-TRACE-SPAN-01", true),
        ("cc-TRACE-SPAN-01-", true),
        ("cc-TRACE-SPAN-01-more", true),
        ("cc-TRACE-SPAN-01.more", false),
        ("ff-TRACE-SPAN-01", false),
        // Version.
        (".0-TRACE-SPAN-01", false),
        ("0.-TRACE-SPAN-01", false),
        ("000-TRACE-SPAN-01", false),
        ("0000-TRACE-SPAN-01", false),
        ("0-TRACE-SPAN-01", false),
        ("-TRACE-SPAN-01", false),
        // Identity of the trace.
        ("00-00000000000000000000000000000000-SPAN-01", false),
        ("00-.af7651916cd43dd8448eb211c80319c-SPAN-01", false),
        ("00-0af7651916cd43dd8448eb211c80319.-SPAN-01", false),
        ("00-0AF7651916CD43DD8448EB211C80319C-SPAN-01", false),
        ("00-TRACE0-SPAN-01", false),
        ("00-0TRACE-SPAN-01", false),
        ("00-0af7651916cd43dd8448eb211c80319-SPAN-01", false),
        // Identity of the span.
        ("00-TRACE-0000000000000000-01", false),
        ("00-TRACE-.7ad6b7169203331-01", false),
        ("00-TRACE-b7ad6b716920333.-01", false),
        ("00-TRACE-SPAN0-01", false),
        ("00-TRACE-0SPAN-01", false),
        ("00-TRACE-b7ad6b716920333-01", false),
        // Flags.
        ("00-TRACE-SPAN-.0", false),
        ("00-TRACE-SPAN-0.", false),
        ("00-TRACE-SPAN-001", false),
        ("00-TRACE-SPAN-1", false),
        ("00-TRACE-SPAN", false),
        ("", false),
        ("00-TRACE-b7ad6b71692033\u{e9}1-01", false),
    ];
    for (header, continues) in cases {
        let header = header.replace("TRACE", TRACE).replace("SPAN", SPAN);
        check_parent(&[("traceparent", &header)], continues);
    }
}

#[test]
fn traceparent_by_name_and_number() {
    let header = format!("00-{TRACE}-{SPAN}-01");
    let other = format!("00-{}-{SPAN}-01", "9".repeat(32));
    for (name, continues) in [
        ("traceparent", true),
        ("TraceParent", true),
        ("TrAcEpArEnT", true),
        ("TRACEPARENT", true),
        ("trace-parent", false),
        ("trace.parent", false),
    ] {
        check_parent(&[(name, &header)], continues);
    }
    check_parent(&[], false);
    check_parent(&[("traceparent", &header), ("traceparent", &other)], false);
    check_parent(&[("traceparent", &header), ("Traceparent", &header)], false);
}

#[test]
fn flags_are_passed_on() {
    for (received, passed) in [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("ff", "03")] {
        let context = receive(&[("traceparent", &format!("00-{TRACE}-{SPAN}-{received}"))]);
        assert!(sent(&context, "traceparent").unwrap().ends_with(&format!("-{passed}")));
    }
}

#[test]
fn each_request_is_a_span() {
    let (valid, zero) = (format!("00-{TRACE}-{SPAN}-01"), format!("00-{}-{SPAN}-01", "0".repeat(32)));
    for (headers, continues) in
        [(&[("traceparent", &*valid)][..], true), (&[], false), (&[("traceparent", &*zero)], false)]
    {
        let context = receive(headers);
        let trace = context.trace().trace_id.to_string();
        assert_eq!(trace == TRACE, continues, "{headers:?}");
        assert_ne!(trace, "0".repeat(32));
        let sent: Vec<_> = (0..3).map(|_| sent(&context.child().unwrap(), "traceparent").unwrap()).collect();
        assert!(sent.iter().all(|header| header.contains(&trace)), "{sent:?}");
        assert!(sent[0] != sent[1] && sent[1] != sent[2] && sent[0] != sent[2], "{sent:?}");
    }
}

/// What of these `tracestate` headers is passed on.
fn check_state(headers: &[&str], expected: Option<&str>) {
    let parent = format!("00-{TRACE}-{SPAN}-00");
    let all: Vec<_> = std::iter::once(("traceparent", &*parent))
        .chain(headers.iter().map(|header| ("TraceState", *header)))
        .collect();
    let context = receive(&all);
    assert_eq!(context.trace().trace_id.to_string(), TRACE);
    assert_eq!(sent(&context, "tracestate").as_deref(), expected, "{headers:?}");
}

#[test]
fn tracestate() {
    let cases: &[(&[&str], Option<&str>)] = &[
        (&["foo=1,bar=2"], Some("foo=1,bar=2")),
        (&["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], Some("foo=1,bar=2,rojo=1,congo=2,baz=3")),
        // Nothing, and nothing beside something.
        (&[""], None),
        (&[" , ,"], None),
        (&["foo=1", ""], Some("foo=1")),
        (&["", "foo=1"], Some("foo=1")),
        (&["foo=1,", ",bar=2"], Some("foo=1,bar=2")),
        // Duplicates stay.
        (&["foo=1,foo=1"], Some("foo=1,foo=1")),
        (&["foo=1,foo=2"], Some("foo=1,foo=2")),
        (&["foo=1", "foo=1"], Some("foo=1,foo=1")),
        (&["foo=1", "foo=2"], Some("foo=1,foo=2")),
        // White space.
        (&["foo=1 \t , \t bar=2, \t baz=3"], Some("foo=1,bar=2,baz=3")),
        (&["foo=1\t \t,\t \tbar=2,\t \tbaz=3"], Some("foo=1,bar=2,baz=3")),
        (&[" foo=1"], Some("foo=1")),
        (&["\tfoo=1"], Some("foo=1")),
        (&["foo=1 "], Some("foo=1")),
        (&["foo=1\t"], Some("foo=1")),
        (&["\t foo=1 \t"], Some("foo=1")),
        (&["foo=1 2"], Some("foo=1 2")),
        // Keys.
        (&["foo =1"], None),
        (&["FOO=1"], None),
        (&["foo.bar=1"], None),
        (&["=1"], None),
        (&["foo"], None),
        (&["_foo=1"], None),
        (&["1foo=1"], Some("1foo=1")),
        (&["foo@=1,bar=2"], Some("foo@=1,bar=2")),
        (&["@foo=1,bar=2"], None),
        (&["foo@@bar=1,bar=2"], Some("foo@@bar=1,bar=2")),
        (&["foo@bar@baz=1,bar=2"], Some("foo@bar@baz=1,bar=2")),
        // Values.
        (&["foo=bar=baz"], None),
        (&["foo=,bar=3"], None),
        (&["foo=\u{7f}"], None),
        (&["foo=\u{e9}"], None),
        // One wrong member in any header, and all are dropped.
        (&["foo=1", "BAR=2"], None),
    ];
    for (headers, expected) in cases {
        check_state(headers, *expected);
    }
}

#[test]
fn tracestate_characters() {
    let value: String = (' '..='~').filter(|c| !",=".contains(*c)).collect();
    for key in
        ["abcdefghijklmnopqrstuvwxyz0123456789_-*/", "abcdefghijklmnopqrstuvwxyz0123456789_-*/@a-z0-9_-*/"]
    {
        let list = format!("{key}={value}");
        check_state(&[&list], Some(&list));
        assert_eq!(tracestate::get(&list, key), Some(&*value));
    }
}

#[test]
fn tracestate_lengths() {
    for (key, valid) in [
        ("z".repeat(256), true),
        ("z".repeat(257), false),
        (format!("{}@{}", "t".repeat(241), "v".repeat(14)), true),
        (format!("{}@v", "t".repeat(242)), true),
        (format!("t@{}", "v".repeat(15)), true),
    ] {
        let member = format!("{key}=1");
        check_state(&["foo=1", &member], valid.then(|| format!("foo=1,{member}")).as_deref());
    }
    for (len, valid) in [(256, true), (257, false)] {
        let member = format!("foo={}", "v".repeat(len));
        check_state(&[&member], valid.then_some(&*member));
    }
    let members: Vec<_> = (1..=33).map(|number| format!("bar{number:02}={number:02}")).collect();
    check_state(&[&members[..10].join(","), &members[10..32].join(",")], Some(&members[..32].join(",")));
    check_state(&[&members[..10].join(","), &members[10..].join(",")], None);
    let tens: Vec<_> = members.chunks(10).map(|ten| ten.join(",")).collect();
    check_state(&[&tens[0], &tens[1], &tens[2], &members[30..32].join(",")], Some(&members[..32].join(",")));
    check_state(&[&tens[0], &tens[1], &tens[2], &tens[3]], None);
}

#[test]
fn long_tracestates_lose_large_members_first() {
    let (large, small) = (format!("large={}", "v".repeat(250)), format!("small={}", "v".repeat(50)));
    let list = [[&*large; 16].join(","), small.clone()].join(",");
    check_state(&[&list], Some(&list));
    let members: Vec<String> = (0..31).map(|number| format!("n{number:03}={}", "v".repeat(256))).collect();
    let kept = tracestate::parse([&*members.join(","), &*small]).unwrap().into_owned();
    assert_eq!(kept, format!("{},{small}", members.join(",")), "31 members of 261 characters fit");
    let wide: Vec<String> =
        (0..31).map(|number| format!("{}{number:02}={}", "k".repeat(254), "v".repeat(256))).collect();
    let kept = tracestate::parse([&*wide.join(","), &*small]).unwrap().into_owned();
    assert!(kept.len() <= tracestate::MAX_LEN && kept.ends_with(&small), "{}", kept.len());
    assert!(kept.starts_with(&wide[0]) && kept.matches('=').count() == 16);
}

#[test]
fn tracestate_by_name_and_parent() {
    let parent = format!("00-{TRACE}-{SPAN}-00");
    for (name, passed) in [
        ("tracestate", true),
        ("TraceState", true),
        ("TrAcEsTaTe", true),
        ("TRACESTATE", true),
        ("trace-state", false),
        ("trace.state", false),
    ] {
        for list in ["foo=1", "foo=1,bar=2"] {
            let context = receive(&[("traceparent", &parent), (name, list)]);
            assert_eq!(sent(&context, "tracestate").as_deref(), passed.then_some(list), "{name}");
            // Without a parent, or with one that is not valid, it says nothing.
            for headers in [&[(name, list)][..], &[("traceparent", "00-x"), (name, list)]] {
                assert_eq!(sent(&receive(headers), "tracestate"), None, "{headers:?}");
            }
        }
    }
}

type Members<'a> = &'a [(&'a str, &'a str, &'a [(&'a str, Option<&'a str>)])];

fn check_baggage(list: &str, expected: Members<'_>) {
    let members: Vec<_> = baggage::Baggage::new(list).iter().collect();
    assert_eq!(members.len(), expected.len(), "{list:?}");
    for (member, (key, value, properties)) in members.iter().zip(expected) {
        assert_eq!((member.key, &*member.value()), (*key, *value), "{list:?}");
        let found: Vec<_> = member.properties().collect();
        let found: Vec<_> = found.iter().map(|(key, value)| (*key, value.as_deref())).collect();
        assert_eq!(found, *properties, "{list:?}");
    }
}

#[test]
fn baggage_lists() {
    let two: Members<'_> = &[
        ("SomeKey", "SomeValue", &[("SomeProp", None)]),
        ("SomeKey2", "SomeValue2", &[("ValueProp", Some("PropVal"))]),
    ];
    check_baggage("", &[]);
    check_baggage("SomeKey=SomeValue", &[("SomeKey", "SomeValue", &[])]);
    check_baggage("SomeKey=SomeValue;SomeProp,SomeKey2=SomeValue2;ValueProp=PropVal", two);
    check_baggage(
        "SomeKey \t = \t SomeValue \t ; \t SomeProp \t , \t SomeKey2 \t = \t SomeValue2 \t ; \t ValueProp \t = \t PropVal",
        two,
    );
    check_baggage(
        "k=v;p=w,l=x \t ; \t q=y",
        &[("k", "v", &[("p", Some("w"))]), ("l", "x", &[("q", Some("y"))])],
    );
    let properties: &[(&str, Option<&str>)] = &[("p", None), ("q", Some("w"))];
    check_baggage("k=v;p;q=w", &[("k", "v", properties)]);
    check_baggage("k \t = \t v \t ; \t p \t ; \t q \t = \t w", &[("k", "v", properties)]);
    check_baggage("k=v=equals", &[("k", "v=equals", &[])]);
    check_baggage("k=", &[("k", "", &[])]);
    check_baggage("k=1,k=2", &[("k", "1", &[]), ("k", "2", &[])]);
    let properties: &[(&str, Option<&str>)] = &[("p", None), ("p", Some("1")), ("p", Some("2"))];
    check_baggage("k=v;p;p=1;p=2", &[("k", "v", properties)]);
    let text = "\t \"';=asdf!@#$%^&*()";
    let encoded = "%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29";
    check_baggage(&format!("k \t = \t {encoded} \t "), &[("k", text, &[])]);
    check_baggage(&format!("k=v;p={encoded}"), &[("k", "v", &[("p", Some(text))])]);
    // As it is written, it is read.
    let context = receive(&[]);
    context.set_baggage("k", text, &[("p", Some(text))]).unwrap();
    check_baggage(&sent(&context, "baggage").unwrap(), &[("k", text, &[("p", Some(text))])]);
    // A name is never decoded, and what is not UTF-8 is replaced.
    check_baggage("k=v;p%20%3D%20x", &[("k", "v", &[("p%20%3D%20x", None)])]);
    check_baggage("k=a%FFb", &[("k", "a\u{fffd}b", &[])]);
    check_baggage("k=100%,l=%zz,m=%4", &[("k", "100%", &[]), ("l", "%zz", &[]), ("m", "%4", &[])]);
    // What is not a member is passed over.
    check_baggage("nothing,k=v,=v,k y=v,k=a b,k=\"v\",k=v;p q,,", &[("k", "v", &[])]);
}

#[test]
fn baggage_is_passed_on() {
    let cases = [
        (&["a=1,b=2;p;q=3"][..], Some("a=1,b=2;p;q=3")),
        (&["a = 1 , b=2 ; p"], Some("a=1,b=2;p")),
        (&["a=1", "wrong", "b=2"], Some("a=1,b=2")),
        (&["wrong"], None),
        (&[""], None),
    ];
    for (headers, expected) in cases {
        let context = receive(&headers.iter().map(|header| ("Baggage", *header)).collect::<Vec<_>>());
        assert_eq!(sent(&context, "baggage").as_deref(), expected, "{headers:?}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes, in code without anything unsafe")]
fn baggage_limits() {
    let members: Vec<_> = (0..65).map(|number| format!("key{number}=value")).collect();
    let context = receive(&[("baggage", &members.join(","))]);
    assert_eq!(sent(&context, "baggage"), Some(members[..64].join(",")));
    let long = format!("a={}", "0123456789".repeat(819));
    assert_eq!(long.len(), 8192);
    let context = receive(&[("baggage", &long), ("baggage", "b=1")]);
    assert_eq!(sent(&context, "baggage").as_deref(), Some(&*long));
    let context = receive(&[("baggage", "b=1"), ("baggage", &long), ("baggage", "c=1")]);
    assert_eq!(sent(&context, "baggage").as_deref(), Some("b=1,c=1"), "no member is cut");
    // As many members as there can be, and as many bytes; one byte more is one member less.
    let mut members: Vec<_> = (0..64).map(|number| format!("{number:02}={}", "v".repeat(124))).collect();
    members[63].push('v');
    let all = members.join(",");
    assert_eq!(all.len(), 8192);
    let halves = [members[..32].join(","), members[32..].join(",")];
    for headers in [&[("baggage", &*all)][..], &[("baggage", &*halves[0]), ("baggage", &*halves[1])]] {
        assert_eq!(sent(&receive(headers), "baggage").as_deref(), Some(&*all));
    }
    let context = receive(&[("baggage", &format!("{all}v"))]);
    assert_eq!(sent(&context, "baggage"), Some(members[..63].join(",")));
}

#[test]
fn baggage_is_set_and_removed() {
    let context = receive(&[("baggage", "a=1,b=2;p,a=3")]);
    context.set_baggage("c", "Am\u{e9}lie, 100%", &[("since", Some("a b")), ("vip", None)]).unwrap();
    assert_eq!(
        context.get_str(Key::BAGGAGE),
        Some("a=1,b=2;p,a=3,c=Am%C3%A9lie%2C%20100%25;since=a%20b;vip")
    );
    context.set_baggage("a", "4", &[]).unwrap();
    assert!(context.remove_baggage("c").unwrap());
    assert!(!context.remove_baggage("c").unwrap());
    assert_eq!(context.baggage().as_str(), "b=2;p,a=4");
    assert!(context.set_baggage("a b", "", &[]).unwrap_err().to_string().contains("`a b`"));
    let error = context.set_baggage("long", &"x".repeat(8192), &[]).unwrap_err();
    assert!(matches!(error, baggage::BaggageError::TooLarge { members: 3, .. }), "{error}");
    assert_eq!(context.baggage().as_str(), "b=2;p,a=4");
    assert!(context.remove_baggage("a").unwrap() && context.remove_baggage("b").unwrap());
    assert_eq!(sent(&context, "baggage"), None, "an empty header");
}

#[test]
fn request_ids() {
    let long = "x".repeat(128);
    for (header, taken) in [
        ("7b1c-9", Some("7b1c-9")),
        (" id ", Some("id")),
        (&*long, Some(&*long)),
        (&format!("{long}x"), None),
        ("", None),
        ("two words", None),
        ("line\nbreak", None),
        ("caf\u{e9}", None),
    ] {
        let context = receive(&[("X-Request-Id", header)]);
        assert_eq!(context.get_str(Key::REQUEST_ID), taken);
        assert_eq!(sent(&context, "x-request-id").as_deref(), taken);
    }
}

#[test]
fn what_is_not_a_value_of_a_header_is_not_sent() {
    let context = receive(&[]);
    context.set("baggage", "a=1\r\nset-cookie: x").unwrap();
    assert_eq!(sent(&context, "baggage"), None);
}

#[test]
fn grpc_timeouts() {
    use krepis_context::http::grpc_timeout::{format, parse};
    use std::time::Duration;
    for (header, nanos) in [
        ("1n", Some(1)),
        ("99999999n", Some(99_999_999)),
        ("5u", Some(5_000)),
        ("7m", Some(7_000_000)),
        ("2S", Some(2_000_000_000)),
        ("3M", Some(180_000_000_000)),
        ("1H", Some(3_600_000_000_000)),
        ("99999999H", Some(u64::MAX)),
        ("0S", Some(0)),
        ("100000000n", None),
        ("", None),
        ("S", None),
        ("5", None),
        ("5s", None),
        ("-5S", None),
        ("+5S", None),
        ("5 S", None),
        ("5.5S", None),
    ] {
        assert_eq!(parse(header), nanos.map(Duration::from_nanos), "{header:?}");
    }
    for (nanos, header) in [
        (0, "1n"),
        (1, "1n"),
        (10, "10n"),
        (99_999_999, "99999999n"),
        (100_000_000, "100000u"),
        (100_000_999, "100000u"),
        (99_999_999_999, "99999999u"),
        (100_000_000_000, "100000m"),
        (360_000_000_000_000, "360000S"),
        (u64::MAX, "5124095H"),
    ] {
        let text = format(Duration::from_nanos(nanos));
        assert_eq!(text.as_str(), header);
        let read = parse(&text).unwrap();
        assert!(read <= Duration::from_nanos(nanos.max(1)));
    }
    let context = receive(&[("grpc-timeout", "30S")]);
    let left = parse(&sent(&context, "grpc-timeout").unwrap()).unwrap();
    assert!(left <= Duration::from_secs(30) && left > Duration::ZERO);
    assert_eq!(sent(&receive(&[("grpc-timeout", "never")]), "grpc-timeout"), None);
}
