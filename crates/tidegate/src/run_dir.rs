//! A run directory: written to a temporary name beside its own and renamed, so that it is whole or absent.

mod contents;

use crate::error::{Error, InputError};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// `--out`: exactly there.
    Given {
        /// The directory.
        path: PathBuf,
        /// Whether an earlier run there is replaced.
        force: bool,
    },
    /// The first of `runs/<name>-1`, `runs/<name>-2`, ... that is free when the results are there.
    Numbered {
        /// Name of the experiment.
        name: String,
    },
}

/// A run directory in the making; dropped before [`RunDir::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct RunDir {
    out: Out,
    temporary: PathBuf,
    /// Folders above it that did not exist before, deepest first.
    made: Vec<PathBuf>,
}

/// Refuses a directory that must not be replaced: one that holds something, unless `force` is given and a run wrote it.
fn check_free(target: &Path, force: bool) -> Result<(), InputError> {
    let place = || format!("--out {}", target.display());
    let mut entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(
                InputError::new(place(), "expected a directory, found a file").help("choose another --out")
            );
        }
        Err(error) => {
            return Err(InputError::new(place(), format!("cannot look into the directory: {error}"))
                .help("choose another --out"));
        }
    };
    if entries.next().is_none() {
        return Ok(());
    }
    if !force {
        return Err(InputError::new(place(), "the directory exists and is not empty")
            .help("choose another --out, or add --force to replace an earlier run"));
    }
    if !contents::is_run_directory(target) {
        return Err(InputError::new(place(), "--force replaces run directories only, and this is none")
            .help("choose another --out"));
    }
    match contents::foreign(target) {
        Ok(None) => Ok(()),
        Ok(Some(name)) => Err(InputError::new(
            place(),
            format!("--force replaces what a run wrote, and no run wrote {name}, which is there too"),
        )
        .help(format!("move {name} away, or choose another --out"))),
        Err(error) => Err(InputError::new(place(), format!("cannot look into the directory: {error}"))
            .help("choose another --out")),
    }
}

/// A link stays a link: what it points to is written. A trailing slash changes nothing.
fn followed(path: &Path) -> Result<PathBuf, InputError> {
    let path: PathBuf = path.components().collect();
    if !path.is_symlink() {
        return Ok(path);
    }
    fs::canonicalize(&path).map_err(|error| {
        InputError::new(format!("--out {}", path.display()), format!("a link that leads nowhere: {error}"))
            .help("choose another --out")
    })
}

/// A path beside `target` that does not exist.
fn free_beside(target: &Path, name: &str) -> PathBuf {
    let numbered =
        |k: usize| target.with_file_name(if k == 0 { name.to_owned() } else { format!("{name}-{k}") });
    (0..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(0))
}

impl RunDir {
    /// Begins a directory that will stand at `out`.
    pub fn create(out: &Out) -> Result<RunDir, InputError> {
        let (target, out) = match out {
            Out::Given { path, force } => {
                let path = followed(path)?;
                check_free(&path, *force)?;
                (path.clone(), Out::Given { path, force: *force })
            }
            Out::Numbered { name } => (Path::new("runs").join(name), out.clone()),
        };
        let place = format!("--out {}", target.display());
        let Some(name) = target.file_name() else {
            return Err(
                InputError::new(place, "expected a path that ends in a name").help("choose another --out")
            );
        };
        // A name of its own: another process, in another container even with our number, may be at work beside us.
        let name = name.to_string_lossy();
        let temporary = free_beside(&target, &format!(".{name}.writing-{}", std::process::id()));
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made = temporary.ancestors().skip(1).take_while(is_missing).map(Path::to_owned).collect();
        let begin = || -> std::io::Result<()> {
            if let Some(folder) = temporary.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder)?;
            }
            fs::create_dir(&temporary)
        };
        begin().map_err(|error| {
            InputError::new(place, format!("cannot write there: {error}")).help("choose another --out")
        })?;
        Ok(RunDir { out, temporary, made })
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

    /// Puts the directory in its place and says where that is. What cannot be put there is kept and named.
    pub fn finish(mut self) -> Result<PathBuf, Error> {
        let placed = match self.out.clone() {
            Out::Given { path, force } => check_free(&path, force)
                .map_err(|error| error.to_string())
                .and_then(|()| self.replace(&path).map_err(|error| format!("{}: {error}", path.display())))
                .map(|()| path),
            Out::Numbered { name } => self.take_number(&name),
        };
        placed.map_err(|reason| {
            let kept = std::mem::take(&mut self.temporary);
            Error::Run(format!(
                "{reason}\n  the results are whole and stay in {}; move them where you like",
                kept.display()
            ))
        })
    }

    fn replace(&self, target: &Path) -> std::io::Result<()> {
        if !target.exists() {
            return fs::rename(&self.temporary, target);
        }
        let old = free_beside(target, ".replaced");
        fs::rename(target, &old)?;
        if let Err(error) = fs::rename(&self.temporary, target) {
            // Nothing is lost: the directory that was there goes back.
            fs::rename(&old, target)?;
            return Err(error);
        }
        // The new run stands in its place; what of the old one cannot be deleted does no harm.
        let _ = fs::remove_dir_all(&old);
        Ok(())
    }

    /// Takes the first free number. Another run may take it at the same moment; then the next one is tried.
    fn take_number(&self, name: &str) -> Result<PathBuf, String> {
        let numbered = |n: usize| Path::new("runs").join(format!("{name}-{n}"));
        for target in (1..).map(numbered).filter(|target| !target.exists()) {
            match fs::rename(&self.temporary, &target) {
                Ok(()) => return Ok(target),
                Err(_) if target.exists() => {}
                Err(error) => return Err(format!("{}: {error}", target.display())),
            }
        }
        Err(format!("runs/{name}-*: no number is free"))
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        // Gone after a successful rename and given up after a failed one; otherwise a half-written directory must
        // not stay.
        if !self.temporary.as_os_str().is_empty() {
            let _ = fs::remove_dir_all(&self.temporary);
            // A folder with something in it is not removed.
            for folder in &self.made {
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// `file` as seen from `folder`, so that a run directory and the data it was made from can move together and no
/// user's name stands in it. Where there is no such path (another drive), the absolute one.
pub fn relative(file: &Path, folder: &Path) -> PathBuf {
    let absolute = |path: &Path| -> Option<PathBuf> {
        let name = path.file_name()?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // The last step need not exist yet.
        let parent = fs::canonicalize(parent).or_else(|_| std::path::absolute(parent)).ok()?;
        Some(parent.join(name))
    };
    let (Some(file), Some(folder)) = (absolute(file), absolute(folder)) else { return file.to_owned() };
    let (file_steps, folder_steps): (Vec<Component<'_>>, Vec<_>) =
        (file.components().collect(), folder.components().collect());
    let shared = file_steps.iter().zip(&folder_steps).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return file;
    }
    let up = std::iter::repeat_n(Component::ParentDir, folder_steps.len() - shared);
    up.chain(file_steps[shared..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(path: &Path, force: bool) -> Out {
        Out::Given { path: path.to_owned(), force }
    }

    fn write_run(path: &Path) {
        let run = RunDir::create(&given(path, false)).unwrap();
        run.write("experiment.toml", b"").unwrap();
        run.write("run.log", b"tidegate 0.1.0\n").unwrap();
        run.finish().unwrap();
    }

    #[test]
    fn a_directory_is_whole_or_absent() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let run = RunDir::create(&given(&target, false)).unwrap();
        run.write("metrics.json", b"{}").unwrap();
        assert!(!target.exists());
        drop(run);
        drop(RunDir::create(&given(&folder.path().join("new/deep/run"), false)).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "an unfinished run leaves nothing");

        write_run(&target);
        assert!(contents::is_run_directory(&target));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_that_holds_something_is_refused_unless_a_run_wrote_it_and_force_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        fs::create_dir(&target).unwrap();
        drop(RunDir::create(&given(&target, false)).unwrap());
        fs::write(target.join("metrics.json"), "{\"loss\": 1}").unwrap();
        let error = RunDir::create(&given(&target, false)).unwrap_err().to_string();
        assert!(error.contains("not empty") && error.contains("--force"), "{error}");
        let error = RunDir::create(&given(&target, true)).unwrap_err().to_string();
        assert!(error.contains("replaces run directories only"), "{error}");
        fs::remove_dir_all(&target).unwrap();

        write_run(&target);
        fs::write(target.join("signals.csv"), "").unwrap();
        let run = RunDir::create(&given(&target, true)).unwrap();
        assert!(target.join("signals.csv").exists(), "the old directory stays until the new one is whole");
        run.write("new", b"").unwrap();
        run.finish().unwrap();
        assert!(!target.join("signals.csv").exists() && target.join("new").exists());
    }

    #[test]
    fn a_run_directory_with_files_of_others_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        write_run(&target);
        for name in ["notes.txt", "models/mine.pt", "signals/mine.csv", "bars.csv/mine"] {
            let path = target.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "mine").unwrap();
            let error = RunDir::create(&given(&target, true)).unwrap_err().to_string();
            let first = if name.starts_with("models") { name } else { name.split('/').next().unwrap() };
            assert!(error.contains(&format!("no run wrote {first}")), "{error}");
            fs::remove_file(&path).unwrap();
            let _ = fs::remove_dir(path.parent().unwrap());
        }
        // What arrives while the run is under way stays too.
        let run = RunDir::create(&given(&target, true)).unwrap();
        fs::write(target.join("notes.txt"), "mine").unwrap();
        let error = run.finish().unwrap_err().to_string();
        assert!(error.contains("notes.txt") && target.join("notes.txt").exists(), "{error}");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_refused_before_any_work() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        for path in [file.clone(), file.join("x"), PathBuf::from("/")] {
            assert!(RunDir::create(&given(&path, false)).is_err(), "{}", path.display());
        }
        assert_eq!(fs::read(&file).unwrap(), b"x");
    }

    #[test]
    fn results_that_find_their_place_taken_are_kept_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let run = RunDir::create(&given(&target, false)).unwrap();
        run.write("metrics.json", b"{}").unwrap();
        let temporary = run.path().to_owned();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("someone"), "else").unwrap();
        let error = run.finish().unwrap_err().to_string();
        assert!(error.contains(&temporary.display().to_string()), "{error}");
        assert!(temporary.join("metrics.json").exists() && target.join("someone").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_directory_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_run(&link);
        assert!(link.is_symlink() && real.join("run.log").exists());
        let slash = PathBuf::from(format!("{}/", link.display()));
        RunDir::create(&given(&slash, true)).unwrap().finish().unwrap();
        assert!(link.is_symlink());
        fs::remove_dir_all(&real).unwrap();
        let error = RunDir::create(&given(&link, false)).unwrap_err().to_string();
        assert!(error.contains("leads nowhere"), "{error}");
    }

    #[test]
    fn a_path_is_told_from_the_run_directory() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("data")).unwrap();
        fs::create_dir_all(folder.path().join("runs")).unwrap();
        let file = folder.path().join("data/a.csv");
        assert_eq!(relative(&file, &folder.path().join("runs/a-1")), Path::new("../../data/a.csv"));
        assert_eq!(relative(&file, &folder.path().join("run")), Path::new("../data/a.csv"));
    }
}
