//! Dates of a cell in the spellings of the known sources.

use super::cell;
use tidegate_market::TradeDate;

/// What a date may look like, for messages.
pub(crate) const EXPECTED: &str = "a date like 2024-06-28 or 20240628";

/// A day: `2024-06-28`, `20240628`, `2024/6/28`, `2024年6月28日`, and the first two stamped with midnight
/// (`2024-06-28 00:00:00-04:00`), as pandas writes them.
pub(crate) fn day(cell: &[u8]) -> Option<TradeDate> {
    plain(cell).or_else(|| {
        let bare = cell::bare(cell);
        let day = match bare.get(10..) {
            Some(time) if time.starts_with(b" 00:00:00") || time.starts_with(b"T00:00:00") => &bare[..10],
            _ => bare,
        };
        plain(day).or_else(|| parts(day))
    })
}

/// A day as investing.com writes it in English: `Apr 02, 2020` or, month first, `04/02/2020`.
pub(crate) fn english_day(cell: &[u8]) -> Option<TradeDate> {
    const MONTHS: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let bare = cell::bare(cell);
    let mut words = bare.split(|b| matches!(b, b' ' | b',' | b'/')).filter(|word| !word.is_empty());
    let (month, day, year) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || year.len() != 4 || day.len() > 2 {
        return None;
    }
    let month = match MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name)) {
        Some(index) => index as i16 + 1,
        None if month.len() <= 2 => digits(month)?,
        None => return None,
    };
    TradeDate::new(digits(year)?, i8::try_from(month).ok()?, i8::try_from(digits(day)?).ok()?)
}

fn plain(cell: &[u8]) -> Option<TradeDate> {
    let (year, month, day) = match cell {
        [year @ .., b'-', m1, m2, b'-', d1, d2] if year.len() == 4 => (year, [*m1, *m2], [*d1, *d2]),
        [year @ .., m1, m2, d1, d2] if year.len() == 4 => (year, [*m1, *m2], [*d1, *d2]),
        _ => return None,
    };
    let two = |pair: [u8; 2]| digits(&pair).map(|n| n as i8);
    TradeDate::new(digits(year)?, two(month)?, two(day)?)
}

/// `2024/6/28`, `2024-6-28`, `2024年6月28日`.
fn parts(bare: &[u8]) -> Option<TradeDate> {
    if bare.len() > 20 {
        return None;
    }
    let text = std::str::from_utf8(bare).ok()?;
    let (year, rest) = text.split_once(['/', '-', '年'])?;
    let (month, day) = rest.split_once(['/', '-', '月'])?;
    let day = day.strip_suffix('日').unwrap_or(day);
    let short = |text: &str| (text.len() <= 2).then(|| digits(text.as_bytes())).flatten();
    if year.len() != 4 {
        return None;
    }
    TradeDate::new(digits(year.as_bytes())?, short(month)? as i8, short(day)? as i8)
}

/// Up to four digits.
fn digits(text: &[u8]) -> Option<i16> {
    if text.is_empty() || text.len() > 4 {
        return None;
    }
    text.iter().try_fold(0_i16, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i16::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_spellings_are_one_day() {
        for text in [
            "2020-04-02",
            "20200402",
            "2020/4/2",
            "2020/04/02",
            "2020-4-2",
            "2020年4月2日",
            "\"2020年04月02日\"",
            " 2020-04-02 ",
            "2020-04-02 00:00:00-04:00",
            "2020-04-02T00:00:00Z",
        ] {
            assert_eq!(day(text.as_bytes()), TradeDate::new(2020, 4, 2), "{text}");
        }
        for text in ["Apr 02, 2020", "\"Apr 2, 2020\"", "04/02/2020", "4/2/2020"] {
            assert_eq!(english_day(text.as_bytes()), TradeDate::new(2020, 4, 2), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_day() {
        for text in [
            "",
            "2020-04-31",
            "20-04-2020",
            "2020.04.02",
            "2020-04-02 09:30:00",
            "２０２００４０２",
            "2020年4月",
        ] {
            assert_eq!(day(text.as_bytes()), None, "{text}");
        }
        for text in ["13/02/2020", "Foo 2, 2020", "Apr 2 20", "2020-04-02", "04/002/2020"] {
            assert_eq!(english_day(text.as_bytes()), None, "{text}");
        }
    }
}
