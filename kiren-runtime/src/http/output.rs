//! What waits to be written on a connection.

use std::collections::VecDeque;

use crate::io::BufferPool;

/// From this size on a body goes out from its own buffer instead of being copied behind its head.
const COPY_LIMIT_LEN_BYTES: usize = 32 * 1024;

/// A queue of buffers, of which the last one is appended to.
#[derive(Debug, Default)]
pub(super) struct Output {
    ready: VecDeque<Vec<u8>>,
    tail: Vec<u8>,
    /// Bytes in `ready`.
    ready_len_bytes: usize,
}

impl Output {
    pub(super) fn len_bytes(&self) -> usize {
        self.ready_len_bytes + self.tail.len()
    }

    /// The buffer to append to.
    pub(super) fn tail(&mut self, pool: &BufferPool) -> &mut Vec<u8> {
        if self.tail.capacity() == 0 {
            self.tail = pool.take_large();
        }
        &mut self.tail
    }

    /// Appends a buffer, without a copy where that pays.
    pub(super) fn push(&mut self, bytes: Vec<u8>, pool: &BufferPool) {
        if bytes.len() < COPY_LIMIT_LEN_BYTES {
            self.tail(pool).extend_from_slice(&bytes);
            return;
        }
        if !self.tail.is_empty() {
            self.enqueue_tail();
        }
        self.ready_len_bytes += bytes.len();
        self.ready.push_back(bytes);
    }

    /// The next buffer to write.
    pub(super) fn pop(&mut self) -> Option<Vec<u8>> {
        if let Some(bytes) = self.ready.pop_front() {
            self.ready_len_bytes -= bytes.len();
            return Some(bytes);
        }
        if self.tail.is_empty() { None } else { Some(std::mem::take(&mut self.tail)) }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn enqueue_tail(&mut self) {
        let tail = std::mem::take(&mut self.tail);
        self.ready_len_bytes += tail.len();
        self.ready.push_back(tail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_between_copied_and_owned_buffers() {
        let pool = BufferPool::new();
        let mut output = Output::default();
        output.tail(&pool).extend_from_slice(b"head");
        output.push(vec![1; 10], &pool);
        output.push(vec![2; COPY_LIMIT_LEN_BYTES], &pool);
        output.tail(&pool).extend_from_slice(b"end");
        assert_eq!(output.len_bytes(), 4 + 10 + COPY_LIMIT_LEN_BYTES + 3);
        assert_eq!(output.pop().unwrap().len(), 14);
        assert_eq!(output.pop().unwrap(), vec![2; COPY_LIMIT_LEN_BYTES]);
        assert_eq!(output.pop().unwrap(), b"end");
        assert_eq!((output.pop(), output.len_bytes()), (None, 0));
    }
}
