//! Walras: ledger.
