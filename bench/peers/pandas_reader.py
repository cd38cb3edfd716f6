"""pandas' side of the data bench: closes and volumes of every symbol as arrays.

    pandas_reader.py write CSV PARQUET
    pandas_reader.py parquet|csv|csv-pyarrow FILE ROUNDS"""

import json
import sys
import time

import pandas

COLUMNS = ["symbol", "close", "volume"]
READERS = {
    "parquet": lambda path: pandas.read_parquet(path, columns=COLUMNS),
    "csv": lambda path: pandas.read_csv(path, usecols=COLUMNS),
    "csv-pyarrow": lambda path: pandas.read_csv(path, usecols=COLUMNS, engine="pyarrow"),
}


def write(source, target):
    pandas.read_csv(source, parse_dates=["date"]).to_parquet(target)
    print(json.dumps({"written": target}))


def read(how, path, rounds):
    seconds = []
    for _ in range(int(rounds)):
        start = time.perf_counter()
        frame = READERS[how](path)
        close, volume = frame["close"].to_numpy(), frame["volume"].to_numpy()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"rows": len(volume), "sum_of_closes": float(close.sum()), "seconds": seconds}))


if sys.argv[1] == "write":
    write(*sys.argv[2:])
else:
    read(*sys.argv[1:])
