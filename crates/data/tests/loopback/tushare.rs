//! Tushare Pro's protocol over a made-up market, with its limits, codes, row caps and moods.

use super::Now;
use super::faults::{Fault, Faults, random};
use super::http::{Request, Response, Server};
use super::made_up::{Kind, Market, Stock};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tidegate_market::TradeDate;

/// Time in which so many requests are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    Minute,
    Hour,
    Day,
}

impl Window {
    fn millis(self) -> i64 {
        match self {
            Window::Minute => 60_000,
            Window::Hour => 3_600_000,
            Window::Day => 86_400_000,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Window::Minute => "每分钟",
            Window::Hour => "每小时",
            Window::Day => "每天",
        }
    }

    /// Whether a request at `then` counts against one at `now`; days are those of China.
    fn holds(self, then: i64, now: i64) -> bool {
        let day = |moment: i64| (moment + 8 * 3_600_000).div_euclid(86_400_000);
        match self {
            Window::Day => day(then) == day(now),
            other => now - then < other.millis(),
        }
    }
}

/// In which order rows are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    NewestFirst,
    OldestFirst,
    Shuffled,
}

/// The server's rules and its memory.
pub struct Tushare {
    pub market: Market,
    pub token: String,
    pub now: Now,
    /// By api: at most so many answers in such a time.
    pub limits: BTreeMap<&'static str, Vec<(Window, usize)>>,
    /// Apis that the account may not ask.
    pub denied: BTreeSet<&'static str>,
    /// Rows that an answer holds at most.
    pub caps: BTreeMap<&'static str, usize>,
    /// Whether it says so when an answer is cut.
    pub says_has_more: bool,
    pub order: RowOrder,
    /// Columns in another order, numbers as texts, whole numbers as decimals, keys that nobody knows.
    pub odd_cells: bool,
    pub faults: Faults,
    pub memory: Mutex<Memory>,
}

/// What happened.
#[derive(Default)]
pub struct Memory {
    /// Answers sent whole, by request.
    pub answered: BTreeMap<String, usize>,
    /// Requests that came, of any outcome.
    pub requests: usize,
    /// Refusals for a limit.
    pub limited: usize,
    /// Requests spoiled by the storm.
    pub spoiled: BTreeMap<Fault, usize>,
    /// Bodies as received.
    pub bodies: Vec<String>,
    moments: BTreeMap<String, Vec<i64>>,
}

impl Tushare {
    /// A kind server.
    pub fn new(market: Market, token: &str, now: Now) -> Tushare {
        Tushare {
            market,
            token: token.into(),
            now,
            limits: BTreeMap::new(),
            denied: BTreeSet::new(),
            caps: [
                ("daily", 6000),
                ("index_daily", 8000),
                ("fund_daily", 2000),
                ("fund_adj", 2000),
                ("suspend_d", 5000),
                ("stk_limit", 5800),
                ("namechange", 10000),
                ("stock_basic", 6000),
            ]
            .into(),
            says_has_more: true,
            order: RowOrder::NewestFirst,
            odd_cells: false,
            faults: Faults::none(),
            memory: Mutex::default(),
        }
    }

    pub fn serve(self) -> (Server, Arc<Tushare>) {
        self.serve_at(0)
    }

    pub fn serve_at(self, port: u16) -> (Server, Arc<Tushare>) {
        let tushare = Arc::new(self);
        let inner = tushare.clone();
        (Server::start_at(port, move |request| inner.answer(request)), tushare)
    }

    pub fn answered(&self) -> BTreeMap<String, usize> {
        self.memory.lock().unwrap().answered.clone()
    }

    pub fn answers(&self) -> usize {
        self.answered().values().sum()
    }

    fn answer(&self, request: &Request) -> Response {
        let text = String::from_utf8(request.body.clone()).unwrap_or_default();
        let mut memory = self.memory.lock().unwrap();
        memory.requests += 1;
        memory.bodies.push(text.clone());
        let Ok(asked) = serde_json::from_str::<Value>(&text) else {
            return refusal(-2001, "必填参数");
        };
        let api = asked["api_name"].as_str().unwrap_or_default().to_owned();
        let token = asked["token"].as_str().unwrap_or_default();
        if token != self.token {
            return refusal(40101, &format!("您的token不对，请确认。({token})"));
        }
        if self.denied.contains(api.as_str()) {
            return refusal(
                40203,
                "抱歉，您没有接口访问权限，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。",
            );
        }
        let now = (self.now)();
        for (window, calls) in self.limits.get(api.as_str()).into_iter().flatten() {
            let moments = memory.moments.entry(api.clone()).or_default();
            if moments.iter().filter(|moment| window.holds(**moment, now)).count() >= *calls {
                memory.limited += 1;
                let words = window.words();
                return refusal(
                    40203,
                    &format!(
                        "抱歉，您{words}最多访问该接口{calls}次，权限的具体详情访问：https://tushare.pro。"
                    ),
                );
            }
        }
        let params = &asked["params"];
        let body = self.body(&api, params, asked["fields"].as_str().unwrap_or_default());
        if let Some(fault) = self.faults.draw() {
            *memory.spoiled.entry(fault).or_default() += 1;
            return fault.spoil(body.into_bytes(), token);
        }
        memory.moments.entry(api.clone()).or_default().push(now);
        *memory.answered.entry(format!("{api} {params}")).or_default() += 1;
        Response::json(body)
    }

    fn body(&self, api: &str, params: &Value, fields: &str) -> String {
        let (columns, mut rows) = self.table(api, params);
        let date = columns.iter().position(|c| c.contains("date")).unwrap_or(0);
        rows.sort_by(|a, b| b[date].as_str().cmp(&a[date].as_str()));
        let text = |name: &str| params[name].as_str().and_then(|text| text.parse::<usize>().ok());
        let cap = self.caps.get(api).copied().unwrap_or(usize::MAX).min(text("limit").unwrap_or(usize::MAX));
        let offset = text("offset").unwrap_or(0).min(rows.len());
        rows.drain(..offset);
        let cut = rows.len() > cap;
        rows.truncate(cap);
        let mut seed = rows.len() as u64;
        match self.order {
            RowOrder::NewestFirst => {}
            RowOrder::OldestFirst => rows.reverse(),
            RowOrder::Shuffled => {
                for i in (1..rows.len()).rev() {
                    rows.swap(i, (random(&mut seed) % (i as u64 + 1)) as usize);
                }
            }
        }
        let mut wanted: Vec<&str> = fields.split(',').filter(|field| columns.contains(field)).collect();
        if self.odd_cells {
            wanted.reverse();
        }
        let places: Vec<usize> =
            wanted.iter().map(|field| columns.iter().position(|c| c == field).unwrap()).collect();
        let items: Vec<Vec<Value>> = rows
            .into_iter()
            .enumerate()
            .map(|(r, row)| {
                let cell = |(c, place): (usize, &usize)| {
                    let value = row[*place].clone();
                    match value {
                        Value::Number(number) if self.odd_cells && (r + c) % 3 == 0 => {
                            json!(number.to_string())
                        }
                        Value::Number(number) if self.odd_cells && number.is_u64() => json!(number.as_f64()),
                        other => other,
                    }
                };
                places.iter().enumerate().map(cell).collect()
            })
            .collect();
        let has_more = if self.says_has_more { format!(",\"has_more\":{cut}") } else { String::new() };
        let more = match self.odd_cells {
            true => format!(",\"count\":-1,\"detail\":{{\"echo\":\"{}\"}}", self.token),
            false => String::new(),
        };
        let (fields, items) = (json!(wanted), serde_json::to_string(&items).unwrap());
        let data = format!("{{\"fields\":{fields},\"items\":{items}{has_more}}}");
        format!("{{\"request_id\":\"r\",\"code\":0,\"msg\":null,\"data\":{data}{more}}}")
    }

    fn table(&self, api: &str, params: &Value) -> (Vec<&'static str>, Vec<Vec<Value>>) {
        let text = |name: &str| params[name].as_str().map(str::to_owned);
        let day = |name: &str| text(name).map(|text| text.parse::<TradeDate>().unwrap());
        let (first, last, one) = (day("start_date"), day("end_date"), day("trade_date"));
        let within = |date: TradeDate| {
            first.is_none_or(|first| date >= first)
                && last.is_none_or(|last| date <= last)
                && one.is_none_or(|one| date == one)
        };
        let symbol = text("ts_code");
        let stocks =
            self.market.stocks.iter().filter(|s| symbol.as_ref().is_none_or(|symbol| *symbol == s.symbol));
        let of = |kinds: &'static [Kind]| -> Vec<&Stock> {
            stocks.clone().filter(|stock| kinds.contains(&stock.kind)).collect()
        };
        let compact = |date: TradeDate| json!(date.to_string().replace('-', ""));
        let maybe = |date: Option<TradeDate>| date.map_or(Value::Null, compact);
        let bars = |stocks: Vec<&Stock>| {
            let mut rows = Vec::new();
            for stock in stocks {
                for d in stock.days.iter().filter(|d| within(d.date)) {
                    rows.push(vec![
                        json!(stock.symbol),
                        compact(d.date),
                        json!(d.close),
                        json!(d.open),
                        json!(d.high),
                        json!(d.low),
                        json!(d.pre_close),
                        json!(d.lots),
                        json!(d.amount),
                    ]);
                }
            }
            (
                vec!["ts_code", "trade_date", "close", "open", "high", "low", "pre_close", "vol", "amount"],
                rows,
            )
        };
        let factors = |stocks: Vec<&Stock>| {
            let mut rows = Vec::new();
            for stock in stocks {
                for (date, factor) in stock.factors.iter().filter(|(date, _)| within(*date)) {
                    rows.push(vec![json!(stock.symbol), compact(*date), json!(factor)]);
                }
            }
            (vec!["ts_code", "trade_date", "adj_factor"], rows)
        };
        match api {
            "daily" => bars(of(&[Kind::Stock])),
            "index_daily" => bars(of(&[Kind::Index])),
            "fund_daily" => bars(of(&[Kind::Fund])),
            "adj_factor" => factors(of(&[Kind::Stock])),
            "fund_adj" => factors(of(&[Kind::Fund])),
            "trade_cal" => {
                let exchange = text("exchange").unwrap_or("SSE".into());
                let days = self.market.calendar.iter().filter(|(date, _)| within(*date));
                let row = |(date, open): &(TradeDate, bool)| {
                    vec![json!(exchange), compact(*date), json!(i32::from(*open))]
                };
                (vec!["exchange", "cal_date", "is_open"], days.map(row).collect())
            }
            "stock_basic" => {
                let status = text("list_status").unwrap_or("L".into());
                let row = |stock: &Stock| {
                    vec![
                        json!(stock.symbol),
                        json!(stock.names[1].0),
                        json!("主板"),
                        json!("L"),
                        compact(stock.listed),
                        Value::Null,
                    ]
                };
                let rows =
                    if status == "L" { of(&[Kind::Stock]).into_iter().map(row).collect() } else { vec![] };
                (vec!["ts_code", "name", "market", "list_status", "list_date", "delist_date"], rows)
            }
            "suspend_d" => {
                let mut rows = Vec::new();
                for stock in of(&[Kind::Stock]) {
                    for date in stock.suspended.iter().filter(|date| within(**date)) {
                        rows.push(vec![json!(stock.symbol), compact(*date), Value::Null, json!("S")]);
                    }
                }
                (vec!["ts_code", "trade_date", "suspend_timing", "suspend_type"], rows)
            }
            "stk_limit" => {
                let mut rows = Vec::new();
                for stock in of(&[Kind::Stock, Kind::Fund]) {
                    for d in stock.days.iter().filter(|d| within(d.date)) {
                        let limit = |rate: f64| json!((d.pre_close * rate * 100.0).round() / 100.0);
                        rows.push(vec![json!(stock.symbol), compact(d.date), limit(1.1), limit(0.9)]);
                    }
                }
                (vec!["ts_code", "trade_date", "up_limit", "down_limit"], rows)
            }
            "namechange" => {
                let mut rows = Vec::new();
                for stock in of(&[Kind::Stock]) {
                    for (name, from, to) in &stock.names {
                        let reason = json!("改名");
                        let row = vec![
                            json!(stock.symbol),
                            json!(name),
                            compact(*from),
                            maybe(*to),
                            Value::Null,
                            reason,
                        ];
                        // Some rows come twice.
                        rows.extend([row.clone(), row]);
                    }
                }
                (vec!["ts_code", "name", "start_date", "end_date", "ann_date", "change_reason"], rows)
            }
            other => panic!("the client asked for {other}"),
        }
    }
}

fn refusal(code: i64, message: &str) -> Response {
    let body = json!({ "request_id": "r", "code": code, "msg": message, "message": message, "data": null });
    Response::json(body.to_string())
}
