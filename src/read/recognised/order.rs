//! The reading order a file gives its blocks, apart from the order in which it writes them down.

use std::collections::BTreeMap;

/// Blocks a group refers to, with their index in it.
type Member = (u32, Vec<String>);

/// Groups of references to blocks, in each other → the place of each block.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The open groups, each with the index it has in the one around it.
    open: Vec<(u32, Vec<Member>)>,
    places: BTreeMap<String, u32>,
}

impl Order {
    /// A group opens, which may stand for a block itself.
    pub(super) fn open(&mut self, index: u32, block: Option<String>) {
        self.open.push((index, vec![(0, block.into_iter().collect())]));
    }

    /// Blocks are referred to.
    pub(super) fn refer(&mut self, index: u32, blocks: impl IntoIterator<Item = String>) {
        if let Some((_, members)) = self.open.last_mut() {
            members.push((index, blocks.into_iter().collect()));
        }
    }

    /// The innermost group closes.
    pub(super) fn close(&mut self) {
        let Some((index, mut members)) = self.open.pop() else { return };
        members[1..].sort_by_key(|member| member.0);
        let blocks = members.into_iter().flat_map(|member| member.1);
        match self.open.last_mut() {
            Some((_, around)) => around.push((index, blocks.collect())),
            None => {
                for block in blocks {
                    let next = self.places.len() as u32;
                    self.places.entry(block).or_insert(next);
                }
            }
        }
    }

    /// The place of a block, if it has one.
    pub(super) fn place(&self, block: Option<String>) -> Option<u32> {
        self.places.get(&block?).copied()
    }
}
