//! A-share figures by date. Every table row carries its grade; sources are named above each table.

use super::dated::{Dated, Grade, row};
use super::fees::{Duty, TransferFee};
use super::lot::Lot;
use crate::board::{Board, Exchange};
use crate::date::TradeDate;

/// Typical rate of today; free up to 0.3 % since 2002-05-01 (grade C for the typical value).
pub(super) const COMMISSION: f64 = 0.000_25;
/// Least commission of an order, CNY (grade C in text, universal among brokers).
pub(super) const MIN_COMMISSION: f64 = 5.0;
/// Shares bought can be sold on the next day only, since 1995 (year grade B, day grade C).
pub(super) const NEXT_DAY_SETTLEMENT: TradeDate = TradeDate::literal(1995, 1, 1);

/// Lots: main board and ChiNext 100; STAR 200, then single shares; BSE 100, then single shares
/// (SSE trading mechanism page, STAR and BSE opening rules; grade A).
pub(super) fn lot(board: Board) -> Lot {
    match board {
        Board::Main | Board::ChiNext => Lot::Shares { minimum: 100, step: 100 },
        Board::Star => Lot::Shares { minimum: 200, step: 1 },
        Board::Bse => Lot::Shares { minimum: 100, step: 1 },
    }
}

/// Price limit in per cent of the reference price; no row, no limit. Before 1992-05-21 there were narrow bands that
/// changed often; no row stands for them.
///
/// Sources: reports of the 1996 rule, tested on bars; STAR trading page; CSDC and SZSE notice of 2020-08-18; BSE opening
/// rules of 2021-11.
pub(super) fn limit_percent(board: Board) -> &'static [Dated<i64>] {
    const MAIN: &[Dated<i64>] = &[row((1996, 12, 16), 10, Grade::T)];
    const CHINEXT: &[Dated<i64>] = &[row((2009, 10, 30), 10, Grade::T), row((2020, 8, 24), 20, Grade::A)];
    const STAR: &[Dated<i64>] = &[row((2019, 7, 22), 20, Grade::A)];
    const BSE: &[Dated<i64>] = &[row((2021, 11, 15), 30, Grade::A)];
    match board {
        Board::Main => MAIN,
        Board::ChiNext => CHINEXT,
        Board::Star => STAR,
        Board::Bse => BSE,
    }
}

/// Price limit in per cent of shares under special treatment (ST, *ST), and from 2007-01-08 of shares whose company had
/// not reformed its share structure (S). Other boards never narrowed theirs. From 2026-07-06 it is the usual one again.
///
/// Sources: announcement of the two exchanges of 1998-04-22, tested on ST stocks; HKEX circular of 2026-06-15.
pub(super) fn special_treatment_percent(board: Board) -> &'static [Dated<i64>] {
    const MAIN: &[Dated<i64>] = &[row((1998, 4, 22), 5, Grade::T), row((2026, 7, 6), 10, Grade::A)];
    match board {
        Board::Main => MAIN,
        Board::ChiNext | Board::Star | Board::Bse => &[],
    }
}

/// How many trading days of a new listing have no limit, by listing date. The band of 64 to 144 % of the issue price
/// (2014 to 2023) counts as one free day here: nobody decides before the first bar.
///
/// Sources: STAR trading page, ChiNext registration rules, SZSE Q&A 2023-2, BSE opening rules.
pub(super) fn free_first_days(board: Board) -> &'static [Dated<usize>] {
    const MAIN: &[Dated<usize>] = &[row((1990, 12, 1), 1, Grade::A), row((2023, 4, 10), 5, Grade::A)];
    const CHINEXT: &[Dated<usize>] = &[row((2009, 10, 30), 1, Grade::A), row((2020, 8, 24), 5, Grade::A)];
    const STAR: &[Dated<usize>] = &[row((2019, 7, 22), 5, Grade::A)];
    const BSE: &[Dated<usize>] = &[row((2021, 11, 15), 1, Grade::A)];
    match board {
        Board::Main => MAIN,
        Board::ChiNext => CHINEXT,
        Board::Star => STAR,
        Board::Bse => BSE,
    }
}

const fn both(rate: f64) -> Duty {
    Duty { buy: rate, sell: rate }
}

const fn sells(rate: f64) -> Duty {
    Duty { buy: 0.0, sell: rate }
}

/// Stamp duty on stocks. Sources: Xinhua 2005-01-24 and 2007-05-29, People's Daily 2001-11-16, MoF and SAT circular of
/// 2007-05, notice of 2008-04-24, Cai Shui Ming Dian [2008] 2, SSE and SZSE announcement of 2023-08-27.
pub(super) const STAMP_DUTY: &[Dated<Duty>] = &[
    row((1990, 7, 1), sells(0.006), Grade::B),
    row((1991, 10, 1), both(0.003), Grade::C),
    row((1992, 6, 12), both(0.003), Grade::B),
    row((1997, 5, 10), both(0.005), Grade::B),
    row((1998, 6, 12), both(0.004), Grade::B),
    row((2001, 11, 16), both(0.002), Grade::A),
    row((2005, 1, 24), both(0.001), Grade::A),
    row((2007, 5, 30), both(0.003), Grade::A),
    row((2008, 4, 24), both(0.001), Grade::A),
    row((2008, 9, 19), sells(0.001), Grade::A),
    row((2023, 8, 28), sells(0.000_5), Grade::A),
];

/// ChinaClear's transfer fee, both sides. Sources: CSRC by Futures Daily 2012-08-03, exchanges' Q&A of 2015-07-03,
/// Reuters 2015-07-01, Yicai 2022-04-29; the first rows are computed back from the cuts. The broker's equal share of
/// the years by face value is left out (grade C).
pub(super) fn transfer_fee(exchange: Exchange) -> &'static [Dated<TransferFee>] {
    use TransferFee::{OfFace, OfValue};
    const SSE: &[Dated<TransferFee>] = &[
        row((1990, 12, 1), OfFace(0.000_5), Grade::B),
        row((2012, 6, 1), OfFace(0.000_375), Grade::B),
        row((2012, 9, 1), OfFace(0.000_3), Grade::A),
        row((2015, 8, 1), OfValue(0.000_02), Grade::A),
        row((2022, 4, 29), OfValue(0.000_01), Grade::A),
    ];
    const SZSE: &[Dated<TransferFee>] = &[
        row((1990, 12, 1), OfValue(0.000_025_5), Grade::B),
        row((2012, 9, 1), OfValue(0.000_025_5), Grade::A),
        row((2015, 8, 1), OfValue(0.000_02), Grade::A),
        row((2022, 4, 29), OfValue(0.000_01), Grade::A),
    ];
    const BSE: &[Dated<TransferFee>] =
        &[row((2021, 11, 15), OfValue(0.000_025), Grade::A), row((2022, 4, 29), OfValue(0.000_01), Grade::A)];
    match exchange {
        Exchange::Sse => SSE,
        Exchange::Szse => SZSE,
        Exchange::Bse => BSE,
    }
}
