//! What a factory can take as parameters.

use std::any::{TypeId, type_name};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::builder::{Builder, Injectable};
use crate::cursor::Cursor;
use crate::error::ResolveError;
use crate::graph::Need;
use crate::instance::Service;
use crate::key::{KeyType, ServiceKey};
use crate::provider::Provider;
use crate::registration::Registration;

/// Something a factory can take as a parameter, wired by its type.
///
/// | parameter | is given |
/// |---|---|
/// | `Arc<T>` | the instance of the last registration of `T` |
/// | `Option<Arc<T>>` | the same, or `None` when there is no registration |
/// | `Vec<Arc<T>>` | an instance of every registration, in order |
/// | [`Lazy<T>`] | a handle that makes the instance at its first use |
/// | [`Keyed<K, …>`](Keyed) | one of the above, under a key |
/// | [`Auto<T>`] | an instance of a type that registers itself when nobody has |
/// | [`Provider`] | the scope, or the container, to resolve from later |
/// | [`RequestedKey`] | the key that a service for any key is made for |
/// | [`Inner<T>`] | in a decorator: what is decorated |
/// | a tuple of these | all of them |
///
/// The trait is sealed: the list above is all there is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected",
    label = "not a dependency",
    note = "a dependency is `Arc<T>`, `Option<Arc<T>>`, `Vec<Arc<T>>`, `Lazy<T>`, `Keyed<K, _>`, `Auto<T>`, `Provider`, \
            `RequestedKey`, or a tuple of these"
)]
pub trait Dependency: sealed::Wired {}

impl<D: sealed::Wired> Dependency for D {}

pub(crate) mod sealed {
    use super::{Cursor, ResolveError, ServiceKey, Wants};

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be injected",
        label = "not a dependency",
        note = "a dependency is `Arc<T>`, `Option<Arc<T>>`, `Vec<Arc<T>>`, `Lazy<T>`, `Keyed<K, _>`, `Auto<T>`, \
                `Provider`, `RequestedKey`, or a tuple of these"
    )]
    /// How a parameter describes itself, and how it is taken from what was wired for it.
    pub trait Wired: Sized + Send + 'static {
        /// Adds what it wants; under `key` if one is given.
        fn describe(wants: &mut Wants, key: Option<ServiceKey>);
        /// Takes what `describe` wanted, in the same order.
        fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError>;
    }
}

use sealed::Wired;

/// A service as asked for: its type and key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pub(crate) type_id: TypeId,
    pub(crate) key: Option<ServiceKey>,
}

impl Identity {
    pub(crate) fn of<T: ?Sized + 'static>(key: Option<ServiceKey>) -> Self {
        Self { type_id: TypeId::of::<T>(), key }
    }
}

#[derive(Clone)]
pub(crate) struct Want {
    pub(crate) need: Need,
    pub(crate) identity: Identity,
    pub(crate) name: &'static str,
    /// How the service registers itself if nobody has.
    pub(crate) auto: Option<fn(&mut Builder)>,
}

/// What a factory wants, in the order of its parameters.
#[derive(Clone, Default)]
pub struct Wants {
    pub(crate) list: Vec<Want>,
    /// Which of them is what a decorator decorates.
    pub(crate) inner: Option<usize>,
    /// A parameter can reach the scope after the factory has returned.
    pub(crate) keeps_scope: bool,
    /// A parameter can reach any service after the factory has returned.
    pub(crate) takes_provider: bool,
}

impl Wants {
    pub(crate) fn of<D: Wired>() -> Self {
        let mut wants = Self::default();
        D::describe(&mut wants, None);
        wants
    }

    fn push<T: ?Sized + 'static>(&mut self, need: Need, key: Option<ServiceKey>) {
        self.list.push(Want { need, identity: Identity::of::<T>(key), name: type_name::<T>(), auto: None });
    }
}

impl<T: ?Sized + Service> Wired for Arc<T> {
    fn describe(wants: &mut Wants, key: Option<ServiceKey>) {
        wants.push::<T>(Need::One, key);
    }

    #[inline]
    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        cursor.one()
    }
}

impl<T: ?Sized + Service> Wired for Option<Arc<T>> {
    fn describe(wants: &mut Wants, key: Option<ServiceKey>) {
        wants.push::<T>(Need::Optional, key);
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        cursor.optional()
    }
}

impl<T: ?Sized + Service> Wired for Vec<Arc<T>> {
    fn describe(wants: &mut Wants, key: Option<ServiceKey>) {
        wants.push::<T>(Need::All, key);
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        cursor.all()
    }
}

/// A service that is made at its first use, so that two services may need each other.
///
/// It holds nothing: the instance belongs to its scope (or the container), and so do the errors when that is disposed.
pub struct Lazy<T: ?Sized> {
    provider: Provider,
    node: u32,
    key: Option<ServiceKey>,
    service: PhantomData<fn() -> Arc<T>>,
}

impl<T: ?Sized + Service> Lazy<T> {
    /// The instance, made now if nobody has.
    ///
    /// # Errors
    /// What making it failed with, or that the scope is disposed.
    pub fn get(&self) -> Result<Arc<T>, ResolveError> {
        self.provider.resolve_node(self.node, self.key.as_ref())
    }

    /// The instance, made now if nobody has; its factory, or those below it, may be async.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn get_async(&self) -> Result<Arc<T>, ResolveError> {
        self.provider.resolve_node_async(self.node, self.key.as_ref()).await
    }
}

impl<T: ?Sized> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lazy<{}>", type_name::<T>())
    }
}

impl<T: ?Sized + Service> Wired for Lazy<T> {
    fn describe(wants: &mut Wants, key: Option<ServiceKey>) {
        wants.push::<T>(Need::Lazy, key);
        wants.keeps_scope = true;
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        let provider = cursor.provider();
        let (node, key) = cursor.lazy();
        Ok(Self { provider, node, key, service: PhantomData })
    }
}

/// A dependency under the key that `K` stands for: `Keyed<Primary, Arc<Db>>`. See [`KeyType`].
pub struct Keyed<K, D>(pub D, pub PhantomData<fn() -> K>);

impl<K, D> Keyed<K, D> {
    /// The dependency.
    pub fn into_inner(self) -> D {
        self.0
    }
}

impl<K, D> Deref for Keyed<K, D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.0
    }
}

impl<K: KeyType, D: Wired> Wired for Keyed<K, D> {
    fn describe(wants: &mut Wants, _: Option<ServiceKey>) {
        D::describe(wants, Some(K::key()));
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        Ok(Self(D::take(cursor)?, PhantomData))
    }
}

/// A service that registers itself, unless somebody has registered it: how a generic service is had for each type that is
/// asked for.
///
/// ```
/// use std::{marker::PhantomData, sync::Arc};
/// use krepis_di::{Auto, Builder, Injectable, Registration};
///
/// struct Repo<T>(PhantomData<fn() -> T>);
/// impl<T: 'static> Injectable for Repo<T> {
///     fn register(builder: &mut Builder) -> Registration<'_, Self> {
///         builder.scoped(|| Repo(PhantomData))
///     }
/// }
/// struct User;
/// struct Users(Arc<Repo<User>>);
///
/// let mut builder = Builder::new();
/// builder.scoped(|Auto(repo): Auto<Repo<User>>| Users(repo));
/// let container = builder.build()?;
/// container.scope().get::<Users>()?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct Auto<T>(pub Arc<T>);

impl<T: Injectable> Wired for Auto<T> {
    fn describe(wants: &mut Wants, key: Option<ServiceKey>) {
        wants.push::<T>(Need::One, key);
        let want = wants.list.last_mut().expect("because it was pushed");
        want.auto = want.identity.key.is_none().then_some(|builder| {
            let _: Registration<'_, T> = T::register(builder);
        });
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        cursor.one().map(Self)
    }
}

/// The key under which a service for any key is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedKey(pub ServiceKey);

impl Wired for RequestedKey {
    fn describe(_: &mut Wants, _: Option<ServiceKey>) {}

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        Ok(Self(cursor.key()))
    }
}

/// What a decorator decorates.
pub struct Inner<T: ?Sized>(pub Arc<T>);

impl<T: ?Sized> Deref for Inner<T> {
    type Target = Arc<T>;

    fn deref(&self) -> &Arc<T> {
        &self.0
    }
}

impl<T: ?Sized + Service> Wired for Inner<T> {
    fn describe(wants: &mut Wants, _: Option<ServiceKey>) {
        wants.inner = Some(wants.list.len());
        wants.push::<T>(Need::One, None);
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        cursor.one().map(Self)
    }
}

impl Wired for Provider {
    fn describe(wants: &mut Wants, _: Option<ServiceKey>) {
        wants.keeps_scope = true;
        wants.takes_provider = true;
    }

    fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
        Ok(cursor.provider())
    }
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: Wired),*> Wired for ($($name,)*) {
            fn describe(wants: &mut Wants, key: Option<ServiceKey>) {
                let _ = (&wants, &key);
                $($name::describe(wants, key.clone());)*
            }

            #[inline]
            fn take(cursor: &mut Cursor<'_>) -> Result<Self, ResolveError> {
                let _ = &cursor;
                Ok(($($name::take(cursor)?,)*))
            }
        }

        impl<Function, Output, $($name: Wired),*> Factory<($($name,)*)> for Function
        where
            Function: Fn($($name),*) -> Output + Send + Sync + 'static,
        {
            type Output = Output;

            #[inline]
            fn call(&self, arguments: ($($name,)*)) -> Output {
                #[allow(non_snake_case)]
                let ($($name,)*) = arguments;
                self($($name),*)
            }
        }
    )*};
}

/// A function that makes a service of its dependencies: any `Fn` of up to twelve parameters that are [`Dependency`]s.
///
/// `Parameters` is the tuple of them; it is inferred.
pub trait Factory<Parameters: Dependency>: Send + Sync + 'static {
    /// What the function returns.
    type Output;

    /// Calls the function.
    fn call(&self, arguments: Parameters) -> Self::Output;
}

tuples! {
    ;
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
}
