//! `x-request-id`, which no standard has: the name that a caller or a proxy gave a request, for its logs.

use super::trim;

/// The longest that is taken over.
pub const MAX_LEN: usize = 128;

/// The name that a header gives: up to 128 visible ASCII characters. `None` if it is anything else, so that nothing from
/// outside can break a line of a log.
pub fn parse(header: &str) -> Option<&str> {
    let id = trim(header);
    let fits = (1..=MAX_LEN).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(id)
}
