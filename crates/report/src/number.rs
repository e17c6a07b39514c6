//! Numbers written for people: grouped digits, SI prefixes, a true minus sign.

/// Space between groups of digits and before a prefix or a per cent sign: narrow, never broken.
pub const THIN_SPACE: char = '\u{202f}';

const MINUS: char = '\u{2212}';

/// A number with about `digits` significant digits: grouped below ten million (`12 345.7`), with an SI
/// prefix up to 10^18 (`12.35 M`), as a power of ten beyond and below 10^−4 (`1.2×10⁻⁷`).
///
/// Whole numbers below ten million are written in full. NaN is `–`.
#[must_use]
pub fn short(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    let sign = if value < 0.0 { String::from(MINUS) } else { String::new() };
    let size = value.abs();
    if size.is_infinite() {
        return sign + "∞";
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    let (significand, exponent) = scientific(size, digits);
    let written = if !(-4..18).contains(&exponent) {
        format!("{}×10{}", trim(&significand), superscript(exponent))
    } else if size >= 1e7 {
        with_prefix(size, digits, exponent)
    } else if (size - size.floor()).abs() == 0.0 {
        group(&format!("{size:.0}"))
    } else {
        let rounded = fixed(size, digits, exponent);
        group(trim(&rounded))
    };
    sign + &written
}

/// A number with five significant digits; see [`short`].
#[must_use]
pub fn people(value: f64) -> String {
    short(value, 5)
}

/// A fraction of one as a percentage with one decimal: 0.1234 is `12.3 %`.
#[must_use]
pub fn percent(fraction: f64) -> String {
    if fraction.is_nan() {
        return "–".to_owned();
    }
    let value = fraction * 100.0;
    let places = if value.abs() >= 0.05 || value == 0.0 { 1 } else { 3 };
    let written = format!("{:.places$}", value.abs());
    let sign = if value < 0.0 && written.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        String::from(MINUS)
    } else {
        String::new()
    };
    format!("{sign}{}{THIN_SPACE}%", group(&written))
}

/// A whole number, grouped.
#[must_use]
pub fn count(value: u64) -> String {
    group(&value.to_string())
}

/// An exact amount of atoms as units of an asset with `decimals`, grouped, every decimal written.
#[must_use]
pub fn atoms(amount: i128, decimals: u8) -> String {
    let places = usize::from(decimals);
    let digits = format!("{:0>width$}", amount.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let sign = if amount < 0 { String::from(MINUS) } else { String::new() };
    let point = if places == 0 { "" } else { "." };
    format!("{sign}{}{point}{part}", group(whole))
}

/// A length of time: `0.42 s`, `12.3 s`, `3 min 5 s`, `2 h 14 min`. NaN is `–`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if seconds.is_nan() || seconds < 0.0 {
        return "–".to_owned();
    }
    if seconds < 0.001 {
        return format!("{}{THIN_SPACE}µs", short(seconds * 1e6, 3));
    }
    if seconds < 1.0 {
        return format!("{}{THIN_SPACE}ms", short(seconds * 1e3, 3));
    }
    if seconds < 60.0 {
        return format!("{}{THIN_SPACE}s", short(seconds, 3));
    }
    let whole = seconds.round();
    let (hours, minutes) = ((whole / 3600.0).floor(), (whole / 60.0).floor() % 60.0);
    if hours > 0.0 {
        return format!("{}{THIN_SPACE}h {minutes:.0}{THIN_SPACE}min", short(hours, 5));
    }
    format!("{minutes:.0}{THIN_SPACE}min {:.0}{THIN_SPACE}s", whole % 60.0)
}

/// Significand with `digits` digits and exponent of ten, after rounding.
fn scientific(size: f64, digits: usize) -> (String, i32) {
    let text = format!("{size:.precision$e}", precision = digits.max(1) - 1);
    let (significand, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (significand.to_owned(), exponent.parse().unwrap_or(0))
}

/// Fixed-point text with `digits` significant digits.
fn fixed(size: f64, digits: usize, exponent: i32) -> String {
    let last = i32::try_from(digits).unwrap_or(17) - 1 - exponent;
    let places = usize::try_from(last).unwrap_or(0);
    format!("{size:.places$}")
}

fn with_prefix(size: f64, digits: usize, exponent: i32) -> String {
    let (power, prefix) = match exponent {
        7..=8 => (6, 'M'),
        9..=11 => (9, 'G'),
        12..=14 => (12, 'T'),
        _ => (15, 'P'),
    };
    let scale: f64 = (0..power).fold(1.0, |scale, _| scale * 10.0);
    let rounded = fixed(size / scale, digits.min(4), exponent - power);
    format!("{}{THIN_SPACE}{prefix}", trim(&rounded))
}

/// Without zeros after the decimal point that say nothing.
fn trim(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Thin spaces between groups of three digits before the point. Four digits stay together.
pub(crate) fn group(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    if whole.len() <= 4 {
        return text.to_owned();
    }
    let mut grouped = String::with_capacity(text.len() + 6);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(THIN_SPACE);
        }
        grouped.push(digit);
    }
    grouped + rest
}

fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            other => char::from_u32(0x2070 + other.to_digit(10).unwrap_or(0)).unwrap_or(other),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace(THIN_SPACE, "_")
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (1.5, "1.5"),
            (1.234_567, "1.2346"),
            (9.999_99, "10"),
            (1234.5678, "1234.6"),
            (12_345.67, "12_346"),
            (9_999_999.0, "9_999_999"),
            (12_345_678.0, "12.35_M"),
            (-2.5e9, "−2.5_G"),
            (3e13, "30_T"),
            (4.2e16, "42_P"),
            (1e18, "1×10¹⁸"),
            (0.001, "0.001"),
            (0.000_012, "1.2×10⁻⁵"),
            (f64::NAN, "–"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(plain(&people(value)), expected, "{value}");
        }
    }

    #[test]
    fn percentages_have_one_decimal() {
        assert_eq!(plain(&percent(0.1234)), "12.3_%");
        assert_eq!(plain(&percent(-0.5)), "−50.0_%");
        assert_eq!(plain(&percent(123.456)), "12_345.6_%");
        assert_eq!(plain(&percent(-1e-9)), "0.000_%");
    }

    #[test]
    fn atoms_are_written_exactly() {
        assert_eq!(atoms(0, 0), "0");
        assert_eq!(atoms(0, 2), "0.00");
        assert_eq!(atoms(-5, 2), "−0.05");
        assert_eq!(plain(&atoms(1_234_567_890, 6)), "1234.567890");
        assert_eq!(plain(&atoms(12_345_678, 0)), "12_345_678");
        let largest = plain(&atoms(i128::MIN, 18)).replace(['_', '.'], "");
        assert_eq!(largest, format!("−{}", i128::MIN.unsigned_abs()));
    }

    #[test]
    fn durations_have_the_unit_that_fits() {
        assert_eq!(plain(&duration(0.000_25)), "250_µs");
        assert_eq!(plain(&duration(0.4237)), "424_ms");
        assert_eq!(plain(&duration(12.34)), "12.3_s");
        assert_eq!(plain(&duration(185.2)), "3_min 5_s");
        assert_eq!(plain(&duration(8054.0)), "2_h 14_min");
    }
}
