//! Trades that come to nothing.

use walras_catalog::entry;

use super::{Monitor, Seen, Verdict, Watches, memory_of};

entry! {
    /// An alert while too much of the volume is of traders whose purchases and sales cancel. It points to them.
    ///
    /// Purchases and sales of the last `window` steps are compared, for each trader. Who makes a market honestly ends flat,
    /// too: watch such traders apart, or choose the window so short that their stock shows. Traders that pass tokens in a
    /// circle end flat only one by one where each both buys and sells; watched as groups they cancel within the group.
    pub struct WashTrading = "wash_trading" {
        formula: "trader i washes where min(b_i, s_i) ≥ (1 − tolerance)·max(b_i, s_i) > 0; alert where Σ_washing (b_i + s_i)/Σ (b_i + s_i) > limit",
        source: "F. Victor and A. M. Weintraud, \"Detecting and quantifying wash trading on decentralized cryptocurrency exchanges\", WWW 2021, section 4: position changes within 1 % of volume",
        /// Steps over which purchases and sales are compared.
        window: u32 = 20, within 1.0..=4096.0, unit "step";
        /// By what part a trader's purchases and sales may differ to count as cancelling.
        tolerance: f64 = 0.01, within 0.0..=1.0;
        /// The greatest part of the volume that is in order.
        limit: f64 = 0.1, within 0.0..=1.0;
    }
}

/// Where the count of steps seen stands. For each row its purchases follow and then its sales, each a ring of the window
/// after its sum.
const COUNT: usize = 0;

impl Monitor for WashTrading {
    fn watches(&self) -> Watches<'_> {
        Watches::Trades
    }

    fn memory(&self, rows: usize) -> Result<Vec<f64>, String> {
        memory_of(2 * rows, self.window + 1, COUNT + 1)
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Seen::Trades { bought, sold } = *seen else { return Verdict::Quiet };
        let window = self.window as usize;
        let slot = memory[COUNT] as usize % window;
        memory[COUNT] += 1.0;
        let (mut all, mut washed) = (0.0, 0.0);
        for (row, rings) in memory[COUNT + 1..].chunks_exact_mut(2 * (window + 1)).enumerate() {
            let (purchases, sales) = rings.split_at_mut(window + 1);
            let (purchases, sales) = (take(purchases, slot, bought[row]), take(sales, slot, sold[row]));
            all += purchases + sales;
            if purchases.min(sales) >= (1.0 - self.tolerance) * purchases.max(sales) && purchases.max(sales) > 0.0 {
                washed += purchases + sales;
                pointed.push(row as u32);
            }
        }
        let verdict = if all > 0.0 { Verdict::above(washed / all, self.limit) } else { Verdict::Quiet };
        if !verdict.is_alert() {
            pointed.clear();
        }
        verdict
    }
}

/// Puts an amount in the oldest one's place and gives the sum of all. Once a window all are added up anew, so that what sums
/// beyond 2⁵³ lose by rounding does not gather.
fn take(summed: &mut [f64], slot: usize, amount: i64) -> f64 {
    let [sum, ring @ ..] = summed else { return 0.0 };
    *sum += amount as f64 - ring[slot];
    ring[slot] = amount as f64;
    if slot == 0 {
        *sum = ring.iter().fold(0.0, |sum, amount| sum + amount);
    }
    *sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor() -> WashTrading {
        WashTrading { window: 2, tolerance: 0.1, limit: 0.5 }
    }

    /// Row 0 buys and sells the same within two steps, row 1 only buys, row 2 nearly cancels in one step.
    #[test]
    fn only_what_cancels_within_the_window_counts() {
        let monitor = monitor();
        let mut memory = monitor.memory(3).unwrap();
        let mut pointed = Vec::new();
        let mut look = |bought: [i64; 3], sold: [i64; 3]| {
            let seen = Seen::Trades { bought: &bought, sold: &sold };
            (monitor.look(&seen, &mut memory, &mut pointed), pointed.clone())
        };
        assert_eq!(look([10, 10, 0], [0, 0, 0]), (Verdict::Quiet, vec![]));
        // 20 of 30 cancel, and of row 2 nothing yet.
        assert_eq!(look([0, 0, 0], [10, 0, 0]), (Verdict::Alert { level: 0.5, value: 2.0 / 3.0 }, vec![0]));
        // The purchase of row 0 has left the window: its sale alone does not cancel; 19 of 39 do.
        assert_eq!(look([0, 10, 10], [0, 0, 9]), (Verdict::Quiet, vec![]));
        // Now all that is left are rows 1 and 2: 19 of 29.
        assert_eq!(look([0, 0, 0], [0, 0, 0]), (Verdict::Alert { level: 0.5, value: 19.0 / 29.0 }, vec![2]));
        assert_eq!(look([0, 0, 0], [0, 0, 0]), (Verdict::Quiet, vec![]));
    }

    #[test]
    fn what_cannot_be_remembered_is_refused() {
        let long = WashTrading { window: 4096, ..monitor() };
        assert!(long.memory(500).is_ok());
        assert!(long.memory(1000).unwrap_err().contains("watch groups instead of agents"));
        assert!(long.memory(usize::MAX / 2).is_err());
    }
}
