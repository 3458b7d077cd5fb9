//! What `builder.singleton(...)` returns: a registration that can still be refined.

use std::any::{TypeId, type_name};
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use crate::builder::{Builder, Condition, Registered, Services};
use crate::dependency::{Identity, Want, Wants};
use crate::error::BoxError;
use crate::graph::{Lifetime, Need};
use crate::instance::{Ops, OpsOf, Raw, Service};
use crate::key::{ServiceKey, Token};
use crate::make::{BoxFuture, Make, SharedFactory};

/// A registration of `T` that was just made.
pub struct Registration<'b, T: ?Sized> {
    pub(crate) builder: &'b mut Builder,
    pub(crate) at: usize,
    pub(crate) service: PhantomData<fn() -> Arc<T>>,
}

impl<'b, T: ?Sized + Service> Registration<'b, T> {
    /// Registers under a key: the service is only found by it.
    pub fn keyed(mut self, key: impl Into<ServiceKey>) -> Self {
        self.registered().key = Some(key.into());
        self
    }

    /// Registers under a token's name: the service is only found by it.
    pub fn token(self, token: Token<T>) -> Self {
        self.keyed(token)
    }

    /// Registers only if `condition` holds for what is registered without conditions, whatever the order.
    pub fn when(mut self, condition: impl Fn(&Services<'_>) -> bool + Send + Sync + 'static) -> Self {
        self.registered().condition = Some(Condition::When(Arc::new(condition)));
        self
    }

    /// Registers only if nothing else provides the service, whatever the order.
    pub fn if_absent(mut self) -> Self {
        self.registered().condition = Some(Condition::IfAbsent);
        self
    }

    /// Also provides the same instance as another type, usually a trait: `provide(|db| -> Arc<dyn Repo> { db })`.
    #[track_caller]
    pub fn provide<U: ?Sized + Service>(
        self,
        cast: impl Fn(Arc<T>) -> Arc<U> + Send + Sync + 'static,
    ) -> Self {
        let mut wants = Wants::default();
        wants.list.push(Want {
            need: Need::One,
            identity: Identity::of::<T>(None),
            name: type_name::<T>(),
            auto: None,
        });
        let alias = Registered {
            alias_of: Some(self.builder.registered[self.at].id),
            note: Some(format!("the same as {}", crate::graph::short_name(type_name::<T>())).into()),
            ..Registered::new::<U, _>(
                self.builder.registered[self.at].lifetime,
                wants,
                SharedFactory::<_, (Arc<T>,)>(cast, PhantomData),
                OpsOf::<U>::ANY,
                Location::caller(),
            )
        };
        self.builder.add::<U>(alias);
        self
    }

    /// What is to be done when an instance is disposed, with its scope or the container. Hooks run before any instance of the
    /// scope is dropped, the newest instance's first.
    pub fn on_dispose<E: Into<BoxError>>(
        mut self,
        hook: impl Fn(&T) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        // SAFETY: the hook is given instances of this registration.
        let hook = move |instance: &Raw| hook(unsafe { instance.as_arc::<T>() }).map_err(Into::into);
        self.registered().hooks.get_or_insert_default().sync = Some(Arc::new(hook));
        self
    }

    /// As [`on_dispose`](Self::on_dispose), for [`Scope::dispose_async`](crate::Scope::dispose_async). Without a sync hook
    /// beside it, disposing synchronously reports an error for each instance.
    pub fn on_dispose_async<F, E>(mut self, hook: impl Fn(Arc<T>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let hook = move |instance: &Raw| -> BoxFuture<'static, Result<(), BoxError>> {
            // SAFETY: as above.
            let future = hook(Arc::clone(unsafe { instance.as_arc::<T>() }));
            Box::pin(async move { future.await.map_err(Into::into) })
        };
        self.registered().hooks.get_or_insert_default().asynchronous = Some(Arc::new(hook));
        self
    }

    fn registered(&mut self) -> &mut Registered {
        &mut self.builder.registered[self.at]
    }
}

impl Registered {
    pub(crate) fn new<T: ?Sized + 'static, M: Make + 'static>(
        lifetime: Lifetime,
        wants: Wants,
        make: M,
        ops: &'static Ops,
        origin: &'static Location<'static>,
    ) -> Self {
        Self {
            id: 0,
            type_id: TypeId::of::<T>(),
            name: type_name::<T>(),
            key: None,
            lifetime,
            wants,
            make: Arc::new(make),
            ops,
            hooks: None,
            condition: None,
            alias_of: None,
            is_async: false,
            note: None,
            origin,
        }
    }
}
