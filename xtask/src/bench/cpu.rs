//! Which core runs what. A process inherits the cores of the thread that starts it, so pinning costs it nothing.

/// Two cores, when there are two: one for what is measured, one for what drives it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pinning {
    cores: Option<(usize, usize)>,
}

impl Pinning {
    /// The last core that this process may use for what is measured (the first serves most interrupts), the first for the driver.
    pub(crate) fn detect(wanted: bool) -> Self {
        let cores = allowed();
        let pair = match cores.as_slice() {
            [first, .., last] if wanted => Some((*last, *first)),
            _ => None,
        };
        Self { cores: pair }
    }

    /// Runs `start` on the core for what is measured, and leaves the calling thread on the driver's.
    pub(crate) fn measured<T>(self, start: impl FnOnce() -> T) -> T {
        let Some((measured, driver)) = self.cores else { return start() };
        pin(measured);
        let started = start();
        pin(driver);
        started
    }

    pub(crate) fn describe(self) -> String {
        match self.cores {
            Some((measured, driver)) => format!("measured on core {measured}, driven from core {driver}"),
            None => "not pinned".to_owned(),
        }
    }
}

#[cfg(target_os = "linux")]
fn allowed() -> Vec<usize> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None).unwrap_or_default();
    (0..CpuSet::MAX_CPU).filter(|&core| set.is_set(core)).collect()
}

/// Best effort: where the kernel refuses, the figures are noisier and still figures.
#[cfg(target_os = "linux")]
fn pin(core: usize) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    set.set(core);
    let _ = sched_setaffinity(None, &set);
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Vec<usize> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn pin(_: usize) {}
