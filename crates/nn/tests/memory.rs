//! Windows are views: training takes the panel, the buffers of one tile a core, and little else. A binary of its own,
//! because it reads the high-water mark of the whole process (Linux only).

use std::ops::ControlFlow;
use tidegate_nn::{
    Activation, Clip, EarlyStop, Epoch, Init, Kind, Loss, NetworkSpec, Optimizer, Panel, Samples, Schedule,
    Supervision, Training, Trial, Watch, fit,
};

struct Silent;

impl Watch for Silent {
    fn epoch(&mut self, _: &Epoch) {}
    fn go_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Most memory the process has had in use, bytes.
fn high_water() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib * 1024)
}

#[allow(clippy::print_stderr)] // a skipped test says so
#[test]
fn training_takes_one_and_a_half_panels_and_a_tile_a_core() {
    let (rows, width, window, hidden) = (200_000, 40, 60, 16);
    let values: Vec<f32> = (0..rows * width).map(|i| (i * 7919 % 1009) as f32 / 504.5 - 1.0).collect();
    let ends: Vec<usize> = (0..20_000).map(|i| window + i * 9).collect();
    let targets: Vec<f32> = ends.iter().map(|&end| values[end * width]).collect();
    let Some(before) = high_water() else {
        eprintln!("skipped: there is no /proc/self/status here");
        return;
    };
    let spec = NetworkSpec {
        kind: Kind::Lstm,
        inputs: width,
        window,
        layers: vec![hidden],
        head: vec![],
        dropout: 0.0,
        activation: Activation::Tanh,
        init: Init::Pytorch,
    };
    for supervision in [Supervision::LastStep, Supervision::every_step()] {
        let training = Training {
            loss: Loss::Mse,
            supervision,
            optimizer: Optimizer::Adam,
            learning_rate: 1e-3,
            schedule: Schedule::Constant,
            batch: 64,
            epochs: 1,
            early_stop: EarlyStop::Off,
            clip: Clip::Norm(1.0),
            weight_decay: 0.0,
        };
        let panel = Panel { values: &values, width };
        let train = Samples { ends: &ends, targets: &targets };
        let valid = Samples { ends: &ends[..500], targets: &targets[..500] };
        let cores = 2;
        fit(&Trial { spec: &spec, training: &training, panel, train, valid, seed: 1 }, cores, &mut Silent)
            .unwrap();
        let grown = high_water().unwrap() - before;
        // Of a tile of up to 32 rows: inputs, six saved vectors, hidden states and their gradients, over a chunk of two
        // windows; its weights are nothing beside that. Stacks of threads and the allocator's rounding: 8 MiB.
        let tile = 32 * 2 * window * (width + 16 * 8) * size_of::<f32>();
        let panel = values.len() * size_of::<f32>();
        let bound = panel / 2 + cores * tile + (8 << 20);
        assert!(grown <= bound, "{supervision:?}: grew by {grown} bytes, bound {bound}");
        // The bound tells copies from views: windows copied would take this much.
        assert!(bound < ends.len() * window * width * size_of::<f32>() / 2);
    }
}
