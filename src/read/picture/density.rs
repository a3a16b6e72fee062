//! Pixels an inch, where a file says so and can be believed.

/// `x` and `y` pixels an inch; `None` where they say nothing: no scanner works at 30 or less or at more than 2400, and
/// 72 and 96 are what programs write that do not know.
pub(crate) fn dpi(x: f32, y: f32) -> Option<(f32, f32)> {
    let believed = |dpi: f32| dpi > 30.0 && dpi <= 2400.0;
    let unknown = |dpi: f32| (dpi - 72.0).abs() < 0.5 || (dpi - 96.0).abs() < 0.5;
    (believed(x) && believed(y) && !(unknown(x) && unknown(y))).then_some((x, y))
}

/// The same from pixels a metre.
pub(crate) fn of_metres(x: f32, y: f32) -> Option<(f32, f32)> {
    // Whole pixels a metre cannot say whole pixels an inch.
    let inch = |metre: f32| {
        let dpi = metre * 0.0254;
        if (dpi - dpi.round()).abs() < 0.02 { dpi.round() } else { dpi }
    };
    dpi(inch(x), inch(y))
}

/// The same from pixels a point.
pub(crate) fn of_points((x, y): (f32, f32)) -> Option<(f32, f32)> {
    dpi(x * 72.0, y * 72.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_scanner_does_is_not_believed() {
        assert_eq!(dpi(300.0, 300.0), Some((300.0, 300.0)));
        assert_eq!(dpi(204.0, 98.0), Some((204.0, 98.0)));
        assert_eq!(dpi(72.0, 72.0), None);
        assert_eq!(dpi(1.0, 1.0), None);
        assert_eq!(dpi(f32::NAN, 300.0), None);
        assert_eq!(of_metres(11811.0, 11811.0), Some((300.0, 300.0)));
        assert_eq!(of_metres(3780.0, 3780.0), None);
    }
}
