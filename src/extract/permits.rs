//! How many may work at a time: set from outside, also meanwhile.

use std::sync::{Condvar, Mutex, PoisonError};

use super::locked;

/// Leave to work, for so many at a time.
pub(super) struct Permits {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    allowed: usize,
    taken: usize,
    /// So many wait for one. Where nobody does, nobody is woken, for which the system would have to be called.
    waiting: usize,
}

impl Permits {
    /// For `allowed` at a time, but at least one.
    pub(super) fn new(allowed: usize) -> Self {
        Self { state: Mutex::new(State { allowed: allowed.max(1), taken: 0, waiting: 0 }), freed: Condvar::new() }
    }

    /// From now on for `allowed` at a time.
    pub(super) fn grant(&self, allowed: usize) {
        locked(&self.state).allowed = allowed.max(1);
        self.freed.notify_all();
    }

    /// How many there are.
    pub(super) fn allowed(&self) -> usize {
        locked(&self.state).allowed
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        locked(&self.state).taken
    }

    /// Waits for one. It is given back when the result is dropped.
    pub(super) fn take(&self) -> Permit<'_> {
        let mut state = locked(&self.state);
        state.waiting += 1;
        let waits = |state: &mut State| state.taken >= state.allowed;
        let mut state = self.freed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state.taken += 1;
        Permit(self)
    }
}

/// One that is taken.
pub(super) struct Permit<'a>(&'a Permits);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.0.state);
        state.taken -= 1;
        if state.waiting > 0 {
            self.0.freed.notify_one();
        }
    }
}
