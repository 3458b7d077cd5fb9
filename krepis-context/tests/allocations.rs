//! A request that does what requests do takes nothing from the heap, once the pool is warm.
#![allow(clippy::unwrap_used)] // Also in helpers.
#![allow(unsafe_code)] // An allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::task::{Context as Task, Poll, Waker};
use std::time::Duration;

use krepis_context::{Cause, ContextPool, Options};

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
fn requests_do_not_allocate() {
    let pool = ContextPool::new(&Options { contexts: 64, pages: 16, ..Options::default() }).unwrap();
    let mut buffer: Vec<u8> = Vec::with_capacity(64 * 1024);
    let keys: Vec<_> = (0..100).map(|number| format!("field-{number:03}")).collect();
    let mut request = || {
        let context = pool.create().unwrap();
        let headers = [
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ("tracestate", "vendor=value"),
            ("baggage", "user=a,tier=b"),
            ("grpc-timeout", "10S"),
            ("x-request-id", "7"),
        ];
        context.extract(headers).unwrap();
        for (number, key) in keys.iter().enumerate() {
            context.set(key, number as i64).unwrap();
        }
        let child = context.child().unwrap();
        child.set("field-001", "other").unwrap();
        child.shrink_timeout(Duration::from_secs(1));
        assert_eq!(child.entries().count(), 103);
        {
            let mut future = std::pin::pin!(child.cancelled());
            assert_eq!(future.as_mut().poll(&mut Task::from_waker(Waker::noop())), Poll::Pending);
            context.cancel(Cause::ClientGone);
            assert_eq!(future.poll(&mut Task::from_waker(Waker::noop())), Poll::Ready(Cause::ClientGone));
        }
        let mut sent = 0;
        child.inject(|_, value| sent += value.len());
        assert!(sent > 0);
        #[cfg(feature = "flatbuffers")]
        {
            child.encode_flatbuffer(&mut buffer);
            pool.decode_flatbuffer(&buffer, &Default::default()).unwrap();
        }
        #[cfg(feature = "protobuf")]
        {
            child.encode_protobuf(&mut buffer);
            pool.decode_protobuf(&buffer, &Default::default()).unwrap();
        }
        buffer.clear();
    };
    if cfg!(miri) {
        // Not enough to be warm, but each request has been looked at.
        (0..2).for_each(|_| request());
        return;
    }
    // Enough for the list of deadlines to reach its bound and be cleared.
    (0..1_000).for_each(|_| request());
    let before = COUNT.with(Cell::get);
    (0..1_000).for_each(|_| request());
    let allocations = COUNT.with(Cell::get) - before;
    assert_eq!(allocations, 0, "in 1,000 requests");
}
