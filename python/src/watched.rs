//! Work that takes long, done without the interpreter's lock while the caller's thread listens for Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::errors::internal;

/// How often it is asked whether Ctrl-C was pressed.
const TICK: Duration = Duration::from_millis(50);

/// Does `work` on a thread of its own. Meanwhile `tick` is called on this one, several times a second; if it raises, or a
/// signal handler of Python does, `cancel` is raised too, and when the work has ended for that, the exception goes on.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    cancel: &AtomicBool,
    mut tick: impl FnMut(Python<'_>) -> PyResult<()> + Send,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, done) = mpsc::channel();
            scope.spawn(move || sender.send(work()));
            let mut raised = None;
            loop {
                match done.recv_timeout(TICK) {
                    Ok(result) => return raised.map_or(Ok(result), Err),
                    Err(RecvTimeoutError::Timeout) if raised.is_none() => {
                        let ticked = Python::attach(|py| py.check_signals().and_then(|()| tick(py)));
                        if let Err(error) = ticked {
                            cancel.store(true, Ordering::Relaxed);
                            raised = Some(error);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(internal("the work ended without a result"));
                    }
                }
            }
        })
    })
}
