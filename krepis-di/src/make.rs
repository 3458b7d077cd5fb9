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
    /// Makes one now.
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError>;

    /// Makes one in a slot of which the caller is the maker, in its kept memory if it has some.
    ///
    /// Apart from `make`, so that the words of the instance are written once: a copy of what was just written costs 5 ns.
    fn fill(&self, cursor: &mut Cursor<'_>, slot: &Slot) -> Result<(), ResolveError> {
        let made = self.make(cursor)?;
        // SAFETY: of the caller.
        unsafe { slot.fill(made) };
        Ok(())
    }

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
        let made = self.make(cursor);
        Ok(Box::pin(std::future::ready(made)))
    }
}

/// A factory that returns the service.
pub(crate) struct Plain<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F: Factory<P>, P: Dependency> Make for Plain<F, P>
where
    F::Output: Service,
{
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
        Ok(Raw::new(Arc::new(self.0.call(P::take(cursor)?))))
    }

    fn fill(&self, cursor: &mut Cursor<'_>, slot: &Slot) -> Result<(), ResolveError> {
        let value = self.0.call(P::take(cursor)?);
        // SAFETY: the caller is the slot's maker, and its `Ops` are those of the factory's output.
        unsafe { slot.fill(place(value, slot.take_memory())) };
        Ok(())
    }
}

/// A factory that returns the service or an error.
pub(crate) struct Fallible<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F, P, T, E> Fallible<F, P>
where
    F: Factory<P, Output = Result<T, E>>,
    P: Dependency,
    E: Into<BoxError>,
{
    fn value(&self, cursor: &mut Cursor<'_>) -> Result<T, ResolveError> {
        let arguments = P::take(cursor)?;
        self.0.call(arguments).map_err(|error| failed(cursor.service(), error.into()))
    }
}

impl<F, P, T, E> Make for Fallible<F, P>
where
    F: Factory<P, Output = Result<T, E>>,
    P: Dependency,
    T: Service,
    E: Into<BoxError>,
{
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
        self.value(cursor).map(|value| Raw::new(Arc::new(value)))
    }

    fn fill(&self, cursor: &mut Cursor<'_>, slot: &Slot) -> Result<(), ResolveError> {
        let value = self.value(cursor)?;
        // SAFETY: as in `Plain`.
        unsafe { slot.fill(place(value, slot.take_memory())) };
        Ok(())
    }
}

/// A factory that returns a future of the service or an error.
pub(crate) struct Awaited<F, P>(pub(crate) F, pub(crate) PhantomData<fn(P)>);

impl<F, P, R, T, E> Make for Awaited<F, P>
where
    F: Factory<P, Output = R>,
    P: Dependency,
    R: Future<Output = Result<T, E>> + Send + 'static,
    T: Service,
    E: Into<BoxError>,
{
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
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
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
        Ok(Raw::new(self.0.call(P::take(cursor)?)))
    }
}

/// An instance that is there already.
pub(crate) struct Value<S: ?Sized>(pub(crate) Arc<S>);

impl<S: ?Sized + Service> Make for Value<S> {
    fn make(&self, _: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
        Ok(Raw::new(Arc::clone(&self.0)))
    }

    fn is_value(&self) -> bool {
        true
    }
}

/// A value that the scope's creator provides, or that of a scope around it.
pub(crate) struct Provided;

impl Make for Provided {
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
        let missing = || ResolveError::new(ResolveErrorKind::NotProvided { service: cursor.service() });
        cursor.inherited().ok_or_else(missing)
    }

    fn fill(&self, cursor: &mut Cursor<'_>, slot: &Slot) -> Result<(), ResolveError> {
        let value = self.make(cursor)?;
        // Its other owner is the scope around this one, and it has memory of its own.
        slot.note_shared();
        // SAFETY: the caller is the slot's maker, and has not filled it.
        unsafe {
            slot.free_memory(cursor.ops());
            slot.fill(value);
        }
        Ok(())
    }

    fn is_provided(&self) -> bool {
        true
    }
}

#[cold]
fn failed(service: String, error: BoxError) -> ResolveError {
    ResolveError::new(ResolveErrorKind::Failed { service, source: error.into() })
}
