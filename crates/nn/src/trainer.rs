//! Weights in training: gradients tile by tile, the optimiser's step, validation.
//!
//! A batch is cut into tiles of rows by its size alone. Tiles are dealt in order to at most [`LANES`] lanes, each with a
//! gradient of its own; a core takes a lane, carries each of its tiles through all steps forward and back, and the
//! lanes' gradients are added in their order. So every sum is made in one order, however many cores there are.

use crate::batch::Batch;
use crate::clip;
use crate::crew::Crew;
use crate::dropout::Draw;
use crate::face::{Panel, Samples};
use crate::init;
use crate::loss::Tally;
use crate::network;
use crate::optimizer::Stepper;
use crate::scalar::Scalar;
use crate::simd::Lanes;
use crate::spec::{NetworkSpec, Training};
use crate::stack::{Pass, Plan, Stack, Weights};
use crate::window;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rows that go through the network together: enough to make the most of weights in the cache, few enough that what
/// they save stays near.
const TILE_ROWS: usize = 16;
/// Fewer rows than this are not worth a tile of their own.
const LEAST_ROWS: usize = 4;
/// Most gradients that are summed apart.
const LANES: usize = 8;
/// Parameters that one core updates at a time.
const CHUNK: usize = 8192;

/// Tiles of a batch of `rows` rows: nearly equal, an even number where there are several.
fn tiles(rows: usize) -> Vec<Range<usize>> {
    let count = rows.div_ceil(TILE_ROWS).max((rows / LEAST_ROWS).clamp(1, 2));
    let count = if count > 1 { count.next_multiple_of(2) } else { 1 };
    (0..count).map(|i| rows * i / count..rows * (i + 1) / count).collect()
}

/// Some of a batch's tiles, in order, with the sum of their gradients.
struct Lane<S> {
    tiles: Vec<Range<usize>>,
    gradients: Vec<S>,
    /// Of each tile, [outputs, rows].
    outputs: Vec<Vec<S>>,
}

/// Weights in training, with everything a step needs.
pub(crate) struct Trainer<'c, V: Lanes> {
    pub(crate) plan: Plan,
    training: Training,
    seed: u64,
    pub(crate) weights: Weights<V>,
    /// The moving average of the weights, where one is kept.
    average: Option<Average<V>>,
    lanes: Vec<Lane<V::S>>,
    /// Sums of squares of the batch's gradient, [`CHUNK`] by [`CHUNK`].
    squares: Vec<f64>,
    stepper: Stepper<V::S>,
    crew: &'c Crew,
    /// One for each core.
    stacks: Vec<Mutex<Stack<V>>>,
}

/// A moving average of weights.
struct Average<V: Lanes> {
    decay: f64,
    steps: i32,
    weights: Weights<V>,
}

impl<'c, V: Lanes> Trainer<'c, V> {
    pub(crate) fn new(spec: &NetworkSpec, training: &Training, seed: u64, crew: &'c Crew) -> Self {
        let plan = Plan::new::<V>(spec);
        let flat = init::parameters(spec, &plan.layout, seed);
        let mut trainer = Trainer {
            weights: Weights::new(&plan, &flat, V::S::of),
            average: None,
            lanes: vec![],
            squares: vec![0.0; plan.packing.count.div_ceil(CHUNK)],
            stepper: Stepper::new(training.optimizer, training.weight_decay, plan.packing.count),
            stacks: (0..crew.size()).map(|_| Mutex::new(Stack::new(&plan))).collect(),
            training: training.clone(),
            seed,
            crew,
            plan,
        };
        trainer.weights.refresh(&trainer.plan, crew);
        trainer
    }

    /// Keeps a moving average of the weights with this decay per step, from here on.
    pub(crate) fn keep_average(&mut self, decay: f64) {
        self.average = Some(Average { decay, steps: 0, weights: self.weights.clone() });
    }

    /// Flat parameters: the average where one is kept, the weights otherwise.
    pub(crate) fn result(&self) -> Vec<V::S> {
        self.plan.packing.unpack(&self.judged().values)
    }

    /// The weights that are validated and kept.
    fn judged(&self) -> &Weights<V> {
        self.average.as_ref().map_or(&self.weights, |average| &average.weights)
    }

    /// Gradient of the mean loss over the labels of one batch, dropout on. It is left in the first lane.
    pub(crate) fn gradient(
        &mut self,
        panel: Panel<'_>,
        batch: &Batch,
        epoch: usize,
        tally: &mut Tally,
    ) -> Result<(), Trouble> {
        let (plan, weights, loss, seed) = (&self.plan, &self.weights, self.training.loss, self.seed);
        let stacks = &self.stacks;
        deal(&mut self.lanes, tiles(batch.rows()), plan.packing.count);
        self.crew.each(self.lanes.iter_mut().collect(), |worker, lane| {
            let mut stack = locked(&stacks[worker]);
            lane.gradients.fill(V::S::ZERO);
            lane.outputs.clear();
            for tile in &lane.tiles {
                window::gather(&plan.spec, panel, &batch.spans[tile.clone()], batch.steps, &mut stack.tile);
                let pass = Pass::chunks(tile.len(), batch.steps, batch.outputs, true);
                let draw = Draw { seed, epoch, samples: &batch.names[tile.clone()] };
                let outputs = stack.forward(plan, &weights.values, pass, Some(draw)).to_vec();
                let mut d_output = vec![V::S::ZERO; outputs.len()];
                for (at, d) in d_output.iter_mut().enumerate() {
                    if let Some(label) = label(batch, tile, at) {
                        let (_, slope) = loss.value_and_slope(outputs[at].to_f64(), f64::from(label));
                        *d = V::S::of(slope / batch.divisor as f64);
                    }
                }
                stack.backward(plan, weights, &d_output, &mut lane.gradients);
                lane.outputs.push(outputs);
            }
        });
        for lane in &self.lanes {
            for (tile, outputs) in lane.tiles.iter().zip(&lane.outputs) {
                for (at, y) in outputs.iter().enumerate() {
                    let Some(label) = label(batch, tile, at) else { continue };
                    let (y, label) = (y.to_f64(), f64::from(label));
                    let (value, _) = loss.value_and_slope(y, label);
                    if !value.is_finite() {
                        return Err(Trouble::Loss);
                    }
                    tally.add(loss, value, y, label);
                }
            }
        }
        self.add_lanes();
        Ok(())
    }

    /// Adds all lanes' gradients, in order, to the first, and takes the squares of the sum.
    fn add_lanes(&mut self) {
        let (first, others) = self.lanes.split_at_mut(1);
        let others = &*others;
        let chunks = first[0].gradients.chunks_mut(CHUNK).zip(&mut self.squares).enumerate().collect();
        self.crew.each(chunks, |_, (at, (sum, squares)): (usize, (&mut [V::S], &mut f64))| {
            *squares = V::vectorize(
                #[inline(always)]
                || {
                    for lane in others {
                        let values = &lane.gradients[at * CHUNK..][..sum.len()];
                        sum.iter_mut().zip(values).for_each(|(s, &g)| *s += g);
                    }
                    clip::squares(sum)
                },
            );
        });
    }

    /// Clips the gradient and moves the weights.
    pub(crate) fn step(&mut self, rate: f64) -> Result<(), Trouble> {
        let norm = self.squares.iter().sum::<f64>().sqrt();
        if !norm.is_finite() {
            return Err(Trouble::Gradient);
        }
        let clip = self.training.clip;
        let step = self.stepper.begin(rate);
        let parts = self.stepper.chunks(CHUNK, &mut self.weights.values, &mut self.lanes[0].gradients);
        self.crew.each(parts, |_, mut part| {
            V::vectorize(
                #[inline(always)]
                || {
                    clip::apply(clip, norm, part.gradients);
                    step.apply(&mut part);
                },
            );
        });
        if let Some(average) = &mut self.average {
            average.steps = average.steps.saturating_add(1);
            // Corrected for the start: the weights from before the first step have no part in it.
            let fresh = V::S::of((1.0 - average.decay) / (1.0 - average.decay.powi(average.steps)));
            V::vectorize(
                #[inline(always)]
                || {
                    for (mean, &now) in average.weights.values.iter_mut().zip(&self.weights.values) {
                        *mean += fresh * (now - *mean);
                    }
                },
            );
        }
        self.weights.refresh(&self.plan, self.crew);
        Ok(())
    }

    /// Mean loss and accuracy on `samples`, dropout off, by the same arithmetic as [`network::Network::forecast`].
    pub(crate) fn validate(
        &self,
        panel: Panel<'_>,
        samples: Samples<'_>,
    ) -> Result<(f64, Option<f64>), Trouble> {
        let loss = self.training.loss;
        let packed = &self.judged().values;
        let outputs = network::forecast(&self.plan, packed, self.crew, &self.stacks, panel, samples.ends);
        let mut tally = Tally::default();
        for (y, &target) in outputs.iter().zip(samples.targets) {
            let (y, target) = (y.to_f64(), f64::from(target));
            tally.add(loss, loss.value_and_slope(y, target).0, y, target);
        }
        let mean = tally.mean(loss);
        if mean.0.is_finite() { Ok(mean) } else { Err(Trouble::ValidationLoss) }
    }
}

/// A worker's own stack: never contended, the lock only shows it to the compiler.
fn locked<T>(stack: &Mutex<T>) -> MutexGuard<'_, T> {
    stack.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Label of output `at` of a tile's outputs [outputs, rows].
fn label(batch: &Batch, tile: &Range<usize>, at: usize) -> Option<f32> {
    let (output, row) = (at / tile.len(), tile.start + at % tile.len());
    batch.labels[row * batch.outputs + output]
}

/// Deals `tiles` in order to lanes, making and dropping lanes as needed.
fn deal<S: Scalar>(lanes: &mut Vec<Lane<S>>, tiles: Vec<Range<usize>>, parameters: usize) {
    let count = tiles.len().min(LANES);
    lanes.truncate(count);
    while lanes.len() < count {
        lanes.push(Lane { tiles: vec![], gradients: vec![S::ZERO; parameters], outputs: vec![] });
    }
    for (index, lane) in lanes.iter_mut().enumerate() {
        lane.tiles = tiles[tiles.len() * index / count..tiles.len() * (index + 1) / count].to_vec();
    }
}

/// What is not finite, before it is known where in training that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// A feature.
    Input {
        /// Its panel row.
        row: usize,
        /// Its column.
        column: usize,
        /// NaN or ±∞.
        value: f32,
    },
    /// The label of the sample that ends at `row`.
    Label {
        /// The panel row that names the sample.
        row: usize,
        /// NaN or ±∞.
        value: f32,
    },
    Loss,
    Gradient,
    ValidationLoss,
}

#[cfg(test)]
impl<V: Lanes> Trainer<'_, V> {
    /// Flat parameters.
    pub(crate) fn parameters(&self) -> Vec<V::S> {
        self.plan.packing.unpack(&self.weights.values)
    }

    /// Replaces all parameters.
    pub(crate) fn set_parameters(&mut self, flat: &[V::S]) {
        self.weights = Weights::new(&self.plan, flat, |v| v);
        self.weights.refresh(&self.plan, self.crew);
    }

    /// Flat gradient of the last batch.
    pub(crate) fn gradients(&self) -> Vec<V::S> {
        self.plan.packing.unpack(&self.lanes[0].gradients)
    }

    /// A stack to compute with.
    pub(crate) fn stack(&mut self) -> &mut Stack<V> {
        self.stacks[0].get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Outputs of the last batch, in the order of its tiles.
    pub(crate) fn outputs(&self) -> Vec<V::S> {
        self.lanes.iter().flat_map(|lane| lane.outputs.concat()).collect()
    }
}
