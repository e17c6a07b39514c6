//! Bubbles as they form.

use walras_catalog::entry;
use walras_numerics::elementary::{ln, sqrt};

use super::explosive::{LEAST, SIZES, backward_sup, critical_value, critical_values};
use super::window::{HEAD, Window, push};
use super::{Monitor, Seen, Verdict, Watches, memory_of, number};

entry! {
    /// An alert while a price grows explosively: faster in proportion the higher it is, as no random walk does.
    ///
    /// At the end of every step the logarithm of the price is tested for an explosive root (Dickey and Fuller's
    /// regression, no lags) over every stretch that ends now and has at least `least` prices, and the greatest statistic is
    /// held against what random walks reach. As long as the run is no longer than `window` this is the test of the paper
    /// in real time; from then on stretches begin at most a window ago. Collapses that are as sudden may be found, too: a
    /// root above one leads either way. A price that is not positive is passed over.
    pub struct Bubble = "bubble" {
        formula: "BSADF_t = max_{s ≤ t−least+1} t(β) of Δy = α + β·y₋₁ + e over y_s … y_t, y = ln P; alert where BSADF_t > the critical value of its length",
        check: check,
        source: "P. C. B. Phillips, S. Shi and J. Yu, \"Testing for multiple bubbles\", International Economic Review 56, 2015",
        /// The most prices that are looked back on.
        window: u32 = 100, within 10.0..=2048.0, unit "step";
        /// The fewest prices of a stretch; absent for the paper's rule ⌊window·(0.01 + 1.8/√window)⌋.
        least: Option<u32>, within 4.0..=2048.0, unit "step";
        /// How often a random walk may not pass the critical value, at any one length.
        confidence: f64 = 0.95, within 0.5..=0.999;
        /// How many random walks give the critical values.
        paths: u32 = 1000, within 100.0..=100000.0;
        /// The critical value of all lengths, instead of simulated ones.
        critical: Option<f64>, within -100.0..=1e6;
    }
}

fn check(bubble: &Bubble) -> Result<(), (&'static str, String)> {
    match bubble.least {
        Some(least) if least > bubble.window => {
            Err(("least", format!("stretches of {least} prices do not fit into a window of {}", bubble.window)))
        }
        _ => Ok(()),
    }
}

impl Bubble {
    /// The fewest prices of a stretch.
    fn least(&self) -> usize {
        let window = f64::from(self.window);
        let rule = || (window * (0.01 + 1.8 / sqrt(window))) as u32;
        (self.least.unwrap_or_else(rule) as usize).max(LEAST)
    }
}

/// The critical values stand before the window of the prices' logarithms.
const CRITICAL: usize = 2 * SIZES;

impl Monitor for Bubble {
    fn watches(&self) -> Watches<'_> {
        Watches::Number
    }

    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        let mut memory = memory_of(1, self.window, CRITICAL + HEAD)?;
        if self.critical.is_none() {
            let values = critical_values(self.least(), self.window as usize, self.confidence, self.paths);
            memory[..CRITICAL].copy_from_slice(&values);
        }
        Ok(memory)
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Some(price) = number(seen).filter(|&price| price > 0.0) else { return Verdict::Quiet };
        let (critical, past) = memory.split_at_mut(CRITICAL);
        push(past, ln(price));
        let window = Window::of(past);
        let level = self.critical.unwrap_or_else(|| critical_value(critical, window.len()));
        match backward_sup(window.newest_first(), self.least()) {
            Some(value) => Verdict::above(value, level),
            None => Verdict::Quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::elementary::exp;
    use walras_numerics::{Keys, Purpose};

    use super::*;
    use crate::monitor::laws::{alerts, read};

    fn monitor() -> Bubble {
        Bubble { window: 100, least: None, confidence: 0.99, paths: 500, critical: None }
    }

    /// A price whose logarithm walks at random but for steps 60 to 79, in which it grows by 6 % of itself a step.
    fn price_with_bubble(seed: u64) -> Vec<f64> {
        let mut stream = Keys::new(seed).stream(Purpose::parameter(1), 0, 0);
        let mut level = 1.0;
        (0..140)
            .map(|step| {
                let growth = if (60..80).contains(&step) { 0.06 * level } else { 0.0 };
                level += growth + 0.02 * stream.normal();
                if step == 80 {
                    level = 1.0;
                }
                exp(level)
            })
            .collect()
    }

    #[test]
    fn a_bubble_is_found_while_it_grows_and_not_before() {
        let (mut found, mut early) = (0, 0);
        for seed in 0..20 {
            let raised: Vec<bool> = alerts(&monitor(), &price_with_bubble(seed)).map(|one| one.is_alert()).collect();
            found += usize::from(raised[60..80].contains(&true));
            early += raised[..60].iter().filter(|&&alert| alert).count();
        }
        assert!(found == 20, "{found} of 20 bubbles were found");
        // One look in a hundred, 42 looks in each of 20 runs; looks at neighbouring steps are alike.
        assert!(early < 40, "{early} alerts before any bubble");
    }

    /// ⌊100·(0.01 + 1.8/√100)⌋ = 19.
    #[test]
    fn the_least_stretch_is_the_papers() {
        assert_eq!(monitor().least(), 19);
        assert_eq!(Bubble { least: Some(30), ..monitor() }.least(), 30);
    }

    #[test]
    fn a_stretch_longer_than_the_window_is_refused() {
        let problem = read("bubble", &[("window", 20.0), ("least", 21.0)]).unwrap_err();
        assert!(problem.message.contains("do not fit"), "{problem:?}");
    }

    #[test]
    fn a_price_that_is_not_positive_is_passed_over() {
        let fixed = Bubble { critical: Some(-100.0), window: 10, least: Some(5), ..monitor() };
        let with: Vec<Verdict> = alerts(&fixed, &[1.0, 2.0, 0.0, 4.0, -3.0, 3.0, 5.0]).collect();
        let without: Vec<Verdict> = alerts(&fixed, &[1.0, 2.0, 4.0, 3.0, 5.0]).collect();
        assert!(without[4].is_alert());
        assert_eq!(with[6], without[4]);
    }
}
