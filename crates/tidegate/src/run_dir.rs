//! A run directory: written to a temporary name beside its own and renamed, so that it is whole or absent.

use crate::error::{Error, InputError};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A run directory in the making; dropped before [`RunDir::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct RunDir {
    target: PathBuf,
    temporary: PathBuf,
    force: bool,
}

/// Files by which a directory written by `run` or by `tune` is known.
const MARKS: [&str; 2] = ["metrics.json", "trials.csv"];

/// Refuses a target that must not be written: an existing directory with something in it, unless `force` is given
/// and it is a run directory.
pub fn check_target(target: &Path, force: bool) -> Result<(), InputError> {
    let place = format!("--out {}", target.display());
    let Ok(mut entries) = fs::read_dir(target) else {
        return if target.exists() {
            Err(InputError::new(place, "expected a directory, found a file"))
        } else {
            Ok(())
        };
    };
    let holds_something = entries.next().is_some();
    if holds_something && !force {
        return Err(InputError::new(place, "the directory exists and is not empty")
            .help("choose another --out, or add --force to replace an earlier run"));
    }
    let is_ours = MARKS.iter().any(|mark| target.join(mark).is_file());
    if holds_something && !is_ours {
        return Err(InputError::new(
            place,
            "--force replaces run directories only, and this one holds no metrics.json",
        )
        .help("choose another --out"));
    }
    Ok(())
}

/// The first of `runs/<name>-1`, `runs/<name>-2`, ... that does not exist.
pub fn next_free(name: &str) -> PathBuf {
    let numbered = |n: usize| Path::new("runs").join(format!("{name}-{n}"));
    (1..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(0))
}

impl RunDir {
    /// Begins a directory that will stand at `target`.
    pub fn create(target: &Path, force: bool) -> Result<RunDir, Error> {
        check_target(target, force)?;
        let name = target.file_name().ok_or_else(|| {
            InputError::new(format!("--out {}", target.display()), "expected a path that ends in a name")
        })?;
        let temporary =
            target.with_file_name(format!(".{}.writing-{}", name.to_string_lossy(), std::process::id()));
        if temporary.exists() {
            fs::remove_dir_all(&temporary).map_err(|e| Error::io("cannot replace", &temporary, e))?;
        }
        fs::create_dir_all(&temporary).map_err(|e| Error::io("cannot create", &temporary, e))?;
        Ok(RunDir { target: target.to_owned(), temporary, force })
    }

    /// Where files are written for now.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Writes one file, and its folder if it is the first one there.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.temporary.join(name);
        let write = || -> std::io::Result<()> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|e| Error::io("cannot write", &path, e))
    }

    /// Puts the directory in its place.
    pub fn finish(self) -> Result<PathBuf, Error> {
        check_target(&self.target, self.force)?;
        let fail = |e| Error::io("cannot move the run directory to", &self.target, e);
        if self.target.exists() {
            let old = self.temporary.with_extension("old");
            fs::rename(&self.target, &old).map_err(fail)?;
            if let Err(error) = fs::rename(&self.temporary, &self.target) {
                // Nothing is lost: the directory that was there goes back.
                fs::rename(&old, &self.target).map_err(fail)?;
                return Err(fail(error));
            }
            fs::remove_dir_all(&old).map_err(|e| Error::io("cannot remove", &old, e))?;
        } else {
            fs::rename(&self.temporary, &self.target).map_err(fail)?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        // Gone after a successful rename; otherwise a half-written directory must not stay.
        let _ = fs::remove_dir_all(&self.temporary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_whole_or_absent() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let run = RunDir::create(&target, false).unwrap();
        run.write("metrics.json", b"{}").unwrap();
        assert!(!target.exists());
        drop(run);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "an unfinished run leaves nothing");

        let run = RunDir::create(&target, false).unwrap();
        run.write("metrics.json", b"{}").unwrap();
        run.finish().unwrap();
        assert_eq!(fs::read(target.join("metrics.json")).unwrap(), b"{}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_that_holds_something_is_refused_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        fs::create_dir(&target).unwrap();
        RunDir::create(&target, false).unwrap();
        fs::write(target.join("precious"), "x").unwrap();
        let error = RunDir::create(&target, false).unwrap_err().to_string();
        assert!(error.contains("not empty") && error.contains("--force"), "{error}");
        let error = RunDir::create(&target, true).unwrap_err().to_string();
        assert!(error.contains("replaces run directories only"), "{error}");
        fs::write(target.join("metrics.json"), "{}").unwrap();
        let run = RunDir::create(&target, true).unwrap();
        assert!(target.join("precious").exists(), "the old directory stays until the new one is whole");
        run.write("new", b"").unwrap();
        run.finish().unwrap();
        assert!(!target.join("precious").exists() && target.join("new").exists());
    }
}
