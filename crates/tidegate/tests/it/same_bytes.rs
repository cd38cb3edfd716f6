//! The same experiment writes the same bytes, however many networks are trained at once.

use crate::support::{SMALL, plan_with, run_plan};

#[test]
fn any_number_of_jobs_writes_the_same_bytes() {
    let run = |jobs: usize| {
        let plan = plan_with(SMALL, &["data.to=2007-12-31", "training.seeds=[3, 1, 2]"]);
        run_plan(plan, jobs).unwrap().results()
    };
    let one = run(1);
    assert!(one.len() > 15, "reports and weights: {:?}", one.keys());
    for jobs in [2, 7] {
        let many = run(jobs);
        assert!(one.keys().eq(many.keys()), "the same files");
        for (name, bytes) in &one {
            assert!(*bytes == many[name], "{name} differs between 1 and {jobs} jobs");
        }
    }
}

#[test]
fn another_seed_writes_other_weights() {
    let plan = plan_with(SMALL, &["data.to=2007-12-31"]);
    let files = run_plan(plan, 2).unwrap().results();
    assert_ne!(files["models/lstm-1.safetensors"], files["models/lstm-2.safetensors"]);
}
