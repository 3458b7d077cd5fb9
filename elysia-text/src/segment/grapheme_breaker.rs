//! The rules of extended grapheme clusters (UAX #29, section 3.1.1) as a state machine.

use crate::tables::{Grapheme, Properties, numbered};

/// Finds the boundaries of grapheme clusters in code points that come one at a time; a byte of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GraphemeBreaker(u8);

impl GraphemeBreaker {
    /// At the beginning of a text, or of any cluster.
    pub(crate) const fn new() -> Self {
        // Nothing joins a control character either, but for LF, which is no control character's but CR's.
        Self(State::Control as u8)
    }

    /// Takes the next code point: whether a cluster begins with it.
    #[inline]
    pub(crate) fn push(&mut self, properties: Properties) -> bool {
        self.0 = TABLE[(self.0 & STATE) as usize][properties.grapheme_number()];
        self.0 & BREAK != 0
    }
}

/// Whether there is a boundary between code points of these two, where no more than they decide it.
pub(super) fn is_boundary_between(before: Grapheme, after: Grapheme) -> Option<bool> {
    use Grapheme as G;
    match (before, after) {
        (G::RegionalIndicator, G::RegionalIndicator)
        | (G::Joiner, G::Pictographic)
        | (G::Joiner | G::ConjunctExtend, G::ConjunctConsonant) => None,
        _ => {
            let state = TABLE[State::Control as usize][before as usize] & STATE;
            Some(TABLE[state as usize][after as usize] & BREAK != 0)
        }
    }
}

const BREAK: u8 = 0x80;
const STATE: u8 = 15;

numbered!(
    /// What the code points before a boundary say of it. `Emoji` is a pictograph with any `Extend` after it, `Linked`
    /// a linker with any `InCB=Extend`, `Joined` ends with a joiner; of an even number of regional indicators nothing
    /// is known.
    State {
        Any, CarriageReturn, Control, Prepend, HangulL, HangulV, HangulT, OddRegionalIndicator, Linked, Emoji,
        EmojiJoined, EmojiLinked, EmojiLinkedJoined,
    }
);

/// By state and class: the state after, with [`BREAK`] if there is a boundary before.
static TABLE: [[u8; 32]; 16] = {
    let mut table = [[0; 32]; 16];
    let mut state = 0;
    while state < State::COUNT {
        let mut class = 0;
        while class < Grapheme::COUNT {
            let (before, next) = (State::ALL[state], Grapheme::ALL[class]);
            table[state][class] = match joined(before, next) {
                Some(after) => after as u8,
                None => alone(next) as u8 | BREAK,
            };
            class += 1;
        }
        state += 1;
    }
    table
};

/// The state after `next`, if no boundary is before it.
const fn joined(before: State, next: Grapheme) -> Option<State> {
    use Grapheme as G;
    use State as S;
    Some(match (before, next) {
        // GB3, GB4, GB5
        (S::CarriageReturn, G::LineFeed) => S::Control,
        (S::CarriageReturn | S::Control, _) | (_, G::CarriageReturn | G::LineFeed | G::Control) => {
            return None;
        }
        // GB6, GB7, GB8
        (S::HangulL, G::HangulL | G::HangulV | G::HangulLv | G::HangulLvt)
        | (S::HangulV, G::HangulV | G::HangulT)
        | (S::HangulT, G::HangulT) => alone(next),
        // GB9, GB9a
        (S::Emoji | S::EmojiLinked, G::Extend) => S::Emoji,
        (S::Emoji, G::ConjunctExtend) => S::Emoji,
        (S::EmojiLinked, G::ConjunctExtend) | (S::Emoji | S::EmojiLinked, G::ConjunctLinker) => {
            S::EmojiLinked
        }
        (S::Emoji, G::Joiner) => S::EmojiJoined,
        (S::EmojiLinked, G::Joiner) => S::EmojiLinkedJoined,
        (S::Linked | S::EmojiLinkedJoined, G::ConjunctExtend | G::Joiner) => S::Linked,
        (_, G::Extend | G::ConjunctExtend | G::ConjunctLinker | G::Joiner | G::SpacingMark) => alone(next),
        // GB9b
        (S::Prepend, _) => alone(next),
        // GB9c, as it is since Unicode 18: whatever is before the linker
        (S::Linked | S::EmojiLinked | S::EmojiLinkedJoined, G::ConjunctConsonant) => S::Any,
        // GB11
        (S::EmojiJoined | S::EmojiLinkedJoined, G::Pictographic) => S::Emoji,
        // GB12, GB13
        (S::OddRegionalIndicator, G::RegionalIndicator) => S::Any,
        // GB999
        _ => return None,
    })
}

/// The state after a code point, whatever is before it.
const fn alone(class: Grapheme) -> State {
    match class {
        Grapheme::CarriageReturn => State::CarriageReturn,
        Grapheme::LineFeed | Grapheme::Control => State::Control,
        Grapheme::Prepend => State::Prepend,
        Grapheme::HangulL => State::HangulL,
        Grapheme::HangulV | Grapheme::HangulLv => State::HangulV,
        Grapheme::HangulT | Grapheme::HangulLvt => State::HangulT,
        Grapheme::RegionalIndicator => State::OddRegionalIndicator,
        Grapheme::ConjunctLinker | Grapheme::BaseLinker => State::Linked,
        Grapheme::Pictographic => State::Emoji,
        Grapheme::Other
        | Grapheme::Extend
        | Grapheme::ConjunctExtend
        | Grapheme::ConjunctConsonant
        | Grapheme::Joiner
        | Grapheme::SpacingMark => State::Any,
    }
}
