//! Services written in Rust that JavaScript resolves: an embedder's [`krepis_di::Container`], and what of it programs see.
//!
//! `native("metrics")` of `krepis:di` is the token of the service that was exposed as `metrics`. Its registrations are part of
//! every container that a program makes, with the lifetime they have in Rust: a scoped service lives in a Rust scope that
//! belongs to the JavaScript one, and ends with it. A program holds no instance but a handle, which is an error afterwards.
//!
//! ```no_run
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use kiren_runtime::{NativeServices, Runtime, RuntimeOptions};
//!
//! #[derive(Default)]
//! struct Visits(AtomicU32);
//!
//! let mut builder = krepis_di::Builder::new();
//! builder.singleton(Visits::default);
//! let services = NativeServices::new(builder.build()?).expose::<Visits>("visits", |class| {
//!     class
//!         .method("add", |visits, (count,): (u32,)| visits.0.fetch_add(count, Ordering::Relaxed) + count)
//!         .getter("total", |visits| visits.0.load(Ordering::Relaxed));
//! })?;
//! let runtime = Runtime::new(RuntimeOptions { services: Some(services), ..RuntimeOptions::default() })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod convert;
mod held;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use krepis_di::graph::Lifetime;
use krepis_di::{Container, Key, ResolveError, Service};

pub use convert::{Arguments, FromJs, IntoJs};
pub(crate) use convert::{Outcome, Values};
pub(crate) use held::{Held, HeldServices};

/// A container of Rust, and the services of it that programs can resolve. Cheap to clone; several runtimes may share it.
#[derive(Clone)]
pub struct NativeServices {
    pub(crate) container: Container,
    pub(crate) exposed: Arc<Vec<Exposed>>,
}

impl NativeServices {
    /// Exposes nothing yet.
    pub fn new(container: Container) -> Self {
        Self { container, exposed: Arc::default() }
    }

    /// Lets programs resolve `T`, which is registered without a key, as `native(name)`.
    ///
    /// # Errors
    /// When nothing provides `T`.
    ///
    /// # Panics
    /// When the name is taken.
    pub fn expose<T: ?Sized + Service>(
        mut self,
        name: &str,
        describe: impl FnOnce(&mut Class<T>),
    ) -> Result<Self, ResolveError> {
        assert!(
            self.exposed.iter().all(|other| other.name != name),
            "two native services are called {name:?}"
        );
        let registration = self.container.registration::<T>()?;
        let mut class = Class { members: Vec::new() };
        describe(&mut class);
        let graph = self.container.graph();
        let node = graph.at(registration);
        let exposed = Exposed {
            name: name.to_owned(),
            origin: node.origin.to_string(),
            lifetime: node.lifetime,
            is_async: node.is_async,
            needs_scope: self.container.analysis().needs_scope[registration.0 as usize],
            service: Box::new(Typed { members: class.members, key: self.container.key()? }),
        };
        Arc::get_mut(&mut self.exposed)
            .expect("because `expose` takes the services by value before any runtime has them")
            .push(exposed);
        Ok(self)
    }
}

impl fmt::Debug for NativeServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.exposed.iter().map(|exposed| &exposed.name)).finish()
    }
}

/// What programs can do with a service: see [`NativeServices::expose`].
pub struct Class<T: ?Sized> {
    members: Vec<Member<T>>,
}

/// A member's JavaScript name, and what it does.
pub(crate) struct Member<T: ?Sized> {
    name: String,
    kind: Kind<T>,
}

enum Kind<T: ?Sized> {
    Method(Call<T>),
    Getter(Call<T>),
    Async(AsyncCall<T>),
}

type Call<T> = Box<
    dyn Fn(&T, &mut convert::Values<'_, '_, '_>) -> Result<convert::Outcome, convert::Wrong> + Send + Sync,
>;
type AsyncCall<T> = Box<
    dyn Fn(Arc<T>, &mut convert::Values<'_, '_, '_>) -> Result<LocalFuture, convert::Wrong> + Send + Sync,
>;
pub(crate) type LocalFuture = Pin<Box<dyn Future<Output = convert::Outcome>>>;

impl<T: ?Sized + Service> Class<T> {
    /// A method. Its arguments are a tuple, converted from JavaScript; a `Result` it returns is thrown if it is an error.
    pub fn method<A: Arguments, R: IntoJs>(
        &mut self,
        name: &str,
        method: impl Fn(&T, A) -> R + Send + Sync + 'static,
    ) -> &mut Self {
        self.add(
            name,
            Kind::Method(Box::new(move |service, values| {
                Ok(method(service, A::take(values)?).into_outcome())
            })),
        )
    }

    /// A method that returns a promise. While it is pending it keeps the instance, but not its scope.
    pub fn method_async<A, R, F>(
        &mut self,
        name: &str,
        method: impl Fn(Arc<T>, A) -> F + Send + Sync + 'static,
    ) -> &mut Self
    where
        A: Arguments,
        R: IntoJs,
        F: Future<Output = R> + 'static,
    {
        let call: AsyncCall<T> = Box::new(move |service, values| {
            let future = method(service, A::take(values)?);
            Ok(Box::pin(async move { future.await.into_outcome() }))
        });
        self.add(name, Kind::Async(call))
    }

    /// A property that can be read.
    pub fn getter<R: IntoJs>(
        &mut self,
        name: &str,
        getter: impl Fn(&T) -> R + Send + Sync + 'static,
    ) -> &mut Self {
        self.add(name, Kind::Getter(Box::new(move |service, _| Ok(getter(service).into_outcome()))))
    }

    fn add(&mut self, name: &str, kind: Kind<T>) -> &mut Self {
        self.members.push(Member { name: name.to_owned(), kind });
        self
    }
}

/// A service as the runtime sees it.
pub(crate) struct Exposed {
    pub(crate) name: String,
    /// Where it was registered.
    pub(crate) origin: String,
    pub(crate) lifetime: Lifetime,
    pub(crate) is_async: bool,
    pub(crate) needs_scope: bool,
    pub(crate) service: Box<dyn ExposedService>,
}

/// What a member is, for the class that JavaScript makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Method,
    Getter,
}

/// What came of a call.
pub(crate) enum Called {
    Value(convert::Outcome),
    Promise(LocalFuture),
}

/// Why there was no call.
pub(crate) enum CallError {
    Resolve(ResolveError),
    Wrong(convert::Wrong),
}

/// An exposed service without its type.
pub(crate) trait ExposedService: Send + Sync {
    fn members(&self) -> Vec<(&str, MemberKind)>;
    /// Makes the instance, for an owner that keeps it.
    fn make(&self, owner: &Held) -> Result<(), ResolveError>;
    /// A transient instance, to be kept by itself.
    fn make_transient(&self, owner: &Held) -> Result<Held, ResolveError>;
    /// As `make`, for async factories.
    fn make_async<'a>(
        &'a self,
        owner: &'a Held,
    ) -> Pin<Box<dyn Future<Output = Result<(), ResolveError>> + 'a>>;
    /// As `make_transient`, for async factories.
    fn make_transient_async<'a>(
        &'a self,
        owner: &'a Held,
    ) -> Pin<Box<dyn Future<Output = Result<Held, ResolveError>> + 'a>>;
    fn call(
        &self,
        member: usize,
        held: &Held,
        values: &mut convert::Values<'_, '_, '_>,
    ) -> Result<Called, CallError>;
}

struct Typed<T: ?Sized> {
    members: Vec<Member<T>>,
    key: Key<T>,
}

impl<T: ?Sized + Service> ExposedService for Typed<T> {
    fn members(&self) -> Vec<(&str, MemberKind)> {
        let kind = |kind: &Kind<T>| {
            if matches!(kind, Kind::Getter(_)) { MemberKind::Getter } else { MemberKind::Method }
        };
        self.members.iter().map(|member| (member.name.as_str(), kind(&member.kind))).collect()
    }

    fn make(&self, owner: &Held) -> Result<(), ResolveError> {
        owner.at(self.key).map(|_| ())
    }

    fn make_transient(&self, owner: &Held) -> Result<Held, ResolveError> {
        Ok(Held::Instance(Box::new(owner.get::<T>()?)))
    }

    fn make_async<'a>(
        &'a self,
        owner: &'a Held,
    ) -> Pin<Box<dyn Future<Output = Result<(), ResolveError>> + 'a>> {
        Box::pin(async move { owner.get_async::<T>().await.map(|_| ()) })
    }

    fn make_transient_async<'a>(
        &'a self,
        owner: &'a Held,
    ) -> Pin<Box<dyn Future<Output = Result<Held, ResolveError>> + 'a>> {
        Box::pin(async move { Ok(Held::Instance(Box::new(owner.get_async::<T>().await?))) })
    }

    fn call(
        &self,
        member: usize,
        held: &Held,
        values: &mut convert::Values<'_, '_, '_>,
    ) -> Result<Called, CallError> {
        let Some(member) = self.members.get(member) else {
            return Err(CallError::Wrong(convert::Wrong::no_member()));
        };
        match &member.kind {
            Kind::Method(call) | Kind::Getter(call) => {
                let service = held.at(self.key).map_err(CallError::Resolve)?;
                call(service, values).map(Called::Value).map_err(CallError::Wrong)
            }
            Kind::Async(call) => {
                let service = held.get::<T>().map_err(CallError::Resolve)?;
                call(service, values).map(Called::Promise).map_err(CallError::Wrong)
            }
        }
    }
}
