//! Messages between this program and its workers, and entries of the cache: a mark, the length, a checksum, the message.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

const MARK: [u8; 4] = *b"jbf1";

/// Bytes before a message: the mark, its length, its checksum.
const HEAD: usize = 16;

/// No message is longer; documents go beside them.
const LONGEST: u64 = 1 << 30;

/// Why no message came.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    /// The other side has closed.
    #[error("it ended")]
    Closed,
    /// What came is no message.
    #[error("{0}")]
    Garbled(&'static str),
}

/// Writes `message`.
pub(super) fn write(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let body = postcard::to_allocvec(message).map_err(io::Error::other)?;
    out.write_all(&MARK)?;
    out.write_all(&(body.len() as u64).to_le_bytes())?;
    out.write_all(&crc32fast::hash(&body).to_le_bytes())?;
    out.write_all(&body)
}

/// Reads the next message.
pub(super) fn read<T: DeserializeOwned>(input: &mut impl Read) -> Result<T, FrameError> {
    let mut head = [0; HEAD];
    let mut filled = 0;
    while filled < head.len() {
        match input.read(&mut head[filled..]) {
            Ok(0) if filled == 0 => return Err(FrameError::Closed),
            Ok(0) => return Err(FrameError::Garbled("it breaks off in the head of a message")),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(FrameError::Closed),
        }
        begins(&head[..filled])?;
    }
    let (length, sum) = length_and_sum(&head)?;
    let mut body = Vec::new();
    match input.take(length).read_to_end(&mut body) {
        Ok(count) if count as u64 == length => {}
        _ => return Err(FrameError::Garbled("it breaks off in a message")),
    }
    understood(&body, sum)
}

/// Takes the message that begins at `at` off `bytes`, if all of it is there.
pub(super) fn take<T: DeserializeOwned>(bytes: &[u8], at: &mut usize) -> Result<Option<T>, FrameError> {
    let Some((body, sum)) = body_at(bytes, *at)? else { return Ok(None) };
    *at += HEAD + body.len();
    understood(body, sum).map(Some)
}

/// Whether a message that begins so is among those that are there as a whole from `at` on.
pub(super) fn has(bytes: &[u8], mut at: usize, first: u8) -> bool {
    while let Ok(Some((body, _))) = body_at(bytes, at) {
        if body.first() == Some(&first) {
            return true;
        }
        at += HEAD + body.len();
    }
    false
}

/// The message that begins at `at`, and its checksum, if all of it is there.
fn body_at(bytes: &[u8], at: usize) -> Result<Option<(&[u8], u64)>, FrameError> {
    let rest = &bytes[at..];
    begins(rest)?;
    let Some((head, rest)) = rest.split_first_chunk() else { return Ok(None) };
    let (length, sum) = length_and_sum(head)?;
    Ok(rest.get(..length as usize).map(|body| (body, sum)))
}

/// That `head`, or what there is of it, begins like a message: whoever writes something else may never write a whole head.
fn begins(head: &[u8]) -> Result<(), FrameError> {
    let is_begun = MARK.starts_with(&head[..head.len().min(MARK.len())]);
    is_begun.then_some(()).ok_or(FrameError::Garbled("it does not begin like a message"))
}

/// What the head of a message says of the rest.
fn length_and_sum(head: &[u8; HEAD]) -> Result<(u64, u64), FrameError> {
    let number = |from: usize| head[from..].iter().take(8).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let (length, sum) = (number(4), number(12));
    if length > LONGEST {
        return Err(FrameError::Garbled("it is longer than any message"));
    }
    Ok((length, sum))
}

/// What a message says.
fn understood<T: DeserializeOwned>(body: &[u8], sum: u64) -> Result<T, FrameError> {
    if u64::from(crc32fast::hash(body)) != sum {
        return Err(FrameError::Garbled("its checksum is wrong"));
    }
    postcard::from_bytes(body).map_err(|_| FrameError::Garbled("it says something else than was asked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_as_it_went_and_a_broken_one_does_not() {
        let mut bytes = Vec::new();
        write(&mut bytes, &(7u32, "党史".to_owned())).unwrap();
        assert_eq!(read::<(u32, String)>(&mut bytes.as_slice()).unwrap(), (7, "党史".to_owned()));
        assert!(matches!(read::<u32>(&mut [].as_slice()), Err(FrameError::Closed)));
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 1;
            assert!(matches!(read::<(u32, String)>(&mut broken.as_slice()), Err(FrameError::Garbled(_))), "byte {at}");
            let cut = &bytes[..at];
            assert!(read::<(u32, String)>(&mut &*cut).is_err(), "cut at {at}");
        }
    }
}
