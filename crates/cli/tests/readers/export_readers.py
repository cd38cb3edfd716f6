"""Reads an export with pandas (pyarrow), polars and DuckDB and compares every cell.

    pip install pandas pyarrow polars duckdb        # checked with pandas 3.1, pyarrow 26, polars 2.1, DuckDB 2.0
    python export_readers.py bars.parquet bars.csv

Both files must hold the same bars. The CSV is read with Python alone: it is what the others are compared with."""

import csv
import datetime
import math
import sys

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet

TEXT, DATE = "symbol", "date"


def number(cell):
    return float(cell) if cell else None


def expected(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    columns = {name: [row[name] for row in rows] for name in names}
    for name in names:
        if name == DATE:
            columns[name] = [datetime.date.fromisoformat(cell) for cell in columns[name]]
        elif name != TEXT:
            columns[name] = [number(cell) for cell in columns[name]]
    return columns


def check(who, name, wanted, found):
    assert len(wanted) == len(found), (who, name, len(wanted), len(found))
    for row, (a, b) in enumerate(zip(wanted, found)):
        if isinstance(b, float) and math.isnan(b):
            b = None
        if isinstance(b, (datetime.datetime, pandas.Timestamp)):
            b = b.date()
        assert a == b, (who, name, row, a, b)


def main(parquet, text):
    wanted = expected(text)
    schema = pyarrow.parquet.read_schema(parquet)
    assert schema.names == list(wanted), schema.names
    assert schema.field(DATE).type == pyarrow.date32(), schema.field(DATE)
    assert schema.field(TEXT).type == pyarrow.string(), schema.field(TEXT)

    readers = {
        "pandas, Parquet": {name: column.tolist() for name, column in pandas.read_parquet(parquet).items()},
        "pandas, CSV": {name: column.tolist() for name, column in pandas.read_csv(text, parse_dates=[DATE], float_precision="round_trip").items()},
        "polars, Parquet": polars.read_parquet(parquet).to_dict(as_series=False),
        "polars, CSV": polars.read_csv(text, try_parse_dates=True).to_dict(as_series=False),
    }
    for who, file in [("DuckDB, Parquet", f"read_parquet('{parquet}')"), ("DuckDB, CSV", f"read_csv('{text}')")]:
        relation = duckdb.sql(f"SELECT * FROM {file}")
        cells = list(zip(*relation.fetchall()))
        readers[who] = dict(zip(relation.columns, cells))
    for who, columns in readers.items():
        assert list(columns) == list(wanted), (who, list(columns))
        for name in wanted:
            check(who, name, wanted[name], columns[name])
    print(f"{len(wanted[DATE])} rows, the same to {', '.join(readers)}")


main(*sys.argv[1:])
