//! A folder of its own for every test, and the binary run inside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// An experiment that takes a fraction of a second.
pub const SMALL: &str = "
forecast.window = 5
strategy.window = 5
[data]
to = 2006-12-31
[training]
epochs = 1
seeds = [1, 2]
[[model]]
kind = \"mlp\"
layers = [4]
[[model]]
kind = \"lstm\"
layers = [4]
";

/// The first rows of a Tushare file.
pub const TUSHARE: &str = "\
ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount
600000.SH,20240624,10,10.5,9.9,10.4,10,0.4,4.0,1000.5,1020.75
600000.SH,20240625,10.4,11.2,10.4,11,10.4,0.6,5.7692,1200,1300
600000.SH,20240626,10,10.4,9.8,10.2,10,0.2,2.0,900,915.5
";

/// A working directory that goes away with the value.
pub struct Workplace(TempDir);

impl Workplace {
    /// Empty.
    pub fn empty() -> Workplace {
        Workplace(tempfile::tempdir().unwrap())
    }

    /// With `small.toml`, the small experiment.
    pub fn new() -> Workplace {
        let place = Workplace::empty();
        place.write("small.toml", SMALL);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The binary with these arguments, to be run here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        command.args(arguments).current_dir(self.0.path());
        command
    }

    /// Runs the binary here.
    pub fn tidegate(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the binary here and wants it to succeed; its stdout.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.tidegate(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the binary here and wants one clear refusal that contains all of `expected`: exit code 2, nothing on stdout
    /// and nothing new or changed on the disk. Returns the message.
    pub fn refused(&self, arguments: &[&str], expected: &[&str]) -> String {
        let before = self.files();
        let output = self.tidegate(arguments);
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(output.stdout.is_empty(), "nothing goes to stdout");
        assert!(message.starts_with("error: "), "{message}");
        let messages = message.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(messages, 1, "one message: {message}");
        for part in expected {
            assert!(message.contains(part), "{arguments:?}: \"{part}\" is not in: {message}");
        }
        assert!(self.files() == before, "{arguments:?} left something behind: {:?}", self.files().keys());
        message
    }

    /// Every file below the working directory and its bytes; directories with an empty list.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files_under(self.0.path())
    }
}

/// Every file below `root` and its bytes; directories and pipes with an empty list.
pub fn files_under(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
            files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), bytes);
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    files
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of the test data (`TIDEGATE_TEST_DATA`, else `shared/data` beside the repository). Where there is none, says
/// so and returns `None`: the test then passes without having tested.
#[allow(clippy::print_stderr)]
pub fn data_file(name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("TIDEGATE_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path.display().to_string());
    }
    eprintln!("skipped: no test data at {}", path.display());
    None
}
