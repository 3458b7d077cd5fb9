//! A match takes nothing from the heap.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use mycelia_router::{Options, Router, SharedRouter, TrailingSlash};

#[global_allocator]
static COUNTING: Counting = Counting;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

#[allow(unsafe_code)] // An allocator that counts is an allocator.
// SAFETY: everything is done by the allocator of the system.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

const PATTERNS: [&str; 12] = [
    "/",
    "/a/static/path",
    "/users/{id}",
    "/users/{id:int}/posts",
    "/users/{id}/posts/{post?}",
    "/files/{name}.{ext}",
    "/dates/{y:uint}-{m:uint}-{d:uint}",
    "/static/*rest",
    "/repos/*path/blob/{ref}/*file",
    "/*a/x/*b/y/{c}",
    "orders://{id}/rename",
    "/long/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}",
];

const PATHS: [&str; 16] = [
    "/",
    "/a/static/path",
    "/users/%61bc",
    "/users/7/posts",
    "/Users/x/POSTS/9/",
    "/files/archive.tar.gz",
    "/dates/2026-11-21",
    "/dates/2026-11-x",
    "/static/a/b/c",
    "/repos/a/b/blob/main/c/d",
    "/1/2/x/3/4/y/5",
    "/x/x/x/y/y/y",
    "orders://7/rename",
    "/long/1/2/3/4/5/6/7/8/9/10/11/12",
    "/nothing/here",
    "/caf%C3%A9/%zz",
];

#[test]
fn a_match_takes_nothing_from_the_heap() {
    for options in [
        Options::default(),
        Options::default().ignore_case(true).trailing_slash(TrailingSlash::Ignore).percent_decoding(true),
    ] {
        let mut router = Router::with_options(options);
        PATTERNS.iter().for_each(|pattern| router.insert(pattern, ()).expect("they go together"));
        let shared = SharedRouter::new(router.clone());
        let mut reader = shared.reader();
        router.compile();
        let mut round = || {
            let mut bytes = 0;
            for path in PATHS {
                let found =
                    [router.at(path), shared.load().at(path).map(|_| router.at(path)).unwrap_or(None)];
                for found in found.into_iter().flatten() {
                    bytes += found.params.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>();
                }
                bytes += usize::from(reader.router().at(path).is_some());
            }
            bytes
        };
        // Decoding keeps one buffer for each thread; so do readers what they know.
        let expected = round();
        let before = COUNT.get();
        assert_eq!(round(), expected);
        assert_eq!(COUNT.get() - before, 0);
    }
}
