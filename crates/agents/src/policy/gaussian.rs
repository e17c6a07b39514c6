//! Standard normal numbers, one for each random word, fast enough for whole columns.

use walras_numerics::elementary::{ln, sqrt};

/// The standard normal number at the quantile that a random word stands for, (word + ½)/2³².
///
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37, 1988, the version
/// of seven digits: more than the distances and returns that are drawn by it can be told apart by. Within ±6.3.
#[inline]
#[must_use]
pub fn normal(word: u32) -> f64 {
    let q = from_median(word);
    if q.abs() <= CENTRAL { central(q) } else { tail(q) }
}

/// Writes [`normal`] of each word.
pub fn fill_normals(words: &[u32], normals: &mut [f64]) {
    fill_central(words, normals);
    // One in seven is too far out, and only these take a logarithm.
    for (&word, normal) in words.iter().zip(normals) {
        let q = from_median(word);
        if q.abs() > CENTRAL {
            *normal = tail(q);
        }
    }
}

#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn fill_central(words: &[u32], normals: &mut [f64]) {
    for (&word, normal) in words.iter().zip(normals) {
        *normal = central(from_median(word));
    }
}

/// Quantiles this near to the median are told by one ratio of polynomials.
const CENTRAL: f64 = 0.425;

/// How far the quantile that a word stands for is from the median.
#[inline(always)]
fn from_median(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0) - 0.5
}

#[inline(always)]
fn central(q: f64) -> f64 {
    let r = 0.180_625 - q * q;
    let top = ((59.109_374_720 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9;
    let bottom = ((67.187_563_600 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0;
    q * top / bottom
}

fn tail(q: f64) -> f64 {
    let r = sqrt(-ln(if q < 0.0 { q + 0.5 } else { 0.5 - q }));
    let far = if r <= 5.0 {
        let r = r - 1.6;
        let top = ((0.170_238_211_03 * r + 1.306_728_481_6) * r + 2.756_815_390_0) * r + 1.423_437_277_7;
        top / ((0.120_211_329_75 * r + 0.737_001_642_50) * r + 1.0)
    } else {
        let r = r - 5.0;
        let top = ((0.017_337_203_997 * r + 0.428_682_943_37) * r + 3.081_226_386_0) * r + 6.657_905_115_0;
        top / ((0.012_258_202_635 * r + 0.241_978_942_25) * r + 1.0)
    };
    if q < 0.0 { -far } else { far }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of the normal distribution as tables have them.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        let table = [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_081_7),
            (0.9, 1.281_551_565_544_600_4),
            (0.95, 1.644_853_626_951_472_2),
            (0.975, 1.959_963_984_540_054),
            (0.999, 3.090_232_306_167_813_5),
            (0.999_999, 4.753_424_308_822_899),
        ];
        for (p, quantile) in table {
            let word = (p * 4_294_967_296.0 - 0.5_f64).round() as u32;
            // A word is this far from the quantile at most, through the density there.
            let density = (-0.5_f64 * quantile * quantile).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let tolerance = 1e-6 + 1.2e-10 / density;
            assert!((normal(word) - quantile).abs() < tolerance, "{p}: {}", normal(word));
            assert!((normal(u32::MAX - word) + quantile).abs() < tolerance, "{p}: {}", normal(u32::MAX - word));
        }
        assert!(normal(0) > -6.4 && normal(0) < -6.2 && normal(u32::MAX) == -normal(0));
    }

    #[test]
    fn a_column_is_filled_with_the_same_numbers() {
        let words: Vec<u32> = (0..1001).map(|i: u32| i.wrapping_mul(0x9e37_79b9)).chain([0, u32::MAX]).collect();
        let mut normals = vec![0.0; words.len()];
        fill_normals(&words, &mut normals);
        assert!(words.iter().zip(&normals).all(|(&word, filled)| normal(word).to_bits() == filled.to_bits()));
    }

    #[test]
    fn mean_variance_and_kurtosis_are_those_of_the_normal_distribution() {
        let n = 1 << 16;
        let moment = |power: u32| {
            let draw = |i: usize| normal((i as u32) << 16 | 0x8000);
            walras_numerics::sum::sum_by(n, |i| (0..power).fold(1.0, |product, _| product * draw(i))) / n as f64
        };
        assert!(moment(1).abs() < 1e-6 && moment(3).abs() < 1e-6);
        assert!((moment(2) - 1.0).abs() < 1e-3 && (moment(4) - 3.0).abs() < 0.02, "{} {}", moment(2), moment(4));
    }
}
