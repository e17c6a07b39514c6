//! elementary.
