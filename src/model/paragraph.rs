//! Paragraphs: line numbers and the joins between them.

/// A paragraph of running text. Its text is rebuilt exactly from its lines and their joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Indices into the document's lines, ascending; furniture between them is left out. Never empty.
    pub lines: Vec<usize>,
}

/// How one line goes on to the next, why, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Join {
    /// The decision.
    pub kind: JoinKind,
    /// The evidence that weighed most, a stable kebab-case id.
    pub rule: &'static str,
    /// Probability of the decision, 0..=1; 1 where a rule leaves no choice.
    pub score: f32,
}

impl Join {
    /// Under this score a join is reported as doubtful.
    pub const DOUBTFUL: f32 = 0.6;

    /// The rule of joins that a person has decided.
    pub const DECIDED: &str = "override";
}

/// What stands between two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// Nothing: the print only ran out of room.
    Direct,
    /// One space, as between two Latin words.
    Space,
    /// A paragraph end.
    Break,
}

impl JoinKind {
    /// All of them.
    pub const ALL: [JoinKind; 3] = [Self::Direct, Self::Space, Self::Break];

    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Space => "space",
            Self::Break => "break",
        }
    }
}
