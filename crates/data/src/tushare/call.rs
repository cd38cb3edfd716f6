//! One request to Tushare: api and parameters. The token is put in only when the body is made.

use super::api::Api;
use crate::http::Secret;
use crate::span::Span;
use serde_json::json;
use std::collections::BTreeMap;
use tidegate_market::TradeDate;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is asked.
    pub api: Api,
    /// Parameters, by name, so that the same request always has the same key.
    pub params: BTreeMap<&'static str, String>,
}

impl Call {
    /// Without parameters.
    pub fn new(api: Api) -> Call {
        Call { api, params: BTreeMap::new() }
    }

    /// Adds a parameter.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Call {
        self.params.insert(name, value.into());
        self
    }

    /// Asks for the days of a span.
    pub fn within(self, span: Span) -> Call {
        self.with("start_date", compact(span.first)).with("end_date", compact(span.last))
    }

    /// The request in words: `daily ts_code=600000.SH start_date=20200101 end_date=20201231`. No secret is in it.
    pub fn describe(&self) -> String {
        let mut params: Vec<_> = self.params.iter().collect();
        // Whose comes before when, and the first day before the last.
        params.sort_by_key(|(name, _)| match **name {
            "start_date" => 1,
            "end_date" => 2,
            _ => 0,
        });
        let params: String = params.into_iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{params}", self.api)
    }

    /// The JSON body of the request.
    pub(crate) fn body(&self, token: &Secret) -> String {
        json!({
            "api_name": self.api.name(),
            "token": token.reveal(),
            "params": self.params,
            "fields": self.api.fields(),
        })
        .to_string()
    }
}

/// A date as Tushare writes it: `20240628`.
pub(crate) fn compact(date: TradeDate) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_in_the_body_and_in_no_other_word_of_a_request() {
        let token = Secret::new("0123456789abcdef").unwrap();
        let call = Call::new(Api::Daily).with("ts_code", "600000.SH");
        assert_eq!(call.describe(), "daily ts_code=600000.SH");
        assert!(!format!("{call:?}{}", call.describe()).contains("0123456789abcdef"));
        assert_eq!(
            call.body(&token),
            "{\"api_name\":\"daily\",\"token\":\"0123456789abcdef\",\"params\":{\"ts_code\":\"600000.SH\"},\
             \"fields\":\"ts_code,trade_date,open,high,low,close,pre_close,vol,amount\"}"
        );
    }
}
