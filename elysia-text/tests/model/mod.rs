//! `normalize` as ICU4X and plain loops do it; the fuzz target `text_normalize` has it from here too.

use elysia_text::{Form, Normalization};
use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use icu_properties::CodePointSetData;
use icu_properties::props::WhiteSpace;

pub(crate) const FORMS: [Form; 4] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];

/// Every combination of options.
pub(crate) fn normalizations() -> Vec<Normalization> {
    let forms = FORMS.map(Normalization::new).into_iter().chain([Normalization::none()]);
    let with = |bits: u32, to: Normalization| {
        let to = if bits & 1 == 0 { to } else { to.strip_controls() };
        let to = if bits & 2 == 0 { to } else { to.case_fold() };
        let to = if bits & 4 == 0 { to } else { to.collapse_white_space() };
        if bits & 8 == 0 { to } else { to.trim() }
    };
    forms.flat_map(|to| (0..16).map(move |bits| with(bits, to))).collect()
}

/// What [`normalizations`] has at `index`, done with ICU4X and plain loops.
pub(crate) fn model(text: &str, index: usize) -> String {
    let (form, bits) = (FORMS.get(index / 16).copied(), index % 16);
    let is_space = |char: char| CodePointSetData::new::<WhiteSpace>().contains(char);
    let mut text = text.to_owned();
    if bits & 1 != 0 {
        text.retain(|char| !char.is_control() || is_space(char));
    }
    if bits & 2 != 0 {
        let source = if form.is_some() { icu(&text, Form::Nfd) } else { text };
        text = CaseMapper::new().fold_string(&source).into_owned();
        if matches!(form, Some(Form::Nfkc | Form::Nfkd)) {
            text = CaseMapper::new().fold_string(&icu(&text, Form::Nfkd)).into_owned();
        }
    }
    if let Some(form) = form {
        text = icu(&text, form);
    }
    if bits & 4 != 0 {
        let mut collapsed = String::new();
        for char in text.chars() {
            match char {
                char if !is_space(char) => collapsed.push(char),
                _ if collapsed.ends_with(' ') => {}
                _ => collapsed.push(' '),
            }
        }
        text = collapsed;
    }
    if bits & 8 != 0 { text.trim_matches(is_space).to_owned() } else { text }
}

pub(crate) fn icu(text: &str, form: Form) -> String {
    match form {
        Form::Nfc => ComposingNormalizer::new_nfc().normalize(text).into_owned(),
        Form::Nfd => DecomposingNormalizer::new_nfd().normalize(text).into_owned(),
        Form::Nfkc => ComposingNormalizer::new_nfkc().normalize(text).into_owned(),
        Form::Nfkd => DecomposingNormalizer::new_nfkd().normalize(text).into_owned(),
    }
}
