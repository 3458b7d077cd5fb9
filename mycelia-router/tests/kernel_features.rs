//! The kernel with `krepis-context` and tokio: `cargo test -p mycelia-router --features context,tokio`.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use krepis_context::{Cause, Context, ContextPool, Options};
use mycelia_router::kernel::{AskError, Body, Kernel, Message, Reason};

/// A kernel whose `s://tenant` tells the tenant of the request that it works for, twice: from the message, and from where it is
/// called.
fn tenants() -> (Kernel, ContextPool) {
    fn tenant(context: Option<&Context>) -> String {
        context.and_then(|context| context.get_str("tenant")).unwrap_or("-").to_owned()
    }
    let kernel = Kernel::new();
    let subsystem = kernel.subsystem("s").unwrap();
    subsystem
        .on("tenant", |message: &mut Message| {
            Body::new([tenant(message.context()), tenant(Context::current().as_ref())].concat())
        })
        .unwrap()
        .on_async("later", |message: Message| async move {
            let before = tenant(Context::current().as_ref());
            let mut first = true;
            std::future::poll_fn(|task| {
                task.waker().wake_by_ref();
                if std::mem::take(&mut first) { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
            })
            .await;
            Body::new([before, tenant(message.context()), tenant(Context::current().as_ref())].concat())
        })
        .unwrap();
    let weak = kernel.downgrade();
    subsystem
        .on("pass-on", move |_: &mut Message| {
            let answer = weak.upgrade().unwrap().ask("t://tenant", ()).wait()?;
            Ok::<_, AskError>(answer)
        })
        .unwrap();
    kernel
        .subsystem("t")
        .unwrap()
        .on("tenant", |message: &mut Message| Body::new(tenant(message.context())))
        .unwrap();
    (kernel, ContextPool::new(&Options::default()).unwrap())
}

fn ask(kernel: &Kernel, address: &str) -> String {
    kernel.ask(address, ()).wait().unwrap().take::<String>().unwrap()
}

#[test]
fn a_message_belongs_to_the_request_that_it_is_sent_for() {
    let (kernel, pool) = tenants();
    assert_eq!(ask(&kernel, "s://tenant"), "--");
    let context = pool.create().unwrap();
    context.set("tenant", "a").unwrap();
    context.run(|| {
        assert_eq!(ask(&kernel, "s://tenant"), "aa");
        assert_eq!(ask(&kernel, "s://later"), "aaa");
        assert_eq!(ask(&kernel, "s://pass-on"), "a");
    });
    let other = pool.create().unwrap();
    other.set("tenant", "b").unwrap();
    let answer = context.run(|| kernel.message("s://tenant", ()).context(other).ask());
    assert_eq!(answer.wait().unwrap().take::<String>().unwrap(), "bb");
    assert_eq!(kernel.send_batch("s://tenant", [(), ()]).unwrap(), 2);
    kernel.run_until_idle();
    drop(context);
    assert_eq!(pool.statistics().in_use, 0, "messages that are over keep no context");
}

#[test]
fn a_request_that_is_over_has_no_more_messages() {
    let (kernel, pool) = tenants();
    let reasons = |kernel: &Kernel| {
        kernel.run_until_idle();
        kernel.take_dead_letters().into_iter().map(|letter| letter.reason).collect::<Vec<_>>()
    };
    let context = pool.create().unwrap();
    let asked = kernel.message("s://tenant", ()).context(context.clone()).ask();
    context.cancel(Cause::ClientGone);
    assert!(matches!(reasons(&kernel)[..], [Reason::Cancelled]));
    assert!(matches!(asked.wait(), Err(AskError::Lost(Reason::Cancelled))));
    let late = pool.create().unwrap();
    late.shrink_timeout(Duration::ZERO);
    kernel.message("s://tenant", ()).context(late).send().unwrap();
    assert!(matches!(reasons(&kernel)[..], [Reason::Expired]));
}

#[test]
fn tokio_drives_a_kernel() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (kernel, _) = tenants();
    let (send, receive) = mpsc::channel();
    let send = std::sync::Mutex::new(send);
    kernel
        .get("s")
        .unwrap()
        .on("late", move |_: &mut Message| send.lock().unwrap().send(()).unwrap())
        .unwrap();
    runtime.block_on(async {
        let driven = kernel.clone();
        let driver = tokio::spawn(async move { driven.drive().await });
        assert_eq!(kernel.ask("s://tenant", ()).await.unwrap().take::<String>().unwrap(), "--");
        kernel.message("s://late", ()).at(Instant::now() + Duration::from_millis(2)).send().unwrap();
        let never = kernel
            .message("s://late", ())
            .after(Duration::from_secs(3600))
            .timeout(Duration::from_millis(1))
            .ask();
        assert!(matches!(never.await, Err(AskError::TimedOut)));
        kernel.idle().await;
        receive.try_recv().unwrap();
        kernel.shutdown();
        driver.await.unwrap();
    });
}
