//! Registering services.

use std::any::{TypeId, type_name};
use std::borrow::Cow;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use crate::assemble;
use crate::container::Container;
use crate::dependency::{Dependency, Factory, Identity, Wants};
use crate::dispose::Hooks;
use crate::error::{BoxError, BuildError};
use crate::graph::{Build, Lifetime, Report};
use crate::instance::{Ops, OpsOf, Service};
use crate::key::ServiceKey;
use crate::make::{Awaited, Fallible, Make, Plain, Provided, SharedFactory, Value};
use crate::registration::Registration;

/// Collects registrations; [`build`](Self::build) checks them all and makes a [`Container`].
///
/// A factory takes its dependencies as parameters (see [`Dependency`]). Of several registrations of a service the last one
/// wins, and `Vec<Arc<T>>` is given all of them. A clone of a builder is a snapshot: going back is assigning it.
///
/// ```
/// use std::sync::Arc;
/// use krepis_di::Builder;
///
/// struct Config { name: &'static str }
/// struct Db { config: Arc<Config> }
/// struct Users { db: Arc<Db> }
///
/// let mut builder = Builder::new();
/// builder.scoped(|db: Arc<Db>| Users { db });
/// builder.singleton(|config: Arc<Config>| Db { config });
/// builder.instance(Config { name: "main" });
///
/// let container = builder.build()?;
/// let scope = container.scope();
/// assert_eq!(scope.get::<Users>()?.db.config.name, "main");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Builder {
    pub(crate) registered: Vec<Registered>,
    pub(crate) decorators: Vec<Decorator>,
    /// The number of the last registration.
    pub(crate) next: u64,
}

/// One registration as it was written.
#[derive(Clone)]
pub(crate) struct Registered {
    /// Unique in the builder, also after others were removed.
    pub(crate) id: u64,
    pub(crate) type_id: TypeId,
    pub(crate) name: &'static str,
    pub(crate) key: Option<ServiceKey>,
    pub(crate) lifetime: Lifetime,
    pub(crate) wants: Wants,
    pub(crate) make: Arc<dyn Make>,
    pub(crate) ops: &'static Ops,
    pub(crate) hooks: Option<Hooks>,
    pub(crate) condition: Option<Condition>,
    /// The registration whose instance this provides as another type; its key and condition are that one's.
    pub(crate) alias_of: Option<u64>,
    pub(crate) is_async: bool,
    pub(crate) note: Option<Cow<'static, str>>,
    pub(crate) origin: &'static Location<'static>,
}

#[derive(Clone)]
pub(crate) enum Condition {
    When(Arc<dyn Fn(&Services<'_>) -> bool + Send + Sync>),
    IfAbsent,
}

/// What is registered without conditions, for those that depend on it: see [`Registration::when`].
pub struct Services<'b> {
    pub(crate) identities: &'b std::collections::HashSet<Identity>,
}

impl Services<'_> {
    /// Whether `T` is registered without a key.
    pub fn has<T: ?Sized + 'static>(&self) -> bool {
        self.identities.contains(&Identity::of::<T>(None))
    }

    /// Whether `T` is registered under a key.
    pub fn has_keyed<T: ?Sized + 'static>(&self, key: impl Into<ServiceKey>) -> bool {
        self.identities.contains(&Identity::of::<T>(Some(key.into())))
    }
}

/// A decorator, for all registrations of a service.
#[derive(Clone)]
pub(crate) struct Decorator {
    pub(crate) type_id: TypeId,
    pub(crate) wants: Wants,
    pub(crate) make: Arc<dyn Make>,
    pub(crate) ops: &'static Ops,
    pub(crate) origin: &'static Location<'static>,
}

/// A set of registrations with a name: a feature of an application, or a crate's services.
///
/// Any `FnOnce(&mut Builder)` is one.
pub trait Module {
    /// Registers the services.
    fn register(self, builder: &mut Builder);
}

impl<F: FnOnce(&mut Builder)> Module for F {
    fn register(self, builder: &mut Builder) {
        self(builder);
    }
}

/// A type that knows how to register itself: what `#[derive(Injectable)]` writes (feature `derive`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know how to register itself",
    note = "derive `Injectable` for it (feature `derive`), or implement it"
)]
pub trait Injectable: Sized + Service {
    /// Registers the type.
    fn register(builder: &mut Builder) -> Registration<'_, Self>;
}

macro_rules! lifetime {
    ($lifetime:ident, $plain:ident, $fallible:ident, $asynchronous:ident, $what:literal) => {
        #[doc = concat!("Registers a service of which there is ", $what, ".")]
        #[track_caller]
        pub fn $plain<F, P>(&mut self, factory: F) -> Registration<'_, F::Output>
        where
            F: Factory<P>,
            F::Output: Service,
            P: Dependency,
        {
            let (make, ops) = (Plain(factory, PhantomData), OpsOf::<F::Output>::SIZED);
            self.add(Registered::new::<F::Output, _>(Lifetime::$lifetime, Wants::of::<P>(), make, ops, Location::caller()))
        }

        #[doc = concat!("As [`", stringify!($plain), "`](Self::", stringify!($plain), "), where making it can fail: ")]
        #[doc = "the error reaches who asked, and the next one to ask tries again."]
        #[track_caller]
        pub fn $fallible<F, P, T, E>(&mut self, factory: F) -> Registration<'_, T>
        where
            F: Factory<P, Output = Result<T, E>>,
            P: Dependency,
            T: Service,
            E: Into<BoxError> + 'static,
        {
            let (make, ops) = (Fallible(factory, PhantomData), OpsOf::<T>::SIZED);
            self.add(Registered::new::<T, _>(Lifetime::$lifetime, Wants::of::<P>(), make, ops, Location::caller()))
        }

        #[doc = concat!("As [`", stringify!($plain), "`](Self::", stringify!($plain), "), where making it is a future, which can fail.")]
        #[doc = "It is had by `get_async`, or, as a singleton, made by [`build_async`](Self::build_async)."]
        #[track_caller]
        pub fn $asynchronous<F, P, R, T, E>(&mut self, factory: F) -> Registration<'_, T>
        where
            F: Factory<P, Output = R>,
            P: Dependency,
            R: Future<Output = Result<T, E>> + Send + 'static,
            T: Service,
            E: Into<BoxError> + 'static,
        {
            let (make, ops) = (Awaited(factory, PhantomData), OpsOf::<T>::ANY);
            let registered = Registered::new::<T, _>(Lifetime::$lifetime, Wants::of::<P>(), make, ops, Location::caller());
            self.add(Registered { is_async: true, ..registered })
        }
    };
}

impl Builder {
    /// No registrations.
    pub fn new() -> Self {
        Self::default()
    }

    lifetime!(
        Singleton,
        singleton,
        try_singleton,
        singleton_async,
        "one instance for the container, made when it is first asked for"
    );
    lifetime!(
        Scoped,
        scoped,
        try_scoped,
        scoped_async,
        "one instance for each scope, made when it is first asked for there"
    );
    lifetime!(
        Transient,
        transient,
        try_transient,
        transient_async,
        "a new instance each time it is asked for"
    );

    /// Registers an instance that is there already.
    #[track_caller]
    pub fn instance<T: Service>(&mut self, instance: T) -> Registration<'_, T> {
        self.shared_instance(Arc::new(instance))
    }

    /// As [`instance`](Self::instance), of what may be shared already, or a trait object.
    #[track_caller]
    pub fn shared_instance<T: ?Sized + Service>(&mut self, instance: Arc<T>) -> Registration<'_, T> {
        let make = Value(instance);
        let registered = Registered::new::<T, _>(
            Lifetime::Singleton,
            Wants::default(),
            make,
            OpsOf::<T>::ANY,
            Location::caller(),
        );
        self.add(Registered { note: Some("instance".into()), ..registered })
    }

    /// Registers a value that each scope's creator provides: see [`Scope::provide`](crate::Scope::provide).
    #[track_caller]
    pub fn scope_value<T: Service>(&mut self) -> Registration<'_, T> {
        let registered = Registered::new::<T, _>(
            Lifetime::Scoped,
            Wants::default(),
            Provided,
            OpsOf::<T>::SIZED,
            Location::caller(),
        );
        self.add(Registered { note: Some("provided by the scope's creator".into()), ..registered })
    }

    /// Registers a type that knows how.
    #[track_caller]
    pub fn inject<T: Injectable>(&mut self) -> Registration<'_, T> {
        T::register(self)
    }

    /// Registers a set of services.
    pub fn module(&mut self, module: impl Module) -> &mut Self {
        module.register(self);
        self
    }

    /// Wraps every registration of `T` without a key, whenever it is made: the factory takes what it decorates as
    /// [`Inner<T>`](crate::Inner), and other dependencies, and returns what takes its place, with the same lifetime.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use krepis_di::{Builder, Inner};
    ///
    /// trait Greeter: Send + Sync { fn greet(&self) -> String; }
    /// struct Plain;
    /// impl Greeter for Plain { fn greet(&self) -> String { "hello".into() } }
    /// struct Loud(Arc<dyn Greeter>);
    /// impl Greeter for Loud { fn greet(&self) -> String { self.0.greet().to_uppercase() } }
    ///
    /// let mut builder = Builder::new();
    /// builder.singleton(|| Plain).provide(|plain| -> Arc<dyn Greeter> { plain });
    /// builder.decorate(|Inner(inner): Inner<dyn Greeter>| -> Arc<dyn Greeter> { Arc::new(Loud(inner)) });
    /// assert_eq!(builder.build()?.get::<dyn Greeter>()?.greet(), "HELLO");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// When the factory has no [`Inner`](crate::Inner) of the same service.
    #[track_caller]
    pub fn decorate<F, P, T>(&mut self, factory: F) -> &mut Self
    where
        F: Factory<P, Output = Arc<T>>,
        P: Dependency,
        T: ?Sized + Service,
    {
        let wants = Wants::of::<P>();
        let takes_inner = wants.inner.is_some_and(|at| wants.list[at].identity == Identity::of::<T>(None));
        assert!(takes_inner, "a decorator of {0} takes an Inner<{0}>", type_name::<T>());
        let make: Arc<dyn Make> = Arc::new(SharedFactory(factory, PhantomData));
        let (type_id, ops, origin) = (TypeId::of::<T>(), OpsOf::<T>::ANY, Location::caller());
        self.decorators.push(Decorator { type_id, wants, make, ops, origin });
        self
    }

    /// Removes all registrations of `T` without a key, and what they also provide.
    pub fn remove<T: ?Sized + 'static>(&mut self) -> &mut Self {
        let gone = Identity::of::<T>(None);
        self.remove_all(&[(gone, None)]);
        self
    }

    /// Registers services in the place of all earlier registrations of the same services: what a test wants. What those
    /// also provided is provided by the last of the new ones.
    pub fn replace(&mut self, replacement: impl FnOnce(&mut Self)) -> &mut Self {
        let before = self.registered.len();
        replacement(self);
        let new = self.registered.split_off(before);
        let replaced: Vec<(Identity, Option<u64>)> =
            (new.iter()).map(|registered| (self.identity(registered, &new), Some(registered.id))).collect();
        self.remove_all(&replaced);
        self.registered.extend(new);
        self
    }

    /// Removes registrations; their aliases go too, or become those of the last registration given for the same service.
    fn remove_all(&mut self, gone: &[(Identity, Option<u64>)]) {
        let successor = |identity: &Identity| gone.iter().rev().find(|(other, _)| other == identity);
        let gone: HashMap<u64, Option<u64>> = (self.registered.iter())
            .filter_map(|registered| {
                let successor = successor(&self.identity(registered, &self.registered))?;
                Some((registered.id, successor.1))
            })
            .collect();
        self.registered.retain_mut(|registered| {
            if let Some(successor) = registered.alias_of.and_then(|id| gone.get(&id)) {
                registered.alias_of = *successor;
                return successor.is_some() && !gone.contains_key(&registered.id);
            }
            !gone.contains_key(&registered.id)
        });
    }

    /// What a registration provides; an alias has the key of what it is an alias of.
    fn identity(&self, registered: &Registered, among: &[Registered]) -> Identity {
        let original = registered.alias_of.and_then(|id| among.iter().find(|other| other.id == id));
        let key = original.unwrap_or(registered).key.clone();
        Identity { type_id: registered.type_id, key }
    }

    pub(crate) fn add<T: ?Sized>(&mut self, mut registered: Registered) -> Registration<'_, T> {
        self.next += 1;
        registered.id = self.next;
        self.registered.push(registered);
        Registration { at: self.registered.len() - 1, builder: self, service: PhantomData }
    }

    /// What [`build`](Self::build) would find wrong: nothing, when the report has no problems.
    pub fn validate(&self) -> Report {
        assemble::validate(self, Build::Sync)
    }

    /// What [`build_async`](Self::build_async) would find wrong before it makes anything.
    pub fn validate_async(&self) -> Report {
        assemble::validate(self, Build::Async)
    }

    /// Checks that the services fit together, and makes a container of them. Nothing else is made yet.
    ///
    /// # Errors
    /// Everything that is wrong, at once: missing services, cycles, captive dependencies, async behind sync.
    pub fn build(&self) -> Result<Container, BuildError> {
        assemble::assemble(self, Build::Sync, None)
    }

    /// As [`build`](Self::build), and makes all async singletons, so that sync services may depend on them. None of the
    /// container's services can be seen before all are ready. Any executor will do.
    ///
    /// # Errors
    /// As `build`, or the error of an async singleton, as the source.
    pub async fn build_async(&self) -> Result<Container, BuildError> {
        let container = assemble::assemble(self, Build::Async, None)?;
        container.start().await?;
        Ok(container)
    }
}
