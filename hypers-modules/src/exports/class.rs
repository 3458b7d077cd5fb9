//! Classes of Rust, whose instances other engines hold.

use std::any::Any;
use std::fmt::{self, Debug, Display, Formatter};
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock, RwLock, TryLockError};

use super::convert::{FromValue, IntoValue};
use super::error::CallError;
use super::function::{Arguments, Function, NativeFn};
use super::value::Value;

type AnyValue = dyn Any + Send + Sync;
type Make = dyn Fn(&mut Arguments<'_>) -> Result<Box<AnyValue>, CallError> + Send + Sync;
type Call = dyn Fn(&RwLock<Box<AnyValue>>, &mut Arguments<'_>) -> Result<Value, CallError> + Send + Sync;

/// A class whose instances are values of the Rust type `T`, to be given to a [`NativeModule`](super::NativeModule).
///
/// Methods take `&T` or `&mut T` first. An instance is freed when no engine and no Rust program holds it any more.
pub struct Class<T> {
    info: ClassInfo,
    of: PhantomData<fn() -> T>,
}

/// A class that is complete. A clone is the same class.
///
/// ```
/// use hypers_modules::exports::{Class, NativeModule};
///
/// struct User(String);
///
/// let user = Class::<User>::new("User").getter("name", |user: &User| user.0.clone()).build();
/// let module = NativeModule::new("app:users")
///     .class(user.clone())
///     .function("find", move |name: String| user.instance(User(name)));
/// ```
pub struct BuiltClass<T> {
    info: Arc<ClassInfo>,
    of: PhantomData<fn() -> T>,
}

/// What engines know of a class.
pub struct ClassInfo {
    name: Box<str>,
    /// The module that exports it.
    module: OnceLock<Arc<str>>,
    constructor: Option<(u32, Box<Make>)>,
    members: Vec<Member>,
    statics: Vec<(Box<str>, Function)>,
}

/// A method or accessor of a class.
pub struct Member {
    name: Box<str>,
    kind: MemberKind,
    arity: u32,
    body: Box<Call>,
}

/// How a member is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// By a call.
    Method,
    /// By reading.
    Getter,
    /// By assigning.
    Setter,
}

impl<T: Send + Sync + 'static> Class<T> {
    /// A class that nobody can construct yet, without members.
    pub fn new(name: &str) -> Self {
        let info = ClassInfo {
            name: name.into(),
            module: OnceLock::new(),
            constructor: None,
            members: Vec::new(),
            statics: Vec::new(),
        };
        Self { info, of: PhantomData }
    }

    /// What `new Name(…)` does. Without one, only Rust makes instances.
    #[must_use]
    pub fn constructor<M>(mut self, make: impl Constructor<T, M>) -> Self {
        let arity = make.arity();
        let make = move |arguments: &mut Arguments<'_>| -> Result<Box<AnyValue>, CallError> {
            Ok(Box::new(make.make(arguments)?))
        };
        self.info.constructor = Some((arity, Box::new(make)));
        self
    }

    /// A constructor that may fail.
    #[must_use]
    pub fn try_constructor<M>(mut self, make: impl TryConstructor<T, M>) -> Self {
        let arity = make.arity();
        let make = move |arguments: &mut Arguments<'_>| -> Result<Box<AnyValue>, CallError> {
            Ok(Box::new(make.make(arguments)?))
        };
        self.info.constructor = Some((arity, Box::new(make)));
        self
    }

    /// A method: a closure whose first parameter is `&T` or `&mut T`.
    #[must_use]
    pub fn method<M>(self, name: &str, method: impl Method<T, M>) -> Self {
        self.member(name, MemberKind::Method, method)
    }

    /// A property that is computed when it is read.
    #[must_use]
    pub fn getter<M>(self, name: &str, getter: impl Method<T, M>) -> Self {
        self.member(name, MemberKind::Getter, getter)
    }

    /// What assigning to a property does.
    #[must_use]
    pub fn setter<M>(self, name: &str, setter: impl Method<T, M>) -> Self {
        self.member(name, MemberKind::Setter, setter)
    }

    /// A function of the class itself.
    #[must_use]
    pub fn static_function<M>(mut self, name: &str, function: impl NativeFn<M>) -> Self {
        let qualified = format!("{}.{name}", self.info.name);
        self.info.statics.push((name.into(), Function::new(&qualified, function)));
        self
    }

    fn member<M>(mut self, name: &str, kind: MemberKind, method: impl Method<T, M>) -> Self {
        let arity = method.arity();
        let body = Box::new(move |cell: &RwLock<Box<AnyValue>>, arguments: &mut Arguments<'_>| {
            method.call(cell, arguments)
        });
        self.info.members.push(Member { name: name.into(), kind, arity, body });
        self
    }

    /// The class, to make instances of in Rust.
    pub fn build(self) -> BuiltClass<T> {
        BuiltClass { info: Arc::new(self.info), of: PhantomData }
    }
}

impl<T: Send + Sync + 'static> From<Class<T>> for BuiltClass<T> {
    fn from(class: Class<T>) -> Self {
        class.build()
    }
}

impl<T> BuiltClass<T> {
    /// What engines know of it.
    pub fn info(&self) -> &Arc<ClassInfo> {
        &self.info
    }
}

impl<T: Send + Sync + 'static> BuiltClass<T> {
    /// An instance.
    pub fn instance(&self, value: T) -> Instance {
        Instance::made(Arc::clone(&self.info), Box::new(value))
    }
}

impl<T> Clone for BuiltClass<T> {
    fn clone(&self) -> Self {
        Self { info: Arc::clone(&self.info), of: PhantomData }
    }
}

impl ClassInfo {
    /// The class's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many parameters the constructor has; `None` without a constructor.
    pub fn constructor_arity(&self) -> Option<u32> {
        self.constructor.as_ref().map(|(arity, _)| *arity)
    }

    /// Methods and accessors.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Functions of the class itself, by name.
    pub fn statics(&self) -> impl ExactSizeIterator<Item = (&str, &Function)> {
        self.statics.iter().map(|(name, function)| (&**name, function))
    }

    /// Messages name the module; that of a class in several modules is the first one.
    pub(super) fn belongs_to(&self, module: &Arc<str>) {
        self.module.get_or_init(|| Arc::clone(module));
    }

    /// `new Name(…)`.
    ///
    /// # Errors
    /// What the constructor says; that there is none.
    pub fn construct(self: &Arc<Self>, values: &mut [Value]) -> Result<Instance, CallError> {
        let Some((_, make)) = &self.constructor else {
            let message = format!("{} has no constructor: instances come from its module", self.name);
            return Err(CallError::named("TypeError", message).with_code("ERR_ILLEGAL_CONSTRUCTOR"));
        };
        let callee = Callee { class: self, before: "new ", member: "" };
        Ok(Instance::made(Arc::clone(self), make(&mut Arguments::new(&callee, values))?))
    }
}

/// A member as messages name it: `mycrate:thing.Counter.next`.
struct Callee<'a> {
    class: &'a ClassInfo,
    before: &'a str,
    member: &'a str,
}

impl Display for Callee<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.before)?;
        if let Some(module) = self.class.module.get() {
            write!(f, "{module}.")?;
        }
        f.write_str(&self.class.name)?;
        match self.member {
            "" => Ok(()),
            member => write!(f, ".{member}"),
        }
    }
}

impl Member {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is reached.
    pub fn kind(&self) -> MemberKind {
        self.kind
    }

    /// How many parameters it has beside the instance.
    pub fn arity(&self) -> u32 {
        self.arity
    }
}

/// A value of Rust that other engines hold, with its class.
#[derive(Clone)]
pub struct Instance {
    class: Arc<ClassInfo>,
    cell: Arc<RwLock<Box<AnyValue>>>,
}

impl Instance {
    fn made(class: Arc<ClassInfo>, value: Box<AnyValue>) -> Self {
        Self { class, cell: Arc::new(RwLock::new(value)) }
    }

    /// Its class.
    pub fn class(&self) -> &Arc<ClassInfo> {
        &self.class
    }

    /// Calls the member with that index of [`ClassInfo::members`].
    ///
    /// # Errors
    /// What it throws; that the instance is in use by a call that has not returned.
    pub fn call(&self, member: usize, values: &mut [Value]) -> Result<Value, CallError> {
        let Some(member) = self.class.members.get(member) else {
            return Err(CallError::type_error(format!("{} has no such member", self.class.name)));
        };
        let callee = Callee { class: &self.class, before: "", member: &member.name };
        (member.body)(&self.cell, &mut Arguments::new(&callee, values))
    }

    /// Calls a method, or reads or assigns an accessor, by name.
    ///
    /// # Errors
    /// As [`call`](Self::call); that there is no such member.
    pub fn call_member(
        &self,
        name: &str,
        kind: MemberKind,
        values: &mut [Value],
    ) -> Result<Value, CallError> {
        let found = self.class.members.iter().position(|member| *member.name == *name && member.kind == kind);
        let missing = || CallError::type_error(format!("{} has no member \"{name}\"", self.class.name));
        self.call(found.ok_or_else(missing)?, values)
    }

    /// Reads the Rust value.
    ///
    /// # Errors
    /// That it is of another type, or being changed.
    pub fn with<T: 'static, R>(&self, read: impl FnOnce(&T) -> R) -> Result<R, CallError> {
        with_shared(&self.class.name, &self.cell, |value| Ok(read(value)))
    }

    /// Changes the Rust value.
    ///
    /// # Errors
    /// That it is of another type, or in use.
    pub fn with_mut<T: 'static, R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, CallError> {
        with_exclusive(&self.class.name, &self.cell, |value| Ok(change(value)))
    }

    /// Where it lies in memory: one number for all clones.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.cell).addr()
    }

    /// Whether both are the same instance.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }
}

impl Debug for Instance {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.class.name)
    }
}

/// A closure that makes an instance.
pub trait Constructor<T, M>: Send + Sync + 'static {
    #[doc(hidden)]
    fn arity(&self) -> u32;
    #[doc(hidden)]
    fn make(&self, arguments: &mut Arguments<'_>) -> Result<T, CallError>;
}

/// A closure that makes an instance or fails.
pub trait TryConstructor<T, M>: Send + Sync + 'static {
    #[doc(hidden)]
    fn arity(&self) -> u32;
    #[doc(hidden)]
    fn make(&self, arguments: &mut Arguments<'_>) -> Result<T, CallError>;
}

/// A closure whose first parameter is the instance.
pub trait Method<T, M>: Send + Sync + 'static {
    #[doc(hidden)]
    fn arity(&self) -> u32;
    #[doc(hidden)]
    fn call(&self, cell: &RwLock<Box<AnyValue>>, arguments: &mut Arguments<'_>) -> Result<Value, CallError>;
}

/// The marker of methods that read.
#[doc(hidden)]
pub struct Reads;

/// The marker of methods that change.
#[doc(hidden)]
pub struct Changes;

fn with_shared<T: 'static, R>(
    name: &dyn Display,
    cell: &RwLock<Box<AnyValue>>,
    read: impl FnOnce(&T) -> Result<R, CallError>,
) -> Result<R, CallError> {
    let guard = match cell.try_read() {
        Ok(guard) => guard,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return Err(in_use(name)),
    };
    match guard.downcast_ref() {
        Some(value) => read(value),
        None => Err(other_type(name)),
    }
}

fn with_exclusive<T: 'static, R>(
    name: &dyn Display,
    cell: &RwLock<Box<AnyValue>>,
    change: impl FnOnce(&mut T) -> Result<R, CallError>,
) -> Result<R, CallError> {
    let mut guard = match cell.try_write() {
        Ok(guard) => guard,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return Err(in_use(name)),
    };
    match guard.downcast_mut() {
        Some(value) => change(value),
        None => Err(other_type(name)),
    }
}

fn in_use(name: &dyn Display) -> CallError {
    let message = format!("{name}: this instance is in use by a call that has not returned");
    CallError::new(message).with_code("ERR_INSTANCE_IN_USE")
}

fn other_type(name: &dyn Display) -> CallError {
    CallError::type_error(format!("{name}: this instance holds another type of Rust"))
}

macro_rules! members {
    ($($count:literal: $($name:ident)*;)*) => {$(
        impl<F, T, $($name),*> Constructor<T, ($($name,)*)> for F
        where
            F: Fn($($name),*) -> T + Send + Sync + 'static,
            $($name: FromValue,)*
        {
            fn arity(&self) -> u32 {
                $count
            }

            #[allow(non_snake_case, unused_variables, reason = "one macro for all counts, none included")]
            fn make(&self, arguments: &mut Arguments<'_>) -> Result<T, CallError> {
                $(let $name = arguments.take::<$name>()?;)*
                Ok(self($($name),*))
            }
        }

        impl<F, T, Fault, $($name),*> TryConstructor<T, (Fault, $($name,)*)> for F
        where
            F: Fn($($name),*) -> Result<T, Fault> + Send + Sync + 'static,
            Fault: Into<Box<dyn std::error::Error + Send + Sync>>,
            $($name: FromValue,)*
        {
            fn arity(&self) -> u32 {
                $count
            }

            #[allow(non_snake_case, unused_variables, reason = "one macro for all counts, none included")]
            fn make(&self, arguments: &mut Arguments<'_>) -> Result<T, CallError> {
                $(let $name = arguments.take::<$name>()?;)*
                self($($name),*).map_err(CallError::of)
            }
        }

        impl<F, T, R, $($name),*> Method<T, (Reads, R, $($name,)*)> for F
        where
            F: Fn(&T, $($name),*) -> R + Send + Sync + 'static,
            T: 'static,
            R: IntoValue,
            $($name: FromValue,)*
        {
            fn arity(&self) -> u32 {
                $count
            }

            #[allow(non_snake_case, unused_variables, reason = "one macro for all counts, none included")]
            fn call(
                &self,
                cell: &RwLock<Box<AnyValue>>,
                arguments: &mut Arguments<'_>,
            ) -> Result<Value, CallError> {
                $(let $name = arguments.take::<$name>()?;)*
                with_shared(arguments.callee(), cell, |value: &T| self(value, $($name),*).into_value())
            }
        }

        impl<F, T, R, $($name),*> Method<T, (Changes, R, $($name,)*)> for F
        where
            F: Fn(&mut T, $($name),*) -> R + Send + Sync + 'static,
            T: 'static,
            R: IntoValue,
            $($name: FromValue,)*
        {
            fn arity(&self) -> u32 {
                $count
            }

            #[allow(non_snake_case, unused_variables, reason = "one macro for all counts, none included")]
            fn call(
                &self,
                cell: &RwLock<Box<AnyValue>>,
                arguments: &mut Arguments<'_>,
            ) -> Result<Value, CallError> {
                $(let $name = arguments.take::<$name>()?;)*
                with_exclusive(arguments.callee(), cell, |value: &mut T| self(value, $($name),*).into_value())
            }
        }
    )*};
}

members! {
    0: ;
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E G;
}
