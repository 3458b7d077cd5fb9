//! Makes the start-up snapshot that the binary embeds.

use std::path::PathBuf;

fn main() {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("because cargo sets it"));
    let snapshot = kiren_runtime::snapshot::create()
        .unwrap_or_else(|error| panic!("the snapshot cannot be made: {error}"));
    std::fs::write(out.join("snapshot.bin"), &snapshot).expect("because OUT_DIR is writable");
    println!("cargo:rerun-if-changed=build.rs");
}
