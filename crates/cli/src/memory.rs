//! How much memory a run may take on this machine.

use std::fs;

/// What is assumed where the machine does not say, bytes.
const BYTES_UNKNOWN: u64 = 8 << 30;

/// Nine tenths of the memory that is free to use now, bytes.
pub(crate) fn available() -> u64 {
    let free = fs::read_to_string("/proc/meminfo").ok().and_then(|text| mem_available(&text));
    free.unwrap_or(BYTES_UNKNOWN) / 10 * 9
}

/// The bytes that `/proc/meminfo` calls available: free, or taken by what can be dropped.
fn mem_available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form is that of proc_meminfo(5).
    #[test]
    fn available_memory_is_read_in_bytes() {
        let meminfo = "MemTotal:       24599012 kB\nMemFree:        20971520 kB\nMemAvailable:   21000000 kB\n";
        assert_eq!(mem_available(meminfo), Some(21_504_000_000));
        assert_eq!(mem_available("MemTotal: 1 kB\n"), None);
        assert_eq!(mem_available("MemAvailable: many kB\n"), None);
    }
}
