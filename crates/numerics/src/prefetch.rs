//! Asking for memory before it is needed, so that it comes while something else is computed.

use prefetch_index::prefetch_index;

/// Bytes of a cache line.
const LINE: usize = 64;

/// Asks for all of `column` to be brought near. Changes nothing but time.
#[inline]
pub fn prefetch<T>(column: &[T]) {
    for i in (0..column.len()).step_by((LINE / size_of::<T>().max(1)).max(1)) {
        prefetch_index(column, i);
    }
}
