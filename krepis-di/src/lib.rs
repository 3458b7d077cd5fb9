#![doc = include_str!("../README.md")]
#![allow(unsafe_code)] // Instances without their types, in slots that are used again: `instance`, `block`, `pool`, `once`.

pub mod graph;

mod assemble;
mod block;
mod builder;
mod container;
mod created;
mod cursor;
mod dependency;
mod dispose;
mod error;
mod frame;
mod instance;
mod key;
mod keyed;
mod make;
mod once;
mod over;
mod pool;
mod provider;
mod registration;
mod resolve;
mod resolver;
mod scope;
mod shared;
mod sync;
mod types;

pub use builder::{Builder, Injectable, Module, Services};
pub use container::Container;
pub use dependency::{Auto, Dependency, Factory, Inner, Keyed, Lazy, RequestedKey};
pub use error::{BoxError, BuildError, DisposeError, DisposeFailure, ResolveError, ResolveErrorKind};
pub use instance::Service;
pub use key::{AnyKey, KeyType, ServiceKey, Token};
#[cfg(feature = "derive")]
pub use krepis_di_derive::Injectable;
pub use pool::PoolStatistics;
pub use provider::Provider;
pub use registration::Registration;
pub use resolve::Key;
pub use scope::{Scope, SharedScope};
