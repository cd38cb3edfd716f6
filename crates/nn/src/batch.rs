//! What one optimiser step learns from: rows of the batch, each a span of panel rows with labels at its last steps.

use crate::face::{Panel, Samples};
use std::ops::Range;

/// Rows that go through the network together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    /// Panel rows of each batch row.
    pub spans: Vec<Range<usize>>,
    /// Panel row that names each batch row in random streams.
    pub names: Vec<usize>,
    /// Steps of every row; a shorter span is followed by steps without labels.
    pub steps: usize,
    /// Outputs of a row, at its last steps.
    pub outputs: usize,
    /// Labels [rows, outputs]; none where there is nothing to learn.
    pub labels: Vec<Option<f32>>,
    /// What the sum of the losses is divided by.
    pub divisor: usize,
}

impl Batch {
    /// Windows of `steps` steps with one label each.
    pub(crate) fn windows(panel: Panel<'_>, samples: Samples<'_>, chosen: &[usize], steps: usize) -> Batch {
        let ends = chosen.iter().map(|&sample| samples.ends[sample]);
        Batch {
            spans: ends.clone().map(|end| panel.window(end, steps)).collect(),
            names: ends.collect(),
            steps,
            outputs: 1,
            labels: chosen.iter().map(|&sample| Some(samples.targets[sample])).collect(),
            divisor: chosen.len(),
        }
    }

    /// Panel row of the step that label `at` of `labels` belongs to.
    pub(crate) fn label_row(&self, at: usize) -> usize {
        let (row, output) = (at / self.outputs, at % self.outputs);
        self.spans[row].start + self.steps - self.outputs + output
    }

    /// Rows.
    pub(crate) fn rows(&self) -> usize {
        self.spans.len()
    }
}
