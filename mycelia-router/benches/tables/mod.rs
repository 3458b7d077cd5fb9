//! The tables that are measured, and the paths that they are asked for: by the benchmark beside this, and with other routers
//! by `cargo xtask bench mycelia` (`xtask/peers/mycelia-rust`).

/// The routes of matchit's own benchmark: the API of GitHub, version 3.
pub(crate) fn github() -> Vec<String> {
    include_str!("github-v3.txt").lines().map(str::to_owned).collect()
}

/// Six kinds of owners with what they have, and what can be done with it.
pub(crate) fn hub() -> Vec<String> {
    let owners = [
        "/repos/{owner}/{repo}",
        "/orgs/{org}",
        "/users/{user}",
        "/teams/{team}",
        "/enterprises/{slug}",
        "/user",
    ];
    let things = [
        "actions/artifacts",
        "actions/caches",
        "actions/runners",
        "actions/secrets",
        "actions/variables",
        "actions/workflows",
        "branches",
        "codespaces",
        "collaborators",
        "comments",
        "commits",
        "deployments",
        "environments",
        "events",
        "forks",
        "hooks",
        "installations",
        "invitations",
        "issues",
        "keys",
        "labels",
        "members",
        "milestones",
        "packages",
        "pulls",
        "releases",
        "rulesets",
        "security-advisories",
        "subscriptions",
        "topics",
    ];
    let actions = ["", "/{id}", "/{id}/comments", "/{id}/comments/{comment}"];
    let product = |owner: &str| {
        let of = |thing: &str| actions.map(|action| format!("{owner}/{thing}{action}"));
        things.iter().flat_map(|thing| of(thing)).collect::<Vec<_>>()
    };
    owners.into_iter().flat_map(product).collect()
}

/// Sixty services with fifty routes each.
pub(crate) fn large() -> Vec<String> {
    let kinds = [
        "account", "article", "booking", "invoice", "order", "payment", "product", "report", "session",
        "ticket",
    ];
    let ends = ["", "/{id}", "/{id}/history", "/{id}/items/{item}", "/{id}/export.csv"];
    (0..60)
        .flat_map(|service| {
            let of = move |kind: &str| ends.map(|end| format!("/api/service-{service}/{kind}s{end}"));
            kinds.into_iter().flat_map(of)
        })
        .collect()
}

/// Patterns with each parameter replaced.
pub(crate) fn paths(patterns: &[String], value: impl Fn(&str) -> String) -> Vec<String> {
    patterns.iter().map(|pattern| rewrite(pattern, &value)).collect()
}

/// A pattern with each parameter replaced.
pub(crate) fn rewrite(pattern: &str, value: impl Fn(&str) -> String) -> String {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
        Some(name) => value(name),
        None => segment.to_owned(),
    };
    pattern.split('/').map(segment).collect::<Vec<_>>().join("/")
}
