//! The start-up snapshot: a heap in which the runtime's bootstrap has already run, and the compiled code of the
//! internal JavaScript that it does not hold, so that a program's first `URL` or `fetch` costs no parsing.
//!
//! A build script calls [`create`] and embeds the bytes; [`crate::RuntimeOptions`] takes them. The heap holds only
//! JavaScript (no native function), so that making it needs nothing but V8.
//!
//! The bytes are the heap, the code of each internal module in the order of their names, the lengths of
//! these as little-endian `u32`, and the length of the heap as another.

use crate::{bootstrap, engine, sources};

/// Makes the snapshot.
///
/// # Errors
/// The message of the exception, when the internal JavaScript does not run.
pub fn create() -> Result<Vec<u8>, String> {
    engine::initialize(&[]);
    let mut bytes = create_heap()?;
    let heap_len = bytes.len();
    let code = compile_all(&bytes)?;
    for piece in &code {
        bytes.extend_from_slice(piece);
    }
    for len in code.iter().map(Vec::len).chain([heap_len]) {
        let len = u32::try_from(len).map_err(|_| "the snapshot is larger than 4 GB")?;
        bytes.extend_from_slice(&len.to_le_bytes());
    }
    Ok(bytes)
}

/// The place of the runtime's context among those of the snapshot.
#[cfg(feature = "runtime")]
pub(crate) const CONTEXT: usize = 0;

fn create_heap() -> Result<Vec<u8>, String> {
    let mut creator = v8::Isolate::snapshot_creator(Some(sources::external_references()), None);
    {
        v8::scope!(let scope, &mut creator);
        let context = v8::Context::new(scope, v8::ContextOptions::default());
        let scope = &mut v8::ContextScope::new(scope, context);
        v8::tc_scope!(let scope, scope);
        // All that the snapshot holds is compiled, so that nothing of it is parsed at start.
        let Some(host) = bootstrap::run(scope, true) else {
            let exception = scope.exception().unwrap_or_else(|| v8::undefined(scope).into());
            return Err(exception.to_rust_string_lossy(scope));
        };
        let key = v8::String::new(scope, "compile").ok_or("the heap is full")?;
        host.delete(scope, key.into());
        scope.add_context(context);
        scope.add_context_data(context, host);
    }
    {
        // What every further context begins as (`node:vm`): the language and nothing of ours.
        v8::scope!(let scope, &mut creator);
        let bare = v8::Context::new(scope, v8::ContextOptions::default());
        scope.set_default_context(bare);
    }
    let blob =
        creator.create_blob(v8::FunctionCodeHandling::Keep).ok_or("V8 could not write the snapshot")?;
    Ok(blob.to_vec())
}

/// The code of every internal module, for isolates made from `heap`: V8 takes it only together with the same
/// read-only objects.
fn compile_all(heap: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let params = v8::CreateParams::default()
        .external_references(sources::external_references())
        .snapshot_blob(v8::StartupData::from(heap.to_vec()));
    let mut isolate = v8::Isolate::new(params);
    v8::scope!(let scope, &mut isolate);
    let context = v8::Context::new(scope, v8::ContextOptions::default());
    let scope = &mut v8::ContextScope::new(scope, context);
    let compiled = sources::SOURCES.iter().map(|(name, _)| {
        v8::scope!(let scope, scope);
        v8::tc_scope!(let scope, scope);
        match sources::compile_eagerly(scope, name) {
            Some(function) => Ok(function.create_code_cache().map(|code| code.to_vec()).unwrap_or_default()),
            None => {
                let exception = scope.exception().unwrap_or_else(|| v8::undefined(scope).into());
                Err(format!("{name}.js: {}", exception.to_rust_string_lossy(scope)))
            }
        }
    });
    compiled.collect()
}

/// The parts of a snapshot.
#[cfg(feature = "runtime")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) heap: &'static [u8],
    /// The code of each internal module, in the order of [`sources::SOURCES`].
    pub(crate) code: [&'static [u8]; sources::SOURCES.len()],
}

#[cfg(feature = "runtime")]
impl Parts {
    /// Tells snapshots apart: by the lengths of their parts, which are their last bytes.
    pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        let lengths = bytes.len().saturating_sub(4 * (sources::SOURCES.len() + 1));
        std::hash::Hash::hash(&bytes[lengths..], &mut hasher);
        std::hash::Hasher::finish(&hasher)
    }

    /// Takes a snapshot apart; `None` when it is not one of this version.
    pub(crate) fn of(bytes: &'static [u8]) -> Option<Self> {
        let count = sources::SOURCES.len();
        let lengths = bytes.len().checked_sub(4 * (count + 1))?;
        let length = |index: usize| {
            let start = lengths + 4 * index;
            bytes.get(start..start + 4)?.try_into().ok().map(u32::from_le_bytes).map(|len| len as usize)
        };
        let heap = bytes.get(..length(count)?)?;
        let mut code = [&bytes[..0]; sources::SOURCES.len()];
        let mut start = heap.len();
        for (index, piece) in code.iter_mut().enumerate() {
            let end = start.checked_add(length(index)?)?;
            *piece = bytes.get(start..end)?;
            start = end;
        }
        (start == lengths).then_some(Self { heap, code })
    }
}
