//! Watching the files that answers depend on.
