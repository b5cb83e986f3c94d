"""What the server needs and stands: memory at rest, time to the first answer with a million stored
predictions, the slowest hundredth of predictions beside a retrain of everything, ten thousand idle
and ten thousand slow connections.

    cmake --build --preset release --target relearn benchmark_serve_load
    python3 benchmarks/serve_figures.py DATA [rest] [retrain] [connections] [million]

DATA: folder of the baseline files. Each part checks its answers and says what it promises; the
exit code tells whether all promises were kept."""

import json
import http.client
import os
import pathlib
import socket
import sqlite3
import sys
import tempfile
import threading
import time

import serve_compare
from serve_compare import load, start_ours, stop

MANY = 10_000


def resident_kib(server):
    status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


kept = True


def tell(what, is_kept, promise):
    global kept
    kept = kept and is_kept
    print(f"{what}  ({promise}: {'kept' if is_kept else 'NOT KEPT'})", flush=True)


def predict_p99(server, port, token, connections=16, seconds=4):
    figures, is_right, said = load(server, port, token, connections, seconds)
    if not is_right:
        raise SystemExit(said)
    return figures["predict"]["p99"]


def at_rest(scratch, data):
    server, port, token = start_ours(scratch, data)
    time.sleep(1)
    megabytes = resident_kib(server) / 1024
    tell(f"memory at rest {megabytes:.1f} MB", megabytes <= 40, "at most 40 MB")
    stop(server)


def beside_a_retrain(scratch, data):
    server, port, token = start_ours(scratch, data)
    idle = predict_p99(server, port, token)
    admin = serve_compare.log_in(port, "admin@example.org")

    def ask(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request(
            method,
            path,
            json.dumps(body) if body else None,
            {"Content-Type": "application/json", "Authorization": "Bearer " + admin},
        )
        return json.load(connection.getresponse())

    job = ask("POST", "/api/admin/retrain", {"reason": "benchmark"})["id"]
    beside = predict_p99(server, port, token, seconds=3)
    state = ask("GET", f"/api/jobs/{job}")["state"]
    tell(
        f"p99 of predictions: {idle:.2f} ms idle, {beside:.2f} ms beside a retrain of everything, "
        f"{beside / idle:.2f} x; the retrain was {state} at the end",
        beside <= 1.25 * idle,
        "at most 1.25 x",
    )
    stop(server)


def open_many(port, first_bytes):
    connections = []
    for _ in range(MANY):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(first_bytes)
        connections.append(connection)
    return connections


def many_connections(scratch, data):
    os.environ["RELEARN_CONNECTIONS"] = str(MANY + 2000)
    server, port, token = start_ours(scratch, data)
    before_p99, before = predict_p99(server, port, token), resident_kib(server)
    # Idle: each has had an answer.
    connections = open_many(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    for connection in connections:
        connection.recv(4096)
    each = (resident_kib(server) - before) / MANY
    p99 = predict_p99(server, port, token)
    tell(f"{MANY} idle connections: {each:.1f} KiB each", each <= 16, "at most 16 KiB")
    tell(
        f"beside them p99 of predictions {p99:.2f} ms, {p99 / before_p99:.2f} x",
        p99 <= 1.5 * before_p99,
        "at most 1.5 x",
    )
    for connection in connections:
        connection.close()
    time.sleep(1)
    before = resident_kib(server)
    # Slow: a header that comes a byte a second, and never ends.
    connections = open_many(port, b"GET /healthz HTTP/1.1\r\nHost: ")
    opened = time.monotonic()
    ended = threading.Event()

    def drip():
        while not ended.wait(1):
            for connection in connections:
                try:
                    connection.send(b"a")
                except OSError:
                    pass

    dripping = threading.Thread(target=drip)
    dripping.start()
    each = (resident_kib(server) - before) / MANY
    p99 = predict_p99(server, port, token, seconds=1)
    tell(f"{MANY} slow connections: {each:.1f} KiB each", each <= 16, "at most 16 KiB")
    tell(
        f"beside them p99 of predictions {p99:.2f} ms, {p99 / before_p99:.2f} x",
        p99 <= 1.5 * before_p99,
        "at most 1.5 x",
    )
    ended.set()
    dripping.join()
    time.sleep(max(0, opened + 13 - time.monotonic()))
    cut = 0
    for connection in connections:
        connection.setblocking(False)
        try:
            cut += connection.recv(1) == b""
        except BlockingIOError:
            pass
        except OSError:
            cut += 1
    tell(f"{cut} of {MANY} slow connections were cut off", cut == MANY, "all within 10 s")
    stop(server)
    del os.environ["RELEARN_CONNECTIONS"]


def with_a_million(scratch, data):
    server, port, token = start_ours(scratch, data)
    predict_p99(server, port, token, connections=1, seconds=0.2)  # so that there is a row to copy
    stop(server)
    database = sqlite3.connect(scratch / "store/relearn.db")
    database.execute(
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
        INSERT INTO predictions (id, person, disease, disease_version, made_at, inputs,
                                 model_version, risk, shown, batch)
        SELECT 'p-' || substr('00000000000000000000000000' || i, -26), person,
               disease, disease_version, made_at, inputs,
               model_version, risk, shown, batch FROM n, (SELECT * FROM predictions LIMIT 1)"""
    )
    database.commit()
    database.close()
    times = []
    for _ in range(5):
        began = time.monotonic()
        server, port = serve_compare.serve_ours(scratch, data)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        body = '{"age_years": 61, "sex": "male", "chest_pain_type": "asymptomatic"}'
        connection.request("POST", "/api/predict/heart", body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
        times.append(1000 * (time.monotonic() - began))
        stop(server)
        if status != 200:
            raise SystemExit(f"the first answer was {status}")
    tell(
        f"start to the first prediction with 1,000,000 stored ones: {sorted(times)[2]:.0f} ms "
        "(median of 5)",
        sorted(times)[2] <= 300,
        "at most 300 ms",
    )


PARTS = {
    "rest": at_rest,
    "retrain": beside_a_retrain,
    "connections": many_connections,
    "million": with_a_million,
}


def main():
    data = pathlib.Path(sys.argv[1]).resolve()
    for name in sys.argv[2:] or PARTS:
        with tempfile.TemporaryDirectory() as scratch:
            PARTS[name](pathlib.Path(scratch), data)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
