//! Which address leads where.

use std::sync::Arc;

use super::core::{Core, Phase};
use super::desk::Desk;
use super::envelope::Target;
use super::error::{Reason, Refusal, RegisterError};
use super::handler::{Handler, Kind};
use super::interceptor::Interceptor;
use super::sync::{AtomicUsize, Mutex, Ordering, lock};
use crate::{Address, InsertError, Router, SharedRouter};

/// The subsystems of a kernel, and the tables that lead to them.
pub(crate) struct Directory {
    pub(crate) core: Arc<Core>,
    /// From addresses to handlers.
    pub(crate) routes: SharedRouter<Destination>,
    /// From topics to those who subscribed to them.
    pub(crate) topics: SharedRouter<Arc<[Destination]>>,
    pub(crate) desks: Mutex<Vec<Arc<Desk>>>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    /// Held while handlers are added: their numbers are found before they are used.
    adding: Mutex<()>,
    sequences: AtomicUsize,
}

/// A handler, and whether its pattern has one address only.
#[derive(Clone)]
pub(crate) struct Destination {
    pub(crate) desk: Arc<Desk>,
    pub(crate) route: u32,
    pub(crate) fixed: bool,
}

impl Destination {
    /// What of the address a message has to carry.
    #[inline]
    pub(crate) fn text<'a>(&self, address: &'a str) -> &'a str {
        if self.fixed { "" } else { address }
    }

    pub(crate) fn target(&self, address: &str) -> Target {
        Target { desk: Arc::clone(&self.desk), route: self.route, text: self.text(address).into() }
    }
}

impl Directory {
    pub(crate) fn new(core: Arc<Core>, interceptors: Vec<Arc<dyn Interceptor>>) -> Self {
        Self {
            core,
            routes: SharedRouter::default(),
            topics: SharedRouter::default(),
            desks: Mutex::new(Vec::new()),
            interceptors,
            adding: Mutex::new(()),
            sequences: AtomicUsize::new(0),
        }
    }

    /// Calls `found` with the handler of an address, or tells why there is none.
    #[inline]
    pub(crate) fn find<R>(&self, address: &str, found: impl FnOnce(&Destination) -> R) -> Result<R, Refusal> {
        match self.routes.load().at(address) {
            Some(matched) => Ok(found(matched.value)),
            None => Err(self.no_route(address)),
        }
    }

    #[cold]
    pub(crate) fn no_route(&self, address: &str) -> Refusal {
        let address = address.to_owned();
        if self.core.phase() == Phase::Closed {
            return Refusal::Closed;
        }
        match Address::parse(&address) {
            Ok(_) => Refusal::NoRoute { address },
            Err(_) => Refusal::InvalidAddress { address },
        }
    }

    /// A handler at an address.
    pub(crate) fn add_route(&self, desk: &Arc<Desk>, route: &str, kind: Kind) -> Result<u32, RegisterError> {
        let address = format!("{}://{route}", desk.name);
        let (matcher, fixed) = alone(&address)?;
        self.check_open()?;
        let _adding = lock(&self.adding);
        let mut number = 0;
        self.routes.update(|routes| {
            // In the desk only if the table takes it; nobody finds it before.
            routes
                .insert(&address, Destination { desk: Arc::clone(desk), route: next_route(desk), fixed })?;
            number = push_handler(desk, Handler::new(route.into(), matcher, kind));
            Ok::<_, InsertError>(())
        })?;
        Ok(number)
    }

    /// Takes the handler of a pattern away; `false` when there is none.
    pub(crate) fn remove_route(&self, desk: &Arc<Desk>, route: &str) -> bool {
        let Some(destination) = self.routes.remove(&format!("{}://{route}", desk.name)) else { return false };
        let gone = Handler::new(route.into(), Router::new(), Kind::Gone);
        change_handlers(desk, |handlers| handlers.list[destination.route as usize] = gone);
        true
    }

    /// A handler for the topics of a pattern.
    pub(crate) fn add_topic(&self, desk: &Arc<Desk>, pattern: &str, kind: Kind) -> Result<(), RegisterError> {
        let (matcher, fixed) = alone(pattern)?;
        self.check_open()?;
        let _adding = lock(&self.adding);
        Ok(self.topics.update(|topics| {
            let mut all: Vec<Destination> = topics.get(pattern).map(|all| all.to_vec()).unwrap_or_default();
            if !all.is_empty() {
                topics.remove(pattern);
            }
            all.push(Destination { desk: Arc::clone(desk), route: next_route(desk), fixed });
            topics.insert(pattern, all.into())?;
            push_handler(desk, Handler::new(pattern.into(), matcher, kind));
            Ok::<_, InsertError>(())
        })?)
    }

    /// Takes all handlers of a subsystem for a pattern of topics away, and tells how many there were.
    pub(crate) fn remove_topic(&self, desk: &Arc<Desk>, pattern: &str) -> usize {
        let removed = self.topics.update(|topics| {
            let all = topics.remove(pattern).ok_or(())?;
            let (gone, kept): (Vec<_>, Vec<_>) =
                all.iter().cloned().partition(|one| Arc::ptr_eq(&one.desk, desk));
            if !kept.is_empty() {
                topics.insert(pattern, kept.into()).map_err(drop)?;
            }
            Ok::<_, ()>(gone)
        });
        let removed = removed.unwrap_or_default();
        change_handlers(desk, |handlers| {
            for one in &removed {
                let gone = Handler::new(pattern.into(), Router::new(), Kind::Gone);
                handlers.list[one.route as usize] = gone;
            }
        });
        removed.len()
    }

    /// A number that sequences share with few others.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.sequences.fetch_add(1, Ordering::Relaxed) as u64
    }

    fn check_open(&self) -> Result<(), RegisterError> {
        if self.core.phase() == Phase::Closed { Err(RegisterError::Closed) } else { Ok(()) }
    }

    /// Takes nothing more, makes dead letters of what waits, and drops the handlers.
    pub(crate) fn close(&self) {
        self.core.enter_phase(Phase::Closed);
        let desks: Vec<_> = lock(&self.desks).clone();
        for desk in &desks {
            desk.stop(&Reason::Shutdown);
            desk.abandon(&Reason::Shutdown);
        }
        self.core.clear_timers();
        // Handlers may hold the kernel, which holds them.
        let routes = self.routes.update(|routes| Ok::<_, ()>(std::mem::take(routes)));
        let topics = self.topics.update(|topics| Ok::<_, ()>(std::mem::take(topics)));
        drop((routes, topics));
        for desk in &desks {
            let mut line = lock(&desk.line);
            let handlers = std::mem::take(&mut line.handlers);
            let hook = line.on_restart.take();
            drop(line);
            drop((handlers, hook));
        }
        self.core.ready.stir();
        self.core.rested();
    }
}

/// The last handle is gone, and nobody can send: what still waits will not be handled.
impl Drop for Directory {
    fn drop(&mut self) {
        self.close();
        self.core.clear();
    }
}

/// A table of that pattern alone, and whether it has no parameters.
fn alone(pattern: &str) -> Result<(Router<()>, bool), InsertError> {
    let mut router = Router::new();
    router.insert(pattern, ())?;
    router.compile();
    let fixed = !pattern.contains(['{', '*']);
    Ok((router, fixed))
}

fn next_route(desk: &Desk) -> u32 {
    lock(&desk.line).handlers.list.len() as u32
}

/// The number of the handler. Numbers are not used again: messages carry them.
fn push_handler(desk: &Desk, handler: Arc<Handler>) -> u32 {
    let mut number = 0;
    change_handlers(desk, |handlers| {
        number = handlers.list.len() as u32;
        handlers.list.push(handler);
    });
    number
}

pub(crate) fn change_handlers(desk: &Desk, change: impl FnOnce(&mut super::handler::Handlers)) {
    let mut handlers = (*desk.handlers()).clone();
    change(&mut handlers);
    let before = std::mem::replace(&mut lock(&desk.line).handlers, Arc::new(handlers));
    // What a handler captured may send when it is dropped.
    drop(before);
}
