//! The report as one page that needs nothing else: inline style, charts as inline SVG, no script.

use std::fmt::Write;

use super::{chart as curves, mark, tally};
use crate::bench::compare::Comparison;
use crate::bench::format::{change, percent, quantity, ratio, throughput};
use crate::bench::machine::date;
use crate::bench::results::{Benchmark, Entry, KREPIS, Outcome, Results};
use crate::bench::stats::Stats;
use crate::bench::targets::{Bound, Goal, Verdict};

const STYLE: &str = include_str!("style.css");

pub(super) fn render(results: &Results, comparison: Option<&Comparison>) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Krepis bench: {suite}</title>\n\
         <style>\n{STYLE}</style>\n<main>\n<h1>Krepis bench: {suite}</h1>\n<p class=\"soft\">{date}</p>\n",
        suite = escape(&results.suite),
        date = date(results.taken_at),
    );
    if results.quick {
        page += "<p class=\"warn\">Taken with --quick: it shows that everything runs, not how fast.</p>\n";
    }
    page += &summary(results);
    page.extend(comparison.map(compared));
    page.extend(results.benchmarks.iter().map(section));
    page + "</main>\n</html>\n"
}

fn summary(results: &Results) -> String {
    let (met, missed, open) = tally(results);
    let mut text = format!(
        "<div class=\"tally\"><span class=\"good\">✓ {met} goals met</span><span class=\"bad\">✗ {missed} missed</span>\
         <span class=\"soft\">– {open} not measured</span></div>\n<dl>\n"
    );
    let versions =
        results.versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>();
    let facts = results.machine.iter().map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in facts.chain([("versions", versions.join(", "))]) {
        let _ = writeln!(text, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(&value));
    }
    text += "</dl>\n<p class=\"soft\">Bars are medians, thin lines go from minimum to maximum, dashed lines are goals.</p>\n";
    text
}

fn section(benchmark: &Benchmark) -> String {
    let mut text = format!(
        "<section id=\"{}\">\n<h2>{}</h2>\n<p class=\"soft\">{} {}</p>\n",
        escape(&benchmark.id),
        escape(&benchmark.title),
        escape(&benchmark.about),
        if benchmark.unit.lower_is_better() && benchmark.chart.is_none() {
            "Less is better."
        } else {
            "More is better."
        },
    );
    text += &benchmark.chart.as_ref().map_or_else(|| chart(benchmark), curves::svg);
    text += &goals(benchmark);
    for note in &benchmark.notes {
        let _ = writeln!(text, "<p class=\"soft\">{}</p>", escape(note));
    }
    text += &benchmark.chart.as_ref().map_or_else(|| figures(benchmark), curves::table);
    text + "</section>\n"
}

/// Bars to the medians, a line from minimum to maximum, and a dashed line where a goal stands.
fn chart(benchmark: &Benchmark) -> String {
    const WIDTH: f64 = 860.0;
    const ROW: f64 = 30.0;
    /// Of a letter, about.
    const LETTER: f64 = 7.5;
    let longest = benchmark.entries.iter().map(|entry| entry.subject.chars().count()).max().unwrap_or(0);
    let left = (longest as f64 * LETTER + 20.0).max(110.0);
    let right = if benchmark.bytes.is_some() { 170.0 } else { 90.0 };
    let plot = WIDTH - left - right;
    let limits = benchmark.goals.iter().filter_map(|goal| limit(goal, benchmark));
    let medians = benchmark.entries.iter().filter_map(Entry::stats).map(|stats| stats.median);
    let largest = medians.chain(limits).fold(0.0, f64::max);
    // Room for the spread above the largest median; a wild outlier is cut off.
    let scale = if largest > 0.0 { plot / (largest * 1.1) } else { 0.0 };
    let x = |value: f64| left + (value.max(0.0) * scale).min(plot);

    let height = ROW * benchmark.entries.len() as f64;
    let mut svg = format!(
        "<div class=\"scroll\"><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n\
         <line class=\"axis\" x1=\"{left}\" x2=\"{left}\" y1=\"0\" y2=\"{height}\"/>\n",
        escape(&benchmark.title)
    );
    for (index, entry) in benchmark.entries.iter().enumerate() {
        let top = ROW * index as f64;
        let middle = top + ROW / 2.0;
        let strong = if entry.subject == KREPIS { " class=\"strong\"" } else { "" };
        let _ = writeln!(
            svg,
            "<text{strong} x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            left - 10.0,
            middle + 4.5,
            escape(&entry.subject)
        );
        match &entry.outcome {
            Outcome::Measured(stats) => {
                let shown = |value| quantity(value, benchmark.unit);
                let (least, most, end) = (x(stats.min), x(stats.max), x(stats.median));
                let _ = writeln!(
                    svg,
                    "<g><title>{}: median {}, {} to {}</title>\
                     <rect class=\"{}\" x=\"{left}\" y=\"{}\" width=\"{:.1}\" height=\"{}\" rx=\"2\"/>\
                     <line class=\"whisker\" x1=\"{least:.1}\" x2=\"{most:.1}\" y1=\"{middle}\" y2=\"{middle}\"/></g>\n\
                     <text class=\"value{}\" x=\"{WIDTH}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                    escape(&entry.subject),
                    shown(stats.median),
                    shown(stats.min),
                    shown(stats.max),
                    colour(entry),
                    top + 6.0,
                    end - left,
                    ROW - 12.0,
                    if entry.subject == KREPIS { " strong" } else { "" },
                    middle + 4.5,
                    benchmark.throughput(stats.median).map_or_else(
                        || shown(stats.median),
                        |rate| format!("{}, {}", shown(stats.median), throughput(rate))
                    ),
                );
            }
            Outcome::Missing(why) => absent(&mut svg, left, middle, why),
            Outcome::Failed(why) => absent(&mut svg, left, middle, &format!("failed: {why}")),
        }
        for goal in benchmark.goals_of(&entry.subject).filter(|_| entry.stats().is_some()) {
            if let Some(limit) = limit(goal, benchmark) {
                let _ = writeln!(
                    svg,
                    "<line class=\"goal\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1}\" y2=\"{2}\"><title>{3}</title></line>",
                    x(limit),
                    top + 2.0,
                    top + ROW - 2.0,
                    escape(&goal.describe(benchmark.unit))
                );
            }
        }
    }
    svg + "</svg></div>\n"
}

fn absent(svg: &mut String, left: f64, middle: f64, why: &str) {
    let why: String = if why.chars().count() > 100 {
        why.chars().take(99).chain(['…']).collect()
    } else {
        why.to_owned()
    };
    let _ = writeln!(
        svg,
        "<text class=\"absent\" x=\"{}\" y=\"{}\">{}</text>",
        left + 10.0,
        middle + 4.5,
        escape(&why)
    );
}

fn colour(entry: &Entry) -> &'static str {
    match entry.is_krepis() {
        true if entry.subject == KREPIS => "own",
        true => "variant",
        false => "peer",
    }
}

/// The value that a goal stands at.
fn limit(goal: &Goal, benchmark: &Benchmark) -> Option<f64> {
    match &goal.bound {
        Bound::Most(value) | Bound::Least(value) => Some(*value),
        Bound::MostTimes { factor, peer } | Bound::LeastTimes { factor, peer } => {
            benchmark.stats(peer).map(|stats| stats.median * factor)
        }
    }
}

fn goals(benchmark: &Benchmark) -> String {
    if benchmark.goals.is_empty() {
        return String::new();
    }
    let mut text = "<ul>\n".to_owned();
    for goal in &benchmark.goals {
        let verdict = goal.judge(benchmark);
        let measured = |value| match goal.bound {
            Bound::Most(_) | Bound::Least(_) => quantity(value, benchmark.unit),
            _ => ratio(value),
        };
        let (class, said) = match verdict {
            Verdict::Met(value) => ("good", measured(value)),
            Verdict::Missed(value) => ("bad", measured(value)),
            Verdict::Unknown => ("soft", String::new()),
        };
        let _ = writeln!(
            text,
            "<li><span class=\"{class}\">{} {}</span> <span class=\"soft\">{} {}</span></li>",
            mark(Some(verdict)),
            said,
            escape(&goal.subject),
            escape(&goal.describe(benchmark.unit)),
        );
    }
    text + "</ul>\n"
}

fn figures(benchmark: &Benchmark) -> String {
    let own = benchmark.stats(KREPIS).map(|stats| stats.median);
    let row = |(entry, stats): (&Entry, &Stats)| {
        let peer = (!entry.is_krepis() && stats.median != 0.0).then_some(stats.median);
        let times = own.zip(peer).map(|(own, peer)| ratio(own / peer)).unwrap_or_default();
        let values: String = [stats.median, stats.average, stats.min, stats.max]
            .into_iter()
            .map(|value| format!("<td>{}</td>", quantity(value, benchmark.unit)))
            .collect();
        let rate = benchmark.throughput(stats.median).map(throughput);
        let rate = rate.map(|rate| format!("<td>{rate}</td>")).unwrap_or_default();
        format!(
            "<tr><td>{}</td>{values}{rate}<td>{}</td><td>{}</td><td>{times}</td></tr>\n",
            escape(&entry.subject),
            percent(stats.spread),
            stats.iterations
        )
    };
    let rows: String =
        benchmark.entries.iter().filter_map(|entry| Some((entry, entry.stats()?))).map(row).collect();
    format!(
        "<details><summary>Figures</summary><div class=\"scroll\"><table>\n<tr><th>name</th><th>median</th><th>average</th>\
         <th>min</th><th>max</th>{}<th>spread</th><th>iterations</th><th>krepis is</th></tr>\n{rows}</table></div></details>\n",
        if benchmark.bytes.is_some() { "<th>throughput</th>" } else { "" },
    )
}

fn compared(comparison: &Comparison) -> String {
    let regressions = comparison.regressions();
    let class = if regressions == 0 { "good" } else { "bad" };
    let mut text = format!(
        "<section>\n<h2>Compared with “{}”: <span class=\"{class}\">{regressions} regression{}</span></h2>\n\
         <p class=\"soft\">A median more than 10 % worse, or a spread that widened. The peers show the machine's own drift.</p>\n\
         <div class=\"scroll\"><table>\n<tr><th>benchmark</th><th class=\"text\">subject</th><th>before</th><th>now</th><th>change</th><th>spread</th></tr>\n",
        escape(&comparison.with),
        if regressions == 1 { "" } else { "s" },
    );
    for row in &comparison.rows {
        let class = match (row.is_regression(), row.is_peer) {
            (true, _) => "bad",
            (false, true) => "soft",
            (false, false) => "",
        };
        let change = if row.before == 0.0 { "–".to_owned() } else { change(row.factor()) };
        let _ = writeln!(
            text,
            "<tr class=\"{class}\"><td>{}</td><td class=\"text\">{}</td><td>{}</td><td>{}</td><td>{change}</td><td>{} → {}</td></tr>",
            escape(&row.benchmark),
            escape(&row.subject),
            quantity(row.before, row.unit),
            quantity(row.now, row.unit),
            percent(row.spread_before),
            percent(row.spread_now),
        );
    }
    text += "</table></div>\n";
    for lost in &comparison.lost {
        let _ = writeln!(text, "<p class=\"bad\">✗ {}</p>", escape(lost));
    }
    text + "</section>\n"
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bench::results::Unit;

    fn page(outcome: Outcome) -> String {
        let entries = vec![Entry { subject: KREPIS.into(), outcome }];
        let goals = vec![Goal { subject: KREPIS.into(), bound: Bound::Most(2048.0) }];
        let benchmark = Benchmark {
            id: "b".into(),
            title: "memory".into(),
            about: "A & B.".into(),
            unit: Unit::Bytes,
            entries,
            goals,
            notes: vec![],
            bytes: None,
            chart: None,
        };
        render(
            &Results {
                suite: "runtime".into(),
                taken_at: 0,
                quick: false,
                machine: BTreeMap::new(),
                versions: BTreeMap::new(),
                benchmarks: vec![benchmark],
            },
            None,
        )
    }

    #[test]
    fn the_page_needs_nothing_else() {
        let page = page(Outcome::Measured(Stats::of(vec![1024.0]).unwrap()));
        for outside in ["http:", "https:", "src=", "href=", "url(", "@import", "<script"] {
            assert!(!page.contains(outside), "the page names {outside}");
        }
        assert!(page.contains("✓ 1.00 KiB</span> <span class=\"soft\">krepis ≤ 2.00 KiB"));
    }

    #[test]
    fn what_programs_say_is_escaped() {
        let page = page(Outcome::Failed("<b>\"bad\"</b>".into()));
        assert!(page.contains("failed: &lt;b&gt;&quot;bad&quot;&lt;/b&gt;"));
        assert!(page.contains("<p class=\"soft\">A &amp; B. Less is better.</p>"));
    }

    #[test]
    fn a_chart_without_figures_is_still_a_chart() {
        let page = page(Outcome::Missing("not built".into()));
        assert!(page.contains("not built</text>") && !page.contains("NaN") && !page.contains("<rect"));
    }
}
