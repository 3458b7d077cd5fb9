//! Throughput over the size of the input: panels side by side with the same axes, both logarithmic.

use std::fmt::Write;

use super::html::escape;
use crate::bench::format::{quantity, significant, throughput};
use crate::bench::results::{Benchmark, Chart, KREPIS, Language, Line, Panel, Point, Results, is_krepis};

const COLUMNS: usize = 3;
const WIDTH: f64 = 290.0;
const HEIGHT: f64 = 230.0;
/// Around the plot of a panel.
const LEFT: f64 = 42.0;
const RIGHT: f64 = 22.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 32.0;
/// Of a line of the legend.
const ROW: f64 = 20.0;
/// What is faster does not go through its text: it stands at the upper edge. A power of ten, of GB/s.
const HIGHEST: i32 = 2;
/// As many as there are in `style.css`.
const PEER_COLOURS: usize = 6;
const OWN_COLOURS: usize = 2;

/// The benchmarks that are charts.
pub(super) fn of(results: &Results) -> impl Iterator<Item = (&Benchmark, &Chart)> {
    results.benchmarks.iter().filter_map(|benchmark| Some((benchmark, benchmark.chart.as_ref()?)))
}

/// The sizes that some line has, as their [`nominal`] ones.
pub(super) fn sizes(chart: &Chart) -> Vec<u64> {
    let mut sizes: Vec<_> = points(chart).map(|point| nominal(point.bytes)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// The size that was asked for: a text may end some bytes before, with its last whole character.
pub(super) fn nominal(bytes: u64) -> u64 {
    bytes.next_power_of_two()
}

/// `64 B`, `4 KiB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..0x400 => format!("{bytes} B"),
        0x400..0x10_0000 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// A line's subject with its language, unless a runtime's name tells that.
pub(super) fn name(line: &Line) -> String {
    match line.language {
        Language::Rust => format!("{}, Rust", line.subject),
        Language::JavaScript if line.subject.contains(" on ") => line.subject.clone(),
        Language::JavaScript => format!("{}, JavaScript", line.subject),
    }
}

/// Which lines have nothing to show, and why: each once.
pub(super) fn missing(chart: &Chart) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in chart.panels.iter().flat_map(|panel| &panel.lines) {
        let said = line.missing.as_ref().map(|why| format!("{}: {why}", name(line)));
        all.extend(said.filter(|said| !all.contains(said)));
    }
    all
}

/// The panels, and what the lines are.
pub(super) fn svg(chart: &Chart) -> String {
    let Some(axes) = Axes::around(points(chart)) else {
        return format!("<p class=\"soft\">Nothing was measured.</p>\n{}", said_missing(chart));
    };
    let subjects = Subjects::of(chart);
    // The legend is one more panel, which may be higher than the others.
    let cells = chart.panels.len() + 1;
    let (width, legend) = (WIDTH * COLUMNS as f64, ROW * subjects.0.len() as f64 + TOP);
    let height = HEIGHT * (cells.div_ceil(COLUMNS) - 1) as f64 + HEIGHT.max(legend);
    let mut svg = format!("<div class=\"scroll\"><svg viewBox=\"0 0 {width} {height}\" role=\"img\">\n");
    for (index, panel) in chart.panels.iter().enumerate() {
        let _ = writeln!(svg, "<g transform=\"translate({} {})\">", place(index).0, place(index).1);
        draw(&mut svg, panel, &axes, &subjects);
        svg += "</g>\n";
    }
    let (x, y) = place(chart.panels.len());
    let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
    for (index, line) in subjects.0.iter().enumerate() {
        let y = TOP + ROW * index as f64;
        let _ = writeln!(
            svg,
            "<line class=\"{}\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>\n<text x=\"{}\" y=\"{}\">{}</text>",
            subjects.class(line),
            LEFT + 26.0,
            LEFT + 34.0,
            y + 4.5,
            escape(&name(line)),
        );
    }
    svg + "</g>\n</svg></div>\n" + &said_missing(chart)
}

/// What the panels show, as figures.
pub(super) fn table(chart: &Chart) -> String {
    let sizes = sizes(chart);
    let mut text =
        "<details><summary>Figures</summary><div class=\"scroll\"><table>\n<tr><th>GB/s</th>".to_owned();
    text.extend(sizes.iter().map(|&bytes| format!("<th>{}</th>", size(bytes))));
    text += "</tr>\n";
    for panel in &chart.panels {
        for line in panel.lines.iter().filter(|line| !line.points.is_empty()) {
            let _ = write!(text, "<tr><td>{}: {}</td>", escape(&panel.title), escape(&name(line)));
            for &size in &sizes {
                let point = line.points.iter().find(|point| nominal(point.bytes) == size);
                let shown = point.map(|point| significant(point.throughput())).unwrap_or_default();
                let _ = write!(text, "<td>{shown}</td>");
            }
            text += "</tr>\n";
        }
    }
    text + "</table></div></details>\n"
}

fn place(index: usize) -> (f64, f64) {
    (WIDTH * (index % COLUMNS) as f64, HEIGHT * (index / COLUMNS) as f64)
}

fn points(chart: &Chart) -> impl Iterator<Item = &Point> {
    chart.panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.points)
}

fn draw(svg: &mut String, panel: &Panel, axes: &Axes, subjects: &Subjects<'_>) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let _ = writeln!(svg, "<text class=\"strong\" x=\"{LEFT}\" y=\"16\">{}</text>", escape(&panel.title));
    for power in axes.powers() {
        let y = axes.y(10f64.powi(power));
        let _ = writeln!(
            svg,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\n\
             <text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            10f64.powi(power),
        );
    }
    for bytes in axes.ticks() {
        let x = axes.x(bytes);
        let _ = writeln!(
            svg,
            "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\n\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            size(bytes),
        );
    }
    // Krepis is drawn last, above the others.
    let (own, peers): (Vec<_>, Vec<_>) = panel.lines.iter().partition(|line| is_krepis(&line.subject));
    for line in peers.into_iter().chain(own) {
        curve(svg, line, axes, subjects);
    }
}

fn curve(svg: &mut String, line: &Line, axes: &Axes, subjects: &Subjects<'_>) {
    let class = subjects.class(line);
    let at = |point: &Point| (axes.x(point.bytes), axes.y(point.throughput()));
    let path: Vec<_> =
        line.points.iter().map(|point| format!("{:.1},{:.1}", at(point).0, at(point).1)).collect();
    let _ = writeln!(svg, "<polyline class=\"{class}\" points=\"{}\"/>", path.join(" "));
    for point in &line.points {
        let (x, y) = at(point);
        let _ = writeln!(
            svg,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{}, {}: {}, {}</title></circle>",
            escape(&name(line)),
            size(nominal(point.bytes)),
            throughput(point.throughput()),
            quantity(point.nanoseconds, crate::bench::results::Unit::Nanoseconds),
        );
    }
}

fn said_missing(chart: &Chart) -> String {
    missing(chart).iter().map(|said| format!("<p class=\"soft\">{}</p>\n", escape(said))).collect()
}

/// What is to be told apart: the lines of all panels, each subject once.
struct Subjects<'a>(Vec<&'a Line>);

impl<'a> Subjects<'a> {
    fn of(chart: &'a Chart) -> Self {
        let mut subjects: Vec<&Line> = Vec::new();
        for line in chart.panels.iter().flat_map(|panel| &panel.lines) {
            let is_known = subjects.iter().any(|known| is_same(known, line));
            if !is_known && !line.points.is_empty() {
                subjects.push(line);
            }
        }
        Self(subjects)
    }

    /// Krepis has a colour, each of its variants and every peer their own; dashes are JavaScript.
    fn class(&self, line: &Line) -> String {
        let dashed = if line.language == Language::JavaScript { " dashed" } else { "" };
        if line.subject == KREPIS {
            return format!("curve own{dashed}");
        }
        let is_own = is_krepis(&line.subject);
        let kind = |subject: &str| subject != KREPIS && is_krepis(subject) == is_own;
        let mut others = self.0.iter().filter(|known| kind(&known.subject));
        let index = others.position(|known| is_same(known, line)).unwrap_or(0);
        let (name, colours) = if is_own { ("own", OWN_COLOURS) } else { ("peer", PEER_COLOURS) };
        format!("curve {name}-{}{dashed}", index % colours)
    }
}

fn is_same(one: &Line, other: &Line) -> bool {
    (&one.subject, one.language) == (&other.subject, other.language)
}

/// From the least to the most of all panels, so that they can be compared.
struct Axes {
    /// Powers of two, of bytes.
    sizes: (u32, u32),
    /// Powers of ten, of GB/s.
    rates: (i32, i32),
}

impl Axes {
    /// `None` where there is nothing to show.
    fn around<'a>(points: impl Iterator<Item = &'a Point>) -> Option<Self> {
        let all: Vec<_> =
            points.map(|point| (nominal(point.bytes).ilog2(), point.throughput().log10())).collect();
        let (least, most) =
            (all.iter().map(|(size, _)| *size).min()?, all.iter().map(|(size, _)| *size).max()?);
        let low = all.iter().map(|(_, rate)| *rate).fold(f64::INFINITY, f64::min).floor() as i32;
        let high = all.iter().map(|(_, rate)| *rate).fold(f64::NEG_INFINITY, f64::max).ceil() as i32;
        Some(Self {
            sizes: (least, most.max(least + 1)),
            rates: (low, high.clamp(low + 1, HIGHEST.max(low + 1))),
        })
    }

    fn x(&self, bytes: u64) -> f64 {
        let share =
            ((bytes as f64).log2() - f64::from(self.sizes.0)) / f64::from(self.sizes.1 - self.sizes.0);
        LEFT + share.max(0.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, rate: f64) -> f64 {
        let share = (rate.log10() - f64::from(self.rates.0)) / f64::from(self.rates.1 - self.rates.0);
        HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
    }

    fn powers(&self) -> impl Iterator<Item = i32> {
        self.rates.0..=self.rates.1
    }

    /// Few enough that their names do not meet.
    fn ticks(&self) -> impl Iterator<Item = u64> {
        let step = (self.sizes.1 - self.sizes.0).div_ceil(4).max(1);
        (self.sizes.0..=self.sizes.1).step_by(step as usize).map(|power| 1 << power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(subject: &str, language: Language, points: &[(u64, f64)]) -> Line {
        let points =
            points.iter().map(|&(bytes, nanoseconds)| Point { bytes, nanoseconds }).collect::<Vec<_>>();
        let missing = points.is_empty().then(|| "not <built>".to_owned());
        Line { subject: subject.to_owned(), language, points, missing }
    }

    fn chart() -> Chart {
        let own = line("krepis", Language::Rust, &[(16, 8.0), (63, 16.0), (1 << 20, 65_536.0)]);
        let peer = line("std", Language::Rust, &[(16, 160.0)]);
        let absent = line("krepis", Language::JavaScript, &[]);
        let panel = |title: &str| Panel {
            title: title.to_owned(),
            lines: vec![own.clone(), peer.clone(), absent.clone()],
        };
        Chart { panels: vec![panel("ASCII"), panel("CJK")] }
    }

    #[test]
    fn axes_take_in_all_that_was_measured() {
        let chart = chart();
        let axes = Axes::around(points(&chart)).unwrap();
        assert_eq!((axes.sizes, axes.rates), ((4, 20), (-1, 2)));
        assert_eq!((axes.x(16), axes.x(1 << 20)), (LEFT, WIDTH - RIGHT));
        assert_eq!((axes.y(0.1), axes.y(100.0)), (HEIGHT - BOTTOM, TOP));
        assert_eq!(axes.y(1e6), TOP);
        assert_eq!(axes.ticks().map(size).collect::<Vec<_>>(), ["16 B", "256 B", "4 KiB", "64 KiB", "1 MiB"]);
        assert_eq!(sizes(&chart), [16, 64, 1 << 20]);
    }

    #[test]
    fn a_chart_has_a_line_for_each_subject_and_says_what_is_missing() {
        let text = svg(&chart());
        assert_eq!(text.matches("<polyline class=\"curve own\"").count(), 2);
        assert_eq!(text.matches("<polyline class=\"curve peer-0\"").count(), 2);
        assert!(text.contains("std, Rust, 16 B: 100 MB/s, 160 ns</title>"), "{text}");
        assert_eq!(text.matches("krepis, JavaScript: not &lt;built&gt;").count(), 1);
        assert!(!text.contains("NaN") && !text.contains("inf"));
        assert!(
            table(&chart()).contains("<td>ASCII: krepis, Rust</td><td>2.00</td><td>3.94</td><td>16.0</td>")
        );
    }

    #[test]
    fn without_points_there_is_no_picture() {
        let chart = Chart {
            panels: vec![Panel { title: "CJK".into(), lines: vec![line("std", Language::Rust, &[])] }],
        };
        assert!(!svg(&chart).contains("<svg") && svg(&chart).contains("not &lt;built&gt;"));
    }
}
