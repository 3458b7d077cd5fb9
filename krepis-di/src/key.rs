//! What tells services of one type apart: keys and tokens.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The key of a keyed service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceKey {
    /// A text.
    Name(Cow<'static, str>),
    /// A number.
    Number(i64),
    /// In a registration: any key that has none of its own. In a question for all instances: all keyed ones.
    Any,
}

/// Registers for any key, or asks for the instances of all keys: see [`ServiceKey::Any`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyKey;

impl From<AnyKey> for ServiceKey {
    fn from(_: AnyKey) -> Self {
        Self::Any
    }
}

impl From<&'static str> for ServiceKey {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl From<String> for ServiceKey {
    fn from(name: String) -> Self {
        Self::Name(Cow::Owned(name))
    }
}

impl From<i64> for ServiceKey {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name:?}"),
            Self::Number(number) => number.fmt(f),
            Self::Any => f.write_str("any key"),
        }
    }
}

/// A type that stands for a key, so that a factory's parameter can name it: see [`Keyed`](crate::Keyed).
///
/// ```
/// use std::sync::Arc;
/// use krepis_di::{Builder, Keyed, key};
///
/// key!(pub Primary = "primary");
///
/// struct Db(&'static str);
/// struct Users(Arc<Db>);
///
/// let mut builder = Builder::new();
/// builder.singleton(|| Db("one")).keyed("primary");
/// builder.singleton(|Keyed(db, ..): Keyed<Primary, Arc<Db>>| Users(db));
/// let container = builder.build()?;
/// assert_eq!(container.get::<Users>()?.0.0, "one");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub trait KeyType: Send + Sync + 'static {
    /// The key.
    fn key() -> ServiceKey;
}

/// Declares a type that stands for a key: `key!(pub Primary = "primary")`. See [`KeyType`].
#[macro_export]
macro_rules! key {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $key:expr) => {
        $(#[$attribute])*
        #[doc = concat!("Stands for the key `", stringify!($key), "`.")]
        $visibility struct $name;
        impl $crate::KeyType for $name {
            fn key() -> $crate::ServiceKey {
                $crate::ServiceKey::from($key)
            }
        }
    };
}

/// A name and a type: tells apart services of one type that are values rather than classes.
///
/// ```
/// use krepis_di::{Builder, Token};
///
/// const DATABASE_URL: Token<String> = Token::new("database url");
///
/// let mut builder = Builder::new();
/// builder.instance("postgres://localhost".to_owned()).token(DATABASE_URL);
/// let container = builder.build()?;
/// assert_eq!(*container.get_token(DATABASE_URL)?, "postgres://localhost");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct Token<T: ?Sized> {
    name: &'static str,
    service: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Token<T> {
    /// A token; two of one name and type are the same.
    pub const fn new(name: &'static str) -> Self {
        Self { name, service: PhantomData }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<T: ?Sized> Clone for Token<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Token<T> {}

impl<T: ?Sized> fmt::Debug for Token<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?})", self.name)
    }
}

impl<T: ?Sized> From<Token<T>> for ServiceKey {
    fn from(token: Token<T>) -> Self {
        token.name.into()
    }
}
