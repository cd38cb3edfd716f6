//! Networks and scales as a run saved them.

use crate::error::{Error, InputError};
use crate::files::weights_name;
use crate::scaler::ColumnScale;
use crate::train::JobLabel;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use serde::Deserialize;
use std::path::Path;
use tidegate_nn::{Network, NetworkSpec};

/// `scalers.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct SavedScales {
    /// Of the forecast task.
    pub forecast: TaskScales,
    /// Of the strategy task.
    pub strategy: TaskScales,
}

/// The scales of one task.
#[derive(Clone, Debug, Deserialize)]
pub struct TaskScales {
    /// One per feature, in the order of the columns.
    pub features: Vec<ColumnScale>,
    /// Of the label, where it is scaled.
    #[serde(default)]
    pub target: Option<ColumnScale>,
}

impl SavedScales {
    /// Reads the file.
    pub fn read(run_dir: &Path) -> Result<SavedScales, Error> {
        let path = run_dir.join("scalers.json");
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let scales: SavedScales = serde_json::from_str(&text).map_err(|error| damaged(&path, error))?;
        let all = [&scales.forecast, &scales.strategy].map(|task| task.features.iter().chain(&task.target));
        for scale in all.into_iter().flatten() {
            if !(scale.shift.is_finite() && scale.scale.is_finite() && scale.scale > 0.0) {
                let (column, found) = (&scale.column, scale.scale);
                let reason = format!("\"{column}\": expected a scale above 0, found {found}");
                return Err(damaged(&path, reason).into());
            }
        }
        Ok(scales)
    }
}

impl TaskScales {
    /// These are the columns that the task computes now.
    pub fn check(&self, columns: &[String], run_dir: &Path, task: &str) -> Result<(), InputError> {
        let saved: Vec<&str> = self.features.iter().map(|scale| scale.column.as_str()).collect();
        if saved == columns.iter().map(String::as_str).collect::<Vec<_>>() {
            return Ok(());
        }
        Err(damaged(
            &run_dir.join("scalers.json"),
            format!(
                "{task}: expected the features [{}] of experiment.toml, found [{}]",
                columns.join(", "),
                saved.join(", ")
            ),
        ))
    }
}

/// Reads one network; its file must hold exactly the parameters that the experiment asks for.
pub fn network(run_dir: &Path, label: &JobLabel, spec: NetworkSpec) -> Result<Network, Error> {
    let path = run_dir.join(weights_name(label));
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| damaged(&path, error))?;
    let mut parameters: Vec<(String, Vec<usize>, Vec<f32>)> = Vec::new();
    for (name, tensor) in tensors.tensors() {
        if tensor.dtype() != Dtype::F32 {
            let found = tensor.dtype();
            return Err(damaged(&path, format!("{name}: expected 32-bit floats, found {found:?}")).into());
        }
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let values: Vec<f32> = tensor.data().chunks_exact(4).map(number).collect();
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(damaged(&path, format!("{name}: expected finite weights, found {value}")).into());
        }
        parameters.push((name, tensor.shape().to_vec(), values));
    }
    let named = parameters.iter().map(|(name, shape, values)| (name.as_str(), &shape[..], &values[..]));
    Ok(Network::from_named(spec, named).map_err(|error| {
        damaged(&path, format!("does not fit the network that experiment.toml describes: {error}"))
    })?)
}

fn damaged(path: &Path, reason: impl std::fmt::Display) -> InputError {
    InputError::new(path.display().to_string(), format!("damaged: {reason}"))
        .help("a run directory is written whole and never changed: make the run again, or restore the file")
}

fn unreadable(path: &Path, error: &std::io::Error) -> InputError {
    InputError::new(path.display().to_string(), format!("cannot be read: {error}"))
        .help("a finished run directory holds it")
}
