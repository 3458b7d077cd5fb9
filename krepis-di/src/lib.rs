//! Dependency injection that is validated before it runs.

pub mod graph;
