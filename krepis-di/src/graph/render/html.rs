//! One page with the picture in it: SVG that is complete without a script, and a script that moves through it.

use std::fmt::Write as _;

use super::super::{Need, NodeId};
use super::layout::{HEIGHT, Layout, Place, Route, lay_out};
use super::{End, Picture, visible, width};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Longer names are cut in boxes; the whole is shown beside the picture.
const MOST_CELLS: usize = 32;
const MARGIN: f64 = 40.0;

pub(super) fn render(picture: &Picture<'_>, title: &str) -> String {
    let cards = cards(picture);
    let widths: Vec<f64> = cards.iter().map(Card::width).collect();
    let place = |end: End| match end {
        End::Node(node) => node.0 as usize,
        End::Absent(at) => picture.graph.len() + at,
    };
    let ends: Vec<(usize, usize)> =
        picture.edges.iter().map(|edge| (edge.from.0 as usize, place(edge.to))).collect();
    let layout = lay_out(&widths, &ends);

    let mut out = String::with_capacity(64 << 10);
    let title = escape(title);
    let _ = writeln!(out, "{HEAD}<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>");
    side(&mut out, picture, &title);
    out.push_str("<main>\n");
    let (width, height) = (layout.width.max(200.0) + 2.0 * MARGIN, layout.height.max(100.0) + 2.0 * MARGIN);
    let _ = writeln!(
        out,
        "<svg id=\"picture\" viewBox=\"{} {} {} {}\" role=\"img\" aria-label=\"The graph of services\">",
        Number(-MARGIN),
        Number(-MARGIN),
        Number(width),
        Number(height)
    );
    let _ = writeln!(out, "{MARKERS}<g id=\"view\">\n<g id=\"edges\">");
    lines(&mut out, picture, &ends, &layout);
    out.push_str("</g>\n<g id=\"nodes\">\n");
    for (at, (card, place)) in cards.iter().zip(&layout.boxes).enumerate() {
        card.draw(&mut out, at, *place);
    }
    let _ = writeln!(out, "</g>\n</g>\n</svg>\n{BUTTONS}</main>");
    // In JSON, `<` stands only in strings: none may end the script or start a comment.
    let data = picture.to_json().replace('<', "\\u003c");
    let _ = writeln!(out, "<script type=\"application/json\" id=\"data\">{data}</script>");
    let _ = writeln!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>");
    out
}

/// Nothing may be loaded: what the page needs is in it.
const HEAD: &str = "\
<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta http-equiv=\"Content-Security-Policy\"
 content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">
";

/// The ends of lines.
const MARKERS: &str = include_str!("markers.svg");

const BUTTONS: &str = "\
<div id=\"zoom\" hidden>
<button type=\"button\" data-zoom=\"in\" title=\"Zoom in (+)\" aria-label=\"Zoom in\">+</button>
<button type=\"button\" data-zoom=\"out\" title=\"Zoom out (-)\" aria-label=\"Zoom out\">\u{2212}</button>
<button type=\"button\" data-zoom=\"fit\" title=\"Show all (0)\" aria-label=\"Show all\">\u{2922}</button>
</div>
";

/// What stands in a box.
struct Card {
    class: String,
    name: String,
    below: String,
    /// All of it, for who points at it.
    full: String,
}

fn cards(picture: &Picture<'_>) -> Vec<Card> {
    let nodes = picture.graph.nodes().map(|(id, node)| {
        let marks = &picture.marks[id.0 as usize];
        let mut class = node.lifetime.to_string();
        if node.hidden {
            class.push_str(" hidden");
        }
        if !marks.is_empty() {
            class.push_str(" bad");
        }
        let mut below = vec![node.lifetime.to_string()];
        below.extend(picture.remarks(id).into_iter().map(str::to_owned));
        let below = below.join(" \u{b7} ");
        let full = format!("{}\n{below}\n{}", full_name(picture, id), node.origin);
        Card { class, name: picture.name(id), below, full }
    });
    let absent = picture.absent.iter().enumerate().map(|(at, absent)| {
        let (class, below) = match absent.is_missing {
            true => ("absent bad", "missing"),
            false => ("absent", "not registered"),
        };
        let name = picture.absent_name(at).to_owned();
        Card { class: class.to_owned(), full: format!("{name}\n{below}"), name, below: below.to_owned() }
    });
    nodes.chain(absent).collect()
}

fn full_name<'a>(picture: &'a Picture<'_>, node: NodeId) -> &'a str {
    &picture.graph.services[picture.graph.at(node).service.0 as usize].name
}

impl Card {
    fn width(&self) -> f64 {
        let cells = |text: &str| width(text).min(MOST_CELLS) as f64;
        (cells(&visible(&self.name)) * 8.1).max(cells(&visible(&self.below)) * 6.2).max(74.0) + 34.0
    }

    fn draw(&self, out: &mut String, at: usize, place: Place) {
        let Place { x, y, width } = place;
        let _ = write!(
            out,
            "<g class=\"{}\" data-at=\"{at}\" transform=\"translate({} {})\"><title>{}</title>\
             <rect width=\"{}\" height=\"{HEIGHT}\" rx=\"9\"/>\
             <path class=\"stripe\" d=\"M9 0H5V{HEIGHT}H9A9 9 0 0 1 0 {}V9A9 9 0 0 1 9 0z\"/>\
             <text x=\"18\" y=\"20\">{}</text><text class=\"below\" x=\"18\" y=\"36\">{}</text>",
            self.class,
            Number(x),
            Number(y),
            escape(&self.full),
            Number(width),
            HEIGHT - 9.0,
            escape(&cut(&visible(&self.name))),
            escape(&cut(&visible(&self.below))),
        );
        if self.class.ends_with("bad") {
            let _ = write!(
                out,
                "<g class=\"flag\" transform=\"translate({} 0)\"><circle r=\"9\"/><text y=\"4.5\">!</text></g>",
                Number(width - 4.0)
            );
        }
        out.push_str("</g>\n");
    }
}

/// The start of a long text.
fn cut(text: &str) -> String {
    if width(text) <= MOST_CELLS {
        return text.to_owned();
    }
    let mut start = String::new();
    let mut cells = 1;
    for c in text.chars() {
        cells += width(c.encode_utf8(&mut [0; 4]));
        if cells > MOST_CELLS {
            break;
        }
        start.push(c);
    }
    start + "\u{2026}"
}

/// The edges. Those that are problems come last, so that they lie on top.
fn lines(out: &mut String, picture: &Picture<'_>, ends: &[(usize, usize)], layout: &Layout) {
    let mut dependents = vec![0_usize; layout.boxes.len()];
    ends.iter().for_each(|(_, to)| dependents[*to] += 1);
    let many = (layout.boxes.len() / 12).max(12);
    let all = picture.edges.iter().zip(ends).zip(&layout.routes);
    let (bad, good): (Vec<_>, Vec<_>) = all.partition(|((edge, _), _)| edge.is_problem);
    for ((edge, &(from, to)), route) in good.into_iter().chain(bad) {
        let mark = match edge.is_problem {
            true => " bad",
            false if dependents[to] >= many => " hub",
            false => "",
        };
        let _ = writeln!(
            out,
            "<path class=\"{}{mark}\" data-from=\"{from}\" data-to=\"{to}\" d=\"{}\"/>",
            super::need(edge.need),
            line(route, layout.boxes[from])
        );
    }
}

/// The path of an edge.
fn line(route: &Route, from: Place) -> String {
    let stretches = &route.0;
    let mut path = String::new();
    let Some(first) = stretches.first() else {
        // Out at the right side, over the box, and in from above.
        let (right, top) = (from.x + from.width, from.y);
        let _ = write!(
            path,
            "M{} {}c34 0 34 -44 0 -44h-8q-14 0 -14 28",
            Number(right),
            Number(top + HEIGHT / 2.0 - 7.0)
        );
        return path;
    };
    let _ = write!(path, "M{} {}", Number(first.from), Number(first.y));
    for pair in stretches.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if from.to != from.from {
            let _ = write!(path, "H{}", Number(from.to));
        }
        if from.y == to.y {
            let _ = write!(path, "H{}", Number(to.from));
            continue;
        }
        let half = (to.from - from.to) * 0.5;
        let _ = write!(
            path,
            "C{} {} {} {} {} {}",
            Number(from.to + half),
            Number(from.y),
            Number(to.from - half),
            Number(to.y),
            Number(to.from),
            Number(to.y)
        );
    }
    path
}

/// A tenth of a pixel is enough.
struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not `-0`.
        ((self.0 * 10.0).round() / 10.0 + 0.0).fmt(f)
    }
}

/// What stands beside the picture.
fn side(out: &mut String, picture: &Picture<'_>, title: &str) {
    let _ = write!(
        out,
        "<aside>\n<header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n\
         <div id=\"find\" hidden>\n<input type=\"search\" placeholder=\"Search services  ( / )\" aria-label=\"Search services\" autocomplete=\"off\" spellcheck=\"false\">\n<p></p>\n</div>\n\
         <section id=\"details\" hidden></section>\n",
        picture.summary()
    );
    if !picture.problems.is_empty() {
        let count = picture.problems.len();
        let _ = write!(
            out,
            "<section id=\"problems\">\n<h2>{count} {}</h2>\n<ol>\n",
            if count == 1 { "problem" } else { "problems" }
        );
        for (problem, text) in picture.problems.iter().zip(picture.report.problems()) {
            let mut involved: Vec<String> = problem.nodes().iter().map(|node| node.0.to_string()).collect();
            if let super::Problem::Missing { service, .. } = problem {
                let absent = picture.absent.iter().position(|absent| absent.service == *service);
                involved.extend(absent.map(|at| (picture.graph.len() + at).to_string()));
            }
            let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
            let (kind, what) = head.split_once(": ").unwrap_or(("", head));
            let _ = writeln!(
                out,
                "<li data-nodes=\"{}\" tabindex=\"0\"><b>{}</b><p>{}</p><pre>{}</pre></li>",
                involved.join(" "),
                escape(kind),
                escape(what),
                escape(rest)
            );
        }
        out.push_str("</ol>\n</section>\n");
    }
    legend(out, picture);
    out.push_str("</aside>\n");
}

fn legend(out: &mut String, picture: &Picture<'_>) {
    out.push_str("<section id=\"legend\">\n<h2>Legend</h2>\n<ul>\n");
    for (class, meaning) in [
        ("singleton", "one for the container"),
        ("scoped", "one for each scope"),
        ("transient", "a new one each time"),
    ] {
        let _ = writeln!(out, "<li><i class=\"{class}\"></i><b>{class}</b> {meaning}</li>");
    }
    for (need, meaning) in [
        (Need::One, "depends on"),
        (Need::Lazy, "made at its first use"),
        (Need::Optional, "may be absent"),
        (Need::All, "all registrations"),
    ] {
        if need != Need::One && picture.edges.iter().all(|edge| edge.need != need) {
            continue;
        }
        let name = super::need(need);
        let word = if need == Need::One { "" } else { name };
        let _ = writeln!(
            out,
            "<li><svg viewBox=\"0 0 34 10\"><path class=\"{name}\" d=\"M0 5H33\"/></svg><b>{word}</b> {meaning}</li>"
        );
    }
    out.push_str("</ul>\n</section>\n");
}

/// For text and quoted attributes of HTML.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n').enumerate() {
        if line.0 > 0 {
            out.push('\n');
        }
        for c in visible(line.1).chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
    }
    out
}
