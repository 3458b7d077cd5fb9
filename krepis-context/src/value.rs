//! What a field can hold.

use crate::layout::kind;

/// The value of a field. Texts and bytes are those in the region, not copies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A text.
    Str(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A whole number.
    I64(i64),
    /// A number.
    F64(f64),
    /// Yes or no.
    Bool(bool),
}

impl<'a> Value<'a> {
    /// Calls `then` with the type of the entry and its bytes.
    #[inline]
    pub(crate) fn with_bytes<T>(self, then: impl FnOnce(u8, &[u8]) -> T) -> T {
        match self {
            Value::Str(text) => then(kind::STR, text.as_bytes()),
            Value::Bytes(bytes) => then(kind::BYTES, bytes),
            Value::I64(number) => then(kind::I64, &number.to_le_bytes()),
            Value::F64(number) => then(kind::F64, &number.to_bits().to_le_bytes()),
            Value::Bool(yes) => then(kind::BOOL, &[u8::from(yes)]),
        }
    }

    /// The text, if it is one.
    pub fn as_str(self) -> Option<&'a str> {
        if let Value::Str(text) = self { Some(text) } else { None }
    }

    /// The bytes, if it is bytes.
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        if let Value::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_i64(self) -> Option<i64> {
        if let Value::I64(number) = self { Some(number) } else { None }
    }

    /// The number, if it is one.
    pub fn as_f64(self) -> Option<f64> {
        if let Value::F64(number) = self { Some(number) } else { None }
    }

    /// Yes or no, if it is that.
    pub fn as_bool(self) -> Option<bool> {
        if let Value::Bool(yes) = self { Some(yes) } else { None }
    }
}

macro_rules! values {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl<'a> From<$from> for Value<'a> {
            #[inline]
            fn from(value: $from) -> Self {
                Value::$variant(value.into())
            }
        }
    )*};
}

values! { &'a str => Str, &'a [u8] => Bytes, i64 => I64, i32 => I64, u32 => I64, f64 => F64, bool => Bool }

impl<'a> From<&'a String> for Value<'a> {
    #[inline]
    fn from(value: &'a String) -> Self {
        Value::Str(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    #[inline]
    fn from(value: &'a [u8; N]) -> Self {
        Value::Bytes(value)
    }
}
