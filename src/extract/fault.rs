//! Faults that a worker is told to have, to see that it takes nothing else down: for tests and drills.

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It waits for ever.
    Hang,
    /// It computes for ever.
    Spin,
    /// It panics.
    Panic,
    /// It aborts.
    Abort,
    /// It runs out of stack.
    Overflow,
    /// It takes memory without end.
    Allocate,
    /// It asks for more memory at once than there is.
    AllocateAtOnce,
    /// It exits as if all were well.
    Exit,
    /// It writes something else than messages.
    Garbage,
}

/// Which fault, in which document, behind which page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultAt {
    /// Label of the document.
    pub label: String,
    /// What goes wrong.
    pub fault: Fault,
    /// So many pages are made before; 0 is before anything.
    pub pages: u32,
}

impl FromStr for FaultAt {
    type Err = &'static str;

    /// `LABEL=FAULT` or `LABEL=FAULT@PAGES`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (label, fault) = text.rsplit_once('=').ok_or("expected LABEL=FAULT or LABEL=FAULT@PAGES")?;
        let (fault, pages) = fault.split_once('@').unwrap_or((fault, "0"));
        let fault = match fault {
            "hang" => Fault::Hang,
            "spin" => Fault::Spin,
            "panic" => Fault::Panic,
            "abort" => Fault::Abort,
            "overflow" => Fault::Overflow,
            "allocate" => Fault::Allocate,
            "allocate-at-once" => Fault::AllocateAtOnce,
            "exit" => Fault::Exit,
            "garbage" => Fault::Garbage,
            _ => {
                return Err(
                    "faults are hang, spin, panic, abort, overflow, allocate, allocate-at-once, exit and garbage",
                );
            }
        };
        let pages = pages.parse().map_err(|_| "the number of pages is no number")?;
        Ok(Self { label: label.to_owned(), fault, pages })
    }
}

impl Fault {
    /// Has it.
    pub(super) fn happen(self) {
        match self {
            Self::Hang => loop {
                std::thread::sleep(Duration::from_secs(1));
            },
            Self::Spin => loop {
                std::hint::spin_loop();
            },
            Self::Panic => panic!("a fault was asked for"),
            Self::Abort => std::process::abort(),
            Self::Overflow => {
                std::hint::black_box(deeper(0));
            }
            Self::Allocate => {
                let mut taken: Vec<Vec<u8>> = Vec::new();
                loop {
                    taken.push(vec![taken.len() as u8 | 1; 1 << 20]);
                }
            }
            Self::AllocateAtOnce => {
                std::hint::black_box(Vec::<u8>::with_capacity(1 << 46));
            }
            Self::Exit => std::process::exit(0),
            Self::Garbage => {
                use std::io::Write;
                // The worker's messages are flushed one by one, so that this stands between two of them.
                let mut out = std::io::stdout().lock();
                let _ = out.write_all(&[0x5a; 4096]).and_then(|()| out.flush());
                Self::Hang.happen();
            }
        }
    }
}

#[expect(unconditional_recursion, reason = "that is the fault")]
fn deeper(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    deeper(here[0] + 1) + here[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_named_with_its_document_and_page() {
        let parsed: FaultAt = "a=b/1.pdf=hang@3".parse().unwrap();
        assert_eq!((parsed.label.as_str(), parsed.fault, parsed.pages), ("a=b/1.pdf", Fault::Hang, 3));
        assert!("1.pdf".parse::<FaultAt>().is_err());
        assert!("1.pdf=burn".parse::<FaultAt>().is_err());
    }
}
