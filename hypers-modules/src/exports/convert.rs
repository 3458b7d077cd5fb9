//! Between the types of Rust and values.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use smol_str::SmolStr;

use super::class::{ClassInfo, Instance};
use super::error::CallError;
use super::function::{Arguments, Function};
use super::native::Deferred;
use super::value::{Object, Value};

/// A type that parameters can have.
pub trait FromValue: Sized {
    /// What is expected, with an article: `a number`.
    fn expected() -> Cow<'static, str>;

    /// Converts a value.
    ///
    /// # Errors
    /// When it is of another type.
    fn from_value(value: Value) -> Result<Self, Mismatch>;

    /// Takes as many arguments as it needs: one, but for [`Rest`].
    #[doc(hidden)]
    fn from_arguments(arguments: &mut Arguments<'_>) -> Result<Self, Mismatch> {
        Self::from_value(arguments.next_value())
    }
}

/// A type that results can have. `Result`s throw their error: anything that is an error of Rust, a `String` or `&str`.
pub trait IntoValue {
    /// Converts it.
    ///
    /// # Errors
    /// The error of a `Result`.
    fn into_value(self) -> Result<Value, CallError>;
}

/// A value of another type than the one that is needed: `expected a number, found null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where in the value: `[2].name`, or empty.
    path: String,
    expected: String,
    found: String,
}

impl Mismatch {
    /// `found` is not `expected`.
    pub fn new(expected: impl Into<String>, found: &Value) -> Self {
        Self { path: String::new(), expected: expected.into(), found: found.shown() }
    }

    fn of<T: FromValue>(found: &Value) -> Self {
        Self::new(T::expected(), found)
    }

    fn inside(mut self, step: impl Display) -> Self {
        self.path.insert_str(0, &step.to_string());
        self
    }
}

impl Display for Mismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "at {}: ", self.path.trim_start_matches('.'))?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl Error for Mismatch {}

const LARGEST_SAFE: f64 = ((1u64 << 53) - 1) as f64;

/// A whole number of either kind.
fn whole(value: &Value) -> Option<i128> {
    match value {
        // Truncation cannot happen: the number is whole and small enough.
        Value::Number(number) if number.fract() == 0.0 && number.abs() <= LARGEST_SAFE => {
            Some(*number as i128)
        }
        Value::BigInt(number) => Some(*number),
        _ => None,
    }
}

/// A number where JavaScript represents it exactly.
impl From<i128> for Value {
    fn from(number: i128) -> Self {
        if number.unsigned_abs() <= LARGEST_SAFE as u128 {
            Self::Number(number as f64)
        } else {
            Self::BigInt(number)
        }
    }
}

macro_rules! into {
    ($($type:ty: $value:ident => $into:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $into
            }
        }

        impl IntoValue for $type {
            fn into_value(self) -> Result<Value, CallError> {
                Ok(self.into())
            }
        }
    )*};
}

into! {
    (): _unit => Value::Undefined;
    bool: value => Value::Bool(value);
    f64: value => Value::Number(value);
    f32: value => Value::Number(f64::from(value));
    i64: value => i128::from(value).into();
    u64: value => i128::from(value).into();
    // Lossless: there is no machine whose words are larger than 64 bits.
    usize: value => (value as i128).into();
    i8: value => Value::Number(f64::from(value));
    u8: value => Value::Number(f64::from(value));
    i16: value => Value::Number(f64::from(value));
    u16: value => Value::Number(f64::from(value));
    i32: value => Value::Number(f64::from(value));
    u32: value => Value::Number(f64::from(value));
    &str: value => Value::String(value.into());
    String: value => Value::String(value.into());
    SmolStr: value => Value::String(value);
    Arc<str>: value => Value::String(value.into());
    Cow<'_, str>: value => Value::String(value.into());
    Arc<[u8]>: value => Value::Bytes(value);
    Object: value => Value::Object(Arc::new(value));
    Arc<Object>: value => Value::Object(value);
    Function: value => Value::Function(value);
    Instance: value => Value::Instance(value);
    Arc<ClassInfo>: value => Value::Class(value);
    Deferred: value => Value::Deferred(value);
}

impl IntoValue for Value {
    fn into_value(self) -> Result<Value, CallError> {
        Ok(self)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Result<Value, CallError> {
        self.map_or(Ok(Value::Undefined), T::into_value)
    }
}

impl<T: IntoValue, E: Into<Box<dyn Error + Send + Sync>>> IntoValue for Result<T, E> {
    fn into_value(self) -> Result<Value, CallError> {
        self.map_err(CallError::of)?.into_value()
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Result<Value, CallError> {
        Ok(Value::Array(self.into_iter().map(T::into_value).collect::<Result<_, _>>()?))
    }
}

fn table<N: Into<SmolStr>, T: IntoValue>(entries: impl Iterator<Item = (N, T)>) -> Result<Value, CallError> {
    let mut object = Object::with_capacity(entries.size_hint().0);
    for (name, value) in entries {
        object.set(name, value.into_value()?);
    }
    Ok(object.into())
}

impl<N: Into<SmolStr>, T: IntoValue, S> IntoValue for HashMap<N, T, S> {
    fn into_value(self) -> Result<Value, CallError> {
        table(self.into_iter())
    }
}

impl<N: Into<SmolStr>, T: IntoValue> IntoValue for BTreeMap<N, T> {
    fn into_value(self) -> Result<Value, CallError> {
        table(self.into_iter())
    }
}

impl IntoValue for serde_json::Value {
    fn into_value(self) -> Result<Value, CallError> {
        serde_json::from_value(self).map_err(CallError::of)
    }
}

macro_rules! numbers {
    ($($type:ty, $expected:literal;)*) => {$(
        impl FromValue for $type {
            fn expected() -> Cow<'static, str> {
                $expected.into()
            }

            fn from_value(value: Value) -> Result<Self, Mismatch> {
                whole(&value).and_then(|number| number.try_into().ok()).ok_or_else(|| Mismatch::of::<Self>(&value))
            }
        }
    )*};
}

numbers! {
    i8, "a whole number of 8 bits";
    u8, "a whole number from 0 to 255";
    i16, "a whole number of 16 bits";
    u16, "a whole number from 0 to 65535";
    i32, "a whole number of 32 bits";
    u32, "a whole number from 0 to 4294967295";
    i64, "a whole number of 64 bits";
    u64, "a whole number of 64 bits that is not negative";
    usize, "a whole number that is not negative";
    i128, "a whole number";
}

macro_rules! from {
    ($($type:ty, $expected:literal: $pattern:pat => $from:expr;)*) => {$(
        impl FromValue for $type {
            fn expected() -> Cow<'static, str> {
                $expected.into()
            }

            fn from_value(value: Value) -> Result<Self, Mismatch> {
                match value {
                    $pattern => Ok($from),
                    other => Err(Mismatch::of::<Self>(&other)),
                }
            }
        }
    )*};
}

from! {
    bool, "a boolean": Value::Bool(value) => value;
    f64, "a number": Value::Number(value) => value;
    // Rounding is what who asks for 32 bits asks for.
    f32, "a number": Value::Number(value) => value as f32;
    String, "a string": Value::String(text) => (*text).to_owned();
    SmolStr, "a string": Value::String(text) => text;
    Arc<str>, "a string": Value::String(text) => text.as_str().into();
    Arc<[u8]>, "bytes": Value::Bytes(bytes) => bytes;
    Arc<Object>, "an object": Value::Object(object) => object;
    Object, "an object": Value::Object(object) => Arc::unwrap_or_clone(object);
    Function, "a function": Value::Function(function) => function;
    Instance, "an instance of a native class": Value::Instance(instance) => instance;
}

impl FromValue for Value {
    fn expected() -> Cow<'static, str> {
        "any value".into()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn expected() -> Cow<'static, str> {
        format!("{} or undefined", T::expected()).into()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        if value.is_nullish() {
            return Ok(None);
        }
        T::from_value(value).map(Some).map_err(|mut mismatch| {
            if mismatch.path.is_empty() {
                mismatch.expected = Self::expected().into_owned();
            }
            mismatch
        })
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn expected() -> Cow<'static, str> {
        "an array".into()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let Value::Array(items) = value else { return Err(Mismatch::of::<Self>(&value)) };
        let convert = |(at, item): (usize, &Value)| {
            T::from_value(item.clone()).map_err(|mismatch| mismatch.inside(format_args!("[{at}]")))
        };
        items.iter().enumerate().map(convert).collect()
    }
}

fn entries<T: FromValue, M: FromIterator<(String, T)>>(value: &Value) -> Result<M, Mismatch> {
    let Value::Object(object) = value else { return Err(Mismatch::new("an object", value)) };
    let convert = |(name, value): (&SmolStr, &Value)| match T::from_value(value.clone()) {
        Ok(value) => Ok(((**name).to_owned(), value)),
        Err(mismatch) => Err(mismatch.inside(format_args!(".{name}"))),
    };
    object.iter().map(convert).collect()
}

impl<T: FromValue, S: BuildHasher + Default> FromValue for HashMap<String, T, S>
where
    String: Eq + Hash,
{
    fn expected() -> Cow<'static, str> {
        "an object".into()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        entries(&value)
    }
}

impl<T: FromValue> FromValue for BTreeMap<String, T> {
    fn expected() -> Cow<'static, str> {
        "an object".into()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        entries(&value)
    }
}

impl FromValue for serde_json::Value {
    fn expected() -> Cow<'static, str> {
        "what JSON can hold".into()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let text = super::json::write(&value, "value").map_err(|_| Mismatch::of::<Self>(&value))?;
        serde_json::from_str(&text).map_err(|_| Mismatch::of::<Self>(&value))
    }
}

/// All arguments that are left, as the last parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest<T>(pub Vec<T>);

impl<T: FromValue> FromValue for Rest<T> {
    fn expected() -> Cow<'static, str> {
        T::expected()
    }

    fn from_value(value: Value) -> Result<Self, Mismatch> {
        T::from_value(value).map(|value| Self(vec![value]))
    }

    fn from_arguments(arguments: &mut Arguments<'_>) -> Result<Self, Mismatch> {
        let mut rest = Vec::with_capacity(arguments.remaining());
        while arguments.remaining() > 0 {
            let at = rest.len();
            let item = T::from_value(arguments.next_value());
            rest.push(item.map_err(|mismatch| mismatch.inside(format_args!("[{at}]")))?);
        }
        Ok(Self(rest))
    }
}
