//! Walras: measures.
