//! Walras: report.
