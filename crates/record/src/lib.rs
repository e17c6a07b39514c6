//! Walras: record.
