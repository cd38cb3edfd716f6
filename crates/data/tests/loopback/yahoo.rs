//! Yahoo's chart API over prescribed symbols.

use super::Now;
use super::faults::{Fault, Faults};
use super::http::{Request, Response, Server};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What a symbol's chart holds, in today's shares.
#[derive(Clone, Debug, Default)]
pub struct Symbol {
    /// Second of the session's start, and the close; `None` is a row of nulls.
    pub days: Vec<(i64, Option<f64>)>,
    /// Second, amount.
    pub dividends: Vec<(i64, f64)>,
    /// Second, new shares, old shares.
    pub splits: Vec<(i64, f64, f64)>,
    /// Seconds east of Greenwich.
    pub gmtoffset: i64,
}

/// The server and its memory.
pub struct Yahoo {
    pub symbols: BTreeMap<String, Symbol>,
    pub now: Now,
    /// The first so many requests are turned away.
    pub too_many: Mutex<usize>,
    pub faults: Faults,
    /// Moment and path of each request.
    pub requests: Mutex<Vec<(i64, String)>>,
}

impl Yahoo {
    pub fn new(symbols: BTreeMap<String, Symbol>, now: Now) -> Yahoo {
        let (too_many, requests) = (Mutex::new(0), Mutex::default());
        Yahoo { symbols, now, too_many, faults: Faults::none(), requests }
    }

    pub fn serve(self) -> (Server, Arc<Yahoo>) {
        self.serve_at(0)
    }

    pub fn serve_at(self, port: u16) -> (Server, Arc<Yahoo>) {
        let yahoo = Arc::new(self);
        let inner = yahoo.clone();
        (Server::start_at(port, move |request| inner.answer(request)), yahoo)
    }

    fn answer(&self, request: &Request) -> Response {
        self.requests.lock().unwrap().push(((self.now)(), request.path.clone()));
        if !request.header("user-agent").starts_with("Mozilla/5.0") {
            return Response::text(403, "Forbidden");
        }
        {
            let mut left = self.too_many.lock().unwrap();
            if *left > 0 {
                *left -= 1;
                return Response::text(429, "Too Many Requests\r\n");
            }
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let Some(symbol) = path.strip_prefix("/v8/finance/chart/") else {
            return Response::text(404, "not found");
        };
        let symbol = symbol.replace("%5E", "^").replace("%3D", "=");
        let number = |name: &str| -> i64 {
            let part = query.split('&').find_map(|part| part.strip_prefix(name)).unwrap_or("=0");
            part.trim_start_matches('=').parse().unwrap()
        };
        let Some(data) = self.symbols.get(&symbol) else {
            let body = json!({"chart":{"result":null,"error":
                {"code":"Not Found","description":"No data found, symbol may be delisted"}}});
            return Response::Whole {
                status: 404,
                kind: "application/json",
                headers: vec![],
                body: body.to_string().into_bytes(),
            };
        };
        let body = chart(&symbol, data, number("period1"), number("period2")).to_string();
        match self.faults.draw() {
            Some(fault) if fault != Fault::RefusedWithData => fault.spoil(body.into_bytes(), ""),
            _ => Response::json(body),
        }
    }
}

fn chart(symbol: &str, data: &Symbol, from: i64, to: i64) -> Value {
    let within = |second: i64| (from..to).contains(&second);
    let days: Vec<_> = data.days.iter().filter(|(second, _)| within(*second)).collect();
    // Numbers as Yahoo writes them: 32 bits, widened.
    let column = |of: &dyn Fn(f64) -> f64| -> Vec<Value> {
        days.iter()
            .map(|(_, close)| close.map_or(Value::Null, |close| json!(f64::from(of(close) as f32))))
            .collect()
    };
    let adjusted: Vec<Value> = days
        .iter()
        .map(|(second, close)| {
            let later: f64 =
                data.dividends.iter().filter(|(ex, _)| ex > second).map(|(_, amount)| amount).sum();
            close.map_or(Value::Null, |close| json!(f64::from((close - later) as f32)))
        })
        .collect();
    let dividends: serde_json::Map<String, Value> = data
        .dividends
        .iter()
        .filter(|(second, _)| within(*second))
        .map(|(second, amount)| (second.to_string(), json!({ "amount": amount, "date": second })))
        .collect();
    let splits: serde_json::Map<String, Value> = data
        .splits
        .iter()
        .filter(|(second, ..)| within(*second))
        .map(|(second, new, old)| {
            let ratio = format!("{new}:{old}");
            let split = json!({ "date": second, "numerator": new, "denominator": old, "splitRatio": ratio });
            (second.to_string(), split)
        })
        .collect();
    let mut result = json!({
        "meta": { "currency": "USD", "symbol": symbol, "exchangeTimezoneName": "America/New_York",
            "gmtoffset": data.gmtoffset, "dataGranularity": "1d" },
        "events": { "dividends": dividends, "splits": splits },
        "indicators": { "quote": [{}], "adjclose": [{}] }
    });
    if !days.is_empty() {
        result["timestamp"] = days.iter().map(|(second, _)| json!(second)).collect();
        result["indicators"] = json!({
            "quote": [{
                "open": column(&|close| close), "high": column(&|close| close * 1.01),
                "low": column(&|close| close * 0.99), "close": column(&|close| close),
                "volume": days.iter().map(|(_, close)| close.map_or(Value::Null, |_| json!(40_000_000))).collect::<Value>(),
            }],
            "adjclose": [{ "adjclose": adjusted }]
        });
    }
    json!({ "chart": { "result": [result], "error": null } })
}

pub use Symbol as YahooSymbol;
