//! From generated code to what the author wrote: source maps and texts by file.

use std::path::Path;
use std::rc::Rc;

use hypers_modules::SourceMap;

use super::ModuleMap;
use crate::error::Place;

impl ModuleMap {
    /// Remembers the map of a file that was transpiled, under its path.
    pub(crate) fn remember_map(&self, path: &str, map: Option<SourceMap>) {
        if let Some(map) = map {
            self.source_maps.borrow_mut().insert(path.to_owned(), Some(Rc::new(map)));
        }
    }

    /// Remembers the text of a module of the registry, as stack traces call it.
    pub(super) fn remember_registered(&self, name: &str, url: &str) {
        let registry = self.loader.options().registry.as_ref();
        if let Some(module) = registry.and_then(|registry| registry.source(name)) {
            let text = module.source.as_ref().into();
            self.virtual_sources.borrow_mut().insert(module.shown_name(url), text);
        }
    }

    /// Remembers a text that no file holds and the map of what was made of it, for stack traces and code frames.
    pub(crate) fn remember_virtual(&self, name: &str, text: &str, map: SourceMap) {
        self.remember_text(name, text);
        self.remember_map(name, Some(map));
    }

    /// Remembers a text that no file holds, for code frames.
    pub(super) fn remember_text(&self, name: &str, text: &str) {
        self.virtual_sources.borrow_mut().insert(name.to_owned(), text.into());
    }

    /// The original position of one in generated code; `None` where the file is its own original.
    pub(crate) fn mapped_place(&self, generated: &Place) -> Option<Place> {
        let (map, path) = self.source_map(&generated.file)?;
        let original = map.lookup(generated.line.saturating_sub(1), generated.column.saturating_sub(1))?;
        let file = if original.source == path { generated.file.clone() } else { original.source.to_owned() };
        Some(Place { file, line: original.line + 1, column: original.column + 1 })
    }

    /// The original position, or the same one, and the text of the file it is in.
    pub(crate) fn original_place(&self, generated: &Place) -> (Place, Option<String>) {
        let place = self.mapped_place(generated).unwrap_or_else(|| generated.clone());
        if let Some(text) = self.virtual_sources.borrow().get(&place.file) {
            return (place, Some(text.to_string()));
        }
        let path = hypers_modules::file_path(&place.file).unwrap_or_else(|| place.file.clone().into());
        let text = std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (place, text)
    }

    /// The map of a file and the file's path: of what was compiled here, or as its last line names it.
    pub(crate) fn source_map(&self, file: &str) -> Option<(Rc<SourceMap>, String)> {
        let path = match hypers_modules::file_path(file) {
            Some(path) => path.to_string_lossy().into_owned(),
            None => file.to_owned(),
        };
        if let Some(known) = self.source_maps.borrow().get(&path) {
            return known.clone().map(|map| (map, path));
        }
        let code = std::fs::read(&path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let map = code.and_then(|code| SourceMap::of_generated(&code, Some(Path::new(&path))).ok().flatten());
        let map = map.map(Rc::new);
        self.source_maps.borrow_mut().insert(path.clone(), map.clone());
        map.map(|map| (map, path))
    }
}
