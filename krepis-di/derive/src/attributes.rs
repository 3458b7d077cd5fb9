//! The attributes: what they say, and what they must not.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, Ident, Path, Result, Type};

/// `#[injectable(…)]` on the type.
pub(crate) struct TypeOptions {
    /// `singleton`, `scoped` or `transient`: the builder's method.
    pub(crate) lifetime: Ident,
    pub(crate) provides: Vec<Type>,
    pub(crate) key: Option<Expr>,
    pub(crate) if_absent: bool,
    pub(crate) path: Path,
}

/// `#[inject(…)]` on a field.
pub(crate) enum FieldSource {
    Dependency,
    Keyed(Expr),
    Default,
    With(Expr),
}

impl TypeOptions {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let (mut lifetime, mut provides, mut key) = (None, Vec::new(), None);
        let (mut if_absent, mut path) = (None, None);
        each(attributes, "injectable", |meta| {
            let name = name(&meta);
            match name.as_str() {
                "singleton" | "scoped" | "transient" => {
                    let word = meta.path.require_ident()?.clone();
                    once(&mut lifetime, word, &meta, "a lifetime")
                }
                "provide" => {
                    provides.push(meta.value()?.parse()?);
                    Ok(())
                }
                "key" => once(&mut key, meta.value()?.parse()?, &meta, "`key`"),
                "if_absent" => once(&mut if_absent, (), &meta, "`if_absent`"),
                "crate" => once(&mut path, meta.value()?.call(Path::parse_mod_style)?, &meta, "`crate`"),
                _ => Err(unknown(
                    &meta,
                    "`singleton`, `scoped`, `transient`, `provide = dyn Trait`, `key = …`, `if_absent` or `crate = path`",
                )),
            }
        })?;
        Ok(Self {
            lifetime: lifetime.unwrap_or_else(|| Ident::new("singleton", Span::call_site())),
            provides,
            key,
            if_absent: if_absent.is_some(),
            path: path.unwrap_or_else(|| syn::parse_quote!(::krepis_di)),
        })
    }
}

impl FieldSource {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut source = None;
        each(attributes, "inject", |meta| {
            let name = name(&meta);
            let found = match name.as_str() {
                "key" => Self::Keyed(meta.value()?.parse()?),
                "default" => Self::Default,
                "with" => Self::With(meta.value()?.parse()?),
                _ => return Err(unknown(&meta, "`key = …`, `default` or `with = …`")),
            };
            once(&mut source, found, &meta, "one of `key`, `default` and `with`")
        })?;
        Ok(source.unwrap_or(Self::Dependency))
    }
}

/// Every item of every attribute of this name.
fn each(
    attributes: &[Attribute],
    name: &str,
    mut item: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut item))
}

fn name(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(Ident::to_string).unwrap_or_default()
}

fn once<T>(place: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>, what: &str) -> Result<()> {
    if place.replace(value).is_some() {
        return Err(Error::new_spanned(&meta.path, format!("{what} is given twice")));
    }
    Ok(())
}

fn unknown(meta: &ParseNestedMeta<'_>, expected: &str) -> Error {
    Error::new_spanned(&meta.path, format!("expected {expected}"))
}
