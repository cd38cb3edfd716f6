//! What the sample market writes is read back bit for bit.

use tidegate_data::{OnBadRow, ReadOptions, SampleKind, generate, read_bars_from, write_tushare_csv};

#[test]
fn a_written_sample_market_is_read_back_bit_for_bit() {
    for kind in [SampleKind::Planted, SampleKind::Null] {
        let market = generate(kind);
        let mut file = Vec::new();
        write_tushare_csv(&market.bars, &mut file).unwrap();
        let options = ReadOptions { on_bad_row: OnBadRow::Refuse, ..ReadOptions::default() };
        let loaded = read_bars_from(&file, "sample.csv", &options).unwrap();
        assert_eq!(loaded.bars, market.bars);
        assert_eq!((loaded.notes, loaded.dropped), (Vec::new(), Vec::new()));
    }
}
