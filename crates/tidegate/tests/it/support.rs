//! Small experiments, run directories and tables that the tests share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tidegate::experiment::{Setting, parse};
use tidegate::run::{RunOptions, run};
use tidegate::run_dir::Out;
use tidegate::summary::Summary;
use tidegate::train::Silent;
use tidegate::{Error, Plan};

/// A small experiment: two networks of a few units, two seeds, two epochs.
pub const SMALL: &str = "
[forecast]
window = 5
[strategy]
window = 5
[training]
epochs = 2
seeds = [1, 2]
learning_rate = 0.01
[[model]]
kind = \"mlp\"
layers = [4]
[[model]]
kind = \"lstm\"
layers = [4]
";

/// A checked plan from the text of an experiment file.
pub fn plan(text: &str) -> Plan {
    plan_with(text, &[])
}

/// As [`plan`], with `--set` settings.
pub fn plan_with(text: &str, settings: &[&str]) -> Plan {
    let settings: Vec<Setting> = settings.iter().map(|s| s.parse().unwrap()).collect();
    Plan::check(parse(text, "experiment.toml", None, &settings).unwrap()).unwrap()
}

/// A run directory that goes away with the value.
pub struct Run {
    _folder: TempDir,
    pub dir: PathBuf,
    pub summary: Summary,
}

/// Runs a plan into a directory of its own.
pub fn run_plan(plan: Plan, jobs: usize) -> Result<Run, Error> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let finished = run(plan, &RunOptions { out: Out::Given { path: out, force: false }, jobs }, &Silent)?;
    Ok(Run { _folder: folder, dir: finished.out, summary: finished.summary })
}

impl Run {
    /// Content of one file.
    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.join(name)).unwrap()
    }

    /// `metrics.json`.
    pub fn metrics(&self) -> serde_json::Value {
        serde_json::from_str(&self.text("metrics.json")).unwrap()
    }

    /// A CSV file of the directory.
    pub fn table(&self, name: &str) -> Table {
        Table::parse(&self.text(name))
    }

    /// Every result file and its bytes: all but `run.log`, the one file that may hold times.
    pub fn results(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.dir, &self.dir, &mut files);
        assert!(files.remove("run.log").is_some(), "run.log is there");
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// A CSV file read without any help of the product.
pub struct Table {
    pub header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// One row by column names.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    header: &'a [String],
    cells: &'a [String],
}

impl Table {
    pub fn parse(text: &str) -> Table {
        let cells = |line: &str| line.trim_end().split(',').map(str::to_owned).collect::<Vec<String>>();
        let mut lines = text.lines();
        Table { header: cells(lines.next().unwrap()), rows: lines.map(cells).collect() }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { header: &self.header, cells })
    }
}

impl<'a> Row<'a> {
    pub fn text(self, column: &str) -> &'a str {
        let at = self.header.iter().position(|name| name == column);
        &self.cells[at.unwrap_or_else(|| panic!("no column {column} among {:?}", self.header))]
    }

    /// `None` for an empty cell.
    pub fn maybe(self, column: &str) -> Option<f64> {
        let text = self.text(column);
        (!text.is_empty()).then(|| text.parse().unwrap())
    }

    pub fn number(self, column: &str) -> f64 {
        self.maybe(column).unwrap()
    }
}

/// A file of the test data (`TIDEGATE_TEST_DATA`, else `shared/data` beside the repository). Where there is none, says
/// so and returns `None`: the test then passes without having tested.
#[allow(clippy::print_stderr)]
pub fn data_file(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("TIDEGATE_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no test data at {}", path.display());
    None
}
