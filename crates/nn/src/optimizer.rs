//! Update rules. Each repeats PyTorch's formulas in PyTorch's order of operations (torch.optim 2.x, default
//! arguments), so that a run there can be followed step by step here.

use crate::scalar::Scalar;
use crate::spec::Optimizer;

/// Decay of the squared gradient in RMSprop.
const ALPHA: f64 = 0.99;
/// Decays of Adam's first and second moments.
const BETA: (f64, f64) = (0.9, 0.999);
/// Keeps the denominator away from zero.
const EPSILON: f64 = 1e-8;

/// An update rule with its moments: flat buffers as long as the parameters (empty where the rule has none).
pub(crate) struct Stepper<S> {
    rule: Optimizer,
    weight_decay: f64,
    first: Vec<S>,
    second: Vec<S>,
    steps: i32,
}

impl<S: Scalar> Stepper<S> {
    /// At rest before the first step of `count` parameters.
    pub(crate) fn new(rule: Optimizer, weight_decay: f64, count: usize) -> Self {
        let (first, second) = match rule {
            Optimizer::Sgd { .. } | Optimizer::Nesterov { .. } => (count, 0),
            Optimizer::RmsProp => (0, count),
            Optimizer::Adam | Optimizer::AdamW => (count, count),
        };
        Stepper { rule, weight_decay, first: vec![S::ZERO; first], second: vec![S::ZERO; second], steps: 0 }
    }

    /// One step at learning rate `rate`. `gradients` are overwritten where weight decay is added to them.
    pub(crate) fn step(&mut self, rate: f64, parameters: &mut [S], gradients: &mut [S]) {
        assert_eq!(parameters.len(), gradients.len(), "one gradient per parameter");
        self.steps = self.steps.saturating_add(1);
        if self.weight_decay > 0.0 {
            match self.rule {
                Optimizer::AdamW => {
                    let keep = S::of(1.0 - rate * self.weight_decay);
                    parameters.iter_mut().for_each(|p| *p *= keep);
                }
                _ => {
                    let decay = S::of(self.weight_decay);
                    gradients.iter_mut().zip(&*parameters).for_each(|(g, &p)| *g += decay * p);
                }
            }
        }
        match self.rule {
            Optimizer::Sgd { momentum } => self.momentum(rate, momentum, false, parameters, gradients),
            Optimizer::Nesterov { momentum } => self.momentum(rate, momentum, true, parameters, gradients),
            Optimizer::RmsProp => self.rms_prop(rate, parameters, gradients),
            Optimizer::Adam | Optimizer::AdamW => self.adam(rate, parameters, gradients),
        }
    }

    /// v ← μ v + g; p ← p − η v, or p − η (g + μ v) in Nesterov's form.
    fn momentum(&mut self, rate: f64, momentum: f64, nesterov: bool, parameters: &mut [S], gradients: &[S]) {
        let (rate, momentum) = (S::of(rate), S::of(momentum));
        for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(&mut self.first) {
            *v = momentum * *v + g;
            let direction = if nesterov { g + momentum * *v } else { *v };
            *p = *p - rate * direction;
        }
    }

    /// s ← α s + (1 − α) g²; p ← p − η g / (√s + ε).
    fn rms_prop(&mut self, rate: f64, parameters: &mut [S], gradients: &[S]) {
        let (rate, alpha, rest, epsilon) = (S::of(rate), S::of(ALPHA), S::of(1.0 - ALPHA), S::of(EPSILON));
        for ((p, &g), s) in parameters.iter_mut().zip(gradients).zip(&mut self.second) {
            *s = alpha * *s + rest * g * g;
            *p = *p - rate * (g / (s.sqrt() + epsilon));
        }
    }

    /// m ← m + (1 − β₁)(g − m); v ← β₂ v + (1 − β₂) g²; p ← p − η/(1 − β₁ⁿ) · m / (√v/√(1 − β₂ⁿ) + ε).
    fn adam(&mut self, rate: f64, parameters: &mut [S], gradients: &[S]) {
        let corrections = (1.0 - BETA.0.powi(self.steps), (1.0 - BETA.1.powi(self.steps)).sqrt());
        let (rate, root, epsilon) = (S::of(rate / corrections.0), S::of(corrections.1), S::of(EPSILON));
        let (fresh, keep, rest) = (S::of(1.0 - BETA.0), S::of(BETA.1), S::of(1.0 - BETA.1));
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((p, &g), (m, v)) in parameters.iter_mut().zip(gradients).zip(moments) {
            *m += fresh * (g - *m);
            *v = keep * *v + rest * g * g;
            *p = *p - rate * (*m / (v.sqrt() / root + epsilon));
        }
    }
}
