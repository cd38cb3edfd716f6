//! Every word of the page of a search, in every language; in the manner of the report's own table.

use crate::report::language::Language;
use crate::report::wording::words;

/// The words of `language`.
pub(crate) fn words_of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

words! {
    title: "Tuning {model} on {symbol}", "{symbol}：{model} 的参数搜索";
    subtitle: "{trials} trials beside the untuned experiment · {seeds} seed(s) each · judged by {metric} on {samples} validation samples, {first} to {last}",
        "{trials} 组参数，另加未调参的原实验 · 每组 {seeds} 个随机种子 · 以 {first} 至 {last} 的 {samples} 个验证样本上的 {metric} 评判";
    result: "Result", "结果";
    gain: "Best on validation is trial {trial}: {metric} {best}, against {untuned} for the experiment as it stands, a difference of {gain} ({share}).",
        "验证集上最好的是第 {trial} 组：{metric} 为 {best}，原实验为 {untuned}，相差 {gain}（{share}）。";
    gain_within_seeds: "That is less than the spread over seeds: the two are not told apart by this search.",
        "这一差距小于不同随机种子之间的波动：这次搜索不足以区分二者。";
    gain_none: "No trial was better on validation than the experiment as it stands ({metric} {best}).",
        "没有任何一组参数在验证集上优于原实验（{metric} {best}）。";
    gain_untuned_failed: "Best on validation is trial {trial}: {metric} {best}. The experiment as it stands could not be trained.",
        "验证集上最好的是第 {trial} 组：{metric} 为 {best}。原实验训练失败。";
    persistence_better: "Persistence (tomorrow equals today) has {metric} {persistence} on the same samples, lower than every trial: no setting tried here beats doing nothing.",
        "在相同样本上，持续预测（明天等于今天）的 {metric} 为 {persistence}，低于所有各组：这里试过的任何设置都不如什么也不做。";
    persistence_worse: "Persistence (tomorrow equals today) has {metric} {persistence} on the same samples.",
        "在相同样本上，持续预测（明天等于今天）的 {metric} 为 {persistence}。";
    optimistic: "The best of many trials looks better than it is: part of its lead is luck on these very samples. The test part was not looked at; <code>tidegate run best.toml</code> says what the settings are worth there. Look once: choosing again by the test part would spend it.",
        "多组中的最优者看上去总比实际更好：它的领先有一部分只是在这些样本上的运气。搜索过程没有使用测试集；请用 <code>tidegate run best.toml</code> 查看这些设置在测试集上的表现。只看一次：若再按测试集挑选，测试集就失去意义。";
    left_out: "{n} validation samples are left out for all trials, because the longest windows do not reach them.",
        "有 {n} 个验证样本因最长的窗口无法覆盖而对所有各组一并剔除。";
    failed: "{n} trial(s) failed and count for nothing; the table says why.", "有 {n} 组失败，不计入结果；原因见表。";
    best_values: "Best values", "最优取值";
    key: "Key", "键";
    untuned: "Untuned", "未调参";
    best: "Best", "最优";
    left_open: "left out", "未设";

    trials: "Trials", "各组结果";
    trials_caption: "Validation error of every trial, mean and one standard deviation over seeds. The line is the best so far.",
        "各组的验证误差：随机种子间的均值与一个标准差。折线为截至该组的最优值。";
    axis_trial: "Trial", "组号";
    axis_error: "Validation {metric}, {unit}", "验证 {metric}（{unit}）";
    unit_hfq_price: "hfq price", "后复权价格";
    best_so_far: "best so far", "截至当前最优";
    trial: "trial", "组";
    persistence: "persistence", "持续预测";

    mattered: "What mattered", "哪些参数重要";
    mattered_hint: "Share of the variance of ln(validation error) between trials that a key explains alone: one-way analysis of variance, corrected for what so many values would explain by chance (ε², Kelley 1935). Keys that act only together explain little alone; the shares need not add up to 100%, and with few trials they are rough.",
        "单个键所能解释的各组 ln（验证误差）方差的比例：单因素方差分析，并已扣除取值个数带来的偶然解释（ε²，Kelley 1935）。只在联合时起作用的键单独解释得很少；各比例之和不必为 100%，组数少时只是粗略估计。";
    axis_share: "Share of the variance explained alone", "单独解释的方差比例";
    by_value_caption: "Each dot is a trial; the diamond is the untuned experiment, the star the best trial, the bar the mean at a value. Dashed: persistence.",
        "每个点为一组；菱形为未调参的原实验，星形为最优组，横条为同一取值的均值。虚线为持续预测。";
    value: "Value", "取值";
    count: "Trials", "组数";
    mean_error: "Mean {metric}", "平均 {metric}";
    best_error: "Lowest {metric}", "最低 {metric}";
    share: "Share", "比例";

    all_trials: "All trials", "全部各组";
    all_trials_hint: "Best first. The same figures stand unrounded in <code>trials.csv</code>.", "从优到劣排列。未取整的数字见 <code>trials.csv</code>。";
    parameters: "Parameters", "参数量";
    epochs: "Epochs by seed", "各种子轮数";
    untuned_row: "0 (untuned)", "0（未调参）";
    failed_with: "failed with seed {seed}: {reason}", "种子 {seed} 失败：{reason}";
    synthetic: "Made-up data: this is the sample market, not a real stock.", "合成数据：这是内置的样本市场，不是真实股票。";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<&str> =
            text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn both_languages_of_a_line_have_the_same_places() {
        for (key, english, chinese) in TABLE {
            assert_eq!(places(english), places(chinese), "{key}");
        }
    }
}
