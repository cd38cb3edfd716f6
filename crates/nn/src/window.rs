//! Windows as views into the panel: a batch is gathered into one tile when it is needed, never all at once.

use crate::face::Panel;
use crate::scalar::Scalar;
use crate::spec::{Kind, NetworkSpec};

impl<'a> Panel<'a> {
    /// Rows of the panel.
    pub(crate) fn rows(&self) -> usize {
        self.values.len() / self.width
    }

    /// The T rows of the window that ends at row `end`, contiguous.
    ///
    /// # Panics
    /// If the window starts before row 0 or ends after the last.
    pub(crate) fn window(&self, end: usize, steps: usize) -> &'a [f32] {
        assert!(end < self.rows(), "a window ends at row {end} of {}", self.rows());
        assert!(end + 1 >= steps, "a window of {steps} steps that ends at row {end} starts before row 0");
        &self.values[(end + 1 - steps) * self.width..(end + 1) * self.width]
    }

    /// # Panics
    /// If the panel does not have `spec.inputs` features in whole rows.
    pub(crate) fn check(&self, spec: &NetworkSpec) {
        assert_eq!(self.width, spec.inputs, "features of the panel and inputs of the network");
        assert_eq!(self.values.len() % self.width, 0, "values of the panel and its width {}", self.width);
    }
}

/// Copies the windows that end at `ends` into `tile`: [T, rows, I] for recurrent networks, [rows, T·I] for the MLP.
/// Rows beyond `ends` are filled with zeros.
pub(crate) fn gather<S: Scalar>(
    spec: &NetworkSpec,
    panel: Panel<'_>,
    ends: &[usize],
    rows: usize,
    tile: &mut [S],
) {
    let (steps, inputs) = (spec.window, spec.inputs);
    assert!(ends.len() <= rows, "{} windows in a tile of {rows} rows", ends.len());
    for (row, &end) in ends.iter().enumerate() {
        let window = panel.window(end, steps);
        for (t, values) in window.chunks_exact(inputs).enumerate() {
            let at = match spec.kind {
                Kind::Mlp => (row * steps + t) * inputs,
                Kind::Rnn | Kind::Lstm | Kind::Gru => (t * rows + row) * inputs,
            };
            let place = &mut tile[at..at + inputs];
            place.iter_mut().zip(values).for_each(|(to, &v)| *to = S::of(f64::from(v)));
        }
    }
    if ends.len() < rows {
        match spec.kind {
            Kind::Mlp => tile[ends.len() * steps * inputs..rows * steps * inputs].fill(S::ZERO),
            Kind::Rnn | Kind::Lstm | Kind::Gru => {
                let step = rows * inputs;
                tile.chunks_exact_mut(step).take(steps).for_each(|x| x[ends.len() * inputs..].fill(S::ZERO));
            }
        }
    }
}

/// Row and column of the first value of these windows that is not finite.
pub(crate) fn first_not_finite(panel: Panel<'_>, ends: &[usize], steps: usize) -> Option<(usize, usize)> {
    ends.iter().find_map(|&end| {
        let window = panel.window(end, steps);
        let at = window.iter().position(|v| !v.is_finite())?;
        Some((end + 1 - steps + at / panel.width, at % panel.width))
    })
}
