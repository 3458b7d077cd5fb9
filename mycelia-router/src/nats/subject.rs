//! Addresses as subjects, and back.
//!
//! `orders://7/paid` is `orders.7.paid`. What a subject cannot have in a token, and `%`, is `%XX` there; a segment that is empty
//! is `%`. So every address has one subject, and no two have the same.

use std::fmt::Write;

use super::error::NatsError;
use crate::Address;

/// The longest subject that is sent, in bytes. The server ends connections on which a line of the protocol, which has subject,
/// inbox and lengths, is longer than 4,096.
pub const MAX_SUBJECT_BYTES: usize = 2048;

/// Where the addresses of a subsystem are: under a prefix, or at the top.
#[derive(Clone, Debug)]
pub(crate) struct Subjects {
    subsystem: Box<str>,
    /// What all subjects begin with, with the dot.
    stem: Box<str>,
}

impl Subjects {
    /// `prefix` is a subject, or empty.
    pub(crate) fn new(prefix: &str, subsystem: &str) -> Result<Self, NatsError> {
        check_prefix(prefix)?;
        let mut stem = String::new();
        if !prefix.is_empty() {
            stem.push_str(prefix);
            stem.push('.');
        }
        let first = stem.len();
        escape(subsystem, &mut stem);
        // `_INBOX` and the like are the clients'.
        if first == 0 && stem.starts_with('_') {
            stem.replace_range(..1, "%5F");
        }
        stem.push('.');
        Ok(Self { subsystem: subsystem.into(), stem: stem.into() })
    }

    /// What takes every address of the subsystem.
    pub(crate) fn wildcard(&self) -> String {
        format!("{}>", self.stem)
    }

    /// The subject of an address of this subsystem.
    pub(crate) fn subject(&self, address: &str) -> Result<String, NatsError> {
        let parsed = Address::parse(address);
        let route = parsed.as_ref().map_or(address, Address::route);
        let mut subject = String::with_capacity(self.stem.len() + route.len());
        subject.push_str(&self.stem);
        for (index, segment) in route.split('/').enumerate() {
            if index > 0 {
                subject.push('.');
            }
            escape(segment, &mut subject);
        }
        if subject.len() > MAX_SUBJECT_BYTES {
            return Err(NatsError::SubjectTooLong { bytes: subject.len() });
        }
        Ok(subject)
    }

    /// The address that a subject stands for, if it is one of this subsystem and written as [`subject`](Self::subject) writes.
    pub(crate) fn address(&self, subject: &str) -> Option<String> {
        let tokens = subject.strip_prefix(&*self.stem)?;
        let mut address = String::with_capacity(self.subsystem.len() + 3 + tokens.len());
        address.push_str(&self.subsystem);
        address.push_str("://");
        for (index, token) in tokens.split('.').enumerate() {
            if index > 0 {
                address.push('/');
            }
            unescape(token, &mut address)?;
        }
        Some(address)
    }
}

fn check_prefix(prefix: &str) -> Result<(), NatsError> {
    let token =
        |token: &str| !token.is_empty() && !token.bytes().any(|byte| must_escape(byte) && byte != b'%');
    if prefix.is_empty() || prefix.split('.').all(token) && !prefix.starts_with('$') {
        return Ok(());
    }
    Err(NatsError::InvalidName { what: "prefix of subjects", name: prefix.to_owned() })
}

/// White space, controls, what separates and what is a wildcard.
fn must_escape(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7F || matches!(byte, b'.' | b'*' | b'>' | b'%' | b'/')
}

fn escape(segment: &str, out: &mut String) {
    if segment.is_empty() {
        out.push('%');
    }
    for letter in segment.chars() {
        match u8::try_from(letter) {
            Ok(byte) if must_escape(byte) => {
                write!(out, "%{byte:02X}").expect("because a `String` takes everything");
            }
            _ => out.push(letter),
        }
    }
}

/// `None` for what `escape` does not write: then another program has another idea of subjects.
fn unescape(token: &str, out: &mut String) -> Option<()> {
    if token == "%" {
        return Some(());
    }
    let mut pieces = token.split('%');
    let plain = pieces.next().filter(|plain| !token.is_empty() && !plain.bytes().any(must_escape))?;
    out.push_str(plain);
    for piece in pieces {
        let (hex, plain) = piece.split_at_checked(2)?;
        let upper = hex.bytes().all(|digit| digit.is_ascii_digit() || (b'A'..=b'F').contains(&digit));
        let byte =
            u8::from_str_radix(hex, 16).ok().filter(|&byte| upper && must_escape(byte) && byte != b'/')?;
        if plain.bytes().any(must_escape) {
            return None;
        }
        out.push(char::from(byte));
        out.push_str(plain);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn subjects() -> Subjects {
        Subjects::new("", "orders").unwrap()
    }

    #[test]
    fn addresses_are_subjects() {
        for (address, subject) in [
            ("orders://7", "orders.7"),
            ("orders://7/paid", "orders.7.paid"),
            ("orders://a b/c.d/*/>", "orders.a%20b.c%2Ed.%2A.%3E"),
            ("orders://50%/\0\r\n", "orders.50%25.%00%0D%0A"),
            ("orders://a//b", "orders.a.%.b"),
            ("orders://", "orders.%"),
            ("orders://größe/$x", "orders.größe.$x"),
        ] {
            assert_eq!(subjects().subject(address).unwrap(), subject);
            assert_eq!(subjects().address(subject).as_deref(), Some(address));
        }
    }

    #[test]
    fn other_subjects_are_no_addresses() {
        for subject in [
            "orders",
            "order.7",
            "orders.",
            "orders..a",
            "orders.%2",
            "orders.%41",
            "orders.%2e",
            "orders.a%",
            "orders.%2F",
        ] {
            assert_eq!(subjects().address(subject), None, "{subject}");
        }
    }

    #[test]
    fn subsystems_are_one_token_under_the_prefix() {
        for (prefix, subsystem, wildcard) in [
            ("", "a.b", "a%2Eb.>"),
            ("shop.eu", "orders", "shop.eu.orders.>"),
            ("", "_INBOX", "%5FINBOX.>"),
            ("x", "_a", "x._a.>"),
        ] {
            let subjects = Subjects::new(prefix, subsystem).unwrap();
            assert_eq!(subjects.wildcard(), wildcard);
            let address = format!("{subsystem}://7");
            assert_eq!(subjects.address(&subjects.subject(&address).unwrap()), Some(address));
        }
        for prefix in [".", "a.", ".a", "a..b", "a b", "a.*", ">", "$JS.API", "\t"] {
            assert!(Subjects::new(prefix, "orders").is_err(), "{prefix:?}");
        }
    }

    #[test]
    fn subjects_have_a_bound() {
        let address = |len| format!("orders://{}", "x".repeat(len));
        assert_eq!(subjects().subject(&address(MAX_SUBJECT_BYTES - 7)).unwrap().len(), MAX_SUBJECT_BYTES);
        let error = subjects().subject(&address(MAX_SUBJECT_BYTES - 6)).unwrap_err().to_string();
        assert_eq!(error, "the address makes a subject of 2049 bytes: at most 2048 are sent");
    }

    proptest! {
        #[test]
        fn there_and_back(segments in prop::collection::vec(any::<String>().prop_map(|text| text.replace('/', "")), 1..6)) {
            let address = format!("orders://{}", segments.join("/"));
            let subject = subjects().subject(&address).unwrap();
            prop_assert_eq!(subject.split('.').count(), segments.len() + 1);
            prop_assert!(subject.split('.').all(|token| !token.is_empty()));
            prop_assert!(!subject.bytes().any(|byte| byte <= b' ' || byte == b'*' || byte == b'>' || byte == 0x7F));
            prop_assert_eq!(subjects().address(&subject), Some(address));
        }

        /// No two subjects stand for one address.
        #[test]
        fn back_and_there(tokens in "[a%2E5FG.]{1,12}") {
            let subject = format!("orders.{tokens}");
            if let Some(address) = subjects().address(&subject) {
                prop_assert_eq!(subjects().subject(&address).unwrap(), subject);
            }
        }
    }
}
