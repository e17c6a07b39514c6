//! Walras: scenario.
