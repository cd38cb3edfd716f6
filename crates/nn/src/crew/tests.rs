use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

/// What `work` panicked with. Fails if it has not come back after a minute.
fn panic_of(work: impl FnOnce() + Send + 'static) -> &'static str {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let panic = catch_unwind(AssertUnwindSafe(work)).expect_err("a panic");
        let _ = send.send(*panic.downcast::<&'static str>().expect("a message"));
    });
    receive.recv_timeout(Duration::from_secs(60)).expect("it comes back")
}

#[test]
fn every_item_is_worked_on_once_by_a_worker_of_the_crew() {
    for jobs in 1..=5 {
        let crew = Crew::new(jobs);
        let once = || {
            for count in [0, 1, 2, 3, 17] {
                let done: Vec<_> = (0..count).map(|_| AtomicUsize::new(0)).collect();
                crew.each((0..count).collect(), |worker, item: usize| {
                    assert!(worker < crew.size());
                    done[item].fetch_add(1, Ordering::Relaxed);
                });
                assert!(
                    done.iter().all(|times| times.load(Ordering::Relaxed) == 1),
                    "{done:?}, {jobs} cores"
                );
            }
        };
        once();
        crew.enter(once);
    }
}

/// No two pieces of work are told the same worker at the same time: each worker's buffers are its own.
#[test]
fn a_worker_does_one_thing_at_a_time() {
    let crew = Crew::new(4);
    let busy: Vec<_> = (0..4).map(|_| AtomicBool::new(false)).collect();
    crew.enter(|| {
        for _ in 0..200 {
            crew.each((0..9).collect(), |worker, _: usize| {
                assert!(!busy[worker].swap(true, Ordering::SeqCst));
                std::thread::yield_now();
                busy[worker].store(false, Ordering::SeqCst);
            });
        }
    });
}

#[test]
fn a_panic_reaches_the_caller_whoever_has_it() {
    for item in [0, 5, 9] {
        let said = panic_of(move || {
            let crew = Crew::new(3);
            crew.enter(|| {
                crew.each((0..10).collect(), |_, i| {
                    if i == item {
                        panic!("an item");
                    }
                });
            });
        });
        assert_eq!(said, "an item");
    }
    assert_eq!(panic_of(|| Crew::new(3).enter(|| panic!("the work"))), "the work");
}

#[test]
fn a_panic_on_another_core_reaches_a_caller_who_waits_for_it() {
    let said = panic_of(|| {
        let (crew, panicked) = (Crew::new(2), AtomicBool::new(false));
        crew.enter(|| {
            let caller = rayon::current_thread_index();
            crew.each(vec![(), ()], |_, ()| {
                if rayon::current_thread_index() != caller {
                    panicked.store(true, Ordering::Relaxed);
                    panic!("another core");
                }
                while !panicked.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
            });
        });
    });
    assert_eq!(said, "another core");
}

/// Trainings may themselves be called from workers of a pool.
#[test]
fn a_crew_works_inside_another() {
    let outer = Crew::new(2);
    let sum = AtomicUsize::new(0);
    outer.each((0..4).collect(), |_, _: usize| {
        let inner = Crew::new(2);
        inner.enter(|| inner.each((1..=10).collect(), |_, i| _ = sum.fetch_add(i, Ordering::Relaxed)));
    });
    assert_eq!(sum.into_inner(), 4 * 55);
}
