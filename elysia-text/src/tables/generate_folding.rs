//! Makes the tables of case folding, and checks that they are what ICU4X says.

use icu_casemap::CaseMapper;

use super::folding::{EXPANDED, EXPANSIONS, PACKED, PAIRED, SHIFTED, folding};
use super::generate::up_to_date;
use super::trie;

#[test]
fn the_packed_foldings_are_unicodes() {
    let mut expansions: Vec<u16> = Vec::new();
    let expected: Vec<Vec<u32>> = (0..0x11_0000).map(folding_of).collect();
    let values: Vec<u32> =
        (0..).zip(&expected).map(|(code_point, to)| value_of(code_point, to, &mut expansions)).collect();
    let expansions: Vec<u8> = expansions.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    up_to_date("expansions.bin", EXPANSIONS, &expansions);
    up_to_date("folding.bin", PACKED, &trie::pack(|code_point| values[code_point as usize]));
    for (code_point, expected) in (0..).zip(&expected) {
        let mut found = Vec::new();
        folding(code_point).for_each(|folded| found.push(folded));
        assert_eq!(&found, expected, "U+{code_point:04X}");
    }
}

fn folding_of(code_point: u32) -> Vec<u32> {
    match char::from_u32(code_point) {
        Some(char) => {
            CaseMapper::new().fold_string(char.encode_utf8(&mut [0; 4])).chars().map(u32::from).collect()
        }
        None => vec![code_point],
    }
}

fn value_of(code_point: u32, folded: &[u32], expansions: &mut Vec<u16>) -> u32 {
    match *folded {
        [one] if one == code_point => {
            // The lower one of a pair has the value of the upper one.
            let upper = code_point.wrapping_sub(1);
            if code_point > 0x80 && is_paired(upper) { PAIRED | (upper & 1) << 2 } else { 0 }
        }
        [_] if is_paired(code_point) => PAIRED | (code_point & 1) << 2,
        [one] => {
            assert_eq!(one >> 16, code_point >> 16, "U+{code_point:04X} folds to another plane");
            SHIFTED | (one.wrapping_sub(code_point) & 0xFFFF) << 2
        }
        _ => {
            let unit = |code_point: &u32| u16::try_from(*code_point).expect("an expansion within plane 0");
            let mut expansion = vec![u16::try_from(folded.len()).expect("a short one")];
            expansion.extend(folded.iter().map(unit));
            let known = expansions.windows(expansion.len()).position(|known| known == expansion);
            let at = known.unwrap_or_else(|| {
                expansions.extend(expansion);
                expansions.len() - folded.len() - 1
            });
            EXPANDED | u32::try_from(at).expect("a few hundred units") << 2
        }
    }
}

/// Whether `code_point` folds to the next one, which stays.
fn is_paired(code_point: u32) -> bool {
    folding_of(code_point) == [code_point + 1] && folding_of(code_point + 1) == [code_point + 1]
}
