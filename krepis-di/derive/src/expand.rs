//! From a struct to its `impl Injectable`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Expr, Fields, Generics, Ident, Index, Member, Path, Result, Type};

use crate::attributes::{FieldSource, TypeOptions};

/// A factory takes at most so many parameters, and a tuple holds at most so many dependencies.
const MOST: usize = 12;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "`Injectable` can be derived for structs only"));
    };
    if let Some(lifetime) = input.generics.lifetimes().next() {
        return Err(Error::new_spanned(lifetime, "a service owns what it holds: it cannot have a lifetime"));
    }
    let options = TypeOptions::parse(&input.attrs)?;
    let krepis_di = &options.path;
    let fields = fields(&data.fields)?;
    let dependencies: Vec<Dependency<'_>> =
        (fields.iter().enumerate()).filter_map(|(at, field)| Dependency::of(at, field, krepis_di)).collect();

    let keys = dependencies.iter().filter_map(|dependency| dependency.key_type(krepis_di));
    let checks = dependencies.iter().map(|dependency| dependency.check(krepis_di));
    let patterns = dependencies.iter().map(|dependency| dependency.pattern.clone()).collect();
    let types = dependencies.iter().map(|dependency| dependency.given.clone()).collect();
    let (patterns, types) = (nested(patterns), nested(types));
    let locals = fields.iter().filter_map(Field::local);
    let values = fields.iter().map(|field| {
        let (member, name) = (&field.member, &field.name);
        quote!(#member: #name)
    });

    let lifetime = &options.lifetime;
    let key = options.key.iter().map(|key| quote_spanned!(key.span()=> .keyed(#key)));
    let if_absent = options.if_absent.then(|| quote!(.if_absent()));
    let provides = options.provides.iter().map(
        |service| quote_spanned!(service.span()=> .provide::<#service>(|this| -> ::std::sync::Arc<#service> { this })),
    );
    let (name, generics) = (&input.ident, bounded(&input.generics, &dependencies, krepis_di));
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics #krepis_di::Injectable for #name #type_generics #where_clause {
            fn register(builder: &mut #krepis_di::Builder) -> #krepis_di::Registration<'_, Self> {
                #(#keys)*
                #(#checks)*
                builder
                    .#lifetime(|#patterns: #types| { #(#locals)* Self { #(#values),* } })
                    #(#key)*
                    #if_absent
                    #(#provides)*
            }
        }
    })
}

/// A field, and the local variable that holds its value before the struct is made.
struct Field<'a> {
    member: Member,
    name: Ident,
    declared: &'a Type,
    source: FieldSource,
}

fn fields(fields: &Fields) -> Result<Vec<Field<'_>>> {
    let field = |(at, field): (usize, &'_ syn::Field)| {
        let (member, name) = match &field.ident {
            Some(name) => (Member::Named(name.clone()), name.clone()),
            None => (Member::Unnamed(Index::from(at)), format_ident!("field_{at}")),
        };
        Ok((member, name, FieldSource::parse(&field.attrs)?))
    };
    let mut errors: Option<Error> = None;
    let mut all = Vec::with_capacity(fields.len());
    for (at, declared) in fields.iter().enumerate() {
        match field((at, declared)) {
            Ok((member, name, source)) => all.push(Field { member, name, declared: &declared.ty, source }),
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    errors.map_or(Ok(all), Err)
}

impl Field<'_> {
    /// Computes a field that is not a dependency.
    fn local(&self) -> Option<TokenStream> {
        let (name, declared) = (&self.name, self.declared);
        match &self.source {
            FieldSource::Default => Some(quote_spanned! {declared.span()=>
                let #name: #declared = ::core::default::Default::default();
            }),
            FieldSource::With(value) => Some(quote!(let #name: #declared = #value;)),
            FieldSource::Dependency | FieldSource::Keyed(_) => None,
        }
    }
}

/// A field that is a dependency: a parameter of the factory.
struct Dependency<'a> {
    declared: &'a Type,
    /// What the factory takes: the field's type, under its key.
    given: TokenStream,
    pattern: TokenStream,
    key: Option<(Ident, &'a Expr)>,
}

impl<'a> Dependency<'a> {
    fn of(at: usize, field: &'a Field<'_>, krepis_di: &Path) -> Option<Self> {
        let (name, declared) = (&field.name, field.declared);
        match &field.source {
            FieldSource::Dependency => {
                Some(Self { declared, given: quote!(#declared), pattern: quote!(#name), key: None })
            }
            FieldSource::Keyed(key) => {
                let stands_for = Ident::new(&format!("Key{at}"), Span::mixed_site());
                Some(Self {
                    declared,
                    given: quote!(#krepis_di::Keyed<#stands_for, #declared>),
                    pattern: quote!(#krepis_di::Keyed(#name, ..)),
                    key: Some((stands_for, key)),
                })
            }
            FieldSource::Default | FieldSource::With(_) => None,
        }
    }

    /// A type that stands for the key.
    fn key_type(&self, krepis_di: &Path) -> Option<TokenStream> {
        let (name, key) = self.key.as_ref()?;
        let key = quote_spanned!(key.span()=> #krepis_di::ServiceKey::from(#key));
        Some(quote! {
            struct #name;
            impl #krepis_di::KeyType for #name {
                fn key() -> #krepis_di::ServiceKey { #key }
            }
        })
    }

    /// An error at the field's type, when that cannot be injected.
    fn check(&self, krepis_di: &Path) -> TokenStream {
        let declared = self.declared;
        let bound = quote!(#krepis_di::Dependency);
        let check = quote_spanned!(declared.span()=> is_dependency::<#declared>());
        quote! {{
            const fn is_dependency<D: #bound>() {}
            #check;
        }}
    }
}

/// A tuple of these; of tuples, when there are too many for one.
fn nested(mut all: Vec<TokenStream>) -> TokenStream {
    while all.len() > MOST {
        all = all.chunks(MOST).map(|chunk| quote!((#(#chunk,)*))).collect();
    }
    quote!((#(#all,)*))
}

/// The bounds of the type, and what its parameters must be for it to be a service that has its dependencies.
fn bounded(generics: &Generics, dependencies: &[Dependency<'_>], krepis_di: &Path) -> Generics {
    let mut generics = generics.clone();
    let parameters: Vec<String> =
        generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
    if parameters.is_empty() {
        return generics;
    }
    let generic = dependencies.iter().map(|dependency| dependency.declared);
    let generic = generic.filter(|declared| mentions(declared.to_token_stream(), &parameters));
    let clause = generics.make_where_clause();
    clause.predicates.push(syn::parse_quote!(Self: #krepis_di::Service));
    clause.predicates.extend(
        generic
            .map(|declared| -> syn::WherePredicate { syn::parse_quote!(#declared: #krepis_di::Dependency) }),
    );
    generics
}

/// Whether one of the names occurs.
fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::expand;

    /// Each error of a declaration, and the text that it points at.
    fn errors(source: &str) -> Vec<(String, String)> {
        let error = syn::parse_str(source).and_then(|input| expand(&input)).expect_err("because it is wrong");
        error
            .into_iter()
            .map(|error| (error.span().source_text().unwrap_or_default(), error.to_string()))
            .collect()
    }

    #[track_caller]
    fn check(source: &str, at: &str, message: &str) {
        assert_eq!(errors(source), [(at.to_owned(), message.to_owned())], "{source}");
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        check("enum Clock {}", "Clock", "`Injectable` can be derived for structs only");
        check("union Clock { a: u8 }", "Clock", "`Injectable` can be derived for structs only");
        check("struct A<'a>(&'a u8);", "'a", "a service owns what it holds: it cannot have a lifetime");
        let expected = "expected `singleton`, `scoped`, `transient`, `provide = dyn Trait`, `key = …`, `if_absent` or `crate = path`";
        check("#[injectable(singelton)] struct A;", "singelton", expected);
        check("#[injectable(a::scoped)] struct A;", "a::scoped", expected);
        check("#[injectable(scoped, transient)] struct A;", "transient", "a lifetime is given twice");
        check("#[injectable(scoped)] #[injectable(scoped)] struct A;", "scoped", "a lifetime is given twice");
        check("#[injectable(key = 1, key = 2)] struct A;", "key", "`key` is given twice");
        check("#[injectable(if_absent, if_absent)] struct A;", "if_absent", "`if_absent` is given twice");
        check("#[injectable(crate = a, crate = b)] struct A;", "crate", "`crate` is given twice");
        check("struct A(#[inject(name = 1)] u8);", "name", "expected `key = …`, `default` or `with = …`");
        let one = "one of `key`, `default` and `with` is given twice";
        check("struct A(#[inject(default, with = 1)] u8);", "with", one);
        check("struct A(#[inject(key = 1)] #[inject(default)] u8);", "default", one);
        assert_eq!(errors("#[injectable(provide)] struct A;")[0].1, "expected `=`");
        assert_eq!(errors("struct A(#[inject(key)] u8);")[0].1, "expected `=`");
    }

    #[test]
    fn the_errors_of_all_fields_are_reported_together() {
        let all = errors("struct A { #[inject(a)] b: u8, c: u8, #[inject(d)] e: u8 }");
        assert_eq!(all.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["a", "d"]);
    }
}
