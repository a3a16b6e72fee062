//! Surfaces → the longest one that begins at each place of a text, whatever characters it is printed in.
//!
//! A trie over characters rather than Aho–Corasick over bytes: with the shipped tables it is built in a tenth of the
//! time (every run of the program builds it), reads Chinese three times as fast, and folds traditional characters on
//! the way, without a copy of the text. Names are short and hardly overlap, so starting afresh at each character
//! costs little.

/// Built once, then read only.
#[derive(Debug)]
pub(super) struct Trie {
    /// By character below U+10000: its class, the same for 区 and 區; 0 for one that no surface has.
    classes: Vec<u16>,
    /// By class of a first character: the node behind it; 0 if it begins no surface.
    first: Vec<u32>,
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    /// Bit `class % 64` of every edge: most second characters fail here.
    sieve: u64,
    /// Sorted by class.
    edges: Vec<(u16, u32)>,
    /// The surface that ends here.
    surface: Option<u32>,
}

/// A surface in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Byte offset.
    pub(super) start: usize,
    /// Byte offset behind it.
    pub(super) end: usize,
    /// Its index among the surfaces given.
    pub(super) surface: usize,
}

impl Trie {
    /// Each surface once, in characters below U+10000; pairs are (traditional, simplified).
    pub(super) fn new(surfaces: &[&str], pairs: &[(char, char)]) -> Trie {
        let mut trie = Trie { classes: vec![0; 0x1_0000], first: vec![0], nodes: vec![Node::default()] };
        for (id, surface) in surfaces.iter().enumerate() {
            let mut node = 0;
            for character in surface.chars() {
                let class = trie.class_or_new(character);
                node = trie.step_or_new(node, class);
            }
            trie.nodes[node].surface = Some(index(id));
        }
        for &(class, node) in &trie.nodes[0].edges {
            trie.first[usize::from(class)] = node;
        }
        for &(traditional, simplified) in pairs {
            let class = trie.class(simplified);
            if let Some(slot) = trie.classes.get_mut(traditional as usize).filter(|slot| **slot == 0) {
                *slot = class;
            }
        }
        trie
    }

    /// The first place at or behind `at` where a surface begins, and the longest that does.
    pub(super) fn find(&self, text: &str, at: usize) -> Option<Hit> {
        text[at..].char_indices().find_map(|(offset, character)| {
            // Tested here already, to spare the call for the many characters that begin no name.
            if self.first[usize::from(self.class(character))] == 0 { None } else { self.at(text, at + offset) }
        })
    }

    /// The longest surface that begins at `start`.
    pub(super) fn at(&self, text: &str, start: usize) -> Option<Hit> {
        let mut characters = text[start..].char_indices();
        let (_, first) = characters.next()?;
        let mut node = self.first[usize::from(self.class(first))];
        if node == 0 {
            return None;
        }
        let mut longest = None;
        for (offset, character) in characters {
            let Some(next) = self.nodes[node as usize].step(self.class(character)) else {
                break;
            };
            node = next;
            if let Some(surface) = self.nodes[node as usize].surface {
                let end = start + offset + character.len_utf8();
                longest = Some(Hit { start, end, surface: surface as usize });
            }
        }
        longest
    }

    fn class(&self, character: char) -> u16 {
        self.classes.get(character as usize).copied().unwrap_or(0)
    }

    fn class_or_new(&mut self, character: char) -> u16 {
        let next = u16::try_from(self.first.len()).expect("there are fewer than 65,536 characters below U+10000");
        let slot = &mut self.classes[character as usize];
        if *slot == 0 {
            *slot = next;
            self.first.push(0);
        }
        *slot
    }

    fn step_or_new(&mut self, node: usize, class: u16) -> usize {
        let next = self.nodes.len();
        let Node { sieve, edges, .. } = &mut self.nodes[node];
        match edges.binary_search_by_key(&class, |&(class, _)| class) {
            Ok(found) => edges[found].1 as usize,
            Err(place) => {
                edges.insert(place, (class, index(next)));
                *sieve |= 1 << (class % 64);
                self.nodes.push(Node::default());
                next
            }
        }
    }
}

impl Node {
    fn step(&self, class: u16) -> Option<u32> {
        if class == 0 || self.sieve >> (class % 64) & 1 == 0 {
            return None;
        }
        let found = self.edges.binary_search_by_key(&class, |&(class, _)| class).ok()?;
        Some(self.edges[found].1)
    }
}

fn index(id: usize) -> u32 {
    u32::try_from(id).expect("the tables hold thousands of names, not billions")
}
