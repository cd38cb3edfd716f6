"""Peers' side of the backtest bench: the same signals through vectorbt or backtesting.py, without any market's rules.

    signals_worker.py vectorbt|backtesting BARS SIGNALS COLUMNS ROUNDS

prints one line of JSON with the seconds of every round. The first one of vectorbt compiles.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd

CASH, COMMISSION = 1_000_000.0, 0.00025


def main() -> None:
    peer, bars, signals, columns, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    warnings.simplefilter("ignore")
    bars = pd.read_csv(bars, index_col="date", parse_dates=True)
    targets = np.fromfile(signals, dtype=np.int8)[: columns * len(bars)].reshape(columns, len(bars)).T
    once = {"vectorbt": vectorbt, "backtesting": backtesting}[peer](bars, targets)
    seconds, result = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        result = once()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"bars": len(bars), "columns": columns, "trades": int(result), "seconds": seconds}))


def vectorbt(bars: pd.DataFrame, targets: np.ndarray):
    import vectorbt as vbt

    # Filled at the next open; arrays are made before the watch starts.
    change = np.diff(targets, axis=0, prepend=np.int8(0))
    acted = np.vstack([np.zeros((1, change.shape[1]), np.int8), change[:-1]])
    entries, exits = pd.DataFrame(acted > 0, index=bars.index), pd.DataFrame(acted < 0, index=bars.index)

    def once() -> int:
        portfolio = vbt.Portfolio.from_signals(bars["close"], entries, exits, price=bars["open"],
                                               fees=COMMISSION, init_cash=CASH, freq="1D")
        return len(portfolio.order_records)

    return once


def backtesting(bars: pd.DataFrame, targets: np.ndarray):
    import backtesting as package
    from backtesting import Backtest, Strategy

    package._tqdm = lambda sequence, **_: sequence
    frame = bars.rename(columns=str.capitalize)[["Open", "High", "Low", "Close", "Volume"]]
    column = targets[:, 0]

    class Replay(Strategy):
        def init(self):
            pass

        def next(self):
            at = len(self.data) - 1
            if column[at] > column[at - 1]:
                self.buy(size=0.99)
            elif column[at] < column[at - 1]:
                self.position.close()

    def once() -> int:
        return len(Backtest(frame, Replay, cash=CASH, commission=COMMISSION).run()["_trades"])

    return once


main()
