//! Matrix products, C ← A·B or C ← C + A·B. The only file of the crate with unsafe code: `matrixmultiply` takes
//! raw pointers. It runs on the calling thread, and each row of C is computed by the same operations in the same
//! order wherever that row lies, which forecasts rely on.

/// A matrix inside a slice, with any strides.
#[derive(Clone, Copy)]
pub(crate) struct View<'a, S> {
    data: &'a [S],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a, S> View<'a, S> {
    /// The first `rows × cols` values, row-major.
    pub(crate) fn new(data: &'a [S], rows: usize, cols: usize) -> Self {
        View::strided(data, rows, cols, cols)
    }

    /// `cols` leading columns of a row-major matrix whose rows are `row_stride` apart.
    pub(crate) fn strided(data: &'a [S], rows: usize, cols: usize, row_stride: usize) -> Self {
        View { data, rows, cols, row_stride, col_stride: 1 }
    }

    /// Transposed, without moving anything.
    pub(crate) fn t(self) -> Self {
        View {
            data: self.data,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }
}

/// What becomes of the old contents of C.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// C ← A·B.
    Overwrite,
    /// C ← C + A·B.
    Accumulate,
}

/// Numbers that matrices can be multiplied in.
pub(crate) trait Gemm: Sized {
    /// C (row-major, `a.rows × b.cols`, contiguous) ← A·B, or C + A·B.
    ///
    /// # Panics
    /// If the shapes disagree or a matrix does not fit in its slice.
    fn multiply(a: View<'_, Self>, b: View<'_, Self>, mode: Mode, c: &mut [Self]);
}

/// Index one past the last element of a matrix, 0 for an empty one.
fn extent(rows: usize, cols: usize, row_stride: usize, col_stride: usize) -> usize {
    if rows == 0 || cols == 0 { 0 } else { (rows - 1) * row_stride + (cols - 1) * col_stride + 1 }
}

/// Panics unless the product is defined and every matrix lies inside its slice.
fn check<S>(a: &View<'_, S>, b: &View<'_, S>, c: &[S]) {
    assert_eq!(a.cols, b.rows, "inner dimensions: {}×{} times {}×{}", a.rows, a.cols, b.rows, b.cols);
    for (name, view) in [("A", a), ("B", b)] {
        let needed = extent(view.rows, view.cols, view.row_stride, view.col_stride);
        let held = view.data.len();
        assert!(
            needed <= held,
            "{name} is {}×{} and reaches {needed}, its slice holds {held}",
            view.rows,
            view.cols
        );
        let bound = isize::MAX as usize / size_of::<S>().max(1);
        assert!(view.row_stride < bound && view.col_stride < bound, "stride of {name} overflows");
    }
    assert!(c.len() >= a.rows * b.cols, "C is {}×{}, its slice holds {}", a.rows, b.cols, c.len());
}

macro_rules! gemm_with {
    ($scalar:ty, $function:path) => {
        impl Gemm for $scalar {
            #[allow(unsafe_code)]
            fn multiply(a: View<'_, Self>, b: View<'_, Self>, mode: Mode, c: &mut [Self]) {
                check(&a, &b, c);
                let beta = if mode == Mode::Accumulate { 1.0 } else { 0.0 };
                // SAFETY: `check` has shown that the last element addressed by the strides of A and B lies inside
                // their slices and that C, row-major and contiguous, holds rows × cols elements; all indices are
                // sums of non-negative multiples, so every one lies between the first and the last. C is a unique
                // borrow, so it aliases neither A nor B, and its strides (cols, 1) never address an element twice.
                unsafe {
                    $function(
                        a.rows,
                        a.cols,
                        b.cols,
                        1.0,
                        a.data.as_ptr(),
                        a.row_stride as isize,
                        a.col_stride as isize,
                        b.data.as_ptr(),
                        b.row_stride as isize,
                        b.col_stride as isize,
                        beta,
                        c.as_mut_ptr(),
                        b.cols as isize,
                        1,
                    );
                }
            }
        }
    };
}
gemm_with!(f32, matrixmultiply::sgemm);
gemm_with!(f64, matrixmultiply::dgemm);

#[cfg(test)]
mod tests;
