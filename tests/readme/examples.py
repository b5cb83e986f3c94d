#!/usr/bin/env python3
"""Runs the examples of the documents and compares what they print.

usage: examples.py PROGRAM DOCUMENT...

A block that begins with ```console holds commands after `$ ` and below each what it prints. In
it, a lone `...` stands for any number of lines, and `...` inside a line for any text: times,
digests and what is not worth reading. Commands of the program are run, in one empty folder for
each document; others are only read.
Exit 0: all as written.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS_MAX = 600


def examples_of(text):
    """[(command, expected lines)] of every console block."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *expected = part.replace("\\\n", " ").rstrip().split("\n")
            found.append((command, expected))
    return found


def words_of(command, program):
    """What to execute, or None when the example is only read."""
    words = shlex.split(command, comments=True)
    if Path(words[0]).name == "relearn":
        return [program, *words[1:]]
    return None


def matches(expected, printed):
    pieces = []
    for line in expected:
        if line.strip() == "...":
            pieces.append(r"(?:.*\n)*?")
        else:
            pieces.append(".*".join(map(re.escape, line.rstrip().split("..."))) + r"[ ]*\n")
    return re.fullmatch("".join(pieces), "".join(line + "\n" for line in printed)) is not None


def run(words, folder):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=SECONDS_MAX, check=False,
                          env={**os.environ, "LANG": "C.UTF-8", "COLUMNS": "100"})
    return done.stdout.rstrip().split("\n")


def check_document(program, document):
    examples = examples_of(Path(document).read_text(encoding="utf-8"))
    executed = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for command, expected in examples:
            words = words_of(command, program)
            if words is None:
                continue
            executed += 1
            printed = run(words, folder)
            if matches(expected, printed):
                print(f"as written: {command}")
                continue
            wrong += 1
            print(f"{document}: not as written: {command}\n--- written")
            print("\n".join(expected) + "\n--- printed\n" + "\n".join(printed))
    if executed == 0:
        print(f"{document}: holds no example of the program")
    return executed > 0 and wrong == 0


def main(program, *documents):
    program = str(Path(program).resolve())
    return 0 if all([check_document(program, document) for document in documents]) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
