//! A share of a corpus: which of its files one of several runs reads. Files with the same bytes are always in the same
//! shard, whatever they are called and wherever they lie.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Key of the shard among the options in `run.json`.
pub const OPTION: &str = "shard";

/// What `skipped` in `run.json` calls the files that are read by the runs of the other shards.
pub const OTHER_SHARDS: &str = "other shards";

/// Shard `number`, from 1, of `count`; written `2/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    count: NonZeroU32,
    number: u32,
}

impl Shard {
    /// Whether it holds the file with this SHA-256. Each file is in one shard of as many.
    pub fn holds(self, sha256: &[u8; 32]) -> bool {
        let front = sha256[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        front % u64::from(self.count.get()) == u64::from(self.number - 1)
    }

    /// The other shards of the same corpus, and this one.
    pub fn all(self) -> impl Iterator<Item = Self> {
        (1..=self.count.get()).map(move |number| Self { number, ..self })
    }

    /// How many shards there are.
    pub fn count(self) -> u32 {
        self.count.get()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// A text that names no shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shard is written i/n, as 2/4 for the second of four, with i from 1 to n")]
pub struct NoShard;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (number, count) = text.split_once('/').ok_or(NoShard)?;
        let (number, count): (u32, NonZeroU32) =
            (number.parse().map_err(|_| NoShard)?, count.parse().map_err(|_| NoShard)?);
        if (1..=count.get()).contains(&number) { Ok(Self { count, number }) } else { Err(NoShard) }
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn a_shard_is_written_as_it_is_read() {
        for text in ["1/1", "2/4", "4294967295/4294967295"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/4", "a/b", "1/4294967296"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_hash_is_in_one_shard() {
        for count in [1, 2, 3, 7] {
            let first: Shard = format!("1/{count}").parse().unwrap();
            let mut held = vec![0; count];
            for byte in 0..=255 {
                let hash = [byte; 32];
                let holders: Vec<usize> =
                    first.all().enumerate().filter(|(_, shard)| shard.holds(&hash)).map(|(at, _)| at).collect();
                assert_eq!(holders.len(), 1);
                held[holders[0]] += 1;
            }
            assert!(held.iter().all(|&held| held > 0), "{held:?}");
        }
    }

    #[test]
    fn the_first_eight_bytes_decide() {
        let mut hash = [0xff; 32];
        hash[..8].copy_from_slice(&0x0123_4567_89ab_cdef_u64.to_be_bytes());
        let number = 0x0123_4567_89ab_cdef_u64 % 7 + 1;
        assert!(format!("{number}/7").parse::<Shard>().unwrap().holds(&hash));
    }
}
