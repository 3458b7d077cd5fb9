//! Tables as data, for matchers that are not written in Rust, and what they have to answer.
//!
//! Reads tables in the form of `tests/mycelia/routes.txt` and prints a line of JSON for each, with its plan, the patterns that
//! were refused, and the answers to its questions:
//!
//! ```text
//! cargo run -p mycelia-router --features serde,regex --example plan < tests/mycelia/routes.txt
//! ```
//!
//! `even` and `odd` are constraints for the last digit of a text and for its length.

use std::error::Error;
use std::io::{self, BufRead, Write};

use mycelia_router::{Match, Options, Router, TrailingSlash};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut table: Option<Table> = None;
    for line in io::stdin().lock().lines() {
        let line = line?;
        if let Some(heading) = line.strip_prefix("table ") {
            if let Some(table) = table.replace(Table::new(heading)?) {
                writeln!(out, "{}", table.described())?;
            }
        } else if let Some(table) = &mut table {
            table.read(&line);
        }
    }
    if let Some(table) = table {
        writeln!(out, "{}", table.described())?;
    }
    Ok(out.flush()?)
}

struct Table {
    heading: String,
    router: Router<()>,
    refused: Vec<Value>,
    answers: Vec<Value>,
}

impl Table {
    fn new(heading: &str) -> Result<Self, Box<dyn Error>> {
        let has = |option: &str| heading.split(' ').any(|word| word == option);
        let slash = if has("ignore-slash") { TrailingSlash::Ignore } else { TrailingSlash::Strict };
        let options = Options::default()
            .percent_decoding(has("percent-decoding"))
            .trailing_slash(slash)
            .ignore_case(has("ignore-case"));
        let mut router = Router::with_options(options);
        router.constraint("even", |text| text.ends_with(['0', '2', '4', '6', '8']))?;
        router.constraint("odd", |text| text.len() % 2 == 1)?;
        Ok(Self { heading: heading.to_owned(), router, refused: Vec::new(), answers: Vec::new() })
    }

    fn read(&mut self, line: &str) {
        let asked = line.split(" | ").next().unwrap_or(line);
        match (asked.get(..2), asked.get(2..)) {
            (Some("+ "), Some(pattern)) => {
                if let Err(error) = self.router.insert(pattern, ()) {
                    self.refused.push(json!({ "pattern": pattern, "message": error.to_string() }));
                }
            }
            (Some("? "), Some(path)) => {
                let found = self.router.at(path).map(answer);
                self.answers.push(json!({ "path": path, "at": found }));
            }
            (Some("* "), Some(path)) => {
                let all: Vec<Value> = self.router.matches_all(path).into_iter().map(answer).collect();
                self.answers.push(json!({ "path": path, "all": all }));
            }
            _ => {}
        }
    }

    fn described(&self) -> Value {
        json!({
            "table": self.heading,
            "plan": self.router.plan(),
            "refused": self.refused,
            "answers": self.answers,
        })
    }
}

fn answer(found: Match<'_, '_, ()>) -> Value {
    json!({ "pattern": found.pattern, "params": found.params.iter().collect::<Vec<_>>() })
}
