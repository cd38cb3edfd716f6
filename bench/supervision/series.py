"""A real daily series as the panel and the labels of one task: tomorrow's log range.

Inputs, one row per bar: log_range ln(H/L), log_return, volume_ratio_20 (definitions as in Tidegate's features).
Label of the sample that ends at bar t: log_range(t + 1). Inputs and labels are standardised by mean and standard
deviation of the training bars and of the training labels. Parts are 0.6 / 0.2 / 0.2 of the bars in time order with a
gap of one bar; a sample belongs to the part that holds both t and t + 1, its inputs may reach back into the part before.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

T = 60  # steps of a window

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("TIDEGATE_TEST_DATA", ROOT / "../shared/data"))

# name: file, layout, first day, last day. The recipe was developed on DEVELOPMENT and fixed before REPORTED was looked at.
REPORTED = {
    "AAPL": ("us_yahoo/AAPL.csv", "yahoo", "2000-01-01", "2019-12-31"),
    "600000.SH": ("ashare_tushare_raw/600000.SH.csv", "tushare", "1999-11-10", "2023-04-24"),
    "INFY.NS": ("other_markets/INFY.NS.csv", "yahoo", "2003-01-01", "2011-12-30"),
}
DEVELOPMENT = {
    "GSPC": ("us_yahoo/GSPC.csv", "yahoo", "2000-01-01", "2014-12-31"),
    "000021.SZ": ("ashare_history/daily/000021.SZ.csv", "tushare", "2000-01-01", "2017-02-07"),
    "RELIANCE.NS": ("other_markets/RELIANCE.NS_2015_2020.csv", "yahoo", "2015-03-17", "2020-03-16"),
    "000300.SH": ("index_and_calendar/000300.SH.csv", "tushare", "2005-01-04", "2022-12-30"),
    "600985.SH": ("ashare_history/daily/600985.SH.csv", "tushare", "2004-04-28", "2017-02-07"),
    "MSFT": ("us_sp500_5yr/all_stocks_5yr.csv.gz", "pooled", "2013-02-08", "2018-02-07"),
}
ALL = REPORTED | DEVELOPMENT


@dataclass
class Task:
    """Standardised panel [bars, 3], labels [bars] (NaN after the last), and the end bars of the samples of each part."""

    name: str
    panel: np.ndarray
    labels: np.ndarray
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray


def bars(name):
    """Date, high, low, log return and volume, oldest first; rows without numbers are left out."""
    file, layout, first, last = ALL[name]
    table = pd.read_csv(DATA / file)
    if layout == "yahoo":
        table = table.apply(lambda c: c if c.name == "Date" else pd.to_numeric(c, errors="coerce")).dropna()
        date, volume = pd.to_datetime(table["Date"]), table["Volume"]
        high, low = table["High"], table["Low"]
        log_return = np.log(table["Adj Close"]).diff()
    elif layout == "pooled":  # many symbols in one file, prices adjusted for splits
        table = table[table["Name"] == name].dropna()
        date, volume = pd.to_datetime(table["date"]), table["volume"]
        high, low = table["high"], table["low"]
        log_return = np.log(table["close"]).diff()
    else:
        table = table.sort_values("trade_date")
        date = pd.to_datetime(table["trade_date"].astype(str))
        high, low, volume = table["high"], table["low"], table["vol"] * 100.0  # lots of 100 shares
        log_return = np.log(table["close"] / table["pre_close"])
    frame = pd.DataFrame({"date": date, "high": high, "low": low, "log_return": log_return, "volume": volume})
    frame = frame[(frame.date >= first) & (frame.date <= last)].reset_index(drop=True)
    assert frame.date.is_monotonic_increasing and frame.date.is_unique, name
    return frame


def task(name):
    """The task of one series."""
    frame = bars(name)
    log_range = np.log(frame.high / frame.low)
    mean_volume = frame.volume.rolling(20).mean()
    columns = [log_range, frame.log_return, np.log((1 + frame.volume) / (1 + mean_volume))]
    panel = np.stack([c.to_numpy(float) for c in columns], 1)[20:]
    labels = np.append(panel[1:, 0], np.nan)
    assert np.isfinite(panel).all(), name

    n = len(panel)
    first_valid, first_test = round(0.6 * n), round(0.8 * n)
    train = np.arange(T - 1, first_valid - 1)
    valid = np.arange(first_valid + 1, first_test - 1)
    test = np.arange(first_test + 1, n - 1)
    seen = panel[:first_valid]
    panel = (panel - seen.mean(0)) / seen.std(0)
    labels = (labels - labels[train].mean()) / labels[train].std()
    return Task(name, panel.astype(np.float32), labels.astype(np.float32), train, valid, test)


if __name__ == "__main__":
    for name in ALL:
        t = task(name)
        naive = np.mean((t.labels[t.test]) ** 2)  # the training mean as forecast
        print(name, t.panel.shape, len(t.train), len(t.valid), len(t.test), f"mean forecast: test mse {naive:.3f}")
