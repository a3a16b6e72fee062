//! Calendar days as the data files keep them: `date32`, days since 1 January 1970.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

const EPOCH: Date = date(1970, 1, 1);

/// Days from the epoch to `day`; negative before it.
pub(super) fn days(day: Date) -> i32 {
    // jiff's years run from -9999 to 9999: fewer than 10 million days.
    i32::try_from(EPOCH.duration_until(day).as_secs() / 86_400).unwrap_or(0)
}

/// The day that is `days` after the epoch; `None` outside the years -9999 to 9999.
pub(super) fn day(days: i32) -> Option<Date> {
    EPOCH.checked_add(SignedDuration::from_secs(i64::from(days) * 86_400)).ok()
}

#[cfg(test)]
mod tests {
    use super::{EPOCH, date, day, days};

    #[test]
    fn days_are_counted_from_1970() {
        for (count, civil) in
            [(0, EPOCH), (-1, date(1969, 12, 31)), (18_322, date(2020, 3, 1)), (-25_533, date(1900, 2, 4))]
        {
            assert_eq!(days(civil), count);
            assert_eq!(day(count), Some(civil));
        }
        assert_eq!(day(i32::MAX), None);
    }
}
