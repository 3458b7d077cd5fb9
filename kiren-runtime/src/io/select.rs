//! Which driver runs, and why.

use std::{env, ffi::OsString, fmt, io};

/// The two ways in which operations reach the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// `io_uring` on Linux, through tokio-uring.
    Uring,
    /// Readiness through tokio: epoll, kqueue or IOCP.
    Portable,
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uring => "uring",
            Self::Portable => "portable",
        })
    }
}

/// The driver that was chosen, and the reason in words for people (`krepis info` shows it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The driver to start a [`Runtime`](super::Runtime) with.
    pub driver: Driver,
    /// Why it is this one.
    pub reason: String,
}

/// `KREPIS_IO` asks for something that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// A name that is not a driver.
    #[error("KREPIS_IO is {found:?}, expected \"uring\" or \"portable\"; unset it to let krepis choose")]
    Unknown {
        /// What the variable held.
        found: OsString,
    },
    /// `uring` was asked for and this system refuses it.
    #[error("KREPIS_IO=uring cannot be had here: {reason}; unset it or set KREPIS_IO=portable")]
    Unavailable {
        /// What the probe found.
        reason: String,
        /// The refused system call, where it was one.
        #[source]
        source: Option<io::Error>,
    },
}

/// Chooses a driver: the one that the variable `KREPIS_IO` names, else `uring` where a probe of the set-up and of the
/// opcodes succeeds, else `portable`.
///
/// # Errors
/// Only when `KREPIS_IO` is set: to an unknown name, or to `uring` where it cannot be had.
pub fn select() -> Result<Selection, SelectError> {
    choose(env::var_os("KREPIS_IO"), probe)
}

/// Why a probe failed: a sentence and the system call's error.
struct Refusal {
    reason: String,
    source: Option<io::Error>,
}

fn choose(
    wanted: Option<OsString>,
    probe: impl FnOnce() -> Result<(), Refusal>,
) -> Result<Selection, SelectError> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else {
        return Ok(match probe() {
            Ok(()) => {
                Selection { driver: Driver::Uring, reason: "io_uring answers and knows all opcodes".into() }
            }
            Err(refusal) => Selection { driver: Driver::Portable, reason: refusal.reason },
        });
    };
    match wanted.to_str() {
        Some("portable") => {
            Ok(Selection { driver: Driver::Portable, reason: "forced by KREPIS_IO=portable".into() })
        }
        Some("uring") => match probe() {
            Ok(()) => Ok(Selection { driver: Driver::Uring, reason: "forced by KREPIS_IO=uring".into() }),
            Err(Refusal { reason, source }) => Err(SelectError::Unavailable { reason, source }),
        },
        _ => Err(SelectError::Unknown { found: wanted }),
    }
}

#[cfg(target_os = "linux")]
fn probe() -> Result<(), Refusal> {
    use io_uring::{IoUring, Probe, opcode};

    let ring = IoUring::new(8).map_err(|error| {
        let cause = match error.raw_os_error() {
            Some(libc::EPERM) => "is not permitted (seccomp filter or kernel.io_uring_disabled)",
            Some(libc::ENOSYS) => "is not in this kernel or is filtered",
            Some(libc::ENOMEM) => "is out of locked memory (ulimit -l)",
            _ => "failed",
        };
        Refusal { reason: format!("io_uring_setup {cause}: {error}"), source: Some(error) }
    })?;
    let mut known = Probe::new();
    ring.submitter().register_probe(&mut known).map_err(|error| Refusal {
        reason: format!("io_uring cannot be asked for its opcodes: {error}"),
        source: Some(error),
    })?;
    let needed = [
        ("accept", opcode::Accept::CODE),
        ("connect", opcode::Connect::CODE),
        ("read", opcode::Read::CODE),
        ("write", opcode::Write::CODE),
        ("async cancel", opcode::AsyncCancel::CODE),
    ];
    match needed.iter().find(|(_, code)| !known.is_supported(*code)) {
        Some((name, _)) => Err(Refusal { reason: format!("io_uring lacks the opcode {name}"), source: None }),
        None if !ring.params().is_feature_fast_poll() => {
            Err(Refusal { reason: "io_uring lacks fast poll (Linux before 5.7)".into(), source: None })
        }
        None => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn probe() -> Result<(), Refusal> {
    Err(Refusal { reason: "io_uring exists on Linux only".into(), source: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse() -> Result<(), Refusal> {
        Err(Refusal { reason: "io_uring_setup is not permitted".into(), source: None })
    }

    #[test]
    fn a_successful_probe_chooses_uring() {
        assert_eq!(choose(None, || Ok(())).unwrap().driver, Driver::Uring);
        assert_eq!(choose(Some("".into()), || Ok(())).unwrap().driver, Driver::Uring);
    }

    #[test]
    fn a_refused_ring_falls_back_and_keeps_the_reason() {
        let selection = choose(None, refuse).unwrap();
        assert_eq!(selection.driver, Driver::Portable);
        assert_eq!(selection.reason, "io_uring_setup is not permitted");
    }

    #[test]
    fn the_variable_forces_a_driver() {
        assert_eq!(choose(Some("portable".into()), || Ok(())).unwrap().driver, Driver::Portable);
        assert_eq!(choose(Some("uring".into()), || Ok(())).unwrap().driver, Driver::Uring);
    }

    #[test]
    fn forcing_what_cannot_be_had_says_why() {
        let error = choose(Some("uring".into()), refuse).unwrap_err().to_string();
        assert!(error.contains("not permitted") && error.contains("KREPIS_IO=portable"), "{error}");
        let error = choose(Some("epoll".into()), || Ok(())).unwrap_err().to_string();
        assert!(error.contains("\"epoll\"") && error.contains("\"uring\""), "{error}");
    }
}
