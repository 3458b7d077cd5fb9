//! elysia-text.

use elysia_text::{Form, Tokenization, Unit, Words, graphemes, normalize, tokenize, truncate, word_count};
use harness::Figure;

use crate::{CHECKED, LIMIT, WORD_LIMIT, agreeing, inputs, normalization, plain, segmentation};

pub(crate) fn figure(work: &str, text: String) -> Option<Figure> {
    let form = match work {
        "nfc" => Some(Form::Nfc),
        "nfd" => Some(Form::Nfd),
        "nfkc" => Some(Form::Nfkc),
        "nfkd" => Some(Form::Nfkd),
        _ => None,
    };
    if let Some(form) = form {
        return Some(normalization::checked(work, text, move |text| normalize(text, form)));
    }
    Some(match work {
        "words" => agreeing(text, plain::words, |text| word_count(text, Words::WhiteSpace)),
        "unicode_words" => agreeing(text, segmentation::words, |text| word_count(text, Words::Unicode)),
        "bytes" => agreeing(text, |_| LIMIT, cut(Unit::Bytes, LIMIT)),
        "characters" => agreeing(text, plain::characters, cut(Unit::Characters, LIMIT)),
        "graphemes" => agreeing(text, segmentation::graphemes, cut(Unit::Graphemes, LIMIT)),
        "ten_graphemes" => agreeing(text, segmentation::ten_graphemes, cut(Unit::Graphemes, 10)),
        "first_words" => agreeing(text, plain::first_words, cut(Unit::Words, WORD_LIMIT)),
        // One column each, and none for the ends of lines.
        "columns" => Figure::calls(calling(text, cut(Unit::Columns, LIMIT))),
        "tokens" => {
            let one = tokens(Tokenization::new());
            if text.is_ascii() && text.len() <= CHECKED {
                assert_eq!(one(&text), inputs::tokens(&text).count(), "words and marks");
            }
            Figure::calls(calling(text, one))
        }
        "clusters" => agreeing(text, segmentation::clusters, |text| graphemes(text).count()),
        // All but the last one: nothing is known to be shorter than the limit.
        "cut" => {
            let limit = segmentation::clusters(&text) - 1;
            let last = text.len() - cut(Unit::Graphemes, limit)(&text);
            assert_eq!(segmentation::clusters(&text[text.len() - last..]), 1, "one cluster is left");
            Figure::calls(calling(text, cut(Unit::Graphemes, limit)))
        }
        _ => return None,
    })
}

/// URLs and e-mail addresses are not looked for.
pub(crate) fn without_addresses(work: &str, text: String) -> Option<Figure> {
    (work == "tokens").then(|| Figure::calls(calling(text, tokens(Tokenization::new().addresses(false)))))
}

fn cut(unit: Unit, limit: usize) -> impl Fn(&str) -> usize {
    move |text| truncate(text, limit, unit).len()
}

fn tokens(options: Tokenization) -> impl Fn(&str) -> usize {
    move |text| tokenize(text, options).count()
}

fn calling(text: String, one: impl Fn(&str) -> usize) -> impl FnMut() -> usize {
    move || one(std::hint::black_box(&text))
}
