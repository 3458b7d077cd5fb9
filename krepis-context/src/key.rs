//! Names of fields, in the form that entries have them.

/// The name of a field.
///
/// Made from a text; a `const` key has its hash worked out by the compiler. Well-known names ([`WELL_KNOWN`]) are numbers
/// inside a region and names everywhere else.
///
/// ```
/// use krepis_context::Key;
///
/// const CUSTOMER: Key<'static> = Key::new("shop.customer");
/// assert_eq!(CUSTOMER.as_str(), "shop.customer");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The number of a well-known name; otherwise the length of the text in the upper half and its hash in the lower.
    tag: u32,
    text: &'a str,
}

/// The names that have a number, which is their place here, from 1. New ones are added at the end, and none ever moves.
pub const WELL_KNOWN: [&str; 24] = [
    "request.id",
    "tracestate",
    "baggage",
    "tenant.id",
    "user.id",
    "session.id",
    "auth.subject",
    "auth.scopes",
    "client.address",
    "user_agent.original",
    "http.request.method",
    "http.route",
    "url.path",
    "url.query",
    "server.address",
    "service.name",
    "service.version",
    "deployment.environment",
    "rpc.service",
    "rpc.method",
    "idempotency.key",
    "locale",
    "priority",
    "retry.attempt",
];

/// The number of the empty name, which would otherwise look like a well-known one.
pub(crate) const EMPTY: u32 = 0xFFFF;

impl<'a> Key<'a> {
    /// `request.id`: what `x-request-id` carries.
    pub const REQUEST_ID: Key<'static> = Key::new("request.id");
    /// `tracestate`: the list of W3C, as it goes out.
    pub const TRACESTATE: Key<'static> = Key::new("tracestate");
    /// `baggage`: the list of W3C, as it goes out.
    pub const BAGGAGE: Key<'static> = Key::new("baggage");

    /// A key with this name.
    #[inline]
    pub const fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let hash = hash(bytes);
        let number = BY_HASH[(hash & 0xFF) as usize] as usize;
        if number != 0 && same(WELL_KNOWN[number - 1].as_bytes(), bytes) {
            return Self { tag: number as u32, text };
        }
        let length = if bytes.len() > 0xFFFF { 0xFFFF } else { bytes.len() as u32 };
        Self { tag: if length == 0 { EMPTY } else { length << 16 | hash }, text }
    }

    /// The name.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The tag and the bytes that an entry with this name has, for who writes entries by `docs/context-layout.md`.
    pub const fn as_entry(&self) -> (u32, &'a [u8]) {
        (self.tag, self.inline())
    }

    #[inline]
    pub(crate) const fn tag(&self) -> u32 {
        self.tag
    }

    /// What an entry has of the name: nothing, if it has a number.
    #[inline]
    pub(crate) const fn inline(&self) -> &'a [u8] {
        if self.tag < 1 << 16 { &[] } else { self.text.as_bytes() }
    }

    /// The key of an entry.
    #[inline]
    pub(crate) fn from_entry(tag: u32, inline: &'a str) -> Self {
        let text = match tag {
            0x1_0000.. => inline,
            EMPTY => "",
            number => WELL_KNOWN.get(number.wrapping_sub(1) as usize).copied().unwrap_or(""),
        };
        Self { tag, text }
    }
}

impl<'a> From<&'a str> for Key<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl<'a> From<&'a String> for Key<'a> {
    #[inline]
    fn from(text: &'a String) -> Self {
        Self::new(text)
    }
}

/// 16 bits of a name: its length, its first four bytes and its last four. In a region, names with the same hash are
/// compared; the hash only has to be the same on both sides and cheap.
const fn hash(bytes: &[u8]) -> u32 {
    let len = bytes.len();
    let (head, tail) = if len >= 4 {
        (
            u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            u32::from_le_bytes([bytes[len - 4], bytes[len - 3], bytes[len - 2], bytes[len - 1]]),
        )
    } else {
        let mut word = 0;
        let mut at = len;
        while at > 0 {
            at -= 1;
            word = word << 8 | bytes[at] as u32;
        }
        (word, word)
    };
    let mixed = (head ^ (len as u32).wrapping_mul(0x85EB_CA6B)).wrapping_mul(0x9E37_79B1) ^ tail;
    let mixed = mixed.wrapping_mul(0x2C1B_3C6D);
    (mixed ^ mixed >> 15) >> 16
}

/// The number of the well-known name whose hash ends in the index, or 0.
const BY_HASH: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < WELL_KNOWN.len() {
        let place = (hash(WELL_KNOWN[at].as_bytes()) & 0xFF) as usize;
        assert!(table[place] == 0, "two well-known names share a place: widen the table");
        table[place] = at as u8 + 1;
        at += 1;
    }
    table
};

#[inline]
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_names_are_numbers() {
        for (at, name) in WELL_KNOWN.iter().enumerate() {
            assert_eq!(Key::new(name).tag(), at as u32 + 1);
            assert_eq!(Key::from_entry(at as u32 + 1, "").as_str(), *name);
        }
    }

    #[test]
    fn others_are_length_and_hash() {
        for name in ["a", "ab", "abc", "abcd", "tenant.ie", "Tenant.id", "k\u{e9}y"] {
            let key = Key::new(name);
            assert_eq!(key.tag() >> 16, name.len() as u32);
            assert_eq!(key.inline(), name.as_bytes());
        }
        assert_eq!(Key::new("").tag(), EMPTY);
    }

    /// What `docs/context-layout.md` gives for who writes the function again.
    #[test]
    fn documented_hashes() {
        for (name, expected) in [("a", 0xdc9c), ("abc", 0x750f), ("field-17", 0x5398)] {
            assert_eq!(hash(name.as_bytes()), expected, "{name}");
        }
    }
}
