//! Numbers as Chinese print writes them: 12, １２, 十二, 二百四十, 二四〇, 廿三.

/// A whole number; `None` if the text is no number or too large for an issue or a day.
pub(crate) fn integer(text: &str) -> Option<i32> {
    let chars = || text.chars().filter(|c| !c.is_whitespace());
    if chars().next().is_none() || chars().count() > 9 {
        return None;
    }
    if chars().all(|c| digit(c).is_some()) {
        return chars().try_fold(0i32, |number, c| number.checked_mul(10)?.checked_add(digit(c)?));
    }
    let (mut total, mut pending) = (0i32, None);
    for c in chars() {
        match c {
            '十' => total += pending.take().unwrap_or(1) * 10,
            '廿' => total += 20,
            '卅' => total += 30,
            '百' => total += pending.take()? * 100,
            '千' => total += pending.take()? * 1000,
            '〇' | '零' | '○' if pending.is_none() => {}
            _ if pending.is_none() => pending = Some(digit(c)?),
            _ => return None,
        }
    }
    Some(total + pending.unwrap_or(0))
}

/// A year printed in four figures, Arabic or Chinese.
pub(crate) fn year(text: &str) -> Option<i16> {
    let figures: Vec<i32> = text.chars().filter_map(digit).collect();
    let exact = figures.len() == 4 && text.chars().filter(|c| !c.is_whitespace()).count() == 4;
    exact.then(|| figures.iter().fold(0, |year, figure| year * 10 + figure)).and_then(|year| i16::try_from(year).ok())
}

fn digit(c: char) -> Option<i32> {
    Some(match c {
        '0'..='9' => c as i32 - '0' as i32,
        '０'..='９' => c as i32 - '０' as i32,
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{integer, year};

    #[test]
    fn numbers_in_every_writing() {
        for (text, number) in [
            ("12", 12),
            ("１２", 12),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("二百四十", 240),
            ("二百零五", 205),
            ("二四〇", 240),
            ("廿三", 23),
            ("一百一十五", 115),
        ] {
            assert_eq!(integer(text), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "十二期", "二三十", "abc", "9999999999"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn years_have_four_figures() {
        assert_eq!(year("2024"), Some(2024));
        assert_eq!(year("二〇二四"), Some(2024));
        assert_eq!(year("二○二四"), Some(2024));
        assert_eq!(year("24"), None);
        assert_eq!(year("20x4"), None);
    }
}
