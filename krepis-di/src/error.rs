//! What can go wrong, for people and for programs.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::graph::{Analysis, Graph, Problem, Report};

/// Any error of a factory or a disposal hook.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Services that do not fit together: everything that is wrong, at once.
///
/// Its text is a [`Report`]; the graph is there to be drawn.
#[derive(Debug)]
pub struct BuildError {
    pub(crate) inner: Box<BuildFailure>,
}

#[derive(Debug)]
pub(crate) struct BuildFailure {
    pub(crate) graph: Graph,
    pub(crate) analysis: Analysis,
    pub(crate) report: Report,
    pub(crate) source: Option<ResolveError>,
}

impl BuildError {
    pub(crate) fn invalid(graph: Graph, analysis: Analysis) -> Self {
        let report = analysis.report(&graph);
        Self { inner: Box::new(BuildFailure { graph, analysis, report, source: None }) }
    }

    /// The problems, in an order that does not depend on the order of registration. Empty when the services fit
    /// together and an async singleton failed: see [`Error::source`].
    pub fn problems(&self) -> &[Problem] {
        &self.inner.analysis.problems
    }

    /// The problems as text.
    pub fn report(&self) -> &Report {
        &self.inner.report
    }

    /// What was registered, sound or not.
    pub fn graph(&self) -> &Graph {
        &self.inner.graph
    }

    /// What the rules found in it.
    pub fn analysis(&self) -> &Analysis {
        &self.inner.analysis
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner.source {
            Some(_) => f.write_str("a singleton could not be made"),
            None => self.inner.report.fmt(f),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.inner.source.as_ref().map(|error| error as _)
    }
}

/// Why an instance could not be had.
///
/// One pointer wide, so that the way without errors stays in registers; [`kind`](Self::kind) is what to match on.
#[derive(Clone, Debug)]
pub struct ResolveError(Arc<ResolveErrorKind>);

/// See [`ResolveError::kind`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ResolveErrorKind {
    /// Nothing provides the service.
    Missing {
        /// The service.
        service: String,
    },
    /// It lives in a scope, and the container was asked.
    ScopeRequired {
        /// The service.
        service: String,
        /// Why: it is scoped, or needs something that is, or must be disposed with a scope.
        reason: &'static str,
    },
    /// It is made asynchronously and is not ready: ask with `get_async`.
    NotReady {
        /// The service.
        service: String,
    },
    /// Making it needs itself, through a lazy dependency or a provider, where no check could see it before.
    Cycle {
        /// The services, the first one again at the end.
        path: Vec<String>,
    },
    /// Making it takes too many services, each one for the one before: the stack would end.
    TooDeep {
        /// The service.
        service: String,
        /// How many may be in the making, one for the other.
        limit: u32,
    },
    /// The factory returned an error.
    Failed {
        /// The service.
        service: String,
        /// The factory's error.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The factory panicked; the service stays unusable, all others work.
    Panicked {
        /// The service.
        service: String,
        /// The panic's message.
        message: String,
    },
    /// The creator of the scope did not provide the value.
    NotProvided {
        /// The service.
        service: String,
    },
    /// The scope, or the container, is disposed.
    Disposed {
        /// `scope` or `container`.
        owner: &'static str,
    },
    /// A reference was asked for, and nothing holds the instance of a transient: use `get`.
    Transient {
        /// The service.
        service: String,
    },
    /// The scope has the value already.
    AlreadyProvided {
        /// The service.
        service: String,
    },
    /// The key is of another container.
    ForeignKey,
    /// A service for any key was asked for more different keys than are kept.
    TooManyKeys {
        /// The service.
        service: String,
        /// How many are kept.
        limit: usize,
    },
}

impl ResolveError {
    pub(crate) fn new(kind: ResolveErrorKind) -> Self {
        Self(Arc::new(kind))
    }

    #[cold]
    pub(crate) fn disposed(owner: &'static str) -> Self {
        Self::new(ResolveErrorKind::Disposed { owner })
    }

    #[cold]
    pub(crate) fn foreign_key() -> Self {
        Self::new(ResolveErrorKind::ForeignKey)
    }

    /// What happened.
    pub fn kind(&self) -> &ResolveErrorKind {
        &self.0
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ResolveErrorKind::Missing { service } => write!(f, "nothing provides {service}: register it"),
            ResolveErrorKind::ScopeRequired { service, reason } => {
                write!(f, "{service} {reason}: create a scope and resolve it there")
            }
            ResolveErrorKind::NotReady { service } => {
                write!(f, "{service} is made asynchronously and is not ready: use get_async")
            }
            ResolveErrorKind::Cycle { path } => {
                write!(f, "making {} needs itself: {}", path[0], path.join(" -> "))
            }
            ResolveErrorKind::TooDeep { service, limit } => {
                write!(
                    f,
                    "{service} is needed through more than {limit} services, one by the other: \
                     take one of them lazily, or make it before"
                )
            }
            ResolveErrorKind::Failed { service, source } => {
                write!(f, "the factory of {service} failed: {source}")
            }
            ResolveErrorKind::Panicked { service, message } => {
                write!(f, "the factory of {service} panicked: {message}")
            }
            ResolveErrorKind::NotProvided { service } => {
                write!(f, "{service} was not provided to this scope by who created it")
            }
            ResolveErrorKind::Transient { service } => {
                write!(
                    f,
                    "{service} is transient, so that nothing holds what a reference would point at: use get"
                )
            }
            ResolveErrorKind::AlreadyProvided { service } => write!(f, "this scope has {service} already"),
            ResolveErrorKind::Disposed { owner } => write!(f, "the {owner} is disposed"),
            ResolveErrorKind::ForeignKey => f.write_str("the key is of another container"),
            ResolveErrorKind::TooManyKeys { service, limit } => {
                write!(f, "{service} was asked for more than {limit} different keys")
            }
        }
    }
}

impl Error for ResolveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.0 {
            ResolveErrorKind::Failed { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

/// Everything that failed while instances were disposed; all of them were tried.
#[derive(Debug)]
pub struct DisposeError {
    failures: Vec<DisposeFailure>,
}

/// One instance that could not be disposed.
#[derive(Debug)]
#[non_exhaustive]
pub struct DisposeFailure {
    /// The service.
    pub service: String,
    /// What its hook, or its destructor, said.
    pub error: BoxError,
}

impl DisposeError {
    pub(crate) fn check(failures: Vec<DisposeFailure>) -> Result<(), Self> {
        if failures.is_empty() { Ok(()) } else { Err(Self { failures }) }
    }

    /// The failures, in the order of disposal.
    pub fn failures(&self) -> &[DisposeFailure] {
        &self.failures
    }
}

impl fmt::Display for DisposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, DisposeFailure { service, error }) in self.failures.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{service} could not be disposed: {error}")?;
        }
        Ok(())
    }
}

impl Error for DisposeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failures.first().map(|failure| &*failure.error as _)
    }
}
