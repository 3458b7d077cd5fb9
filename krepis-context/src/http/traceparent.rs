//! `traceparent`, of [W3C Trace Context](https://www.w3.org/TR/trace-context-2/#traceparent-header).

use super::{Text, trim};
use crate::trace::{SpanId, Trace, TraceFlags, TraceId};

/// The length of version 00.
const LEN: usize = 55;
const DIGITS: &[u8; 16] = b"0123456789abcdef";

impl Trace {
    /// Who sent a request: the trace, and the sender's span as `span_id`. `None` if the header is not valid.
    ///
    /// A later version is read as far as version 00 goes. Upper case is not valid.
    ///
    /// ```
    /// use krepis_context::Trace;
    ///
    /// let sender = Trace::from_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
    /// assert_eq!(sender.span_id.to_string(), "b7ad6b7169203331");
    /// assert!(sender.flags.is_sampled());
    /// assert_eq!(sender.child().parent_id, sender.span_id);
    /// ```
    pub fn from_traceparent(header: &str) -> Option<Self> {
        let bytes = trim(header).as_bytes();
        if bytes.len() < LEN || bytes[2] != b'-' || bytes[35] != b'-' || bytes[52] != b'-' {
            return None;
        }
        let [version] = hexadecimal(&bytes[..2])?;
        let has_more = bytes.len() > LEN;
        if version == 0xFF || has_more && (version == 0 || bytes[LEN] != b'-') {
            return None;
        }
        let trace_id = TraceId(hexadecimal(&bytes[3..35])?);
        let span_id = SpanId(hexadecimal(&bytes[36..52])?);
        let [flags] = hexadecimal(&bytes[53..55])?;
        // A later version may mean something else by the other bits.
        let known = if version == 0 { flags } else { flags & 3 };
        let valid = trace_id.is_valid() && span_id.is_valid();
        valid.then_some(Self { trace_id, span_id, parent_id: SpanId::default(), flags: TraceFlags(known) })
    }

    /// The header that a request made in this span has.
    pub fn traceparent(&self) -> Text<LEN> {
        let mut text = Text::new();
        let mut push = |bytes: &[u8], end: &[u8]| {
            for byte in bytes {
                text.push(DIGITS[usize::from(byte >> 4)]);
                text.push(DIGITS[usize::from(byte & 15)]);
            }
            end.iter().for_each(|byte| text.push(*byte));
        };
        push(&[0], b"-");
        push(&self.trace_id.0, b"-");
        push(&self.span_id.0, b"-");
        push(&[self.flags.0 & 3], b"");
        text
    }
}

fn hexadecimal<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

/// The one `traceparent` of a request; two are as good as none.
#[derive(Default)]
pub(super) struct Only {
    count: usize,
    sender: Option<Trace>,
}

impl Only {
    pub(super) fn add(&mut self, header: &str) {
        self.count += 1;
        self.sender = Trace::from_traceparent(header);
    }

    pub(super) fn get(self) -> Option<Trace> {
        self.sender.filter(|_| self.count == 1)
    }
}
