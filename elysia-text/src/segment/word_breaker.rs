//! The rules of words (UAX #29, section 4.1.1) as a state machine.

use crate::tables::{Properties, WordBreak, numbered};

/// Finds the boundaries of words in code points that come one at a time; a byte of state.
///
/// Whether there is a boundary before the full stop of `a.b` shows only after it, and any number of marks may be in
/// between: such a boundary is deferred, never more than one at a time, so that nobody has to look ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WordBreaker(u8);

/// What one more code point tells of boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WordStep(u8);

impl WordBreaker {
    /// At the beginning of a text, or of any word.
    pub(crate) const fn new() -> Self {
        Self(State::Newline as u8)
    }

    /// Takes the next code point.
    #[inline]
    pub(crate) fn push(&mut self, properties: Properties) -> WordStep {
        let is_joined = self.0 & AFTER_JOINER != 0 && properties.is_pictographic();
        self.0 = TABLE[(self.0 & STATE) as usize][properties.word_number()];
        // WB3c looks at what is right before, whatever the other rules ignore.
        WordStep(if is_joined { self.0 & !BREAK } else { self.0 })
    }

    /// Whether a boundary is deferred; at the end of the text it is one.
    #[inline]
    pub(crate) fn is_deferring(self) -> bool {
        const DEFERRING: u32 = 1 << State::LetterMiddle as u32
            | 1 << State::NumericMiddle as u32
            | 1 << State::HebrewDoubleQuote as u32;
        DEFERRING >> (self.0 & STATE) & 1 != 0
    }
}

impl WordStep {
    /// There is no boundary before this code point; if one is deferred still, it stays so, or is none.
    #[inline]
    pub(crate) fn is_join(self) -> bool {
        self.0 & (BREAK | DEFER | BREAK_DEFERRED) == 0
    }

    /// There is a boundary right before this code point.
    #[inline]
    pub(crate) fn is_break(self) -> bool {
        self.0 & BREAK != 0
    }

    /// Whether there is a boundary right before this code point shows later. What was deferred before is none.
    #[inline]
    pub(crate) fn is_deferral(self) -> bool {
        self.0 & DEFER != 0
    }

    /// There is a boundary where it was deferred; it comes before that of [`WordStep::is_break`].
    #[inline]
    pub(crate) fn breaks_deferred(self) -> bool {
        self.0 & BREAK_DEFERRED != 0
    }
}

const STATE: u8 = 15;
const BREAK: u8 = 0x10;
const DEFER: u8 = 0x20;
const BREAK_DEFERRED: u8 = 0x40;
const AFTER_JOINER: u8 = 0x80;

numbered!(
    /// What the code points before a boundary say of it, without `Extend`, `Format` and joiners (WB4). A `Middle` came
    /// after a letter or a digit and belongs to the word if another one follows; a single quote belongs to a Hebrew
    /// word in any case. Of an even number of regional indicators nothing is known.
    State {
        Any, CarriageReturn, Newline, Space, Letter, LetterMiddle, Hebrew, HebrewSingleQuote, HebrewDoubleQuote,
        Numeric, NumericMiddle, Katakana, ExtendNumLet, OddRegionalIndicator,
    }
);

/// By state and class: the state after, with what [`WordStep`] says.
static TABLE: [[u8; 32]; 16] = {
    let mut table = [[0; 32]; 16];
    let mut state = 0;
    while state < State::COUNT {
        let mut class = 0;
        while class < WordBreak::COUNT {
            let (before, next) = (State::ALL[state], WordBreak::ALL[class]);
            let joiner = if matches!(next, WordBreak::Joiner) { AFTER_JOINER } else { 0 };
            table[state][class] = joiner | entry(before, next);
            class += 1;
        }
        state += 1;
    }
    table
};

const fn entry(before: State, next: WordBreak) -> u8 {
    if let Some(after) = joined(before, next) {
        return after as u8;
    }
    if let Some(after) = deferred(before, next) {
        return after as u8 | DEFER;
    }
    let is_deferring =
        matches!(before, State::LetterMiddle | State::NumericMiddle | State::HebrewDoubleQuote);
    alone(next) as u8 | BREAK | if is_deferring { BREAK_DEFERRED } else { 0 }
}

/// The state after `next`, if no boundary is before it.
const fn joined(before: State, next: WordBreak) -> Option<State> {
    use State as S;
    use WordBreak as W;
    Some(match (before, next) {
        // WB3, WB3a, WB3b
        (S::CarriageReturn, W::LineFeed) => S::Newline,
        (S::CarriageReturn | S::Newline, _) | (_, W::CarriageReturn | W::LineFeed | W::Newline) => {
            return None;
        }
        // WB3d, WB4
        (S::Space, W::Space) => S::Space,
        (S::Space, W::Extend | W::Format | W::Joiner) => S::Any,
        (_, W::Extend | W::Format | W::Joiner) => before,
        // WB5, WB6 with WB7, WB9, WB10
        (
            S::Letter | S::LetterMiddle | S::Hebrew | S::HebrewSingleQuote | S::Numeric | S::ExtendNumLet,
            W::Letter | W::HebrewLetter,
        ) => alone(next),
        // WB7a, WB7b with WB7c
        (S::Hebrew, W::SingleQuote) => S::HebrewSingleQuote,
        (S::HebrewDoubleQuote, W::HebrewLetter) => S::Hebrew,
        // WB8, WB11 with WB12
        (S::Letter | S::Hebrew | S::Numeric | S::NumericMiddle | S::ExtendNumLet, W::Numeric) => S::Numeric,
        // WB13, WB13a, WB13b
        (S::Katakana | S::ExtendNumLet, W::Katakana) => S::Katakana,
        (S::Letter | S::Hebrew | S::Numeric | S::Katakana | S::ExtendNumLet, W::ExtendNumLet) => {
            S::ExtendNumLet
        }
        // WB15, WB16
        (S::OddRegionalIndicator, W::RegionalIndicator) => S::Any,
        // WB999
        _ => return None,
    })
}

/// The state after `next`, if what follows it decides whether a boundary is before it.
const fn deferred(before: State, next: WordBreak) -> Option<State> {
    use State as S;
    use WordBreak as W;
    Some(match (before, next) {
        (S::Letter | S::Hebrew, W::MidLetter | W::MidNumLet) | (S::Letter, W::SingleQuote) => S::LetterMiddle,
        (S::Hebrew, W::DoubleQuote) => S::HebrewDoubleQuote,
        (S::Numeric, W::MidNum | W::MidNumLet | W::SingleQuote) => S::NumericMiddle,
        _ => return None,
    })
}

/// The state after a code point that begins a word.
const fn alone(class: WordBreak) -> State {
    match class {
        WordBreak::CarriageReturn => State::CarriageReturn,
        WordBreak::LineFeed | WordBreak::Newline => State::Newline,
        WordBreak::Space => State::Space,
        WordBreak::Letter => State::Letter,
        WordBreak::HebrewLetter => State::Hebrew,
        WordBreak::Numeric => State::Numeric,
        WordBreak::Katakana => State::Katakana,
        WordBreak::ExtendNumLet => State::ExtendNumLet,
        WordBreak::RegionalIndicator => State::OddRegionalIndicator,
        WordBreak::Other
        | WordBreak::Extend
        | WordBreak::Joiner
        | WordBreak::Format
        | WordBreak::SingleQuote
        | WordBreak::DoubleQuote
        | WordBreak::MidNumLet
        | WordBreak::MidLetter
        | WordBreak::MidNum => State::Any,
    }
}
