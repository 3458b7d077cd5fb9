//! Makes the table of the normalization forms, and checks that it is what ICU4X says.

use std::collections::{HashMap, HashSet};

use icu_normalizer::properties::{
    CanonicalCombiningClassMapBorrowed, CanonicalCompositionBorrowed, CanonicalDecompositionBorrowed,
    Decomposed,
};
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};

use super::folding::folding;
use super::generate::up_to_date;
use super::normalization::{BLOCK, END, Entry, Mapping, PACKED, entry};

const NFC: u32 = 0;
const NFD: u32 = 1;
const NFKC: u32 = 2;
const NFKD: u32 = 3;

#[test]
fn the_packed_table_of_normalization_is_unicodes() {
    let (entries, mappings) = Unicode::new().entries();
    up_to_date("normalization.bin", PACKED, &pack(&entries, &mappings));
    for (code_point, expected) in (0..).zip(entries) {
        assert_eq!(entry(code_point), Entry(expected), "U+{code_point:04X}");
    }
}

/// What `normalize` takes for granted: UAX #15 has it between the lines.
#[test]
fn texts_can_be_cut_before_what_does_not_join() {
    for code_point in 0..0x11_0000 {
        for form in [NFC, NFD, NFKC, NFKD] {
            let entry = entry(code_point);
            if entry.has(Entry::joins(form)) {
                assert!(entry.has(Entry::active(form)), "U+{code_point:04X}");
                continue;
            }
            assert_eq!(entry.class(), 0, "U+{code_point:04X}");
            assert!(!entry.has(Entry::joins(NFD)), "U+{code_point:04X}");
            // The same when case is folded after a canonical decomposition, before the form.
            let first = entry.canonical().first().map_or(code_point, |first| first & 0x1F_FFFF);
            let mut folded = Vec::new();
            folding(first).for_each(|code_point| folded.push(code_point));
            assert!(!super::normalization::entry(folded[0]).has(Entry::joins(form)), "U+{code_point:04X}");
        }
    }
}

struct Unicode {
    /// By their first character: second ones and composites.
    pairs: HashMap<u32, Vec<[u32; 2]>>,
    seconds: HashSet<u32>,
}

impl Unicode {
    fn new() -> Self {
        let hangul = (0x1161..0x1176).chain(0x11A8..0x11C3);
        let mut unicode = Self { pairs: HashMap::new(), seconds: hangul.collect() };
        for composite in
            (0..0x11_0000).filter_map(char::from_u32).filter(|char| !('가'..='힣').contains(char))
        {
            if let Decomposed::Expansion(first, second) =
                CanonicalDecompositionBorrowed::new().decompose(composite)
                && CanonicalCompositionBorrowed::new().compose(first, second) == Some(composite)
            {
                unicode.pairs.entry(first.into()).or_default().push([second.into(), composite.into()]);
                unicode.seconds.insert(second.into());
            }
        }
        unicode
    }

    /// Of each code point, and the mappings they point to.
    fn entries(&self) -> (Vec<u32>, Vec<u32>) {
        // The mapping of those that have none.
        let mut mappings = vec![0];
        let mut places = HashMap::from([(vec![0], 0)]);
        let mut entry_of = |code_point: u32| {
            let Some(char) = char::from_u32(code_point) else { return 0 };
            let is_first = self.pairs.contains_key(&code_point);
            if class(char) == 0
                && !is_first
                && !self.seconds.contains(&code_point)
                && in_form(char, NFKD) == [char]
            {
                return 0;
            }
            let mapping = self.mapping(char);
            let place = *places.entry(mapping).or_insert_with_key(|mapping| {
                mappings.extend(mapping);
                mappings.len() - mapping.len()
            });
            self.bits(char) | u32::from(u16::try_from(place).expect("16 bits")) << Entry::MAPPING
        };
        let entries = (0..0x11_0000).map(&mut entry_of).collect();
        (entries, mappings)
    }

    fn bits(&self, char: char) -> u32 {
        let is_second = self.seconds.contains(&char.into());
        let mut bits = class(char);
        for form in [NFC, NFD, NFKC, NFKD] {
            let composes = matches!(form, NFC | NFKC);
            let is_itself = in_form(char, form) == [char];
            let first = in_form(char, if composes { form + 1 } else { form })[0];
            // U+16D68 is no second itself, but what it decomposes to begins with one.
            let may_compose = composes && (is_second || self.seconds.contains(&first.into()));
            if !is_itself || may_compose {
                bits |= Entry::suspect(form);
            }
            if class(first) != 0 || may_compose {
                bits |= Entry::joins(form);
            }
        }
        bits
    }

    fn mapping(&self, char: char) -> Vec<u32> {
        let classed = |chars: Vec<char>| -> Vec<u32> {
            chars.into_iter().map(|char| u32::from(char) | class(char) << 24).collect()
        };
        let is_hangul = ('가'..='힣').contains(&char);
        let part = |form| match in_form(char, form) {
            itself if itself == [char] || is_hangul => vec![],
            chars => classed(chars),
        };
        let (canonical, mut compatible) = (part(NFD), part(NFKD));
        if compatible == canonical {
            compatible.clear();
        }
        let pairs = self.pairs.get(&char.into()).map_or(&[][..], Vec::as_slice);
        let length = |length: usize| u32::from(u8::try_from(length).expect("8 bits"));
        let header = length(canonical.len())
            | length(compatible.len()) << Mapping::COMPATIBLE
            | length(pairs.len()) << Mapping::PAIRS;
        [vec![header], canonical, compatible, pairs.concat()].concat()
    }
}

fn class(char: char) -> u32 {
    CanonicalCombiningClassMapBorrowed::new().get_u8(char).into()
}

fn in_form(char: char, form: u32) -> Vec<char> {
    let text = char.encode_utf8(&mut [0; 4]).to_owned();
    let text = match form {
        NFC => ComposingNormalizer::new_nfc().normalize(&text).into_owned(),
        NFD => DecomposingNormalizer::new_nfd().normalize(&text).into_owned(),
        NFKC => ComposingNormalizer::new_nfkc().normalize(&text).into_owned(),
        _ => DecomposingNormalizer::new_nfkd().normalize(&text).into_owned(),
    };
    text.chars().collect()
}

/// The opposite of `Table::unpack`.
fn pack(entries: &[u32], mappings: &[u32]) -> Vec<u8> {
    assert!(entries[END..].iter().all(|entry| *entry == 0), "`END` is too small");
    let mut blocks: Vec<&[u32]> = Vec::new();
    let mut index = Vec::new();
    for block in entries[..END].chunks(BLOCK) {
        index.push(blocks.iter().position(|known| *known == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        }));
    }
    let mut packed = Vec::new();
    let put = |packed: &mut Vec<u8>, number: usize| {
        packed.extend(u16::try_from(number).expect("a small number").to_le_bytes());
    };
    put(&mut packed, blocks.len());
    put(&mut packed, mappings.len());
    for run in index.chunk_by(|a, b| a == b) {
        put(&mut packed, run[0]);
        put(&mut packed, run.len());
    }
    let mut rest = &blocks.concat()[..];
    while let [first, ..] = *rest {
        let step = rest.get(1).map_or(0, |second| second.wrapping_sub(first));
        let step = if step & 0xFFFF == 0 && step >> Entry::MAPPING < 256 { step } else { 0 };
        let is_next = |(at, entry): (u32, &u32)| *entry == first.wrapping_add(at.wrapping_mul(step));
        let length = (0..256).zip(rest).take_while(|next| is_next(*next)).count();
        packed.extend(first.to_le_bytes());
        packed.push(u8::try_from(step >> Entry::MAPPING).expect("less than 256"));
        packed.push(u8::try_from(length - 1).expect("256 at most"));
        rest = &rest[length..];
    }
    packed.extend(mappings.iter().flat_map(|mapping| mapping.to_le_bytes()));
    packed
}
