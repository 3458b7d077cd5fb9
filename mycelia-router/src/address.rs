//! `subsystem://route/segment/...`.

use std::fmt;

use crate::error::AddressError;

/// An address, taken apart. It borrows the text.
///
/// ```
/// use mycelia_router::Address;
///
/// let address = Address::parse("orders://7/rename")?;
/// assert_eq!((address.subsystem(), address.route()), ("orders", "7/rename"));
/// assert_eq!(address.segments().collect::<Vec<_>>(), ["7", "rename"]);
/// # Ok::<(), mycelia_router::AddressError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address<'a> {
    text: &'a str,
    colon: usize,
}

impl<'a> Address<'a> {
    /// Takes `text` apart.
    ///
    /// # Errors
    ///
    /// When it is not `subsystem://route`. The subsystem is not empty and has no `/`; the route may be empty.
    pub fn parse(text: &'a str) -> Result<Self, AddressError> {
        let slash = text.find('/').unwrap_or(text.len());
        match text[..slash].strip_suffix(':') {
            Some(subsystem) if !subsystem.is_empty() && text[slash..].starts_with("//") => {
                Ok(Self { text, colon: subsystem.len() })
            }
            _ => Err(AddressError { text: text.to_owned() }),
        }
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// What stands before `://`.
    #[must_use]
    pub fn subsystem(&self) -> &'a str {
        &self.text[..self.colon]
    }

    /// What stands after `://`.
    #[must_use]
    pub fn route(&self) -> &'a str {
        &self.text[self.colon + 3..]
    }

    /// The segments of the route; one that is empty for `subsystem://`.
    pub fn segments(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.route().split('/')
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}
