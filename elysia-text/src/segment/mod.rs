//! Boundaries of grapheme clusters and words (UAX #29).
