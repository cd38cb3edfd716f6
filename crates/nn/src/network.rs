//! A network as its users see it: a specification, flat parameters, names for them, and forecasts.

use crate::crew::Crew;
use crate::face::Panel;
use crate::init;
use crate::layout::Layout;
use crate::simd::{Lanes, OnLanes, Path, RealLanes};
use crate::spec::NetworkSpec;
use crate::stack::{Pass, Plan, Stack};
use crate::window;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Windows that are forecast together. The outputs do not depend on it: see `kernel.rs`.
pub(crate) const TILE: usize = 32;

/// Flat parameters of one network together with its specification.
#[derive(Clone, Debug)]
pub struct Network {
    spec: NetworkSpec,
    /// Layout: see `named_parameters`.
    parameters: Vec<f32>,
    /// What forecasts need, made by the first of them: the parameters never change.
    prepared: OnceLock<Prepared>,
}

/// The parameters as kernels read them.
#[derive(Clone, Debug)]
struct Prepared {
    plan: Plan,
    packed: Vec<f32>,
}

impl PartialEq for Network {
    fn eq(&self, other: &Network) -> bool {
        self.spec == other.spec && self.parameters == other.parameters
    }
}

/// Why named parameters are not those of a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// A parameter of the network is not there.
    #[error("the parameter {name} is missing")]
    Missing {
        /// Its name.
        name: String,
    },
    /// A parameter the network does not have, or one given twice.
    #[error("the network has no parameter {name}, or it is given twice")]
    Unexpected {
        /// Its name.
        name: String,
    },
    /// A parameter of another shape.
    #[error("the parameter {name} has shape {found:?}, expected {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// Shape in this network.
        expected: Vec<usize>,
        /// Shape as given; its product differs from the number of values if that is what is wrong.
        found: Vec<usize>,
    },
}

impl Network {
    /// A network with fresh weights, drawn as `spec.init` says. The result depends on `spec` and `seed` alone.
    ///
    /// # Panics
    /// If the specification makes no network (a width of zero, no layers, dropout outside [0, 1), a recurrence
    /// other than tanh or relu). The other constructors panic alike.
    pub fn new(spec: NetworkSpec, seed: u64) -> Network {
        let layout = Layout::new(&spec);
        let parameters = init::parameters(&spec, &layout, seed).into_iter().map(|v| v as f32).collect();
        Network { spec, parameters, prepared: OnceLock::new() }
    }

    /// A network with the given flat parameters, in the layout of [`Network::named_parameters`].
    ///
    /// # Panics
    /// If the count is wrong.
    pub fn from_parameters(spec: NetworkSpec, parameters: Vec<f32>) -> Network {
        let count = Layout::new(&spec).count;
        assert_eq!(parameters.len(), count, "parameters given and parameters of {spec:?}");
        Network { spec, parameters, prepared: OnceLock::new() }
    }

    /// A network from named parameters (name, shape, row-major values) in any order: the inverse of
    /// [`Network::named_parameters`], and the way in for weights that PyTorch has trained.
    ///
    /// # Errors
    /// [`LoadError`] if a parameter is missing, unknown, given twice or of another shape.
    pub fn from_named<'a, I>(spec: NetworkSpec, named: I) -> Result<Network, LoadError>
    where
        I: IntoIterator<Item = (&'a str, &'a [usize], &'a [f32])>,
    {
        let layout = Layout::new(&spec);
        let mut parameters = vec![0.0; layout.count];
        let mut found = vec![false; layout.tensors.len()];
        for (name, shape, values) in named {
            let index = layout.tensors.iter().position(|t| t.name == name);
            let Some(index) = index.filter(|&index| !found[index]) else {
                return Err(LoadError::Unexpected { name: name.into() });
            };
            let tensor = &layout.tensors[index];
            if tensor.shape != shape || tensor.range.len() != values.len() {
                let (expected, found) = (tensor.shape.clone(), shape.to_vec());
                return Err(LoadError::Shape { name: name.into(), expected, found });
            }
            parameters[tensor.range.clone()].copy_from_slice(values);
            found[index] = true;
        }
        match found.iter().position(|&f| !f) {
            Some(missing) => Err(LoadError::Missing { name: layout.tensors[missing].name.clone() }),
            None => Ok(Network::from_parameters(spec, parameters)),
        }
    }

    /// The specification.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// Number of parameters.
    pub fn parameter_count(&self) -> usize {
        self.parameters.len()
    }

    /// All parameters, flat.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// Name (PyTorch's: `weight_ih_l0`, `head.0.weight`, ...), shape and values of every parameter, in flat order.
    pub fn named_parameters(&self) -> Vec<(String, Vec<usize>, &[f32])> {
        let tensors = Layout::new(&self.spec).tensors;
        tensors.into_iter().map(|t| (t.name, t.shape, &self.parameters[t.range])).collect()
    }

    /// Raw outputs (a logit for classifiers) of the windows that end at `ends`, dropout off, on up to `jobs` cores. Each
    /// output depends on its own window alone, to the last bit.
    ///
    /// # Panics
    /// If the panel's width is not `spec.inputs` or a window starts before row 0 or ends after the last.
    pub fn forecast(&self, panel: Panel<'_>, ends: &[usize], jobs: usize) -> Vec<f32> {
        panel.check(&self.spec);
        Path::detected().run(Forecast { network: self, panel, ends, jobs })
    }
}

/// [`Network::forecast`] on the detected path.
struct Forecast<'a> {
    network: &'a Network,
    panel: Panel<'a>,
    ends: &'a [usize],
    jobs: usize,
}

impl OnLanes for Forecast<'_> {
    type Out = Vec<f32>;

    fn on<V: RealLanes>(self) -> Vec<f32> {
        let Prepared { plan, packed } = self.network.prepared.get_or_init(|| {
            let plan = Plan::new::<V>(&self.network.spec);
            let packed = plan.packing.pack(&self.network.parameters, |v| v);
            Prepared { plan, packed }
        });
        let crew = Crew::new(self.jobs.min(self.ends.len().div_ceil(TILE)));
        let stacks: Vec<_> = (0..crew.size()).map(|_| Mutex::new(Stack::<V>::new(plan))).collect();
        forecast(plan, packed, &crew, &stacks, self.panel, self.ends)
    }
}

/// Outputs of the windows that end at `ends`, by a crew with a stack for each.
pub(crate) fn forecast<V: Lanes>(
    plan: &Plan,
    packed: &[V::S],
    crew: &Crew,
    stacks: &[Mutex<Stack<V>>],
    panel: Panel<'_>,
    ends: &[usize],
) -> Vec<V::S> {
    let steps = plan.spec.window;
    let mut outputs = vec![V::S::default(); ends.len()];
    let parts = ends.chunks(TILE).zip(outputs.chunks_mut(TILE)).collect();
    crew.each(parts, |worker, (ends, outputs): (&[usize], &mut [V::S])| {
        let stack = &mut *stacks[worker].lock().unwrap_or_else(PoisonError::into_inner);
        let spans: Vec<_> = ends.iter().map(|&end| panel.window(end, steps)).collect();
        window::gather(&plan.spec, panel, &spans, steps, &mut stack.tile);
        outputs.copy_from_slice(stack.forward(plan, packed, Pass::windows(ends.len(), steps, false), None));
    });
    outputs
}
