//! Draws for tests, from a generator that shares nothing with the measures.

/// SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Samples(u64);

impl Samples {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    /// Between 0 and 1, both excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and variance 1 (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (2.0 * std::f64::consts::PI * angle).cos()
    }

    /// That many normal draws.
    pub(crate) fn normals(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.normal()).collect()
    }

    /// The prices of a geometric random walk with that volatility of each step, from 100.
    pub(crate) fn walk(&mut self, steps: usize, volatility: f64) -> Vec<f64> {
        prices_of(&(0..steps).map(|_| volatility * self.normal()).collect::<Vec<f64>>())
    }
}

/// The prices from 100 that these log returns lead through.
pub(crate) fn prices_of(log_returns: &[f64]) -> Vec<f64> {
    let mut level = 100.0_f64.ln();
    let mut prices = vec![100.0];
    for log_return in log_returns {
        level += log_return;
        prices.push(level.exp());
    }
    prices
}
