//! Any commands to an order book and its twin.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    walras_fuzz::book::run(bytes);
});
