//! Forward passes against the equations written out, one unit at a time, in f64.

use super::cases;
use crate::face::Panel;
use crate::init;
use crate::layout::Layout;
use crate::math::sigmoid_f64;
use crate::simd::Double;
use crate::spec::{Activation, Kind, NetworkSpec};
use crate::stack::{Pass, Plan, Stack, Weights};
use crate::window;

/// Σ w·x + b for row `row` of a [rows, x.len()] matrix.
fn sum(w: &[f64], x: &[f64], b: &[f64], row: usize) -> f64 {
    let weights = &w[row * x.len()..][..x.len()];
    weights.iter().zip(x).fold(b[row], |sum, (w, x)| sum + w * x)
}

/// One layer over a sequence; parameters as PyTorch lays them out.
fn recurrent(kind: Kind, relu: bool, p: [&[f64]; 4], units: usize, sequence: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let [w, u, b, b_hidden] = p;
    let (mut h, mut c) = (vec![0.0; units], vec![0.0; units]);
    let mut out = vec![];
    for x in sequence {
        let from_x = |gate: usize, unit: usize| sum(w, x, b, gate * units + unit);
        let from_h = |gate: usize, unit: usize| sum(u, &h, b_hidden, gate * units + unit);
        let gate = |gate: usize, unit: usize| from_x(gate, unit) + from_h(gate, unit);
        let next: Vec<f64> = match kind {
            Kind::Lstm => (0..units)
                .map(|k| {
                    let [i, f, o] = [0, 1, 3].map(|g| sigmoid_f64(gate(g, k)));
                    c[k] = f * c[k] + i * gate(2, k).tanh();
                    o * c[k].tanh()
                })
                .collect(),
            Kind::Gru => (0..units)
                .map(|k| {
                    let [r, z] = [0, 1].map(|g| sigmoid_f64(gate(g, k)));
                    let n = (from_x(2, k) + r * from_h(2, k)).tanh();
                    (1.0 - z) * n + z * h[k]
                })
                .collect(),
            _ => (0..units).map(|k| if relu { gate(0, k).max(0.0) } else { gate(0, k).tanh() }).collect(),
        };
        h = next;
        out.push(h.clone());
    }
    out
}

fn by_hand(spec: &NetworkSpec, flat: &[f64], window: &[f64]) -> f64 {
    let layout = Layout::new(spec);
    let mut tensors = layout.tensors.iter().map(|t| &flat[t.range.clone()]);
    let mut next = || tensors.next().expect("a tensor");
    let mut sequence: Vec<Vec<f64>> = window.chunks(spec.inputs).map(<[f64]>::to_vec).collect();
    for layer in &layout.recurrent {
        let p = [next(), next(), next(), next()];
        let relu = spec.activation == Activation::Relu;
        sequence = recurrent(spec.kind, relu, p, layer.outputs, &sequence);
    }
    let mut x = if spec.kind == Kind::Mlp { window.to_vec() } else { sequence.pop().expect("a step") };
    for (k, layer) in layout.dense.iter().enumerate() {
        let (w, b) = (next(), next());
        let y = (0..layer.outputs).map(|row| sum(w, &x, b, row));
        let is_last = k + 1 == layout.dense.len();
        x = y.map(|y| if is_last { y } else { y.tanh() }).collect();
        if spec.activation == Activation::Relu && !is_last {
            unreachable!("only tanh between dense layers here");
        }
    }
    x[0]
}

#[test]
fn outputs_are_what_the_equations_say_over_odd_shapes() {
    for (kind, activation) in [
        (Kind::Mlp, Activation::Tanh),
        (Kind::Rnn, Activation::Tanh),
        (Kind::Rnn, Activation::Relu),
        (Kind::Lstm, Activation::Tanh),
        (Kind::Gru, Activation::Tanh),
    ] {
        for (inputs, window, layers, rows) in
            [(1, 1, vec![1], 1), (3, 2, vec![7], 2), (2, 5, vec![17, 3, 9], 5), (6, 3, vec![4, 8], 37)]
        {
            let spec = NetworkSpec { activation, ..cases::spec(kind, inputs, window, &layers) };
            let plan = Plan::new::<Double>(&spec);
            let flat = init::parameters(&spec, &plan.layout, 3);
            let weights = Weights::<Double>::new(&plan, &flat, |v| v);
            let values = cases::noise((rows + window) * inputs, 8);
            let panel = Panel { values: &values, width: inputs };
            let spans: Vec<_> = (0..rows).map(|row| row..row + window).collect();
            let mut stack = Stack::<Double>::new(&plan);
            window::gather(&spec, panel, &spans, window, &mut stack.tile);
            let outputs = stack.forward(&plan, &weights.values, Pass::windows(rows, window, true), None);
            for (span, output) in spans.iter().zip(outputs) {
                let x: Vec<f64> =
                    values[span.start * inputs..span.end * inputs].iter().map(|&v| f64::from(v)).collect();
                let expected = by_hand(&spec, &flat, &x);
                assert!((output - expected).abs() < 1e-12, "{spec:?}: {output}, not {expected}");
            }
        }
    }
}
