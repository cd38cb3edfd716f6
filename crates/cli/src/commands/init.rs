//! `tidegate init`.

use crate::args::{InitArgs, PresetName};
use crate::shell::shell_word;
use crate::terminal::Terminal;
use std::io::Write;
use tidegate::experiment::Preset;
use tidegate::{Error, InputError};

/// Writes a commented experiment file; one that exists is never overwritten.
pub fn init(args: &InitArgs, terminal: &Terminal) -> Result<(), Error> {
    let preset = match args.preset {
        PresetName::Standard => Preset::Standard,
        PresetName::Lecture => Preset::Lecture,
    };
    let place = args.file.display().to_string();
    let mut file = match std::fs::File::create_new(&args.file) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(InputError::new(place, "the file exists and is not overwritten")
                .help("choose another name")
                .into());
        }
        Err(error) => return Err(InputError::new(place, format!("cannot write the file: {error}")).into()),
    };
    file.write_all(preset.text().as_bytes()).map_err(|e| Error::io("cannot write", &args.file, e))?;
    terminal.print(&format!("Wrote {place}. Next: tidegate run {}", shell_word(&place)))?;
    terminal.print_json(&serde_json::json!({ "wrote": place }))
}
