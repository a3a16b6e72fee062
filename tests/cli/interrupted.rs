//! A run that is stopped in the middle leaves the dataset of the run before it, whole.

use std::fs::File;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;

use crate::{Desk, bulletins, transcript};

#[test]
fn the_earlier_dataset_stays_and_nothing_is_left_beside_it() {
    let desk = Desk::new(&bulletins());
    desk.run(&["ingest"]);
    let before = desk.files("out");

    // A file of a terabyte without content, which takes longer to hash than anyone waits.
    File::create(desk.path().join("raw/2020/endless.txt")).unwrap().set_len(1 << 40).unwrap();
    let mut command = desk.command(&["ingest"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let under_way = || desk.files("out").len() > before.len();
    while !under_way() {
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(100));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());

    assert_snapshot!("interrupted", transcript(&child.wait_with_output().unwrap()));
    assert!(desk.files("out") == before);
}
