//! Functions that every engine can call, and Rust closures that become such functions.

use std::any::Any;
use std::fmt::{self, Debug, Display, Formatter};
use std::rc::Rc;
use std::sync::Arc;

use super::convert::{FromValue, IntoValue, Mismatch};
use super::error::CallError;
use super::local::{LocalFn, Place};
use super::value::Value;

/// Something to call, of Rust or of an engine.
///
/// It can be sent to other threads; one that belongs to an engine can only be called on the engine's thread.
#[derive(Clone)]
pub struct Function {
    inner: Arc<Inner>,
}

struct Inner {
    name: Box<str>,
    /// How many parameters it has: `length` in JavaScript.
    arity: u32,
    body: Body,
}

type Shared = dyn Fn(&mut Arguments<'_>) -> Result<Value, CallError> + Send + Sync;

enum Body {
    Shared(Box<Shared>),
    Local(Place),
}

impl Function {
    /// A Rust closure, with typed parameters: `Function::new("add", |a: f64, b: f64| a + b)`.
    pub fn new<M>(name: &str, function: impl NativeFn<M>) -> Self {
        let arity = function.arity();
        Self::raw(name, arity, move |arguments| function.call(arguments))
    }

    /// A function that looks at its arguments by itself.
    pub fn raw(
        name: &str,
        arity: u32,
        body: impl Fn(&mut Arguments<'_>) -> Result<Value, CallError> + Send + Sync + 'static,
    ) -> Self {
        Self { inner: Arc::new(Inner { name: name.into(), arity, body: Body::Shared(Box::new(body)) }) }
    }

    /// A function of an engine on this thread.
    pub fn local(name: &str, arity: u32, function: Rc<dyn LocalFn>) -> Self {
        let body = Body::Local(Place::of(function));
        Self { inner: Arc::new(Inner { name: name.into(), arity, body }) }
    }

    /// Calls it with a tuple of up to six arguments, or with a list of values.
    ///
    /// # Errors
    /// What it throws; that it belongs to another thread, or to an engine that has ended.
    pub fn call(&self, arguments: impl IntoArguments) -> Result<Value, CallError> {
        arguments.with_values(|values| self.call_with(&mut Arguments::new(&self.name(), values)))
    }

    /// Calls it with arguments that are there already.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_with(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError> {
        match &self.inner.body {
            Body::Shared(body) => body(arguments),
            Body::Local(place) => place.get(&self.shown())?.call(arguments),
        }
    }

    /// The name, for stacks and messages; `mycrate:thing.add` in a [`NativeModule`](super::NativeModule).
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// How many parameters it has.
    pub fn arity(&self) -> u32 {
        self.inner.arity
    }

    /// Whether both are the same function.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Where it lies in memory: one number for all clones.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.inner).addr()
    }

    /// The engine's own function, where it is one of this thread and of that engine.
    pub fn engine_function<T: LocalFn>(&self) -> Option<Rc<T>> {
        let Body::Local(place) = &self.inner.body else { return None };
        let function: Rc<dyn Any> = place.get(self.name()).ok()?;
        function.downcast().ok()
    }

    fn shown(&self) -> String {
        match self.name() {
            "" => "the function".to_owned(),
            name => format!("{name}()"),
        }
    }
}

impl Debug for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "<function {}>", self.name())
    }
}

/// The arguments of a call, taken from the left. Those that are missing are `undefined`.
pub struct Arguments<'a> {
    /// As messages name the function.
    callee: &'a dyn Display,
    values: &'a mut [Value],
    next: usize,
}

impl<'a> Arguments<'a> {
    /// For a call of `callee`, as messages name it.
    pub fn new(callee: &'a dyn Display, values: &'a mut [Value]) -> Self {
        Self { callee, values, next: 0 }
    }

    pub(super) fn callee(&self) -> &'a dyn Display {
        self.callee
    }

    /// The next one, as it is.
    pub fn next_value(&mut self) -> Value {
        let value = self.values.get_mut(self.next).map(std::mem::take).unwrap_or_default();
        self.next += 1;
        value
    }

    /// The next one, converted.
    ///
    /// # Errors
    /// When it is of another type; the error names the function and the parameter's number.
    pub fn take<T: FromValue>(&mut self) -> Result<T, CallError> {
        let at = self.next + 1;
        T::from_arguments(self).map_err(|mismatch| self.mismatch(at, &mismatch))
    }

    /// How many have not been taken.
    pub fn remaining(&self) -> usize {
        self.values.len().saturating_sub(self.next)
    }

    /// All of them, taken or not.
    pub fn values(&self) -> &[Value] {
        self.values
    }

    fn mismatch(&self, at: usize, mismatch: &Mismatch) -> CallError {
        CallError::type_error(format!("{}(): argument {at}: {mismatch}", self.callee))
    }
}

/// What a function can be called with: a tuple of values, or a `Vec`.
pub trait IntoArguments {
    #[doc(hidden)]
    fn with_values<R>(self, call: impl FnOnce(&mut [Value]) -> Result<R, CallError>) -> Result<R, CallError>;
}

impl IntoArguments for Vec<Value> {
    fn with_values<R>(
        mut self,
        call: impl FnOnce(&mut [Value]) -> Result<R, CallError>,
    ) -> Result<R, CallError> {
        call(&mut self)
    }
}

/// A Rust closure that every engine can call: up to eight parameters of [`FromValue`], a result of [`IntoValue`].
pub trait NativeFn<M>: Send + Sync + 'static {
    #[doc(hidden)]
    fn arity(&self) -> u32;
    #[doc(hidden)]
    fn call(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError>;
}

macro_rules! functions {
    ($($count:literal: $($name:ident)*;)*) => {$(
        impl<F, R, $($name),*> NativeFn<(R, $($name,)*)> for F
        where
            F: Fn($($name),*) -> R + Send + Sync + 'static,
            R: IntoValue,
            $($name: FromValue,)*
        {
            fn arity(&self) -> u32 {
                $count
            }

            #[allow(non_snake_case, unused_variables, reason = "one macro for all counts, none included")]
            fn call(&self, arguments: &mut Arguments<'_>) -> Result<Value, CallError> {
                $(let $name = arguments.take::<$name>()?;)*
                self($($name),*).into_value()
            }
        }

        impl<$($name: IntoValue),*> IntoArguments for ($($name,)*) {
            #[allow(non_snake_case, reason = "one macro for all counts")]
            fn with_values<R>(
                self,
                call: impl FnOnce(&mut [Value]) -> Result<R, CallError>,
            ) -> Result<R, CallError> {
                let ($($name,)*) = self;
                call(&mut [$($name.into_value()?),*])
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
    7: A B C D E G H;
    8: A B C D E G H I;
}
