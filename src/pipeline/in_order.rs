//! Many independent tasks on all cores, their results in order, one at a time.
//!
//! The *window* is how far the work may run ahead of the results handed over: memory is bounded by it, not by the number
//! of tasks. Behind a task that holds up the line, threads that would wait *prepare* tasks further on, which leaves
//! nothing in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};

/// How far work may run ahead of its results. At least one task is always let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Tasks started but not handed over.
    pub(super) tasks: usize,
    /// Sum of their costs.
    pub(super) cost: u64,
}

/// What is done with each task, by its number. Neither may panic.
pub(super) trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Output: Send + 'static;
    /// Does it.
    fn work(&self, task: usize) -> Self::Output;
    /// Does what can be done before its turn without keeping anything in memory.
    fn prepare(&self, task: usize);
}

/// What the receiver is told.
pub(super) enum Event<T> {
    /// The result of the next task.
    Done(usize, T),
    /// The next result is not there yet; said several times a second.
    Waiting,
}

/// Why the results stopped coming.
#[derive(Debug)]
pub(super) enum Stop<E> {
    /// The flag was raised.
    Cancelled,
    /// The threads could not be started.
    Threads(ThreadPoolBuildError),
    /// The receiver of the results gave up.
    Receiver(E),
}

/// Does the tasks 0, 1, … of `work`, as many as there are `costs`, on `jobs` threads and hands the results to `receive` on
/// the calling thread, in order. When `cancel` is raised it returns within a moment; tasks under way then end in the
/// background with nobody listening, and none are started.
pub(super) fn in_order<W: Work, E>(
    costs: &[u64],
    (jobs, window): (usize, Window),
    cancel: &AtomicBool,
    work: &Arc<W>,
    mut receive: impl FnMut(Event<W::Output>) -> Result<(), E>,
) -> Result<(), Stop<E>> {
    let pool = ThreadPoolBuilder::new().num_threads(jobs).build().map_err(Stop::Threads)?;
    let abandoned = Abandoned::default();
    let (sender, results) = mpsc::channel();
    let mut early = BTreeMap::new();
    let (mut started, mut handed_over, mut cost_ahead) = (0, 0, 0);
    let (mut working, mut prepared) = (0, 0);
    let mut preparing = BTreeSet::new();
    while handed_over < costs.len() {
        if cancel.load(Ordering::Relaxed) {
            return Err(Stop::Cancelled);
        }
        // What is being prepared would be done twice.
        while started < costs.len()
            && !preparing.contains(&started)
            && (started == handed_over
                || (started - handed_over < window.tasks && cost_ahead + costs[started] <= window.cost))
        {
            let (work, sender, abandoned, task) = (work.clone(), sender.clone(), abandoned.0.clone(), started);
            pool.spawn_fifo(move || {
                if !abandoned.load(Ordering::Relaxed) {
                    // Nobody listens any more once the caller has given up.
                    let _ = sender.send((task, Some(work.work(task))));
                }
            });
            cost_ahead += costs[started];
            started += 1;
            working += 1;
        }
        prepared = prepared.max(started);
        while working + preparing.len() < jobs && prepared < costs.len() {
            let (work, sender, abandoned, task) = (work.clone(), sender.clone(), abandoned.0.clone(), prepared);
            pool.spawn_fifo(move || {
                if !abandoned.load(Ordering::Relaxed) {
                    work.prepare(task);
                    let _ = sender.send((task, None));
                }
            });
            preparing.insert(prepared);
            prepared += 1;
        }
        if let Some(result) = early.remove(&handed_over) {
            receive(Event::Done(handed_over, result)).map_err(Stop::Receiver)?;
            cost_ahead -= costs[handed_over];
            handed_over += 1;
            continue;
        }
        match results.recv_timeout(Duration::from_millis(50)) {
            Ok((task, Some(result))) => {
                working -= 1;
                early.insert(task, result);
            }
            Ok((task, None)) => drop(preparing.remove(&task)),
            Err(RecvTimeoutError::Timeout) => receive(Event::Waiting).map_err(Stop::Receiver)?,
            Err(RecvTimeoutError::Disconnected) => unreachable!("this function keeps one sender"),
        }
    }
    Ok(())
}

/// Tells the tasks still queued, when the caller leaves for whatever reason, that nobody waits for them.
#[derive(Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    const WINDOW: Window = Window { tasks: 8, cost: 20 };

    struct Each<F>(F);

    impl<T: Send + 'static, F: Fn(usize) -> T + Send + Sync + 'static> Work for Each<F> {
        type Output = T;

        fn work(&self, task: usize) -> T {
            self.0(task)
        }

        fn prepare(&self, _: usize) {}
    }

    fn each<T, F: Fn(usize) -> T>(work: F) -> Arc<Each<F>> {
        Arc::new(Each(work))
    }

    fn done<T, E>(mut receive: impl FnMut(usize, T) -> Result<(), E>) -> impl FnMut(Event<T>) -> Result<(), E> {
        move |event| match event {
            Event::Done(task, result) => receive(task, result),
            Event::Waiting => Ok(()),
        }
    }

    #[test]
    fn results_come_in_order_and_the_window_holds() {
        for jobs in [1, 2, 16] {
            let costs: Vec<u64> = (0..300).map(|task| task * 7 % 25).collect();
            let ahead = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
            let inside = ahead.clone();
            let work = each(move |task: usize| {
                let now = inside.0.fetch_add(1, Ordering::SeqCst) + 1;
                inside.1.fetch_max(now, Ordering::SeqCst);
                std::thread::sleep(Duration::from_micros((task as u64 * 31) % 200));
                task
            });
            let mut seen = Vec::new();
            let receive = done(|task, result| {
                assert_eq!(task, result);
                ahead.0.fetch_sub(1, Ordering::SeqCst);
                seen.push(task);
                Ok::<(), ()>(())
            });
            in_order(&costs, (jobs, WINDOW), &AtomicBool::new(false), &work, receive).unwrap();
            assert_eq!(seen, (0..300).collect::<Vec<_>>());
            assert!(ahead.1.load(Ordering::SeqCst) <= WINDOW.tasks);
        }
    }

    #[test]
    fn a_task_dearer_than_the_window_is_let_in_alone() {
        let mut seen = 0;
        let receive = done(|_, ()| {
            seen += 1;
            Ok::<(), ()>(())
        });
        in_order(&[1000, 1000, 1], (2, WINDOW), &AtomicBool::new(false), &each(|_| ()), receive).unwrap();
        assert_eq!(seen, 3);
    }

    #[test]
    fn a_receiver_that_gives_up_stops_the_work() {
        let receive = done(|task, ()| if task == 3 { Err("disk full") } else { Ok(()) });
        let stop = in_order(&[0; 10_000], (2, WINDOW), &AtomicBool::new(false), &each(|_| ()), receive);
        assert!(matches!(stop, Err(Stop::Receiver("disk full"))));
    }

    #[test]
    fn a_raised_flag_ends_it_though_a_task_never_does() {
        let cancel = Arc::new(AtomicBool::new(false));
        let raise = cancel.clone();
        let work = each(move |_| {
            raise.store(true, Ordering::Relaxed);
            std::thread::sleep(Duration::from_secs(5));
        });
        let stop = in_order(&[0; 4], (2, WINDOW), &cancel, &work, done(|_, ()| Ok::<(), ()>(())));
        assert!(matches!(stop, Err(Stop::Cancelled)));
    }

    /// The first task ends when all others are worked on or prepared.
    struct Held {
        touched: Mutex<std::collections::BTreeSet<usize>>,
        tasks: usize,
    }

    impl Work for Held {
        type Output = usize;

        fn work(&self, task: usize) -> usize {
            self.prepare(task);
            while task == 0 && self.touched.lock().unwrap().len() < self.tasks {
                std::thread::sleep(Duration::from_millis(1));
            }
            task
        }

        fn prepare(&self, task: usize) {
            self.touched.lock().unwrap().insert(task);
        }
    }

    #[test]
    fn behind_a_task_that_holds_up_the_line_all_others_are_prepared() {
        let work = Arc::new(Held { touched: Mutex::default(), tasks: 100 });
        let mut seen = 0;
        let receive = done(|_, _| {
            seen += 1;
            Ok::<(), ()>(())
        });
        in_order(&[0; 100], (2, WINDOW), &AtomicBool::new(false), &work, receive).unwrap();
        assert_eq!(seen, 100);
    }
}
