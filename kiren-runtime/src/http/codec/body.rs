//! The body of a request: so many bytes, or chunks (RFC 9112, 6 and 7.1).

use std::ops::Range;

use super::{CodecError, Framing};

/// Bytes of chunk extensions that one body may have; nobody uses them but to waste our time.
const MAX_EXTENSIONS_LEN_BYTES: u32 = 4 * 1024;

/// Bytes of trailer fields that one body may have. They are checked for form and dropped.
const MAX_TRAILERS_LEN_BYTES: u32 = 8 * 1024;

/// What one step found in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// How many bytes of the input are used up, data and framing.
    pub consumed: usize,
    /// Where in the input the data lie that were found; empty when more input is needed or the body is complete.
    pub data: Range<usize>,
}

/// Takes a body out of its framing, however it is cut into pieces.
#[derive(Clone, Debug)]
pub struct BodyDecoder {
    state: State,
    extensions_len_bytes: u32,
    trailers_len_bytes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Bytes that are left of a body of known length.
    Length(u64),
    /// In a chunk's size; how many digits it has had.
    Size(u64, u8),
    /// White space after a size.
    SizeSpace(u64),
    /// In a chunk's extension; whether inside a quoted string.
    Extension(u64, Quote),
    /// After the CR of a size line.
    SizeLf(u64),
    /// Bytes that are left of a chunk.
    Data(u64),
    DataCr,
    DataLf,
    /// At the beginning of a trailer line.
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,
    Done,
    Failed(CodecError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    Outside,
    Inside,
    Escaped,
}

impl BodyDecoder {
    /// A decoder for one body.
    pub fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size(0, 0),
        };
        Self { state, extensions_len_bytes: 0, trailers_len_bytes: 0 }
    }

    /// Whether the whole body, its trailers included, has been seen.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// How many bytes are left at least; exact for a body of known length.
    pub fn remaining(&self) -> u64 {
        match self.state {
            State::Length(left) | State::Data(left) => left,
            _ => 0,
        }
    }

    /// Whether the length of the rest is known.
    pub fn has_length(&self) -> bool {
        matches!(self.state, State::Length(_) | State::Done)
    }

    /// Goes on to the end of the next piece of data, of the body or of `input`, whichever comes first. Bytes behind
    /// the body are not consumed.
    ///
    /// # Errors
    /// Malformed chunks; every later call answers the same.
    pub fn decode(&mut self, input: &[u8]) -> Result<Decoded, CodecError> {
        let mut at = 0;
        while at < input.len() {
            match self.state {
                State::Done => break,
                State::Failed(error) => return Err(error),
                State::Length(left) | State::Data(left) => {
                    let len = left.min((input.len() - at) as u64);
                    let end = at + len as usize;
                    self.state = match (self.state, left - len) {
                        (State::Length(_), 0) => State::Done,
                        (State::Length(_), left) => State::Length(left),
                        (_, 0) => State::DataCr,
                        (_, left) => State::Data(left),
                    };
                    return Ok(Decoded { consumed: end, data: at..end });
                }
                state => {
                    self.state = self.step(state, input[at]).unwrap_or_else(State::Failed);
                    if let State::Failed(error) = self.state {
                        return Err(error);
                    }
                    at += 1;
                }
            }
        }
        match self.state {
            State::Failed(error) => Err(error),
            _ => Ok(Decoded { consumed: at, data: at..at }),
        }
    }

    /// One byte of framing.
    fn step(&mut self, state: State, byte: u8) -> Result<State, CodecError> {
        Ok(match (state, byte) {
            (State::Size(size, digits), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                // Sixteen digits fill 64 bits.
                if digits == 16 {
                    return Err(CodecError::Chunk);
                }
                let digit = (byte as char).to_digit(16).expect("because the pattern admits hex digits only");
                State::Size(size << 4 | u64::from(digit), digits + 1)
            }
            (State::Size(_, 0), _) => return Err(CodecError::Chunk),
            (State::Size(size, _) | State::SizeSpace(size), b'\r') => State::SizeLf(size),
            (State::Size(size, _) | State::SizeSpace(size), b' ' | b'\t') => {
                self.count_extension()?;
                State::SizeSpace(size)
            }
            (State::Size(size, _) | State::SizeSpace(size), b';') => State::Extension(size, Quote::Outside),
            (State::Extension(size, Quote::Outside), b'\r') => State::SizeLf(size),
            (State::Extension(size, quote), byte) if is_field_byte(byte) => {
                self.count_extension()?;
                State::Extension(size, quote.after(byte))
            }
            (State::SizeLf(0), b'\n') => State::TrailerStart,
            (State::SizeLf(size), b'\n') => State::Data(size),
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size(0, 0),
            (State::TrailerStart, b'\r') => State::EndLf,
            (State::EndLf, b'\n') => State::Done,
            (State::TrailerStart | State::TrailerName, byte) if super::response::is_token(byte) => {
                self.count_trailer()?;
                State::TrailerName
            }
            (State::TrailerName, b':') => State::TrailerValue,
            (State::TrailerValue, b'\r') => State::TrailerLf,
            (State::TrailerValue, byte) if is_field_byte(byte) => {
                self.count_trailer()?;
                State::TrailerValue
            }
            (State::TrailerLf, b'\n') => State::TrailerStart,
            _ => return Err(CodecError::Chunk),
        })
    }

    fn count_extension(&mut self) -> Result<(), CodecError> {
        self.extensions_len_bytes += 1;
        if self.extensions_len_bytes > MAX_EXTENSIONS_LEN_BYTES {
            Err(CodecError::ChunkTooLarge)
        } else {
            Ok(())
        }
    }

    fn count_trailer(&mut self) -> Result<(), CodecError> {
        self.trailers_len_bytes += 1;
        if self.trailers_len_bytes > MAX_TRAILERS_LEN_BYTES { Err(CodecError::ChunkTooLarge) } else { Ok(()) }
    }
}

impl Quote {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Outside, b'"') | (Self::Escaped, _) => Self::Inside,
            (Self::Inside, b'"') => Self::Outside,
            (Self::Inside, b'\\') => Self::Escaped,
            (quote, _) => quote,
        }
    }
}

/// What may stand in a field value or a quoted string: no controls but tab (RFC 9110, 5.5).
fn is_field_byte(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes `input` in pieces of `piece` bytes: the data, and how much was consumed.
    fn decode_in(input: &[u8], framing: Framing, piece: usize) -> Result<(Vec<u8>, usize), CodecError> {
        let mut decoder = BodyDecoder::new(framing);
        let (mut data, mut used) = (Vec::new(), 0);
        let mut end = 0;
        while !decoder.is_done() && end < input.len() {
            end = (end + piece).min(input.len());
            while used < end && !decoder.is_done() {
                let step = decoder.decode(&input[used..end])?;
                data.extend_from_slice(&input[used..end][step.data]);
                used += step.consumed;
            }
        }
        Ok((data, used))
    }

    fn check(input: &[u8], framing: Framing, expected: Result<(&[u8], usize), CodecError>) {
        let expected = expected.map(|(data, used)| (data.to_vec(), used));
        for piece in [1, 2, 3, 7, usize::MAX / 2] {
            let shown = String::from_utf8_lossy(input);
            assert_eq!(decode_in(input, framing, piece), expected, "{shown:?} in pieces of {piece}");
        }
    }

    #[test]
    fn known_length() {
        check(b"hello world", Framing::Length(5), Ok((b"hello", 5)));
        check(b"hel", Framing::Length(5), Ok((b"hel", 3)));
        check(b"hel", Framing::Length(0), Ok((b"", 0)));
    }

    #[test]
    fn chunks() {
        let ok = |input: &[u8], data: &[u8], used| check(input, Framing::Chunked, Ok((data, used)));
        ok(b"5\r\nhello\r\n0\r\n\r\nGET", b"hello", 15);
        ok(b"3\r\nabc\r\n00a\r\n0123456789\r\n000\r\n\r\n", b"abc0123456789", 32);
        ok(b"1;a=b;c=\"d\\\"\t;\"\r\nx\r\n0 ; z\r\n\r\n", b"x", 29);
        ok(b"0\r\nX-Sum: 12\r\nY:\r\n\r\nrest", b"", 20);
    }

    #[test]
    fn malformed_chunks() {
        let bad = |input: &[u8]| check(input, Framing::Chunked, Err(CodecError::Chunk));
        bad(b"\r\n");
        bad(b"g\r\n");
        bad(b"-1\r\n");
        bad(b"0x5\r\nhello");
        bad(b"5\nhello");
        bad(b"5\r\nhelloX");
        bad(b"5\r\nhello\n");
        bad(b"5 5\r\nhello");
        bad(b"1;a\nx");
        bad(b"1;a\x00\r\n");
        bad(b"10000000000000000\r\n");
        bad(b"0\r\n folded\r\n");
        bad(b"0\r\nno colon\r\n");
        bad(b"0\r\nX: a\nb");
        bad(b"0\r\n\n");
    }

    #[test]
    fn extensions_and_trailers_are_bounded() {
        let mut input = b"1;".to_vec();
        input.resize(MAX_EXTENSIONS_LEN_BYTES as usize + 10, b'a');
        check(&input, Framing::Chunked, Err(CodecError::ChunkTooLarge));
        let mut input = b"0\r\nX:".to_vec();
        input.resize(MAX_TRAILERS_LEN_BYTES as usize + 10, b'a');
        check(&input, Framing::Chunked, Err(CodecError::ChunkTooLarge));
    }
}
