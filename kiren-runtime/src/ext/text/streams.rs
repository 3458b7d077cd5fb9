//! Texts that come in chunks: a stream is a number, which JavaScript gives back when the object behind it was collected.
//!
//! JavaScript never cuts a surrogate pair: it holds a high surrogate at the end of a chunk back.

use std::cell::RefCell;

use elysia_text::{Latin1, Normalizer, Tokenizer, Truncator, Utf16, WordCounter};
use slab::Slab;
use v8::ValueViewData;

use crate::ext::encoding::checked;
use crate::natives::{ErrorClass, NativeError};

enum Stream {
    Counter(WordCounter),
    Normalizer(Normalizer),
    Truncator { truncator: Truncator<Vec<u16>>, is_full: bool },
    Tokenizer(Tokenizer<Vec<u16>>),
}

thread_local! {
    static STREAMS: RefCell<Slab<Stream>> = const { RefCell::new(Slab::new()) };
}

crate::natives::natives! {
    free_stream, is_full, new_counter, new_normalizer, new_tokenizer, new_truncator, push, finish, words_so_far,
}

/// What a stream gives.
enum Outcome {
    Nothing,
    Count(usize),
    Text(Vec<u16>),
    Tokens(Vec<Found>),
    Failed(elysia_text::PendingError),
}

struct Found {
    text: Vec<u16>,
    kind: elysia_text::Kind,
    start: usize,
}

fn found(tokens: &mut Vec<Found>) -> impl FnMut(elysia_text::Token<Utf16<'_>>) {
    |token| tokens.push(Found { text: token.text.0.to_vec(), kind: token.kind, start: token.start })
}

impl Stream {
    fn push(&mut self, chunk: Utf16<'_>) -> Outcome {
        let mut text = Vec::new();
        match self {
            Self::Counter(counter) => {
                counter.push(chunk);
                return Outcome::Nothing;
            }
            Self::Normalizer(normalizer) => {
                if let Err(error) = normalizer.push_utf16(chunk.0, &mut text) {
                    return Outcome::Failed(error);
                }
            }
            Self::Truncator { truncator, is_full } => *is_full = !truncator.push(chunk.0, &mut text),
            Self::Tokenizer(tokenizer) => {
                let mut tokens = Vec::new();
                tokenizer.push(chunk.0, &mut found(&mut tokens));
                return Outcome::Tokens(tokens);
            }
        }
        Outcome::Text(text)
    }

    /// What the others hold back and give is UTF-16.
    fn push_latin1(&mut self, chunk: Latin1<'_>) -> Outcome {
        if let Self::Counter(counter) = self {
            counter.push(chunk);
            return Outcome::Nothing;
        }
        let units: Vec<u16> = chunk.0.iter().copied().map(u16::from).collect();
        self.push(Utf16(&units))
    }

    fn finish(self) -> Outcome {
        let mut text = Vec::new();
        match self {
            Self::Counter(counter) => return Outcome::Count(counter.finish()),
            Self::Normalizer(normalizer) => normalizer.finish_utf16(&mut text),
            Self::Truncator { truncator, .. } => truncator.finish(&mut text),
            Self::Tokenizer(tokenizer) => {
                let mut tokens = Vec::new();
                tokenizer.finish(&mut found(&mut tokens));
                return Outcome::Tokens(tokens);
            }
        }
        Outcome::Text(text)
    }
}

impl Outcome {
    fn give(self, scope: &mut v8::PinScope<'_, '_>, mut rv: v8::ReturnValue<'_, v8::Value>) {
        match self {
            Self::Nothing => {}
            Self::Count(count) => rv.set_double(count as f64),
            Self::Text(units) => {
                let text = two_byte_string(scope, &units);
                if let Some(text) = checked(scope, text) {
                    rv.set(text.into());
                }
            }
            Self::Tokens(tokens) => {
                let mut values = Vec::with_capacity(tokens.len() * 3);
                for token in tokens {
                    let Some(text) = two_byte_string(scope, &token.text) else { return };
                    values.push(text.into());
                    values.push(v8::Integer::new(scope, token.kind as i32).into());
                    values.push(v8::Number::new(scope, token.start as f64).into());
                }
                rv.set(v8::Array::new_with_elements(scope, &values).into());
            }
            Self::Failed(error) => {
                NativeError::new(ErrorClass::Error, Some("ERR_TEXT_PENDING"), error.to_string()).throw(scope);
            }
        }
    }
}

fn two_byte_string<'s>(scope: &v8::PinScope<'s, '_>, units: &[u16]) -> Option<v8::Local<'s, v8::String>> {
    v8::String::new_from_two_byte(scope, units, v8::NewStringType::Normal)
}

fn insert(stream: Stream, mut rv: v8::ReturnValue<'_, v8::Value>) {
    let id = STREAMS.with_borrow_mut(|streams| streams.insert(stream));
    rv.set_double(id as f64);
}

fn id_of(scope: &mut v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> usize {
    args.get(0).uint32_value(scope).map_or(usize::MAX, |id| id as usize)
}

/// `new_counter(mode)`: the id of a stream, as from the other constructors.
fn new_counter(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let words = super::words(args.get(0).int32_value(scope).unwrap_or(0));
    insert(Stream::Counter(WordCounter::new(words)), rv);
}

/// `new_normalizer(options)`.
fn new_normalizer(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let to = super::normalization(args.get(0).int32_value(scope).unwrap_or(0));
    insert(Stream::Normalizer(Normalizer::new(to)), rv);
}

/// `new_truncator(limit, unit, ellipsis)`.
fn new_truncator(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let [limit, unit] = [0, 1].map(|at| args.get(at).int32_value(scope).unwrap_or(0));
    let ellipsis = args.get(2).to_rust_string_lossy(scope);
    let truncator = Truncator::utf16(super::truncation(limit, unit).ellipsis(&ellipsis));
    insert(Stream::Truncator { truncator, is_full: false }, rv);
}

/// `new_tokenizer(options, longest)`.
fn new_tokenizer(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let [options, longest] = [0, 1].map(|at| args.get(at).int32_value(scope).unwrap_or(0));
    insert(Stream::Tokenizer(Tokenizer::utf16(super::tokenization(options, longest))), rv);
}

/// `push(id, chunk)`: nothing, a string, or an array with text, kind and start of each token.
fn push(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    let Ok(chunk) = v8::Local::<v8::String>::try_from(args.get(1)) else { return };
    let view = v8::ValueView::new(scope, chunk);
    let outcome = STREAMS.with_borrow_mut(|streams| {
        let stream = streams.get_mut(id)?;
        Some(match view.data() {
            ValueViewData::TwoByte(units) => stream.push(Utf16(units)),
            ValueViewData::OneByte(bytes) => stream.push_latin1(Latin1(bytes)),
        })
    });
    drop(view);
    if let Some(outcome) = outcome {
        outcome.give(scope, rv);
    }
}

/// `finish(id)`: the rest; the id is nobody's any more.
fn finish(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    if let Some(stream) = STREAMS.with_borrow_mut(|streams| streams.try_remove(id)) {
        stream.finish().give(scope, rv);
    }
}

/// `words_so_far(id)`.
fn words_so_far(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    let count = STREAMS.with_borrow(|streams| match streams.get(id) {
        Some(Stream::Counter(counter)) => counter.count(),
        _ => 0,
    });
    rv.set_double(count as f64);
}

/// `is_full(id)`: whether a truncator wants nothing more.
fn is_full(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    let is_full = |stream: &Stream| matches!(stream, Stream::Truncator { is_full: true, .. });
    rv.set_bool(STREAMS.with_borrow(|streams| streams.get(id).is_some_and(is_full)));
}

/// `free_stream(id)`.
fn free_stream(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    STREAMS.with_borrow_mut(|streams| streams.try_remove(id));
}
