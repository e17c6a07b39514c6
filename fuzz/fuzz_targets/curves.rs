//! Any curve under any trades.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| walras_fuzz::curves::run(bytes));
