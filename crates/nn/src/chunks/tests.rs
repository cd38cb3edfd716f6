use super::*;
use proptest::prelude::*;

fn runs(ends: &[usize], window: usize, labels: usize) -> Runs {
    let targets: Vec<f32> = ends.iter().map(|&end| end as f32).collect();
    Runs::new(Samples { ends, targets: &targets }, window, labels)
}

/// (panel row, label) of everything that counts in a batch.
fn counted(batch: &Batch) -> Vec<(usize, f32)> {
    let labels = batch.labels.iter().enumerate();
    labels.filter_map(|(at, label)| label.map(|label| (batch.label_row(at), label))).collect()
}

proptest! {
    /// Any samples, in any order, with holes and in several series.
    #[test]
    fn a_pass_uses_every_label_once_at_its_own_row(
        gaps in prop::collection::vec(prop_oneof![8 => Just(1usize), 1 => 2usize..6, 1 => 6usize..40], 1..80),
        window in 1usize..9,
        labels in 1usize..12,
        seed in any::<u64>(),
        turned in any::<bool>(),
    ) {
        let mut ends: Vec<usize> = gaps.iter().scan(window, |at, gap| { *at += gap; Some(*at) }).collect();
        if turned { ends.reverse(); }
        let runs = runs(&ends, window, labels);
        let chunks = runs.pass(seed, 1);
        let batch = runs.batch(&chunks);
        let mut seen = counted(&batch);
        prop_assert!(seen.iter().all(|(row, label)| *row as f32 == *label));
        seen.sort_by_key(|(row, _)| *row);
        ends.sort_unstable();
        prop_assert_eq!(seen.iter().map(|(row, _)| *row).collect::<Vec<_>>(), ends.clone());
        // Each label has at least T rows up to its own, and no row is read that no sample's window holds.
        for (chunk, span) in chunks.iter().zip(&batch.spans) {
            prop_assert!(span.len() <= batch.steps && span.start + window == chunk.first + 1);
            for row in span.clone() {
                let inside = ends.iter().any(|&end| row + window > end && row <= end);
                prop_assert!(inside, "row {row} of {span:?} is in no window");
            }
        }
    }
}

#[test]
fn offsets_change_from_pass_to_pass_and_repeat_for_a_seed() {
    let ends: Vec<usize> = (20..220).collect();
    let runs = runs(&ends, 20, 30);
    assert_eq!(runs.pass(1, 1), runs.pass(1, 1));
    let firsts: std::collections::BTreeSet<_> = (1..=40).map(|pass| runs.pass(1, pass).len()).collect();
    assert!(firsts.len() > 1, "a grid of 30 over 200 labels has seven or eight chunks by its offset");
    assert_ne!(runs.pass(1, 1), runs.pass(2, 1));
}

#[test]
fn chunks_never_span_two_series() {
    // Rows 10..20 belong to one series, 20..30 to the next; windows of 4 rows.
    let ends: Vec<usize> = (13..20).chain(23..30).collect();
    let runs = runs(&ends, 4, 5);
    for pass in 1..30 {
        for chunk in runs.pass(7, pass) {
            assert!(chunk.span.end <= 20 || chunk.span.start >= 20, "{chunk:?}");
        }
    }
}

/// A chunk at the end of a run begins earlier, so that its steps are not spent on nothing.
#[test]
fn chunks_lie_inside_their_run_and_are_full_where_it_is_long_enough() {
    let ends: Vec<usize> = (20..220).collect();
    let runs = runs(&ends, 20, 30);
    let mut partial = 0;
    for pass in 1..=10 {
        for chunk in runs.pass(1, pass) {
            assert_eq!(chunk.span.len(), 20 + 30 - 1, "{chunk:?}");
            assert!(chunk.span.start >= 1 && chunk.span.end <= 220, "{chunk:?}");
            partial += usize::from(chunk.samples.len() < 30);
        }
    }
    assert!(partial > 0);
}

/// Places without a label take part in the mean, so a chunk at the edge of a run moves the weights by what it teaches.
#[test]
fn a_batch_is_divided_by_its_places() {
    let runs = runs(&(20..55).collect::<Vec<_>>(), 20, 30);
    let chunks = runs.pass(1, 1);
    let batch = runs.batch(&chunks);
    assert_eq!(batch.labels.iter().flatten().count(), 35);
    assert_eq!(batch.divisor, chunks.len() * 30);
}
