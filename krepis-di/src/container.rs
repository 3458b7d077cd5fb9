//! A built container.

use std::any::{TypeId, type_name};
use std::fmt;
use std::sync::Arc;

use crate::assemble::assemble;
use crate::block::Block;
use crate::builder::Builder;
use crate::dispose::Owner;
use crate::error::{BuildError, BuildFailure, DisposeError, DisposeFailure, ResolveError};
use crate::graph::{Analysis, Build, Graph, NodeId};
use crate::instance::Service;
use crate::key::{ServiceKey, Token};
use crate::pool::PoolStatistics;
use crate::resolve::{Key, questions};
use crate::resolver::Resolver;
use crate::scope::Scope;
use crate::shared::{Place, Shared};
use crate::sync::Ordering;

/// Services that fit together, and their singletons.
///
/// Cheap to clone: all clones are the same container. When the last clone and the last scope are gone the singletons are
/// disposed, the newest first; [`dispose`](Self::dispose) does it earlier and says what failed.
#[derive(Clone)]
pub struct Container {
    shared: Arc<Shared>,
    _closing: Arc<Closing>,
}

/// Lets go of the pooled scopes, each of which holds the container's state, with the last handle.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        drop(self.0.pool.close());
    }
}

impl Container {
    pub(crate) fn new(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let container = Self { _closing: Arc::new(Closing(Arc::clone(&shared))), shared };
        for (node, registration) in (0..).zip(&container.shared.nodes) {
            if registration.make.is_value() {
                let made = Resolver::unchecked(&container.shared).make(node);
                debug_assert!(made.is_ok(), "a value is there already");
            }
        }
        container
    }

    /// Makes the async singletons, dependencies first.
    pub(crate) async fn start(&self) -> Result<(), BuildError> {
        let shared = &self.shared;
        for node in &shared.analysis.order {
            let registration = shared.node(node.0);
            if registration.is_async && matches!(registration.place, Place::Singleton(_)) {
                let started = Resolver::unchecked(shared).ready_async(node.0, None).await;
                started.map_err(|source| BuildError::failed(&shared.graph, &shared.analysis, source))?;
            }
        }
        Ok(())
    }

    pub(crate) fn shared_arc(&self) -> &Arc<Shared> {
        &self.shared
    }

    #[inline]
    pub(crate) fn resolver(&self) -> Result<Resolver<'_>, ResolveError> {
        Resolver::of_container(&self.shared)
    }

    #[inline]
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// A new scope: a request, a job, a connection. Its memory comes from a pool and goes back there.
    #[inline]
    pub fn scope(&self) -> Scope {
        Scope::new(Block::take(&self.shared))
    }

    /// The registration that answers for a type, by its number in the [`graph`](Self::graph).
    ///
    /// # Errors
    /// When nothing provides the service.
    pub fn registration<T: ?Sized + Service>(&self) -> Result<NodeId, ResolveError> {
        Ok(NodeId(self.shared.find(TypeId::of::<T>(), type_name::<T>())?.node))
    }

    /// A typed key, for reads that cost an array access.
    ///
    /// # Errors
    /// When nothing provides the service.
    pub fn key<T: ?Sized + Service>(&self) -> Result<Key<T>, ResolveError> {
        Key::new(&self.shared)
    }

    /// Makes every singleton that is not async now, rather than when it is first asked for.
    ///
    /// # Errors
    /// The first one that fails.
    pub fn warm_up(&self) -> Result<(), ResolveError> {
        let shared = &self.shared;
        for node in &shared.analysis.order {
            let registration = shared.node(node.0);
            if matches!(registration.place, Place::Singleton(_)) && !registration.is_async {
                self.resolver()?.make(node.0)?;
            }
        }
        Ok(())
    }

    /// The registrations that the container was built of, to build another one with other services.
    ///
    /// The new container shares nothing with this one but instances that were given to the builder.
    ///
    /// ```
    /// use krepis_di::Builder;
    ///
    /// struct Clock(fn() -> u64);
    /// let mut builder = Builder::new();
    /// builder.singleton(|| Clock(|| 7));
    /// let container = builder.build()?;
    ///
    /// let mut other = container.to_builder();
    /// other.replace(|builder| { builder.instance(Clock(|| 1)); });
    /// let test = other.build()?;
    /// assert_eq!((test.get::<Clock>()?.0)(), 1);
    /// assert_eq!((container.get::<Clock>()?.0)(), 7);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_builder(&self) -> Builder {
        self.shared.builder.clone()
    }

    /// A container with other services in the place of some: see [`replace`](Builder::replace).
    ///
    /// Singletons that depend on none of them, and take no [`Provider`](crate::Provider), are those of this container, which
    /// disposes them. All others are made anew. The override ends when the new container is let go of; this one is as it was.
    ///
    /// # Errors
    /// As [`build`](Builder::build).
    pub fn with_override(&self, replacement: impl FnOnce(&mut Builder)) -> Result<Self, BuildError> {
        assemble(self.to_builder().replace(replacement), Build::Sync, Some(self))
    }

    /// As [`with_override`](Self::with_override), and makes the async singletons that are made anew.
    ///
    /// # Errors
    /// As [`build_async`](Builder::build_async).
    pub async fn with_override_async(
        &self,
        replacement: impl FnOnce(&mut Builder),
    ) -> Result<Self, BuildError> {
        let container = assemble(self.to_builder().replace(replacement), Build::Async, Some(self))?;
        container.start().await?;
        Ok(container)
    }

    /// What is registered, to be drawn.
    pub fn graph(&self) -> &Graph {
        &self.shared.graph
    }

    /// What is known about the [`graph`](Self::graph).
    pub fn analysis(&self) -> &Analysis {
        &self.shared.analysis
    }

    /// How the pool of scopes stands.
    pub fn pool(&self) -> PoolStatistics {
        self.shared.pool.statistics()
    }

    /// Runs the disposal hooks of all singletons, the newest first. Nothing can be had from the container afterwards, nor
    /// from its scopes: what they hold is disposed by their owners.
    ///
    /// # Errors
    /// All hooks that failed.
    pub fn dispose(&self) -> Result<(), DisposeError> {
        let mut failures = Vec::new();
        self.shared.dispose(&mut failures);
        DisposeError::check(failures)
    }

    /// As [`dispose`](Self::dispose), with async hooks.
    ///
    /// # Errors
    /// As there.
    pub async fn dispose_async(&self) -> Result<(), DisposeError> {
        let mut failures = Vec::new();
        self.shared.retire();
        if self.shared.created.close() && self.shared.has_hooks {
            // SAFETY: just closed; instances stay while the container is borrowed.
            unsafe { self.shared.owner().run_hooks_async(&mut failures) }.await;
        }
        DisposeError::check(failures)
    }
}

questions!(Container);

impl Container {
    /// As [`get_ref`](Self::get_ref), by a typed key: an array access.
    ///
    /// # Errors
    /// As `get_ref`, or that the key is of another container.
    #[inline]
    pub fn at<T: ?Sized + Service>(&self, key: Key<T>) -> Result<&T, ResolveError> {
        if self.shared.live.load(Ordering::Relaxed) != key.container {
            return Err(self.resolver().map_or_else(|disposed| disposed, |_| ResolveError::foreign_key()));
        }
        // SAFETY: the key is of this container.
        unsafe { Resolver::unchecked(&self.shared).reference_in(key.place, key.node) }
    }
}

impl Shared {
    fn owner(&self) -> Owner<'_> {
        Owner { shared: self, slots: &self.slots, created: &self.created }
    }

    fn retire(&self) {
        self.disposed.store(true, Ordering::Release);
        self.live.store(0, Ordering::Release);
    }

    fn dispose(&self, failures: &mut Vec<DisposeFailure>) {
        self.retire();
        if self.created.close() && self.has_hooks {
            // SAFETY: just closed; the caller has a reference.
            unsafe { self.owner().run_hooks(failures) };
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let mut failures = Vec::new();
        self.dispose(&mut failures);
        // SAFETY: `&mut self`.
        unsafe { self.owner().clear(false, &mut failures) };
    }
}

impl BuildError {
    fn failed(graph: &Graph, analysis: &Analysis, source: ResolveError) -> Self {
        let (graph, analysis) = (graph.clone(), analysis.clone());
        let report = analysis.report(&graph);
        Self { inner: Box::new(BuildFailure { graph, analysis, report, source: Some(source) }) }
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Container({} registrations)", self.shared.nodes.len())
    }
}
