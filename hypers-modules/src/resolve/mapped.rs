//! What the import map of the asking file says, carried out.

use std::sync::Arc;

use crate::error::ResolveError;
use crate::loader::Loader;
use crate::resolve::import_map::{ImportMap, Mapped};
use crate::resolve::request::Request;
use crate::resolve::url::{file_path, split_suffix, strip_scheme};
use crate::resolve::{RequestKind, Resolution};

impl Loader {
    /// The address that a map has for the specifier, with the map.
    pub(crate) fn mapped(
        &self,
        request: &Request<'_>,
    ) -> Result<Option<(Arc<ImportMap>, Mapped)>, ResolveError> {
        match request.directory.import_map() {
            Ok(None) => Ok(None),
            Ok(Some(map)) => {
                if map.names_files() {
                    request.per_file.set(true);
                }
                let mapped = map.resolve(request.specifier, &request.file);
                Ok(mapped.map(|mapped| (map, mapped)))
            }
            Err(invalid) => Err(ResolveError::InvalidImportMap {
                path: invalid.path,
                line: invalid.line,
                column: invalid.column,
                reason: invalid.reason,
                referrer: None,
            }),
        }
    }

    pub(crate) fn address(
        &self,
        request: &Request<'_>,
        (map, mapped): (Arc<ImportMap>, Mapped),
    ) -> Result<Resolution, ResolveError> {
        let refuse = |reason| ResolveError::BlockedByImportMap {
            specifier: request.specifier.to_owned(),
            map: map.path.clone(),
            reason,
            referrer: None,
        };
        match mapped {
            Mapped::Blocked => Err(refuse("its address is null")),
            Mapped::Backtracks => Err(refuse("it leads out of the directory that its key stands for")),
            Mapped::Url(url) => self.mapped_url(request, &url),
            // From the map's directory, and not through the map again.
            Mapped::Package(specifier) => {
                let moved = request.moved(self, &specifier, map.path.clone());
                let found = match self.builtin(&specifier) {
                    Some(name) => Ok(Resolution::Builtin(name)),
                    None => {
                        match self.options.registry.as_ref().and_then(|registry| registry.resolve(&specifier))
                        {
                            Some(found) => Ok(found),
                            None => self.bare(&moved),
                        }
                    }
                };
                request.absorb(moved);
                found
            }
        }
    }

    fn mapped_url(&self, request: &Request<'_>, url: &str) -> Result<Resolution, ResolveError> {
        if let Some(name) = self.builtin(url) {
            return Ok(Resolution::Builtin(name));
        }
        let is_data = request.kind == RequestKind::Import && strip_scheme(url, "data").is_some();
        if is_data {
            return Ok(Resolution::Data(url.to_owned()));
        }
        let moved = request.moved(self, url, request.file.clone());
        let found = match (file_path(url), crate::resolve::scheme(url)) {
            (Some(path), _) => self.path(&moved, &path, split_suffix(url).1),
            (None, Some(scheme)) => self.absolute_url(&moved, scheme),
            (None, None) => self.bare(&moved),
        };
        request.absorb(moved);
        found
    }
}
