//! Bodies that servers send: Tushare's answers and Yahoo's charts.

use crate::mutation::damaged_json;
use crate::{fuzz, promises};
use tidegate_data::tushare::{Answer, Api};
use tidegate_data::yahoo::{Chart, unsplit};
use tidegate_market::PriceBasis;

/// Bodies as recorded in public clients and their tests, shortened, and one of each table.
const TUSHARE: [&str; 12] = [
    r#"{"request_id":"5a1b","code":0,"data":{"fields":["ts_code","trade_date","open","high","low","close","pre_close","vol","amount"],"items":[["000001.SZ","20180718",8.75,8.85,8.69,8.7,8.72,525152.77,460697.377],["000001.SZ","20180717",8.74,8.75,8.66,8.72,8.73,375356.33,326396.994]],"has_more":false,"count":-1},"msg":""}"#,
    r#"{"code":0,"msg":null,"data":{"fields":["adj_factor","trade_date","ts_code"],"items":[["108.031",20180718,"000001.SZ"],[null,"20180717","000001.SZ"],[108,"20180716.0","000001.SZ"]],"has_more":true}}"#,
    r#"{"code":0,"msg":"","data":{"fields":["exchange","cal_date","is_open"],"items":[["SSE","20240628",1],["SSE","20240629",0]],"has_more":false}}"#,
    r#"{"code":0,"msg":"","data":{"fields":["ts_code","name","market","list_status","list_date","delist_date"],"items":[["000001.SZ","平安银行","主板","L","19910403",null],["600001.SH","\u90af\u90f8\u94a2\u94c1(\u9000)","主板","D","19980122","20091229"]]}}"#,
    r#"{"code":0,"data":{"fields":["ts_code","trade_date","suspend_timing","suspend_type"],"items":[["600000.SH","20240626",null,"S"],["600000.SH","20240627","09:30-10:00","S"]]}}"#,
    r#"{"code":0,"data":{"fields":["ts_code","name","start_date","end_date","ann_date","change_reason"],"items":[["600000.SH","浦发银行","20061009",null,null,"改名"],["600000.SH","G浦发","20060512","20061008",null,"完成股改"]]}}"#,
    r#"{"code":0,"data":{"fields":["close"],"items":[[1],[1],[1],["a"],[true],[[1]],[{"a":1}]]}}"#,
    r#"{"code":40203,"msg":"抱歉，您每分钟最多访问该接口500次，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。","data":null}"#,
    r#"{"code":40101,"msg":"您的token不对，请确认。","message":"您的token不对，请确认。","data":null}"#,
    r#"{"code":"-2001","msg":"必填参数, ts_code","data":{"fields":["a"],"items":[["b"]]}}"#,
    r#"<html><head><title>502 Bad Gateway</title></head><body>502</body></html>"#,
    r#"{"code":0,"data":{"fields":[],"items":[]}}"#,
];

const YAHOO: [&str; 5] = [
    r#"{"chart":{"result":[{"meta":{"currency":"USD","symbol":"NVDA","exchangeTimezoneName":"America/New_York","gmtoffset":-14400,"firstTradeDate":917015400,"dataGranularity":"1d","currentTradingPeriod":{"regular":{"timezone":"EDT","start":1718026200,"end":1718049600,"gmtoffset":-14400}}},"timestamp":[1717680600,1717767000,1718026200],"events":{"dividends":{"1718026200":{"amount":0.01,"date":1718026200}},"splits":{"1718026200":{"date":1718026200,"numerator":10,"denominator":1,"splitRatio":"10:1"}}},"indicators":{"quote":[{"open":[124.0479965209961,null,120.37000274658203],"high":[125.5,null,123],"low":[118,null,117],"close":[120.99,null,121.79],"volume":[664696000,null,314162700]}],"adjclose":[{"adjclose":[120.94,null,121.75]}]}}],"error":null}}"#,
    r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}"#,
    r#"{"chart":{"result":[{"meta":{"symbol":"A","gmtoffset":0},"indicators":{"quote":[{}],"adjclose":[{}]}}],"error":null}}"#,
    r#"{"chart":{"result":[{"meta":{"symbol":"0700.HK","gmtoffset":28800,"dataGranularity":"1d"},"timestamp":[0,86400,172800,259200],"events":{"splits":{"a":{"date":86400,"splitRatio":"5:1"},"b":{"date":172800,"numerator":1,"denominator":1000},"c":{"date":172800}}},"indicators":{"quote":[{"open":[1,1,1,1],"high":[1,1,1,1],"low":[1,1,1,1],"close":[1,1,1,1],"volume":[1,1,1,1]}]}}]}}"#,
    "Too Many Requests\r\n",
];

/// 2027: all bars of the seeds are past.
const NOW: i64 = 1_800_000_000;

fn bytes(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn tushare(bytes: &[u8]) {
    let answer = match Answer::read(Api::Daily, bytes) {
        Ok(answer) => answer,
        Err(error) => {
            let message = error.to_string();
            assert!(!message.is_empty() && message.chars().count() < 1_000, "a message of {}", message.len());
            return;
        }
    };
    let dates = answer.dates();
    assert!(dates.is_err() || dates.is_ok_and(|dates| dates.len() == answer.rows()));
    for name in ["ts_code", "trade_date", "close", "name", "adj_factor", "cal_date"] {
        let Ok(column) = answer.column(name) else { continue };
        for row in 0..answer.rows() {
            assert!(
                column.number(row).is_ok()
                    || column.text(row).is_ok_and(|text| text.is_some())
                    || column.word(row).is_err()
            );
            assert!(column.number(row).ok().flatten().is_none_or(f64::is_finite));
        }
    }
    assert_eq!(answer.row(answer.rows()).count(), 0);
}

fn yahoo(bytes: &[u8]) {
    let chart = match Chart::read(bytes, NOW) {
        Ok(chart) => chart,
        Err(error) => {
            let message = error.to_string();
            return assert!(!message.is_empty() && message.chars().count() < 1_000);
        }
    };
    assert!(chart.rows.windows(2).all(|pair| pair[0].date < pair[1].date), "dates ascend");
    assert!(chart.splits.iter().all(|(_, ratio)| ratio.is_finite() && *ratio > 0.0), "{:?}", chart.splits);
    assert!(chart.dividends.iter().all(|(_, amount)| amount.is_finite() && *amount > 0.0));
    // What comes after the parser is not held against the memory of a long body.
    if bytes.len() < 64 << 10 {
        let raw = unsplit(&chart, "A");
        if !raw.bars.date.is_empty() {
            promises::of_bars(&raw.bars);
        }
        assert!(raw.factors.factor.iter().all(|factor| factor.is_finite() && *factor > 0.0));
        assert!(raw.bars.basis == PriceBasis::SplitAdjusted || chart.unknown_split.is_none());
    }
}

#[test]
fn an_answer_of_tushare_survives_anything() {
    let seeds = bytes(&TUSHARE);
    fuzz("tushare", |random| damaged_json(&seeds, random), tushare);
}

#[test]
fn a_chart_of_yahoo_survives_anything() {
    let seeds = bytes(&YAHOO);
    fuzz("yahoo", |random| damaged_json(&seeds, random), yahoo);
}
