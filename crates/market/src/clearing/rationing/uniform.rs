//! The same for everyone.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Claims, Rationing, one_each};

entry! {
    /// Everyone gets the same, or the claim where that is less: the smallest grant is as large as it can be.
    ///
    /// Atoms that cannot be shared go one each to those who arrived first. Nobody gains by claiming more than is
    /// wanted, which makes it the one efficient, symmetric and strategy-proof rule where wants are single-peaked.
    pub struct Uniform = "uniform" {
        formula: "g_i = min(q_i, λ),  λ such that Σ g_i = A",
        source: "Y. Sprumont, \"The division problem with single-peaked preferences\", Econometrica 59(2), 1991",
    }
}

impl Rationing for Uniform {
    fn grant(&self, claims: &Claims<'_>, available: i128, granted: &mut [Atoms]) {
        assert!(claims.size.len() == granted.len(), "claims are columns of one length");
        if claims.total() <= available {
            granted.copy_from_slice(claims.size);
            return;
        }
        let mut rows: Vec<u32> = (0..granted.len() as u32).collect();
        rows.sort_unstable_by_key(|&row| claims.size[row as usize]);
        let mut left = available;
        // Those whose claim is below an equal share of what is left are served whole.
        let whole = rows.iter().enumerate().position(|(before, &row)| {
            let size = i128::from(claims.size[row as usize]);
            let waiting = (rows.len() - before) as i128;
            let unmet = size > left / waiting;
            if !unmet {
                granted[row as usize] = claims.size[row as usize];
                left -= size;
            }
            unmet
        });
        let Some(whole) = whole else { return };
        let waiting = &mut rows[whole..];
        let level = left / waiting.len() as i128;
        for &row in waiting.iter() {
            // Below a claim, so an `i64`.
            granted[row as usize] = level as Atoms;
        }
        one_each(waiting, (left - level * waiting.len() as i128) as usize, claims.arrival, granted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 12 among 2, 9, 4 and 9: 2 and then 10 among three, of which 4 is more than 10/3, so 4, 3 and 3.
    #[test]
    fn small_claims_are_met_and_the_rest_is_level() {
        let (size, arrival) = ([2, 9, 4, 9], [3, 2, 1, 0]);
        let claims = Claims { size: &size, eagerness: &[0.0; 4], arrival: &arrival };
        let mut granted = [0; 4];
        Uniform {}.grant(&claims, 12, &mut granted);
        assert_eq!(granted, [2, 3, 3, 4]);
    }
}
