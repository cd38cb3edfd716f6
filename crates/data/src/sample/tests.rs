//! The sample market against what it claims about itself.

use super::*;

#[test]
fn the_oracle_is_a_function_of_the_bars_up_to_its_day() {
    let market = generate(SampleKind::Planted);
    let again = planted::oracle(&market.bars);
    assert!(again == market.oracle);
    let half = market.bars.slice(0..2_000);
    assert!(planted::oracle(&half) == market.oracle[..2_000]);
}
