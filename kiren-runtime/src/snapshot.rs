//! The start-up snapshot: a heap in which the runtime's bootstrap has already run.
//!
//! A build script calls [`create`] and embeds the bytes; [`crate::RuntimeOptions`] takes them. The snapshot
//! holds only JavaScript (no native function), so that making it needs nothing but V8.

use crate::{bootstrap, engine, sources};

/// Makes the snapshot.
///
/// # Errors
/// The message of the exception, when the internal JavaScript does not run.
pub fn create() -> Result<Vec<u8>, String> {
    engine::initialize(&[]);
    let mut creator = v8::Isolate::snapshot_creator(Some(sources::external_references()), None);
    {
        v8::scope!(let scope, &mut creator);
        let context = v8::Context::new(scope, v8::ContextOptions::default());
        let scope = &mut v8::ContextScope::new(scope, context);
        v8::tc_scope!(let scope, scope);
        let Some(host) = bootstrap::run(scope) else {
            let exception = scope.exception().unwrap_or_else(|| v8::undefined(scope).into());
            return Err(exception.to_rust_string_lossy(scope));
        };
        let key = v8::String::new(scope, "compile").ok_or("the heap is full")?;
        host.delete(scope, key.into());
        scope.set_default_context(context);
        scope.add_context_data(context, host);
    }
    let blob =
        creator.create_blob(v8::FunctionCodeHandling::Keep).ok_or("V8 could not write the snapshot")?;
    Ok(blob.to_vec())
}
