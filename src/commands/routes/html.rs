//! Tables as one page: trees that fold without a script, and a script that searches, and says which route takes a path.

use std::fmt::Write as _;

use kiren_runtime::internal_module;
use serde_json::{Value, json};

use super::super::picture::words::{count, escape};
use super::table::{Branch, Description, Group, Kind, Overlap, Route, Table};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// So many overlaps are listed for a table, and so many linked from a pattern.
const MOST_OVERLAPS: usize = 2000;
const MOST_NUMBERS: usize = 5;

/// The matcher of the runtime: the page gives its answers.
const MATCHER: [&str; 5] = ["params", "paths", "constraints", "dynamics", "walk"];

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

/// Hidden without a script.
const FIELDS: &str = "\
<div id=\"fields\" hidden>
<label>Search<input id=\"search\" type=\"search\" placeholder=\"patterns and values  ( / )\" autocomplete=\"off\" spellcheck=\"false\"></label>
<label>Which route takes this path?<input id=\"path\" placeholder=\"/a/path\" autocomplete=\"off\" spellcheck=\"false\"></label>
</div>
<div id=\"answer\" aria-live=\"polite\"></div>
";

pub(super) fn render(tables: &[Table], title: &str) -> String {
    let mut out = String::with_capacity(64 << 10);
    let title = escape(title);
    let _ = writeln!(out, "{HEAD}<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>");
    let _ = writeln!(out, "<header>\n<h1>{title}</h1>\n{FIELDS}</header>\n<div id=\"columns\">\n<main>");
    for (number, table) in tables.iter().enumerate() {
        Page { number, table }.table(&mut out);
    }
    out.push_str("</main>\n");
    if tables.iter().any(|table| !table.about.overlaps.is_empty()) {
        out.push_str("<aside>\n");
        for (number, table) in tables.iter().enumerate() {
            Page { number, table }.overlaps(&mut out, tables.len() > 1);
        }
        out.push_str("</aside>\n");
    }
    let data: Vec<_> = tables.iter().map(data).collect();
    // In JSON, `<` stands only in strings: none may end the script or start a comment.
    let data = json!(data).to_string().replace('<', "\\u003c");
    let _ = writeln!(out, "</div>\n<script type=\"application/json\" id=\"data\">{data}</script>");
    let _ = writeln!(out, "<script>\n{}{SCRIPT}</script>\n</body>\n</html>", matcher());
    out
}

/// What the script needs: the plan, and where its routes stand on the page.
fn data(table: &Table) -> Value {
    let Description { name, plan, .. } = &table.about;
    let routes = plan["routes"].as_array().map_or(&[][..], Vec::as_slice);
    let patterns = routes.iter().filter_map(|route| route["pattern"].as_str());
    let places: Vec<usize> = patterns.map(|pattern| table.place(pattern)).collect();
    json!({ "name": name, "plan": plan, "places": places })
}

/// The modules of the matcher, by name.
fn matcher() -> String {
    let mut script = String::from("const modules = {\n");
    for name in MATCHER {
        let name = format!("krepis/mycelia/{name}");
        let text = internal_module(&name).expect("because the runtime has a matcher");
        let _ = writeln!(script, "\"{name}\": (load) => {{\n{text}}},");
    }
    script + "};\n"
}

struct Page<'a> {
    number: usize,
    table: &'a Table,
}

impl Page<'_> {
    fn table(&self, out: &mut String) {
        let Description { name, kind, .. } = &self.table.about;
        let kind = match kind {
            Kind::Router => "router",
            Kind::Kernel => "kernel",
        };
        let _ = writeln!(
            out,
            "<section class=\"table\">\n<h2>{} <small>{kind}</small></h2>\n<p>{}</p>",
            escape(name),
            self.table.summary()
        );
        for group in self.table.groups() {
            self.group(&group, out);
        }
        out.push_str("</section>\n");
    }

    fn group(&self, group: &Group<'_>, out: &mut String) {
        if let Some(subsystem) = group.subsystem {
            let _ = writeln!(
                out,
                "<h3>{}:// <small>{}</small></h3>",
                escape(&subsystem.name),
                escape(&subsystem.remarks())
            );
        }
        if group.tree.is_empty() && group.subscribers.is_empty() {
            out.push_str("<p>nothing</p>\n");
        }
        out.push_str("<ul class=\"tree\">\n");
        for branch in &group.tree {
            self.branch(branch, out);
        }
        for Route { pattern, value, .. } in &group.subscribers {
            let _ = writeln!(
                out,
                "<li><div class=\"row\"><small>hears</small> <b>{}</b> {}</div></li>",
                segments(pattern),
                worth(value)
            );
        }
        out.push_str("</ul>\n");
    }

    fn branch(&self, branch: &Branch, out: &mut String) {
        let slash = if branch.branches.is_empty() && !branch.text.is_empty() { "" } else { "/" };
        let text = format!("<b>{}{slash}</b>", segments(&branch.text));
        let row = match &branch.pattern {
            None => format!("<div class=\"row\">{text}</div>"),
            Some(pattern) => self.route(pattern, &text),
        };
        if branch.branches.is_empty() {
            let _ = writeln!(out, "<li>{row}</li>");
            return;
        }
        let _ = writeln!(out, "<li><details open><summary>{row}</summary>\n<ul>");
        for inner in &branch.branches {
            self.branch(inner, out);
        }
        out.push_str("</ul>\n</details></li>\n");
    }

    fn route(&self, pattern: &str, text: &str) -> String {
        let (place, number) = (self.table.place(pattern), self.number);
        let Route { value, overlaps, .. } = &self.table.about.routes[place];
        let class = if overlaps.is_empty() { "row" } else { "row clash" };
        let mut row = format!(
            "<div class=\"{class}\" id=\"t{number}r{place}\">{text} {}<code>{}</code>",
            worth(value),
            escape(pattern)
        );
        for overlap in overlaps.iter().filter(|overlap| **overlap < MOST_OVERLAPS).take(MOST_NUMBERS) {
            let _ = write!(row, " <a class=\"number\" href=\"#t{number}o{overlap}\">~{}</a>", overlap + 1);
        }
        if overlaps.len() > MOST_NUMBERS {
            let _ = write!(row, " <small class=\"number\">{} in all</small>", overlaps.len());
        }
        row + "</div>"
    }

    fn overlaps(&self, out: &mut String, is_one_of_several: bool) {
        let Description { name, overlaps, .. } = &self.table.about;
        if overlaps.is_empty() {
            return;
        }
        let of = if is_one_of_several { format!(" in {}", escape(name)) } else { String::new() };
        let _ = writeln!(out, "<h2>{}{of}</h2>\n<ol>", count(overlaps.len(), "overlap"));
        for (index, overlap) in overlaps.iter().take(MOST_OVERLAPS).enumerate() {
            let _ = writeln!(
                out,
                "<li id=\"t{}o{index}\" data-routes=\"{} {}\">{}</li>",
                self.number,
                self.id(&overlap.first),
                self.id(&overlap.second),
                self.sentence(overlap)
            );
        }
        out.push_str("</ol>\n");
        if overlaps.len() > MOST_OVERLAPS {
            let _ = writeln!(out, "<p>and {} more: JSON has all of them</p>", overlaps.len() - MOST_OVERLAPS);
        }
    }

    fn sentence(&self, overlap: &Overlap) -> String {
        let link = |pattern: &str| format!("<a href=\"#{}\">{}</a>", self.id(pattern), escape(pattern));
        let Overlap { first, second, .. } = overlap;
        let is_pattern = |text: &str| text == first || text == second;
        // A path can be a pattern too: then the link shows where it stands.
        overlap.sentence(
            |text| if is_pattern(text) { link(text) } else { format!("<code>{}</code>", escape(text)) },
        )
    }

    fn id(&self, pattern: &str) -> String {
        format!("t{}r{}", self.number, self.table.place(pattern))
    }
}

/// What a route leads to.
fn worth(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("<span class=\"value\">{}</span> ", escape(value)) }
}

/// Segments, of which those that are not text stand out.
fn segments(text: &str) -> String {
    let segment = |segment: &str| match segment {
        wildcard if wildcard.starts_with('*') => format!("<i class=\"wildcard\">{}</i>", escape(wildcard)),
        dynamic if dynamic.contains('{') => format!("<i class=\"parameter\">{}</i>", escape(dynamic)),
        text => escape(text),
    };
    text.split('/').map(segment).collect::<Vec<_>>().join("/")
}
