//! Every parser on damaged input: no panic, no hang, no memory beyond ten times the input (a packed one counts as what
//! it unpacks to), and whatever comes out keeps
//! the promises of its type.
//!
//! ```text
//! TIDEGATE_FUZZ_SECONDS=600 TIDEGATE_FUZZ_SEED=7 cargo test --release -p tidegate-data --test fuzz -- --nocapture
//! ```
//! Seconds are for each target (2 by default). An input that breaks a promise is written to the temporary directory, and
//! the message says where.

// Helpers of tests are tests too; the lint only knows functions that are marked as such.
#![allow(clippy::unwrap_used)]

mod answers;
mod files;
mod found;
mod mutation;
mod promises;
mod qlib;
mod seeds;

use mutation::Random;
use peak_alloc::PeakAlloc;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory is counted for the whole process, so one target runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What messages and tables may cost, however small the input: at most a thousand bad rows are listed.
const SLACK: usize = 2 << 20;

/// No input of at most [`mutation::LONGEST`] bytes takes this long, even unoptimised on a busy machine.
const SLOW: Duration = Duration::from_secs(10);

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The most memory that `work` held at once. The caller is [`alone`].
fn memory_of<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    (result, MEMORY.peak_usage().saturating_sub(before))
}

/// Makes inputs and reads them until the time is over.
fn fuzz(target: &str, input: impl FnMut(&mut Random) -> Vec<u8>, read: impl Fn(&[u8])) {
    fuzz_weighed(target, input, <[u8]>::len, read);
}

/// As [`fuzz`], where an input counts for more or less than its bytes.
#[allow(clippy::print_stderr)]
fn fuzz_weighed(
    target: &str,
    mut input: impl FnMut(&mut Random) -> Vec<u8>,
    weight: impl Fn(&[u8]) -> usize,
    read: impl Fn(&[u8]),
) {
    let _alone = alone();
    let seconds = Duration::from_secs(setting("TIDEGATE_FUZZ_SECONDS", 2));
    let mut random = Random::new(setting("TIDEGATE_FUZZ_SEED", 1));
    let (start, mut count, mut bytes_read) = (Instant::now(), 0_u64, 0_usize);
    let (mut slowest, mut widest) = (Duration::ZERO, 0_f64);
    while start.elapsed() < seconds {
        let bytes = input(&mut random);
        let began = Instant::now();
        let (outcome, used) = memory_of(|| catch_unwind(AssertUnwindSafe(|| read(&bytes))));
        let mut time = began.elapsed();
        if time > SLOW && outcome.is_ok() {
            // The machine may have been busy with something else: what is slow is slow again.
            let began = Instant::now();
            let _ = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
            time = time.min(began.elapsed());
        }
        let weight = weight(&bytes);
        let allowed = 10 * weight + SLACK;
        if outcome.is_err() || used > allowed || time > SLOW {
            let path = std::env::temp_dir().join(format!("tidegate-fuzz-{target}-{count}"));
            std::fs::write(&path, &bytes).unwrap();
            let problem = if outcome.is_err() { "a promise broken" } else { "too much time or memory" };
            panic!(
                "{target}: {problem} by {} bytes, saved as {}: {used} bytes of memory in {time:?}",
                bytes.len(),
                path.display()
            );
        }
        slowest = slowest.max(time);
        if weight > 64 << 10 {
            widest = widest.max(used as f64 / weight as f64);
        }
        count += 1;
        bytes_read += bytes.len();
    }
    eprintln!(
        "{target}: {count} inputs, {} MB in {:.0} s; slowest {slowest:?}; at most {widest:.1} times the input in memory",
        bytes_read >> 20,
        start.elapsed().as_secs_f64()
    );
}
