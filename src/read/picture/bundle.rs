//! Picture files that are the pages of one document → one string of bytes, and back: [`PictureFile`](super::PictureFile)
//! reads it as one file of pictures, so that nothing behind the intake knows of it.
//!
//! The bytes are [`MAGIC`], then for each file: a mark (0 it was read, 1 it was not), the length of its name (4 bytes) and
//! of its content (8 bytes), both little-endian, the name in UTF-8, and the content, or why there is none.

use super::error::{PictureError, damaged};

/// What no other file begins with.
const MAGIC: &[u8] = b"\x89jianbao pages\r\n\x1a\n";

const READ: u8 = 0;
const UNREAD: u8 = 1;

/// A bundle in the making.
#[derive(Debug, Clone)]
pub struct Bundle(Vec<u8>);

/// A file of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    /// Its bytes, or why there are none.
    pub(super) content: Result<&'a [u8], &'a str>,
}

impl Bundle {
    /// An empty bundle for files of so many bytes together.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut bundle = Vec::with_capacity(bytes + MAGIC.len());
        bundle.extend_from_slice(MAGIC);
        Self(bundle)
    }

    /// Adds a file, by its bytes or by why they cannot be had.
    pub fn add(&mut self, name: &str, content: Result<&[u8], &str>) {
        let (mark, content) = match content {
            Ok(content) => (READ, content),
            Err(reason) => (UNREAD, reason.as_bytes()),
        };
        self.0.push(mark);
        self.0.extend_from_slice(&(name.len() as u32).to_le_bytes());
        self.0.extend_from_slice(&(content.len() as u64).to_le_bytes());
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(content);
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

pub(super) fn is_bundle(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The files of a bundle.
///
/// # Errors
/// If its lengths do not fit: it was not made here.
pub(super) fn members(bytes: &[u8]) -> Result<Vec<Member<'_>>, PictureError> {
    let broken = || damaged("the files in it do not fit its length");
    let mut rest = bytes.strip_prefix(MAGIC).ok_or_else(broken)?;
    let mut members = Vec::new();
    while !rest.is_empty() {
        let (member, behind) = first(rest).ok_or_else(broken)?;
        members.push(member);
        rest = behind;
    }
    Ok(members)
}

fn first(bytes: &[u8]) -> Option<(Member<'_>, &[u8])> {
    let (mark, bytes) = bytes.split_first()?;
    let (name, bytes) = bytes.split_first_chunk()?;
    let (content, bytes) = bytes.split_first_chunk()?;
    let (name, bytes) = bytes.split_at_checked(u32::from_le_bytes(*name) as usize)?;
    let (content, bytes) = bytes.split_at_checked(usize::try_from(u64::from_le_bytes(*content)).ok()?)?;
    let content = match *mark {
        READ => Ok(content),
        UNREAD => Err(str::from_utf8(content).ok()?),
        _ => return None,
    };
    Some((Member { name: str::from_utf8(name).ok()?, content }, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Vec<u8> {
        let mut bundle = Bundle::with_capacity(8);
        bundle.add("页-1.tif", Ok(b"II*\0"));
        bundle.add("页-2.tif", Err("no such file"));
        bundle.add("页-3.tif", Ok(b""));
        bundle.into_bytes()
    }

    #[test]
    fn what_was_put_in_comes_out() {
        let bytes = bundle();
        let members = members(&bytes).unwrap();
        let names: Vec<&str> = members.iter().map(|member| member.name).collect();
        assert_eq!(names, ["页-1.tif", "页-2.tif", "页-3.tif"]);
        assert_eq!(members[0].content, Ok(&b"II*\0"[..]));
        assert_eq!(members[1].content, Err("no such file"));
        assert_eq!(members[2].content, Ok(&b""[..]));
    }

    #[test]
    fn a_bundle_that_is_cut_or_bent_is_damaged() {
        let whole = bundle();
        let ends: Vec<usize> = (0..whole.len()).filter(|end| members(&whole[..*end]).is_ok()).collect();
        // Whole files are left behind the head and the first two.
        assert_eq!(ends.len(), 3, "{ends:?}");
        for place in 0..whole.len() {
            let mut bent = whole.clone();
            bent[place] ^= 0xff;
            let _ = members(&bent);
        }
    }
}
