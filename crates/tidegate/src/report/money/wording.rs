//! The words of what the money did, beyond those of the report as a whole.

use crate::report::html::escape;
use crate::report::language::Language;
use crate::report::wording::words;
use std::borrow::Cow;

pub(crate) use Words as MoneyWords;

/// The words of `language`.
pub(crate) fn money_words_of(language: Language) -> &'static MoneyWords {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

impl MoneyWords {
    /// What stood in an order's way.
    pub(crate) fn cause(&self, cause: &str) -> Cow<'static, str> {
        match cause {
            "price_limit" => self.cause_price_limit.into(),
            "no_trading" => self.cause_no_trading.into(),
            "bought_today" => self.cause_bought_today.into(),
            "volume_cap" => self.cause_volume_cap.into(),
            other => escape(other).into(),
        }
    }

    /// Where orders fill.
    pub(crate) fn fill(&self, fill: tidegate_market::Fill) -> &'static str {
        match fill {
            tidegate_market::Fill::NextOpen => self.fill_next_open,
            tidegate_market::Fill::NextClose => self.fill_next_close,
            tidegate_market::Fill::NextVwap => self.fill_next_vwap,
            tidegate_market::Fill::SameClose => self.fill_same_close,
        }
    }
}

words! {
    // The page
    page_title: "{symbol}: backtest of given signals", "{symbol}：给定信号的回测";
    page_subtitle: "Signals of {file} ({rows}), {first} to {last} · {bars} daily bars · rules: {rules}",
        "{file} 的信号（{rows} 条），{first} 至 {last} · {bars} 根日线 · 规则：{rules}";
    headline_more: "Trading the signals turned {cash} into {end} ({return}); buying once and holding came to {hold} ({hold_return}).",
        "按信号交易，{cash} 变为 {end}（{return}）；一次买入并持有则为 {hold}（{hold_return}）。";
    headline_detail: "From {first} to {last}: {filled} of {placed} orders filled in full, costs {costs} in all, largest drawdown {drawdown}.",
        "{first} 至 {last}：{placed} 笔委托中全部成交 {filled} 笔，费用共 {costs}，最大回撤 {drawdown}。";
    headline_shown_at_cost: "Filled at the very close that made each decision, which nobody can do, the same signals would show {as_shown}, by the same rules and costs.",
        "若以作出决定的当日收盘价成交（无人能做到），在相同规则与费用下，同样的信号会显示 {as_shown}。";
    headline_shown: "Filled for free at the very close that made each decision, which nobody can do, the same signals would show {as_shown}.",
        "若以作出决定的当日收盘价免费成交（无人能做到），同样的信号会显示 {as_shown}。";
    section_money: "What the money did", "资金表现";
    section_trades: "Trades and orders", "交易与委托";
    section_rules: "Rules in force", "适用规则";
    section_data: "Bars and signals", "行情与信号";

    // Curves
    curves_caption: "Executable is the curve that counts: decided after a close, filled on a later bar by the rules and terms below. \
        As shown is filled at the close that decided. Market is the price itself.",
        "“可执行”才算数：收盘后决定，之后的日线上按下列规则与条款成交。“教程画法”以作出决定的收盘价成交。“市场”即价格本身。";
    months: "Monthly returns of the executable curve", "可执行曲线的月度收益";
    months_hint: "Blue gains, orange loses; the shade is full from 15 % on. The first month begins with the cash.",
        "蓝色为盈，橙色为亏；15 % 及以上颜色最深。首月自初始资金算起。";
    year: "Year", "年份";
    whole_year: "Year", "全年";
    month_names: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月";
    rolling: "Over the last {n} bars", "最近 {n} 根日线的滚动指标";
    rolling_label: "Rolling Sharpe ratio and volatility", "滚动夏普比率与波动率";
    rolling_caption: "Sharpe ratio and volatility of the last {n} daily returns at every bar, annualised as in the table.",
        "每根日线处最近 {n} 个日收益率的夏普比率与波动率，年化方法同表。";
    rolling_too_short: "The backtest is shorter than the window of {n} bars.", "回测短于 {n} 根日线的窗口。";

    // Figures
    group_return: "Return", "收益";
    group_risk: "Risk", "风险";
    group_ratio: "Return against risk", "风险调整收益";
    group_trading: "Trading", "交易";
    var: "Value at risk, 95 %, a day", "日风险价值（95 %）";
    cvar: "Expected shortfall, 95 %, a day", "日预期损失（95 %）";
    skew: "Skew", "偏度";
    tail_ratio: "Tail ratio", "尾部比率";
    alpha: "Alpha a year, against market", "年化 α（对市场）";
    beta: "Beta, against market", "β（对市场）";
    information_ratio: "Information ratio, against buy and hold", "信息比率（对买入并持有）";
    round_trips: "Round trips", "完整交易数";
    profit_factor: "Profit factor", "盈亏比";
    average_win: "Average win", "平均盈利";
    average_loss: "Average loss", "平均亏损";
    expectancy: "Expectancy of a round trip", "每次交易期望";
    break_even: "Break-even cost", "盈亏平衡费用";
    break_even_at: "At <b>{cost} basis points</b> a side the strategy ends where buying and holding ends; above it, holding is better.",
        "单边费用为 <b>{cost} 个基点</b>时，策略与买入并持有的终值相等；高于此，持有更好。";
    break_even_above: "Even at {cost} basis points a side the strategy ends above buying and holding: it hardly trades.",
        "即便单边费用高达 {cost} 个基点，策略终值仍高于买入并持有：几乎不交易。";
    break_even_none: "There is none: even free of costs the strategy ends no higher than buying and holding.",
        "不存在：即使没有任何费用，策略终值也不高于买入并持有。";
    break_even_nothing: "There is none: the executable curve and buying once and holding did not both trade.",
        "不存在：“可执行”与“买入并持有”并非都有成交。";
    break_even_hint: "Both curves with one flat cost for every fill and nothing else; the same fills, lots and limits.",
        "两条曲线每笔成交都只付一项固定费率；成交方式、手数与涨跌停规则不变。";
    cost_caption: "Total return if every fill cost this much and nothing else; dashed, where it lies in view, the break-even cost.",
        "假设每笔成交只付此费率时的总收益率；虚线（若在图中）为盈亏平衡费用。";
    cost_bp: "Cost a side, bp", "单边费用（基点）";
    excess: "Difference, of the cash", "差额（占初始资金）";

    // Trades and orders
    trades_on_price: "Trades on the price", "价格图上的交易";
    trades_label: "Price with trades", "价格与交易";
    trades_caption: "Back-adjusted close with the fills of the executable curve; the label of each has its shares and the price \
        paid. A cross marks a bar on which an order met nobody.",
        "后复权收盘价与可执行曲线的成交；标签为股数与实际成交价。叉号表示委托完全未能成交的日线。";
    close: "Close", "收盘价";
    quoted: "quoted", "报价";
    buys: "Bought", "买入";
    sells: "Sold", "卖出";
    blocked: "Not filled", "未成交";
    outcomes: "What became of the orders", "委托的结果";
    outcome: "Outcome", "结果";
    number: "Orders", "委托数";
    share: "Share", "占比";
    bars: "Bars", "日线数";
    order_placed: "All orders", "全部委托";
    order_filled: "Filled", "已成交";
    order_cut_short: "Filled in part, the cash did not suffice", "部分成交,资金不足";
    order_too_small: "Less than the smallest order", "不足最小委托";
    order_nothing: "At the target already", "已在目标仓位";
    order_replaced: "Replaced by a newer one", "被新委托取代";
    order_dropped: "Dropped", "放弃";
    order_open: "Open at the end", "期末未成交";
    order_untried: "Decided after the last close", "末日收盘后发出";
    order_waited: "of them waited on the way", "其中曾等待";
    order_part_filled: "of them filled in part", "其中曾部分成交";
    order_unfilled_share: "not filled whole", "未全部成交";
    orders_hint: "An order arises when the target changes. What waits is tried again on later bars, as far as the terms say.",
        "目标仓位变化时产生委托。未成交的委托按约定在之后的日线继续尝试。";
    obstacles: "What stood in their way", "未成交原因";
    obstacle: "Cause", "原因";
    cause_price_limit: "Price at its limit", "涨停或跌停";
    cause_no_trading: "No trading", "停牌或无成交";
    cause_bought_today: "Bought the same day", "当日买入";
    cause_volume_cap: "Share of the volume used up", "成交量占比已满";
    costs_hint: "Slippage is in the prices already and not in the total.", "滑点已含在成交价中，不计入合计。";
    borrowing: "Borrowing", "融券费用";
    of_cash: "Of the cash", "占初始资金";
    slippage: "Slippage", "滑点";

    // Rules
    fill_next_open: "at the next open", "次日开盘价";
    fill_next_close: "at the next close", "次日收盘价";
    fill_next_vwap: "at the next day's average price", "次日均价";
    fill_same_close: "at the same close", "当日收盘价";
    term: "Term", "条款";
    value: "Value", "取值";
    terms: "Terms of every order", "委托条款";
    term_rules: "Rule book", "规则";
    term_rule_file: "Own rule file", "自定义规则文件";
    term_size: "Size of a position", "仓位大小";
    size_fraction: "{share} of the equity", "净值的 {share}";
    size_shares: "{n} shares", "{n} 股";
    size_volatility: "for a volatility of {annual} a year over {window} bars, at most {cap}",
        "按 {window} 根日线的年化波动率 {annual} 定仓，最多 {cap}";
    size_kelly: "{fraction} of Kelly, at most {cap}", "凯利比例的 {fraction}，最多 {cap}";
    term_fill: "Orders fill", "成交时点";
    term_unfilled: "An unfilled order", "未成交的委托";
    unfilled_keep: "waits", "继续等待";
    unfilled_drop: "is dropped", "放弃";
    unfilled_retry: "is tried on {n} more bars", "再尝试 {n} 根日线";
    term_volume_cap: "Most of the previous bar's volume", "前一日成交量上限";
    term_commission: "Commission a side", "单边佣金";
    term_minimum: "Least commission", "最低佣金";
    term_duty: "Stamp duty", "印花税";
    duty_by_date: "by date", "按日期";
    term_slippage: "Slippage, basis points", "滑点（基点）";
    term_slippage_ticks: "Slippage, ticks", "滑点（最小变动单位）";
    term_borrow: "Borrowing a year", "融券年费率";
    term_fractions: "Fractions of shares", "碎股";
    term_delisting: "After a delisting", "退市之后";
    delisting_last: "the last price counts", "按最后价格";
    delisting_zero: "worth nothing", "价值为零";
    none: "none", "无";
    rule: "Dated rule", "规则（按日期）";
    since: "Since", "起始日";
    grade: "Grade of evidence", "证据等级";
    facts: "Dated rules in force during the backtest", "回测区间内生效的按日期规则";
    facts_hint: "A: text of the exchange, the regulator or the tax office. T: tested on bars. B: several independent sources. C: one weak source.",
        "A：交易所、监管或税务机关原文。T：以行情验证。B：多个独立来源。C：单一弱来源。";
    no_facts: "No dated rule applies.", "没有按日期变化的规则。";
    notes: "Notes", "说明";
    settings_hint: "Everything that decided the result, as <code>backtest.toml</code> has it.",
        "决定结果的全部设置，即 <code>backtest.toml</code>。";
    notice_files: "Beside this report lie the data it was made from: <code>bars.csv</code>, <code>signals.csv</code>, <code>equity.csv</code>, <code>trades.csv</code>, <code>actions.csv</code>, <code>blocked.csv</code> and <code>metrics.json</code>.",
        "与本报告同在的是生成它的数据：<code>bars.csv</code>、<code>signals.csv</code>、<code>equity.csv</code>、<code>trades.csv</code>、<code>actions.csv</code>、<code>blocked.csv</code> 与 <code>metrics.json</code>。";
    costs_all: "with all costs", "计入全部费用";
    costs_none: "free of costs, for none were set", "未设置任何费用";
    signals_file: "Signals", "信号文件";
    signals_rows: "Signals, rows", "信号行数";
    signals_sha: "SHA-256 of the signals", "信号文件 SHA-256";
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn both_languages_have_the_same_places() {
        let places = |text: &str| {
            let mut found: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .map(str::to_owned)
                .collect();
            found.sort();
            found
        };
        for (key, english, chinese) in TABLE {
            assert_eq!(places(english), places(chinese), "{key}");
            assert!(!english.is_empty() && !chinese.is_empty(), "{key}");
        }
    }
}
