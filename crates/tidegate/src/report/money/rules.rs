//! On which terms every order was traded, and under which dated rules.

use super::wording::MoneyWords;
use crate::curve_note::CurveNote;
use crate::report::html::{Align, Table, escape, fill, hint, paragraph, subheading};
use crate::report::language::Language;
use crate::report::number::{self, money as amount, percent};
use crate::report::remarks::{curve_note, rule_fact_parts, rule_note};
use crate::report::section::verdict::remarks;
use crate::report::wording::Words;
use crate::summary::Terms;
use tidegate_market::{DatedRule, DelistedAt, RuleFact, RuleNote, Size, Unfilled};

/// What the piece is made of.
pub(crate) struct Rules<'a> {
    pub language: Language,
    pub words: &'static Words,
    pub own: &'static MoneyWords,
    /// "ashare", "us" or "none".
    pub rules: &'a str,
    /// Name of the user's own rule file.
    pub rule_file: Option<String>,
    pub terms: &'a Terms,
    pub facts: &'a [RuleFact],
    pub notes: &'a [RuleNote],
    pub curve_notes: &'a [CurveNote],
}

/// Terms, dated rules with their grades, remarks.
pub(crate) fn rules(of: &Rules<'_>) -> String {
    let (own, language) = (of.own, of.language);
    let dated = if of.facts.is_empty() {
        paragraph(own.no_facts)
    } else {
        let head = [(own.rule, Align::Text), (own.since, Align::Text), (own.grade, Align::Text)];
        let mut table = Table::new(head).caption(own.facts);
        for fact in of.facts {
            let (rule, since, grade) = rule_fact_parts(fact, language);
            table.row(vec![escape(&rule), since, grade]);
        }
        [table.html(), hint(own.facts_hint)].concat()
    };
    let of_curves = of.curve_notes.iter().map(|note| curve_note(*note, language));
    let notes: Vec<String> =
        of_curves.chain(of.notes.iter().map(|note| rule_note(*note, language))).collect();
    let heading = if notes.is_empty() { String::new() } else { subheading(own.notes) };
    [terms(of), dated, heading, remarks(notes.into_iter())].concat()
}

/// One row per term that was in the person's choice, and what the rule book chose where he left it open.
fn terms(of: &Rules<'_>) -> String {
    let (own, words, terms) = (of.own, of.words, of.terms);
    let mut table = Table::new([(own.term, Align::Text), (own.value, Align::Text)]).caption(own.terms);
    let mut row = |name: &str, value: String| table.row(vec![name.to_owned(), value]);
    row(own.term_rules, words.rules(of.rules).to_owned());
    if let Some(file) = &of.rule_file {
        row(own.term_rule_file, escape(file));
    }
    if let Some(size) = size(terms.size, own) {
        row(own.term_size, size);
    }
    row(own.term_fill, own.fill(terms.fill).to_owned());
    let unfilled = match terms.unfilled {
        Unfilled::Keep => own.unfilled_keep.to_owned(),
        Unfilled::Drop => own.unfilled_drop.to_owned(),
        Unfilled::Retry(bars) => fill(own.unfilled_retry, &[("n", &bars.to_string())]),
    };
    row(own.term_unfilled, unfilled);
    row(own.term_volume_cap, terms.volume_cap.map_or_else(|| own.none.to_owned(), |cap| percent(cap, 1)));
    let dated = |wanted: fn(&DatedRule) -> bool| of.facts.iter().any(|fact| wanted(&fact.rule));
    let by_date = || own.duty_by_date.to_owned();
    let commission = dated(|rule| matches!(rule, DatedRule::Commission { .. }));
    row(own.term_commission, if commission { by_date() } else { percent(terms.commission, 3) });
    row(own.term_minimum, if commission { by_date() } else { amount(terms.min_commission) });
    let duty = dated(|rule| matches!(rule, DatedRule::StampDuty { .. }));
    let told = || if duty { by_date() } else { own.none.to_owned() };
    row(own.term_duty, terms.stamp_duty.map_or_else(told, |rate| percent(rate, 3)));
    row(own.term_slippage, number::fixed(terms.slippage_bp, 1));
    if terms.slippage_ticks > 0.0 {
        row(own.term_slippage_ticks, number::fixed(terms.slippage_ticks, 1));
    }
    if terms.borrow_rate > 0.0 {
        row(own.term_borrow, percent(terms.borrow_rate, 2));
    }
    row(own.term_fractions, if terms.fractions { words.yes } else { words.no }.to_owned());
    let delisting = match terms.delisting {
        DelistedAt::LastPrice => own.delisting_last,
        DelistedAt::Zero => own.delisting_zero,
    };
    row(own.term_delisting, delisting.to_owned());
    format!("<div class=\"half\">{}</div>\n", table.html())
}

/// How large a position is; nothing where it is the whole equity times the target.
fn size(size: Size, own: &MoneyWords) -> Option<String> {
    let share = |x: f64| percent(x, 1);
    Some(match size {
        Size::Full => return None,
        Size::Fraction(fraction) => fill(own.size_fraction, &[("share", &share(fraction))]),
        Size::Shares(shares) => fill(own.size_shares, &[("n", &number::shares(shares))]),
        Size::Volatility(target) => fill(
            own.size_volatility,
            &[
                ("annual", &share(target.annual)),
                ("window", &target.window.to_string()),
                ("cap", &share(target.cap)),
            ],
        ),
        Size::Kelly(kelly) => {
            fill(own.size_kelly, &[("fraction", &share(kelly.fraction)), ("cap", &share(kelly.cap))])
        }
    })
}
