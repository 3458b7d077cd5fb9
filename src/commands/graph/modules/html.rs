//! A graph as one page: an area for each module, as large as its file. What the page needs is in it.

use std::fmt::Write as _;

use krepis::modules::ModuleGraph;
use krepis::modules::graph::ModuleKind;

use super::super::super::picture::words::{count, escape, size};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Nothing may be loaded.
const HEAD: &str = "\
<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta http-equiv=\"Content-Security-Policy\"
 content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">
";

const BODY: &str = "\
<label id=\"field\" hidden>Search<input id=\"search\" type=\"search\" placeholder=\"modules and packages  ( / )\" \
autocomplete=\"off\" spellcheck=\"false\"></label>
</header>
<div id=\"columns\">
<main>
<div id=\"map\" role=\"img\" aria-label=\"modules by size\"></div>
<p id=\"legend\"><i class=\"key picked\"></i>chosen <i class=\"key importer\"></i>imports it \
<i class=\"key imported\"></i>is imported by it <i class=\"key way\"></i>on the way from the entry \
<i class=\"key bad\"></i>on a cycle at load <i class=\"key late\"></i>on a cycle closed later</p>
</main>
<aside id=\"about\" aria-live=\"polite\"></aside>
</div>
";

pub(super) fn render(graph: &ModuleGraph, title: &str) -> String {
    let title = escape(title);
    // In JSON, `<` stands only in strings: none may end the script or start a comment.
    let data = graph.to_json().to_string().replace('<', "\\u003c");
    let mut out = String::with_capacity(data.len() + SCRIPT.len() + STYLE.len() + (64 << 10));
    let _ = writeln!(out, "{HEAD}<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>");
    let _ = write!(out, "<header>\n<div><h1>{title}</h1>\n<p>{}</p></div>\n{BODY}", summary(graph));
    let _ = writeln!(out, "<noscript><ul>");
    for module in &graph.modules {
        let _ = writeln!(out, "<li>{} <small>{}</small></li>", escape(&module.name), size(module.bytes));
    }
    let _ = writeln!(out, "</ul></noscript>");
    let _ = writeln!(out, "<script type=\"application/json\" id=\"data\">{data}</script>");
    let _ = writeln!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>");
    out
}

fn summary(graph: &ModuleGraph) -> String {
    let files = graph.modules.iter().filter(|module| module.kind == ModuleKind::File).count();
    let bytes = graph.modules.iter().map(|module| module.bytes).sum();
    let packages = graph.packages.iter().filter(|package| package.is_dependency).count();
    let at_load = graph.cycles.iter().filter(|cycle| cycle.at_load).count();
    let problems = graph.problems().iter().filter(|problem| !problem.is_expected).count();
    let mut parts = vec![count(files, "file"), size(bytes), count(packages, "package")];
    if at_load > 0 {
        parts.push(format!("<b>{} at load</b>", count(at_load, "cycle")));
    }
    if problems > 0 {
        parts.push(format!("<b>{}</b>", count(problems, "problem")));
    }
    parts.join(" · ")
}
