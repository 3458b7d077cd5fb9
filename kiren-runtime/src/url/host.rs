//! Hosts: <https://url.spec.whatwg.org/#host-parsing>. A host is kept in its serialised form.

use std::fmt::Write as _;

use idna::AsciiDenyList;

use super::percent::{self, C0_CONTROL};

/// Parses a host; `None` when it is not valid.
pub(super) fn parse(input: &str, special: bool) -> Option<String> {
    if let Some(inside) = input.strip_prefix('[') {
        return Some(format!("[{}]", show_ipv6(parse_ipv6(inside.strip_suffix(']')?)?)));
    }
    if !special {
        let forbidden = |c: char| {
            matches!(
                c,
                '\0' | '\t'
                    | '\n'
                    | '\r'
                    | ' '
                    | '#'
                    | '/'
                    | ':'
                    | '<'
                    | '>'
                    | '?'
                    | '@'
                    | '['
                    | '\\'
                    | ']'
                    | '^'
                    | '|'
            )
        };
        return if input.contains(forbidden) { None } else { Some(percent::encode(input, C0_CONTROL)) };
    }
    let domain = if is_plain(input) {
        input.to_owned()
    } else {
        let decoded = percent::decode(input);
        let decoded = String::from_utf8_lossy(&decoded);
        idna::domain_to_ascii_cow(decoded.as_bytes(), AsciiDenyList::URL).ok()?.into_owned()
    };
    if domain.is_empty() {
        return None;
    }
    if ends_in_number(&domain) {
        let address = parse_ipv4(&domain)?;
        return Some(std::net::Ipv4Addr::from(address).to_string());
    }
    Some(domain)
}

/// Names that IDNA leaves as they are, which nearly all are.
fn is_plain(input: &str) -> bool {
    input.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_'))
        && !input.contains("xn--")
}

fn ends_in_number(domain: &str) -> bool {
    let trimmed = domain.strip_suffix('.').unwrap_or(domain);
    let last = trimmed.rsplit('.').next().unwrap_or(trimmed);
    !last.is_empty() && (last.bytes().all(|byte| byte.is_ascii_digit()) || ipv4_number(last).is_some())
}

/// A decimal, octal or hexadecimal number. Values past 32 bits stay too large, however long they are.
fn ipv4_number(text: &str) -> Option<u64> {
    let (digits, radix) = if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        (hex, 16)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else if text.is_empty() {
        return None;
    } else {
        (text, 10)
    };
    let mut value: u64 = 0;
    for digit in digits.chars() {
        value = (value * u64::from(radix) + u64::from(digit.to_digit(radix)?)).min(1 << 40);
    }
    Some(value)
}

fn parse_ipv4(domain: &str) -> Option<u32> {
    let trimmed = domain.strip_suffix('.').unwrap_or(domain);
    let mut numbers = Vec::with_capacity(4);
    for part in trimmed.split('.') {
        if numbers.len() == 4 {
            return None;
        }
        numbers.push(ipv4_number(part)?);
    }
    let last = numbers.pop()?;
    if numbers.iter().any(|&number| number > 255) || last >= 1 << (8 * (4 - numbers.len())) {
        return None;
    }
    let high = numbers.iter().enumerate().map(|(at, number)| number << (8 * (3 - at))).sum::<u64>();
    u32::try_from(high + last).ok()
}

fn parse_ipv6(input: &str) -> Option<[u16; 8]> {
    let bytes = input.as_bytes();
    let mut pieces = [0_u16; 8];
    let mut count = 0;
    let mut compress = None;
    let mut at = 0;
    if bytes.first() == Some(&b':') {
        if bytes.get(1) != Some(&b':') {
            return None;
        }
        at = 2;
        compress = Some(0);
    }
    while at < bytes.len() {
        if count == 8 {
            return None;
        }
        if bytes[at] == b':' {
            if compress.is_some() {
                return None;
            }
            at += 1;
            compress = Some(count);
            continue;
        }
        let start = at;
        let mut value = 0;
        while at - start < 4 {
            let Some(digit) = bytes.get(at).and_then(|&byte| (byte as char).to_digit(16)) else { break };
            value = value * 16 + digit;
            at += 1;
        }
        match bytes.get(at) {
            Some(b'.') if at > start => {
                if count > 6 {
                    return None;
                }
                let [a, b, c, d] = trailing_ipv4(&input[start..])?;
                pieces[count] = u16::from_be_bytes([a, b]);
                pieces[count + 1] = u16::from_be_bytes([c, d]);
                count += 2;
                break;
            }
            Some(b':') => {
                at += 1;
                if at == bytes.len() {
                    return None;
                }
            }
            Some(_) => return None,
            None => {}
        }
        pieces[count] = value as u16;
        count += 1;
    }
    match compress {
        Some(from) => {
            pieces[from..].rotate_right(8 - count);
            Some(pieces)
        }
        None => (count == 8).then_some(pieces),
    }
}

/// Four decimal numbers without leading zeros, as IPv6 addresses may end in.
fn trailing_ipv4(text: &str) -> Option<[u8; 4]> {
    let mut numbers = [0; 4];
    let mut parts = text.split('.');
    for number in &mut numbers {
        let part = parts.next()?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || part.is_empty() || (part.len() > 1 && part.starts_with('0')) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Lower-case hexadecimal; the first longest run of two or more zeros becomes `::`.
fn show_ipv6(pieces: [u16; 8]) -> String {
    let mut longest = 0..0;
    let mut at = 0;
    while at < 8 {
        let length = pieces[at..].iter().take_while(|&&piece| piece == 0).count();
        if length > 1 && length > longest.len() {
            longest = at..at + length;
        }
        at += length.max(1);
    }
    let mut text = String::new();
    let mut at = 0;
    while at < 8 {
        if at == longest.start && !longest.is_empty() {
            text.push_str(if at == 0 { "::" } else { ":" });
            at = longest.end;
            continue;
        }
        let _ = write!(text, "{:x}", pieces[at]);
        if at < 7 {
            text.push(':');
        }
        at += 1;
    }
    text
}
