//! Walras: agents.
