//! Time that this thread was on a processor, where the system tells it; else time on the wall. So a
//! busy machine does not blur what is measured.

use std::time::{Duration, Instant};

/// A running clock.
pub struct Clock {
    wall: Instant,
    processor: Option<Duration>,
}

impl Clock {
    /// Starts it.
    pub fn start() -> Self {
        Self { wall: Instant::now(), processor: Self::processor() }
    }

    fn processor() -> Option<Duration> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    }

    /// What it shows.
    pub fn elapsed(&self) -> Duration {
        match (self.processor, Self::processor()) {
            (Some(start), Some(end)) if end > start => end - start,
            _ => self.wall.elapsed(),
        }
    }
}
