//! stub
/// stub
pub fn write_report(_: &std::path::Path) -> Result<std::path::PathBuf, crate::Error> { Ok(".".into()) }
