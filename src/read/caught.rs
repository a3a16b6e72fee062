//! A task that may panic → what it gives, or what it said.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `task`; if it panics, says what happened and where. The panic hook stays silent meanwhile, on this thread only.
pub(crate) fn catch<T>(task: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let outer = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHING.get() {
                return outer(info);
            }
            let place = info.location().map(|at| format!("{}:{}", within_crate(at.file()), at.line()));
            PLACE.replace(place.unwrap_or_default());
        }));
    });
    // While it waits for pages of a long file, a worker may take up another document.
    let outer = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(task));
    CATCHING.set(outer);
    result.map_err(|payload| {
        let said = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
        format!("{} at {}", said.unwrap_or("panic"), PLACE.take())
    })
}

/// A source path without the folders of the machine the program was built on.
fn within_crate(path: &str) -> &str {
    path.rfind("/src/").map_or(path, |at| &path[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_with_its_words_and_place() {
        assert_eq!(catch(|| 7), Ok(7));
        let said = catch(|| -> u32 { panic!("no such {}", "line") }).unwrap_err();
        assert!(said.starts_with("no such line at src/read/caught.rs:"), "{said}");
    }
}
