//! Walras: engine.
