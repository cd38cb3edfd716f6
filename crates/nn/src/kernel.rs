//! The products under every layer, all built on one micro-kernel: a tile of a few rows by up to four vectors of columns
//! is accumulated in registers, A·B with a number of A spread over a vector and multiplied by a vector of B.
//!
//! Three loops use it: [`accumulate`] inside the steps of a recurrent layer, [`product`] for C = bias + A·B, and
//! [`add_outer`] for weight gradients, Aᵀ·D summed over samples and steps. Every element of a result is one chain of
//! multiply-adds in the order of the inner dimension, wherever its row stands in a tile, so a row's result does not
//! depend on its neighbours.
//!
//! Unsafe code: the micro-kernel reads A and B through pointers. Each call has checked that the last element it will
//! address lies inside the slices.

#![allow(clippy::needless_range_loop)]

use crate::packed::Columns;
use crate::simd::Lanes;

/// The accumulators of `R` rows.
pub(crate) type Tile<V, const R: usize> = [[V; 4]; R];

/// The left matrix: element (row, k) is `values[row · row_stride + k · k_stride]`.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a, S> {
    pub values: &'a [S],
    pub row: usize,
    pub k: usize,
}

/// The right matrix: row k of the panel begins at `values[k · next]`.
#[derive(Clone, Copy)]
pub(crate) struct Right<'a, S> {
    pub values: &'a [S],
    pub next: usize,
}

/// acc[r][FIRST + j] += Σₖ a[r, k] · b[k, j] for j in 0..N.
#[inline(always)]
#[allow(unsafe_code)]
fn micro<V: Lanes, const R: usize, const FIRST: usize, const N: usize>(
    acc: &mut Tile<V, R>,
    depth: usize,
    a: Left<'_, V::S>,
    b: Right<'_, V::S>,
) {
    if depth == 0 {
        return;
    }
    assert!((R - 1) * a.row + (depth - 1) * a.k < a.values.len(), "the left matrix is too short");
    assert!((depth - 1) * b.next + N * V::N <= b.values.len(), "the right matrix is too short");
    let mut sums = [[V::zero(); N]; R];
    for r in 0..R {
        for j in 0..N {
            sums[r][j] = acc[r][FIRST + j];
        }
    }
    let (mut at_a, mut at_b) = (a.values.as_ptr(), b.values.as_ptr());
    for _ in 0..depth {
        // SAFETY: in turn k of the loop `at_a` and `at_b` are k strides into their slices; the largest offsets,
        // those of the last turn and the last row, were checked above. The pointers of the turn after the last are
        // made by wrapping arithmetic and not read.
        unsafe {
            let mut left = [V::zero(); R];
            for r in 0..R {
                left[r] = V::splat(*at_a.add(r * a.row));
            }
            for j in 0..N {
                let right = V::read(at_b.add(j * V::N));
                for r in 0..R {
                    sums[r][j] = left[r].fma(right, sums[r][j]);
                }
            }
        }
        at_a = at_a.wrapping_add(a.k);
        at_b = at_b.wrapping_add(b.next);
    }
    for r in 0..R {
        for j in 0..N {
            acc[r][FIRST + j] = sums[r][j];
        }
    }
}

/// acc[r][first + j] += Σₖ a[r, k] · b[k, j] for j in 0..count, `first` + `count` ≤ 4.
#[inline(always)]
pub(crate) fn accumulate<V: Lanes, const R: usize>(
    acc: &mut Tile<V, R>,
    (first, count): (usize, usize),
    depth: usize,
    a: Left<'_, V::S>,
    b: Right<'_, V::S>,
) {
    match (first, count) {
        (0, 4) => micro::<V, R, 0, 4>(acc, depth, a, b),
        (0, 3) => micro::<V, R, 0, 3>(acc, depth, a, b),
        (0, 2) => micro::<V, R, 0, 2>(acc, depth, a, b),
        (0, 1) => micro::<V, R, 0, 1>(acc, depth, a, b),
        (1, 3) => micro::<V, R, 1, 3>(acc, depth, a, b),
        _ => unreachable!("no kernel for columns {first}..{}", first + count),
    }
}

/// Work on tiles of rows.
pub(crate) trait Rows {
    /// Rows `first .. first + R`.
    fn rows<const R: usize>(&mut self, first: usize);
}

/// Covers `count` rows with tiles, full ones first.
#[inline(always)]
pub(crate) fn each_tile<V: Lanes>(count: usize, work: &mut impl Rows) {
    let full = count / V::ROWS * V::ROWS;
    let mut first = 0;
    while first < full {
        match V::ROWS {
            3 => work.rows::<3>(first),
            4 => work.rows::<4>(first),
            6 => work.rows::<6>(first),
            _ => unreachable!("no tile of {} rows", V::ROWS),
        }
        first += V::ROWS;
    }
    match count - full {
        1 => work.rows::<1>(full),
        2 => work.rows::<2>(full),
        3 => work.rows::<3>(full),
        4 => work.rows::<4>(full),
        5 => work.rows::<5>(full),
        _ => {}
    }
}

/// The left matrix of a product whose inner dimension lies in pieces: piece p is `depth(p)` numbers long and begins
/// at `start(p)` in row 0; rows are `row` apart.
pub(crate) trait Pieces {
    fn count(&self) -> usize;
    fn start(&self, p: usize) -> usize;
    fn depth(&self, p: usize) -> usize;
    fn row(&self, p: usize) -> usize;
}

/// One piece from the start.
#[derive(Clone, Copy)]
pub(crate) struct Whole {
    pub depth: usize,
    pub row: usize,
}

impl Pieces for Whole {
    #[inline(always)]
    fn count(&self) -> usize {
        1
    }
    #[inline(always)]
    fn start(&self, _: usize) -> usize {
        0
    }
    #[inline(always)]
    fn depth(&self, _: usize) -> usize {
        self.depth
    }
    #[inline(always)]
    fn row(&self, _: usize) -> usize {
        self.row
    }
}

/// acc += A·B for `R` rows from `first` on and panel `q` of B, whose pieces follow each other along A's.
#[inline(always)]
pub(crate) fn accumulate_pieces<V: Lanes, const R: usize>(
    acc: &mut Tile<V, R>,
    width: usize,
    a: &[V::S],
    pieces: &impl Pieces,
    first: usize,
    panel: &[V::S],
) {
    let next = width * V::N;
    let mut k = 0;
    for p in 0..pieces.count() {
        let (depth, row) = (pieces.depth(p), pieces.row(p));
        let left = Left { values: &a[pieces.start(p) + first * row..], row, k: 1 };
        accumulate::<V, R>(acc, (0, width), depth, left, Right { values: &panel[k * next..], next });
        k += depth;
    }
}

/// C = bias + A·B, or A·B without a bias. B is packed in plain panels; C is row-major, its rows `columns.count()`
/// apart, padding included.
pub(crate) struct Product<'a, S, P> {
    pub a: &'a [S],
    pub pieces: P,
    /// Inner dimension.
    pub depth: usize,
    pub b: &'a [S],
    pub columns: Columns,
    pub bias: Option<&'a [S]>,
    pub c: &'a mut [S],
}

/// `rows` rows of a [`Product`].
#[inline(always)]
pub(crate) fn product<V: Lanes, P: Pieces>(rows: usize, mut of: Product<'_, V::S, P>) {
    for q in 0..of.columns.panels() {
        let width = of.columns.width(q);
        let mut bias = [V::zero(); 4];
        if let Some(all) = of.bias {
            for j in 0..4 {
                if j < width {
                    bias[j] = V::load(&all[(q * of.columns.per_panel + j) * V::N..]);
                }
            }
        }
        each_tile::<V>(rows, &mut ProductTile::<V, P> { of: &mut of, q, width, bias });
    }
}

struct ProductTile<'w, 'a, V: Lanes, P> {
    of: &'w mut Product<'a, V::S, P>,
    q: usize,
    width: usize,
    bias: [V; 4],
}

impl<V: Lanes, P: Pieces> Rows for ProductTile<'_, '_, V, P> {
    #[inline(always)]
    fn rows<const R: usize>(&mut self, first: usize) {
        let of = &mut *self.of;
        let mut acc = [self.bias; R];
        let panel = &of.b[of.columns.panel(self.q, of.depth)];
        accumulate_pieces::<V, R>(&mut acc, self.width, of.a, &of.pieces, first, panel);
        let at = self.q * of.columns.per_panel * V::N;
        for r in 0..R {
            let c = &mut of.c[(first + r) * of.columns.count() + at..][..self.width * V::N];
            for j in 0..4 {
                if j < self.width {
                    acc[r][j].store(&mut c[j * V::N..]);
                }
            }
        }
    }
}

/// One term of a weight gradient, `rows` samples of one step: inputs `a` [rows, ≥ M], one sample every `a_next`
/// numbers, and gradients `d` [rows, N], one sample every `d_next`.
#[derive(Clone, Copy)]
pub(crate) struct Outer<'a, S> {
    pub a: &'a [S],
    pub a_next: usize,
    pub d: &'a [S],
    pub d_next: usize,
}

/// `out` [M, `width` vectors] += Σ over `terms` and rows of aᵀ·d. The sums stay in registers over all terms.
#[inline(always)]
pub(crate) fn add_outer<'a, V: Lanes, T>(inputs: usize, rows: usize, width: usize, terms: T, out: &mut [V::S])
where
    T: Iterator<Item = Outer<'a, V::S>> + Clone,
{
    each_tile::<V>(inputs, &mut OuterTile::<V, T> { rows, width, terms, out });
}

struct OuterTile<'w, V: Lanes, T> {
    rows: usize,
    width: usize,
    terms: T,
    out: &'w mut [V::S],
}

impl<'a, V: Lanes, T: Iterator<Item = Outer<'a, V::S>> + Clone> Rows for OuterTile<'_, V, T> {
    #[inline(always)]
    fn rows<const R: usize>(&mut self, first: usize) {
        let wide = self.width * V::N;
        let mut acc = [[V::zero(); 4]; R];
        for r in 0..R {
            for j in 0..4 {
                if j < self.width {
                    acc[r][j] = V::load(&self.out[(first + r) * wide + j * V::N..]);
                }
            }
        }
        for term in self.terms.clone() {
            let left = Left { values: &term.a[first..], row: 1, k: term.a_next };
            accumulate::<V, R>(
                &mut acc,
                (0, self.width),
                self.rows,
                left,
                Right { values: term.d, next: term.d_next },
            );
        }
        for r in 0..R {
            for j in 0..4 {
                if j < self.width {
                    acc[r][j].store(&mut self.out[(first + r) * wide + j * V::N..]);
                }
            }
        }
    }
}

/// `sums` [`width` vectors] += the sum of `rows` rows of `d`, `next` apart.
#[inline(always)]
pub(crate) fn add_rows<V: Lanes>(d: &[V::S], next: usize, rows: usize, width: usize, sums: &mut [V::S]) {
    for j in 0..width {
        let mut sum = V::load(&sums[j * V::N..]);
        for row in 0..rows {
            sum = sum.add(V::load(&d[row * next + j * V::N..]));
        }
        sum.store(&mut sums[j * V::N..]);
    }
}

#[cfg(test)]
mod tests;
