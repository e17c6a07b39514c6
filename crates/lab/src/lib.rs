//! Walras: lab.
