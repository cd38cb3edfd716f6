//! Every word of the report, in every language.
//!
//! A line of [`words!`] without its second language does not compile. `{name}` marks a place that the section fills;
//! both languages of a line have the same places (tested). The texts are HTML.

use super::html::escape;
use super::language::Language;
use crate::summary::{ForecastSummary, ModelKind};

macro_rules! words {
    ($($key:ident: $en:literal, $zh:literal;)*) => {
        /// The words of one language.
        pub(crate) struct Words {
            $(pub $key: &'static str,)*
        }

        static ENGLISH: Words = Words { $($key: $en,)* };
        static CHINESE: Words = Words { $($key: $zh,)* };

        /// Key, English, Chinese: for tests of the table itself.
        #[cfg(test)]
        pub(crate) const TABLE: &[(&str, &str, &str)] = &[$((stringify!($key), $en, $zh),)*];
    };
}

pub(crate) use words;

/// The words of `language`.
pub(crate) fn words_of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

impl Words {
    /// What is forecast, inside a sentence.
    pub(crate) fn target(&self, target: &str) -> String {
        match target {
            "close" => self.target_close.to_owned(),
            "difference" => self.target_difference.to_owned(),
            "log_return" => self.target_log_return.to_owned(),
            "log_range" => self.target_log_range.to_owned(),
            other => escape(other),
        }
    }

    /// Unit of the errors, as `metrics.json` names it.
    pub(crate) fn unit(&self, unit: &str) -> String {
        match unit {
            "hfq price" => self.unit_hfq_price.to_owned(),
            "raw price" => self.unit_raw_price.to_owned(),
            "log return" => self.target_log_return.to_owned(),
            "log range" => self.target_log_range.to_owned(),
            other => escape(other),
        }
    }

    /// Source or layout of the data: a file's, or the sample market's.
    pub(crate) fn origin(&self, text: &str) -> String {
        match text {
            "sample market" => self.sample_market.to_owned(),
            "generated" => self.generated.to_owned(),
            "store" => self.store.to_owned(),
            other => escape(other),
        }
    }

    /// Title of an axis of forecasts. Plain text.
    pub(crate) fn axis_target(&self, forecast: &ForecastSummary) -> String {
        match forecast.target.as_str() {
            "close" if forecast.unit == "raw price" => self.axis_price_raw.to_owned(),
            "close" => self.axis_price_hfq.to_owned(),
            "difference" => self.target_difference.to_owned(),
            "log_return" => self.target_log_return.to_owned(),
            "log_range" => self.target_log_range.to_owned(),
            _ => forecast.unit.clone(),
        }
    }

    /// What a model that is no network does, where the name is known.
    pub(crate) fn gloss(&self, name: &str) -> Option<&'static str> {
        match name {
            "persistence" => Some(self.gloss_persistence),
            "drift" => Some(self.gloss_drift),
            "autoregression" | "ridge" | "ridge_ar" | "linear" | "ar" => Some(self.gloss_autoregression),
            "oracle" => Some(self.gloss_oracle),
            _ => None,
        }
    }

    /// The name of a model that is no network, with its gloss.
    pub(crate) fn model_name(&self, name: &str) -> String {
        match self.gloss(name) {
            Some(gloss) => format!("{} ({gloss})", escape(name)),
            None => escape(name),
        }
    }

    /// Heading over the rows of one kind.
    pub(crate) fn group(&self, kind: ModelKind) -> &'static str {
        match kind {
            ModelKind::Baseline => self.group_baselines,
            ModelKind::Oracle => self.group_oracle,
            _ => self.group_networks,
        }
    }

    /// Rule book.
    pub(crate) fn rules(&self, rules: &str) -> &'static str {
        match rules {
            "ashare" => self.rules_ashare,
            "us" => self.rules_us,
            _ => self.rules_none,
        }
    }

    /// Side of a trade.
    pub(crate) fn side(&self, side: &str) -> Option<&'static str> {
        match side {
            "buy" => Some(self.buy),
            "sell" => Some(self.sell),
            _ => None,
        }
    }

    /// Reason of a trade.
    pub(crate) fn reason(&self, reason: &str) -> Option<&'static str> {
        match reason {
            "target" => Some(self.reason_target),
            "waited" => Some(self.reason_waited),
            "margin_call" => Some(self.reason_margin_call),
            _ => None,
        }
    }
}

words! {
    // The page
    title: "{symbol}: forecast and backtest", "{symbol}：预测与回测报告";
    subtitle: "{rows} daily bars, {first} to {last} · horizon {horizon} · window {window} · seeds per network: {seeds}",
        "{rows} 根日线，{first} 至 {last} · 预测步长 {horizon} · 窗口 {window} · 每个网络 {seeds} 个随机种子";
    describe_subtitle: "{rows} daily bars, {first} to {last}", "{rows} 根日线，{first} 至 {last}";
    no_script: "The charts need JavaScript, which is switched off. All tables are complete without it.",
        "图表需要 JavaScript，而它已被关闭。所有表格不受影响。";
    footer: "Figures describe the past stretch of data named above. They are no advice to buy or sell.",
        "以上数字只描述所列区间的历史数据，不构成任何买卖建议。";
    space: " ", "";

    // Synthetic data
    synthetic_heading: "Made-up data: this is the sample market, not a real stock", "合成数据：这是内置的样本市场，不是真实股票";
    synthetic_planted: "A weak predictable part was planted on purpose: it explains {r2} of the variance of the next day's return. Nothing found here says anything about a real market.",
        "数据中特意埋入了一个微弱的可预测成分，它解释次日收益率方差的 {r2}。这里的任何结果都不能说明真实市场。";
    synthetic_null: "By construction nothing about the direction of the price can be predicted. Whatever looks like skill here is chance.",
        "按构造，价格方向完全不可预测。这里任何看似有效的结果都只是偶然。";
    synthetic_other: "Kind of sample: {kind}.", "样本类型：{kind}。";

    // Verdict
    verdict_better: "{network} forecast {what} better than {baseline}: over {n} test samples its squared error was {size} smaller (one-sided p {p}).",
        "{network} 对{what}的预测优于 {baseline}：在 {n} 个测试样本上，其平方误差小 {size}（单侧 p {p}）。";
    verdict_not_shown_smaller: "No network was shown to forecast {what} better than {baseline}: the squared error of {network}, best on validation, was {size} smaller over {n} test samples, but that may be chance (one-sided p {p}; p below 0.05 was required).",
        "没有证据表明有网络对{what}的预测优于 {baseline}：验证集上最好的 {network} 在 {n} 个测试样本上的平方误差虽小 {size}，但可能只是偶然（单侧 p {p}；要求 p 小于 0.05）。";
    verdict_not_shown_larger: "No network was shown to forecast {what} better than {baseline}: the squared error of {network}, best on validation, was {size} larger over {n} test samples (one-sided p {p}; p below 0.05 was required).",
        "没有证据表明有网络对{what}的预测优于 {baseline}：验证集上最好的 {network} 在 {n} 个测试样本上的平方误差反而大 {size}（单侧 p {p}；要求 p 小于 0.05）。";
    what_next: "the next day's {target} of {symbol}", " {symbol} 次日{target}";
    what_ahead: "the {target} of {symbol} {horizon} bars ahead", " {symbol} {horizon} 根日线之后的{target}";
    target_close: "close", "收盘价";
    target_difference: "price change", "价格变动";
    target_log_return: "log return", "对数收益率";
    target_log_range: "log range", "对数振幅";
    oracle_sentence: "For scale: the sample market's own best possible forecast, which nobody could know, reaches a skill of {oracle} on the test part; {network} reaches {skill}.",
        "作为参照：样本市场自身的最优预测（现实中无人可知）在测试集上的技巧得分为 {oracle}，{network} 为 {skill}。";
    costs_all: "after all costs", "扣除全部费用";
    costs_none: "without any costs, for none were set", "未设置任何费用";
    money_more: "Money, {costs}: trading on what {model} predicted turned {cash} into {end} ({return}) from {first} to {last}; buying once and holding gave {hold} ({hold_return}), {difference} percentage points less.",
        "资金（{costs}）：按 {model} 预测的涨跌交易，{cash} 从 {first} 到 {last} 变为 {end}（{return}）；一次买入并持有为 {hold}（{hold_return}），少 {difference} 个百分点。";
    money_less: "Money, {costs}: trading on what {model} predicted turned {cash} into {end} ({return}) from {first} to {last}; buying once and holding gave {hold} ({hold_return}), {difference} percentage points more.",
        "资金（{costs}）：按 {model} 预测的涨跌交易，{cash} 从 {first} 到 {last} 变为 {end}（{return}）；一次买入并持有为 {hold}（{hold_return}），多 {difference} 个百分点。";
    money_same: "Money, {costs}: trading on what {model} predicted turned {cash} into {end} ({return}) from {first} to {last}; buying once and holding gave {hold} ({hold_return}), a difference of {difference} percentage points.",
        "资金（{costs}）：按 {model} 预测的涨跌交易，{cash} 从 {first} 到 {last} 变为 {end}（{return}）；一次买入并持有为 {hold}（{hold_return}），相差 {difference} 个百分点。";
    money_not_tested: "That is one path through one stretch of time, not a test.", "这只是一段时间里的一条路径，并非统计检验。";
    executable_counts: "Only the curve <em>executable</em> counts: it decides after the close with what is known then and trades {fill}, {costs}. The curve <em>as shown</em> ({as_shown}) trades for free at the very close its decision was made from, which nobody can do.",
        "只有“可执行”曲线算数：它在收盘后用当时已知的信息决策，以{fill}成交，{costs}。“教程画法”曲线（{as_shown}）以做出决策的那个收盘价免费成交，现实中无人能做到。";
    tile_skill: "Skill on test", "测试集技巧得分";
    tile_skill_note: "{network}; 0 = persistence", "{network}；0 即持续预测";
    tile_skill_note_spread: "{network}; ± {std} over seeds; 0 = persistence", "{network}；种子间 ± {std}；0 即持续预测";
    tile_p: "p-value of “better”", "“更优”的 p 值";
    tile_p_note: "against {value}", "对比 {value}";
    tile_accuracy: "Direction called right", "涨跌判断正确率";
    tile_accuracy_note: "always the majority: {value}", "总答多数类：{value}";
    tile_return: "Return, executable", "可执行收益";
    tile_versus_hold: "buy and hold: {value}", "买入并持有：{value}";
    tile_drawdown: "Largest drawdown", "最大回撤";
    tile_sharpe: "Sharpe ratio", "夏普比率";
    tile_trades: "Fills", "成交笔数";
    tile_trades_note: "{value} of equity invested on average", "平均持仓 {value}";
    tile_costs: "Costs paid", "支付费用";
    tile_costs_note: "fees of every kind; slippage is in the prices", "各项费用；滑点已含在价格中";

    // Data
    verdict: "Verdict", "结论";
    data: "Data", "数据";
    symbol: "Symbol", "代码";
    bars: "Bars", "日线数";
    first: "First", "起始";
    last: "Last", "结束";
    source: "Source", "来源";
    layout: "Layout", "格式";
    sample_market: "sample market", "内置样本市场";
    generated: "generated", "程序生成";
    store: "store", "数据仓库";
    prices: "Prices", "价格";
    basis_raw: "as quoted", "未复权";
    basis_split_adjusted: "split-adjusted by the source", "来源已按拆股调整";
    ex_days: "Ex-days", "除权除息日";
    missing_days: "Trading days without a bar", "缺失的交易日";
    missing_weekdays: "Weekdays without a bar", "缺失的工作日";
    dropped_rows: "Rows dropped", "剔除的行";
    dropped_sentence: "Bad rows that were dropped: {n}", "剔除的问题数据行：{n}";
    notes: "Notes", "备注";
    candles: "Price and volume", "价格与成交量";
    candles_label: "Candlesticks of the back-adjusted price with moving averages, volume below", "后复权蜡烛图、移动平均线与成交量";
    candles_caption: "Back-adjusted (hfq) prices, so that dividends and splits leave no false jumps. Blue closes at or above its open, orange below. The slider and the buttons show the whole history; double-click returns to the last 250 bars.",
        "后复权（hfq）价格，分红送股不会造成虚假跳空。蓝色：收盘不低于开盘；橙色：收盘低于开盘。可用滑块和按钮查看全部历史；双击回到最近 250 根。";
    bars_hfq: "Bar (hfq)", "日线（后复权）";
    close_hfq: "Close (hfq)", "收盘价（后复权）";
    moving_average: "Mean of {n}", "{n} 日均线";
    volume: "Volume", "成交量";
    volume_shares: "Volume, shares", "成交量（股）";
    return_hfq: "Return (hfq)", "收益率（后复权）";
    rows_heading: "First and last rows", "首尾数据";
    rows_hint: "Prices as they stand in the source, volume in shares. Back-adjusted price = price × factor.",
        "价格与来源一致，成交量单位为股。后复权价 = 价格 × 复权因子。";
    first_rows: "First rows", "前几行";
    last_rows: "Last rows", "后几行";
    date: "Date", "日期";
    open: "Open", "开盘";
    high: "High", "最高";
    low: "Low", "最低";
    close: "Close", "收盘";
    factor: "Factor", "复权因子";
    statistics: "Descriptive statistics", "描述性统计";
    column: "Column", "列";
    count: "Count", "个数";
    mean: "Mean", "均值";
    std: "Std. dev.", "标准差";
    min: "Min", "最小";
    quartile_1: "25%", "25%";
    median: "Median", "中位数";
    quartile_3: "75%", "75%";
    max: "Max", "最大";
    skewness: "Skewness", "偏度";
    kurtosis: "Kurtosis", "超额峰度";
    gaps: "Gaps and suspensions", "缺口与停牌";
    gaps_none: "No trading day is missing between the first and the last bar.", "首尾之间没有缺失的交易日。";
    gaps_known: "{days} trading days between the first and the last bar have no bar, in {gaps} gaps.", "首尾之间有 {days} 个交易日没有数据，分为 {gaps} 段。";
    gaps_weekdays: "{days} weekdays between the first and the last bar have no bar, in {gaps} gaps. No exchange calendar was at hand, so public holidays are among them.",
        "首尾之间有 {days} 个工作日没有数据，分为 {gaps} 段。由于没有交易所日历，其中包含法定假日。";
    gaps_longest: "Longest gaps", "最长的缺口";
    gap_before: "Last bar before", "之前最后一根";
    gap_after: "First bar after", "之后第一根";
    gap_days: "Days missing", "缺失天数";
    autocorrelation: "Autocorrelation", "自相关";
    autocorrelation_caption: "Correlation of a day's return with the return some bars earlier. Dashed: ±{band}, within which 95% of the values of an independent series lie. Absolute returns far outside it mean that calm and wild days come in clusters; it does not mean that direction can be forecast.",
        "某日收益率与若干根之前收益率的相关系数。虚线：±{band}，独立序列的数值有 95% 落在其中。绝对收益率远超虚线说明平静与剧烈的日子成群出现，并不说明方向可以预测。";
    of_returns: "Returns", "收益率";
    of_absolute_returns: "Absolute returns", "绝对收益率";

    // Split
    split: "Split", "数据划分";
    split_hint: "Weights and scalers are fitted on the training part only; validation stops the training and chooses; the test part is used once, for the figures of this report.",
        "权重与缩放器只在训练集上拟合；验证集用于提前停止与选择；测试集只使用一次，即本报告中的数字。";
    split_caption: "Close (hfq), logarithmic. The shading of the price is the split of the forecast task, the strip below that of the strategy task. A sample counts for a part only if its target lies in it too, so one horizon is left out at every boundary.",
        "收盘价（后复权），对数坐标。价格上的底色是预测任务的划分，下方色带是策略任务的划分。样本的目标日也须落在同一部分，故每个边界处空出一个预测步长。";
    task: "Task", "任务";
    task_forecast: "Forecast task", "预测任务";
    task_strategy: "Strategy task", "策略任务";
    part: "Part", "部分";
    train: "Train", "训练";
    valid: "Validation", "验证";
    test: "Test", "测试";
    samples: "Samples", "样本数";

    // Errors
    errors: "Forecast errors", "预测误差";
    errors_hint: "Mean ± standard deviation over the seeds of a network ({seeds}); a baseline has one value. ▸ marks the best mean of a column (oracle left out). A lead smaller than the spread over seeds is no ranking, and on the test part the mark is a description, not a choice: the verdict compares the models that validation chose.",
        "数值为 {seeds} 个随机种子的均值 ± 标准差；基准只有一个值。▸ 表示该列均值最优者（不含先知）。领先幅度小于种子间差异时不构成排名；测试集上的标记只是描述而非选择：结论比较的是由验证集选出的模型。";
    errors_on_test: "Test part (errors in {unit})", "测试集（误差单位：{unit}）";
    errors_on_valid: "Validation part (errors in {unit})", "验证集（误差单位：{unit}）";
    unit_hfq_price: "back-adjusted price", "后复权价格";
    unit_raw_price: "price as quoted", "未复权价格";
    model: "Model", "模型";
    parameters: "{n} parameters", "{n} 个参数";
    rmse: "RMSE", "RMSE";
    mae: "MAE", "MAE";
    mape: "MAPE", "MAPE";
    r2: "R²", "R²";
    direction: "Direction right", "方向正确率";
    skill: "Skill", "技巧得分";
    group_baselines: "Baselines", "基准";
    group_networks: "Networks", "神经网络";
    group_oracle: "Oracle (knows how the sample market was made)", "先知（知道样本市场的构造）";
    gloss_persistence: "next = last", "明日 = 今日";
    gloss_drift: "last + mean change", "今日 + 平均变动";
    gloss_autoregression: "ridge regression", "岭回归";
    gloss_oracle: "not attainable", "现实中不可得";
    skill_caption: "Skill on the test part by seed (dots) and its mean (bar). Right of zero is better than persistence. A skill below −100% is written at the edge.",
        "测试集上各种子的技巧得分（圆点）及均值（竖线）。零以右优于持续预测。低于 −100% 者，数值写在左边缘。";

    // Learning
    learning: "Loss curves", "损失曲线";
    learning_hint: "One thin line per seed, on the scaled target; all charts share one logarithmic axis. The dot is the epoch whose weights were kept.",
        "每条细线为一个种子，损失按缩放后的目标计算；各图共用同一对数坐标。圆点为保留权重的那一轮。";
    every_step: "Recurrent networks were trained with labels at every step of long chunks (<code>every_step</code>), so their training loss is a mean over those steps; an MLP has no steps and was trained window by window. Validation and test forecast every window alone.",
        "循环网络在长序列片段的每一步都有标签（<code>every_step</code>），其训练损失为这些步的均值；MLP 没有时间步，仍逐窗口训练。验证与测试均逐窗口单独预测。";
    kept_epochs: "Weights kept from epoch {epochs}.", "保留第 {epochs} 轮的权重。";
    kept: "kept", "保留";
    seed: "seed", "种子";
    loss: "Loss", "损失";
    accuracy: "Accuracy", "准确率";

    // Forecasts
    forecasts: "Predicted against actual", "预测与实际";
    forecasts_empty: "The test part holds no forecast with a known outcome.", "测试集中没有已知结果的预测。";
    forecasts_hint: "A forecast that follows the actual curve one day late is persistence in disguise: compare every network with the dotted line.",
        "若预测曲线总是比实际曲线晚一天，那只是换了样子的持续预测：请把每个网络与点线比较。";
    forecasts_caption: "Test part, at the date each forecast is about; a network is the mean over its seeds. The view opens on the last {view} of {all} days; the slider reaches all. A click on a name in the legend shows or hides it.",
        "测试集，按预测所指的日期绘制；网络取各种子的均值。初始显示 {all} 天中的最后 {view} 天，可用滑块查看全部。点击图例中的名称可显示或隐藏。";
    actual: "Actual", "实际";
    changes: "Predicted change against actual change", "预测涨跌与实际涨跌";
    changes_caption: "Every test day once: the change {network} forecast (mean over seeds) and the change that came. Points along the dashed line would be a perfect forecast; a cloud without slope is no forecast at all.",
        "每个测试日一个点：横轴为 {network}（种子均值）预测的涨跌，纵轴为实际涨跌。沿虚线分布即完美预测；没有倾斜的点云说明没有预测力。";
    perfect_forecast: "perfect forecast", "完美预测";

    // Strategy
    strategy: "Classifier", "涨跌分类器";
    strategy_intro: "{model} ({parameters} parameters) answers one question every day: will the next close be above today's? Above a probability of {threshold} the answer is “up”.",
        "{model}（{parameters} 个参数）每天回答一个问题：下一个收盘价是否高于今天？概率高于 {threshold} 即判断为“涨”。";
    accuracy_above: "On the test part it was right on {accuracy} of the days; always giving the training part's majority answer would have been right on {majority}.",
        "在测试集上，它有 {accuracy} 的日子判断正确；始终回答训练集的多数类则为 {majority}。";
    accuracy_not_above: "On the test part it was right on {accuracy} of the days, no more often than always giving the training part's majority answer ({majority}).",
        "在测试集上，它有 {accuracy} 的日子判断正确，并不高于始终回答训练集多数类的 {majority}。";
    accuracy_unknown: "Its accuracy on the test part is not defined ({accuracy}; majority: {majority}).", "其测试集准确率无定义（{accuracy}；多数类：{majority}）。";
    majority_line: "Dashed: accuracy of always answering the majority, on validation.", "虚线：验证集上始终回答多数类的准确率。";
    classifier_figures: "Figures of the classifier", "分类器指标";
    figure: "Figure", "指标";
    majority_accuracy: "Majority accuracy", "多数类准确率";
    base_rate: "Share of rises", "上涨占比";
    auc: "AUC", "AUC";
    brier: "Brier score", "Brier 分数";
    precision: "Precision", "精确率";
    recall: "Recall", "召回率";
    f1: "F1", "F1";
    confusion: "Confusion matrix", "混淆矩阵";
    confusion_hint: "Counts added over all seeds.", "所有种子的计数之和。";
    predicted_up: "predicted up", "预测涨";
    predicted_down: "predicted down", "预测跌";
    rose: "rose", "实际上涨";
    did_not_rise: "did not rise", "实际未涨";

    // Backtest
    backtest: "Backtest", "回测";
    backtest_intro: "Four curves over the test part of the strategy task, from the same cash. <em>Executable</em> trades as the rules and terms below allow; <em>buy and hold</em> is its fair benchmark, with the same fills and costs.",
        "策略任务测试期内、起始资金相同的四条曲线。“可执行”按下列规则与条款交易；“买入并持有”是与之公平比较的基准，成交方式与费用相同。";
    curve: "Curve", "曲线";
    curve_executable: "Executable", "可执行";
    curve_buy_and_hold: "Buy and hold", "买入并持有";
    curve_as_shown: "As shown", "教程画法";
    curve_market: "Market", "市场";
    curve_figures: "Figures of the curves", "各曲线指标";
    drawdown: "Drawdown", "回撤";
    final_equity: "Final equity", "期末净值";
    total_return: "Total return", "总收益率";
    cagr: "CAGR", "年化收益率";
    volatility: "Volatility per year", "年化波动率";
    sharpe: "Sharpe ratio", "夏普比率";
    sortino: "Sortino ratio", "索提诺比率";
    calmar: "Calmar ratio", "卡玛比率";
    max_drawdown: "Largest drawdown", "最大回撤";
    max_drawdown_days: "Its length, calendar days", "其持续天数（日历日）";
    turnover: "Turnover per year", "年换手";
    fills: "Fills", "成交笔数";
    win_rate: "Win rate", "胜率";
    exposure: "Exposure", "平均仓位";
    costs_paid: "Costs paid", "支付费用";
    signals: "Signals", "信号";
    signals_caption: "Above: probability of a rise (mean over seeds), dashed the threshold (or entry and exit). Below: the position decided for the next bar.",
        "上：上涨概率（种子均值），虚线为阈值（或进场与离场水平）。下：为下一根日线决定的仓位。";
    orders: "Orders and trades", "委托与成交";
    rules_ashare: "A-share rules by date", "按日期的 A 股规则";
    rules_us: "US rules by date", "按日期的美股规则";
    rules_none: "none but what is set", "除所设各项外无规则";
    yes: "yes", "允许";
    no: "no", "不允许";
    costs: "Costs by curve", "各曲线费用";
    traded_value: "Value", "成交额";
    commission: "Commission", "佣金";
    stamp_duty: "Stamp duty", "印花税";
    other_fees: "Other fees", "其他费用";
    total: "Total", "合计";
    trades_heading: "Trades of the executable curve ({n})", "“可执行”曲线的成交（{n} 笔）";
    trades_none: "There was no trade.", "没有成交。";
    trades_hint: "The first and the last are shown here; all are in <code>trades.csv</code>.", "此处列出最前与最后的成交；全部见 <code>trades.csv</code>。";
    trades_all: "All trades", "全部成交";
    trades_first: "First {n}", "前 {n} 笔";
    trades_last: "Last {n}", "后 {n} 笔";
    side: "Side", "方向";
    buy: "buy", "买入";
    sell: "sell", "卖出";
    shares: "Shares", "股数";
    price: "Price", "价格";
    reason: "Reason", "原因";
    reason_target: "new signal", "新信号";
    reason_waited: "new signal, filled after a wait", "新信号，等待后成交";
    reason_margin_call: "margin call", "强制平仓";

    // Settings, definitions, notices
    settings: "Settings", "设置";
    settings_hint: "The resolved experiment file, every default spelled out.", "解析后的实验文件，所有默认值均已写出。";
    definitions: "Definitions", "定义";
    definitions_hint: "“n/a” stands wherever a figure is not defined, for example a ratio with nothing below the line.",
        "凡无定义的指标（例如分母为零的比率）均写作“n/a”。";
    notices: "Notices", "声明";
    made_by: "Made by Tidegate {version} (layout {schema} of <code>metrics.json</code>) from the run directory alone.",
        "由 Tidegate {version} 仅根据运行目录生成（<code>metrics.json</code> 格式版本 {schema}）。";
    notice_files: "Beside this report lie the data it was made from: <code>bars.csv</code>, <code>forecasts.csv</code>, <code>history.csv</code>, <code>signals.csv</code>, <code>equity.csv</code>, <code>trades.csv</code>, <code>scalers.json</code> (the fitted scalers) and <code>models/</code> (the weights).",
        "与本报告同在的是生成它的数据：<code>bars.csv</code>、<code>forecasts.csv</code>、<code>history.csv</code>、<code>signals.csv</code>、<code>equity.csv</code>、<code>trades.csv</code>、<code>scalers.json</code>（拟合好的缩放器）与 <code>models/</code>（权重）。";
    notice_plotly: "The charts are drawn by plotly.js, copyright Plotly, Inc., under the MIT licence, which is carried in this file with its notice.",
        "图表由 plotly.js 绘制，版权归 Plotly, Inc.，按 MIT 许可证使用；程序及其许可声明包含在本文件中。";

    // Axes
    axis_price_hfq: "Price, back-adjusted (hfq)", "价格（后复权）";
    axis_price_raw: "Price as quoted", "价格（未复权）";
    axis_volume: "Volume, shares", "成交量（股）";
    axis_lag: "Lag, bars", "滞后（根）";
    axis_autocorrelation: "Correlation", "相关系数";
    axis_epoch: "Epoch", "轮次";
    axis_loss: "Loss", "损失";
    axis_accuracy: "Accuracy at 0.5", "准确率（概率 0.5）";
    axis_skill: "Skill: 1 − MSE / MSE of persistence", "技巧得分：1 − MSE / 持续预测的 MSE";
    axis_cumulative: "Cumulative return", "累计收益率";
    axis_drawdown: "Drawdown", "回撤";
    axis_probability: "Probability of a rise", "上涨概率";
    axis_position: "Position", "仓位";
    axis_forecast_change: "Forecast change", "预测涨跌幅";
    axis_actual_change: "Actual change", "实际涨跌幅";

    // Words of the charts' own buttons
    months_3: "3 months", "3 个月";
    year_1: "1 year", "1 年";
    years_5: "5 years", "5 年";
    all: "All", "全部";
    month_suffix: "", "月";
    weekdays: "Sun Mon Tue Wed Thu Fri Sat", "周日 周一 周二 周三 周四 周五 周六";
    chart_zoom: "Zoom", "缩放";
    chart_pan: "Pan", "平移";
    chart_zoom_in: "Zoom in", "放大";
    chart_zoom_out: "Zoom out", "缩小";
    chart_reset: "Reset axes", "重置坐标轴";
    chart_download: "Download plot as a PNG", "下载为 PNG 图片";
    chart_double_click: "Double-click to zoom back out", "双击恢复视图";
    chart_open: "open:", "开：";
    chart_high: "high:", "高：";
    chart_low: "low:", "低：";
    chart_close: "close:", "收：";
}
