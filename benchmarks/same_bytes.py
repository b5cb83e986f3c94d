#!/usr/bin/env python3
"""The same data and seed give the same model file: again and again, on one thread and on two, and
by programs that other compilers made.

usage: benchmarks/same_bytes.py TIMES PROGRAM [PROGRAM ...]
    PROGRAM  relearn, as one compiler made it at one level of optimisation

Each program learns every disease of its invented people, all families, TIMES times: half of them on
one thread, half on two. Fails when one file of a disease differs from the others.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

DISEASES = Path(__file__).resolve().parent.parent / "diseases"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def model_of(program, disease, threads, folder):
    """The digest of the model file that the program's trainer writes."""
    (folder / "out").mkdir(parents=True)
    job = {
        "disease_file": str(disease),
        "disease_digest": sha256(disease),
        "baseline": [],
        "adapter": "",
        "cohort_digest": "",
        "search": {"grid": "clinical", "families": [], "outer_folds": 5, "inner_folds": 5,
                   "repeats": 1, "seed": 1, "threads": threads},
        "code_version": "same_bytes",
    }
    (folder / "job.json").write_text(json.dumps(job))
    done = subprocess.run([program, "train-job", folder], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program}: {done.stderr.strip()}")
    return sha256(folder / "out" / "candidate.sav")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    times, programs = int(sys.argv[1]), sys.argv[2:]
    failed = False
    print("disease      files  different  SHA-256")
    for disease in sorted(DISEASES.glob("*.toml")):
        found = {}
        for program in programs:
            for i in range(times):
                with tempfile.TemporaryDirectory() as scratch:
                    digest = model_of(program, disease, 1 + i % 2, Path(scratch) / "job")
                found.setdefault(digest, set()).add(f"{program}, {1 + i % 2} threads")
        print(f"{disease.stem:<12} {times * len(programs):>5}  {len(found):>9}  "
              f"{', '.join(digest[:16] for digest in found)}")
        if len(found) > 1:
            failed = True
            for digest, makers in sorted(found.items()):
                print(f"  {digest}: {'; '.join(sorted(makers))}", file=sys.stderr)
    sys.exit(1 if failed else 0)


main()
