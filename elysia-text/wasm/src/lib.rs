//! The exports of the WebAssembly module. What they take and give are numbers; text lies in linear memory as UTF-16: where
//! `input` says, JavaScript writes it, and where `output` says, it reads results. What has to last between two texts is
//! kept by JavaScript (`core.js`), so that memory is used again and an instance can be thrown away at any time.
//!
//! Only the exports are for WebAssembly alone; the modules are tested where tests run.

#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "called by the exports"))]
mod batch;
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "called by the exports"))]
mod clean;
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "called by the exports"))]
mod cut;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod memory;
#[cfg(test)]
mod tests;
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "called by the exports"))]
mod window;
