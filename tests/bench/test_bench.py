"""The benchmarks run: a tiny firm is filled, read and written to by real processes, and told in both forms."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from config.copies import free_port

pytestmark = pytest.mark.processes
SIZE = 600
RATED = {"intake", "smtp", "inbox", "case", "search", "reply", "seal", "verify", "measures"}
LIMITED = RATED - {"seal", "verify"}
TIMED = LIMITED | {"live", "recount", "start", "found", "proof"}
NAMES = RATED | TIMED | {"memory_idle", "memory_load"}


@pytest.fixture(scope="module")
def empty() -> Iterator[str]:
    """The address of an empty database."""
    address, name = os.environ["DATABASE_URL"], f"bench_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield conninfo.make_conninfo(address, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def bench(address: str, out: Path, *only: str) -> "subprocess.CompletedProcess[str]":
    ports = {"PORT": str(free_port()), "SMTP_IN_PORT": str(free_port())}
    command = [sys.executable, "-m", "bench", "--size", str(SIZE), "--out", str(out)]
    command += ["--only", *only] if only else []
    environment = {**os.environ, **ports, "DATABASE_URL": address}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_firm_is_filled_and_measured(empty: str, tmp_path: Path) -> None:
    done = bench(empty, tmp_path / "bench.jsonl")
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = [json.loads(line) for line in (tmp_path / "bench.jsonl").open()]
    assert {one["size"] for one in told} == {SIZE}
    by_name = {one["name"]: one for one in told}
    assert by_name.keys() == NAMES
    for name in TIMED:
        assert by_name[name]["p95_ms"] >= by_name[name]["p50_ms"] > 0, name
    assert all(by_name[name]["per_second"] > 0 for name in RATED)
    assert all(by_name[name]["limit_ratio"] > 0 for name in LIMITED)
    assert all(by_name[name]["mb"] > 0 for name in ("memory_idle", "memory_load"))
    assert "filled with 600 cases" in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()[-len(told) :]] == [
        one["name"] for one in told
    ]


def test_what_was_filled_is_used_again(empty: str, tmp_path: Path) -> None:
    done = bench(empty, tmp_path / "bench.jsonl", "verify")
    assert done.returncode == 0, done.stderr
    assert "filled" not in done.stdout


def test_a_database_of_somebody_else_is_refused(empty: str, tmp_path: Path) -> None:
    name = f"bench_other_{os.getpid()}"
    address = conninfo.make_conninfo(empty, dbname=name)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(address) as other:
            other.execute("CREATE TABLE precious (id bigint)")
        done = bench(address, tmp_path / "bench.jsonl", "verify")
        with psycopg.connect(address) as other:
            assert other.execute("SELECT count(*) FROM precious").fetchone() == (0,)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert done.returncode == 1
    assert "not empty" in done.stderr
