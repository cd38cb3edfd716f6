//! stub
pub fn tune(_: crate::args::RunArgs, _: &crate::terminal::Terminal) -> Result<(), tidegate::Error> {
    Ok(())
}
