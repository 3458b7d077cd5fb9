//! `package.json`, as far as resolving and compiling ask for it. Read once for both.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::json_place;
use crate::resolve::package::PackageType;

#[derive(Debug, Default)]
pub(crate) struct Manifest {
    pub(crate) name: Field,
    kind: Field,
    pub(crate) main: Field,
    pub(crate) exports: Field,
}

/// The value of a field; maps keep the order of their keys, which decides between conditions.
#[derive(Debug, Default)]
pub(crate) enum Field {
    #[default]
    Missing,
    Text(Box<str>),
    Map(Vec<(Box<str>, Self)>),
    /// A list, a number, `null`: what it means is for others to say.
    Other,
}

/// A `package.json` that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidPackage {
    pub(crate) manifest: PathBuf,
    pub(crate) place: (usize, usize),
    pub(crate) reason: String,
}

impl Manifest {
    /// `None` when there is no such file.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, InvalidPackage> {
        let mut usual = [0; USUAL_BYTES];
        let mut larger = Vec::new();
        let Ok(bytes) = contents(path, &mut usual, &mut larger) else { return Ok(None) };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        serde_json::from_slice(bytes).map(Some).map_err(|error| {
            let (place, reason) = json_place(&error);
            InvalidPackage { manifest: path.to_path_buf(), place, reason }
        })
    }

    /// What `"type"` says.
    pub(crate) fn package_type(&self) -> PackageType {
        match self.kind.text() {
            Some("module") => PackageType::Module,
            Some("commonjs") => PackageType::CommonJs,
            _ => PackageType::Unspecified,
        }
    }
}

impl Field {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Most manifests fit: neither their size is asked for nor memory.
const USUAL_BYTES: usize = 4_096;

/// A file's bytes, in one of the two places.
fn contents<'a>(path: &Path, usual: &'a mut [u8], larger: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
    let mut file = File::open(path)?;
    let mut length = 0;
    while length < usual.len() {
        match file.read(&mut usual[length..]) {
            Ok(0) => return Ok(&usual[..length]),
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    larger.extend_from_slice(usual);
    file.read_to_end(larger)?;
    Ok(larger)
}

impl<'de> Deserialize<'de> for Manifest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Manifest;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Manifest, A::Error> {
                let mut manifest = Manifest::default();
                while let Some(key) = map.next_key::<String>()? {
                    let slot = match key.as_str() {
                        "name" => &mut manifest.name,
                        "type" => &mut manifest.kind,
                        "main" => &mut manifest.main,
                        "exports" => &mut manifest.exports,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *slot = map.next_value()?;
                }
                Ok(manifest)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        impl<'de> Visitor<'de> for Value {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
                Ok(Field::Text(text.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<Box<str>>()? {
                    entries.push((key, map.next_value()?));
                }
                Ok(Field::Map(entries))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Field, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Field::Other)
            }

            fn visit_unit<E: Error>(self) -> Result<Field, E> {
                Ok(Field::Other)
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Field, E> {
                Ok(Field::Other)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Field, E> {
                Ok(Field::Other)
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Field, E> {
                Ok(Field::Other)
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Field, E> {
                Ok(Field::Other)
            }
        }

        deserializer.deserialize_any(Value)
    }
}
