//! What makes a comparison symmetric: of two values the lesser is always the one called old, and what comes of it is turned
//! round where that was wrong. So the comparison of B with A is that of A with B in the mirror, however it decides.

/// What looks the other way round when old and new change places.
pub(super) trait Mirror {
    /// The same with old and new exchanged.
    fn mirrored(self) -> Self;
}

/// What `compare` says of `old` and `new`, the lesser of which it is given first.
pub(super) fn in_order<T: Ord + ?Sized, R: Mirror>(old: &T, new: &T, compare: impl FnOnce(&T, &T) -> R) -> R {
    if old <= new { compare(old, new) } else { compare(new, old).mirrored() }
}

/// Pairs of places.
impl Mirror for Vec<(usize, usize)> {
    fn mirrored(self) -> Self {
        let mut pairs: Self = self.into_iter().map(|(old, new)| (new, old)).collect();
        pairs.sort_unstable();
        pairs
    }
}
