//! A route table for addresses and paths, and a message kernel on top of it.
