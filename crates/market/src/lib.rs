//! Walras: market.
