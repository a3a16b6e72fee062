//! What a reader hands over: pages of lines as they stand in the source.

/// One page of a source, or the whole of a source that has no pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// 1-based page number; `None` where the source has no pages.
    pub number: Option<u32>,
    /// Lines that hold at least one non-space character, in source order.
    pub lines: Vec<ReadLine>,
}

/// One line of a source that holds at least one non-space character.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadLine {
    /// The characters as decoded, without the line end.
    pub raw: String,
    /// How many lines of white space stand between this line and the one before it on its page.
    pub blank_before: u32,
}
