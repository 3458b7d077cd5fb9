//! Counts how often tokenizing looks at a text, which must grow with its length and no faster, whatever it is. Runs of
//! ASCII, which are not counted, tokenizing does not ask for.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};

use super::{Kinds, Tokenization, tokenize};
use crate::text::{Text, sealed::Sealed};

/// A text that counts.
#[derive(Clone, Copy)]
struct Counted<'a>(&'a str, &'a Cell<usize>);

impl<'a> Counted<'a> {
    fn text(self) -> &'a str {
        self.1.set(self.1.get() + 1);
        self.0
    }
}

impl Sealed for Counted<'_> {
    const IS_UTF8: bool = true;

    fn word_start(self, is_inside: bool, number: usize) -> ControlFlow<usize, usize> {
        self.0.word_start(is_inside, number)
    }

    fn ascii_end(self, range: Range<usize>) -> usize {
        self.0.ascii_end(range)
    }

    fn printable_end(self, range: Range<usize>) -> usize {
        self.0.printable_end(range)
    }

    fn ascii_words(self) -> usize {
        self.0.ascii_words()
    }
}

impl Text for Counted<'_> {
    fn len(self) -> usize {
        self.0.len()
    }

    fn slice(self, range: Range<usize>) -> Self {
        Self(self.text().slice(range), self.1)
    }

    fn unit(self, at: usize) -> Option<u32> {
        self.text().unit(at)
    }

    fn decode(self, at: usize) -> (u32, usize) {
        self.text().decode(at)
    }

    fn decode_before(self, end: usize) -> (u32, usize) {
        self.text().decode_before(end)
    }

    fn floor(self, at: usize) -> usize {
        self.text().floor(at)
    }

    fn ascii_run_end(self, from: usize) -> usize {
        self.0.ascii_run_end(from)
    }
}

fn steps(text: &str) -> usize {
    let steps = Cell::new(0);
    tokenize(Counted(text, &steps), Tokenization::new().kinds(Kinds::ALL)).for_each(drop);
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
        for (middle, end) in ENDS {
            let steps_of = |times: usize| {
                let text = [&part.repeat(times), *middle, &end.repeat(5 * times)].concat();
                (steps(&text), text.len())
            };
            let ((once, len), (twice, _)) = (steps_of(400), steps_of(800));
            assert!(
                twice <= 2 * once + once / 10 + 2_000,
                "{part:?}, {middle:?}, {end:?}: {once}, then {twice}"
            );
            assert!(once <= 96 * len + 2_000, "{part:?}, {middle:?}, {end:?}: {once} for {len}");
        }
    }
}
