//! How many may work at a time: set from outside, also meanwhile.

use std::sync::{Condvar, Mutex, PoisonError};

use super::locked;

/// Leave to work, for so many at a time.
pub(super) struct Permits {
    /// Allowed, and taken.
    state: Mutex<(usize, usize)>,
    freed: Condvar,
}

impl Permits {
    /// For `allowed` at a time, but at least one.
    pub(super) fn new(allowed: usize) -> Self {
        Self { state: Mutex::new((allowed.max(1), 0)), freed: Condvar::new() }
    }

    /// From now on for `allowed` at a time.
    pub(super) fn grant(&self, allowed: usize) {
        locked(&self.state).0 = allowed.max(1);
        self.freed.notify_all();
    }

    /// How many there are.
    pub(super) fn allowed(&self) -> usize {
        locked(&self.state).0
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        locked(&self.state).1
    }

    /// Waits for one. It is given back when the result is dropped.
    pub(super) fn take(&self) -> Permit<'_> {
        let state = locked(&self.state);
        let waits = |(allowed, taken): &mut (usize, usize)| taken >= allowed;
        let mut state = self.freed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        state.1 += 1;
        Permit(self)
    }
}

/// One that is taken.
pub(super) struct Permit<'a>(&'a Permits);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).1 -= 1;
        self.0.freed.notify_one();
    }
}
