//! stub
pub fn report(_: &crate::args::ReportArgs, _: &crate::terminal::Terminal) -> Result<(), tidegate::Error> { Ok(()) }
