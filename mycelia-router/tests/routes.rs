//! The shared cases, `tests/mycelia/routes.txt`: the table answers as the file says, and so do the naive reference
//! and a matcher that knows nothing but the plan.
//!
//! JavaScript reads the same file. `UPDATE=1 cargo test -p mycelia-router --all-features --test routes` writes the answers
//! of the table into it: read the diff.

mod naive;
mod plan;

use std::fmt::Write;
use std::path::PathBuf;

use mycelia_router::{Options, Router, TrailingSlash};
use naive::{Answer, Naive, Rules};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/mycelia/routes.txt")
}

/// A table of the file: its heading, its patterns, and the lines that ask.
struct Table<'a> {
    heading: &'a str,
    patterns: Vec<&'a str>,
    asked: Vec<&'a str>,
}

fn tables(text: &str) -> Vec<Table<'_>> {
    let mut tables: Vec<Table<'_>> = Vec::new();
    for line in text.lines() {
        let last = tables.last_mut();
        match (line.get(..2), last) {
            (Some("ta"), _) => tables.push(Table { heading: line, patterns: Vec::new(), asked: Vec::new() }),
            (Some("+ "), Some(table)) => table.patterns.push(&line[2..]),
            (Some("? " | "* "), Some(table)) => table.asked.push(line),
            _ => assert!(line.is_empty() || line.starts_with('#'), "not a line of this file: {line}"),
        }
    }
    tables
}

impl Table<'_> {
    fn has(&self, option: &str) -> bool {
        self.heading.split(' ').any(|word| word == option)
    }

    fn rules(&self) -> Rules {
        Rules {
            percent: self.has("percent-decoding"),
            slash: self.has("ignore-slash"),
            case: self.has("ignore-case"),
        }
    }

    fn router(&self) -> Router<()> {
        let rules = self.rules();
        let slash = if rules.slash { TrailingSlash::Ignore } else { TrailingSlash::Strict };
        let options =
            Options::default().percent_decoding(rules.percent).trailing_slash(slash).ignore_case(rules.case);
        let mut router = Router::with_options(options);
        router.constraint("even", |text| holds("even", text)).expect("the name is free");
        for pattern in &self.patterns {
            router.insert(pattern, ()).unwrap_or_else(|error| panic!("{}: {error}", self.heading));
        }
        router
    }
}

/// The constraints of the file, written once more.
fn holds(constraint: &str, text: &str) -> bool {
    let all = |class: fn(char) -> bool| !text.is_empty() && text.chars().all(class);
    match constraint {
        "uint" => all(|char| char.is_ascii_digit()),
        "int" => holds("uint", text.strip_prefix('-').unwrap_or(text)),
        "hex" => all(|char| char.is_ascii_hexdigit()),
        "alpha" => all(|char| char.is_ascii_alphabetic()),
        "alnum" => all(|char| char.is_ascii_alphanumeric()),
        "slug" => {
            all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
                && !text.starts_with('-')
                && !text.ends_with('-')
                && !text.contains("--")
        }
        "uuid" => {
            let groups: Vec<&str> = text.split('-').collect();
            groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
                && groups.iter().all(|group| holds("hex", group))
        }
        "even" => text.ends_with(['0', '2', '4', '6', '8']),
        #[cfg(feature = "regex")]
        regex => regex::Regex::new(&format!("^{regex}$")).expect("the file has expressions").is_match(text),
        #[cfg(not(feature = "regex"))]
        other => panic!("no constraint {other}"),
    }
}

fn line(asked: &str, all: &[Answer]) -> String {
    let mut line = asked.to_owned();
    if asked.starts_with('*') {
        all.iter().for_each(|(pattern, _)| line += &format!(" | {pattern}"));
    } else if let Some((pattern, captures)) = all.first() {
        line += &format!(" | {pattern}");
        captures.iter().for_each(|(name, text)| line += &format!(" | {name}={text}"));
    }
    if all.is_empty() { line + " | -" } else { line }
}

fn answers(router: &Router<()>, asked: &str) -> Vec<Answer> {
    let path = &asked[2..];
    let answer = |found: mycelia_router::Match<'_, '_, ()>| {
        let captures = found.params.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        (found.pattern.to_owned(), captures)
    };
    let all: Vec<Answer> = router.matches_all(path).into_iter().map(answer).collect();
    assert_eq!(router.at(path).map(answer).as_ref(), all.first(), "{asked}: the first of all is the one");
    all
}

#[test]
fn table_and_reference_answer_as_the_file_says() {
    let mut text = std::fs::read_to_string(file()).expect("the file is there");
    if std::env::var_os("UPDATE").is_some() {
        text = updated(&text);
        std::fs::write(file(), &text).expect("the file can be written");
    }
    let mut count = 0;
    for table in tables(&text).iter().filter(|table| cfg!(feature = "regex") || !table.has("regex")) {
        let router = table.router();
        let naive = Naive::new(table.rules(), holds, table.patterns.iter().copied());
        for expected in &table.asked {
            let asked = expected.split(" | ").next().unwrap_or(expected);
            if let Some(path) = asked.strip_prefix("? ") {
                let answer = plan::at(&router.plan(), holds, path);
                assert_eq!(&line(asked, answer.as_slice()), expected, "the plan, {}", table.heading);
            }
            assert_eq!(&line(asked, &naive.all(&asked[2..])), expected, "the reference, {}", table.heading);
            assert_eq!(&line(asked, &answers(&router, asked)), expected, "{}", table.heading);
            count += 1;
        }
    }
    assert!(count > 300, "only {count} cases");
}

/// The file with the answers of the table.
fn updated(text: &str) -> String {
    let mut tables = tables(text).into_iter();
    let mut router = Router::new();
    let mut updated = String::new();
    for line in text.lines() {
        match line.get(..2) {
            Some("ta") => router = tables.next().expect("each heading is a table").router(),
            Some("? " | "* ") => {
                let asked = line.split(" | ").next().unwrap_or(line);
                writeln!(updated, "{}", self::line(asked, &answers(&router, asked)))
                    .expect("a string takes it");
                continue;
            }
            _ => {}
        }
        writeln!(updated, "{line}").expect("a string takes it");
    }
    updated
}
