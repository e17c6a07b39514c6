//! Random draws keyed by what they are for: (seed; entity, step, purpose).
//!
//! No draw depends on the order in which things run or on who else draws, so an agent that never acts
//! changes nobody's luck, and any number of threads draws the same numbers.
//!
//! One Philox block gives four words. Entities are laid over blocks in tiles of 64 so that sixteen
//! neighbouring entities take the same word of sixteen neighbouring blocks: a vector of blocks then
//! yields its words in the entities' own order, whatever the vector's width.

use crate::philox::philox4x32_10;

/// Entities that share one set of sixteen blocks.
pub const TILE: usize = 64;
const BLOCKS: usize = 16;

/// What a draw is for. Two purposes never share a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(u32);

impl Purpose {
    /// The word that stands for it in counters.
    #[must_use]
    pub const fn code(self) -> u32 {
        self.0
    }

    /// A policy's decisions; `index` distinguishes the draws of one agent in one step.
    #[must_use]
    pub const fn decision(index: u16) -> Self {
        Self(1 << 16 | index as u32)
    }

    /// The order in which orders arrive at venue `index`.
    #[must_use]
    pub const fn arrival(index: u16) -> Self {
        Self(2 << 16 | index as u32)
    }

    /// A cohort's parameter `index`, drawn before the first step.
    #[must_use]
    pub const fn parameter(index: u16) -> Self {
        Self(3 << 16 | index as u32)
    }

    /// A token distribution's shares; `index` is the distribution's.
    #[must_use]
    pub const fn distribution(index: u16) -> Self {
        Self(4 << 16 | index as u32)
    }

    /// An outside event; `index` is the shock's.
    #[must_use]
    pub const fn shock(index: u16) -> Self {
        Self(5 << 16 | index as u32)
    }

    /// In which turn agents act that act one after another.
    #[must_use]
    pub const fn turn() -> Self {
        Self(7 << 16)
    }

    /// Which of a resource's nodes fail, and whatever else its capacity `index` draws.
    #[must_use]
    pub const fn capacity(index: u16) -> Self {
        Self(8 << 16 | index as u32)
    }

    /// What agents need, ask for and make of resources; `index` distinguishes the draws of one agent in one step.
    #[must_use]
    pub const fn request(index: u16) -> Self {
        Self(9 << 16 | index as u32)
    }

    /// In which order those are served whom a resource's rule `index` ranks by lot.
    #[must_use]
    pub const fn lottery(index: u16) -> Self {
        Self(10 << 16 | index as u32)
    }

    /// How a network `index` is generated.
    #[must_use]
    pub const fn network(index: u16) -> Self {
        Self(11 << 16 | index as u32)
    }

    /// Who listens to those who point to capacity, and where they are pointed; `index` distinguishes them.
    #[must_use]
    pub const fn advice(index: u16) -> Self {
        Self(13 << 16 | index as u32)
    }

    /// How an agent votes; `index` distinguishes the draws about the proposals of one step.
    #[must_use]
    pub const fn vote(index: u16) -> Self {
        Self(14 << 16 | index as u32)
    }

    /// Which stakes of pool `index` are found at fault.
    #[must_use]
    pub const fn stake(index: u16) -> Self {
        Self(index as u32)
    }

    /// What happens on boards of tasks; `index` distinguishes the boards and the draws about one worker in one step.
    #[must_use]
    pub const fn task(index: u16) -> Self {
        Self(15 << 16 | index as u32)
    }

    /// Whom those who promote something approach, and who is reached; `index`, below 2¹⁵, tells the draws of a step apart.
    #[must_use]
    pub const fn contact(index: u16) -> Self {
        Self(12 << 16 | index as u32 & 0x7fff)
    }

    /// Whatever is left to chance under contracts: which claims are challenged, which frauds are found; `index`, below 2¹⁵,
    /// tells contracts and their draws apart.
    #[must_use]
    pub const fn contract(index: u16) -> Self {
        Self(12 << 16 | 0x8000 | index as u32 & 0x7fff)
    }

    /// Which agents are sampled into a table.
    #[must_use]
    pub const fn sample(index: u16) -> Self {
        Self(6 << 16 | index as u32)
    }
}

/// The seed of a run, from which every draw is keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    key: [u32; 2],
}

impl Keys {
    /// Keys of a run.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32] }
    }

    /// Keys of the same run as it could have gone from `step` on: nothing is drawn by both.
    #[must_use]
    pub fn elsewhere(self, step: u32) -> Self {
        let word = |entity: u64| self.word(Purpose(15 << 16), entity, step);
        Self { key: [word(0), word(1)] }
    }

    /// One word for one entity. The same number [`Keys::fill`] gives at that entity's place.
    #[must_use]
    pub const fn word(self, purpose: Purpose, entity: u64, step: u32) -> u32 {
        let block = (entity / TILE as u64) * BLOCKS as u64 + entity % BLOCKS as u64;
        let lane = (entity as usize % TILE) / BLOCKS;
        philox4x32_10([block as u32, (block >> 32) as u32, step, purpose.0], self.key)[lane]
    }

    /// A uniform number in [0, 1) with 32 bits for one entity.
    #[must_use]
    pub fn unit(self, purpose: Purpose, entity: u64, step: u32) -> f64 {
        unit(self.word(purpose, entity, step))
    }

    /// Words for the entities `first..first + words.len()`; `first` is a multiple of [`TILE`].
    ///
    /// # Panics
    /// When `first` is not a multiple of [`TILE`].
    pub fn fill(self, purpose: Purpose, first: u64, step: u32, words: &mut [u32]) {
        assert!(first.is_multiple_of(TILE as u64), "draws are filled from whole tiles");
        fill_words(self.key, purpose.0, first / TILE as u64 * BLOCKS as u64, step, words);
    }

    /// A stream of draws for one entity, for sampling that needs an unknown number of them.
    #[must_use]
    pub const fn stream(self, purpose: Purpose, entity: u64, step: u32) -> Stream {
        Stream { key: self.key, purpose: purpose.0, entity, step, block: 0, words: [0; 4], used: 4 }
    }
}

/// A word as a uniform number in [0, 1).
#[inline(always)]
#[must_use]
pub const fn unit(word: u32) -> f64 {
    word as f64 * (1.0 / 4_294_967_296.0)
}

#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn fill_words(key: [u32; 2], purpose: u32, first_block: u64, step: u32, words: &mut [u32]) {
    let mut block = first_block;
    let mut tiles = words.chunks_exact_mut(TILE);
    for tile in &mut tiles {
        fill_tile(key, purpose, block, step, tile.try_into().expect("a tile has 64 words"));
        block += BLOCKS as u64;
    }
    let rest = tiles.into_remainder();
    if !rest.is_empty() {
        let mut tile = [0; TILE];
        fill_tile(key, purpose, block, step, &mut tile);
        rest.copy_from_slice(&tile[..rest.len()]);
    }
}

#[inline(always)]
fn fill_tile(key: [u32; 2], purpose: u32, block: u64, step: u32, tile: &mut [u32; TILE]) {
    // A tile's sixteen blocks never straddle a multiple of 2^32, so the high word is theirs together.
    let (low, high) = (block as u32, (block >> 32) as u32);
    for i in 0..BLOCKS {
        let words = philox4x32_10([low.wrapping_add(i as u32), high, step, purpose], key);
        for lane in 0..4 {
            tile[lane * BLOCKS + i] = words[lane];
        }
    }
}

/// As many draws as wanted for one (entity, step, purpose).
///
/// A stream counts its blocks, from one, in the bits above the purpose; [`Keys::fill`] leaves them zero, so
/// that no stream meets a filled column.
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    purpose: u32,
    entity: u64,
    step: u32,
    block: u32,
    words: [u32; 4],
    used: usize,
}

/// Bits of a purpose; a stream's block number stands above them.
const PURPOSE_BITS: u32 = 20;

impl Stream {
    /// The next word.
    pub fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.block += 1;
            assert!(self.block < 1 << (32 - PURPOSE_BITS), "a stream is for at most 16,380 words");
            let counter =
                [self.entity as u32, (self.entity >> 32) as u32, self.step, self.block << PURPOSE_BITS | self.purpose];
            self.words = philox4x32_10(counter, self.key);
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }

    /// A uniform number in (0, 1) with 53 bits, never zero.
    pub fn open_unit(&mut self) -> f64 {
        let bits = u64::from(self.word()) << 32 | u64::from(self.word());
        ((bits >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    /// A standard normal number (Box and Muller 1958; the cosine branch alone, so that every call is alike).
    pub fn normal(&mut self) -> f64 {
        let radius = crate::elementary::sqrt(-2.0 * crate::elementary::ln(self.open_unit()));
        radius * crate::elementary::cos(std::f64::consts::TAU * self.open_unit())
    }

    /// A gamma number with unit scale (Marsaglia and Tsang 2000; the shape below one by their boost).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = crate::elementary::pow(self.open_unit(), 1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / crate::elementary::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if crate::elementary::ln(self.open_unit()) < 0.5 * x * x + d - d * v + d * crate::elementary::ln(v) {
                    return d * v;
                }
            }
        }
    }

    /// A beta number in (0, 1) as a ratio of gammas.
    pub fn beta(&mut self, alpha: f64, beta: f64) -> f64 {
        let (x, y) = (self.gamma(alpha), self.gamma(beta));
        if x + y > 0.0 { x / (x + y) } else { alpha / (alpha + beta) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_equals_its_place_in_a_filled_column() {
        let keys = Keys::new(0xDEAD_BEEF_0123_4567);
        for first in [0_u64, 64, 1 << 20, (1 << 36) - 64] {
            let mut words = [0; 200];
            keys.fill(Purpose::decision(3), first, 9, &mut words);
            for (i, &word) in words.iter().enumerate() {
                assert_eq!(word, keys.word(Purpose::decision(3), first + i as u64, 9));
            }
        }
    }

    /// A purpose stands below the number of a stream's block; each kind has its own range.
    #[test]
    fn purposes_do_not_reach_into_each_other() {
        let kinds: [fn(u16) -> Purpose; 17] = [
            Purpose::decision,
            Purpose::arrival,
            Purpose::parameter,
            Purpose::distribution,
            Purpose::shock,
            |_| Purpose::turn(),
            Purpose::capacity,
            Purpose::request,
            Purpose::lottery,
            Purpose::network,
            Purpose::advice,
            Purpose::vote,
            Purpose::stake,
            Purpose::task,
            Purpose::contact,
            Purpose::contract,
            Purpose::sample,
        ];
        let codes = |kind: &fn(u16) -> Purpose| [0, 1, 77, 0x7fff].map(|index| kind(index).code()).to_vec();
        let mut ranges: Vec<Vec<u32>> = kinds.iter().map(codes).collect();
        ranges.iter_mut().for_each(Vec::dedup);
        let mut all: Vec<u32> = ranges.concat();
        assert!(all.iter().all(|&code| code < 1 << PURPOSE_BITS));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "two purposes share a code");
    }

    #[test]
    fn purposes_steps_entities_and_seeds_do_not_share_draws() {
        let word = |seed, purpose, entity, step| Keys::new(seed).word(purpose, entity, step);
        let base = word(1, Purpose::decision(0), 0, 0);
        for other in [
            word(2, Purpose::decision(0), 0, 0),
            word(1 << 32 | 1, Purpose::decision(0), 0, 0),
            word(1, Purpose::arrival(0), 0, 0),
            word(1, Purpose::decision(1), 0, 0),
            word(1, Purpose::decision(0), 1, 0),
            word(1, Purpose::decision(0), 16, 0),
            word(1, Purpose::decision(0), 64, 0),
            word(1, Purpose::decision(0), 0, 1),
        ] {
            assert_ne!(base, other);
        }
    }

    /// Means and variances of the samplers within five standard errors of theory.
    #[test]
    fn samplers_have_their_moments() {
        let n = 40_000_u64;
        let moments = |sample: &dyn Fn(&mut Stream) -> f64| {
            let values: Vec<f64> =
                (0..n).map(|i| sample(&mut Keys::new(5).stream(Purpose::parameter(0), i, 0))).collect();
            let mean = crate::sum::mean(&values);
            (mean, crate::sum::sum_by(values.len(), |i| (values[i] - mean) * (values[i] - mean)) / n as f64)
        };
        let near = |value: f64, expected: f64, deviation: f64| {
            assert!((value - expected).abs() < 5.0 * deviation / (n as f64).sqrt(), "{value} is not near {expected}");
        };
        let (mean, variance) = moments(&Stream::open_unit);
        near(mean, 0.5, (1.0_f64 / 12.0).sqrt());
        near(variance, 1.0 / 12.0, (1.0_f64 / 180.0).sqrt());
        let (mean, variance) = moments(&Stream::normal);
        near(mean, 0.0, 1.0);
        near(variance, 1.0, 2.0_f64.sqrt());
        for shape in [0.3, 1.0, 2.5] {
            near(moments(&|s: &mut Stream| s.gamma(shape)).0, shape, shape.sqrt());
        }
        let (a, b) = (2.0, 5.0);
        let variance = a * b / ((a + b) * (a + b) * (a + b + 1.0));
        near(moments(&|s: &mut Stream| s.beta(a, b)).0, a / (a + b), variance.sqrt());
    }
}
