#![doc = include_str!("../README.md")]
#![deny(unsafe_code)] // Allowed in `kernel::body`, and at one `impl` of `kernel::error`.

mod address;
mod affix;
mod constraint;
mod dynamic;
mod error;
mod index;
pub mod kernel;
#[cfg(feature = "nats")]
pub mod nats;
mod options;
mod overlap;
mod params;
mod pattern;
mod percent;
mod plan;
mod print;
mod router;
mod search;
mod shared;
mod table;
mod word;

pub use address::Address;
pub use error::{AddressError, ConstraintError, InsertError, MergeError, PatternError, PatternErrorKind};
pub use options::{Options, TrailingSlash};
pub use overlap::Overlap;
pub use params::{Match, Params};
pub use pattern::{MAX_CAPTURES, MAX_SEGMENT_PARAMETERS, MAX_SEGMENTS, Pattern, Piece, Segment};
pub use plan::{Plan, PlanDynamic, PlanNode, PlanParameter, PlanRoute, Target};
pub use print::Tree;
pub use router::Router;
pub use shared::{Reader, SharedRouter, Snapshot};
