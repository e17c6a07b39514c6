//! Walras: catalog.
