//! Percent-encoding: <https://url.spec.whatwg.org/#percent-encoded-bytes>.

/// A percent-encode set: the ASCII characters that are encoded. All others beyond ASCII are, always.
#[derive(Clone, Copy)]
pub(super) struct EncodeSet(u128);

impl EncodeSet {
    const fn with(self, characters: &[u8]) -> Self {
        let mut bits = self.0;
        let mut i = 0;
        while i < characters.len() {
            bits |= 1 << characters[i];
            i += 1;
        }
        Self(bits)
    }

    fn has(self, byte: u8) -> bool {
        !byte.is_ascii() || self.0 >> byte & 1 == 1
    }
}

/// Controls, DEL and what is not ASCII.
pub(super) const C0_CONTROL: EncodeSet = EncodeSet(0xffff_ffff | 1 << 0x7f);
pub(super) const FRAGMENT: EncodeSet = C0_CONTROL.with(b" \"<>`");
pub(super) const QUERY: EncodeSet = C0_CONTROL.with(b" \"#<>");
pub(super) const SPECIAL_QUERY: EncodeSet = QUERY.with(b"'");
pub(super) const PATH: EncodeSet = QUERY.with(b"?^`{}");
pub(super) const USERINFO: EncodeSet = PATH.with(b"/:;=@[\\]|");

/// Appends `text`, encoded, to `output`.
pub(super) fn encode_into(output: &mut String, text: &str, set: EncodeSet) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if set.has(byte) {
            // Inside a character beyond ASCII, of which all bytes are encoded, nothing is between.
            if start < at {
                output.push_str(&text[start..at]);
            }
            output.push('%');
            output.push(HEX[usize::from(byte >> 4)] as char);
            output.push(HEX[usize::from(byte & 15)] as char);
            start = at + 1;
        }
    }
    if start < bytes.len() {
        output.push_str(&text[start..]);
    }
}

pub(super) fn encode(text: &str, set: EncodeSet) -> String {
    let mut output = String::with_capacity(text.len());
    encode_into(&mut output, text, set);
    output
}

/// The bytes that `text` stands for.
pub(super) fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut output = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |offset: usize| bytes.get(at + offset).and_then(|&byte| (byte as char).to_digit(16));
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                output.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                output.push(byte);
                at += 1;
            }
        }
    }
    output
}
