"""The server beside a small FastAPI platform that does the same on a prediction
(python_platform.py), under the same load by the same client, at 64 and at 1,000 connections, and
beside its own route that does nothing.

    cmake --build --preset release --target relearn benchmark_serve_load
    python3 benchmarks/serve_compare.py DATA [SECONDS]      DATA: folder of the baseline files

Both store the row on the disk before they answer, look the account up, and say a sentence about
the risk. The client checks that every answer is 200 and has an id of its own; this script, that
the rows are there afterwards. Without the peer's packages it measures ours alone, and says so."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEARN = ROOT / "build/release/relearn"
LOAD = ROOT / "build/release/benchmarks/benchmark_serve_load"
PYTHON = "/usr/bin/python3"  # the distribution's, which its packages are for
PASSWORD = "a pass phrase of a benchmark"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(3000):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.005)
    raise SystemExit(f"nothing answers on port {port}")


def options_of(folder):
    return ["--store", folder / "store", "--key", folder / "key", "--diseases", ROOT / "diseases"]


def run_ours(folder, *arguments):
    environment = dict(os.environ, RELEARN_MODELS=str(folder / "models"))
    subprocess.run(
        [RELEARN, *arguments, *options_of(folder)],
        input=PASSWORD + "\n",
        text=True,
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def serve_ours(folder, data):
    port = free_port()
    limits = ["--guest-predictions", "1000000000", "--account-predictions", "1000000000"]
    log = open(folder / "serve.log", "w")
    environment = dict(os.environ, RELEARN_MODELS=str(folder / "models"))
    server = subprocess.Popen(
        [
            RELEARN,
            "serve",
            "--listen",
            f"127.0.0.1:{port}",
            "--data",
            data,
            *limits,
            *options_of(folder),
        ],
        stdout=log,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    wait_for(port)
    return server, port


def log_in(port, email):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(
        "POST",
        "/api/login",
        json.dumps({"email": email, "password": PASSWORD}),
        {"Content-Type": "application/json"},
    )
    return json.load(connection.getresponse())["token"]


def start_ours(folder, data):
    """A store of its own with two accounts and a model of heart disease."""
    for name, role in (("admin", "admin"), ("a", "patient")):
        run_ours(
            folder,
            "user",
            "add",
            "--email",
            f"{name}@example.org",
            "--name",
            name,
            "--role",
            role,
            "--password-stdin",
        )
    run_ours(folder, "retrain", "heart", "--data", data)
    server, port = serve_ours(folder, data)
    return server, port, log_in(port, "a@example.org")


def start_peer(folder, data, kind):
    peer = ROOT / "benchmarks/python_platform.py"
    token = subprocess.run(
        [PYTHON, peer, "make", folder, data / "heart/processed.cleveland.data"],
        check=True,
        text=True,
        capture_output=True,
    ).stdout.strip()
    port = free_port()
    server = subprocess.Popen([PYTHON, peer, "serve", folder, str(port), kind])
    wait_for(port)
    return server, port, token


LINE = re.compile(
    r"(\w+)\s+([\d.]+) requests/s\s+p50\s+([\d.]+) ms\s+p99\s+([\d.]+) ms\s+([\d.]+|-?nan|inf) us"
)


def load(server, port, token, connections, seconds):
    done = subprocess.run(
        [
            LOAD,
            str(port),
            str(connections),
            "--pid",
            str(server.pid),
            "--token",
            token,
            "--rounds",
            "3",
            "--seconds",
            str(seconds),
        ],
        text=True,
        capture_output=True,
    )
    figures = {}
    for name, rate, p50, p99, cpu in LINE.findall(done.stdout):
        figures[name] = {
            "rate": float(rate),
            "p50": float(p50),
            "p99": float(p99),
            "cpu": float(cpu),
        }
    return figures, done.returncode == 0, done.stdout


def stored_rows(database):
    return (
        sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        .execute("SELECT count(*) FROM predictions")
        .fetchone()[0]
    )


def stop(server):
    server.send_signal(signal.SIGTERM)
    server.wait(60)


def show(what, connections, figures):
    print(
        f"{what:<22} {connections:>5}  {figures['rate']:>9.1f} requests/s  "
        f"p50 {figures['p50']:>9.2f} ms  "
        f"p99 {figures['p99']:>9.2f} ms  {figures['cpu']:>7.0f} us of CPU each",
        flush=True,
    )


def has_peer():
    wanted = "import fastapi, uvicorn, uvloop, httptools, sklearn, pandas, jwt"
    return subprocess.run([PYTHON, "-c", wanted], stderr=subprocess.DEVNULL).returncode == 0


def main():
    data, seconds = (
        pathlib.Path(sys.argv[1]).resolve(),
        float(sys.argv[2]) if len(sys.argv) > 2 else 4,
    )
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        kinds = ["plain", "tuned"]
        if not has_peer():
            print(
                "the peer's packages are not there (apt-get install python3-fastapi "
                "python3-uvicorn python3-uvloop "
                "python3-httptools python3-sklearn python3-pandas python3-jwt): ours alone"
            )
            kinds = []
        ours = {}
        server, port, token = start_ours(scratch, data)
        for connections in (64, 1000):
            figures, is_right, said = load(server, port, token, connections, seconds)
            ours[connections] = figures
            show("ours, nothing to do", connections, figures["nothing"])
            show("ours, predict", connections, figures["predict"])
            print(
                f"{'':<22} {'':>5}  predict reaches "
                f"{100 * figures['predict']['rate'] / figures['nothing']['rate']:.0f} "
                "% of nothing"
            )
            if not is_right:
                failed = True
                print(said)
        stop(server)
        print(f"rows stored by ours: {stored_rows(scratch / 'store/relearn.db')}")
        for kind in kinds:
            server, port, token = start_peer(scratch / kind, data, kind)
            for connections in (64, 1000):
                figures, is_right, said = load(server, port, token, connections, seconds)
                show(f"peer, {kind}", connections, figures["predict"])
                of_ours, of_peer = ours[connections]["predict"], figures["predict"]
                if of_peer["rate"] == 0:
                    print(f"{'':<22} {'':>5}  the peer answered nothing in time")
                    continue
                print(
                    f"{'':<22} {'':>5}  ours / peer: "
                    f"{of_ours['rate'] / of_peer['rate']:.0f} x the requests/s, "
                    f"p50 {of_peer['p50'] / of_ours['p50']:.0f} x "
                    f"and p99 {of_peer['p99'] / of_ours['p99']:.0f} x sooner, "
                    f"{of_peer['cpu'] / of_ours['cpu']:.0f} x less CPU"
                )
                if not is_right and connections == 64:
                    failed = True
                    print(said)
            stop(server)
            print(f"rows stored by the peer: {stored_rows(scratch / kind / 'platform.db')}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
