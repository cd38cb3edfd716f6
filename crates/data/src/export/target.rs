//! Where an export goes. Nothing appears under its name before it is whole.

use super::csv::CsvWriter;
use super::parquet::ParquetWriter;
use super::{ExportError, ExportFormat, ExportOptions, Rows};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// A place under way: one file, or a directory of them.
pub(super) enum Target {
    File { writer: Box<Writer>, draft: Draft },
    Directory { draft: Draft, files: Vec<PathBuf>, options: ExportOptions },
}

/// A file or directory under a hidden name beside its own; removed unless it is put into place.
pub(super) struct Draft {
    hidden: PathBuf,
    path: PathBuf,
    placed: bool,
}

pub(super) enum Writer {
    Csv(CsvWriter<BufWriter<File>>),
    Parquet(Box<ParquetWriter<BufWriter<File>>>),
}

impl Target {
    pub(super) fn new(out: &Path, options: &ExportOptions) -> Result<Target, ExportError> {
        let ending = out.extension().and_then(|ending| ending.to_str());
        let one_file = ending == Some(options.format.extension()) && !out.is_dir();
        let holds_something = if one_file {
            out.exists()
        } else {
            fs::read_dir(out).map_or(out.exists(), |mut d| d.next().is_some())
        };
        if holds_something && !options.force {
            return Err(ExportError::Exists(out.to_owned()));
        }
        let draft = Draft::new(out)?;
        if one_file {
            let writer = Writer::create(&draft.hidden, options.format).map_err(draft.failed())?;
            return Ok(Target::File { writer: Box::new(writer), draft });
        }
        fs::create_dir(&draft.hidden).map_err(|e| draft.failed()(e.to_string()))?;
        Ok(Target::Directory { draft, files: Vec::new(), options: *options })
    }

    pub(super) fn add(&mut self, rows: Rows) -> Result<(), ExportError> {
        match self {
            Target::File { writer, draft } => writer.add(rows).map_err(draft.failed()),
            Target::Directory { draft, files, options } => {
                let name = PathBuf::from(format!("{}.{}", rows.symbol, options.format.extension()));
                let write = || {
                    let mut writer = Writer::create(&draft.hidden.join(&name), options.format)?;
                    writer.add(rows)?;
                    writer.finish()
                };
                write().map_err(draft.failed())?;
                files.push(name);
                Ok(())
            }
        }
    }

    /// Puts everything under its name.
    pub(super) fn finish(self) -> Result<Vec<PathBuf>, ExportError> {
        match self {
            Target::File { writer, mut draft } => {
                writer.finish().map_err(draft.failed())?;
                draft.place().map_err(|e| draft.failed()(e.to_string()))?;
                Ok(vec![draft.path.clone()])
            }
            Target::Directory { mut draft, files, .. } => {
                let place = |draft: &mut Draft| -> std::io::Result<()> {
                    if !draft.path.exists() || fs::remove_dir(&draft.path).is_ok() {
                        return draft.place();
                    }
                    // A directory with other files in it: each file takes its place by itself.
                    for name in &files {
                        fs::rename(draft.hidden.join(name), draft.path.join(name))?;
                    }
                    Ok(())
                };
                place(&mut draft).map_err(|e| draft.failed()(e.to_string()))?;
                Ok(files.iter().map(|name| draft.path.join(name)).collect())
            }
        }
    }
}

impl Draft {
    pub(super) fn new(out: &Path) -> Result<Draft, ExportError> {
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let hidden = folder.join(format!(".{name}.{}.part", std::process::id()));
        let draft = Draft { hidden, path: out.to_owned(), placed: false };
        if name.is_empty() {
            return Err(draft.failed()("expected the name of a file or directory".into()));
        }
        fs::create_dir_all(folder).map_err(|e| draft.failed()(e.to_string()))?;
        Ok(draft)
    }

    pub(super) fn hidden(&self) -> &Path {
        &self.hidden
    }

    pub(super) fn place(&mut self) -> std::io::Result<()> {
        fs::rename(&self.hidden, &self.path)?;
        self.placed = true;
        Ok(())
    }

    pub(super) fn failed(&self) -> impl FnOnce(String) -> ExportError + use<> {
        let path = self.path.clone();
        move |reason| ExportError::Unwritable { path, reason }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed is hidden, and nothing depends on it.
        if !self.placed {
            let _ = fs::remove_file(&self.hidden);
            let _ = fs::remove_dir_all(&self.hidden);
        }
    }
}

impl Writer {
    fn create(path: &Path, format: ExportFormat) -> Result<Writer, String> {
        let out = BufWriter::with_capacity(1 << 18, File::create(path).map_err(text)?);
        match format {
            ExportFormat::Csv => CsvWriter::new(out).map(Writer::Csv).map_err(text),
            ExportFormat::Parquet => ParquetWriter::new(out).map(Box::new).map(Writer::Parquet).map_err(text),
        }
    }

    fn add(&mut self, rows: Rows) -> Result<(), String> {
        match self {
            Writer::Csv(writer) => writer.add(&rows).map_err(text),
            Writer::Parquet(writer) => writer.add(rows).map_err(text),
        }
    }

    /// Ends the file and waits until the disk has it.
    fn finish(self) -> Result<(), String> {
        let out = match self {
            Writer::Csv(writer) => writer.finish().map_err(text)?,
            Writer::Parquet(writer) => writer.finish().map_err(text)?,
        };
        out.into_inner().map_err(text)?.sync_all().map_err(text)
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
