//! The link arguments of an addon: the symbols of Node-API are the host's.

fn main() {
    napi_build::setup();
}
