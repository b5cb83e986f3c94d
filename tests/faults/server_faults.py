"""The real server, killed and stopped while people ask it and while it retrains.

    python3 tests/faults/server_faults.py build/release/relearn    a fast slice
    RELEARN_KILLS=1000 python3 tests/faults/server_faults.py ...           the whole sweep

SIGKILL at a random moment, with predictions, outcomes and a retrain going on: what was
acknowledged is there afterwards, once; every retrain ends in the end. SIGTERM: every request that
was sent is answered, and the server ends with exit code 0."""

import datetime
import http.client
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
DISEASES = pathlib.Path(__file__).resolve().parent.parent.parent / "diseases"
KILLS = int(os.environ.get("RELEARN_KILLS", 6))
STOPS = 3
CLIENTS = 8
PASSWORD = "a pass phrase of a test"
TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
FORM = {"pregnancies": 2, "age_years": 50, "glucose_2h_mg_per_dl": 150}


class CutOff(Exception):
    """A request that was sent, and no answer."""


class NotThere(Exception):
    """Nobody listens (any more)."""


class Client:
    """One connection that stays open."""

    def __init__(self, port, token=""):
        self.port, self.token, self.connection = port, token, None

    def ask(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.token} if self.token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self.connection.connect()
            except OSError as error:
                raise NotThere from error
        try:
            self.connection.request(
                method, path, None if body is None else json.dumps(body), headers
            )
            response = self.connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise CutOff from error
        if response.will_close:
            self.connection = None
        return response.status, json.loads(text) if text else {}


class Store:
    """A store of its own, with accounts and a live model."""

    def __init__(self, folder):
        self.folder = folder
        self.run(
            "user",
            "add",
            "--email",
            "admin@example.org",
            "--name",
            "A",
            "--role",
            "admin",
            "--password-stdin",
        )
        self.run(
            "user",
            "add",
            "--email",
            "doctor@example.org",
            "--name",
            "D",
            "--role",
            "clinician",
            "--password-stdin",
        )
        self.run("data", "synthesize", "diabetes", "--rows", "300", "--out", "invented.csv")
        # Invented and real people are never mixed; here the invented ones say they are real.
        rows = (folder / "invented.csv").read_text().split("\n", 1)[1]
        (folder / "base.csv").write_text(rows)
        self.run(
            "retrain", "diabetes", "--data", "base.csv", "--families", "logistic", "--folds", "2"
        )

    def options(self):
        return ["--store", "store", "--key", "key", "--diseases", str(DISEASES)]

    def run(self, *arguments):
        done = subprocess.run(
            [PROGRAM, *arguments, *self.options()],
            input=PASSWORD + "\n",
            text=True,
            capture_output=True,
            cwd=self.folder,
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")

    def serve(self):
        log = open(self.folder / "serve.log", "a")
        server = subprocess.Popen(
            [
                PROGRAM,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                "base.csv",
                "--account-predictions",
                "1000000000",
                *self.options(),
            ],
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )
        said = (
            server.stderr.readline()
        )  # once it listens: "... http://127.0.0.1:PORT in a browser ..."
        if "http://" not in said:
            raise SystemExit(f"the server did not start: {said}{server.stderr.read()}")
        return server, int(said.split("http://127.0.0.1:")[1].split()[0])

    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.folder}/store/relearn.db?mode=ro", uri=True)
        found = database.execute(sql).fetchall()
        database.close()
        return found


def log_in(port, who):
    status, answer = Client(port).ask("POST", "/api/login", {"email": who, "password": PASSWORD})
    assert status == 200, answer
    return answer["token"]


class Load(threading.Thread):
    """Predicts and confirms, until the server ends or says that it closes."""

    def __init__(self, port, token, name):
        super().__init__()
        self.client, self.who = Client(port, token), name
        self.predicted, self.confirmed, self.wrong, self.cut_off = [], [], [], 0

    def run(self):
        number = 0
        try:
            while True:
                number += 1
                body = dict(FORM, reference=f"{self.who}-{number}")
                status, answer = self.client.ask("POST", "/api/predict/diabetes", body)
                if status != 200:
                    self.wrong.append((status, answer))
                    continue
                name = answer["prediction_id"]
                self.predicted.append(name)
                if number % 3 == 0 and self.client.connection is not None:
                    body = {
                        "prediction_id": name,
                        "outcome": "yes",
                        "reference_standard": "hba1c",
                        "observed_on": TODAY,
                    }
                    status, answer = self.client.ask("POST", "/api/outcomes", body)
                    if status == 201:
                        self.confirmed.append(name)
                    else:
                        self.wrong.append((status, answer))
        except CutOff:
            self.cut_off = 1
        except NotThere:
            pass


def start_load(port, token, round_number):
    loads = [Load(port, token, f"clinic/{round_number}-{i}") for i in range(CLIENTS)]
    for load in loads:
        load.start()
    return loads


def sweep_kills(store):
    chance = random.Random(20261201)
    predicted, confirmed, retrains = set(), set(), 0
    for number in range(KILLS):
        server, port = store.serve()
        admin = Client(port, log_in(port, "admin@example.org"))
        token = log_in(port, "doctor@example.org")
        status, answer = admin.ask(
            "POST", "/api/admin/retrain", {"diseases": ["diabetes"], "reason": "sweep"}
        )
        assert status in (202, 409), (status, answer)  # 409: the one before goes on
        retrains += status == 202
        loads = start_load(port, token, number)
        time.sleep(chance.uniform(0.02, 1.5))
        server.kill()
        server.wait()
        for load in loads:
            load.join()
            assert not load.wrong, load.wrong[:3]
            predicted.update(load.predicted)
            confirmed.update(load.confirmed)
    assert predicted and confirmed and retrains, "a sweep that finds nothing to lose shows nothing"
    server, port = store.serve()
    admin = Client(port, log_in(port, "admin@example.org"))
    until = time.monotonic() + 300
    while any(
        job["state"] in ("queued", "running") for job in admin.ask("GET", "/api/jobs")[1]["jobs"]
    ):
        assert time.monotonic() < until, "a retrain is stuck"
        time.sleep(0.2)
    states = [job["state"] for job in admin.ask("GET", "/api/jobs")[1]["jobs"]]
    assert len(states) == min(retrains, 100), (len(states), retrains)
    server.terminate()
    assert server.wait() == 0
    stored = [name for name, in store.rows("SELECT id FROM predictions")]
    assert len(stored) == len(set(stored))
    lost = predicted - set(stored)
    assert not lost, f"acknowledged and lost: {len(lost)} predictions"
    told = [
        name
        for name, in store.rows(
            "SELECT p.id FROM outcome_events e JOIN predictions p ON p.number = e.prediction"
        )
    ]
    assert len(told) == len(set(told)), "an outcome is there twice"
    lost = confirmed - set(told)
    assert not lost, f"acknowledged and lost: {len(lost)} outcomes"
    store.run("ledger", "verify")
    print(
        f"{KILLS} kills: {len(predicted)} predictions and {len(confirmed)} outcomes "
        "were acknowledged, none is lost; "
        f"{retrains} retrains were asked for, none is stuck ({', '.join(sorted(set(states)))})"
    )


def stop_under_load(store):
    answered = 0
    for number in range(STOPS):
        server, port = store.serve()
        loads = start_load(port, log_in(port, "doctor@example.org"), f"stop-{number}")
        time.sleep(0.7)
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
        for load in loads:
            load.join()
            assert not load.wrong, load.wrong[:3]
            assert load.cut_off == 0, "a request was sent and not answered"
            assert load.predicted, "a load that nobody answers shows nothing"
            answered += len(load.predicted) + len(load.confirmed)
    print(f"{STOPS} stops under load: {answered} requests answered, none cut off")


def main():
    with tempfile.TemporaryDirectory(prefix="relearn-server-faults-") as folder:
        store = Store(pathlib.Path(folder))
        stop_under_load(store)
        sweep_kills(store)


if __name__ == "__main__":
    main()
