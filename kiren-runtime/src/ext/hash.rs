//! `native("hash")`: message digests for `node:crypto`, and HMAC and PBKDF2 over them.

use std::cell::RefCell;

use digest::{Digest, DynDigest, ExtendableOutput, Update, XofReader};
use slab::Slab;

use crate::ext::encoding::bytes_of;
use crate::natives::{IntoJs, NativeError, natives};
use crate::realm::spawn_promise;

natives! { copy, equal, finish, hmac_new, is_known, new, pbkdf2, pbkdf2_async, update }

/// A digest under way.
#[derive(Clone)]
enum State {
    Fixed(Box<dyn DynDigest>),
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
}

impl State {
    /// Starts an algorithm by its name in lower case.
    fn new(name: &str) -> Option<Self> {
        Some(Self::Fixed(match name.strip_prefix("rsa-").unwrap_or(name) {
            "md5" => Box::new(md5::Md5::new()),
            "sha1" => Box::new(sha1::Sha1::new()),
            "sha224" => Box::new(sha2::Sha224::new()),
            "sha256" => Box::new(sha2::Sha256::new()),
            "sha384" => Box::new(sha2::Sha384::new()),
            "sha512" => Box::new(sha2::Sha512::new()),
            "sha512-224" | "sha512/224" => Box::new(sha2::Sha512_224::new()),
            "sha512-256" | "sha512/256" => Box::new(sha2::Sha512_256::new()),
            "sha3-224" => Box::new(sha3::Sha3_224::new()),
            "sha3-256" => Box::new(sha3::Sha3_256::new()),
            "sha3-384" => Box::new(sha3::Sha3_384::new()),
            "sha3-512" => Box::new(sha3::Sha3_512::new()),
            "ripemd" | "ripemd160" | "rmd160" => Box::new(ripemd::Ripemd160::new()),
            "blake2b512" => Box::new(blake2::Blake2b512::new()),
            "blake2s256" => Box::new(blake2::Blake2s256::new()),
            "shake128" => return Some(Self::Shake128(sha3::Shake128::default())),
            "shake256" => return Some(Self::Shake256(sha3::Shake256::default())),
            _ => return None,
        }))
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Fixed(digest) => DynDigest::update(&mut **digest, bytes),
            Self::Shake128(digest) => Update::update(digest, bytes),
            Self::Shake256(digest) => Update::update(digest, bytes),
        }
    }

    /// The digest; `length` matters only where the algorithm can give any.
    fn finish(self, length: Option<usize>) -> Vec<u8> {
        let read = |mut reader: Box<dyn XofReader>, usual| {
            let mut bytes = vec![0; length.unwrap_or(usual)];
            reader.read(&mut bytes);
            bytes
        };
        match self {
            Self::Fixed(digest) => digest.finalize().into_vec(),
            Self::Shake128(digest) => read(Box::new(digest.finalize_xof()), 16),
            Self::Shake256(digest) => read(Box::new(digest.finalize_xof()), 32),
        }
    }

    /// The size of the digest, `None` where any length can be asked for.
    fn output_len(&self) -> Option<usize> {
        match self {
            Self::Fixed(digest) => Some(digest.output_size()),
            Self::Shake128(_) | Self::Shake256(_) => None,
        }
    }
}

/// The bytes that an algorithm takes in at once: HMAC pads its key to them.
fn block_len(name: &str) -> usize {
    match name.strip_prefix("rsa-").unwrap_or(name) {
        "sha384" | "sha512" | "sha512-224" | "sha512/224" | "sha512-256" | "sha512/256" | "blake2b512" => 128,
        "sha3-224" => 144,
        "sha3-256" => 136,
        "sha3-384" => 104,
        "sha3-512" => 72,
        _ => 64,
    }
}

/// RFC 2104: the inner digest under way, and the outer one that closes it.
#[derive(Clone)]
struct Hmac {
    inner: State,
    outer: State,
}

impl Hmac {
    /// `None` for what is not known, or has no fixed length.
    fn new(name: &str, key: &[u8]) -> Option<Self> {
        let (mut inner, mut outer) = (State::new(name)?, State::new(name)?);
        inner.output_len()?;
        let mut block = vec![0; block_len(name)];
        if key.len() > block.len() {
            let mut short = State::new(name)?;
            short.update(key);
            let short = short.finish(None);
            block[..short.len()].copy_from_slice(&short);
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        inner.update(&block.iter().map(|byte| byte ^ 0x36).collect::<Vec<_>>());
        outer.update(&block.iter().map(|byte| byte ^ 0x5c).collect::<Vec<_>>());
        Some(Self { inner, outer })
    }

    fn finish(mut self) -> Vec<u8> {
        self.outer.update(&self.inner.finish(None));
        self.outer.finish(None)
    }
}

/// RFC 8018, section 5.2.
fn derive(name: &str, password: &[u8], salt: &[u8], iterations: u32, length: usize) -> Option<Vec<u8>> {
    let keyed = Hmac::new(name, password)?;
    let mut output = Vec::with_capacity(length);
    for index in 1u32.. {
        if output.len() >= length {
            break;
        }
        let mut first = keyed.clone();
        first.inner.update(salt);
        first.inner.update(&index.to_be_bytes());
        let mut last = first.finish();
        let mut block = last.clone();
        for _ in 1..iterations {
            let mut next = keyed.clone();
            next.inner.update(&last);
            last = next.finish();
            for (byte, other) in block.iter_mut().zip(&last) {
                *byte ^= other;
            }
        }
        output.extend_from_slice(&block);
    }
    output.truncate(length);
    Some(output)
}

/// In boxes: the states of some algorithms are hundreds of bytes.
#[derive(Clone)]
enum Running {
    Hash(Box<State>),
    Hmac(Box<Hmac>),
}

thread_local! {
    // One isolate per thread; ids are handed to `node/crypto/hash.js`, which gives each back once.
    static RUNNING: RefCell<Slab<Running>> = const { RefCell::new(Slab::new()) };
}

fn keep(running: Option<Running>, mut rv: v8::ReturnValue<'_, v8::Value>) {
    if let Some(running) = running {
        rv.set_uint32(RUNNING.with_borrow_mut(|slab| slab.insert(running)) as u32);
    }
}

fn id_of(scope: &mut v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> usize {
    args.get(0).uint32_value(scope).unwrap_or(u32::MAX) as usize
}

/// `is_known(name)`: 0 for no, 1 for an algorithm of a fixed length, 2 for one of any length.
fn is_known(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let state = State::new(&args.get(0).to_rust_string_lossy(scope));
    rv.set_uint32(state.map_or(0, |state| if state.output_len().is_some() { 1 } else { 2 }));
}

/// `new(name)`: the id of a digest, `undefined` when there is no such algorithm.
fn new(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    keep(State::new(&name).map(|state| Running::Hash(Box::new(state))), rv);
}

/// `hmac_new(name, key)`: as `new`.
fn hmac_new(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let name = args.get(0).to_rust_string_lossy(scope);
    keep(Hmac::new(&name, bytes_of(args.get(1))).map(|hmac| Running::Hmac(Box::new(hmac))), rv);
}

/// `copy(id)`: the id of another in the same state.
fn copy(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    keep(RUNNING.with_borrow(|slab| slab.get(id).cloned()), rv);
}

/// `update(id, bytes)`.
fn update(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    _: v8::ReturnValue<'_, v8::Value>,
) {
    let (id, bytes) = (id_of(scope, &args), bytes_of(args.get(1)));
    RUNNING.with_borrow_mut(|slab| match slab.get_mut(id) {
        Some(Running::Hash(state)) => state.update(bytes),
        Some(Running::Hmac(hmac)) => hmac.inner.update(bytes),
        None => {}
    });
}

/// `finish(id, length)`: the digest; the id is free again.
fn finish(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let id = id_of(scope, &args);
    let length = args.get(1).is_number().then(|| args.get(1).uint32_value(scope).unwrap_or(0) as usize);
    let bytes = match RUNNING.with_borrow_mut(|slab| slab.try_remove(id)) {
        Some(Running::Hash(state)) => state.finish(length),
        Some(Running::Hmac(hmac)) => hmac.finish(),
        None => return,
    };
    let bytes = bytes.into_js(scope);
    rv.set(bytes);
}

/// `equal(a, b)`: in a time that tells nothing of where two inputs of one length differ.
fn equal(
    _: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let (a, b) = (bytes_of(args.get(0)), bytes_of(args.get(1)));
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| std::hint::black_box(difference | (a ^ b)));
    rv.set_bool(a.len() == b.len() && difference == 0);
}

struct Derivation {
    name: String,
    password: Vec<u8>,
    salt: Vec<u8>,
    iterations: u32,
    length: usize,
}

impl Derivation {
    fn of(scope: &mut v8::PinScope<'_, '_>, args: &v8::FunctionCallbackArguments<'_>) -> Self {
        Self {
            password: bytes_of(args.get(0)).to_vec(),
            salt: bytes_of(args.get(1)).to_vec(),
            iterations: args.get(2).uint32_value(scope).unwrap_or(1),
            length: args.get(3).uint32_value(scope).unwrap_or(0) as usize,
            name: args.get(4).to_rust_string_lossy(scope),
        }
    }

    fn run(&self) -> Option<Vec<u8>> {
        derive(&self.name, &self.password, &self.salt, self.iterations, self.length)
    }
}

/// `pbkdf2(password, salt, iterations, length, name)`.
fn pbkdf2(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    mut rv: v8::ReturnValue<'_, v8::Value>,
) {
    let key = Derivation::of(scope, &args).run().into_js(scope);
    rv.set(key);
}

/// The same on another thread, for a promise.
fn pbkdf2_async(
    scope: &mut v8::PinScope<'_, '_>,
    args: v8::FunctionCallbackArguments<'_>,
    rv: v8::ReturnValue<'_, v8::Value>,
) {
    let derivation = Derivation::of(scope, &args);
    spawn_promise(scope, rv, async move {
        let key = tokio::task::spawn_blocking(move || derivation.run()).await;
        key.map_err(|error| NativeError::error(error.to_string()))
    });
}

#[cfg(test)]
mod tests {
    use super::{Hmac, State, derive};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_shake_gives_as_much_as_is_asked_for() {
        let digest = |length| hex(&State::new("shake128").expect("known").finish(length));
        assert_eq!(digest(None), "7f9c2ba4e88f827d616045507605853e");
        assert_eq!(digest(Some(4)), "7f9c2ba4");
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let mut hmac = Hmac::new("sha256", b"Jefe").expect("known");
        hmac.inner.update(b"what do ya want for nothing?");
        assert_eq!(hex(&hmac.finish()), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert!(Hmac::new("shake128", b"").is_none());
    }

    #[test]
    fn keys_are_those_of_rfc_6070() {
        let key = |iterations| hex(&derive("sha1", b"password", b"salt", iterations, 20).expect("known"));
        assert_eq!(key(1), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
        assert_eq!(key(2), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
    }
}
