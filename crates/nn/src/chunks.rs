//! Every-step supervision: the training part cut into chunks of T + S − 1 steps with a label at each of the last S.
//!
//! A pass lays a grid of chunks at a random offset over each run of samples, so that every label is used once a pass and
//! stands at a different place of its chunk every time. At both ends of a run chunks are shifted inwards and count only
//! the labels that belong to their place in the grid. Every label has at least T steps of history from a zero state, and
//! nothing outside the windows of the samples is read.

use crate::batch::Batch;
use crate::face::Samples;
use crate::stream::{Key, Purpose, Stream};
use std::ops::Range;

/// The samples of a training part in the order of their rows, in runs of overlapping windows: all rows of a run follow
/// each other in one series, because each lies inside some sample's window.
pub(crate) struct Runs {
    /// (last row of the window, label), ascending.
    samples: Vec<(usize, f32)>,
    runs: Vec<Range<usize>>,
    /// T
    window: usize,
    /// S
    labels: usize,
}

/// One chunk: where its labels begin, and which of its labels count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chunk {
    /// Row of its first label, counted or not.
    first: usize,
    /// Rows it reads.
    span: Range<usize>,
    /// Counted samples, by their place among all.
    samples: Range<usize>,
}

impl Runs {
    /// Samples whose windows have `window` rows, for chunks of `labels` labels.
    pub(crate) fn new(samples: Samples<'_>, window: usize, labels: usize) -> Runs {
        let mut sorted: Vec<_> = samples.ends.iter().copied().zip(samples.targets.iter().copied()).collect();
        sorted.sort_by_key(|(end, _)| *end);
        let mut runs = vec![];
        let mut start = 0;
        for at in 1..=sorted.len() {
            // Windows that overlap lie in one series, and so do all rows between them.
            if at == sorted.len() || sorted[at].0 - sorted[at - 1].0 >= window {
                runs.push(start..at);
                start = at;
            }
        }
        Runs { samples: sorted, runs, window, labels }
    }

    /// Chunks of one pass, in random order. `pass` is 1-based.
    pub(crate) fn pass(&self, seed: u64, pass: usize) -> Vec<Chunk> {
        let mut chunks = vec![];
        for (index, run) in self.runs.iter().enumerate() {
            let key = Key { seed, purpose: Purpose::Offset, epoch: pass, row: index, layer: 0, step: 0 };
            let offset = Stream::new(key).below(self.labels as u32) as usize;
            self.cut(run.clone(), offset, &mut chunks);
        }
        let key = Key { seed, purpose: Purpose::Shuffle, epoch: pass, row: 0, layer: 0, step: 0 };
        Stream::new(key).shuffle(&mut chunks);
        chunks
    }

    /// Chunks of one run whose grid begins `offset` labels before it.
    fn cut(&self, run: Range<usize>, offset: usize, chunks: &mut Vec<Chunk>) {
        let (first, last) = (self.samples[run.start].0, self.samples[run.end - 1].0);
        let mut at = run.start;
        while at < run.end {
            // The place in the grid of the next sample, as distance from the run's first label.
            let place = (self.samples[at].0 - first + offset) / self.labels;
            let beyond = first + (place + 1) * self.labels - offset;
            let next = at + self.samples[at..run.end].partition_point(|(end, _)| *end < beyond);
            let grid = (first + place * self.labels).saturating_sub(offset);
            let start = grid.min((last + 1).saturating_sub(self.labels)).max(first);
            chunks.push(Chunk {
                first: start,
                span: start + 1 - self.window..(start + self.labels).min(last + 1),
                samples: at..next,
            });
            at = next;
        }
    }

    /// The chunks as rows of a batch.
    pub(crate) fn batch(&self, chunks: &[Chunk]) -> Batch {
        let mut labels = vec![None; chunks.len() * self.labels];
        for (chunk, row) in chunks.iter().zip(labels.chunks_exact_mut(self.labels)) {
            for (end, label) in &self.samples[chunk.samples.clone()] {
                row[end - chunk.first] = Some(*label);
            }
        }
        Batch {
            spans: chunks.iter().map(|chunk| chunk.span.clone()).collect(),
            names: chunks.iter().map(|chunk| chunk.first).collect(),
            steps: self.window + self.labels - 1,
            outputs: self.labels,
            // Per place, not per label there is: a batch with few labels moves the weights less.
            divisor: labels.len(),
            labels,
        }
    }
}

#[cfg(test)]
mod tests;
