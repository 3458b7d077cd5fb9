//! The event loop's alarm: it rings at the time of the earliest timer.
//!
//! On Linux it is a `timerfd`, which came 0.1 to 0.7 ms late here; tokio's own timer, the fallback, counts in whole
//! milliseconds and rounds up twice (its wheel, then epoll), which added up to 1.9 ms to each timer.

#![allow(unsafe_code, reason = "registering a descriptor with tokio's reactor is a promise to keep it open")]

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

pub(crate) use imp::Alarm;

#[cfg(target_os = "linux")]
mod imp {
    use super::{Context, Duration, Poll, io};
    use std::os::fd::OwnedFd;

    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
    use tokio::io::unix::AsyncFd;

    pub(crate) struct Alarm {
        descriptor: AsyncFd<OwnedFd>,
        /// The time that it is set to ring at, on the caller's clock; infinite when it is not set.
        deadline: f64,
    }

    impl Alarm {
        /// Has to be made inside a tokio runtime.
        pub(crate) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let descriptor = rustix::time::timerfd_create(TimerfdClockId::Monotonic, flags)?;
            // SAFETY: the descriptor is owned by the `AsyncFd` and never replaced, so it stays open while registered.
            let descriptor = unsafe { AsyncFd::register(descriptor)? };
            Ok(Self { descriptor, deadline: f64::INFINITY })
        }

        /// Ready once `deadline`, in milliseconds, has come; `now` is the present on the same clock.
        pub(crate) fn poll(&mut self, cx: &mut Context<'_>, deadline: f64, now: f64) -> Poll<()> {
            if deadline == f64::INFINITY {
                return Poll::Pending;
            }
            if self.deadline != deadline && self.set(deadline - now).is_err() {
                return Poll::Ready(());
            }
            self.deadline = deadline;
            while let Poll::Ready(Ok(mut ready)) = self.descriptor.poll_read_ready(cx) {
                let mut rings = [0; 8];
                match rustix::io::read(ready.get_inner(), &mut rings) {
                    Ok(_) => {
                        self.deadline = f64::INFINITY;
                        return Poll::Ready(());
                    }
                    Err(_) => ready.clear_ready(),
                }
            }
            Poll::Pending
        }

        fn set(&self, milliseconds: f64) -> io::Result<()> {
            // Zero would turn it off.
            let wait =
                Duration::from_secs_f64(milliseconds.max(0.000_001) / 1000.0).max(Duration::from_nanos(1));
            let value =
                Timespec { tv_sec: wait.as_secs().cast_signed(), tv_nsec: i64::from(wait.subsec_nanos()) };
            let once = Itimerspec { it_interval: Timespec::default(), it_value: value };
            rustix::time::timerfd_settime(self.descriptor.get_ref(), TimerfdTimerFlags::empty(), &once)?;
            Ok(())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::{Context, Duration, Poll, io};
    use std::future::Future as _;
    use std::pin::Pin;

    pub(crate) struct Alarm {
        sleep: Pin<Box<tokio::time::Sleep>>,
    }

    impl Alarm {
        /// Has to be made inside a tokio runtime.
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self { sleep: Box::pin(tokio::time::sleep(Duration::ZERO)) })
        }

        /// Ready once `deadline`, in milliseconds, has come; `now` is the present on the same clock.
        pub(crate) fn poll(&mut self, cx: &mut Context<'_>, deadline: f64, now: f64) -> Poll<()> {
            if deadline == f64::INFINITY {
                return Poll::Pending;
            }
            let wait = Duration::from_secs_f64((deadline - now).max(0.0) / 1000.0);
            self.sleep.as_mut().reset(tokio::time::Instant::now() + wait);
            self.sleep.as_mut().poll(cx)
        }
    }
}
