//! Modules written in Rust.

use std::fmt::{self, Debug, Formatter};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use smol_str::SmolStr;

use super::class::BuiltClass;
use super::convert::{FromValue, IntoValue};
use super::error::CallError;
use super::function::{Arguments, Function, NativeFn};
use super::value::{Object, Value};

/// A module written in Rust: functions, classes and values under a name such as `mycrate:thing`.
///
/// It is made once and shared by all isolates of a process, each of which has its own exports object; so what it holds is
/// `Send + Sync`, and state that functions share is behind an `Arc` of the author's.
pub struct NativeModule {
    name: Arc<str>,
    exports: Vec<(SmolStr, Export)>,
    /// The table of a module without lazy values, which all engines share.
    table: OnceLock<Arc<Object>>,
}

enum Export {
    Value(Value),
    Lazy(Box<dyn Fn() -> Value + Send + Sync>),
}

impl NativeModule {
    /// A module without exports. The name has a scheme: `mycrate:thing`.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), exports: Vec::new(), table: OnceLock::new() }
    }

    /// A constant.
    #[must_use]
    pub fn value(self, name: &str, value: impl Into<Value>) -> Self {
        self.export(name, Export::Value(value.into()))
    }

    /// A value that is made when an engine loads the module, for each engine anew.
    #[must_use]
    pub fn lazy(self, name: &str, make: impl Fn() -> Value + Send + Sync + 'static) -> Self {
        self.export(name, Export::Lazy(Box::new(make)))
    }

    /// A function: a closure of up to eight parameters, the last ones of which may be `Option`s or
    /// [`Rest`](super::Rest).
    #[must_use]
    pub fn function<M>(self, name: &str, function: impl NativeFn<M>) -> Self {
        let function = Function::new(&format!("{}.{name}", self.name), function);
        self.value(name, function)
    }

    /// An asynchronous function: a closure that returns a future, and gives a promise to JavaScript.
    #[must_use]
    pub fn async_function<M>(self, name: &str, function: impl AsyncNativeFn<M>) -> Self {
        let arity = function.arity();
        let qualified = format!("{}.{name}", self.name);
        let function =
            Function::raw(&qualified, arity, move |arguments| function.start(arguments).map(Value::Deferred));
        self.value(name, function)
    }

    /// A class, under its own name.
    #[must_use]
    pub fn class<T>(self, class: impl Into<BuiltClass<T>>) -> Self {
        let info = Arc::clone(class.into().info());
        info.belongs_to(&self.name);
        let name = info.name().to_owned();
        self.export(&name, Export::Value(Value::Class(info)))
    }

    fn export(mut self, name: &str, export: Export) -> Self {
        self.exports.retain(|(known, _)| **known != *name);
        self.exports.push((name.into(), export));
        self.table = OnceLock::new();
        self
    }

    /// The module's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The exports of one engine.
    pub fn exports(&self) -> Arc<Object> {
        match self.exports.iter().any(|(_, export)| matches!(export, Export::Lazy(_))) {
            true => Arc::new(self.make()),
            false => Arc::clone(self.table.get_or_init(|| Arc::new(self.make()))),
        }
    }

    fn make(&self) -> Object {
        let value = |export: &Export| match export {
            Export::Value(value) => value.clone(),
            Export::Lazy(make) => make(),
        };
        self.exports.iter().map(|(name, export)| (name.clone(), value(export))).collect()
    }
}

impl Debug for NativeModule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.exports.iter().map(|(name, _)| name).collect();
        f.debug_struct("NativeModule").field("name", &self.name).field("exports", &names).finish()
    }
}

/// What an asynchronous function of Rust is working on; the engine's event loop runs it.
#[derive(Clone)]
pub struct Deferred {
    future: Arc<Mutex<Option<Pending>>>,
}

/// A future whose result every engine understands.
pub type Pending = Pin<Box<dyn Future<Output = Result<Value, CallError>> + Send>>;

impl Deferred {
    /// What a future gives.
    pub fn new<R: IntoValue>(future: impl Future<Output = R> + Send + 'static) -> Self {
        let future: Pending = Box::pin(async move { future.await.into_value() });
        Self { future: Arc::new(Mutex::new(Some(future))) }
    }

    /// The future, for the engine that is the first to ask for it.
    pub fn take(&self) -> Option<Pending> {
        self.future.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A closure that returns a future.
pub trait AsyncNativeFn<M>: Send + Sync + 'static {
    #[doc(hidden)]
    fn arity(&self) -> u32;
    #[doc(hidden)]
    fn start(&self, arguments: &mut Arguments<'_>) -> Result<Deferred, CallError>;
}

macro_rules! functions {
    ($($count:literal: $($name:ident)*;)*) => {$(
        impl<F, Work, R, $($name),*> AsyncNativeFn<(Work, R, $($name,)*)> for F
        where
            F: Fn($($name),*) -> Work + Send + Sync + 'static,
            Work: Future<Output = R> + Send + 'static,
            R: IntoValue,
            $($name: FromValue,)*
        {
            fn arity(&self) -> u32 {
                $count
            }

            #[allow(non_snake_case, unused_variables, reason = "one macro for all counts, none included")]
            fn start(&self, arguments: &mut Arguments<'_>) -> Result<Deferred, CallError> {
                $(let $name = arguments.take::<$name>()?;)*
                Ok(Deferred::new(self($($name),*)))
            }
        }
    )*};
}

functions! {
    0: ;
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E G;
}
