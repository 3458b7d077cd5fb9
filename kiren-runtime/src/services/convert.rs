//! Values on their way between JavaScript and the methods of native services.

use std::collections::HashMap;
use std::fmt;

use bytes::Bytes;

use crate::natives::{self, NativeError, get, set, string, uint8_array};

/// A type that a method can take as an argument.
///
/// | Rust | JavaScript |
/// |---|---|
/// | `bool`, `String` | boolean, string |
/// | `f64`, `i32`, `u32` | number; whole and in range for the latter |
/// | `i64`, `u64` | whole number up to 2^53, or bigint |
/// | `Bytes` | `Uint8Array`, `ArrayBuffer` or another view of one; copied |
/// | `Option<T>` | the same, or `undefined` or `null` |
/// | `Vec<T>` | array |
/// | `HashMap<String, T>` | object, its own enumerable properties |
pub trait FromJs: Sized + 'static {
    /// What to call the type in an error: `a number`.
    #[doc(hidden)]
    fn expected() -> String;
    /// `None` when the value is something else.
    #[doc(hidden)]
    fn from_js(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Self>;
}

/// A type that a method can return: those of [`FromJs`], `()`, and `Result`s of them, whose error is thrown.
pub trait IntoJs: 'static {
    /// What is to be made of it, later and in JavaScript.
    #[doc(hidden)]
    fn into_outcome(self) -> Outcome;
}

/// The arguments of a method: a tuple of up to six [`FromJs`] types. Trailing `Option`s may be left out.
pub trait Arguments: Sized + 'static {
    #[doc(hidden)]
    fn take(values: &mut Values<'_, '_, '_>) -> Result<Self, Wrong>;
}

/// The arguments of a call, taken one by one.
#[doc(hidden)]
pub struct Values<'a, 's, 'i> {
    pub(crate) scope: &'a mut v8::PinScope<'s, 'i>,
    pub(crate) values: Vec<v8::Local<'s, v8::Value>>,
    pub(crate) next: usize,
}

/// An argument of another type than the method takes.
#[doc(hidden)]
pub struct Wrong(pub(crate) String);

impl Wrong {
    pub(crate) fn no_member() -> Self {
        Self("there is no such member".to_owned())
    }
}

impl Values<'_, '_, '_> {
    fn take<T: FromJs>(&mut self) -> Result<T, Wrong> {
        let value = self.values.get(self.next).copied().unwrap_or_else(|| v8::undefined(self.scope).into());
        self.next += 1;
        T::from_js(self.scope, value).ok_or_else(|| {
            let found = described(self.scope, value);
            Wrong(format!("argument {}: expected {}, found {found}", self.next, T::expected()))
        })
    }
}

fn described(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> String {
    if value.is_null_or_undefined() || value.is_number() || value.is_boolean() {
        return value.to_rust_string_lossy(scope);
    }
    if value.is_array() {
        return "an array".to_owned();
    }
    match value.type_of(scope).to_rust_string_lossy(scope).as_str() {
        "object" => "an object".to_owned(),
        other => format!("a {other}"),
    }
}

/// What a method returned.
#[doc(hidden)]
pub enum Outcome {
    Undefined,
    Bool(bool),
    Number(f64),
    Integer(i64),
    Unsigned(u64),
    Text(String),
    Bytes(Bytes),
    List(Vec<Outcome>),
    Object(Vec<(String, Outcome)>),
    Error(String),
}

impl natives::IntoJs for Outcome {
    fn into_js<'s>(self, scope: &mut v8::PinScope<'s, '_>) -> v8::Local<'s, v8::Value> {
        self.into_js_value(scope).unwrap_or_else(|error| error.to_js(scope))
    }
}

const LARGEST_SAFE: u64 = (1 << 53) - 1;

impl Outcome {
    pub(crate) fn into_js_value<'s>(
        self,
        scope: &mut v8::PinScope<'s, '_>,
    ) -> Result<v8::Local<'s, v8::Value>, NativeError> {
        Ok(match self {
            Self::Undefined => v8::undefined(scope).into(),
            Self::Bool(value) => v8::Boolean::new(scope, value).into(),
            Self::Number(value) => v8::Number::new(scope, value).into(),
            Self::Integer(value) if value.unsigned_abs() <= LARGEST_SAFE => {
                v8::Number::new(scope, value as f64).into()
            }
            Self::Integer(value) => v8::BigInt::new_from_i64(scope, value).into(),
            Self::Unsigned(value) if value <= LARGEST_SAFE => v8::Number::new(scope, value as f64).into(),
            Self::Unsigned(value) => v8::BigInt::new_from_u64(scope, value).into(),
            Self::Text(text) => string(scope, &text).into(),
            Self::Bytes(bytes) => uint8_array(scope, bytes.into()).into(),
            Self::List(items) => {
                let items: Result<Vec<_>, _> =
                    items.into_iter().map(|item| item.into_js_value(scope)).collect();
                v8::Array::new_with_elements(scope, &items?).into()
            }
            Self::Object(properties) => {
                let object = v8::Object::new(scope);
                for (name, value) in properties {
                    let value = value.into_js_value(scope)?;
                    set(scope, object, &name, value);
                }
                object.into()
            }
            Self::Error(message) => return Err(NativeError::error(message)),
        })
    }
}

macro_rules! scalars {
    ($($type:ty, $expected:literal, $from:expr, $into:expr;)*) => {$(
        impl FromJs for $type {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn from_js(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Self> {
                let from: fn(&mut v8::PinScope<'_, '_>, v8::Local<'_, v8::Value>) -> Option<Self> = $from;
                from(scope, value)
            }
        }

        impl IntoJs for $type {
            fn into_outcome(self) -> Outcome {
                $into(self)
            }
        }
    )*};
}

/// A whole number that both sides represent exactly.
fn whole(value: v8::Local<'_, v8::Value>) -> Option<i64> {
    let number = v8::Local::<v8::Number>::try_from(value).ok()?.value();
    // Truncation cannot happen: the number is whole and small enough.
    (number.fract() == 0.0 && number.abs() <= LARGEST_SAFE as f64).then_some(number as i64)
}

scalars! {
    bool, "a boolean", |_, value| value.is_boolean().then(|| value.is_true()), Outcome::Bool;
    f64, "a number", |_, value| Some(v8::Local::<v8::Number>::try_from(value).ok()?.value()), Outcome::Number;
    i32, "a whole number of 32 bits", |_, value| whole(value)?.try_into().ok(), |value| Outcome::Number(f64::from(value));
    u32, "a whole number from 0 to 4294967295", |_, value| whole(value)?.try_into().ok(), |value| Outcome::Number(f64::from(value));
    i64, "a whole number", |_, value| match v8::Local::<v8::BigInt>::try_from(value) {
        Ok(big) => Some(big.i64_value()).filter(|(_, lossless)| *lossless).map(|(value, _)| value),
        Err(_) => whole(value),
    }, Outcome::Integer;
    u64, "a whole number that is not negative", |_, value| match v8::Local::<v8::BigInt>::try_from(value) {
        Ok(big) => Some(big.u64_value()).filter(|(_, lossless)| *lossless).map(|(value, _)| value),
        Err(_) => whole(value)?.try_into().ok(),
    }, Outcome::Unsigned;
    String, "a string", |scope, value| value.is_string().then(|| value.to_rust_string_lossy(scope)), Outcome::Text;
    Bytes, "bytes (a Uint8Array or an ArrayBuffer)", |_, value| bytes_of(value).map(Bytes::from), Outcome::Bytes;
}

fn bytes_of(value: v8::Local<'_, v8::Value>) -> Option<Vec<u8>> {
    if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
        let mut bytes = vec![0; view.byte_length()];
        view.copy_contents(&mut bytes);
        return Some(bytes);
    }
    let buffer = v8::Local::<v8::ArrayBuffer>::try_from(value).ok()?;
    let store = buffer.get_backing_store();
    Some(store.iter().map(std::cell::Cell::get).collect())
}

impl<T: FromJs> FromJs for Option<T> {
    fn expected() -> String {
        format!("{} or undefined", T::expected())
    }

    fn from_js(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Self> {
        if value.is_null_or_undefined() { Some(None) } else { T::from_js(scope, value).map(Some) }
    }
}

impl<T: IntoJs> IntoJs for Option<T> {
    fn into_outcome(self) -> Outcome {
        self.map_or(Outcome::Undefined, T::into_outcome)
    }
}

impl<T: FromJs> FromJs for Vec<T> {
    fn expected() -> String {
        format!("an array, each of it {}", T::expected())
    }

    fn from_js(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Self> {
        let array = v8::Local::<v8::Array>::try_from(value).ok()?;
        (0..array.length())
            .map(|at| {
                let item = array.get_index(scope, at)?;
                T::from_js(scope, item)
            })
            .collect()
    }
}

impl<T: IntoJs> IntoJs for Vec<T> {
    fn into_outcome(self) -> Outcome {
        Outcome::List(self.into_iter().map(T::into_outcome).collect())
    }
}

impl<T: FromJs> FromJs for HashMap<String, T> {
    fn expected() -> String {
        format!("an object, each property {}", T::expected())
    }

    fn from_js(scope: &mut v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> Option<Self> {
        let object = v8::Local::<v8::Object>::try_from(value).ok()?;
        let names = object.get_own_property_names(scope, v8::GetPropertyNamesArgs::default())?;
        (0..names.length())
            .map(|at| {
                let name = names.get_index(scope, at)?.to_rust_string_lossy(scope);
                let value = get(scope, object, &name);
                Some((name, T::from_js(scope, value)?))
            })
            .collect()
    }
}

impl<T: IntoJs> IntoJs for HashMap<String, T> {
    fn into_outcome(self) -> Outcome {
        Outcome::Object(self.into_iter().map(|(name, value)| (name, value.into_outcome())).collect())
    }
}

impl IntoJs for () {
    fn into_outcome(self) -> Outcome {
        Outcome::Undefined
    }
}

impl IntoJs for &'static str {
    fn into_outcome(self) -> Outcome {
        Outcome::Text(self.to_owned())
    }
}

impl<T: IntoJs, E: fmt::Display + 'static> IntoJs for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        self.map_or_else(|error| Outcome::Error(error.to_string()), T::into_outcome)
    }
}

macro_rules! arguments {
    ($($($name:ident)*;)*) => {$(
        impl<$($name: FromJs),*> Arguments for ($($name,)*) {
            fn take(values: &mut Values<'_, '_, '_>) -> Result<Self, Wrong> {
                let _ = &values;
                Ok(($(values.take::<$name>()?,)*))
            }
        }
    )*};
}

arguments! {
    ;
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}
