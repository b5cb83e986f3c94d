"""Makes a database as the Python platform writes it: platform_database.py FILE [ROWS]

Its people are invented. With ROWS: so many further predictions of one user, all different.
"""
import json
import sqlite3
import sys

BCRYPT = "$2b$12$" + "abcdefghijklmnopqrstuv" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234"

USERS = [
    (1, "ana@example.org", BCRYPT, "Ana Maria", 0),
    (2, "Boss@Example.org", BCRYPT, "The Boss", 1),
    (3, "plain@example.org", "hunter2", "Plain Text", 0),  # a password as it was typed
    (4, "nobody", BCRYPT, "No Address", 0),
    (5, "BOSS@example.org", BCRYPT, "Boss again", 0),  # the same address, written otherwise
    (6, "marathi@example.org", None, "सीता", 0),
]

HEART = {
    "age": 61, "gender": "Male", "chest_pain": "Asymptomatic", "bp": 140, "chol": 268,
    "fbs": "No", "restecg": "Normal", "thalach": 160, "exang": "No", "oldpeak": 3.6,
    "slope": "Downsloping", "ca": 2, "thal": "Normal",
}
DIABETES = {
    "Pregnancies": 2, "Glucose": 118, "BloodPressure": 72, "SkinThickness": 0, "Insulin": 0,
    "BMI": 31.2, "DiabetesPedigreeFunction": 0.5, "Age": 45,
}
SENTENCE = "Age: 50, BP: 120, Chol: 200, BMI: 25.0"  # the form as nobody filled it in


def rows():
    """Every kind of row once: (user, type, inputs, outcome, timestamp)."""
    yield 1, "Heart Disease", json.dumps(HEART), "82.4% Risk", "2024-03-11 10:20:30.123456"
    yield 1, "Heart Disease", json.dumps(HEART), "82.4% Risk", "2024-03-11 10:21:00"  # repeated
    yield 1, "Diabetes", json.dumps(DIABETES), "31.0% Risk", "2024-03-12T08:00:00"
    yield 1, "Heart Disease", SENTENCE, "12.0% Risk", "2024-03-12 09:00:00"  # default form
    yield 1, "Heart Disease", "Age: 63, BP: 150, Chol: 240, BMI: 27.5", "40.1% Risk", "2024-03-13"
    yield 1, "Medical Bot", "I have a headache, what now?", "Drink water.", "2024-03-13 10:00:00"
    yield 2, "Heart Disease", json.dumps({**HEART, "chest_pain": 2}), "50% Risk", "2024-04-01"
    yield 2, "Heart Disease", json.dumps({**HEART, "shoe_size": 44}), "50% Risk", "2024-04-01"
    yield 3, "Parkinson's", json.dumps({"MDVP:Fo(Hz)": 119.9, "HNR": 21.0}), "9% Risk", "2024-04-02"
    yield 4, "Diabetes", json.dumps(DIABETES), "31.0% Risk", "2024-04-02"  # user was refused
    yield None, "Diabetes", json.dumps(DIABETES), "31.0% Risk", "2024-04-02"
    yield 5, "Diabetes", json.dumps({**DIABETES, "Glucose": 0}), "31.0% Risk", "2024-04-03"
    yield 3, "Gout", json.dumps({"age": 40}), "31.0% Risk", "2024-04-03"
    yield 3, "Diabetes", json.dumps({**DIABETES, "Glucose": 6.1}), "31.0% Risk", "2024-04-03"
    yield 3, "Diabetes", "hello", "31.0% Risk", "2024-04-03"
    yield 3, "Diabetes", json.dumps(DIABETES), "31.0% Risk", "2094-04-03"  # in the future


def main():
    database = sqlite3.connect(sys.argv[1])
    database.executescript(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, password TEXT, fullname TEXT,"
        " is_admin BOOLEAN);"
        "CREATE TABLE predictions (id INTEGER PRIMARY KEY, user_id INTEGER, type TEXT,"
        " inputs TEXT, outcome TEXT, timestamp DATETIME);")
    database.executemany("INSERT INTO users VALUES (?, ?, ?, ?, ?)", USERS)
    insert = ("INSERT INTO predictions (user_id, type, inputs, outcome, timestamp)"
              " VALUES (?, ?, ?, ?, ?)")
    database.executemany(insert, rows())
    further = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    database.executemany(insert, (
        (6, "Diabetes", json.dumps({**DIABETES, "BMI": 20 + i * 1e-4}), "31.0% Risk", "2024-05-01")
        for i in range(further)))
    database.commit()


main()
