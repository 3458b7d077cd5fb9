//! Counts how often tokenizing looks at a text, which must grow with its length and no faster, whatever it is.

use std::cell::Cell;

use super::{Kinds, Tokenization, tokenize};
use crate::segment::tests::Counted;

fn steps(text: &str, longest: usize) -> usize {
    let steps = Cell::new(0);
    let options = Tokenization::new().kinds(Kinds::ALL).longest(longest);
    tokenize(Counted(text, &steps), options).for_each(drop);
    steps.get()
}

#[test]
fn the_work_is_linear_whatever_the_text_is() {
    const PARTS: &[&str] = &[
        "a",
        "1",
        " ",
        ".",
        "(",
        "@",
        ":",
        "_",
        "/",
        "&",
        "'",
        "a.",
        "a-",
        "a-b+",
        "a'",
        "a:",
        "a@",
        "a_",
        "1,",
        "1.",
        "é",
        "é.",
        "é'a",
        "ab://",
        "http://",
        "http://-",
        "http://[",
        "http://x:",
        "http://a@",
        "http://x/(",
        "http://x/)",
        "http://x/&a;",
        "http://x/. ",
        "www.",
        "www.a",
        "www.a.",
        "mailto:",
        "mailto:a",
        "mailto:a@",
        "a@a.",
        "a@a.a",
        "a@a.a@",
        "a@a-",
        "a!",
        "a#a!",
        "a..",
        "a.b..",
        "a:\u{301}",
        "\u{301}",
        "\u{200d}",
        "\u{94d}",
        "क\u{94d}",
        "\u{94d}\u{200d}क",
        "\u{600}",
        "\u{200f}",
        "😀",
        "😀\u{200d}",
        "🇫",
        "🏽",
        "1\u{fe0f}",
        "1\u{20e3}",
        "☺\u{301}",
        "א\"",
        "א'",
        "文",
        "カ",
        "น\u{e33}",
        "\u{1100}",
        "\r\n",
        "\n\u{301}",
        "\0",
    ];
    // What is far behind may be looked for from each of them.
    const ENDS: &[(&str, &str)] =
        &[("", ""), ("", "\u{301}"), ("", "."), ("", ")"), ("http://x/", ")"), ("@b.cd", "")];
    for part in PARTS {
        for ((middle, end), longest) in ENDS.iter().flat_map(|end| [(end, 65_536), (end, 100)]) {
            let steps_of = |times: usize| {
                let text = [&part.repeat(times), *middle, &end.repeat(5 * times)].concat();
                (steps(&text, longest), text.len())
            };
            let ((once, len), (twice, _)) = (steps_of(1_500), steps_of(3_000));
            assert!(
                twice <= 2 * once + once / 10 + 2_000,
                "{part:?}, {middle:?}, {end:?}: {once}, then {twice}"
            );
            assert!(once <= 96 * len + 2_000, "{part:?}, {middle:?}, {end:?}: {once} for {len}");
        }
    }
}

/// In texts longer than any token.
#[test]
fn long_runs_are_not_looked_at_for_every_piece() {
    for part in ["a", "1", " ", "_", "é", ".", "a.", "http://", "\u{301}"] {
        let text = part.repeat(300_000 / part.len());
        assert!(steps(&text, 1_000) <= 16 * text.len(), "{part:?}");
    }
}
