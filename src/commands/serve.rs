//! `krepis serve`.

use std::process::ExitCode;

use crate::args::{Options, Serve};

pub(crate) fn serve(_options: &Options, _serve: &Serve) -> ExitCode {
    ExitCode::FAILURE
}
