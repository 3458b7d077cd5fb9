//! Functions that belong to a thread: those of an engine.
//!
//! What an engine gives out lies in a table of its thread. A [`Function`](super::Function) holds the number of its place,
//! which may be sent anywhere; a call looks the place up, and says so when it is not on this thread.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use super::error::CallError;
use super::function::Arguments;
use super::value::Value;

/// A function of an engine, which may only be called on the engine's thread.
pub trait LocalFn: Any {
    /// Calls it.
    ///
    /// # Errors
    /// What it throws; and that its engine has ended.
    fn call(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError>;
}

/// The place of a [`LocalFn`] in its thread's table; it is free again once this is dropped, on any thread.
pub(super) struct Place {
    thread: ThreadId,
    at: usize,
    /// Places that were given up on other threads.
    given_up: Arc<Mutex<Vec<usize>>>,
}

#[derive(Default)]
struct Table {
    functions: Vec<Option<Rc<dyn LocalFn>>>,
    free: Vec<usize>,
    given_up: Arc<Mutex<Vec<usize>>>,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

impl Place {
    pub(super) fn of(function: Rc<dyn LocalFn>) -> Self {
        let gone = TABLE.with_borrow_mut(Table::sweep);
        // Dropped without the table: what a function owns may hold other functions.
        drop(gone);
        TABLE.with_borrow_mut(|table| {
            let at = table.free.pop().unwrap_or(table.functions.len());
            if at == table.functions.len() {
                table.functions.push(None);
            }
            table.functions[at] = Some(function);
            Self { thread: thread::current().id(), at, given_up: Arc::clone(&table.given_up) }
        })
    }

    /// What lies there.
    ///
    /// # Errors
    /// That this is another thread.
    pub(super) fn get(&self, name: &str) -> Result<Rc<dyn LocalFn>, CallError> {
        if thread::current().id() != self.thread {
            let message =
                format!("{name} belongs to an engine on another thread, and can only be called there");
            return Err(CallError::new(message).with_code("ERR_WRONG_THREAD"));
        }
        let function = TABLE.with_borrow(|table| table.functions.get(self.at).cloned().flatten());
        function.ok_or_else(|| CallError::new(format!("the engine of {name} has ended")))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if thread::current().id() != self.thread {
            self.given_up.lock().unwrap_or_else(PoisonError::into_inner).push(self.at);
            return;
        }
        // At the thread's end the table may be gone already, and all functions with it.
        let function = TABLE.try_with(|table| table.try_borrow_mut().map(|mut table| table.release(self.at)));
        drop(function);
    }
}

impl Table {
    fn release(&mut self, at: usize) -> Option<Rc<dyn LocalFn>> {
        let function = self.functions.get_mut(at)?.take()?;
        self.free.push(at);
        Some(function)
    }

    fn sweep(&mut self) -> Vec<Rc<dyn LocalFn>> {
        let given_up = std::mem::take(&mut *self.given_up.lock().unwrap_or_else(PoisonError::into_inner));
        given_up.into_iter().filter_map(|at| self.release(at)).collect()
    }
}
