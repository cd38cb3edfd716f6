//! The definition of every figure, in every language: one entry, four texts.

use super::language::Language;

struct Entry {
    /// Whether it is about what the money did.
    money: bool,
    english: (&'static str, &'static str),
    chinese: (&'static str, &'static str),
}

/// Term and definition (HTML), in the order of the report.
pub(crate) fn entries(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    ENTRIES.iter().map(move |entry| match language {
        Language::English => entry.english,
        Language::Chinese => entry.chinese,
    })
}

/// As [`entries`], of what the money did alone.
pub(crate) fn entries_of_money(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    ENTRIES.iter().filter(|entry| entry.money).map(move |entry| match language {
        Language::English => entry.english,
        Language::Chinese => entry.chinese,
    })
}

const ENTRIES: &[Entry] = &[
    Entry {
        money: true,
        english: (
            "Back-adjusted (hfq) price",
            "Price × factor(t) / factor(first bar). It does not move when a later dividend arrives. Networks and charts see it; fills and fees use the price as it stands in the data.",
        ),
        chinese: (
            "后复权（hfq）价格",
            "价格 × 因子(t) / 因子(首根)。以后的分红不会改变它。网络与图表使用后复权价；成交与费用使用数据中的原价。",
        ),
    },
    Entry {
        money: false,
        english: (
            "Sample and part",
            "A sample is named by t, the last bar it sees, and belongs to the part that holds t. It is kept only if t + horizon lies in the same part. A label more than horizon + 9 trading days away is left out.",
        ),
        chinese: (
            "样本与划分",
            "样本以其所见的最后一根日线 t 命名，属于 t 所在的部分；仅当 t + 预测步长也在同一部分时才保留。目标在（预测步长 + 9）个交易日之外的样本不用。",
        ),
    },
    Entry {
        money: false,
        english: (
            "Standard deviation, skewness, kurtosis",
            "Standard deviation with n − 1; skewness and excess kurtosis corrected for bias (0 for a normal distribution); quartiles linear between neighbours.",
        ),
        chinese: (
            "标准差、偏度、峰度",
            "标准差以 n − 1 计；偏度与超额峰度经偏差校正（正态分布为 0）；四分位数线性插值。",
        ),
    },
    Entry {
        money: false,
        english: (
            "Return",
            "Simple return of the back-adjusted close: close(t) / close(t − 1) − 1, so dividends count.",
        ),
        chinese: ("收益率", "后复权收盘价的简单收益率：收盘(t) / 收盘(t − 1) − 1，包含分红。"),
    },
    Entry {
        money: false,
        english: (
            "Autocorrelation at lag k",
            "Σ (x(t) − m)(x(t − k) − m) / Σ (x(t) − m)², m the mean of the whole series.",
        ),
        chinese: ("滞后 k 的自相关", "Σ (x(t) − m)(x(t − k) − m) / Σ (x(t) − m)²，m 为整个序列的均值。"),
    },
    Entry {
        money: false,
        english: (
            "RMSE, MAE",
            "Root of the mean squared error; mean absolute error. In the unit of the target.",
        ),
        chinese: ("RMSE、MAE", "均方误差的平方根；平均绝对误差。单位与目标相同。"),
    },
    Entry {
        money: false,
        english: ("MAPE", "Mean of |error| / |actual|. Not defined where an actual value is zero."),
        chinese: ("MAPE", "|误差| / |实际| 的平均。实际值为零时无定义。"),
    },
    Entry {
        money: false,
        english: (
            "R²",
            "1 − sum of squared errors / sum of squares around the mean of the part. For a price it is near 1 even for persistence, so it says nothing about skill.",
        ),
        chinese: (
            "R²",
            "1 − 误差平方和 / 围绕该部分均值的平方和。对价格而言，持续预测也接近 1，因此不能说明预测技巧。",
        ),
    },
    Entry {
        money: false,
        english: (
            "Direction right",
            "Share of samples in which forecast and outcome moved to the same side of the last known value. Not defined for persistence, which never moves.",
        ),
        chinese: ("方向正确率", "预测与结果相对最后已知值同向变动的样本占比。持续预测从不变动，故无定义。"),
    },
    Entry {
        money: false,
        english: (
            "Skill",
            "1 − MSE / MSE of persistence. 0: as good as “tomorrow = today”; negative: worse; 1: perfect.",
        ),
        chinese: ("技巧得分", "1 − MSE / 持续预测的 MSE。0：与“明日 = 今日”相同；负：更差；1：完美。"),
    },
    Entry {
        money: false,
        english: (
            "Verdict and p-value",
            "The network best on validation against the baseline best on validation, on the test part: one-sided test that the mean difference of squared errors is positive, with a Newey–West (HAC) variance. “Better” needs p &lt; 0.05.",
        ),
        chinese: (
            "结论与 p 值",
            "在测试集上比较验证集最优的网络与验证集最优的基准：单侧检验平方误差之差的均值为正，方差用 Newey–West（HAC）估计。p &lt; 0.05 才称“更优”。",
        ),
    },
    Entry {
        money: false,
        english: (
            "± over seeds",
            "Sample standard deviation (n − 1) of the figure over the seeds of a network.",
        ),
        chinese: ("种子间 ±", "同一网络各随机种子所得数值的样本标准差（n − 1）。"),
    },
    Entry {
        money: false,
        english: (
            "Label",
            "1 if the back-adjusted close of the next bar is above today's, else 0; no change counts as 0.",
        ),
        chinese: ("标签", "下一根后复权收盘价高于今日则为 1，否则为 0；持平算 0。"),
    },
    Entry {
        money: false,
        english: (
            "Accuracy, majority accuracy, share of rises",
            "Share of right answers; the same for always giving the training part's more frequent answer; share of samples with label 1.",
        ),
        chinese: (
            "准确率、多数类准确率、上涨占比",
            "判断正确的占比；始终回答训练集多数类时的占比；标签为 1 的样本占比。",
        ),
    },
    Entry {
        money: false,
        english: (
            "Precision, recall, F1",
            "Of the days predicted up, the share that rose; of the days that rose, the share predicted; harmonic mean of the two.",
        ),
        chinese: (
            "精确率、召回率、F1",
            "预测涨的日子中实际上涨的占比；实际上涨的日子中被预测到的占比；二者的调和平均。",
        ),
    },
    Entry {
        money: false,
        english: (
            "AUC, Brier score",
            "Probability that a rise got a higher probability than a day without one (0.5: guessing); mean squared error of the probability (0.25: always 0.5).",
        ),
        chinese: (
            "AUC、Brier 分数",
            "上涨日得到的概率高于未涨日的概率（0.5 即乱猜）；概率的均方误差（总答 0.5 时为 0.25）。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Market",
            "Buy today, sell tomorrow, every day, without costs: the back-adjusted price itself.",
        ),
        chinese: ("市场", "每天今日买入、明日卖出，不计费用：即后复权价格本身。"),
    },
    Entry {
        money: true,
        english: (
            "As shown",
            "Filled at the very close its decision was made from, without costs unless they were asked for: what tutorials draw.",
        ),
        chinese: ("教程画法", "以做出决策的那个收盘价成交，除非另有要求不计费用：教程中常见的画法。"),
    },
    Entry {
        money: true,
        english: (
            "Executable",
            "Decided after the close of t, filled on a later bar by the terms and rules above, with their costs and slippage. Where nothing is traded, or the rules have a price limit and the price is at it, nothing fills; the order then waits or is dropped, as the terms say.",
        ),
        chinese: (
            "可执行",
            "在 t 收盘后决策，之后的日线上按上述条款与规则成交，计入其费用与滑点。无交易或（规则有涨跌幅限制时）价格已达限制则不成交，委托按条款等待或放弃。",
        ),
    },
    Entry {
        money: true,
        english: ("Buy and hold", "Bought once, with the same fills and costs as the executable curve."),
        chinese: ("买入并持有", "一次买入，成交方式与费用同“可执行”曲线。"),
    },
    Entry {
        money: true,
        english: (
            "Total return, CAGR",
            "Final equity / starting cash − 1; the same per year, over calendar days / 365.25.",
        ),
        chinese: ("总收益率、年化收益率", "期末净值 / 起始资金 − 1；按日历天数 / 365.25 折算为每年。"),
    },
    Entry {
        money: true,
        english: (
            "Volatility, Sharpe, Sortino, Calmar",
            "From daily simple returns, × √252, risk-free rate 0: standard deviation; mean / standard deviation; mean / root of the mean squared negative return; CAGR / |largest drawdown|.",
        ),
        chinese: (
            "波动率、夏普、索提诺、卡玛",
            "由每日简单收益率计算，× √252，无风险利率 0：标准差；均值 / 标准差；均值 / 负收益均方根；年化收益率 / |最大回撤|。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Drawdown",
            "Equity / highest equity so far − 1, negative. Its length is counted in calendar days from the peak to the recovery, or to the last bar.",
        ),
        chinese: ("回撤", "净值 / 此前最高净值 − 1，为负。持续天数按日历日计，自峰值至恢复或至最后一根。"),
    },
    Entry {
        money: true,
        english: (
            "Turnover, exposure, win rate",
            "Traded value / mean equity per year; mean share of equity invested at the close; share of closed round trips with a profit after fees.",
        ),
        chinese: (
            "换手、平均仓位、胜率",
            "每年成交额 / 平均净值；收盘时持仓占净值比例的平均；扣费后盈利的完整买卖占比。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Value at risk, expected shortfall",
            "The 5% quantile of the daily returns as they were (linear between neighbours); the mean of the lowest 5%. No distribution is assumed.",
        ),
        chinese: (
            "风险价值、预期亏损",
            "历史日收益率的 5% 分位数（相邻值之间线性插值）；最低 5% 的均值。不假设任何分布。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Skewness, tail ratio",
            "Of the daily returns: adjusted Fisher–Pearson coefficient; |95% quantile| / |5% quantile|.",
        ),
        chinese: (
            "偏度、尾部比率",
            "由日收益率计算：修正的 Fisher–Pearson 系数；|95% 分位数| / |5% 分位数|。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Alpha, beta",
            "Against the market curve: beta is the covariance of daily returns / variance of the market's; alpha the mean return beyond beta × the market's, × 252.",
        ),
        chinese: (
            "阿尔法、贝塔",
            "相对“市场”曲线：贝塔 = 日收益率的协方差 / 市场日收益率的方差；阿尔法 = 超出“贝塔 × 市场”的平均日收益率 × 252。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Information ratio",
            "Mean daily return beyond that of buy and hold / its standard deviation, × √252.",
        ),
        chinese: ("信息比率", "超出“买入并持有”的日收益率均值 / 其标准差，× √252。"),
    },
    Entry {
        money: true,
        english: (
            "Profit factor, average win and loss, expectancy",
            "Over closed round trips, fees included: profits / |losses|; mean profit of those won, of those lost, and of all.",
        ),
        chinese: (
            "盈亏比、平均盈利与亏损、期望",
            "按完整买卖计，已扣费：盈利之和 / |亏损之和|；盈利者、亏损者及全部的平均损益。",
        ),
    },
    Entry {
        money: true,
        english: (
            "Months and years",
            "Last equity of the period / last equity before it − 1; the first period starts from the cash.",
        ),
        chinese: ("月度与年度收益", "期末净值 / 期前最后净值 − 1；第一期从起始资金算起。"),
    },
    Entry {
        money: true,
        english: (
            "Break-even cost",
            "If every fill of the executable curve and of buy and hold cost the same share of its value and nothing else: the share, in basis points a side, at which both end with the same money. Fills, lots and limits stay as they are.",
        ),
        chinese: (
            "盈亏平衡费用",
            "假设“可执行”与“买入并持有”的每笔成交只付同一比例的费用：使两者期末资金相等的单边费率（基点）。成交、手数与涨跌停不变。",
        ),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_a_term_and_a_definition_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            for (term, definition) in entries(language) {
                assert!(!term.is_empty() && !definition.is_empty());
            }
        }
    }
}
