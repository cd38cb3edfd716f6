//! The layout in which networks compute: columns of a matrix in panels a few vectors wide, so that a kernel reads its
//! operand from front to back.
//!
//! A packed matrix of K rows has `vectors` columns of `lanes` numbers each. They lie in panels of up to `per_panel`
//! vectors, and a panel is row-major [K, width · lanes]. A recurrent layer's vectors are ordered unit vector by unit
//! vector, the gates of the same units side by side: the accumulators of one panel hold all gates of its units.
//! Training keeps parameters, gradients and moments in this layout; units that pad the last vector have zero weights,
//! receive zero gradients and stay zero.

use crate::cell;
use crate::layout::{Layout, Role, Tensor};
use crate::scalar::Scalar;
use crate::spec::NetworkSpec;
use std::ops::Range;

/// Vectors in a panel of a matrix without gates.
pub(crate) const PLAIN: usize = 4;

/// The columns of a packed matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// All vectors.
    pub vectors: usize,
    /// Vectors in a panel; the last one may have fewer.
    pub per_panel: usize,
    /// Numbers in a vector.
    pub lanes: usize,
}

impl Columns {
    /// `count` columns without gates.
    pub(crate) fn plain(count: usize, lanes: usize) -> Columns {
        Columns { vectors: count.div_ceil(lanes), per_panel: PLAIN, lanes }
    }

    /// Panels.
    #[inline(always)]
    pub(crate) fn panels(&self) -> usize {
        self.vectors.div_ceil(self.per_panel)
    }

    /// Vectors of panel `p`.
    #[inline(always)]
    pub(crate) fn width(&self, p: usize) -> usize {
        self.per_panel.min(self.vectors - p * self.per_panel)
    }

    /// Numbers in a row of all panels.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.vectors * self.lanes
    }

    /// Where panel `p` of a matrix of `depth` rows lies.
    #[inline(always)]
    pub(crate) fn panel(&self, p: usize, depth: usize) -> Range<usize> {
        let start = p * self.per_panel * self.lanes * depth;
        start..start + self.width(p) * self.lanes * depth
    }

    /// Index of one number.
    #[inline(always)]
    pub(crate) fn index(&self, vector: usize, lane: usize, row: usize, depth: usize) -> usize {
        let (p, within) = (vector / self.per_panel, vector % self.per_panel);
        self.panel(p, depth).start + (row * self.width(p) + within) * self.lanes + lane
    }
}

/// A packed matrix [depth, columns] to be turned around: out [columns, depth] with its columns (the old rows) in plain
/// panels.
pub(crate) struct Turn<'a, S> {
    pub matrix: &'a [S],
    pub depth: usize,
    pub columns: Columns,
    pub out: &'a mut Vec<S>,
}

impl<S: Scalar> Turn<'_, S> {
    pub(crate) fn make(self) {
        let Turn { matrix, depth, columns, out } = self;
        let turned = Columns::plain(depth, columns.lanes);
        let rows = columns.count();
        out.resize(rows * turned.count(), S::ZERO);
        for p in 0..columns.panels() {
            let panel = &matrix[columns.panel(p, depth)];
            let wide = columns.width(p) * columns.lanes;
            let first = p * columns.per_panel * columns.lanes;
            // As many rows as make a vector of the turned matrix, so that it is written in whole vectors.
            for (vector, block) in panel.chunks(columns.lanes * wide).enumerate() {
                let start = turned.index(vector, 0, first, rows);
                let step = turned.width(vector / PLAIN) * columns.lanes;
                for c in 0..wide {
                    let to = &mut out[start + c * step..][..columns.lanes];
                    to.iter_mut().zip(block[c..].iter().step_by(wide)).for_each(|(to, &v)| *to = v);
                }
            }
        }
    }
}

/// Where one tensor of the layout lies among the packed parameters.
#[derive(Clone, Debug)]
struct Placed {
    tensor: Tensor,
    start: usize,
    columns: Columns,
    /// Column vector within a unit vector, of each gate block of the tensor.
    order: &'static [usize],
}

impl Placed {
    /// Pairs of a flat index and its packed index.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let units = self.tensor.outputs;
        let depth = self.tensor.range.len() / (units * self.order.len());
        let lanes = self.columns.lanes;
        self.tensor.range.clone().enumerate().map(move |(at, flat)| {
            let (row, k) = (at / depth, at % depth);
            let (gate, unit) = (row / units, row % units);
            let vector = unit / lanes * self.order.len() + self.order[gate];
            (flat, self.start + self.columns.index(vector, unit % lanes, k, depth))
        })
    }

    fn size(&self) -> usize {
        let units = self.tensor.outputs;
        self.tensor.range.len() / (units * self.order.len()) * self.columns.count()
    }
}

/// A layer's packed tensors, in the layout's order: W_ih, W_hh, b_ih, b_hh of a recurrent layer; W, b of a dense one.
#[derive(Clone, Debug)]
pub(crate) struct Packing {
    placed: Vec<Placed>,
    /// Packed parameters, padding included.
    pub count: usize,
    flat: usize,
}

impl Packing {
    pub(crate) fn new(spec: &NetworkSpec, layout: &Layout, lanes: usize) -> Packing {
        let mut count = 0;
        let mut placed = Vec::with_capacity(layout.tensors.len());
        for tensor in &layout.tensors {
            let (order, units_per_panel): (&'static [usize], usize) = match tensor.role {
                Role::DenseWeight | Role::DenseBias => (&[0], PLAIN),
                Role::InputWeight | Role::InputBias => cell::input_columns(spec.kind),
                Role::HiddenWeight | Role::HiddenBias => cell::hidden_columns(spec.kind),
            };
            let columns = Columns {
                vectors: tensor.outputs.div_ceil(lanes) * order.len(),
                per_panel: units_per_panel * order.len(),
                lanes,
            };
            let place = Placed { tensor: tensor.clone(), start: count, columns, order };
            count += place.size();
            placed.push(place);
        }
        Packing { placed, count, flat: layout.count }
    }

    /// Flat parameters → packed, padded with zeros.
    pub(crate) fn pack<F: Copy, S: Scalar>(&self, flat: &[F], number: impl Fn(F) -> S) -> Vec<S> {
        let mut packed = vec![S::ZERO; self.count];
        for (from, to) in self.placed.iter().flat_map(Placed::pairs) {
            packed[to] = number(flat[from]);
        }
        packed
    }

    /// Packed parameters → flat.
    pub(crate) fn unpack<S: Scalar>(&self, packed: &[S]) -> Vec<S> {
        let mut flat = vec![S::ZERO; self.flat];
        for (to, from) in self.placed.iter().flat_map(Placed::pairs) {
            flat[to] = packed[from];
        }
        flat
    }

    /// Where tensor `index` of the layout lies.
    pub(crate) fn range(&self, index: usize) -> Range<usize> {
        let place = &self.placed[index];
        place.start..place.start + place.size()
    }
}

#[cfg(test)]
mod tests;
