//! The event loop: timers, immediates, finished operations, until nothing is left that keeps the program alive.
//!
//! A program that never waits does not pay for it: the I/O runtime is made the first time there is something to wait for.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::alarm::Alarm;
use crate::io;
use crate::realm::Realm;

/// How often V8's own background work (compiling WebAssembly, say) is looked at while it is under way.
const BACKGROUND_POLL: Duration = Duration::from_millis(1);

/// What a turn of the loop found.
enum Turn {
    /// Nothing keeps the program alive, or it was stopped.
    Done,
    /// There is more to do at once.
    Again,
    /// Nothing to do before this time, in milliseconds of the realm's clock, or before a task wakes the loop.
    Wait(f64),
}

/// Runs until the program has nothing left to do, or is stopped.
pub(crate) fn run(realm: &Rc<Realm>) {
    loop {
        match turn(realm) {
            // An operation under way needs the I/O runtime, also of a program that always has immediates.
            Turn::Again if realm.state.early.borrow().is_empty() => {}
            Turn::Done if realm.stop.borrow().is_some() || !before_exit(realm) => return,
            Turn::Done => {}
            Turn::Again | Turn::Wait(_) => break,
        }
    }
    if let Err(reason) = drive(realm, &mut None, |cx, alarm| poll(realm, cx, alarm)) {
        realm.fail(&format!("Error: {reason}"));
    }
}

/// Turns the loop until `ready` is; `None` once nothing is left to do, or the program was stopped.
///
/// # Errors
/// When the loop cannot start: a sentence that says why.
pub(crate) fn run_until<T>(
    realm: &Rc<Realm>,
    runtime: &mut Option<io::Runtime>,
    mut ready: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Result<Option<T>, String> {
    drive(realm, runtime, |cx, alarm| {
        keep_waker(realm, cx);
        loop {
            if let Poll::Ready(done) = ready(cx) {
                return Poll::Ready(Pace::End(Some(done)));
            }
            match turn(realm) {
                Turn::Done if realm.stop.borrow().is_some() || realm.is_terminating() => {
                    return Poll::Ready(Pace::End(None));
                }
                // The last turn may have been what `ready` was waiting for.
                Turn::Done => {
                    let done = match ready(cx) {
                        Poll::Ready(done) => Some(done),
                        Poll::Pending => None,
                    };
                    return Poll::Ready(Pace::End(done));
                }
                Turn::Again => return Poll::Ready(Pace::Go),
                Turn::Wait(deadline) if alarm.poll(cx, deadline, realm.now_ms()).is_pending() => {
                    return ready(cx).map(|done| Pace::End(Some(done)));
                }
                Turn::Wait(_) => {}
            }
        }
    })
}

/// Whether the loop goes on.
enum Pace<T> {
    /// After operations and tasks had their chance.
    Go,
    End(T),
}

/// Polls `poll` on the I/O runtime, which is made if there is none yet, until it ends.
fn drive<T>(
    realm: &Rc<Realm>,
    runtime: &mut Option<io::Runtime>,
    mut poll: impl FnMut(&mut Context<'_>, &mut Alarm) -> Poll<Pace<T>>,
) -> Result<T, String> {
    let runtime = match runtime {
        Some(runtime) => runtime,
        None => runtime.insert(start_io(realm)?),
    };
    let result = runtime.block_on(async {
        realm.state.running.set(true);
        for task in realm.state.early.take() {
            tokio::task::spawn_local(task);
        }
        let mut alarm = Alarm::new().map_err(|error| format!("the event loop has no timer: {error}"))?;
        let result = loop {
            match poll_fn(|cx| poll(cx, &mut alarm)).await {
                Pace::Go => io::turn().await,
                Pace::End(result) => break Ok(result),
            }
        };
        realm.state.running.set(false);
        result
    });
    realm.state.waker.take();
    result
}

/// The loop's I/O runtime, on the driver that was asked for, else on the best one that can be had.
fn start_io(realm: &Realm) -> Result<io::Runtime, String> {
    let driver = match realm.options.driver {
        Some(driver) => driver,
        None => io::select().map_err(|error| error.to_string())?.driver,
    };
    io::Runtime::new(driver)
        .map_err(|error| format!("the event loop cannot start on the driver {driver}: {error}"))
}

fn poll(realm: &Rc<Realm>, cx: &mut Context<'_>, alarm: &mut Alarm) -> Poll<Pace<()>> {
    keep_waker(realm, cx);
    loop {
        match turn(realm) {
            Turn::Done if realm.stop.borrow().is_some() || !before_exit(realm) => {
                return Poll::Ready(Pace::End(()));
            }
            Turn::Done => {}
            Turn::Again => return Poll::Ready(Pace::Go),
            Turn::Wait(deadline) if alarm.poll(cx, deadline, realm.now_ms()).is_pending() => {
                return Poll::Pending;
            }
            Turn::Wait(_) => {}
        }
    }
}

fn keep_waker(realm: &Realm, cx: &Context<'_>) {
    if !realm.state.waker.borrow().as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
        *realm.state.waker.borrow_mut() = Some(cx.waker().clone());
    }
}

/// Whether listeners of `beforeExit` gave the program something to do.
fn before_exit(realm: &Rc<Realm>) -> bool {
    realm.enter(|scope| {
        realm.call_host(scope, "beforeExit", &[]);
        realm.drain(scope);
    });
    realm.stop.borrow().is_none() && is_alive(realm)
}

fn is_alive(realm: &Realm) -> bool {
    let state = &realm.state;
    state.active.get() > 0 || state.timers_referenced.get() || state.immediates_referenced.get()
}

fn turn(realm: &Rc<Realm>) -> Turn {
    let state = &realm.state;
    state.changed.set(false);
    state.callbacks.set(0);
    if realm.stop.borrow().is_some() {
        return Turn::Done;
    }
    let background = realm.enter(|scope| {
        if state.next_timer.get() <= realm.now_ms() {
            let now = v8::Number::new(scope, realm.now_ms()).into();
            realm.call_host(scope, "runTimers", &[now]);
            realm.drain(scope);
        }
        if state.immediates_waiting.get() && realm.stop.borrow().is_none() {
            realm.call_host(scope, "runImmediates", &[]);
            realm.drain(scope);
        }
        let platform = v8::V8::get_current_platform();
        while realm.stop.borrow().is_none() && v8::Platform::pump_message_loop(&platform, scope, false) {
            realm.drain(scope);
        }
        scope.has_pending_background_tasks()
    });
    let deadline = state.next_timer.get();
    if realm.stop.borrow().is_some() || realm.is_terminating() {
        Turn::Done
    } else if state.immediates_waiting.get() && is_alive(realm)
        || deadline <= realm.now_ms() && is_alive(realm)
    {
        Turn::Again
    } else if background {
        realm.output.flush();
        Turn::Wait(deadline.min(realm.now_ms() + BACKGROUND_POLL.as_secs_f64() * 1000.0))
    } else if !is_alive(realm) {
        Turn::Done
    } else {
        realm.output.flush();
        Turn::Wait(deadline)
    }
}
