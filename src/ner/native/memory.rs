//! Where the packed weights lie. They are read from end to end for every block of tokens, so that on
//! pages of the usual size the processor looks one up for every 4 KB of them; the more threads
//! read, the more that takes. All layers together fill large pages, which no layer does alone.

use std::ops::{Deref, Range};
use std::sync::Arc;

use memmap2::MmapMut;

/// Each part begins with a line of the processor's cache.
const LINE: usize = 64;

/// Bytes that are written once, alone or in one piece of memory with others.
#[derive(Debug, Clone)]
pub enum Bytes {
    /// Alone.
    Alone(Vec<u8>),
    /// A part of what [`gather`] has put together.
    Part(Arc<MmapMut>, Range<usize>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Alone(bytes) => bytes,
            Self::Part(all, part) => &all[part.clone()],
        }
    }
}

/// Moves all parts into one piece of memory, on large pages where the system gives them. Where it has
/// no such memory, the parts stay as they are.
pub fn gather(parts: &mut [&mut Bytes]) {
    let length = parts.iter().map(|p| p.len().next_multiple_of(LINE)).sum();
    let Ok(mut memory) = MmapMut::map_anon(length) else { return };
    // Advice: a system that does not take it has the same bytes on small pages.
    #[cfg(target_os = "linux")]
    let _ = memory.advise(memmap2::Advice::HugePage);
    let mut start = 0;
    let mut ranges = Vec::with_capacity(parts.len());
    for part in &mut *parts {
        let range = start..start + part.len();
        memory[range.clone()].copy_from_slice(part);
        // Freed at once, so that there is never more than one part twice.
        **part = Bytes::Alone(Vec::new());
        start += range.len().next_multiple_of(LINE);
        ranges.push(range);
    }
    let memory = Arc::new(memory);
    for (part, range) in parts.iter_mut().zip(ranges) {
        **part = Bytes::Part(Arc::clone(&memory), range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathered_parts_hold_what_they_held() {
        let held: Vec<Vec<u8>> =
            [0, 1, 63, 64, 65, 5000].iter().map(|&n| (0..n).map(|i| (i * 7 + n) as u8).collect()).collect();
        let mut parts: Vec<Bytes> = held.iter().cloned().map(Bytes::Alone).collect();
        gather(&mut parts.iter_mut().collect::<Vec<_>>());
        for (part, held) in parts.iter().zip(&held) {
            assert_eq!(**part, **held);
            assert!(part.as_ptr().addr().is_multiple_of(LINE), "at the start of a line");
            assert!(matches!(part, Bytes::Part(..)));
        }
        // Nothing to gather is no error.
        gather(&mut []);
    }
}
