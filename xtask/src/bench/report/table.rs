//! The table of a run as text: coloured on a terminal, plain in a pipe.

use std::fmt::Write;

use super::{chart, mark, tally};
use crate::bench::compare::{Change, Comparison};
use crate::bench::format::{change, percent, quantity, ratio, significant, throughput};
use crate::bench::machine::date;
use crate::bench::results::{Benchmark, Chart, Entry, KREPIS, Outcome, Results, is_krepis};
use crate::bench::targets::{Goal, Verdict, overall};

const HEAD: [&str; 9] = ["", "name", "median", "average", "min", "max", "iterations", "krepis is", "target"];
/// Columns of text, as the last one is; the others hold figures and are set to the right.
const LEFT: [usize; 2] = [0, 1];
/// Where throughput stands if something has it.
const THROUGHPUT: usize = 3;

#[derive(Clone, Copy, PartialEq)]
enum Colour {
    None,
    Bold,
    Dim,
    Green,
    Red,
    Yellow,
}

struct Row {
    cells: Vec<String>,
    colour: Colour,
}

pub(super) fn render(results: &Results, comparison: Option<&Comparison>, colour: bool) -> String {
    let mut text = heading(results);
    if results.benchmarks.is_empty() || results.benchmarks.iter().any(|benchmark| benchmark.chart.is_none()) {
        text += &lay_out(&rows(results), colour);
    }
    for (benchmark, chart) in chart::of(results) {
        text += &lay_out(&curves(benchmark, chart), colour);
    }
    let (met, missed, open) = tally(results);
    let _ = writeln!(text, "\ngoals: {met} met, {missed} missed, {open} not measured");
    for note in notes(results) {
        let _ = writeln!(text, "{note}");
    }
    if let Some(comparison) = comparison {
        text += &compared(comparison, colour);
    }
    text
}

fn heading(results: &Results) -> String {
    let mut text = format!("suite {}, {}", results.suite, date(results.taken_at));
    if results.quick {
        text += ", --quick: shows that it runs, not how fast";
    }
    let list = |map: &std::collections::BTreeMap<String, String>, between: &str| {
        map.iter().map(|(name, value)| format!("{name}{between}{value}")).collect::<Vec<_>>().join(", ")
    };
    let _ = write!(text, "\n{}\n{}\n\n", list(&results.machine, " "), list(&results.versions, " "));
    text
}

/// What was noted, and what failed.
fn notes(results: &Results) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for benchmark in &results.benchmarks {
        notes.extend(benchmark.notes.iter().map(|note| format!("{}: {note}", benchmark.id)));
        for entry in &benchmark.entries {
            if let Outcome::Failed(why) = &entry.outcome {
                notes.push(format!("{} {} failed: {why}", benchmark.id, entry.subject));
            }
        }
    }
    notes
}

fn rows(results: &Results) -> Vec<Row> {
    let mut rows = vec![Row { cells: HEAD.map(str::to_owned).into(), colour: Colour::Dim }];
    let has_throughput = results.benchmarks.iter().any(|benchmark| benchmark.bytes.is_some());
    if has_throughput {
        rows[0].cells.insert(THROUGHPUT, "throughput".to_owned());
    }
    for benchmark in results.benchmarks.iter().filter(|benchmark| benchmark.chart.is_none()) {
        rows.push(heading_of(benchmark));
        for entry in &benchmark.entries {
            for (index, mut row) in entry_rows(benchmark, entry).into_iter().enumerate() {
                if has_throughput {
                    let shown = entry.stats().filter(|_| index == 0);
                    let shown = shown.and_then(|stats| benchmark.throughput(stats.median));
                    row.cells.insert(THROUGHPUT, shown.map(throughput).unwrap_or_default());
                }
                rows.push(row);
            }
        }
    }
    rows
}

fn heading_of(benchmark: &Benchmark) -> Row {
    let title = format!("{} ({})", benchmark.title, benchmark.id);
    Row { cells: vec![String::new(), title], colour: Colour::Bold }
}

/// A chart as figures: a row for each line, a column for each size.
fn curves(benchmark: &Benchmark, chart: &Chart) -> Vec<Row> {
    let sizes = chart::sizes(chart);
    let head = [String::new(), "GB/s".to_owned()];
    let head = head.into_iter().chain(sizes.iter().map(|&size| chart::size(size)));
    let mut rows = vec![
        heading_of(benchmark),
        Row { cells: head.chain([String::new()]).collect(), colour: Colour::Dim },
    ];
    for panel in &chart.panels {
        for line in panel.lines.iter().filter(|line| !line.points.is_empty()) {
            let named = [String::new(), format!("  {}: {}", panel.title, chart::name(line))];
            let values = sizes.iter().map(|&size| {
                let point = line.points.iter().find(|point| chart::nominal(point.bytes) == size);
                point.map(|point| significant(point.throughput())).unwrap_or_default()
            });
            // What stands last is set to the left, as text.
            let cells = named.into_iter().chain(values).chain([String::new()]).collect();
            let colour = if is_krepis(&line.subject) { Colour::None } else { Colour::Dim };
            rows.push(Row { cells, colour });
        }
    }
    let missing = chart::missing(chart).into_iter();
    rows.extend(
        missing.map(|said| Row { cells: vec![String::new(), format!("  {said}")], colour: Colour::Dim }),
    );
    rows
}

/// The entry with its first goal, and a row for each goal more.
fn entry_rows(benchmark: &Benchmark, entry: &Entry) -> Vec<Row> {
    let verdict = overall(benchmark, &entry.subject);
    let colour = match (verdict, &entry.outcome) {
        (_, Outcome::Missing(_)) => Colour::Dim,
        (_, Outcome::Failed(_)) => Colour::Yellow,
        (Some(Verdict::Met(_)), _) => Colour::Green,
        (Some(Verdict::Missed(_)), _) => Colour::Red,
        _ => Colour::None,
    };
    let mut cells = vec![mark(verdict).to_owned(), format!("  {}", entry.subject)];
    match &entry.outcome {
        Outcome::Measured(stats) => {
            let shown = |value| quantity(value, benchmark.unit);
            cells.extend([stats.median, stats.average, stats.min, stats.max].map(shown));
            cells.push(stats.iterations.to_string());
        }
        Outcome::Missing(why) => cells.extend([brief(why), "".into(), "".into(), "".into(), "".into()]),
        Outcome::Failed(_) => cells.extend(["failed".into(), "".into(), "".into(), "".into(), "".into()]),
    }
    cells.push(against(benchmark, entry).map(ratio).unwrap_or_default());

    let mut goals = benchmark.goals_of(&entry.subject).map(|goal| target(goal, benchmark));
    cells.push(goals.next().unwrap_or_default());
    let more = goals.map(|goal| {
        let mut cells = vec![String::new(); HEAD.len() - 1];
        cells.push(goal);
        Row { cells, colour }
    });
    let more: Vec<_> = more.collect();
    [Row { cells, colour }].into_iter().chain(more).collect()
}

/// Krepis' median as a multiple of this peer's.
fn against(benchmark: &Benchmark, entry: &Entry) -> Option<f64> {
    let own = benchmark.stats(KREPIS)?.median;
    let peer = entry.stats().filter(|_| entry.subject != KREPIS)?.median;
    (peer != 0.0 && !entry.is_krepis()).then(|| own / peer)
}

fn target(goal: &Goal, benchmark: &Benchmark) -> String {
    let verdict = goal.judge(benchmark);
    format!("{} {}", mark(Some(verdict)), goal.describe(benchmark.unit))
}

/// What stands before the remedy in brackets.
fn brief(reason: &str) -> String {
    reason.split([':', '(']).next().unwrap_or(reason).trim().to_owned()
}

fn compared(comparison: &Comparison, colour: bool) -> String {
    let regressions = comparison.regressions();
    let mut rows = vec![Row {
        cells: ["", "compared", "before", "now", "change", "spread", ""].map(str::to_owned).into(),
        colour: Colour::Dim,
    }];
    rows.extend(comparison.rows.iter().map(change_row));
    let mut text = format!(
        "\ncompared with {:?}: {regressions} regression{}\n{}",
        comparison.with,
        if regressions == 1 { "" } else { "s" },
        lay_out(&rows, colour)
    );
    for lost in &comparison.lost {
        text += &painted(&format!("✗  {lost}"), if colour { Colour::Red } else { Colour::None });
        text.push('\n');
    }
    text
}

fn change_row(row: &Change) -> Row {
    let flags = [(row.slower, "worse by more than 10 %"), (row.wider, "wider spread")];
    let mut flags: Vec<_> = flags.into_iter().filter(|(set, _)| *set).map(|(_, text)| text).collect();
    if row.is_peer && !flags.is_empty() {
        flags.push("(a peer: the machine, not Krepis)");
    }
    let cells = vec![
        if row.is_regression() { "✗".to_owned() } else { String::new() },
        format!("{} {}", row.benchmark, row.subject),
        quantity(row.before, row.unit),
        quantity(row.now, row.unit),
        if row.before == 0.0 { "–".to_owned() } else { change(row.factor()) },
        format!("{} → {}", percent(row.spread_before), percent(row.spread_now)),
        flags.join(", "),
    ];
    let colour = if row.is_regression() {
        Colour::Red
    } else if row.is_peer {
        Colour::Dim
    } else {
        Colour::None
    };
    Row { cells, colour }
}

/// Columns as wide as their widest cell; a row of two cells is a heading, and widens nothing.
fn lay_out(rows: &[Row], colour: bool) -> String {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let width = |column| {
        let cells = rows.iter().filter(|row| row.cells.len() > 2).filter_map(|row| row.cells.get(column));
        cells.map(|cell: &String| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.cells.iter().enumerate() {
            let width = widths[column];
            let _ = if LEFT.contains(&column) || column + 1 == columns {
                write!(line, "{cell:<width$}  ")
            } else {
                write!(line, "{cell:>width$}  ")
            };
        }
        text += &painted(line.trim_end(), if colour { row.colour } else { Colour::None });
        text.push('\n');
    }
    text
}

fn painted(line: &str, colour: Colour) -> String {
    let code = match colour {
        Colour::None => return line.to_owned(),
        Colour::Bold => 1,
        Colour::Dim => 2,
        Colour::Red => 31,
        Colour::Green => 32,
        Colour::Yellow => 33,
    };
    format!("\x1b[{code}m{line}\x1b[0m")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bench::results::{Language, Line, Panel, Point, Unit};
    use crate::bench::stats::Stats;
    use crate::bench::targets::Bound;

    fn results() -> Results {
        let entry = |subject: &str, outcome| Entry { subject: subject.into(), outcome };
        let measured = |samples: &[f64]| Outcome::Measured(Stats::of(samples.to_vec()).unwrap());
        let goal = |factor, peer: &'static str| Goal {
            subject: KREPIS.into(),
            bound: Bound::MostTimes { factor, peer: peer.into() },
        };
        Results {
            suite: "runtime".into(),
            taken_at: 0,
            quick: false,
            machine: BTreeMap::from([("cores".into(), "2".into())]),
            versions: BTreeMap::from([("node".into(), "26.10.0".into())]),
            benchmarks: vec![Benchmark {
                id: "hello-wall".into(),
                title: "hello world".into(),
                about: String::new(),
                unit: Unit::Nanoseconds,
                entries: vec![
                    entry(KREPIS, measured(&[4e6, 5e6, 6e6])),
                    entry("node", measured(&[2e7])),
                    entry("bun", Outcome::Missing("not installed (do this)".into())),
                    entry("deno", Outcome::Failed("deno ended with 1".into())),
                ],
                goals: vec![goal(0.35, "node"), goal(0.9, "bun")],
                notes: vec!["noisy".into()],
                bytes: None,
                chart: None,
            }],
        }
    }

    #[test]
    fn a_plain_table() {
        let expected = "\
suite runtime, 1970-01-01 00:00 UTC
cores 2
node 26.10.0

   name             median  average      min      max  iterations  krepis is  target
   hello world (hello-wall)
–    krepis        5.00 ms  5.00 ms  4.00 ms  6.00 ms           3             ✓ ≤ 0.35 × node
                                                                              – ≤ 0.9 × bun
     node          20.0 ms  20.0 ms  20.0 ms  20.0 ms           1      0.25×
     bun     not installed
     deno           failed

goals: 0 met, 0 missed, 1 not measured
hello-wall: noisy
hello-wall deno failed: deno ended with 1
";
        assert_eq!(render(&results(), None, false), expected);
    }

    #[test]
    fn throughput_has_a_column_where_something_has_it() {
        let mut results = results();
        results.benchmarks[0].bytes = Some(10_000_000);
        let table = render(&results, None, false);
        assert!(table.contains("name             median  throughput  average"), "{table}");
        assert!(table.contains("krepis        5.00 ms   2.00 GB/s  5.00 ms"), "{table}");
    }

    #[test]
    fn a_chart_is_a_row_for_each_line() {
        let line = |subject: &str, points: &[(u64, f64)]| Line {
            subject: subject.into(),
            language: Language::Rust,
            points: points.iter().map(|&(bytes, nanoseconds)| Point { bytes, nanoseconds }).collect(),
            missing: points.is_empty().then(|| "not built".into()),
        };
        let lines =
            vec![line("krepis", &[(15, 7.5), (64, 64.0)]), line("std", &[(16, 160.0)]), line("icu", &[])];
        let mut results = results();
        results.benchmarks[0].entries.clear();
        results.benchmarks[0].chart = Some(Chart { panels: vec![Panel { title: "CJK".into(), lines }] });
        let expected = "
node 26.10.0

  hello world (hello-wall)
  GB/s                 16 B  64 B
    CJK: krepis, Rust  2.00  1.00
    CJK: std, Rust     0.10
    icu, Rust: not built
";
        let table = render(&results, None, false);
        assert!(table.contains(expected), "{table}");
    }

    #[test]
    fn colours_only_on_a_terminal() {
        assert!(!render(&results(), None, false).contains('\x1b'));
        assert!(render(&results(), None, true).contains("\x1b[1m   hello world (hello-wall)\x1b[0m\n"));
    }

    #[test]
    fn a_comparison_names_its_regressions() {
        let mut before = results();
        before.benchmarks[0].entries[0].outcome = Outcome::Measured(Stats::of(vec![4e6, 4e6, 4e6]).unwrap());
        let comparison = Comparison::between("old", &before, &results());
        let text = render(&results(), Some(&comparison), false);
        let tail = text.split_once("\ncompared with").unwrap().1;
        assert!(tail.starts_with(" \"old\": 1 regression\n"), "{tail}");
        assert!(tail.contains("✗  hello-wall krepis"), "{tail}");
        assert!(tail.contains("+25.0 %  0.0 % → 20.0 %  worse by more than 10 %, wider spread"), "{tail}");
    }
}
