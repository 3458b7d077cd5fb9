//! The usual package, found without asking `oxc_resolver`: it lies in the nearest `node_modules`, and its manifest
//! names a file that is there. Whatever else a package can be is the resolver's to say, also every error.

use std::borrow::Cow;

use crate::loader::Loader;
use crate::resolve::directory::NODE_MODULES;
use crate::resolve::manifest::{Field, Manifest};
use crate::resolve::request::Request;
use crate::resolve::trace::below;
use crate::resolve::{RequestKind, Resolution, package_name};

impl Loader {
    /// What a bare specifier names where no path aliases hold; `None` when the resolver is to be asked.
    pub(crate) fn installed(&self, request: &Request<'_>) -> Option<Resolution> {
        let specifier = request.specifier;
        let package = package_name(specifier);
        let is_scope = package.starts_with('@') && !package.contains('/');
        if is_scope || !is_plain(specifier) || refers_to_itself(request)? {
            return None;
        }
        let holder = request.directory.ancestors().find(|directory| directory.has_node_modules())?;
        let root = self.directories.get(&below(&holder.path, &[NODE_MODULES, package]));
        let manifest = root.manifest().as_ref().ok()?.as_ref()?;
        let target = self.target(manifest, &specifier[package.len()..], request.kind)?;
        if !is_plain(&target) {
            return None;
        }
        let path = self.file(&below(&root.path, &[&target]), &request.trace)?;
        Some(Resolution::File { path: path.into(), suffix: String::new() })
    }

    /// The file that a package names for a subpath, which is empty or begins with a slash.
    fn target<'m>(
        &self,
        manifest: &'m Manifest,
        subpath: &'m str,
        kind: RequestKind,
    ) -> Option<Cow<'m, str>> {
        let (target, part) = match &manifest.exports {
            Field::Missing => {
                let path = if subpath.is_empty() { manifest.main.text()? } else { &subpath[1..] };
                return Some(Cow::Borrowed(path.strip_prefix("./").unwrap_or(path)));
            }
            Field::Map(entries) if entries.iter().all(|(key, _)| key.starts_with('.')) => {
                entry(entries, subpath)?
            }
            Field::Map(entries) if entries.iter().any(|(key, _)| key.starts_with(['.', '#'])) => return None,
            exports if subpath.is_empty() => (exports, None),
            _ => return None,
        };
        let target = self.condition(target, kind)?.strip_prefix("./")?;
        Some(match part {
            Some(part) => Cow::Owned(target.replace('*', part)),
            None => Cow::Borrowed(target),
        })
    }

    fn condition<'m>(&self, target: &'m Field, kind: RequestKind) -> Option<&'m str> {
        match target {
            Field::Text(path) => Some(path),
            Field::Map(entries) => {
                let (_, target) = entries.iter().find(|(condition, _)| self.holds(condition, kind))?;
                self.condition(target, kind)
            }
            Field::Missing | Field::Other => None,
        }
    }
}

/// Whether the package of who asks has the name that is asked for; `None` when its manifest does not say.
fn refers_to_itself(request: &Request<'_>) -> Option<bool> {
    let Some(own) = request.directory.manifest_directory() else { return Some(false) };
    let manifest = own.manifest().as_ref().ok()?.as_ref()?;
    let rest = manifest.name.text().and_then(|name| request.specifier.strip_prefix(name));
    Some(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The entry of `exports` for a subpath, and what stands for its `*`.
fn entry<'m>(entries: &'m [(Box<str>, Field)], subpath: &'m str) -> Option<(&'m Field, Option<&'m str>)> {
    if let Some((_, target)) = entries.iter().find(|(key, _)| key[1..] == *subpath) {
        return Some((target, None));
    }
    let mut best: Option<((usize, usize), &Field, &str)> = None;
    for (key, target) in entries {
        let Some((base, trailer)) = key[1..].split_once('*') else {
            // A folder, as it was written once.
            if key.ends_with('/') && subpath.starts_with(&key[1..]) {
                return None;
            }
            continue;
        };
        let part = subpath.strip_prefix(base).and_then(|rest| rest.strip_suffix(trailer));
        let rank = (base.len(), key.len());
        if let Some(part) = part.filter(|part| !part.is_empty())
            && best.is_none_or(|(of_best, ..)| rank > of_best)
        {
            best = Some((rank, target, part));
        }
    }
    best.map(|(_, target, part)| (target, Some(part)))
}

/// Whether a path has nothing to decode, to take out or to refuse.
fn is_plain(path: &str) -> bool {
    let is_usual =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@' | b'/');
    path.bytes().all(is_usual)
        && path.split('/').all(|part| {
            !part.is_empty() && !part.starts_with('.') && !part.eq_ignore_ascii_case(NODE_MODULES)
        })
}
