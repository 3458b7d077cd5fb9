//! What truncation costs, and how far it looks.

use std::cell::Cell;

use super::*;
use crate::segment::tests::Counted;

const UNITS: [Unit; 5] = [Unit::Bytes, Unit::Characters, Unit::Graphemes, Unit::Words, Unit::Columns];

const SCRIPTS: [&str; 8] = [
    "plain text of some length, ",
    "a\r\nb\tc ",
    "Съешь ещё этих булок ",
    "漢字かな交じり文。 ",
    "👩‍🚀🇫🇮👍🏽 ",
    "e\u{301}\u{302}a ",
    "한국어 각\u{11a8} ",
    "क्षत्रिय ",
];

/// Code points looked at, and units skipped as ASCII.
fn cost(text: &str, truncation: Truncation<'_>) -> usize {
    let looks = Cell::new(0);
    let cut = truncation.cut(Counted(text, &looks));
    assert_eq!(cut, truncation.cut(text));
    looks.get()
}

#[test]
fn the_cost_is_bounded_by_the_limit_not_by_the_text() {
    for unit in UNITS {
        for script in SCRIPTS {
            let (text, longer) = (script.repeat(200), script.repeat(2000));
            for limit in [0, 1, 10, 100] {
                let truncation = Truncation::new(limit, unit).ellipsis(" [...]");
                let looks = cost(&text, truncation);
                assert_eq!(looks, cost(&longer, truncation), "{limit} {unit:?} of {script:?}");
                let kept = truncation.cut(&*text).end;
                assert!(looks <= 4 * (kept + limit) + 100, "{looks} for {limit} {unit:?} of {script:?}");
            }
        }
    }
}

#[test]
fn a_limit_in_bytes_is_found_without_what_is_before() {
    let text = "Съешь ещё этих булок ".repeat(1000);
    assert!(cost(&text, Truncation::new(20_000, Unit::Bytes)) < 20);
}

#[test]
fn what_is_undecided_is_looked_at_up_to_a_bound() {
    let bound = LONGEST_PENDING;
    let check = |unit: Unit, limit: usize, text: String, kept: usize| {
        let truncation = Truncation::new(limit, unit).ellipsis("…");
        assert_eq!(truncation.cut(&*text).end, kept, "{unit:?}");
        assert!(cost(&text, truncation) <= 4 * bound, "{unit:?}");
        let (mut out, mut truncator) = (String::new(), Truncator::new(truncation));
        let mut rest = &*text;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(1000));
            rest = after;
            if !truncator.push(piece, &mut out) {
                break;
            }
            let held = text.len() - rest.len() - out.len();
            assert!(held <= bound, "{unit:?} holds {held}");
        }
        truncator.finish(&mut out);
        assert_eq!(out, truncation.apply(&text), "{unit:?}");
    };
    check(Unit::Columns, 2, format!("ab{}", "\0".repeat(2 * bound)), 1);
    check(Unit::Columns, 2, format!("ab{}", "\0".repeat(1000)), 1002);
    check(Unit::Graphemes, 1, format!("a{}", "\u{301}".repeat(bound)), 0);
    check(Unit::Graphemes, 2, format!("a{}", "\u{301}".repeat(bound)), 1 + 2 * bound);
    check(Unit::Words, 1, format!("a{}", " ".repeat(bound)), 1 + bound);
    check(Unit::Words, 1, format!("a{}", " ".repeat(bound + 1)), 1);
    check(Unit::Words, 2, format!("a{}", " ".repeat(3 * bound)), 1 + 3 * bound);
}
