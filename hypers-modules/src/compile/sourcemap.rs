//! Source maps: from a position in generated code to the one the author wrote.
//!
//! A map is kept as the text it came as and decoded at the first lookup, since most programs never throw.
//! The format is [ECMA-426](https://tc39.es/ecma426/).

use std::cell::OnceCell;
use std::fmt::{self, Debug, Formatter};
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

use crate::resolve::url::{percent_decode, scheme, strip_scheme};

/// A source map.
pub struct SourceMap {
    mappings: String,
    sources: Vec<String>,
    contents: Vec<Option<String>>,
    /// Of an index map, in place of `mappings`.
    sections: Vec<Section>,
    decoded: OnceCell<Segments>,
}

/// A part of an index map: where it begins in the generated code, and which of the sources are its own.
struct Section {
    line: u32,
    column: u32,
    mappings: String,
    sources: Range<usize>,
}

/// A position in an original source, counted from 0, the column in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalPosition<'a> {
    /// The source's name as the map gives it: a path, a URL, or relative to the map.
    pub source: &'a str,
    /// The line, counted from 0.
    pub line: u32,
    /// The column in UTF-16 code units, counted from 0.
    pub column: u32,
}

/// A `sourceMappingURL` that points nowhere useful, or a map that is none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceMapError {
    /// The map is not JSON of the expected shape.
    #[error("source map is not valid: {0}")]
    Json(#[from] serde_json::Error),
    /// The `data:` URL cannot be decoded.
    #[error("source map data: URL is not valid base64 or UTF-8")]
    DataUrl,
    /// The file of the map cannot be read.
    #[error("cannot read source map {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

impl SourceMap {
    pub(crate) fn from_parts(mappings: String, source: String, content: Option<String>) -> Self {
        Self {
            mappings,
            sources: vec![source],
            contents: vec![content],
            sections: Vec::new(),
            decoded: OnceCell::new(),
        }
    }

    /// The mappings as they came; empty for an index map.
    pub(crate) fn mappings(&self) -> &str {
        &self.mappings
    }

    /// Parses a map's JSON. `base` is the directory of the map: relative sources are joined to it.
    ///
    /// # Errors
    /// When the text is not JSON or not a source map.
    pub fn parse(json: &str, base: Option<&Path>) -> Result<Self, SourceMapError> {
        let json = json.trim_start_matches('\u{feff}');
        let json = json.strip_prefix(")]}'").unwrap_or(json);
        let raw: RawMap = serde_json::from_str(json)?;
        Ok(if raw.sections.is_empty() { Self::from_raw(raw, base) } else { Self::from_sections(raw, base) })
    }

    /// Finds the map that a generated source names in its last `//# sourceMappingURL=` comment: a `data:` URL, or a
    /// file beside `path`. `Ok(None)` when there is no such comment.
    ///
    /// # Errors
    /// When the comment names a map that cannot be read or parsed.
    pub fn of_generated(code: &str, path: Option<&Path>) -> Result<Option<Self>, SourceMapError> {
        let Some(url) = mapping_url(code) else { return Ok(None) };
        let directory = path.and_then(Path::parent);
        if let Some(data) = strip_scheme(url, "data") {
            let json = decode_data(data).ok_or(SourceMapError::DataUrl)?;
            return Self::parse(&json, directory).map(Some);
        }
        let Some(directory) = directory else { return Ok(None) };
        let file = match scheme(url) {
            Some(_) => match crate::resolve::url::file_path(url) {
                Some(file) => file,
                None => return Ok(None),
            },
            None => {
                let (relative, _) = crate::resolve::url::split_suffix(url);
                directory.join(&*String::from_utf8_lossy(&percent_decode(relative.as_bytes())))
            }
        };
        let bytes = std::fs::read(&file)
            .map_err(|source| SourceMapError::Read { path: file.display().to_string(), source })?;
        Self::parse(&String::from_utf8_lossy(&bytes), file.parent()).map(Some)
    }

    /// The original position of a generated one; lines and columns are counted from 0, columns in UTF-16 units.
    ///
    /// `None` where the map says that nothing was written by the author.
    pub fn lookup(&self, line: u32, column: u32) -> Option<OriginalPosition<'_>> {
        let segments = self.decoded.get_or_init(|| Segments::decode(&self.mappings));
        let segment = segments.at(line, column)?;
        let source = self.sources.get(segment.source as usize)?;
        Some(OriginalPosition { source, line: segment.line, column: segment.column })
    }

    /// The text of a source, where the map carries it (`sourcesContent`).
    pub fn content(&self, source: &str) -> Option<&str> {
        let index = self.sources.iter().position(|name| name == source)?;
        self.contents.get(index)?.as_deref()
    }

    /// The names of the sources.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(String::as_str)
    }

    /// The map as JSON, for tools that want one.
    pub fn to_json(&self) -> String {
        let map = |sources: &[String], contents: &[Option<String>], mappings: &str| {
            serde_json::json!({
                "version": 3, "sources": sources, "sourcesContent": contents, "names": [], "mappings": mappings,
            })
        };
        if self.sections.is_empty() {
            return map(&self.sources, &self.contents, &self.mappings).to_string();
        }
        let section = |section: &Section| {
            let own = section.sources.clone();
            serde_json::json!({
                "offset": { "line": section.line, "column": section.column },
                "map": map(&self.sources[own.clone()], &self.contents[own], &section.mappings),
            })
        };
        let sections: Vec<_> = self.sections.iter().map(section).collect();
        serde_json::json!({ "version": 3, "sections": sections }).to_string()
    }

    fn from_raw(raw: RawMap, base: Option<&Path>) -> Self {
        let root = raw.source_root.unwrap_or_default();
        let sources =
            raw.sources.into_iter().map(|name| place(name.unwrap_or_default(), &root, base)).collect();
        Self {
            mappings: raw.mappings,
            sources,
            contents: raw.sources_content.unwrap_or_default(),
            sections: Vec::new(),
            decoded: OnceCell::new(),
        }
    }

    /// An index map is flattened: its sections are decoded into one list.
    fn from_sections(raw: RawMap, base: Option<&Path>) -> Self {
        let mut all = Segments::default();
        let mut sources = Vec::new();
        let mut contents = Vec::new();
        let mut sections = Vec::new();
        for section in raw.sections {
            let first = sources.len();
            let RawOffset { line, column } = section.offset;
            let map = Self::from_raw(section.map, base);
            all.append(&Segments::decode(&map.mappings), line, column, first as u32);
            contents.extend(map.contents);
            sources.extend(map.sources);
            contents.resize(sources.len(), None);
            sections.push(Section { line, column, mappings: map.mappings, sources: first..sources.len() });
        }
        all.0.sort_by_key(|s| (s.generated_line, s.generated_column));
        let decoded = OnceCell::from(all);
        Self { mappings: String::new(), sources, contents, sections, decoded }
    }
}

impl Debug for SourceMap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceMap").field("sources", &self.sources).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMap {
    #[serde(default)]
    mappings: String,
    #[serde(default)]
    sources: Vec<Option<String>>,
    #[serde(default)]
    sources_content: Option<Vec<Option<String>>>,
    #[serde(default)]
    source_root: Option<String>,
    #[serde(default)]
    sections: Vec<RawSection>,
}

#[derive(Deserialize)]
struct RawSection {
    offset: RawOffset,
    map: RawMap,
}

#[derive(Deserialize)]
struct RawOffset {
    line: u32,
    column: u32,
}

#[derive(Clone, Copy)]
struct Segment {
    generated_line: u32,
    generated_column: u32,
    source: u32,
    line: u32,
    column: u32,
}

/// `source` of a segment that maps to nothing.
const UNMAPPED: u32 = u32::MAX;

/// All segments, in the order of the generated code.
#[derive(Default)]
struct Segments(Vec<Segment>);

impl Segments {
    /// Decodes the mappings as far as they are valid.
    fn decode(mappings: &str) -> Self {
        let mut segments = Vec::with_capacity(mappings.len() / 5);
        let (mut source, mut line, mut column) = (0i64, 0i64, 0i64);
        for (generated_line, text) in mappings.split(';').enumerate() {
            let mut generated_column = 0i64;
            let from = segments.len();
            for field in text.split(',').filter(|field| !field.is_empty()) {
                let mut values = Vlq(field.as_bytes());
                let Some(delta) = values.next() else { continue };
                generated_column += delta;
                let mut segment = Segment {
                    generated_line: generated_line as u32,
                    generated_column: clamp(generated_column),
                    source: UNMAPPED,
                    line: 0,
                    column: 0,
                };
                if let (Some(s), Some(l), Some(c)) = (values.next(), values.next(), values.next()) {
                    source += s;
                    line += l;
                    column += c;
                    segment.source = clamp(source);
                    segment.line = clamp(line);
                    segment.column = clamp(column);
                }
                segments.push(segment);
            }
            let added = &mut segments[from..];
            if !added.is_sorted_by_key(|s| s.generated_column) {
                added.sort_by_key(|s| s.generated_column);
            }
        }
        Self(segments)
    }

    fn at(&self, line: u32, column: u32) -> Option<&Segment> {
        let after = self.0.partition_point(|s| (s.generated_line, s.generated_column) <= (line, column));
        let segment = self.0.get(after.checked_sub(1)?)?;
        (segment.generated_line == line && segment.source != UNMAPPED).then_some(segment)
    }

    fn append(&mut self, other: &Self, line: u32, column: u32, first_source: u32) {
        self.0.extend(other.0.iter().map(|s| Segment {
            generated_line: s.generated_line.saturating_add(line),
            generated_column: if s.generated_line == 0 {
                s.generated_column.saturating_add(column)
            } else {
                s.generated_column
            },
            source: if s.source == UNMAPPED { UNMAPPED } else { s.source.saturating_add(first_source) },
            ..*s
        }));
    }
}

fn clamp(value: i64) -> u32 {
    value.clamp(0, i64::from(u32::MAX) - 1) as u32
}

/// Base64 variable-length quantities.
struct Vlq<'a>(&'a [u8]);

impl Iterator for Vlq<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let mut value = 0u64;
        let mut shift = 0;
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let digit = u64::from(base64_value(byte)?);
            if shift > 35 {
                return None;
            }
            value |= (digit & 31) << shift;
            shift += 5;
            if digit & 32 == 0 {
                break;
            }
        }
        let magnitude = (value >> 1) as i64;
        Some(if value & 1 == 1 { -magnitude } else { magnitude })
    }
}

/// The URL of the last `//# sourceMappingURL=` line.
fn mapping_url(code: &str) -> Option<&str> {
    const KEY: &str = "# sourceMappingURL=";
    let at = memchr::memmem::rfind(code.as_bytes(), KEY.as_bytes())?;
    let line = code[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let opening = code[line..at].trim_start();
    if !(opening.ends_with("//") || opening.ends_with("/*")) {
        return None;
    }
    let rest = &code[at + KEY.len()..];
    let end = rest.find(|c: char| c.is_whitespace() || c == '*').unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// The payload of a `data:` URL (after `data:`) as text.
pub(crate) fn decode_data(data: &str) -> Option<String> {
    let (kind, payload) = data.split_once(',')?;
    let bytes = percent_decode(payload.as_bytes());
    let is_base64 = kind.rsplit(';').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"));
    let bytes = if is_base64 && kind.contains(';') { decode_base64(&bytes)? } else { bytes };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0u32, 0);
    for &byte in text.iter().filter(|b| !b.is_ascii_whitespace() && **b != b'=') {
        bits = bits << 6 | u32::from(base64_value(byte)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

fn base64_value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Joins a source's name to the map's root and directory, unless it is a URL.
fn place(name: String, root: &str, base: Option<&Path>) -> String {
    let name = match root.trim_end_matches('/') {
        "" => name,
        root if scheme(&name).is_some() || name.starts_with('/') => {
            let _ = root;
            name
        }
        root => format!("{root}/{name}"),
    };
    match base {
        Some(base) if scheme(&name).is_none() => {
            crate::resolve::url::normalize(&base.join(&name)).to_string_lossy().into_owned()
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(map: &SourceMap, line: u32, column: u32) -> Option<(&str, u32, u32)> {
        map.lookup(line, column).map(|p| (p.source, p.line, p.column))
    }

    #[test]
    fn lookups() {
        // Line 0: 0 -> a 0:0, 8 -> a 2:4, 12 -> nothing. Line 2: 4 -> b 1:0.
        let json = r#"{"version":3,"sources":["a.ts","b.ts"],"names":[],"mappings":"AAAA,QAEI,I;;ICDJ"}"#;
        let map = SourceMap::parse(json, None).expect("a valid map");
        for (line, column, expected) in [
            (0, 0, Some(("a.ts", 0, 0))),
            (0, 7, Some(("a.ts", 0, 0))),
            (0, 8, Some(("a.ts", 2, 4))),
            (0, 11, Some(("a.ts", 2, 4))),
            (0, 12, None),
            (1, 0, None),
            (2, 0, None),
            (2, 4, Some(("b.ts", 1, 0))),
            (2, 400, Some(("b.ts", 1, 0))),
            (3, 0, None),
        ] {
            assert_eq!(at(&map, line, column), expected, "{line}:{column}");
        }
    }

    #[test]
    fn damaged_mappings_do_no_harm() {
        for mappings in ["!!", "A,A,,A;;;!", "gggggggggggggggggggg", "D", "AADA", "AAAA\u{65e5}"] {
            let json = serde_json::json!({ "sources": ["a"], "mappings": mappings }).to_string();
            let map = SourceMap::parse(&json, None).expect("valid JSON");
            let _ = map.lookup(0, 5);
        }
        assert!(SourceMap::parse("[1", None).is_err());
    }

    #[test]
    fn sections_are_flattened() {
        let json = r#"{"version":3,"sections":[
            {"offset":{"line":0,"column":0},"map":{"sources":["a"],"mappings":"AAAA"}},
            {"offset":{"line":1,"column":10},"map":{"sources":["b"],"mappings":"AAAA;AACA"}}]}"#;
        let map = SourceMap::parse(json, None).expect("a valid map");
        assert_eq!(at(&map, 0, 3), Some(("a", 0, 0)));
        assert_eq!(at(&map, 1, 3), None);
        assert_eq!(at(&map, 1, 12), Some(("b", 0, 0)));
        assert_eq!(at(&map, 2, 0), Some(("b", 1, 0)));
    }

    #[test]
    fn an_index_map_is_written_as_one() {
        let json = r#"{"version":3,"sections":[
            {"offset":{"line":1,"column":2},"map":{"sources":["a"],"sourcesContent":["x"],"mappings":"AAAA;;C"}},
            {"offset":{"line":4294967295,"column":0},"map":{"sources":["b"],"mappings":"AAAA"}}]}"#;
        let map = SourceMap::parse(json, None).expect("a valid map");
        let again = SourceMap::parse(&map.to_json(), None).expect("a valid map");
        for map in [&map, &again] {
            assert_eq!(at(map, 1, 2), Some(("a", 0, 0)));
            assert_eq!(at(map, u32::MAX, 7), Some(("b", 0, 0)));
            assert_eq!((map.content("a"), map.content("b")), (Some("x"), None));
        }
    }

    #[test]
    fn maps_named_by_the_code() {
        let json = r#"{"version":3,"sources":["../src/a.ts"],"sourcesContent":["let a"],"mappings":"AAAA"}"#;
        let directory = tempfile::tempdir().expect("a temp directory");
        let dist = directory.path().join("dist");
        std::fs::create_dir(&dist).expect("writable");
        std::fs::write(dist.join("a.js.map"), json).expect("writable");
        let source = directory.path().join("src/a.ts").display().to_string();

        let inline = format!(
            "x\n//# sourceMappingURL=data:application/json,{}\n",
            json.replace('"', "%22").replace(' ', "%20")
        );
        let base64 = "x //# sourceMappingURL=data:application/json;charset=utf-8;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbIi4uL3NyYy9hLnRzIl0sIm1hcHBpbmdzIjoiQUFBQSJ9";
        for code in ["x\n//# sourceMappingURL=a.js.map", inline.as_str(), base64] {
            let map =
                SourceMap::of_generated(code, Some(&dist.join("a.js"))).expect("readable").expect("named");
            assert_eq!(at(&map, 0, 0), Some((source.as_str(), 0, 0)), "{code}");
        }
        for code in ["x", "const s = '# sourceMappingURL=a.js.map'"] {
            assert!(SourceMap::of_generated(code, Some(&dist.join("a.js"))).expect("no map").is_none());
        }
        assert!(SourceMap::of_generated("//# sourceMappingURL=b.js.map", Some(&dist.join("a.js"))).is_err());
    }
}
