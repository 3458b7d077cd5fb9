//! `baggage`, of [W3C Baggage](https://www.w3.org/TR/baggage/): names and values that go wherever a request goes.
//!
//! A context keeps the list as one field, `baggage`, as it will be sent: order, duplicates and properties stay as they
//! came. Members are decoded when they are read.

use std::borrow::Cow;
use std::fmt::Write;

use super::trim;
use crate::context::Context;
use crate::error::SetError;
use crate::key::Key;

/// How many members are passed on.
pub const MAX_MEMBERS: usize = 64;
/// How many bytes of list are passed on.
pub const MAX_LEN: usize = 8192;

/// A list of members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Baggage<'a> {
    list: &'a str,
}

/// A name, its value and what is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The name.
    pub key: &'a str,
    value: &'a str,
    properties: &'a str,
}

/// A member that cannot be in a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaggageError {
    /// The name has characters that names do not have.
    #[error("`{key}` cannot be a name in baggage: use letters, digits and !#$%&'*+-.^_`|~")]
    Key {
        /// The name.
        key: String,
    },
    /// The list would be too long.
    #[error("baggage has at most 64 members and 8192 bytes; this would be {members} and {bytes}")]
    TooLarge {
        /// How many members there would be.
        members: usize,
        /// How many bytes.
        bytes: usize,
    },
    /// The context has no room.
    #[error(transparent)]
    Set(#[from] SetError),
}

impl<'a> Baggage<'a> {
    /// A list as a header has it. Members that are not valid are passed over when it is read.
    ///
    /// ```
    /// use krepis_context::http::baggage::Baggage;
    ///
    /// let baggage = Baggage::new("userId=Am%C3%A9lie , tier=gold;since=2019;vip");
    /// assert_eq!(baggage.get("userId").as_deref(), Some("Amélie"));
    /// let tier = baggage.iter().nth(1).unwrap();
    /// let properties: Vec<_> = tier.properties().collect();
    /// assert_eq!(properties, [("since", Some("2019".into())), ("vip", None)]);
    /// ```
    pub fn new(list: &'a str) -> Self {
        Self { list }
    }

    /// The members, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Member<'a>> + use<'a> {
        self.list.split(',').filter_map(Member::parse)
    }

    /// The value of the first member with this name.
    pub fn get(&self, key: &str) -> Option<Cow<'a, str>> {
        self.iter().find(|member| member.key == key).map(|member| member.value())
    }

    /// The list, as it was given.
    pub fn as_str(&self) -> &'a str {
        self.list
    }
}

impl<'a> Member<'a> {
    fn parse(member: &'a str) -> Option<Self> {
        let (pair, properties) = member.split_once(';').unwrap_or((member, ""));
        let (key, value) = pair.split_once('=')?;
        let (key, value) = (trim(key), trim(value));
        let all_valid = is_token(key) && is_value(value) && raw_properties(properties).all(is_property);
        all_valid.then_some(Self { key, value, properties })
    }

    /// The value, decoded. What is not UTF-8 becomes the replacement character.
    pub fn value(&self) -> Cow<'a, str> {
        decode(self.value)
    }

    /// The properties: names, and decoded values for those that have one.
    pub fn properties(&self) -> impl Iterator<Item = (&'a str, Option<Cow<'a, str>>)> + use<'a> {
        raw_properties(self.properties).map(|property| match property.split_once('=') {
            Some((key, value)) => (trim(key), Some(decode(trim(value)))),
            None => (property, None),
        })
    }

    /// Appends the member as it is sent, without the white space.
    fn write(&self, list: &mut String) {
        separate(list);
        list.extend([self.key, "=", self.value]);
        for property in raw_properties(self.properties) {
            list.push(';');
            match property.split_once('=') {
                Some((key, value)) => list.extend([trim(key), "=", trim(value)]),
                None => list.push_str(property),
            }
        }
    }
}

fn raw_properties(properties: &str) -> impl Iterator<Item = &str> {
    properties.split(';').map(trim).filter(|property| !property.is_empty())
}

fn is_property(property: &str) -> bool {
    match property.split_once('=') {
        Some((key, value)) => is_token(trim(key)) && is_value(trim(value)),
        None => is_token(property),
    }
}

/// Baggage.
impl Context {
    /// The baggage that the context carries.
    pub fn baggage(&self) -> Baggage<'_> {
        Baggage::new(self.get_str(Key::BAGGAGE).unwrap_or_default())
    }

    /// Puts a member into the baggage, in the place of all others with its name. Values may be any text.
    ///
    /// # Errors
    ///
    /// The name is not a token, the list would be too long, or the context has no room.
    pub fn set_baggage(
        &self,
        key: &str,
        value: &str,
        properties: &[(&str, Option<&str>)],
    ) -> Result<(), BaggageError> {
        let names = std::iter::once(key).chain(properties.iter().map(|(key, _)| *key));
        if let Some(wrong) = names.into_iter().find(|key| !is_token(key)) {
            return Err(BaggageError::Key { key: wrong.to_owned() });
        }
        let mut list = self.baggage_without(key);
        separate(&mut list);
        list.extend([key, "="]);
        encode(value, &mut list);
        for (key, value) in properties {
            list.extend([";", key]);
            if let Some(value) = value {
                list.push('=');
                encode(value, &mut list);
            }
        }
        let members = list.split(',').count();
        if members > MAX_MEMBERS || list.len() > MAX_LEN {
            return Err(BaggageError::TooLarge { members, bytes: list.len() });
        }
        Ok(self.set(Key::BAGGAGE, &list)?)
    }

    /// Takes the members with this name out of the baggage; `false` if there was none.
    ///
    /// # Errors
    ///
    /// The context has no room for the shorter list.
    pub fn remove_baggage(&self, key: &str) -> Result<bool, SetError> {
        let found = self.baggage().get(key).is_some();
        if found {
            self.set(Key::BAGGAGE, &self.baggage_without(key))?;
        }
        Ok(found)
    }

    fn baggage_without(&self, key: &str) -> String {
        let mut list = String::new();
        self.baggage().iter().filter(|member| member.key != key).for_each(|member| member.write(&mut list));
        list
    }
}

/// Puts the headers of a request together. Of members that are too many or too long, the first ones stay.
#[derive(Default)]
pub(super) struct Collector<'h> {
    list: Cow<'h, str>,
    members: usize,
}

impl<'h> Collector<'h> {
    pub(super) fn add(&mut self, header: &'h str) {
        if self.list.is_empty() && is_tidy(header) {
            self.members = header.split(',').count();
            self.list = Cow::Borrowed(header);
            return;
        }
        for member in Baggage::new(header).iter() {
            let list = self.list.to_mut();
            let before = list.len();
            if self.members < MAX_MEMBERS {
                member.write(list);
                self.members += 1;
            }
            if list.len() > MAX_LEN {
                list.truncate(before);
                self.members -= 1;
            }
        }
    }

    pub(super) fn finish(self) -> Option<Cow<'h, str>> {
        (!self.list.is_empty()).then_some(self.list)
    }
}

/// Whether a list can be passed on as it is.
fn is_tidy(list: &str) -> bool {
    list.len() <= MAX_LEN
        && !list.contains([' ', '\t'])
        && !list.contains(";;")
        && list.split(',').count() <= MAX_MEMBERS
        && list.split(',').all(|member| Member::parse(member).is_some())
}

fn separate(list: &mut String) {
    if !list.is_empty() {
        list.push(',');
    }
}

/// A token of RFC 9110.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

fn is_value(text: &str) -> bool {
    text.bytes().all(is_octet)
}

/// `baggage-octet`.
fn is_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

fn encode(text: &str, list: &mut String) {
    for byte in text.bytes() {
        if is_octet(byte) && byte != b'%' {
            list.push(char::from(byte));
        } else {
            write!(list, "%{byte:02X}").expect("because a String takes everything");
        }
    }
}

/// A percent sign that no two digits follow stays one.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    while let [first, rest @ ..] = bytes {
        match (first, digit(rest.first()), digit(rest.get(1))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high << 4 | low) as u8);
                bytes = &rest[2..];
            }
            _ => {
                decoded.push(*first);
                bytes = rest;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}
