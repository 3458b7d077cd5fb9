//! What the current thread is making, innermost first: the path of an error, and the way to see a cycle.

use std::cell::Cell;
use std::ptr;

use crate::shared::Shared;

#[cfg(not(loom))]
thread_local! {
    static CURRENT: Cell<*const Frame> = const { Cell::new(ptr::null()) };
}

#[cfg(loom)]
loom::thread_local! {
    static CURRENT: Cell<*const Frame> = Cell::new(ptr::null());
}

#[inline]
fn current() -> *const Frame {
    CURRENT.with(Cell::get)
}

/// One instance in the making. Aligned, because [`Once`](crate::once::Once) keeps its state in the low bits of the address.
#[repr(align(8))]
pub(crate) struct Frame {
    shared: *const Shared,
    node: u32,
    /// How many frames are below.
    depth: Cell<u32>,
    /// The frame below, while this one is current: it belongs to a caller that has not returned.
    parent: Cell<*const Frame>,
}

// SAFETY: the pointers are followed only by the thread on which the frame is current, which is the thread that runs
// the code whose references they were.
unsafe impl Send for Frame {}
// SAFETY: as above; `parent` is written only when the frame is entered and left.
unsafe impl Sync for Frame {}

impl Frame {
    pub(crate) fn new(shared: &Shared, node: u32) -> Self {
        Self { shared, node, depth: Cell::new(0), parent: Cell::new(ptr::null()) }
    }

    /// Its address: unique among the frames that live.
    pub(crate) fn address(&self) -> usize {
        ptr::from_ref(self) as usize
    }

    /// Runs `make` with this frame on top.
    #[inline]
    pub(crate) fn enter<R>(&self, make: impl FnOnce() -> R) -> R {
        struct Leave(*const Frame);
        impl Drop for Leave {
            fn drop(&mut self) {
                CURRENT.with(|current| current.set(self.0));
            }
        }
        let parent = CURRENT.with(|current| current.replace(self));
        self.parent.set(parent);
        // SAFETY: the current frame belongs to a caller that has not returned.
        self.depth.set(unsafe { parent.as_ref() }.map_or(0, |parent| parent.depth.get() + 1));
        let _leave = Leave(parent);
        make()
    }
}

/// More instances than this are not made one for the other: the stack would end.
pub(crate) const DEEPEST: u32 = 256;

/// How many frames there are.
#[inline]
pub(crate) fn depth() -> u32 {
    // SAFETY: the current frame belongs to a caller that has not returned.
    unsafe { current().as_ref() }.map_or(0, |frame| frame.depth.get() + 1)
}

/// The addresses of the frames, innermost first.
pub(crate) fn addresses() -> Vec<usize> {
    frames().map(Frame::address).collect()
}

/// Whether the innermost frame, which is one of `node`, has another one of it below.
pub(crate) fn recurs(shared: &Shared, node: u32) -> bool {
    frames().skip(1).any(|frame| ptr::eq(frame.shared, shared) && frame.node == node)
}

/// The services in the making from the nearest one of `node` to the innermost, then `node` again; without the `entered`
/// innermost frames, which are of that one.
pub(crate) fn cycle(shared: &Shared, node: u32, entered: usize) -> Vec<String> {
    let mut path = vec![shared.name(node)];
    for frame in frames().skip(entered) {
        // SAFETY: a frame is entered under a reference to its container's state.
        path.push(unsafe { &*frame.shared }.name(frame.node));
        if ptr::eq(frame.shared, shared) && frame.node == node {
            break;
        }
    }
    path.reverse();
    path
}

fn frames<'a>() -> impl Iterator<Item = &'a Frame> {
    let mut at = current();
    std::iter::from_fn(move || {
        // SAFETY: frames below the current one belong to callers that have not returned.
        let frame = unsafe { at.as_ref() }?;
        at = frame.parent.get();
        Some(frame)
    })
}
