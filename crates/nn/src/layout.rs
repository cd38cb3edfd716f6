//! Where each parameter lies in the one flat buffer that weights, gradients and optimiser moments share.
//!
//! Names are PyTorch's. Recurrent layer k has `weight_ih_l{k}` [G·H, I], `weight_hh_l{k}` [G·H, H], `bias_ih_l{k}`
//! and `bias_hh_l{k}` [G·H] with G gates (LSTM: i f g o; GRU: r z n; RNN: one); each layer has its own width, so
//! layer k is an own `torch.nn.LSTM(I, H)`. The MLP's layer k has `layers.{k}.weight` [out, in] and
//! `layers.{k}.bias` [out]; every network ends with `head.{k}.weight` and `head.{k}.bias`, the last of width one.

use crate::spec::{Activation, Kind, NetworkSpec};
use std::ops::Range;

/// Part of a layer that a tensor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Input-to-hidden matrix of a recurrent layer.
    InputWeight,
    /// Hidden-to-hidden matrix of a recurrent layer.
    HiddenWeight,
    /// Bias of the input-to-hidden product.
    InputBias,
    /// Bias of the hidden-to-hidden product.
    HiddenBias,
    /// Matrix of a dense layer.
    DenseWeight,
    /// Bias of a dense layer.
    DenseBias,
}

/// One named parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tensor {
    pub name: String,
    pub role: Role,
    pub shape: Vec<usize>,
    pub range: Range<usize>,
    /// Inputs and outputs of the layer (of one gate block in a recurrent layer).
    pub inputs: usize,
    pub outputs: usize,
}

/// A layer: its widths and the contiguous range of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    pub inputs: usize,
    pub outputs: usize,
    pub range: Range<usize>,
}

/// Layers and tensors of a network, in flat order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Recurrent layers; none in an MLP.
    pub recurrent: Vec<Layer>,
    /// Dense layers: the MLP's own, then the head; the last one is the linear output of width one.
    pub dense: Vec<Layer>,
    pub tensors: Vec<Tensor>,
    /// Number of parameters.
    pub count: usize,
}

/// Gate blocks of a recurrent kind, 0 for the MLP.
pub(crate) fn gates(kind: Kind) -> usize {
    match kind {
        Kind::Mlp => 0,
        Kind::Rnn => 1,
        Kind::Gru => 3,
        Kind::Lstm => 4,
    }
}

impl Layout {
    /// # Panics
    /// If the specification makes no network: a width of zero, no layers, dropout outside [0, 1), or a recurrence
    /// other than tanh or relu.
    pub(crate) fn new(spec: &NetworkSpec) -> Layout {
        assert!(spec.inputs > 0 && spec.window > 0, "a window of {} × {} is empty", spec.window, spec.inputs);
        assert!(!spec.layers.is_empty(), "a network needs at least one layer");
        assert!(
            spec.layers.iter().chain(&spec.head).all(|&width| width > 0),
            "a layer of width 0 in {spec:?}"
        );
        assert!((0.0..1.0).contains(&spec.dropout), "dropout {} is outside [0, 1)", spec.dropout);
        if spec.kind == Kind::Rnn {
            let known = matches!(spec.activation, Activation::Tanh | Activation::Relu);
            assert!(known, "the recurrence is tanh or relu, not {:?}", spec.activation);
        }
        let mut layout = Layout { recurrent: vec![], dense: vec![], tensors: vec![], count: 0 };
        let mut inputs = if spec.kind == Kind::Mlp { spec.window * spec.inputs } else { spec.inputs };
        for (k, &outputs) in spec.layers.iter().enumerate() {
            match spec.kind {
                Kind::Mlp => layout.push_dense(&format!("layers.{k}"), inputs, outputs),
                Kind::Rnn | Kind::Lstm | Kind::Gru => {
                    layout.push_recurrent(k, gates(spec.kind), inputs, outputs)
                }
            }
            inputs = outputs;
        }
        for (k, &outputs) in spec.head.iter().chain(&[1]).enumerate() {
            layout.push_dense(&format!("head.{k}"), inputs, outputs);
            inputs = outputs;
        }
        layout
    }

    fn push_recurrent(&mut self, k: usize, gates: usize, inputs: usize, outputs: usize) {
        let start = self.count;
        let wide = gates * outputs;
        self.push(format!("weight_ih_l{k}"), Role::InputWeight, vec![wide, inputs], inputs, outputs);
        self.push(format!("weight_hh_l{k}"), Role::HiddenWeight, vec![wide, outputs], outputs, outputs);
        self.push(format!("bias_ih_l{k}"), Role::InputBias, vec![wide], inputs, outputs);
        self.push(format!("bias_hh_l{k}"), Role::HiddenBias, vec![wide], outputs, outputs);
        self.recurrent.push(Layer { inputs, outputs, range: start..self.count });
    }

    fn push_dense(&mut self, name: &str, inputs: usize, outputs: usize) {
        let start = self.count;
        self.push(format!("{name}.weight"), Role::DenseWeight, vec![outputs, inputs], inputs, outputs);
        self.push(format!("{name}.bias"), Role::DenseBias, vec![outputs], inputs, outputs);
        self.dense.push(Layer { inputs, outputs, range: start..self.count });
    }

    fn push(&mut self, name: String, role: Role, shape: Vec<usize>, inputs: usize, outputs: usize) {
        let end = self.count + shape.iter().product::<usize>();
        self.tensors.push(Tensor { name, role, shape, range: self.count..end, inputs, outputs });
        self.count = end;
    }
}
