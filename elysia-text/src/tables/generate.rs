//! Makes the packed tables, and checks that they are what the crates of ICU4X say.

use std::path::Path;

use icu_properties::props::{
    self, Alphabetic, DefaultIgnorableCodePoint, EastAsianWidth, Emoji, EmojiModifier, EmojiPresentation,
    ExtendedPictographic, GeneralCategory, GeneralCategoryGroup, GraphemeClusterBreak, IndicConjunctBreak,
    WhiteSpace,
};
use icu_properties::{CodePointMapData, CodePointSetData};

use super::{Category, Grapheme, PACKED, Properties, WordBreak, properties, trie};

#[test]
fn the_packed_properties_are_unicodes() {
    let values: Vec<_> = (0..0x11_0000).map(value_of).collect();
    let expected = trie::pack(|code_point| values[code_point as usize]);
    up_to_date("properties.bin", PACKED, &expected);
    for (code_point, value) in (0..).zip(values) {
        assert_eq!(properties(code_point), Properties(value), "U+{code_point:04X}");
    }
}

/// Fails if a file of this folder is not as it should be; with `UPDATE=1` in the environment, writes it.
pub(super) fn up_to_date(name: &str, found: &[u8], expected: &[u8]) {
    if std::env::var_os("UPDATE").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tables").join(name);
        std::fs::write(path, expected).expect("the source folder can be written to");
    }
    assert!(
        found == expected,
        "{name} is out of date: run `UPDATE=1 cargo test -p elysia-text tables` and build anew"
    );
}

fn value_of(code_point: u32) -> u32 {
    let flag = |is_set: bool, bit: u32| if is_set { bit } else { 0 };
    grapheme_of(code_point) as u32
        | (word_break_of(code_point) as u32) << Properties::WORD
        | (category_of(code_point) as u32) << Properties::KIND
        | width_of(code_point) << Properties::WIDTH
        | flag(
            CodePointSetData::new::<ExtendedPictographic>().contains32(code_point),
            Properties::PICTOGRAPHIC,
        )
        | flag(
            CodePointSetData::new::<EmojiPresentation>().contains32(code_point),
            Properties::EMOJI_PRESENTATION,
        )
        | flag(CodePointSetData::new::<Emoji>().contains32(code_point), Properties::EMOJI)
        | flag(CodePointSetData::new::<EmojiModifier>().contains32(code_point), Properties::EMOJI_MODIFIER)
        | flag(CodePointSetData::new::<WhiteSpace>().contains32(code_point), Properties::WHITE_SPACE)
}

fn grapheme_of(code_point: u32) -> Grapheme {
    type Break = GraphemeClusterBreak;
    let conjunct = CodePointMapData::<IndicConjunctBreak>::new().get32(code_point);
    let is_pictographic = CodePointSetData::new::<ExtendedPictographic>().contains32(code_point);
    match CodePointMapData::<Break>::new().get32(code_point) {
        Break::CR => Grapheme::CarriageReturn,
        Break::LF => Grapheme::LineFeed,
        Break::Control => Grapheme::Control,
        Break::ZWJ => Grapheme::Joiner,
        Break::Extend => match conjunct {
            IndicConjunctBreak::Linker => Grapheme::ConjunctLinker,
            IndicConjunctBreak::Extend => Grapheme::ConjunctExtend,
            _ => Grapheme::Extend,
        },
        Break::RegionalIndicator => Grapheme::RegionalIndicator,
        Break::Prepend => Grapheme::Prepend,
        Break::SpacingMark => Grapheme::SpacingMark,
        Break::L => Grapheme::HangulL,
        Break::V => Grapheme::HangulV,
        Break::T => Grapheme::HangulT,
        Break::LV => Grapheme::HangulLv,
        Break::LVT => Grapheme::HangulLvt,
        Break::Other if is_pictographic => Grapheme::Pictographic,
        Break::Other if conjunct == IndicConjunctBreak::Consonant => Grapheme::ConjunctConsonant,
        Break::Other if conjunct == IndicConjunctBreak::Linker => Grapheme::BaseLinker,
        Break::Other => Grapheme::Other,
        unknown => panic!("a new Grapheme_Cluster_Break: {unknown:?}"),
    }
}

fn word_break_of(code_point: u32) -> WordBreak {
    type Break = props::WordBreak;
    match CodePointMapData::<Break>::new().get32(code_point) {
        Break::Other => WordBreak::Other,
        Break::CR => WordBreak::CarriageReturn,
        Break::LF => WordBreak::LineFeed,
        Break::Newline => WordBreak::Newline,
        Break::Extend => WordBreak::Extend,
        Break::ZWJ => WordBreak::Joiner,
        Break::Format => WordBreak::Format,
        Break::Katakana => WordBreak::Katakana,
        Break::HebrewLetter => WordBreak::HebrewLetter,
        Break::ALetter => WordBreak::Letter,
        Break::SingleQuote => WordBreak::SingleQuote,
        Break::DoubleQuote => WordBreak::DoubleQuote,
        Break::MidNumLet => WordBreak::MidNumLet,
        Break::MidLetter => WordBreak::MidLetter,
        Break::MidNum => WordBreak::MidNum,
        Break::Numeric => WordBreak::Numeric,
        Break::ExtendNumLet => WordBreak::ExtendNumLet,
        Break::RegionalIndicator => WordBreak::RegionalIndicator,
        Break::WSegSpace => WordBreak::Space,
        unknown => panic!("a new Word_Break: {unknown:?}"),
    }
}

fn category_of(code_point: u32) -> Category {
    let category = CodePointMapData::<GeneralCategory>::new().get32(code_point);
    let is_of = |group: GeneralCategoryGroup| group.contains(category);
    if is_of(GeneralCategoryGroup::Number) {
        Category::Number
    } else if CodePointSetData::new::<WhiteSpace>().contains32(code_point) {
        Category::Space
    } else if is_of(GeneralCategoryGroup::Mark) {
        Category::Mark
    } else if CodePointSetData::new::<Alphabetic>().contains32(code_point)
        || is_of(GeneralCategoryGroup::Letter)
    {
        Category::Letter
    } else if is_of(GeneralCategoryGroup::Punctuation) {
        Category::Punctuation
    } else if is_of(GeneralCategoryGroup::Symbol) {
        Category::Symbol
    } else {
        Category::Other
    }
}

fn width_of(code_point: u32) -> u32 {
    let category = CodePointMapData::<GeneralCategory>::new().get32(code_point);
    let east_asian = CodePointMapData::<EastAsianWidth>::new().get32(code_point);
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains32(code_point);
    // The vowels and final consonants of Hangul stand in the columns of the initial one.
    let is_hangul_part = matches!(grapheme_of(code_point), Grapheme::HangulV | Grapheme::HangulT);
    match category {
        // A soft hyphen is shown where it is at all.
        _ if code_point == 0xAD => 1,
        GeneralCategory::NonspacingMark
        | GeneralCategory::EnclosingMark
        | GeneralCategory::Format
        | GeneralCategory::Control
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => 0,
        _ if is_ignorable || is_hangul_part => 0,
        _ if matches!(east_asian, EastAsianWidth::Wide | EastAsianWidth::Fullwidth) => 2,
        _ => 1,
    }
}
