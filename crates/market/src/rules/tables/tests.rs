use super::*;

#[test]
fn the_built_in_files_are_read_and_every_line_of_them_has_its_grade_and_source() {
    for market in [Market::Ashare, Market::Us, Market::None] {
        let _ = RuleTables::built_in(market);
        let lines = RuleTables::built_in_text(market).lines().filter(|line| line.starts_with("  { "));
        for line in lines {
            let source = line.split("source = \"").nth(1).map(|rest| rest.trim_end_matches("\" },"));
            assert!(source.is_some_and(|source| source.len() > 5), "{market}: {line}");
            assert!(line.contains("grade = \""), "{market}: {line}");
        }
    }
    assert!(RuleTables::built_in(Market::Ashare).price_limit.as_ref().is_some_and(|lines| lines.len() == 7));
}

#[test]
fn lines_of_the_built_in_files_ascend_for_a_reader() {
    for market in [Market::Ashare, Market::Us] {
        let mut last = "";
        for line in RuleTables::built_in_text(market).lines() {
            match line.strip_prefix("  { from = ") {
                Some(row) => {
                    assert!(last <= &row[..10], "{market}: {line}");
                    last = &row[..10];
                }
                None if !line.starts_with("  #") => last = "",
                None => {}
            }
        }
    }
}
