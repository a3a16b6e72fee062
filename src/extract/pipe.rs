//! The pipes between a run and its workers, and what of them only some systems have.

use std::fs::File;
use std::io;
use std::time::Duration;

/// Bytes that a pipe to or from a worker holds: the most that Linux gives to everybody.
#[cfg(target_os = "linux")]
const PIPE: usize = 1 << 20;

/// Lets a pipe hold a whole document of the usual size, so that neither side waits for the other to take it in, and says
/// how many bytes it holds; 0 where the system does not tell.
#[cfg(target_os = "linux")]
pub(super) fn widen(pipe: &impl std::os::fd::AsFd) -> usize {
    use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};
    // Whoever may not have so much keeps what there is.
    fcntl_setpipe_size(pipe, PIPE).or_else(|_| fcntl_getpipe_size(pipe)).unwrap_or(0)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn widen<T>(_: &T) -> usize {
    0
}

/// From now on a pipe that has nothing to read says so at once.
#[cfg(unix)]
pub(super) fn never_wait(pipe: &impl std::os::fd::AsFd) -> io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(pipe, true)?)
}

#[cfg(not(unix))]
pub(super) fn never_wait<T>(_: &T) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether there is something to read, or the end of it, before `most` has gone by.
#[cfg(unix)]
pub(super) fn is_readable(pipe: &impl std::os::fd::AsFd, most: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let most = Timespec { tv_sec: most.as_secs() as _, tv_nsec: most.subsec_nanos().into() };
    // A signal that comes between only shortens the wait.
    poll(&mut [PollFd::new(pipe, PollFlags::IN)], Some(&most)).is_ok_and(|ready| ready > 0)
}

#[cfg(not(unix))]
pub(super) fn is_readable<T>(_: &T, most: Duration) -> bool {
    std::thread::sleep(most);
    false
}

/// A standard stream of this process without the buffer that Rust puts before it, in which a request would wait unseen and
/// which would break a message at its last line end.
#[cfg(unix)]
pub(super) fn unbuffered(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    Ok(stream.as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
pub(super) fn unbuffered<T>(_: &T) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}
