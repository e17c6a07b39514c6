//! What bounds every formula, whatever is written: its length, its nesting and the work of one evaluation.

/// The longest a formula may be, in bytes.
pub const LENGTH_MAX: usize = 4096;

/// How deeply parentheses, function calls, choices and operators waiting for their right side may nest.
pub const DEPTH_MAX: usize = 100;

/// The longest window over a series, in values.
pub const WINDOW_MAX: u32 = 4096;

/// The most values that all windows of one formula may read together.
pub const WINDOWS_TOTAL_MAX: usize = 16_384;

/// Values that may wait on the stack: what waits at any depth is at most two operands.
pub(crate) const HEIGHT_MAX: usize = 256;
const _: () = assert!(2 * DEPTH_MAX + 3 <= HEIGHT_MAX);
