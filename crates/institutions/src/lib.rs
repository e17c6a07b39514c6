//! Walras: institutions.
