//! The HTTP/1 codec reads bytes from strangers: no panic, the same answer however the bytes are cut, and never more
//! consumed than given.
//!
//! `cargo +nightly fuzz run http1`

#![no_main]

use libfuzzer_sys::fuzz_target;

/// The codec as it is; it knows nothing of V8, so neither does this binary.
#[path = "../../kiren-runtime/src/http/codec/mod.rs"]
#[allow(dead_code, reason = "the target reads requests and writes one head")]
#[allow(unused_imports, reason = "as above")]
mod codec;

use codec::{BodyDecoder, CodecError, Date, Framing, Head, HeadLimits, HeadScanner, HeadWriter, Payload};

/// What a connection understood of one request.
#[derive(Debug, PartialEq)]
struct Seen {
    framing: Framing,
    keep_alive: bool,
    method: Vec<u8>,
    target: Vec<u8>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    body: Vec<u8>,
    /// Whether the body was there to its end.
    is_whole: bool,
}

/// All requests in a row, and what is left over or wrong.
#[derive(Debug, PartialEq)]
struct Conversation {
    requests: Vec<Seen>,
    error: Option<CodecError>,
    consumed: usize,
}

fuzz_target!(|input: &[u8]| {
    // The first bytes say how the rest is cut.
    let Some((cuts, bytes)) = input.split_at_checked(4) else { return };
    let whole = converse(bytes, &[usize::MAX]);
    let cuts: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut).max(1)).collect();
    let pieces = converse(bytes, &cuts);
    assert_eq!(whole, pieces);
    assert_eq!(whole, converse(bytes, &[1]));
    respond(bytes);
});

/// Reads `bytes` as a connection does, when they arrive in pieces of the lengths `cuts`, over and over.
fn converse(bytes: &[u8], cuts: &[usize]) -> Conversation {
    let limits = HeadLimits { head_len_bytes: 512, fields: 8, target_len_bytes: 64 };
    let mut seen = Conversation { requests: Vec::new(), error: None, consumed: 0 };
    let mut scanner = HeadScanner::default();
    let mut decoder = BodyDecoder::new(Framing::Length(0));
    let mut cuts = cuts.iter().cycle();
    let mut arrived = 0;
    loop {
        let outcome = take(&bytes[..arrived], &limits, &mut scanner, &mut decoder, &mut seen);
        if let Err(error) = outcome {
            // How far a failed step got is nobody's business: the connection ends.
            seen.consumed = 0;
            seen.error = Some(error);
            return seen;
        }
        if arrived == bytes.len() {
            return seen;
        }
        arrived = arrived.saturating_add(*cuts.next().expect("a cycle does not end")).min(bytes.len());
    }
}

/// Takes in what `arrived`, of which `seen.consumed` bytes are used up.
fn take(
    arrived: &[u8],
    limits: &HeadLimits,
    scanner: &mut HeadScanner,
    decoder: &mut BodyDecoder,
    seen: &mut Conversation,
) -> Result<(), CodecError> {
    loop {
        let unread = &arrived[seen.consumed..];
        if let (false, Some(request)) = (decoder.is_done(), seen.requests.last_mut()) {
            let step = decoder.decode(unread)?;
            assert!(step.consumed <= unread.len() && step.data.end <= step.consumed);
            request.body.extend_from_slice(&unread[step.data.clone()]);
            request.is_whole = decoder.is_done();
            seen.consumed += step.consumed;
            if step.consumed == 0 {
                assert!(unread.is_empty(), "a decoder that is not done takes what it is given");
                return Ok(());
            }
            continue;
        }
        let Some(len) = scanner.find_end(unread, limits)? else { return Ok(()) };
        assert!(len <= unread.len());
        *scanner = HeadScanner::default();
        let bytes = &unread[..len];
        let mut head = Head::default();
        head.parse(bytes, limits)?;
        let fields: Vec<_> =
            head.fields(bytes).map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        assert!(head.field_count() <= limits.fields);
        assert!(fields.iter().all(|(_, value)| !value.iter().any(|byte| b"\r\n\0".contains(byte))));
        *decoder = BodyDecoder::new(head.framing);
        seen.consumed += len;
        seen.requests.push(Seen {
            framing: head.framing,
            keep_alive: head.keep_alive,
            method: head.method(bytes).to_vec(),
            target: head.target(bytes).to_vec(),
            fields,
            body: Vec::new(),
            is_whole: decoder.is_done(),
        });
    }
}

/// Whatever a program puts into a header, the response has one head, and the line that the header was given.
fn respond(bytes: &[u8]) {
    let (name, value) = bytes.split_at(bytes.len().min(8));
    let date = Date::at(bytes.len() as u64 * 86_399);
    let writer = HeadWriter { status: 200, keep_alive: true, is_http10: false, is_head: false, date: &date };
    let mut out = Vec::new();
    match writer.write(&mut out, [(name, value)], Payload::Known(3)) {
        Ok(_) => {
            assert!(out.ends_with(b"\r\n\r\n"));
            let mut storage = [httparse::EMPTY_HEADER; 8];
            let mut response = httparse::Response::new(&mut storage);
            let status = response.parse(&out).expect("what was written can be read");
            assert_eq!(status, httparse::Status::Complete(out.len()));
        }
        Err(_) => assert!(out.is_empty()),
    }
}
