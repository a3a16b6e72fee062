//! How alike two texts are, by the pairs of characters they share. White space does not count.

/// The pairs of characters of a text, hashed and sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pairs(Vec<u32>);

impl Pairs {
    pub(super) fn of(text: &str) -> Self {
        let mut pairs = Vec::new();
        let mut last = 0;
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let c = u32::from(c);
            pairs.push((last ^ c.rotate_left(15)).wrapping_mul(0x9e37_79b1));
            last = c;
        }
        pairs.sort_unstable();
        Self(pairs)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many pairs both have, each as often as the one that has it less often.
    pub(super) fn shared(&self, other: &Self) -> usize {
        let (mut mine, mut others) = (self.0.as_slice(), other.0.as_slice());
        let mut shared = 0;
        while let ([first, rest @ ..], [second, behind @ ..]) = (mine, others) {
            if first <= second {
                mine = rest;
            }
            if second <= first {
                others = behind;
            }
            shared += usize::from(first == second);
        }
        shared
    }

    /// Twice what is shared over what there is: 0 to 1; 1 of two empty texts.
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let all = self.len() + other.len();
        if all == 0 { 1.0 } else { 2.0 * self.shared(other) as f32 / all as f32 }
    }

    /// How much of this text the other has: 0 to 1.
    pub(super) fn within(&self, other: &Self) -> f32 {
        if self.len() == 0 { 0.0 } else { self.shared(other) as f32 / self.len() as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn likeness_is_what_is_shared() {
        let [one, two] = ["渝北区召开座谈会", "渝北区召开 座谈会"].map(Pairs::of);
        assert!((one.likeness(&two) - 1.0).abs() < f32::EPSILON);
        assert!(one.likeness(&Pairs::of("渝北区召开了座谈会")) > 0.75);
        assert!(one.likeness(&Pairs::of("万州区举办展览")) < 0.1);
        assert!(Pairs::of("召开座谈会").within(&one) > 0.7);
    }
}
