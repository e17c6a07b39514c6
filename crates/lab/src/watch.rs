//! Who follows a long piece of work and may stop it.

/// Told of progress, and asked whether to go on. All of it between steps, never inside one.
pub trait Watch: Send {
    /// `done` of `of` steps are done.
    fn step(&mut self, _done: u32, _of: u32) {}

    /// Whether to stop before the next step: after Ctrl-C, for instance.
    fn stop(&mut self) -> bool {
        false
    }

    /// Something worth telling a person, in one line.
    fn note(&mut self, _line: &str) {}
}

/// Watches nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Watch for Silent {}
