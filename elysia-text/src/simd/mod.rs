//! Loops over many units at once, chosen at run time; each has a plain twin that gives the same answer.

/// How many bytes at the start are ASCII.
pub(crate) fn ascii_prefix(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len())
}

/// How many units at the start are ASCII.
pub(crate) fn ascii_prefix_utf16(units: &[u16]) -> usize {
    units.iter().position(|unit| *unit >= 0x80).unwrap_or(units.len())
}
