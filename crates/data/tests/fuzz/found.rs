//! What was found, each by its name: inputs that once took too much memory.

use crate::seeds::packed;
use crate::{alone, memory_of};
use tidegate_data::import::qlib::read_dir;
use tidegate_data::import::{ImportOptions, parse_bytes};
use tidegate_data::tushare::{Answer, Api};
use tidegate_data::yahoo::Chart;

/// Reads an input of a megabyte and holds it to ten times its length, with hardly anything on top.
fn is_cheap(what: &str, length: usize, read: impl FnOnce()) {
    let ((), used) = memory_of(read);
    assert!(length > 500_000, "{what}: {length} bytes");
    let times = used as f64 / length as f64;
    assert!(times <= 10.0, "{what}: {times:.1} times the input");
}

/// About a megabyte of a piece.
fn many(piece: &str) -> String {
    piece.repeat((1 << 20) / piece.len())
}

#[test]
fn what_gzip_says_of_its_size_is_not_believed_beyond_reason() {
    let _alone = alone();
    // Noise, which packing does not shorten.
    let mut random = crate::mutation::Random::new(1);
    let noise: Vec<u8> = (0..1 << 20).map(|_| random.next() as u8).collect();
    for times in [7, 9, 11, 50] {
        let mut bytes = packed(&noise);
        let (length, claim) = (bytes.len(), bytes.len() as u32 * times);
        bytes[length - 4..].copy_from_slice(&claim.to_le_bytes());
        is_cheap(&format!("a claim of {times} times"), length, || {
            assert!(parse_bytes(&bytes, "a.csv.gz", &ImportOptions::default()).is_err());
        });
    }
}

#[test]
fn names_without_a_folder_cost_a_qlib_directory_nothing() {
    let _alone = alone();
    let place = tempfile::tempdir().unwrap();
    for (path, text) in [("calendars/day.txt", "2024-06-28\n"), ("features/a/b", "")] {
        let path = place.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::fs::create_dir(place.path().join("instruments")).unwrap();
    let names: String = (0..150_000).map(|i| format!("{i:x}\n")).collect();
    std::fs::write(place.path().join("instruments/all.txt"), &names).unwrap();
    is_cheap("names", names.len(), || assert!(read_dir(place.path(), &ImportOptions::default()).is_err()));
}

#[test]
fn an_answer_of_many_small_things_costs_little() {
    let _alone = alone();
    let read = |body: String, what: &str| {
        is_cheap(what, body.len(), || drop(std::hint::black_box(Answer::read(Api::Daily, body.as_bytes()))));
    };
    for item in ["1,", "\"\",", "null,", "\"a\",", "[],", "true,", "\"\\u0041\","] {
        let row = many(item);
        read(
            format!(r#"{{"code":0,"data":{{"fields":["a"],"items":[[{row}1]]}}}}"#),
            &format!("cells {item}"),
        );
        let rows = many(&format!("[{}],", item.trim_end_matches(',')));
        read(
            format!(r#"{{"code":0,"data":{{"fields":["a"],"items":[{rows}[1]]}}}}"#),
            &format!("rows of {item}"),
        );
        read(format!(r#"{{"code":[{row}1],"data":null}}"#), &format!("a code of {item}"));
    }
    read(format!(r#"{{"code":0,"data":{{"fields":[],"items":[{}[]]}}}}"#, many("[],")), "empty rows");
    for name in ["\"\",", "\"a\",", "\"abcdefgh\","] {
        read(
            format!(r#"{{"code":0,"data":{{"fields":[{}""],"items":[]}}}}"#, many(name)),
            &format!("fields {name}"),
        );
    }
    let text = many("a");
    read(format!(r#"{{"code":0,"data":{{"fields":["a"],"items":[["{text}"]]}}}}"#), "one long text");
    read(format!(r#"{{"code":1,"msg":"{text}"}}"#), "a long message");
}

#[test]
fn a_chart_of_many_small_things_costs_little() {
    let _alone = alone();
    let read = |result: String, what: &str| {
        let body = format!(r#"{{"chart":{{"result":[{result}],"error":null}}}}"#);
        is_cheap(what, body.len(), || {
            drop(std::hint::black_box(Chart::read(body.as_bytes(), 1_800_000_000)))
        });
    };
    let inner = |stamps: &str, events: &str, indicators: &str| {
        format!(
            r#"{{"meta":{{"symbol":"A"}},"timestamp":[{stamps}],"events":{{{events}}},"indicators":{{{indicators}}}}}"#
        )
    };
    let columns = |numbers: &str| {
        let column = |name| format!(r#""{name}":[{numbers}]"#);
        let quote = ["open", "high", "low", "close", "volume"].map(column).join(",");
        format!(r#""quote":[{{{quote}}}],"adjclose":[{{"adjclose":[{numbers}]}}]"#)
    };
    read(inner(&format!("{}1", many("1,")), "", ""), "stamps");
    for piece in ["1,", "null,"] {
        let numbers = format!("{}1", many(piece));
        read(
            inner("", "", &format!(r#""quote":[{{"volume":[{numbers}]}}]"#)),
            &format!("a column of {piece}"),
        );
    }
    for list in ["quote", "adjclose"] {
        read(inner("", "", &format!(r#""{list}":[{}{{}}]"#, many("{},"))), &format!("many of {list}"));
    }
    let result = r#"{"meta":{"symbol":"A"},"indicators":{}},"#;
    read(format!("{}{}", many(result), result.trim_end_matches(',')), "results");

    // Rows by the shortest text that is a row: new days, a day again and again, nulls.
    let count = 60_000;
    let days: Vec<String> = (1..=count).map(|day| (day * 86_400_i64 / 10).to_string()).collect();
    let of = |piece: &str| vec![piece; count as usize].join(",");
    for (what, stamps, numbers) in [
        ("rows", days.join(","), of("1")),
        ("rows of one day", of("1"), of("1")),
        ("rows of two days", of("0,86400"), of("1,1")),
        ("nulls", days.join(","), of("null")),
    ] {
        let read = |body| read(body, what);
        read(inner(&stamps, "", &columns(&numbers)));
    }

    let keys = |value: &str| {
        let events: Vec<String> = (0..60_000).map(|key| format!("\"{key:x}\":{value}")).collect();
        events.join(",")
    };
    for (kind, value) in [
        ("dividends", r#"{"date":1,"amount":1}"#),
        ("dividends", r#"{"date":1}"#),
        ("splits", r#"{"date":1}"#),
        ("splits", r#"{"date":1,"splitRatio":"2:1"}"#),
    ] {
        let events = format!("\"{kind}\":{{{}}}", keys(value));
        read(inner("", &events, ""), &format!("{kind} {value}"));
    }
}
