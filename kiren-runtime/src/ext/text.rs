//! `native("text")`: `elysia-text` over the characters of JavaScript strings, where V8 keeps them.
//!
//! A one-byte string is read as Latin-1 and a two-byte string as UTF-16, neither is copied. Optimised code calls the
//! functions of [`fast`] by their address when the string is a flat one-byte string, and those of this module else.
#![allow(
    unsafe_code,
    reason = "strings are read where V8 keeps them; V8 calls a fast function by its C address"
)]

mod streams;

use std::borrow::Cow;

use elysia_text::{
    Form, Latin1, Normalization, NormalizedLatin1, Text, Tokenization, Truncation, Unit, Utf16, Words,
};
use v8::ValueViewData;

use super::encoding::{checked, one_byte_string};
use crate::natives;

mod slow {
    use super::{cut_with_ellipsis, unicode_version};

    crate::natives::natives! { cut_with_ellipsis, unicode_version }
}

/// Functions that optimised code calls by their address, see [`fast`].
pub(crate) fn install(scope: &mut v8::PinScope<'_, '_>, group: v8::Local<'_, v8::Object>) {
    slow::install(scope, group);
    streams::install(scope, group);
    let templates = [
        ("cut", v8::FunctionTemplate::builder(cut).build_fast(scope, &[fast::CUT])),
        ("normalize", v8::FunctionTemplate::builder(normalize).build_fast(scope, &[fast::NORMALIZE])),
        ("normalize_slowly", v8::FunctionTemplate::new(scope, normalize)),
        ("tokens", v8::FunctionTemplate::builder(tokens).build_fast(scope, &[fast::TOKENS])),
        ("word_count", v8::FunctionTemplate::builder(word_count).build_fast(scope, &[fast::WORD_COUNT])),
    ];
    for (name, template) in templates {
        if let Some(function) = template.get_function(scope) {
            natives::set(scope, group, name, function.into());
        }
    }
}

mod fast {
    use elysia_text::Latin1;
    use v8::fast_api::{CFunction, CFunctionInfo, FastApiOneByteString, Int64Representation, Type};

    type Receiver<'s> = v8::Local<'s, v8::Value>;

    macro_rules! function {
        ($name:ident, $function:ident, [$($argument:ident),*]) => {
            pub(super) const $name: CFunction = CFunction::new(
                $function as _,
                &CFunctionInfo::new(
                    Type::Int32.as_info(),
                    &[Type::V8Value.as_info(), Type::SeqOneByteString.as_info(), $(Type::$argument.as_info()),*],
                    Int64Representation::Number,
                ),
            );
        };
    }

    function!(CUT, cut, [Int32, Int32]);
    function!(NORMALIZE, normalize, [Int32, V8Value]);
    function!(TOKENS, tokens, [Int32, Int32, Int32, V8Value]);
    function!(WORD_COUNT, word_count, [Int32]);

    /// The characters of a string that a fast function is called with.
    fn text<'a>(string: *const FastApiOneByteString) -> Latin1<'a> {
        // SAFETY: V8 passes a string that lives, and stays where it is, during the call; no function here keeps it.
        Latin1(unsafe { &*string }.as_bytes())
    }

    extern "C" fn cut(_: Receiver<'_>, string: *const FastApiOneByteString, limit: i32, unit: i32) -> i32 {
        super::cut_of(text(string), limit, unit)
    }

    /// [`SAME`](super::SAME), or [`UNKNOWN`](super::UNKNOWN) where a result would have to be made.
    extern "C" fn normalize(
        _: Receiver<'_>,
        string: *const FastApiOneByteString,
        options: i32,
        _: Receiver<'_>,
    ) -> i32 {
        // Latin-1 is NFC, and ASCII is in every form.
        let is_same = options == 0 || options < 4 && text(string).0.is_ascii();
        if is_same { super::SAME } else { super::UNKNOWN }
    }

    extern "C" fn tokens(
        _: Receiver<'_>,
        string: *const FastApiOneByteString,
        options: i32,
        longest: i32,
        at: i32,
        found: v8::Local<'_, v8::Value>,
    ) -> i32 {
        super::fill_tokens(text(string), options, longest, at, super::found_bytes(found))
    }

    extern "C" fn word_count(_: Receiver<'_>, string: *const FastApiOneByteString, mode: i32) -> i32 {
        super::count_words(text(string), mode)
    }
}

/// Calls a function that is generic over [`Text`] with the characters of a string.
macro_rules! with_text {
    ($scope:expr, $string:expr, |$text:ident| $body:expr) => {{
        let view = v8::ValueView::new($scope, $string);
        match view.data() {
            ValueViewData::OneByte(bytes) => {
                let $text = Latin1(bytes);
                $body
            }
            ValueViewData::TwoByte(units) => {
                let $text = Utf16(units);
                $body
            }
        }
    }};
}

/// What `normalize` says: nothing changes; the result is in the holder; ask `normalize_slowly`. Numbers, because V8
/// takes for granted that a function with a fast twin returns what the twin does.
const SAME: i32 = 0;
const CHANGED: i32 = 1;
const UNKNOWN: i32 = 2;

/// `normalize(text, options, holder)`, with the result in `holder[0]`. See [`normalization`] for the options.
fn normalize(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(string) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let to = normalization(args.get(1).int32_value(scope).unwrap_or(0));
    // What is borrowed lies in the string, which V8 must be free to move when it makes the result.
    enum Outcome {
        Same,
        Latin1(Vec<u8>),
        Utf16(Vec<u16>),
    }
    let view = v8::ValueView::new(scope, string);
    let outcome = match view.data() {
        ValueViewData::OneByte(bytes) => match elysia_text::normalize_latin1(Latin1(bytes), to) {
            NormalizedLatin1::Borrowed(part) if part.len() == bytes.len() => Outcome::Same,
            NormalizedLatin1::Borrowed(part) => Outcome::Latin1(part.to_vec()),
            NormalizedLatin1::Latin1(bytes) => Outcome::Latin1(bytes),
            NormalizedLatin1::Utf16(units) => Outcome::Utf16(units),
        },
        ValueViewData::TwoByte(units) => match elysia_text::normalize_utf16(Utf16(units), to) {
            Cow::Borrowed(part) if part.len() == units.len() => Outcome::Same,
            part => Outcome::Utf16(part.into_owned()),
        },
    };
    drop(view);
    let result = match outcome {
        Outcome::Same => return rv.set_int32(SAME),
        Outcome::Latin1(bytes) => one_byte_string(scope, &bytes),
        Outcome::Utf16(units) => v8::String::new_from_two_byte(scope, &units, v8::NewStringType::Normal),
    };
    rv.set_int32(CHANGED);
    if let (Some(result), Ok(holder)) =
        (checked(scope, result), v8::Local::<v8::Object>::try_from(args.get(2)))
    {
        holder.set_index(scope, 0, result.into());
    }
}

/// Bits 0 to 2: NFC, NFD, NFKC, NFKD or no form; then strip controls, fold case, collapse white space, trim.
fn normalization(options: i32) -> Normalization {
    let form = match options & 7 {
        0 => Some(Form::Nfc),
        1 => Some(Form::Nfd),
        2 => Some(Form::Nfkc),
        3 => Some(Form::Nfkd),
        _ => None,
    };
    let mut to = form.map_or(Normalization::none(), Normalization::new);
    if options & 8 != 0 {
        to = to.strip_controls();
    }
    if options & 16 != 0 {
        to = to.case_fold();
    }
    if options & 32 != 0 {
        to = to.collapse_white_space();
    }
    if options & 64 != 0 {
        to = to.trim();
    }
    to
}

/// `word_count(text, mode)`.
fn word_count(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(string) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let mode = args.get(1).int32_value(scope).unwrap_or(0);
    rv.set_int32(with_text!(scope, string, |text| count_words(text, mode)));
}

fn count_words(text: impl Text, mode: i32) -> i32 {
    fits(elysia_text::word_count(text, words(mode)))
}

fn words(mode: i32) -> Words {
    if mode == 0 { Words::WhiteSpace } else { Words::Unicode }
}

/// No string of V8 is longer than 2^29 characters.
fn fits(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// `cut(text, limit, unit)`: where to cut.
fn cut(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(string) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let [limit, unit] = [1, 2].map(|at| args.get(at).int32_value(scope).unwrap_or(0));
    rv.set_int32(with_text!(scope, string, |text| cut_of(text, limit, unit)));
}

fn cut_of(text: impl Text, limit: i32, unit: i32) -> i32 {
    fits(truncation(limit, unit).cut(text).end)
}

fn truncation(limit: i32, unit: i32) -> Truncation<'static> {
    let unit = match unit {
        0 => Unit::Graphemes,
        1 => Unit::Bytes,
        2 => Unit::Characters,
        3 => Unit::Words,
        _ => Unit::Columns,
    };
    Truncation::new(usize::try_from(limit).unwrap_or(0), unit)
}

/// `cut_with_ellipsis(text, limit, unit, ellipsis)`: where to cut; less than 0, its complement, when the ellipsis follows.
fn cut_with_ellipsis(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(string) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let [limit, unit] = [1, 2].map(|at| args.get(at).int32_value(scope).unwrap_or(0));
    let ellipsis = args.get(3).to_rust_string_lossy(scope);
    let truncation = truncation(limit, unit).ellipsis(&ellipsis);
    let cut = with_text!(scope, string, |text| truncation.cut(text));
    let end = fits(cut.end);
    rv.set_int32(if cut.has_ellipsis { !end } else { end });
}

/// `tokens(text, options, longest, at, found)`: fills `found`, a `Uint32Array`, with start, end and kind of the tokens from `at` on,
/// and says how many they are.
fn tokens(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let Ok(string) = v8::Local::<v8::String>::try_from(args.get(0)) else { return };
    let [options, longest, at] = [1, 2, 3].map(|at| args.get(at).int32_value(scope).unwrap_or(0));
    let found = found_bytes(args.get(4));
    rv.set_int32(with_text!(scope, string, |text| fill_tokens(text, options, longest, at, found)));
}

/// Bits of `options`: the kinds by number, and 9: URLs and addresses are tokens.
fn tokenization(options: i32, longest: i32) -> Tokenization {
    let chosen = elysia_text::Kind::ALL.into_iter().filter(|kind| options & 1 << *kind as i32 != 0);
    let longest = usize::try_from(longest).unwrap_or(1);
    Tokenization::new().kinds(chosen.collect()).addresses(options & 1 << 9 != 0).longest(longest)
}

/// The bytes of a `Uint32Array`; to be asked for before the characters of a string, since V8 may make its buffer now.
fn found_bytes(found: v8::Local<'_, v8::Value>) -> &mut [u8] {
    super::encoding::view_bytes_mut(found)
}

fn fill_tokens(text: impl Text, options: i32, longest: i32, at: i32, found: &mut [u8]) -> i32 {
    let at = usize::try_from(at).unwrap_or(0).min(text.len());
    let mut tokens = elysia_text::tokenize(text, tokenization(options, longest)).starting_at(at);
    let mut count = 0;
    for (place, token) in found.chunks_exact_mut(12).zip(&mut tokens) {
        for (place, number) in place.chunks_exact_mut(4).zip([token.start, token.end(), token.kind as usize])
        {
            place.copy_from_slice(&(number as u32).to_ne_bytes());
        }
        count += 1;
    }
    count
}

/// `unicode_version()`.
fn unicode_version(
    scope: &mut v8::PinScope<'_, '_>,
    _: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (major, minor, update) = elysia_text::UNICODE_VERSION;
    rv.set(natives::string(scope, &format!("{major}.{minor}.{update}")).into());
}
