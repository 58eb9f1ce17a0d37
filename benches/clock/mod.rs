//! Time that this thread was on a processor, where the system tells it; else time on the wall. So a
//! busy machine does not blur what is measured.

use std::time::Duration;

/// A running clock.
pub struct Clock(Duration);

impl Clock {
    /// Starts it.
    pub fn start() -> Self {
        Self(now())
    }

    /// What it shows.
    pub fn elapsed(&self) -> Duration {
        now() - self.0
    }
}

#[cfg(unix)]
fn now() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

#[cfg(not(unix))]
fn now() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
