//! The time that work takes on a processor, which others who use the machine change less than they change the clock's.

use std::time::{Duration, Instant};

/// What `work` came to, and how long this thread was on a processor for it; by the clock where the system does not tell.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let (start, on_processor) = (Instant::now(), processor_time());
    let result = work();
    let clock = start.elapsed();
    (on_processor.and_then(|start| processor_time()?.checked_sub(start)).unwrap_or(clock), result)
}

/// How long this thread has been on a processor, where the system tells.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
