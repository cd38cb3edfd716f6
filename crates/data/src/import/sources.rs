//! Which files are meant: files, patterns, directories, and qlib's directories, each of which is one source.

use super::qlib;
use crate::error::DataError;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Endings of files that a directory is searched for.
const ENDINGS: [&str; 7] = [".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz", ".gz"];

/// The files that the paths mean, in order: a file stands for itself, `*` and `?` in a file's name for what fits, a
/// directory for the market data files in it and below, sorted by name.
///
/// # Errors
/// When a path does not exist, or a pattern or directory gives no file.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, DataError> {
    let mut files = Vec::new();
    for path in paths {
        let before = files.len();
        if path.is_dir() {
            below(path, &mut files, &mut BTreeSet::new())?;
        } else if path.exists() || !is_pattern(path) {
            // What is missing is told when it is read, beside the other files.
            files.push(path.clone());
        } else {
            matching(path, &mut files)?;
        }
        if files.len() == before {
            return Err(DataError::NoFiles { path: path.clone() });
        }
    }
    Ok(files)
}

fn is_pattern(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains(['*', '?']))
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, DataError> {
    let unreadable = |source| DataError::Unreadable { path: directory.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Links may lead in circles, so no directory is entered twice.
fn below(
    directory: &Path,
    files: &mut Vec<PathBuf>,
    entered: &mut BTreeSet<PathBuf>,
) -> Result<(), DataError> {
    let unreadable = |source| DataError::Unreadable { path: directory.to_owned(), source };
    if !entered.insert(directory.canonicalize().map_err(unreadable)?) {
        return Ok(());
    }
    if qlib::is_qlib_dir(directory) {
        files.push(directory.to_owned());
        return Ok(());
    }
    for path in entries(directory)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            below(&path, files, entered)?;
        } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) && (path.is_file() || !path.exists()) {
            // A pipe or a device is read only when it is named; a link to nothing is told when it is read.
            files.push(path);
        }
    }
    Ok(())
}

fn matching(pattern: &Path, files: &mut Vec<PathBuf>) -> Result<(), DataError> {
    let parent = pattern.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name: Vec<char> = pattern.file_name().unwrap_or_default().to_string_lossy().chars().collect();
    for path in entries(parent)? {
        let found: Vec<char> = path.file_name().unwrap_or_default().to_string_lossy().chars().collect();
        if path.is_file() && fits(&name, &found) {
            files.push(path);
        }
    }
    Ok(())
}

/// `*` stands for any characters, `?` for one. A star is tried again one further on, so the time is the product of both
/// lengths at most.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    p = *at + 1;
                    n = *from;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        let fit = |pattern: &str, name: &str| {
            fits(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
        };
        assert!(
            fit("*.csv", "a.csv")
                && fit("6*.S?.csv", "600000.SH.csv")
                && fit("*", "")
                && fit("a*b*c", "aXbYbc")
        );
        assert!(!fit("*.csv", "a.csv.gz") && !fit("?", "") && !fit("a*b", "ac"));
        assert!(!fit(&"a*".repeat(30), &"a".repeat(25)));
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_in_a_directory_are_passed_over_and_broken_links_told() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        std::fs::write(path("good.csv"), "").unwrap();
        for (target, link) in [
            ("/dev/zero", "endless.csv"),
            ("nowhere", "broken.csv"),
            ("good.csv", "link.csv"),
            (".", "circle"),
        ] {
            symlink(target, path(link)).unwrap();
        }
        let _socket = std::os::unix::net::UnixListener::bind(path("socket.csv")).unwrap();
        let found = files(&[root.path().to_owned()]).unwrap();
        assert_eq!(found, ["broken.csv", "good.csv", "link.csv"].map(path));
    }

    #[test]
    fn a_directory_stands_for_the_files_in_it_and_below() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        std::fs::create_dir_all(path("b/.hidden")).unwrap();
        for name in ["b/2.csv.gz", "b/1.CSV", "a.txt", "b/x.pdf", "b/.hidden/3.csv"] {
            std::fs::write(path(name), "").unwrap();
        }
        let found = files(&[root.path().to_owned()]).unwrap();
        assert_eq!(found, [path("a.txt"), path("b/1.CSV"), path("b/2.csv.gz")]);
        assert_eq!(files(&[path("b/?.csv*")]).unwrap(), [path("b/2.csv.gz")]);
        assert_eq!(files(&[path("missing.csv")]).unwrap(), [path("missing.csv")]);
        for nothing in ["b/.hidden/*.txt", "b/*.parquet"] {
            assert!(files(&[path(nothing)]).unwrap_err().to_string().contains("no file"), "{nothing}");
        }
    }
}
