//! stub
pub fn describe(_: &crate::args::DescribeArgs, _: &crate::terminal::Terminal) -> Result<(), tidegate::Error> { Ok(()) }
