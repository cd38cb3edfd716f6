//! First weights, drawn from counter-based streams: one per parameter tensor.

use crate::layout::{Layout, Role, Tensor};
use crate::spec::{Init, NetworkSpec};
use crate::stream::{Key, Purpose, Stream};

/// Parameters of a new network, in flat order.
pub(crate) fn parameters(spec: &NetworkSpec, layout: &Layout, seed: u64) -> Vec<f64> {
    let mut all = Vec::with_capacity(layout.count);
    for (index, tensor) in layout.tensors.iter().enumerate() {
        let key = Key { seed, purpose: Purpose::Initial, epoch: 0, row: index, layer: 0, step: 0 };
        all.extend(draw(spec.init, tensor, &mut Stream::new(key)));
    }
    all
}

fn draw(init: Init, tensor: &Tensor, stream: &mut Stream) -> Vec<f64> {
    let count = tensor.range.len();
    let (fan_in, fan_out) = (tensor.inputs as f64, tensor.outputs as f64);
    match (init, tensor.role) {
        (Init::Pytorch, Role::InputWeight | Role::HiddenWeight | Role::InputBias | Role::HiddenBias) => {
            uniform(count, 1.0 / fan_out.sqrt(), stream)
        }
        (Init::Pytorch, Role::DenseWeight | Role::DenseBias) => uniform(count, 1.0 / fan_in.sqrt(), stream),
        (_, Role::InputBias | Role::HiddenBias | Role::DenseBias) => vec![0.0; count],
        (Init::He, _) => (0..count).map(|_| stream.normal() * (2.0 / fan_in).sqrt()).collect(),
        (Init::Orthogonal, Role::HiddenWeight) => {
            let blocks = count / (tensor.outputs * tensor.outputs);
            (0..blocks).flat_map(|_| orthogonal(tensor.outputs, stream)).collect()
        }
        (Init::Glorot | Init::Orthogonal, _) => uniform(count, (6.0 / (fan_in + fan_out)).sqrt(), stream),
    }
}

/// Uniform in ±bound.
fn uniform(count: usize, bound: f64, stream: &mut Stream) -> Vec<f64> {
    (0..count).map(|_| (2.0 * stream.uniform() - 1.0) * bound).collect()
}

/// A random n × n matrix with orthonormal rows: Gram–Schmidt on normal draws, each row projected twice so that
/// rounding does not accumulate. Uniform (Haar) over the orthogonal group because the draws are rotation-free.
fn orthogonal(n: usize, stream: &mut Stream) -> Vec<f64> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(n);
    while rows.len() < n {
        let mut row: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        for _ in 0..2 {
            for done in &rows {
                let along: f64 = row.iter().zip(done).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(done).for_each(|(a, b)| *a -= along * b);
            }
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        // A draw inside the span of the others has no direction left; it has probability zero, so draw again.
        if length > 1e-9 {
            rows.push(row.into_iter().map(|a| a / length).collect());
        }
    }
    rows.concat()
}
