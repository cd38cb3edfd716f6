//! What must hold of anything that a parser lets through.

use tidegate_data::RawBars;
use tidegate_data::import::Parsed;

/// Columns of one length, dates ascending, prices positive and finite; empty cells only where they may be.
pub fn of_bars(bars: &RawBars) {
    assert!(!bars.date.is_empty());
    assert!(bars.date.windows(2).all(|pair| pair[0] < pair[1]), "dates ascend");
    for column in [&bars.open, &bars.high, &bars.low, &bars.close] {
        assert_eq!(column.len(), bars.date.len());
        assert!(column.iter().all(|price| price.is_finite() && *price > 0.0), "prices");
    }
    assert_eq!(bars.volume.len(), bars.date.len());
    assert!(bars.volume.iter().all(|volume| volume.is_finite() && *volume >= 0.0), "volumes");
    for column in [&bars.pre_close, &bars.amount].into_iter().flatten() {
        assert_eq!(column.len(), bars.date.len());
        assert!(
            column.iter().all(|value| value.is_nan() || (value.is_finite() && *value >= 0.0)),
            "{column:?}"
        );
    }
}

/// Of all tables of a file.
pub fn of_file(parsed: &Parsed) {
    assert_eq!(parsed.sha256.len(), 64);
    assert!(!parsed.tables.is_empty() || !parsed.calendars.is_empty() || !parsed.listings.is_empty());
    for table in &parsed.tables {
        assert!(tidegate_data::is_symbol(&table.symbol), "{:?}", table.symbol);
        if let Some(bars) = &table.bars {
            assert_eq!(bars.symbol, table.symbol);
            of_bars(bars);
        }
        if let Some(factors) = &table.factors {
            assert_eq!(factors.date.len(), factors.factor.len());
            assert!(factors.date.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(factors.factor.iter().all(|factor| factor.is_finite() && *factor > 0.0));
        }
        assert!(table.limits.windows(2).all(|pair| pair[0].date < pair[1].date));
        assert!(table.suspensions.windows(2).all(|pair| pair[0].date <= pair[1].date));
    }
    for (_, days) in &parsed.calendars {
        assert!(days.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
    for finding in &parsed.findings {
        assert!(finding.count > 0 && !finding.message.is_empty() && !finding.action.is_empty());
        assert!(finding.message.len() < 2_000, "{}", finding.message.len());
    }
}
