//! Windows as views into the panel: a tile of them is gathered when it is needed, never all at once.

use crate::face::Panel;
use crate::scalar::Scalar;
use crate::spec::{Kind, NetworkSpec};
use std::ops::Range;

impl Panel<'_> {
    /// Rows of the panel.
    pub(crate) fn rows(&self) -> usize {
        self.values.len() / self.width
    }

    /// The rows of the window of `steps` steps that ends at row `end`.
    ///
    /// # Panics
    /// If it starts before row 0 or ends after the last.
    pub(crate) fn window(&self, end: usize, steps: usize) -> Range<usize> {
        assert!(end < self.rows(), "a window ends at row {end} of {}", self.rows());
        assert!(end + 1 >= steps, "a window of {steps} steps that ends at row {end} starts before row 0");
        end + 1 - steps..end + 1
    }

    /// # Panics
    /// If the panel does not have `spec.inputs` features in whole rows.
    pub(crate) fn check(&self, spec: &NetworkSpec) {
        assert_eq!(self.width, spec.inputs, "features of the panel and inputs of the network");
        assert_eq!(self.values.len() % self.width, 0, "values of the panel and its width {}", self.width);
    }
}

/// Copies the panel rows of each span into `tile`: [steps, spans, I] for recurrent networks, [spans, steps·I] for the
/// MLP. Steps after a span's last row are filled with zeros.
pub(crate) fn gather<S: Scalar>(
    spec: &NetworkSpec,
    panel: Panel<'_>,
    spans: &[Range<usize>],
    steps: usize,
    tile: &mut Vec<S>,
) {
    let inputs = spec.inputs;
    tile.clear();
    tile.resize(steps * spans.len() * inputs, S::ZERO);
    for (row, span) in spans.iter().enumerate() {
        assert!(span.len() <= steps, "{} rows in {steps} steps", span.len());
        let values = &panel.values[span.start * inputs..span.end * inputs];
        if spec.kind == Kind::Mlp {
            let place = &mut tile[row * steps * inputs..][..values.len()];
            place.iter_mut().zip(values).for_each(|(to, &v)| *to = S::of(f64::from(v)));
        } else {
            for (t, values) in values.chunks_exact(inputs).enumerate() {
                let place = &mut tile[(t * spans.len() + row) * inputs..][..inputs];
                place.iter_mut().zip(values).for_each(|(to, &v)| *to = S::of(f64::from(v)));
            }
        }
    }
}

/// Row and column of the first value in these spans of rows that is not finite.
pub(crate) fn first_not_finite(
    panel: Panel<'_>,
    mut spans: impl Iterator<Item = Range<usize>>,
) -> Option<(usize, usize)> {
    spans.find_map(|span| {
        let values = &panel.values[span.start * panel.width..span.end * panel.width];
        let at = values.iter().position(|v| !v.is_finite())?;
        Some((span.start + at / panel.width, at % panel.width))
    })
}
