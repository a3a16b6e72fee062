//! What one page may cost, and what went beyond.

use super::limits::Limits;

/// What is left for a page to spend, and what it spent.
#[derive(Debug, Default, Clone)]
pub(super) struct Budget {
    bytes_left: usize,
    operators_left: usize,
    glyphs_left: usize,
    /// Bytes decoded so far.
    pub(super) bytes: usize,
    /// Operators executed so far.
    pub(super) operators: usize,
    exceeded: Vec<Excess>,
}

/// Why some of a page was not read: a limit that was met, or damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Excess {
    StreamBytes,
    PageBytes,
    Operators,
    Glyphs,
    FormDepth,
    ToUnicode,
    MissingContent,
    DamagedContent,
    MissingFont,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            bytes_left: limits.page_bytes,
            operators_left: limits.page_operators,
            glyphs_left: limits.page_glyphs,
            ..Self::default()
        }
    }

    /// Books decoded bytes; how many of them may be used.
    pub(super) fn take_bytes(&mut self, bytes: usize) -> usize {
        let taken = bytes.min(self.bytes_left);
        self.bytes_left -= taken;
        self.bytes += taken;
        if taken < bytes {
            self.exceed(Excess::PageBytes);
        }
        taken
    }

    /// Books one operator; whether it may be executed.
    #[inline]
    pub(super) fn take_operator(&mut self) -> bool {
        if self.operators_left == 0 {
            self.exceed(Excess::Operators);
            return false;
        }
        self.operators_left -= 1;
        self.operators += 1;
        true
    }

    /// Books one glyph; whether it may be painted.
    #[inline]
    pub(super) fn take_glyph(&mut self) -> bool {
        if self.glyphs_left == 0 {
            self.exceed(Excess::Glyphs);
            return false;
        }
        self.glyphs_left -= 1;
        true
    }

    /// Notes that a limit was met.
    pub(super) fn exceed(&mut self, excess: Excess) {
        if !self.exceeded.contains(&excess) {
            self.exceeded.push(excess);
        }
    }

    /// Nothing more may be decoded or executed.
    pub(super) fn is_spent(&self) -> bool {
        self.bytes_left == 0 || self.operators_left == 0
    }

    /// The limits that were met, each once.
    pub(super) fn exceeded(&self) -> &[Excess] {
        &self.exceeded
    }
}
