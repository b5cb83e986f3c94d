"""What a small FastAPI platform does when somebody asks for a risk, written from the description of
one, for serve_compare.py to measure ours against: a JWT in the header, the account looked up in
SQLite, the form checked by pydantic, a pickled scikit-learn pipeline asked through a DataFrame, a
sentence about the risk, the row committed to SQLite on the disk before the answer.

    python3 benchmarks/python_platform.py make FOLDER processed.cleveland.data
    python3 benchmarks/python_platform.py serve FOLDER PORT plain|tuned

Needs Debian's python3-fastapi, python3-uvicorn, python3-uvloop, python3-httptools,
python3-sklearn, python3-pandas and python3-jwt; nothing else here does. The model stays in memory;
the endpoint is 'async def' with its work inside, as such platforms write it. plain: a connection
for each request and SQLite's own journal, as they do. tuned: one connection that stays open and
the WAL journal, which is the quickest that SQLite does for one answer at a time."""

import pathlib
import pickle
import secrets
import sqlite3
import sys
import time
import uuid
from typing import Literal, Optional

import jwt
import pandas

COLUMNS = [
    "age_years",
    "sex",
    "chest_pain_type",
    "resting_systolic_bp_mmhg",
    "total_cholesterol_mg_per_dl",
    "maximum_heart_rate_per_min",
    "exercise_angina",
]
IN_FILE = [0, 1, 2, 3, 4, 7, 8]  # the same columns of processed.cleveland.data; 13 is the outcome
CHEST_PAIN = {"typical_angina": 1, "atypical_angina": 2, "non_anginal_pain": 3, "asymptomatic": 4}


def make(folder, data):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folder.mkdir(parents=True, exist_ok=True)
    rows = pandas.read_csv(data, header=None, na_values="?")
    inputs = rows[IN_FILE].set_axis(COLUMNS, axis=1)
    model = make_pipeline(
        SimpleImputer(), StandardScaler(), RandomForestClassifier(100, random_state=1)
    )
    model.fit(inputs, rows[13] > 0)
    (folder / "heart_disease_model.sav").write_bytes(pickle.dumps(model))
    (folder / "secret").write_text(secrets.token_hex(32))
    database = sqlite3.connect(folder / "platform.db")
    database.executescript(
        """
        CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, role TEXT);
        CREATE TABLE predictions (id TEXT PRIMARY KEY, user INTEGER, made_at REAL, disease TEXT,
                                  inputs TEXT, risk REAL, assessment TEXT);
        INSERT INTO users VALUES (1, 'a@example.org', 'patient');"""
    )
    database.commit()
    print(
        jwt.encode(
            {"sub": "a@example.org", "exp": time.time() + 86400},
            (folder / "secret").read_text(),
            "HS256",
        )
    )


def make_app(folder, is_tuned):
    import fastapi
    import pydantic

    app = fastapi.FastAPI()
    secret = (folder / "secret").read_text()
    model = pickle.loads((folder / "heart_disease_model.sav").read_bytes())
    kept = sqlite3.connect(folder / "platform.db")
    kept.execute("PRAGMA journal_mode = " + ("WAL" if is_tuned else "DELETE"))
    kept.execute(
        "PRAGMA synchronous = FULL"
    )  # an answer that was given is on the disk, as with ours

    def connect():
        return kept if is_tuned else sqlite3.connect(folder / "platform.db")

    class Form(pydantic.BaseModel):
        age_years: float = pydantic.Field(ge=18, le=110)
        sex: Literal["female", "male"]
        chest_pain_type: Literal[
            "typical_angina", "atypical_angina", "non_anginal_pain", "asymptomatic"
        ]
        resting_systolic_bp_mmhg: Optional[float] = pydantic.Field(None, ge=60, le=260)
        total_cholesterol_mg_per_dl: Optional[float] = pydantic.Field(None, ge=60, le=700)
        maximum_heart_rate_per_min: Optional[float] = pydantic.Field(None, ge=50, le=230)
        exercise_angina: Optional[Literal["no", "yes"]] = None

    def account_of(authorization, database):
        try:
            who = jwt.decode(authorization.removeprefix("Bearer "), secret, algorithms=["HS256"])[
                "sub"
            ]
        except jwt.PyJWTError as error:
            raise fastapi.HTTPException(401, "sign in first") from error
        row = database.execute("SELECT id FROM users WHERE email = ?", (who,)).fetchone()
        if row is None:
            raise fastapi.HTTPException(401, "sign in first")
        return row[0]

    def assessment_of(form, risk):
        word = "high" if risk >= 0.5 else "moderate" if risk >= 0.2 else "low"
        said = f"The estimated risk of heart disease is {100 * risk:.1f} %, which is {word}."
        if form.chest_pain_type == "asymptomatic":
            said += " Chest pain of this kind raises it."
        if form.exercise_angina == "yes":
            said += " Angina during exercise raises it."
        return said + " Talk to your doctor; this is no diagnosis."

    @app.get("/healthz")
    async def health():
        return {"status": "ok"}

    @app.post("/api/predict/heart")
    async def predict(form: Form, authorization: str = fastapi.Header("")):
        database = connect()
        user = account_of(authorization, database)
        values = form.dict()
        values["sex"] = 1.0 if form.sex == "male" else 0.0
        values["chest_pain_type"] = float(CHEST_PAIN[form.chest_pain_type])
        if form.exercise_angina is not None:
            values["exercise_angina"] = 1.0 if form.exercise_angina == "yes" else 0.0
        risk = float(
            model.predict_proba(pandas.DataFrame([values], columns=COLUMNS, dtype=float))[0, 1]
        )
        said = assessment_of(form, risk)
        name = uuid.uuid4().hex
        database.execute(
            "INSERT INTO predictions VALUES (?, ?, ?, 'heart', ?, ?, ?)",
            (name, user, time.time(), form.json(), risk, said),
        )
        database.commit()
        if not is_tuned:
            database.close()
        return {
            "prediction_id": name,
            "risk": risk,
            "risk_class": said.split(", which is ")[1].split(".")[0],
            "assessment": said,
        }

    return app


def serve(folder, port, kind):
    import uvicorn

    uvicorn.run(
        make_app(folder, kind == "tuned"),
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
    )


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]), sys.argv[3])
    else:
        serve(pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
