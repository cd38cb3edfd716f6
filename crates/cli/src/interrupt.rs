//! Ctrl-C: while a command only reads, it ends the process; while one writes or trains, the first asks the work to stop and
//! the second stops the process.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static REQUESTED: AtomicBool = AtomicBool::new(false);
/// Whether nothing would be left half done. Held while the process ends, so that nothing begins to write meanwhile.
static ENDS_AT_ONCE: Mutex<bool> = Mutex::new(false);

/// Starts listening. Without a handler Ctrl-C would still end the process, so a failure here is no error.
pub fn listen() {
    let _ = ctrlc::set_handler(|| {
        let at_once = ends_at_once();
        if *at_once {
            // The terminal has written ^C.
            let line = if std::io::stderr().is_terminal() { "\n" } else { "" };
            let _ = writeln!(std::io::stderr(), "{line}error: interrupted: nothing was written");
            std::process::exit(130);
        }
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        let _ = writeln!(std::io::stderr(), "\nstopping; Ctrl-C again stops at once");
    });
}

fn ends_at_once() -> MutexGuard<'static, bool> {
    ENDS_AT_ONCE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on Ctrl-C ends the process: the command reads and computes, perhaps from a pipe that never ends.
pub fn end_at_once() {
    *ends_at_once() = true;
}

/// From here on Ctrl-C asks first: something is being written.
pub fn ask_first() {
    *ends_at_once() = false;
}

/// Whether the user has asked to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}
