//! URLs come from strangers: no panic, a URL that was serialised is read as the same URL, and the offsets cut it into
//! its parts, whatever the setters did to it.
//!
//! `cargo +nightly fuzz run url`

#![no_main]

use libfuzzer_sys::fuzz_target;

/// The parser as it is; it knows nothing of V8, so neither does this binary.
#[path = "../../kiren-runtime/src/url/mod.rs"]
mod url;

use url::{Part, Url};

const PARTS: [Part; 9] = [
    Part::Protocol,
    Part::Username,
    Part::Password,
    Part::Host,
    Part::Hostname,
    Part::Port,
    Part::Pathname,
    Part::Search,
    Part::Hash,
];

// The input is a URL, its base, and changes: texts with a zero byte between them. The first character of a change
// names the part.
fuzz_target!(|input: &str| {
    let mut texts = input.split('\0');
    let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let base = Url::parse(second, None).inspect(check);
    let Some(mut url) = Url::parse(first, base.as_ref()) else { return };
    check(&url);
    for change in texts {
        let mut characters = change.chars();
        let Some(selector) = characters.next() else { continue };
        url.set(PARTS[selector as usize % PARTS.len()], characters.as_str());
        check(&url);
    }
});

fn check(url: &Url) {
    let (href, offsets) = url.serialise();
    assert!(href.is_ascii(), "{href:?}");
    assert!(!href.contains(|c: char| c.is_ascii_control()), "{href:?}");
    let mut start = 0;
    for end in offsets {
        let part = href.get(start..end as usize);
        assert!(part.is_some(), "{href:?} is cut at {offsets:?}");
        start = end as usize;
    }
    assert!(href.get(start..).is_some(), "{href:?} is cut at {offsets:?}");
    let again = Url::parse(&href, None);
    let again = again.unwrap_or_else(|| panic!("{href:?} is not read again"));
    assert_eq!(again.serialise(), (href, offsets));
}
