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

/// Some of the parameters with their gradients and moments.
pub(crate) struct Part<'a, S> {
    pub parameters: &'a mut [S],
    /// Overwritten where weight decay is added to them.
    pub gradients: &'a mut [S],
    first: &'a mut [S],
    second: &'a mut [S],
}

/// The numbers of one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    rule: Optimizer,
    weight_decay: f64,
    rate: f64,
    /// 1-based.
    number: i32,
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

    /// Begins a step at learning rate `rate`; it is to be applied to every part once.
    pub(crate) fn begin(&mut self, rate: f64) -> Step {
        self.steps = self.steps.saturating_add(1);
        Step { rule: self.rule, weight_decay: self.weight_decay, rate, number: self.steps }
    }

    /// The parameters in parts of up to `size`.
    pub(crate) fn chunks<'a>(
        &'a mut self,
        size: usize,
        parameters: &'a mut [S],
        gradients: &'a mut [S],
    ) -> Vec<Part<'a, S>> {
        assert_eq!(parameters.len(), gradients.len(), "one gradient per parameter");
        let mut first = self.first.chunks_mut(size);
        let mut second = self.second.chunks_mut(size);
        let both = parameters.chunks_mut(size).zip(gradients.chunks_mut(size));
        both.map(|(parameters, gradients)| Part {
            parameters,
            gradients,
            first: first.next().unwrap_or_default(),
            second: second.next().unwrap_or_default(),
        })
        .collect()
    }
}

impl Step {
    /// Moves one part.
    #[inline(always)]
    pub(crate) fn apply<S: Scalar>(&self, part: &mut Part<'_, S>) {
        if self.weight_decay > 0.0 {
            match self.rule {
                Optimizer::AdamW => {
                    let keep = S::of(1.0 - self.rate * self.weight_decay);
                    part.parameters.iter_mut().for_each(|p| *p *= keep);
                }
                _ => {
                    let decay = S::of(self.weight_decay);
                    let both = part.gradients.iter_mut().zip(&*part.parameters);
                    both.for_each(|(g, &p)| *g += decay * p);
                }
            }
        }
        match self.rule {
            Optimizer::Sgd { momentum } => self.momentum(momentum, false, part),
            Optimizer::Nesterov { momentum } => self.momentum(momentum, true, part),
            Optimizer::RmsProp => self.rms_prop(part),
            Optimizer::Adam | Optimizer::AdamW => self.adam(part),
        }
    }

    /// v ← μ v + g; p ← p − η v, or p − η (g + μ v) in Nesterov's form.
    #[inline(always)]
    fn momentum<S: Scalar>(&self, momentum: f64, nesterov: bool, part: &mut Part<'_, S>) {
        let (rate, momentum) = (S::of(self.rate), S::of(momentum));
        for ((p, &mut g), v) in part.parameters.iter_mut().zip(&mut *part.gradients).zip(&mut *part.first) {
            *v = momentum * *v + g;
            let direction = if nesterov { g + momentum * *v } else { *v };
            *p = *p - rate * direction;
        }
    }

    /// s ← α s + (1 − α) g²; p ← p − η g / (√s + ε).
    #[inline(always)]
    fn rms_prop<S: Scalar>(&self, part: &mut Part<'_, S>) {
        let (rate, alpha, rest) = (S::of(self.rate), S::of(ALPHA), S::of(1.0 - ALPHA));
        let epsilon = S::of(EPSILON);
        for ((p, &mut g), s) in part.parameters.iter_mut().zip(&mut *part.gradients).zip(&mut *part.second) {
            *s = alpha * *s + rest * g * g;
            *p = *p - rate * (g / (s.sqrt() + epsilon));
        }
    }

    /// m ← m + (1 − β₁)(g − m); v ← β₂ v + (1 − β₂) g²; p ← p − η/(1 − β₁ⁿ) · m / (√v/√(1 − β₂ⁿ) + ε).
    #[inline(always)]
    fn adam<S: Scalar>(&self, part: &mut Part<'_, S>) {
        let corrections = (1.0 - BETA.0.powi(self.number), (1.0 - BETA.1.powi(self.number)).sqrt());
        let (rate, root) = (S::of(self.rate / corrections.0), S::of(1.0 / corrections.1));
        let epsilon = S::of(EPSILON);
        let (fresh, keep, rest) = (S::of(1.0 - BETA.0), S::of(BETA.1), S::of(1.0 - BETA.1));
        let moments = part.first.iter_mut().zip(&mut *part.second);
        for ((p, &mut g), (m, v)) in part.parameters.iter_mut().zip(&mut *part.gradients).zip(moments) {
            *m += fresh * (g - *m);
            *v = keep * *v + rest * g * g;
            *p = *p - rate * (*m / (v.sqrt() * root + epsilon));
        }
    }
}
