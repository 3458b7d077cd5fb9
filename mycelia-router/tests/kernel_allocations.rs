//! After a first time, messages take nothing from the heap.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![allow(unsafe_code)] // An allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use mycelia_router::kernel::{Body, Kernel, Message, Options, Priority};

struct Counting;

thread_local!(static COUNT: Cell<usize> = const { Cell::new(0) });

// SAFETY: `System` does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn messages_do_not_allocate() {
    let kernel = Kernel::new();
    let options = Options { concurrency: 4, ..Options::default() };
    let subsystem = kernel.subsystem_with("s", options).unwrap();
    subsystem
        .on("sum", |message: &mut Message| {
            let [a, b, c] = message.take::<[u64; 3]>().unwrap();
            Body::new(a + b + c)
        })
        .unwrap()
        .on("users/{id}/name", |message: &mut Message| {
            assert_eq!(message.param("id"), Some("a-number-of-some-length-17"));
        })
        .unwrap()
        .on_async("later", |mut message: Message| async move { Body::new(message.take::<u64>().unwrap()) })
        .unwrap()
        .on_async("yields", |_: Message| async {
            let mut first = true;
            std::future::poll_fn(move |task| {
                if std::mem::take(&mut first) {
                    task.waker().wake_by_ref();
                    return std::task::Poll::Pending;
                }
                std::task::Poll::Ready(())
            })
            .await;
        })
        .unwrap();
    let target = kernel.target("s://sum").unwrap();
    let round = || {
        for number in 0..20_u64 {
            target.send([number, 1, 2]).unwrap();
            kernel.send("s://sum", [number, 1, 2]).unwrap();
            kernel.send("s://users/a-number-of-some-length-17/name", ()).unwrap();
            kernel.message("s://later", number).key(number).priority(Priority::High).send().unwrap();
            kernel.send("s://yields", ()).unwrap();
        }
        target.send_batch((0..100_u64).map(|number| [number, 0, 0])).unwrap();
        kernel.run_until_idle();
        let answer = kernel.message("s://sum", [1_u64, 2, 3]).timeout(Duration::from_secs(60)).ask();
        kernel.run_until_idle();
        let answer = std::pin::pin!(answer);
        let mut task = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Ok(sum)) = answer.poll(&mut task) else { panic!("no answer") };
        assert_eq!(sum.get::<u64>(), Some(&6));
    };
    // Texts move through slots and workers' hands, and each of those places keeps the memory of one.
    (0..200).for_each(|_| round());
    let before = COUNT.with(Cell::get);
    (0..100).for_each(|_| round());
    assert_eq!(COUNT.with(Cell::get) - before, 0, "in 100 rounds");
}
