//! The ways to make an instance, behind one trait.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::cursor::Cursor;
use crate::dependency::{Dependency, Factory};
use crate::error::{BoxError, ResolveError, ResolveErrorKind};
use crate::instance::{Raw, Service, Slot, place};

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Makes instances of one registration.
pub(crate) trait Make: Send + Sync {
    /// Makes one now; in `slot`'s kept memory, of which the caller is the maker, if there is one.
    fn make(&self, cursor: &mut Cursor<'_>, slot: Option<&Slot>) -> Result<Raw, ResolveError>;

    /// Whether the instance is there already.
    fn is_value(&self) -> bool {
        false
    }

    /// Whether a scope's creator provides the instance.
    fn is_provided(&self) -> bool {
        false
    }

    /// The future that makes one, for a factory that is async. The cursor is used up before the future is returned.
    fn make_async(
        &self,
        cursor: &mut Cursor<'_>,
    ) -> Result<BoxFuture<'static, Result<Raw, ResolveError>>, ResolveError> {
        let made = self.make(cursor, None);
        Ok(Box::pin(std::future::ready(made)))
    }
}

/// A factory that returns the service.
pub(crate) struct Plain<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F: Factory<P>, P: Dependency> Make for Plain<F, P>
where
    F::Output: Service,
{
    fn make(&self, cursor: &mut Cursor<'_>, slot: Option<&Slot>) -> Result<Raw, ResolveError> {
        let value = self.0.call(P::take(cursor)?);
        // SAFETY: the caller is the slot's maker, and its `Ops` are those of the factory's output.
        Ok(unsafe { place(value, slot.and_then(|slot| slot.take_memory())) })
    }
}

/// A factory that returns the service or an error.
pub(crate) struct Fallible<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F, P, T, E> Make for Fallible<F, P>
where
    F: Factory<P, Output = Result<T, E>>,
    P: Dependency,
    T: Service,
    E: Into<BoxError>,
{
    fn make(&self, cursor: &mut Cursor<'_>, slot: Option<&Slot>) -> Result<Raw, ResolveError> {
        let arguments = P::take(cursor)?;
        let value = self.0.call(arguments).map_err(|error| failed(cursor.service(), error.into()))?;
        // SAFETY: as in `Plain`.
        Ok(unsafe { place(value, slot.and_then(|slot| slot.take_memory())) })
    }
}

/// A factory that returns a future of the service or an error.
pub(crate) struct Future_<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F, P, R, T, E> Make for Future_<F, P>
where
    F: Factory<P, Output = R>,
    P: Dependency,
    R: Future<Output = Result<T, E>> + Send + 'static,
    T: Service,
    E: Into<BoxError>,
{
    fn make(&self, cursor: &mut Cursor<'_>, _: Option<&Slot>) -> Result<Raw, ResolveError> {
        Err(ResolveError::new(ResolveErrorKind::NotReady { service: cursor.service() }))
    }

    fn make_async(
        &self,
        cursor: &mut Cursor<'_>,
    ) -> Result<BoxFuture<'static, Result<Raw, ResolveError>>, ResolveError> {
        let future = self.0.call(P::take(cursor)?);
        let service = cursor.service();
        Ok(Box::pin(async move {
            match future.await {
                Ok(value) => Ok(Raw::new(Arc::new(value))),
                Err(error) => Err(failed(service, error.into())),
            }
        }))
    }
}

/// A factory that returns an `Arc` of a service that may be a trait: an alias, or a decorator.
pub(crate) struct SharedFactory<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F, P, S> Make for SharedFactory<F, P>
where
    F: Factory<P, Output = Arc<S>>,
    P: Dependency,
    S: ?Sized + Service,
{
    fn make(&self, cursor: &mut Cursor<'_>, _: Option<&Slot>) -> Result<Raw, ResolveError> {
        Ok(Raw::new(self.0.call(P::take(cursor)?)))
    }
}

/// An instance that is there already.
pub(crate) struct Value<S: ?Sized>(pub(crate) Arc<S>);

impl<S: ?Sized + Service> Make for Value<S> {
    fn make(&self, _: &mut Cursor<'_>, _: Option<&Slot>) -> Result<Raw, ResolveError> {
        Ok(Raw::new(Arc::clone(&self.0)))
    }

    fn is_value(&self) -> bool {
        true
    }
}

/// A value that the scope's creator provides, or that of a scope around it.
pub(crate) struct Provided;

impl Make for Provided {
    fn make(&self, cursor: &mut Cursor<'_>, slot: Option<&Slot>) -> Result<Raw, ResolveError> {
        let Some(value) = cursor.inherited() else {
            return Err(ResolveError::new(ResolveErrorKind::NotProvided { service: cursor.service() }));
        };
        if let Some(slot) = slot {
            // Its other owner is the scope around this one, and it has memory of its own.
            slot.note_shared();
            // SAFETY: the caller is the slot's maker, and has not filled it.
            unsafe { slot.free_memory(cursor.ops()) };
        }
        Ok(value)
    }

    fn is_provided(&self) -> bool {
        true
    }
}

#[cold]
fn failed(service: String, error: BoxError) -> ResolveError {
    ResolveError::new(ResolveErrorKind::Failed { service, source: error.into() })
}
