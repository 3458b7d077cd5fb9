//! The texts that are measured, made of `corpus/`: prose of our own, repeated and cut to a size. `cargo xtask bench`
//! compiles this file too, and writes the same bytes into files for the programs in JavaScript.

/// What the chart over sizes is drawn for.
pub const SCRIPTS: [&str; 5] = ["ascii", "latin1", "cyrillic", "cjk", "emoji"];

/// Its sizes, in bytes of UTF-8: 16 B to 16 MiB.
pub const SIZES: [usize; 11] =
    [16, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];

/// Everything else that is measured has one of these.
pub const NAMED: [&str; 9] = ["small", "10k", "100k", "mixed", "emojis", "words", "tokens", "1m", "10m"];

/// A text by its name: one of [`NAMED`], or `SCRIPT.BYTES`.
pub fn text(name: &str) -> Option<String> {
    Some(match name {
        // A greeting, or a name, as requests carry them.
        "small" => "The ferry left before it dawned".to_owned(),
        "10k" => cut(corpus("ascii")?, 10_000),
        "100k" => cut(corpus("ascii")?, 100_000),
        // Several scripts, with characters that every form changes.
        "mixed" => cut(corpus("mixed")?, 100_000),
        "emojis" => cut(corpus("emoji")?, 100_000),
        "words" => first(corpus("ascii")?, 10_000, str::split_whitespace),
        "tokens" => first(corpus("ascii")?, 1_000, tokens),
        "1m" => cut(corpus("ascii")?, 1_000_000),
        "10m" => cut(corpus("ascii")?, 10_000_000),
        _ => {
            let (script, bytes) = name.split_once('.')?;
            cut(corpus(script)?, bytes.parse().ok()?)
        }
    })
}

fn corpus(name: &str) -> Option<&'static str> {
    Some(match name {
        "ascii" => include_str!("../corpus/ascii.txt"),
        "latin1" => include_str!("../corpus/latin1.txt"),
        "cyrillic" => include_str!("../corpus/cyrillic.txt"),
        "cjk" => include_str!("../corpus/cjk.txt"),
        "emoji" => include_str!("../corpus/emoji.txt"),
        "mixed" => include_str!("../corpus/mixed.txt"),
        _ => return None,
    })
}

/// `text` again and again; of the last character that does not fit nothing.
fn cut(text: &str, bytes: usize) -> String {
    let mut all = text.repeat(bytes / text.len() + 1);
    all.truncate(all.floor_char_boundary(bytes));
    all
}

/// `text` again and again, to the end of its part number `count`.
fn first<'a, I: Iterator<Item = &'a str>>(
    text: &'static str,
    count: usize,
    parts: impl Fn(&'a str) -> I,
) -> String {
    let each = parts(text).count();
    let last = parts(text).nth((count - 1) % each).expect("because the corpora have parts");
    let end = last.as_ptr().addr() + last.len() - text.as_ptr().addr();
    text.repeat((count - 1) / each) + &text[..end]
}

/// Words and marks of English prose, by hand: the corpus has no addresses, and no word with a mark inside.
pub fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .flat_map(|word| word.split_inclusive(|c: char| !c.is_ascii_alphanumeric()))
        .flat_map(|part| {
            let mark = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
            [&part[..mark], &part[mark..]].into_iter().filter(|token| !token.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_size_that_their_names_say() {
        for script in SCRIPTS {
            for bytes in SIZES {
                let text = text(&format!("{script}.{bytes}")).unwrap();
                assert!(text.len() <= bytes && text.len() + 4 > bytes, "{script} {bytes}");
            }
        }
        assert_eq!(NAMED.map(|name| text(name).unwrap().is_empty()), [false; NAMED.len()]);
        assert_eq!((text("nothing"), text("ascii.x"), text("greek.16")), (None, None, None));
    }

    #[test]
    fn words_and_tokens_are_counted() {
        assert_eq!(text("words").unwrap().split_whitespace().count(), 10_000);
        let text = text("tokens").unwrap();
        assert_eq!(tokens(&text).count(), 1_000);
        assert_eq!(
            tokens("\"So, he left.\" ").collect::<Vec<_>>(),
            ["\"", "So", ",", "he", "left", ".", "\""]
        );
    }

    #[test]
    fn scripts_are_what_they_are_called() {
        let highest = |script: &str| corpus(script).unwrap().chars().max().unwrap();
        assert!(highest("ascii").is_ascii() && ('\u{80}'..='\u{ff}').contains(&highest("latin1")));
        assert!(highest("emoji") > '\u{ffff}');
    }
}
