//! Patterns come from people: no panic, a place that exists in every complaint, and what is well formed takes a path that is
//! made from it.
//!
//! `cargo +nightly fuzz run mycelia_pattern`

#![no_main]

use libfuzzer_sys::fuzz_target;
use mycelia_router::{InsertError, Pattern, Piece, Router, Segment};

fuzz_target!(|text: &str| {
    let pattern = match Pattern::parse(text) {
        Ok(pattern) => pattern,
        Err(error) => {
            assert!(error.pattern == text && text.is_char_boundary(error.at), "{error:?}");
            assert!(error.to_string().contains(text));
            return;
        }
    };
    assert_eq!(pattern.as_str(), text);
    let mut router = Router::new();
    match router.insert(text, ()) {
        Ok(()) => {}
        Err(InsertError::Malformed(error)) => {
            assert!(text.is_char_boundary(error.at), "{error:?}");
            return;
        }
        Err(error) => panic!("an empty table has no conflicts: {error}"),
    }
    assert!(matches!(router.insert(text, ()), Err(InsertError::Duplicate { .. })));
    assert!(router.to_string().contains(text));
    assert!(router.overlaps().is_empty());

    // Each parameter becomes `1`, which is an `int`, a `hex`, but no `alpha`: those with constraints may say no.
    let constrained = |piece: &Piece| matches!(piece, Piece::Parameter { constraint: Some(_), .. });
    let mut free = true;
    let segments: Vec<String> = pattern
        .segments()
        .iter()
        .map(|segment| match segment {
            Segment::Static(text) => text.clone(),
            Segment::Wildcard(_) => "1".to_owned(),
            Segment::Dynamic(pieces) => {
                free &= !pieces.iter().any(constrained);
                let text = |piece: &Piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Parameter { .. } => "1".to_owned(),
                };
                pieces.iter().map(text).collect()
            }
        })
        .collect();
    let path = segments.join("/");
    // A slash in the text of a pattern cannot be: it divides.
    let found = router.at(&path);
    if free && path.len() < 65_536 {
        let found = found.unwrap_or_else(|| panic!("{text:?} does not take {path:?}"));
        assert_eq!(
            found.params.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            pattern.names().collect::<Vec<_>>()
        );
    }
    assert_eq!(router.remove(text), Some(()));
    assert!(router.is_empty() && router.at(&path).is_none());
});
