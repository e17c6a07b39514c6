//! Times as data files write them.

/// A time and what was said of its zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timestamp {
    /// Seconds from 1970-01-01 00:00, in the zone given or in none.
    pub seconds: f64,
    /// Minutes ahead of UTC, where the text says.
    pub offset_minutes: Option<i32>,
}

/// Reads `YYYY-MM-DD hh:mm:ss[.fraction][Z | ±hh:mm]`, with a space or a `T` between date and time, or a plain number of
/// seconds. An offset from UTC is taken off, so that times with different ones can be compared.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then_some(Timestamp { seconds, offset_minutes: None });
    }
    let (date, time) = text.split_once([' ', 'T'])?;
    let mut parts = date.split('-');
    let mut whole = |digits: usize| parts.next().filter(|part| part.len() == digits).and_then(number);
    let (year, month, day) = (whole(4)?, whole(2)?, whole(2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let (clock, offset_minutes) = split_offset(time)?;
    let mut parts = clock.split(':');
    let mut whole = || parts.next().filter(|part| part.len() == 2).and_then(number);
    let (hour, minute) = (whole()?, whole()?);
    let second = parts.next()?;
    let digits = second.split('.').next()?;
    let fraction = second.strip_prefix(digits)?.strip_prefix('.');
    let fraction_is_number = fraction.is_none_or(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
    let whole_second = number(digits).filter(|&it| digits.len() == 2 && it < 61)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || !fraction_is_number {
        return None;
    }
    let fraction = fraction.map_or(Some(0.0), |digits| format!("0.{digits}").parse::<f64>().ok())?;
    let days = days_from_1970(year, month, day);
    let whole = (days * 24 + hour) * 3600 + minute * 60 + whole_second - i64::from(offset_minutes.unwrap_or(0)) * 60;
    Some(Timestamp { seconds: whole as f64 + fraction, offset_minutes })
}

fn number(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The time of day, and the minutes ahead of UTC where they are given.
fn split_offset(time: &str) -> Option<(&str, Option<i32>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, None)) };
    let (clock, offset) = time.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits: String = offset[1..].chars().filter(|&c| c != ':').collect();
    let value = number(&digits).filter(|_| digits.len() == 4)?;
    let (hours, minutes) = (value / 100, value % 100);
    (hours <= 14 && minutes < 60).then_some((clock, Some(sign * (hours * 60 + minutes) as i32)))
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the Gregorian calendar since 1970-01-01 (E. G. Richards, "Calendars", in the Explanatory Supplement to the
/// Astronomical Almanac, 2013: years that begin in March end in the leap day).
fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day
        - 1
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<f64> {
        parse(text).map(|time| time.seconds)
    }

    /// As `date -u -d TEXT +%s` has them.
    #[test]
    fn times_are_seconds_from_1970() {
        assert_eq!(seconds("1970-01-01 00:00:00"), Some(0.0));
        assert_eq!(seconds("2000-02-29 12:00:00"), Some(951_825_600.0));
        assert_eq!(seconds("2023-11-16 18:15:46.5"), Some(1_700_158_546.5));
        assert_eq!(seconds("2023-11-16T18:15:46Z"), Some(1_700_158_546.0));
        assert_eq!(seconds("2023-11-16T19:15:46+01:00"), Some(1_700_158_546.0));
        assert_eq!(seconds("2023-11-16T10:45:46-0730"), Some(1_700_158_546.0));
        assert_eq!(seconds("12.5"), Some(12.5));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2023-11-16",
            "2023-13-01 00:00:00",
            "2023-02-29 00:00:00",
            "2023-11-16 24:00:00",
            "2023-11-16 18:60:00",
            "2023-11-16 18:15",
            "2023-11-16 18:15:4",
            "2023-11-16 18:15:46.",
            "nan",
            "2023-11-16 18:15:46+25:00",
            "16/11/2023 18:15:46",
            "2023-1-16 18:15:46",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
