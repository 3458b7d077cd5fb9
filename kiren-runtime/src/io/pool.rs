//! Read and write buffers that go round instead of being allocated.

use std::cell::RefCell;

/// Capacity of a small buffer: what waits on an idle connection where the kernel wants one in advance.
pub const SMALL_LEN_BYTES: usize = 4 * 1024;

/// Capacity of a large buffer: what one read takes in and what responses are gathered in.
pub const LARGE_LEN_BYTES: usize = 64 * 1024;

/// How many unused buffers of each size are kept. 1 MiB of large and 1 MiB of small ones.
const KEPT_LARGE: usize = 16;
const KEPT_SMALL: usize = 256;

/// A bounded stock of empty buffers. The one returned last is handed out first, since it is still in the cache.
///
/// A buffer is a `Vec<u8>` of length 0: dropping one instead of returning it is no leak, and one that grew is
/// dropped by [`give`](Self::give).
#[derive(Debug, Default)]
pub struct BufferPool {
    small: RefCell<Vec<Vec<u8>>>,
    large: RefCell<Vec<Vec<u8>>>,
}

impl BufferPool {
    /// An empty pool.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty buffer of [`SMALL_LEN_BYTES`] capacity.
    pub fn take_small(&self) -> Vec<u8> {
        self.small.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(SMALL_LEN_BYTES))
    }

    /// An empty buffer of [`LARGE_LEN_BYTES`] capacity.
    pub fn take_large(&self) -> Vec<u8> {
        self.large.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(LARGE_LEN_BYTES))
    }

    /// Takes a buffer back; one of another capacity, or one too many, is freed.
    pub fn give(&self, mut buffer: Vec<u8>) {
        let (stock, kept) = match buffer.capacity() {
            SMALL_LEN_BYTES => (&self.small, KEPT_SMALL),
            LARGE_LEN_BYTES => (&self.large, KEPT_LARGE),
            _ => return,
        };
        let mut stock = stock.borrow_mut();
        if stock.len() < kept {
            buffer.clear();
            stock.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_returned_buffer_is_handed_out_empty() {
        let pool = BufferPool::new();
        let mut buffer = pool.take_large();
        buffer.extend_from_slice(b"left over");
        let address = buffer.as_ptr();
        pool.give(buffer);
        let again = pool.take_large();
        assert_eq!((again.as_ptr(), again.len()), (address, 0));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let pool = BufferPool::new();
        for _ in 0..KEPT_LARGE + 5 {
            pool.give(Vec::with_capacity(LARGE_LEN_BYTES));
            pool.give(Vec::with_capacity(LARGE_LEN_BYTES + 1));
        }
        assert_eq!(pool.large.borrow().len(), KEPT_LARGE);
        assert_eq!(pool.small.borrow().len(), 0);
    }
}
