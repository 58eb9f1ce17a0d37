//! Time that this thread was on a processor, so that a busy machine does not blur what is measured.

use std::time::Duration;

use cpu_time::ThreadTime;

/// A running clock.
pub struct Clock(ThreadTime);

impl Clock {
    /// Starts it.
    pub fn start() -> Self {
        Self(ThreadTime::now())
    }

    /// What it shows.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
