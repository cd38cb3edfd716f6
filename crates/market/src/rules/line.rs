//! One line of a rule file, and the lines that fit an instrument.

use super::dated::{Dated, Grade};
use crate::board::{Board, Exchange, Listing};
use crate::date::TradeDate;

/// A value from a day on, for the instruments it fits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line<V> {
    pub from: TradeDate,
    pub fits: Fits,
    pub value: V,
    pub grade: Grade,
}

/// Which instruments a line is about; what is empty does not narrow.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fits {
    pub boards: Vec<Board>,
    pub exchange: Option<Exchange>,
    /// First characters of the symbol.
    pub codes: Vec<String>,
}

/// What rules are looked up for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instrument<'a> {
    pub symbol: &'a str,
    /// Where it is listed, if it has a mainland code.
    pub listing: Option<Listing>,
}

impl Fits {
    fn fit(&self, instrument: Instrument<'_>) -> bool {
        let listed = |fits: &dyn Fn(Listing) -> bool| instrument.listing.is_some_and(fits);
        (self.boards.is_empty() || listed(&|listing| self.boards.contains(&listing.board)))
            && self.exchange.is_none_or(|exchange| listed(&|listing| listing.exchange == exchange))
            && (self.codes.is_empty() || self.codes.iter().any(|code| instrument.symbol.starts_with(code)))
    }
}

/// The rows of `lines` for `instrument`, ascending. Of two that begin on one day the later in the file holds.
pub(crate) fn rows<V: Clone>(lines: &[Line<V>], instrument: Instrument<'_>) -> Vec<Dated<V>> {
    let mut rows: Vec<Dated<V>> = Vec::new();
    for line in lines.iter().filter(|line| line.fits.fit(instrument)) {
        let row = Dated { from: line.from, value: line.value.clone(), grade: line.grade };
        let at = rows.partition_point(|other| other.from < row.from);
        match rows.get_mut(at).filter(|other| other.from == row.from) {
            Some(other) => *other = row,
            None => rows.insert(at, row),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(day: &str, fits: Fits, value: i32) -> Line<i32> {
        Line { from: day.parse().unwrap(), fits, value, grade: Grade::A }
    }

    fn values(lines: &[Line<i32>], symbol: &str) -> Vec<i32> {
        let listing = Listing::tradable(symbol).ok();
        rows(lines, Instrument { symbol, listing }).iter().map(|row| row.value).collect()
    }

    #[test]
    fn a_line_fits_by_board_exchange_and_code_and_rows_ascend() {
        let fits = Fits::default;
        let lines = [
            line("2020-01-02", Fits { boards: vec![Board::Star], ..fits() }, 3),
            line("2010-01-04", fits(), 1),
            line("2015-01-05", Fits { exchange: Some(Exchange::Szse), ..fits() }, 2),
            line("2021-01-04", Fits { codes: vec!["AA".into()], ..fits() }, 4),
        ];
        assert_eq!(values(&lines, "600000.SH"), [1]);
        assert_eq!(values(&lines, "688256.SH"), [1, 3]);
        assert_eq!(values(&lines, "000001.SZ"), [1, 2]);
        assert_eq!(values(&lines, "AAPL"), [1, 4]);
    }

    #[test]
    fn of_two_lines_of_one_day_the_later_holds() {
        let star = Fits { boards: vec![Board::Star], ..Fits::default() };
        let lines = [line("2020-01-02", Fits::default(), 1), line("2020-01-02", star, 2)];
        assert_eq!((values(&lines, "600000.SH"), values(&lines, "688256.SH")), (vec![1], vec![2]));
    }
}
