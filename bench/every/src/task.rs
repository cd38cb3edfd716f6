//! A task as `bench/supervision/tidegate.py` stores it: little-endian words of four bytes.
//!
//! | words | what |
//! |---|---|
//! | 6 × u32 | rows, width, steps of a window, samples for training, validation, test |
//! | rows × width × f32 | panel, row after row |
//! | for each part: n × u32, n × f32 | last row of each window, its label |

use std::path::{Path, PathBuf};
use tidegate_nn::{Panel, Samples};

/// A panel and the samples of the three parts.
#[derive(Debug)]
pub struct Task {
    values: Vec<f32>,
    /// Features per row.
    pub width: usize,
    /// Steps per window.
    pub window: usize,
    /// Weights are fitted to these.
    pub train: Part,
    /// Early stopping looks at these.
    pub valid: Part,
    /// Scored once.
    pub test: Part,
}

/// Samples of one part.
#[derive(Debug)]
pub struct Part {
    ends: Vec<usize>,
    targets: Vec<f32>,
}

impl Part {
    /// As the engine wants them.
    pub fn samples(&self) -> Samples<'_> {
        Samples { ends: &self.ends, targets: &self.targets }
    }
}

/// Why a file is no task.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Its header promises other contents.
    #[error("a task of {found} bytes where its header asks for {expected}")]
    Length {
        /// Bytes that the header asks for; at least the header's own.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// A shape or sample that cannot be trained on.
    #[error("{0}")]
    Shape(String),
}

impl Task {
    /// The task of a file.
    ///
    /// # Errors
    /// [`TaskError`] when the file cannot be read or its parts do not fit together.
    pub fn read(path: &Path) -> Result<Task, TaskError> {
        let bytes =
            std::fs::read(path).map_err(|source| TaskError::Read { path: path.to_owned(), source })?;
        Task::parse(&bytes)
    }

    /// The panel of the network's inputs.
    pub fn panel(&self) -> Panel<'_> {
        Panel { values: &self.values, width: self.width }
    }

    fn parse(bytes: &[u8]) -> Result<Task, TaskError> {
        const HEADER: usize = 6;
        let words: Vec<[u8; 4]> = bytes.as_chunks().0.to_vec();
        let header: Vec<usize> = words.iter().take(HEADER).map(|&word| index(word)).collect();
        let &[rows, width, window, train, valid, test] = &header[..] else {
            return Err(TaskError::Length { expected: 4 * HEADER, found: bytes.len() });
        };
        let samples = train.saturating_add(valid).saturating_add(test).saturating_mul(2);
        let expected =
            rows.saturating_mul(width).saturating_add(samples).saturating_add(HEADER).saturating_mul(4);
        if expected != bytes.len() {
            return Err(TaskError::Length { expected, found: bytes.len() });
        }
        if [width, window, train, valid, test].contains(&0) {
            return Err(TaskError::Shape(
                "a task needs a feature, a step and a sample in each part".to_owned(),
            ));
        }
        let mut rest = words[HEADER..].iter().copied();
        let values = rest.by_ref().take(rows * width).map(f32::from_le_bytes).collect();
        let mut part = |count| Part {
            ends: rest.by_ref().take(count).map(index).collect(),
            targets: rest.by_ref().take(count).map(f32::from_le_bytes).collect(),
        };
        let (train, valid, test) = (part(train), part(valid), part(test));
        let task = Task { values, width, window, train, valid, test };
        let outside = task.ends().find(|&end| end + 1 < window || end >= rows);
        match outside {
            Some(end) => {
                Err(TaskError::Shape(format!("no window of {window} steps ends at row {end} of {rows}")))
            }
            None => Ok(task),
        }
    }

    fn ends(&self) -> impl Iterator<Item = usize> + '_ {
        [&self.train, &self.valid, &self.test].into_iter().flat_map(|part| part.ends.iter().copied())
    }
}

fn index(word: [u8; 4]) -> usize {
    u32::from_le_bytes(word) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three rows of one feature, windows of two steps, one sample in each part.
    fn bytes(ends: [u32; 3]) -> Vec<u8> {
        let mut bytes: Vec<u8> = [3_u32, 1, 2, 1, 1, 1].into_iter().flat_map(u32::to_le_bytes).collect();
        bytes.extend([0.5_f32, 1.5, 2.5].into_iter().flat_map(f32::to_le_bytes));
        for (end, label) in ends.into_iter().zip([7.0_f32, 8.0, 9.0]) {
            bytes.extend(end.to_le_bytes());
            bytes.extend(label.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_task_comes_back_as_it_was_written() {
        let task = Task::parse(&bytes([1, 1, 2])).unwrap();
        assert_eq!((task.width, task.window, task.panel().values), (1, 2, &[0.5, 1.5, 2.5][..]));
        assert_eq!((task.train.samples().ends, task.train.samples().targets), (&[1][..], &[7.0][..]));
        assert_eq!((task.test.samples().ends, task.test.samples().targets), (&[2][..], &[9.0][..]));
    }

    #[test]
    fn a_file_cut_short_says_how_long_it_should_be() {
        let whole = bytes([1, 1, 2]);
        for length in [whole.len() - 1, whole.len() - 4, 5] {
            let error = Task::parse(&whole[..length]).unwrap_err();
            assert!(matches!(error, TaskError::Length { found, .. } if found == length), "{error}");
        }
    }

    #[test]
    fn a_window_that_leaves_the_panel_is_refused() {
        for ends in [[0, 1, 2], [1, 1, 3]] {
            assert!(matches!(Task::parse(&bytes(ends)), Err(TaskError::Shape(_))), "{ends:?}");
        }
    }
}
