//! `#[derive(Injectable)]` for [`krepis-di`](https://docs.rs/krepis-di), which shows it as `krepis_di::Injectable` with its
//! feature `derive`.
//!
//! Each field is a dependency, wired by its type:
//!
//! ```
//! use std::collections::HashMap;
//! use std::sync::{Arc, Mutex};
//! use krepis_di::{Builder, Injectable, Lazy};
//!
//! trait Clock: Send + Sync { fn now(&self) -> u64; }
//!
//! #[derive(Injectable)]
//! #[injectable(provide = dyn Clock)]
//! struct Stopped;
//! impl Clock for Stopped { fn now(&self) -> u64 { 7 } }
//!
//! struct Db(&'static str);
//! trait Plugin: Send + Sync {}
//!
//! #[derive(Injectable)]
//! #[injectable(scoped)]
//! struct Users {
//!     clock: Arc<dyn Clock>,
//!     #[inject(key = "primary")]
//!     db: Arc<Db>,
//!     #[inject(key = "replica")]
//!     replica: Option<Arc<Db>>,
//!     plugins: Vec<Arc<dyn Plugin>>,
//!     audit: Lazy<Audit>,
//!     #[inject(default)]
//!     seen: Mutex<HashMap<u64, String>>,
//!     #[inject(with = clock.now())]
//!     since: u64,
//! }
//!
//! #[derive(Injectable)]
//! #[injectable(scoped)]
//! struct Audit(Arc<Users>);
//!
//! let mut builder = Builder::new();
//! builder.inject::<Stopped>();
//! builder.inject::<Users>();
//! builder.inject::<Audit>();
//! builder.instance(Db("main")).keyed("primary");
//!
//! let container = builder.build()?;
//! let scope = container.scope();
//! let users = scope.get::<Users>()?;
//! assert_eq!((users.since, users.db.0, users.plugins.len()), (7, "main", 0));
//! assert!(users.replica.is_none() && users.seen.lock().unwrap().is_empty());
//! assert!(Arc::ptr_eq(&users.audit.get()?.0, &users));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # On the type
//!
//! | `#[injectable(…)]` | |
//! |---|---|
//! | `singleton` (the default), `scoped`, `transient` | how long an instance lives |
//! | `provide = dyn Trait` | the same instance also answers for this trait; as often as wanted |
//! | `key = expression` | registers under a key: anything that is `Into<ServiceKey>`, a token as well |
//! | `if_absent` | registers only if nothing else provides the type |
//! | `crate = path` | where `krepis_di` is, when another crate re-exports it |
//!
//! # On a field
//!
//! | `#[inject(…)]` | |
//! |---|---|
//! | nothing | a dependency: `Arc<T>`, `Option<Arc<T>>`, `Vec<Arc<T>>`, `Lazy<T>`, `Provider`, … |
//! | `key = expression` | the same, under a key |
//! | `default` | `Default::default()` |
//! | `with = expression` | an expression that may name the fields before it, and all dependencies |
//!
//! The problems of a container name the place of the derive as the place of registration, because that is where the
//! dependencies are written.
//!
//! # Generics
//!
//! A generic type is registered for each type that it is used with, by hand or by whoever takes it as `Auto<T>`:
//!
//! ```
//! use std::marker::PhantomData;
//! use std::sync::Arc;
//! use krepis_di::{Auto, Builder, Injectable};
//!
//! struct Db;
//! struct User;
//!
//! #[derive(Injectable)]
//! struct Repo<T> {
//!     db: Arc<Db>,
//!     #[inject(default)]
//!     of: PhantomData<fn() -> T>,
//! }
//!
//! #[derive(Injectable)]
//! struct Users(Auto<Repo<User>>);
//!
//! let mut builder = Builder::new();
//! builder.instance(Db);
//! builder.inject::<Users>();
//! builder.build()?.get::<Users>()?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # What does not compile
//!
//! A field that is no dependency:
//!
//! ```compile_fail,E0277
//! #[derive(krepis_di::Injectable)]
//! struct Users { name: String }
//! ```
//!
//! A trait that the type does not implement:
//!
//! ```compile_fail,E0277
//! trait Clock: Send + Sync {}
//! #[derive(krepis_di::Injectable)]
//! #[injectable(provide = dyn Clock)]
//! struct Stopped;
//! ```
//!
//! A field that threads cannot share:
//!
//! ```compile_fail,E0277
//! #[derive(krepis_di::Injectable)]
//! struct Counter { #[inject(default)] count: std::cell::Cell<u32> }
//! ```
//!
//! An attribute that nobody knows:
//!
//! ```compile_fail
//! #[derive(krepis_di::Injectable)]
//! #[injectable(singelton)]
//! struct Clock;
//! ```
//!
//! Something that is not a struct:
//!
//! ```compile_fail
//! #[derive(krepis_di::Injectable)]
//! enum Clock { Stopped }
//! ```

mod attributes;
mod expand;

use proc_macro::TokenStream;

/// Registers a struct whose fields are dependencies. See the [crate](self).
#[proc_macro_derive(Injectable, attributes(injectable, inject))]
pub fn injectable(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| expand::expand(&input));
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
