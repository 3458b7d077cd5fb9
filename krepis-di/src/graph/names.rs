//! Service names as people read them.

use std::collections::HashMap;

use super::{Graph, Node, NodeId, ServiceId};

/// The shown name of each service: the last segments of a Rust path, the whole path where two would look the same.
pub(super) struct Names {
    services: Vec<String>,
    /// The place of each registration among those of its service, when there are several.
    ordinals: Vec<Option<u32>>,
}

impl Names {
    pub(super) fn new(graph: &Graph) -> Self {
        let mut meanings: HashMap<String, &str> = HashMap::new();
        let mut ambiguous: Vec<String> = Vec::new();
        for service in &graph.services {
            let short = short_name(&service.name);
            if *meanings.entry(short.clone()).or_insert(&service.name) != service.name {
                ambiguous.push(short);
            }
        }
        let named = graph.services.iter().map(|service| {
            let short = short_name(&service.name);
            let name = if ambiguous.contains(&short) { service.name.clone().into_owned() } else { short };
            match &service.key {
                Some(key) => format!("{name}[{key}]"),
                None => name,
            }
        });
        let mut ordinals = vec![None; graph.len()];
        for service in graph.services.iter().filter(|service| service.nodes.len() > 1) {
            for (at, node) in service.nodes.iter().enumerate() {
                ordinals[node.0 as usize] = Some(super::index(at + 1));
            }
        }
        Self { services: named.collect(), ordinals }
    }

    pub(super) fn service(&self, service: ServiceId) -> &str {
        &self.services[service.0 as usize]
    }

    pub(super) fn node(&self, graph: &Graph, node: NodeId) -> &str {
        self.service(graph.at(node).service)
    }

    /// The name, and which of several registrations it is: `Plugin#2`.
    pub(super) fn exact(&self, graph: &Graph, node: NodeId) -> String {
        let name = self.node(graph, node);
        match (self.ordinals[node.0 as usize], graph.at(node)) {
            (Some(ordinal), _) => format!("{name}#{ordinal}"),
            (None, Node { hidden: true, .. }) => format!("{name} (decorated)"),
            _ => name.to_owned(),
        }
    }

    /// Orders registrations by name, whatever order they were made in.
    pub(super) fn sort_key(&self, graph: &Graph, node: NodeId) -> (String, Option<u32>) {
        (self.node(graph, node).to_owned(), self.ordinals[node.0 as usize])
    }
}

/// `alloc::vec::Vec<app::users::User>` becomes `Vec<User>`.
pub(crate) fn short_name(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut segment = 0;
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            short.truncate(segment);
            rest = after;
            continue;
        }
        short.push(first);
        if !(first.is_alphanumeric() || first == '_') {
            segment = short.len();
        }
        rest = &rest[first.len_utf8()..];
    }
    short
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn paths_are_shortened_to_their_last_segments() {
        for (name, short) in [
            ("Db", "Db"),
            ("app::Db", "Db"),
            ("dyn app::repo::Users", "dyn Users"),
            ("alloc::vec::Vec<app::users::User>", "Vec<User>"),
            ("app::Repo<app::User, alloc::sync::Arc<app::Db>>", "Repo<User, Arc<Db>>"),
            ("(app::A, app::B)", "(A, B)"),
            ("database url", "database url"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }
}
