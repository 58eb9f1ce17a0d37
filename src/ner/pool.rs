//! Memory (or whole engines) that threads take out, use and put back, so that nothing is made twice
//! that is not used twice at the same time.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Things of which each is used by one thread at a time.
#[derive(Debug)]
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Pool<T> {
    /// A poisoned lock is as good as any: only whole things are put back.
    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one out, if there is one.
    pub fn take(&self) -> Option<T> {
        self.lock().pop()
    }

    /// Puts one back.
    pub fn put(&self, thing: T) {
        self.lock().push(thing);
    }
}
