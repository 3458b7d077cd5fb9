//! JSON for other programs. The crate depends on nothing, and this much JSON is written faster than chosen.

use std::fmt::Write as _;

use super::super::{Origin, ServiceId};
use super::{End, Picture, kind, need};

pub(super) fn render(picture: &Picture<'_>) -> String {
    let mut out = String::from("{\"version\":1,\"nodes\":");
    list(&mut out, picture.graph.nodes(), |out, (id, node)| {
        let _ = write!(out, "{{\"id\":{},\"name\":", id.0);
        string(out, &picture.name(id));
        service(out, picture, node.service);
        let _ = write!(
            out,
            ",\"lifetime\":\"{}\",\"async\":{},\"hidden\":{},\"note\":",
            node.lifetime, node.is_async, node.hidden
        );
        optional(out, node.note.as_deref());
        out.push_str(",\"origin\":");
        match &node.origin {
            Origin::Unknown => optional(out, None),
            origin => string(out, &origin.to_string()),
        }
        out.push('}');
    });
    out.push_str(",\"edges\":");
    let provided = picture.edges.iter().filter_map(|edge| match edge.to {
        End::Node(to) => Some((edge, to)),
        End::Absent(_) => None,
    });
    list(&mut out, provided, |out, (edge, to)| {
        let _ = write!(out, "{{\"from\":{},\"to\":{},\"need\":\"{}\"}}", edge.from.0, to.0, need(edge.need));
    });
    out.push_str(",\"unprovided\":");
    let unprovided = picture.edges.iter().filter_map(|edge| match edge.to {
        End::Node(_) => None,
        End::Absent(at) => Some((edge, picture.absent[at].service)),
    });
    list(&mut out, unprovided, |out, (edge, wanted)| {
        let _ = write!(out, "{{\"from\":{}", edge.from.0);
        service(out, picture, wanted);
        let _ = write!(out, ",\"need\":\"{}\"}}", need(edge.need));
    });
    out.push_str(",\"problems\":");
    let problems = picture.problems.iter().zip(picture.report.problems());
    list(&mut out, problems, |out, (problem, message)| {
        let _ = write!(out, "{{\"kind\":\"{}\",\"message\":", kind(problem));
        string(out, message);
        out.push_str(",\"nodes\":");
        list(out, problem.nodes(), |out, node| {
            let _ = write!(out, "{}", node.0);
        });
        out.push('}');
    });
    out.push_str("}\n");
    out
}

fn service(out: &mut String, picture: &Picture<'_>, id: ServiceId) {
    let service = &picture.graph.services[id.0 as usize];
    out.push_str(",\"service\":");
    string(out, &service.name);
    out.push_str(",\"key\":");
    optional(out, service.key.as_deref());
}

fn list<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => string(out, text),
        None => out.push_str("null"),
    }
}

/// RFC 8259, section 7.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
