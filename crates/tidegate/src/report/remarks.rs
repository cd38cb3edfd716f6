//! Remarks of the data reader and of the rule book in the report's language. English is their own `Display`, which
//! the terminal shows too.

use super::language::Language;
use super::number;
use crate::curve_note::{CurveNote, ShortPosition, Unfilled};
use tidegate_data::{AdjustedBy, BadKind, BadRow, DataNote};
use tidegate_market::{DatedRule, RuleFact, RuleNote};

/// A remark on the data. Plain text.
pub(crate) fn data_note(note: &DataNote, language: Language) -> String {
    if language == Language::English {
        return note.to_string();
    }
    match note {
        DataNote::SecondHeader { line } => format!("第 {line} 行是第二个表头，已跳过。"),
        DataNote::FactorCarried { from, to } => {
            format!("{from} 与 {to} 之间有行被丢弃：复权因子在此沿用前值；若其间有除权日，将会缺失。")
        }
        DataNote::FactorInDoubt { line } => {
            format!("第 {line} 行被丢弃，日期无法辨认且文件未按日期排序：其所在处的复权因子可能出现并不存在的除权日。")
        }
        DataNote::RaisedReference { count, first } => format!(
            "有 {count} 根日线的 pre_close 高于前一根的收盘价（首个为 {first}）：其前缺少日线；缺失期间的涨跌均被复权因子吸收，不计入任何收益。"
        ),
        DataNote::NoAdjustment => {
            "既无 pre_close 也无 Adj Close 或复权因子：价格按未复权处理，复权因子恒为 1，分红与拆股看起来像价格变动。".into()
        }
        DataNote::Weekend { count, days } => {
            let shown: Vec<String> = days.iter().map(ToString::to_string).collect();
            let more = if *count > days.len() { "等" } else { "" };
            format!("有 {count} 根日线落在周末，予以保留（{}{more}）。", shown.join("、"))
        }
        DataNote::RowLimit { rows, first } => {
            format!("恰好 {rows} 行，即 Tushare daily 单次调用的上限：{first} 之前的日线可能缺失。")
        }
        DataNote::OffTheTick { price, date } => {
            format!("价格超过三位小数（{date} 为 {price}）：可能是指数，或是已复权、无人能以此成交的价格。")
        }
        DataNote::Findings { errors, warnings } => {
            format!("数据仓库中记有关于这些日线的 {errors} 项错误和 {warnings} 项警告；可用 tidegate data check 查看。")
        }
        DataNote::UnadjustedSplit { ratio, date } => format!(
            "{date} 的 Adj Close 相对 Close 变动了 {ratio:.4} 倍：此前的价格未按当日的拆股或送股调整（复权价正确，原始价有跳变）。"
        ),
        DataNote::AlreadyAdjusted { how } => {
            let how = match how {
                AdjustedBy::User { .. } => "由使用者指明",
                AdjustedBy::Name { .. } => "见文件名",
                AdjustedBy::Flag { .. } => "见 adjustflag 列",
                AdjustedBy::Tick { .. } => "价格比交易所最小变动单位更细",
                AdjustedBy::NoFactor => "qlib 目录没有复权因子",
                AdjustedBy::AutoAdjust => "yfinance 的 auto_adjust",
            };
            format!("价格已复权（{how}）：并非当日报价，因此不按最小变动单位取整，也不按手数交易。")
        }
        DataNote::Suspended { count, first } => {
            format!("有 {count} 行为停牌日（首日 {first}）：不作为日线。")
        }
        DataNote::NoVolume { count } => format!("有 {count} 行没有成交量：按 0 处理。"),
    }
}

/// A row that was dropped. Plain text; what was expected is said by its kind.
pub(crate) fn bad_row(row: &BadRow, language: Language) -> String {
    if language == Language::English {
        return row.to_string();
    }
    let reason = match row.kind {
        BadKind::WrongCellCount => "单元格数量与表头不符",
        BadKind::BadDate => "不是有效日期",
        BadKind::NullRow => "所有价格为空",
        BadKind::UnparsableCell => "不是数字",
        BadKind::NonPositivePrice => "价格不为正",
        BadKind::NegativeVolume => "成交量或成交额为负",
        BadKind::HighBelowLow => "最高价低于最低价",
        BadKind::OpenOutsideRange => "开盘价不在最低价与最高价之间",
        BadKind::CloseOutsideRange => "收盘价不在最低价与最高价之间",
        BadKind::IdenticalDuplicate => "与较早的一行完全重复",
        BadKind::ConflictingDuplicate => "同一日期有互相矛盾的行",
    };
    format!("第 {} 行，{} 列：{reason}（{}）", row.line, row.column, row.found)
}

/// A remark of the rule book. Plain text.
pub(crate) fn rule_note(note: RuleNote, language: Language) -> String {
    if language == Language::English {
        return note.to_string();
    }
    match note {
        RuleNote::SplitAdjusted => "价格已按拆股调整：不按最小变动价位取整，按股数收取的费用为近似值。",
        RuleNote::FractionsTraded => "允许交易零碎股，不按整手取整。",
        RuleNote::SpecialTreatmentUnknown => "日线不含 ST 或 S 股标记：未采用其更窄的 5 % 涨跌幅限制。",
        RuleNote::CommissionOfToday => "自 2002 年 5 月起各年份使用同一佣金率；过去的佣金更高。",
        RuleNote::FundLimitAssumed => {
            "无从得知该基金是否只持有 20 % 涨跌幅的股票：按 10 % 处理；开盘价超出该幅度的日子不阻止成交。"
        }
        RuleNote::BorrowingIsFree => "做空不计融券费用，且假定随时可借。",
        RuleNote::NeverTraded => "目标仓位从未离开 0（从未判断“上涨”，或仓位为 0），因此没有交易。平直的曲线只是闲置现金。",
        RuleNote::NoCosts => {
            "未设置任何费用，且所用规则不含费用：每笔交易都是免费的，现实市场并非如此。请设置 market.commission 与 market.slippage_bp。"
        }
        RuleNote::CashBelowOneLot => "没有任何委托成交：最小一笔的金额已超过现金。平直的曲线只是闲置现金。",
    }
    .into()
}

/// What happened to the accounts that must be said before any figure: nothing else on the page makes sense without it.
pub(crate) fn told_first(notes: &[CurveNote], language: Language) -> impl Iterator<Item = String> {
    let first =
        |note: &&CurveNote| matches!(note, CurveNote::WipedOut { .. }) || note.leaves_nothing_to_compare();
    notes.iter().filter(first).map(move |note| curve_note(*note, language))
}

/// What happened to the accounts of a backtest. Plain text.
pub(crate) fn curve_note(note: CurveNote, language: Language) -> String {
    // The terminal's plain number, as the page writes numbers.
    let page_number = |text: String, plain: f64| text.replace(&format!("{plain:.2}"), &number::money(plain));
    if language == Language::English {
        return match note {
            CurveNote::WipedOut { equity, .. } => page_number(note.to_string(), equity),
            _ => note.to_string(),
        };
    }
    let why = |why: Unfilled| match why {
        Unfilled::CashBelowOneLot => "最小一笔委托的金额超过现金",
        Unfilled::NoCounterpart => "委托所遇的每根日线都无法成交（涨跌停、无交易或成交量占比已满）",
        Unfilled::NoLaterBar => "委托在最后一根日线之后才产生",
    };
    match note {
        CurveNote::WipedOut { date, equity, short } => {
            let short = match short {
                ShortPosition::Closed => String::new(),
                ShortPosition::BoughtBack(day) => format!("，空头于 {day} 被强制平仓"),
                ShortPosition::StillOpen => "，空头应被强制平仓，但其后没有可成交的日线".to_owned(),
            };
            format!(
                "爆仓：{date} 收盘后净值为 {}{short}。此后已无资金交易，后续信号不起作用。",
                number::money(equity)
            )
        }
        CurveNote::NeverTraded => "没有任何交易：目标仓位从未离开 0。平直的曲线只是闲置现金。".into(),
        CurveNote::NothingFilled { why: cause } => {
            format!("没有任何交易：{}。平直的曲线只是闲置现金。", why(cause))
        }
        CurveNote::NeverBought { why: cause } => {
            format!("“买入并持有”从未买入：{}。其平直的曲线只是闲置现金，不能作为基准。", why(cause))
        }
        CurveNote::Delisted { date, worthless } => {
            let worth = if worthless { "零" } else { "最后收盘价" };
            format!("该股在 {date} 之后退市，所持股份按{worth}计值。")
        }
        CurveNote::Reinvested { days } => {
            format!("有 {days} 个除权除息日只知复权因子：分红视为当即免税再投资于该股。")
        }
        CurveNote::FactorOverEvents { days, first } => {
            format!("有 {days} 个除权除息日（首个 {first}）所存的分红送股与复权因子矛盾：以复权因子为准。")
        }
        CurveNote::LimitUnknown { days, first } => format!(
            "有 {days} 天（首日 {first}）价格超出规则所知的一切涨跌幅限制：当日限制视为未知，不阻止成交。"
        ),
    }
}

/// A dated rule, the day it came into force, the grade of its evidence. Plain text.
pub(crate) fn rule_fact_parts(fact: &RuleFact, language: Language) -> (String, String, String) {
    let share = |x: f64| {
        let digits = format!("{:.6}", x * 100.0);
        format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
    };
    let english = language == Language::English;
    let rule = match fact.rule {
        DatedRule::PriceLimit { percent } if english => format!("Price limit ±{percent} %"),
        DatedRule::PriceLimit { percent } => format!("涨跌幅限制 ±{percent} %"),
        DatedRule::Commission { rate, minimum } if english => {
            format!("Commission {} of both sides, at least {minimum} an order", share(rate))
        }
        DatedRule::Commission { rate, minimum } => {
            format!("佣金：双向 {}，每笔至少 {minimum}", share(rate))
        }
        DatedRule::StampDuty { buy, sell } if english => {
            format!("Stamp duty {} of purchases, {} of sales", share(buy), share(sell))
        }
        DatedRule::StampDuty { buy, sell } => format!("印花税：买入 {}，卖出 {}", share(buy), share(sell)),
        DatedRule::TransferFee { rate, of_face } if english => {
            format!(
                "Transfer fee {} of the {}, both sides",
                share(rate),
                if of_face { "face value" } else { "value" }
            )
        }
        DatedRule::TransferFee { rate, of_face } => {
            format!("过户费：{}的 {}，双向", if of_face { "面值" } else { "成交额" }, share(rate))
        }
        DatedRule::Section31 { per_million } if english => {
            format!("SEC Section 31 fee, USD {per_million} per million sold")
        }
        DatedRule::Section31 { per_million } => {
            format!("SEC Section 31 费：每卖出百万美元 {per_million} 美元")
        }
        DatedRule::TradingActivity { per_share, cap } => {
            // A user's own table may have no such bound.
            let most = (cap < f64::MAX).then_some(cap);
            if english {
                let most = most.map_or_else(String::new, |cap| format!(", at most {cap}"));
                format!("FINRA trading activity fee, USD {per_share} per share sold{most}")
            } else {
                let most = most.map_or_else(String::new, |cap| format!("，每笔至多 {cap} 美元"));
                format!("FINRA 交易活动费：每卖出一股 {per_share} 美元{most}")
            }
        }
    };
    (rule, fact.from.to_string(), fact.grade.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_chinese_in_a_chinese_report() {
        let chinese = |text: &str| text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() > 5;
        let day = "2024-06-28".parse().unwrap();
        let notes = [
            DataNote::SecondHeader { line: 2 },
            DataNote::FactorCarried { from: day, to: day },
            DataNote::FactorInDoubt { line: 9 },
            DataNote::RaisedReference { count: 2, first: day },
            DataNote::NoAdjustment,
            DataNote::Weekend { count: 7, days: vec![day] },
            DataNote::RowLimit { rows: 6000, first: day },
            DataNote::OffTheTick { price: 1.2345, date: day },
            DataNote::UnadjustedSplit { ratio: 5.0, date: day },
            DataNote::AlreadyAdjusted { how: AdjustedBy::AutoAdjust },
            DataNote::Suspended { count: 3, first: day },
            DataNote::NoVolume { count: 4 },
            DataNote::Findings { errors: 1, warnings: 2 },
        ];
        for note in &notes {
            assert!(chinese(&data_note(note, Language::Chinese)), "{note}");
            assert_eq!(data_note(note, Language::English), note.to_string());
        }
        let why = Unfilled::NoCounterpart;
        for note in [
            CurveNote::WipedOut { date: day, equity: -5.0, short: ShortPosition::BoughtBack(day) },
            CurveNote::WipedOut { date: day, equity: -5.0, short: ShortPosition::StillOpen },
            CurveNote::NeverTraded,
            CurveNote::NothingFilled { why },
            CurveNote::NeverBought { why: Unfilled::CashBelowOneLot },
            CurveNote::Delisted { date: day, worthless: true },
            CurveNote::Reinvested { days: 2 },
            CurveNote::FactorOverEvents { days: 1, first: day },
            CurveNote::LimitUnknown { days: 1, first: day },
        ] {
            assert!(chinese(&curve_note(note, Language::Chinese)), "{note}");
        }
    }
}
