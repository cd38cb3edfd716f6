//! `--jobs` changes no result.

use crate::workplace::{Workplace, files_under};

#[test]
fn one_job_and_two_jobs_write_the_same_bytes() {
    let place = Workplace::new();
    let results = |jobs: &str| {
        place.done(&["run", "small.toml", "--out", jobs, "--jobs", jobs]);
        let mut files = files_under(&place.path(jobs));
        assert!(files.remove("run.log").is_some(), "run.log may hold times");
        files
    };
    let (one, two) = (results("1"), results("2"));
    assert!(one.contains_key("models/lstm-2.safetensors") && one.contains_key("report.html"));
    assert!(one.keys().eq(two.keys()));
    for (name, bytes) in &one {
        assert!(*bytes == two[name], "{name} differs");
    }
}
