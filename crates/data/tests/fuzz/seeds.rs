//! Small made-up files of every layout.

use encoding_rs::GBK;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Write};

const TEXTS: [&str; 19] = [
    "ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n600000.SH,20240624,10,10.5,9.9,10.4,10,0.4,4.0,1000.5,1020.75\n600000.SH,20240625,10.4,11.2,10.4,11,10.4,0.6,5.7692,1200,1300\n000001.SZ,20240625,9.4,9.6,9.3,9.5,9.4,0.1,1.06,500,470\n",
    "indiv_ts_code,indiv_trade_date,indiv_close,indiv_open,indiv_high,indiv_low,indiv_vol,indiv_adj_factor\n600519.SH,20240625,1467.98,1455,1468.8,1447.2,29322.35,8.305\n600519.SH,20240624,1458.7,1462.08,1465.73,1456,18194.92,\n",
    "ts_code,trade_date,adj_factor\n600000.SH,20240624,1.5\n600000.SH,20240625,1.6\n600000.SH,20240625,1.7\n",
    "ts_code,trade_date,suspend_timing,suspend_type\n600000.SH,20240626,,S\n600000.SH,20240627,09:30-10:00,S\n600000.SH,20240628,,R\n",
    "trade_date,ts_code,up_limit,down_limit\n20240624,600000.SH,11.0,9.0\n20240625,600000.SH,11.44,9.36\n",
    "ts_code,name,start_date,end_date,ann_date,change_reason\n600000.SH,浦发银行,20061009,,,改名\n600000.SH,G浦发,20060512,20061008,,完成股改\n",
    "ts_code,symbol,name,area,market,list_date,list_status,delist_date\n600000.SH,600000,浦发银行,上海,主板,19991110,L,\n600001.SH,600001,邯郸钢铁,河北,主板,19980122,D,20091229\n",
    "exchange,cal_date,is_open,pretrade_date\nSSE,20240628,1,20240627\nSSE,20240629,0,20240628\n",
    "calendarDate,isOpen\n1990-12-19,1\n1990-12-22,0\n",
    "trade_date,pre_trade_date,year\n2005-01-04,,2005\n2005-01-05,2005-01-04,2005\n",
    "Date,Open,High,Low,Close,Adj Close,Volume\n2024-06-24,10,10.5,9.9,10.4,9.36,1000500\n2024-06-25,null,null,null,null,null,null\n2024-06-26,10,10.4,9.8,10.2,10.2,900000\n    \"finance\": {\n        \"error\": {\n        }\n    }\n}\n2024-06-27,10,10.4,9.8,10.2,10.2,900000\n2024-06-27,10,10.4,9.8,10.1,10.1,900000\n",
    "Date,Close,High,Low,Open,Volume\n,NVDA,NVDA,NVDA,NVDA,NVDA\n2021-03-01,13.802933692932129,13.885950280412095,13.515242901527062,13.836090305328044,353184000\n",
    "Price,Close,High,Low,Open,Volume\nTicker,AAPL,AAPL,AAPL,AAPL,AAPL\nDate,,,,,\n2024-06-24,10.4,10.5,9.9,10,1000500\n2024-06-25,10.5,10.6,9.9,10,1000500\n",
    "date,code,open,high,low,close,preclose,volume,amount,adjustflag,turn,tradestatus,pctChg,isST\n2000-01-04,sh.600145,1.2022017500,1.2424849500,1.1959075000,1.2361907000,1.2084960000,489568,4770485.0000,2,1.087929,1,2.291659,0\n2000-01-05,sh.600145,1.7,1.7,1.7,1.7,1.7,0,0.0000,2,,0,0.000000,0\n",
    ",OBJECT_ID,S_INFO_WINDCODE,TRADE_DT,S_DQ_PRECLOSE,S_DQ_OPEN,S_DQ_HIGH,S_DQ_LOW,S_DQ_CLOSE,S_DQ_VOLUME,S_DQ_AMOUNT,S_DQ_ADJFACTOR,S_DQ_TRADESTATUS\n1,{000C},300123.SZ,20130801,12.15,12.29,12.65,12.29,12.59,16674.2,20867.3392,1.628021,??\n2,{000D},300123.SZ,20130731,15.08,15.08,15.08,15.08,15.08,0.0,0.0,1.628021,??\n",
    "\u{feff}\"日期\",\"收盘\",\"开盘\",\"高\",\"低\",\"交易量\",\"涨跌幅\"\n\"2020年4月2日\",\"2,780.64\",\"2,720.23\",\"2,780.64\",\"2,719.90\",\"21.79B\",\"1.69%\"\n\"2020年4月1日\",\"2,734.52\",\"2,743.54\",\"2,773.36\",\"2,731.08\",\"-\",\"-0.57%\"\n",
    "\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n\"Apr 02, 2020\",\"2,780.64\",\"2,720.23\",\"2,780.64\",\"2,719.90\",\"688.09M\",\"1.69%\"\n\"04/01/2020\",\"2,734.52\",\"2,743.54\",\"2,773.36\",\"2,731.08\",\"\",\"-0.57%\"\n",
    "日期,股票代码,开盘,收盘,最高,最低,成交量,成交额,振幅,涨跌幅,涨跌额,换手率\n2024-06-24,600519,1480.0,1471.0,1488.8,1466.0,29322,4274652096.0,1.5,-0.6,-9.0,0.23\n2024-06-25,600519,1470.0,1475.5,1480.0,1466.5,19322,2874652096.0,1.0,0.3,4.5,0.15\n",
    "date,open,high,low,close,volume,Name\n2013-02-08,15.07,15.12,14.63,14.75,8407500,AAL\n2013-02-11,14.89,15.01,14.26,14.46,8882000,AAL\n2013-02-08,67.71,68.4,66.89,67.85,158168416,AAPL\n2013-02-11,,69.2,66.9,68.5,1,AAPL\n",
];

/// As UTF-8, and some in the encodings of Chinese programs.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect();
    for text in [TEXTS[5], TEXTS[17]] {
        seeds.push(GBK.encode(text).0.into_owned());
        seeds.push([0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect());
    }
    seeds.push(TEXTS[0].replace(',', "\t").into_bytes());
    seeds.push(TEXTS[10].replace('\n', "\r\n").into_bytes());
    seeds
}

/// Packed with gzip.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// How much comes out of gzip data before their end or the first damage.
pub fn unpacked_length(bytes: &[u8]) -> usize {
    let mut out = MultiGzDecoder::new(bytes);
    let (mut piece, mut length) = ([0; 8192], 0);
    while let Ok(more @ 1..) = out.read(&mut piece) {
        length += more;
    }
    length
}

#[test]
fn every_seed_is_read() {
    for seed in seeds() {
        let text = String::from_utf8_lossy(&seed[..seed.len().min(80)]).into_owned();
        let options = tidegate_data::import::ImportOptions::default();
        let parsed = tidegate_data::import::parse_bytes(&seed, "600000.SH.csv", &options);
        crate::promises::of_file(&parsed.unwrap_or_else(|e| panic!("{text}: {e}")));
    }
}
