#!/usr/bin/env python3
"""The laws of the house, as far as a machine can see them: python3 tests/tidy/tidy.py [FOLDER]

Each check takes the tree and yields (path, line, sentence). Exit 0: nothing found; 1: something;
2: the formatter is not the pinned one. tidy_test.py shows for every check a tree that it refuses.
"""

import re
import subprocess
import sys
from pathlib import Path

import yaml

COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70
FILE_BYTES_MAX = 1 << 20
FORMATTER = "clang-format-14"

NOT_OURS = {".git", ".cache", "build", "data", "models", "scratch"}  # top level only
MADE = {"node_modules", "__pycache__", "generated"}  # anywhere
CODE = {".cpp", ".h"}
TEXT = CODE | {".py", ".md", ".txt", ".cmake", ".toml", ".json", ".ts", ".tsx", ".js",
               ".mjs", ".css", ".html", ".svg", ".yaml", ""}

# Parsing these costs seconds; a header passes the cost on to everybody who includes it.
HEAVY = re.compile(
    r"#include\s*<(Eigen/|nlohmann/json\.hpp|onnx/|toml\+\+|toml\.hpp|CLI/|spdlog/|boost/|svm\.h"
    r"|libsvm/|xgboost/|curl/|archive)")

# (what, sentence, folders below src/ where it is allowed)
BANS = [
    (r"\bnew\s+(?!\()[A-Za-z_:]", "`new`: own it with a value or std::make_unique", []),
    (r"(?<!= )(?<!operator )\bdelete\b(?!;)", "`delete`: let its owner end it", []),
    (r"\bs?rand\s*\(", "rand(): its numbers depend on who asked before; use base/random.h", []),
    (r"std::(random_device|mt19937|\w+_distribution)|#include <random>",
     "<random>: differs between standard libraries; use base/random.h", []),
    (r"system_clock::now|\btime\s*\(\s*(nullptr|NULL|0)\s*\)",
     "the clock comes in as an argument; only base/clock reads it", ["base/clock"]),
    (r"std::(cout|cerr|clog)\b", "only the command line writes to the terminal", ["cli", "app"]),
    (r"\bunordered_(map|set)\b", "no hash maps: their order changes the bytes; use std::map", []),
]
DECISION_PARTS = ["Context", "Decision", "Consequences", "What would make us change it"]
# bool value and bool fallback carry an answer; every other bool is a switch.
BOOL_PARAMETER = re.compile(r"\w\([^()]*\bbool\s+(?!value\b|fallback\b)\w+\s*[,)=]")
BAD_NAMES = re.compile(r"utils?|common|helpers?|managers?", re.IGNORECASE)
BAD_TYPES = re.compile(r"\b(?:class|struct|enum class|namespace)\s+\w*"
                       r"(Utils?|Common|Helpers?|Managers?|utils?|common|helpers?|managers?)\b")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# A path of somebody's machine: it means nothing on another one.
MACHINE_PATH = re.compile(r"(?<![\w./$}\"])/(?:home|root|work|tmp|var/tmp|Users)/[\w.]")


class Tree:
    """The files of the repository, read once."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.files = sorted(self._walk(self.root))
        self._texts = {}

    def _walk(self, folder):
        for path in folder.iterdir():
            top = folder == self.root
            if path.name in MADE or (top and path.name in NOT_OURS):
                continue
            if path.is_dir():
                yield from self._walk(path)
            elif path.is_file():
                yield path.relative_to(self.root)

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8")
        return self._texts[path]

    def lines(self, path):
        return enumerate(self.text(path).split("\n"), start=1)

    def code(self, top):
        return [p for p in self.files if p.parts[0] == top and p.suffix in CODE]

    def documents(self):
        return [p for p in self.files if p.suffix == ".md"]

    def texts(self):
        return [p for p in self.files if p.suffix in TEXT]


def without_comments_and_strings(text, newline_in_raw_string="\n"):
    """The same text with comments, strings and characters blanked out, line numbers kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
        r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)

    def blank(match):
        piece = match.group(0)
        mark = '""' if '"' in (piece[0], piece[:2][-1]) and not piece.startswith("/") else ""
        newline = newline_in_raw_string if piece.startswith("R") else "\n"
        return mark + newline * piece.count("\n")

    return pattern.sub(blank, text)


def read_layers(tree):
    """{layer: set of layers it may include}; '*' is everything."""
    layers = {}
    for _, line in tree.lines(Path("layers.txt")):
        match = re.fullmatch(r"([a-z_/]+)\s*:\s*(.*)", line.strip())
        if match:
            sees = set(match.group(2).split()) - {"-"}
            layers[match.group(1)] = sees | {match.group(1)}
    return layers


def layer_of(path_below_src, layers):
    parts = str(path_below_src).split("/")[:-1]
    while parts:
        if "/".join(parts) in layers:
            return "/".join(parts)
        parts.pop()
    return None


def check_layers(tree):
    layers = read_layers(tree)
    for name, sees in layers.items():
        for other in sees - set(layers) - {"*"}:
            yield Path("layers.txt"), 1, f"{name} may see {other}, which is not a layer"
    for path in tree.code("src"):
        layer = layer_of(path.relative_to("src"), layers)
        if layer is None:
            yield path, 1, f"{path.parent} is not in layers.txt"
            continue
        for number, line in tree.lines(path):
            match = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if not match:
                continue
            if not (tree.root / "src" / match.group(1)).is_file():
                yield path, number, f'"{match.group(1)}" is not a path below src/'
                continue
            other = layer_of(match.group(1), layers)
            if other not in layers[layer] and "*" not in layers[layer]:
                yield path, number, f"{layer} may not include {other}; see layers.txt"


# Whoever works here cannot even name a person's record, not through another header either.
BEHIND_THE_PRIVACY_BORDER = ("src/cli", "src/http", "src/learning", "src/lifecycle/training",
                             "src/lifecycle/serving")
PEOPLE = "privacy/raw_record.h"


def way_to(tree, path, target, seen):
    """The chain of headers through which `path` includes `target`; None when it does not."""
    if path in seen:
        return None
    seen.add(path)
    for name in re.findall(r'^\s*#\s*include\s*"([^"]+)"', tree.text(path), re.MULTILINE):
        if name == target:
            return [name]
        header = Path("src") / name
        if (tree.root / header).is_file():
            rest = way_to(tree, header, target, seen)
            if rest:
                return [name] + rest
    return None


def check_privacy_border(tree):
    for path in tree.code("src"):
        if str(path).startswith(BEHIND_THE_PRIVACY_BORDER):
            way = way_to(tree, path, PEOPLE, set())
            if way:
                yield path, 1, "reaches a person's record: " + " -> ".join(way)


def check_bans(tree):
    for path in tree.code("src") + tree.code("tests") + tree.code("benchmarks"):
        below = "/".join(path.parts[1:])
        code = without_comments_and_strings(tree.text(path)).split("\n")
        for number, line in enumerate(code, start=1):
            for pattern, sentence, allowed in BANS:
                if any(below.startswith(folder) for folder in allowed) or (
                        path.parts[0] != "src" and "cout" in pattern):
                    continue
                if re.search(pattern, line):
                    yield path, number, sentence
            if path.suffix == ".h" and re.search(r"\busing namespace\b", line):
                yield path, number, "`using namespace` in a header reaches everybody"
            if path.suffix == ".h" and BOOL_PARAMETER.search(line):
                yield path, number, "a bool parameter says nothing where it is called; use an enum"


def check_heavy_headers(tree):
    for path in tree.code("src") + tree.code("tests"):
        for number, line in tree.lines(path):
            if path.suffix == ".h" and HEAVY.match(line.strip()):
                yield path, number, "a heavy header; include it in the .cpp only"


def check_names(tree):
    for path in tree.files:
        for part in path.parts:
            if BAD_NAMES.search(part):
                yield path, 1, f"{part}: a name that says nothing; call it by what it does"
    for path in tree.code("src"):
        for number, line in tree.lines(path):
            if BAD_TYPES.search(line):
                yield path, number, "a name that says nothing; call it by what it does"


def check_text(tree):
    for path in tree.texts():
        text = tree.text(path)
        if text and not text.endswith("\n"):
            yield path, text.count("\n") + 1, "the last line does not end"
        table = False  # a table that the formatter is told to leave alone may be wide
        for number, line in tree.lines(path):
            table = "clang-format off" in line or (table and "clang-format on" not in line)
            if UNFINISHED.search(line) and path.parts[:2] != ("tests", "tidy"):
                yield path, number, "unfinished; finish it, or leave it out"
            if MACHINE_PATH.search(line) and path.parts[:2] != ("tests", "tidy"):
                yield path, number, "a path of one machine"
            if line != line.rstrip():
                yield path, number, "spaces at the end of the line"
            if "\t" in line and path.name != ".gitmodules":
                yield path, number, "a tab"
            if len(line) > COLUMNS_MAX and not table and path.suffix in CODE | {".py", ".cmake"}:
                yield path, number, f"{len(line)} columns, the limit is {COLUMNS_MAX}"


def function_lengths(text):
    """(first line, number of lines) of every function; a raw string counts as one line."""
    code = without_comments_and_strings(text, newline_in_raw_string="\v")
    code = re.sub(r"^\s*#.*(?:\\\n.*)*$", "", code, flags=re.MULTILINE)
    kinds, starts, head, line, text_lines = [], [], "", 1, 0
    for char in code:
        if char == "{":
            container = re.search(r"\b(namespace|class|struct|enum|union)\b[^()=;]*$", head)
            inside = "function" in kinds
            is_function = not inside and not container and ")" in head
            kinds.append("function" if is_function else "container" if container else "other")
            starts.append((line - head.lstrip().count("\n"), text_lines))
            head = ""
        elif char == "}" and kinds:
            kind, (start, text_lines_before) = kinds.pop(), starts.pop()
            if kind == "function":
                yield start, line - start + 1 - (text_lines - text_lines_before)
            head = ""
        elif char == ";":
            head = ""
        else:
            head += char
        line += char in "\n\v"
        text_lines += char == "\v"


# What makes a page out of text; a person's words would be run.
MAKES_PAGES = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
                         r"|DOMParser|srcdoc")


def check_web(tree):
    for path in tree.files:
        if path.parts[0] == "web" and path.parts[1:2] == ("src",) and path.suffix in (".ts", ".tsx"):
            for number, line in tree.lines(path):
                if MAKES_PAGES.search(line):
                    yield path, number, "makes a page out of text; text is shown as text only"
                if re.search(r"(?:[:<|]|\bas)\s*any\b", line.split("//")[0]):
                    yield path, number, "`any`: say what it is"
        if path.name == "package-lock.json":
            for number, line in tree.lines(path):
                if '"resolved"' in line:
                    yield path, number, "an address of a registry; see .npmrc"


def check_function_lengths(tree):
    for path in tree.code("src") + tree.code("tests"):
        for start, length in function_lengths(tree.text(path)):
            if length > FUNCTION_LINES_MAX:
                yield path, start, (f"a function of {length} lines, the limit is "
                                    f"{FUNCTION_LINES_MAX}; name its parts")


def check_dead_files(tree):
    included = set()
    for path in [p for p in tree.files if p.suffix in CODE]:
        for name in re.findall(r'#include\s*"([^"]+)"', tree.text(path)):
            included.update([name, "/".join(path.parent.parts[1:] + (name,))])
    for top in ("src", "tests"):
        for path in tree.code(top):
            if path.suffix == ".h" and "/".join(path.parts[1:]) not in included:
                yield path, 1, "no file includes this header"
    layers = read_layers(tree)
    for path in tree.code("tests"):
        if path.parts[1] == "unit":
            layer = "/".join(path.parts[2:-1])
            if layer not in layers and layer != "support":
                yield path, 1, f"tests/unit/{layer} is not a layer, so nothing builds this file"


def check_documents(tree):
    for path in tree.documents():
        titles, fenced = [], False
        for number, line in tree.lines(path):
            fenced ^= line.lstrip().startswith("```")
            if not fenced and re.match(r"# \S", line):
                titles.append(number)
            for target in [] if fenced else re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
                if ":" not in target and not (tree.root / path.parent / target).exists():
                    yield path, number, f"links to {target}, which does not exist"
        if len(titles) != 1:
            yield path, 1, f"{len(titles)} titles; a document has one"


def check_decisions(tree):
    folder = Path("docs/decisions")
    records = [p for p in tree.documents() if p.parent == folder and p.name != "README.md"]
    numbers = [p.name[:4] for p in records]
    for path in records:
        text = tree.text(path)
        if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name):
            yield path, 1, "is not named 0001-what-was-decided.md"
        if numbers.count(path.name[:4]) > 1:
            yield path, 1, f"the number {path.name[:4]} is used twice"
        if not re.search(r"^Status: (accepted|superseded by \d{4})$", text, re.MULTILINE):
            yield path, 1, "has no line `Status: accepted` or `Status: superseded by 0002`"
        if re.findall(r"^## (.+)$", text, re.MULTILINE) != DECISION_PARTS:
            yield path, 1, "its parts are " + ", ".join(DECISION_PARTS)
        if path.name not in tree.text(folder / "README.md"):
            yield path, 1, "is not in docs/decisions/README.md"


def check_catalogues(tree):
    """Every entry of a catalogue has its page, every page an entry; every metric is specified."""
    families = set()
    for path in tree.code("src"):
        families.update(re.findall(r'\bfamily\(\) const \w+ \{\s*return "(\w+)"', tree.text(path)))
        families.update(re.findall(r'\bkAverageFamily = "(\w+)"', tree.text(path)))
    if Path("src/learning/models/catalog.cpp") in tree.files:
        yield from compare_pages(tree, Path("docs/models"), families, "family")
    metrics = Path("src/learning/metrics/catalog.cpp")
    if metrics in tree.files:
        names = set(re.findall(r'^\s*(?:Metric)?\{"([a-z0-9_]+)",', tree.text(metrics),
                               re.MULTILINE))
        if not names:
            yield metrics, 1, "no line of the form {\"name\", ...}: the catalogue cannot be read"
        specified = {p.stem for p in tree.files if p.suffix == ".metric"}
        yield from compare_pages(tree, Path("docs/metrics"), names, "metric", specified)
        for name in sorted(names):
            if Path(f"tests/specs/{name}.metric") not in tree.files:
                yield metrics, 1, f"the metric {name} has no tests/specs/{name}.metric"


def compare_pages(tree, folder, names, kind, more_names=frozenset()):
    pages = {p.stem for p in tree.documents() if p.parent == folder and p.name != "README.md"}
    for name in sorted(names - pages):
        yield folder / f"{name}.md", 1, f"the {kind} {name} has no page"
    for name in sorted(pages - names - more_names):
        yield folder / f"{name}.md", 1, f"a page of no {kind}"


def check_yaml(tree):
    """A description with a colon in it ends the build of the pages, minutes later."""
    for path in tree.files:
        if path.suffix != ".yaml":
            continue
        try:
            yaml.safe_load(tree.text(path))
        except yaml.MarkedYAMLError as error:
            yield path, error.problem_mark.line + 1, f"is not YAML: {error.problem}"


def check_sizes(tree):
    for path in tree.files:
        size = (tree.root / path).stat().st_size
        if size > FILE_BYTES_MAX:
            yield path, 1, f"{size} bytes, the limit is {FILE_BYTES_MAX}"


def check_format(tree):
    files = [p for p in tree.files if p.suffix in CODE]
    if not files:
        return
    run = subprocess.run([FORMATTER, "--dry-run", "--ferror-limit=1", *map(str, files)],
                         cwd=tree.root, capture_output=True, text=True, check=False)
    for path, line in re.findall(r"^(\S+?):(\d+):\d+: ", run.stderr, re.MULTILINE):
        yield Path(path), int(line), f"not as the formatter writes it; {FORMATTER} -i {path}"


CHECKS = [check_layers, check_privacy_border, check_bans, check_heavy_headers, check_names, check_text,
          check_function_lengths, check_dead_files, check_documents, check_decisions,
          check_catalogues, check_web, check_yaml, check_sizes, check_format]


def main(root):
    try:
        subprocess.run([FORMATTER, "--version"], capture_output=True, check=True)
    except OSError:
        print(f"tidy: {FORMATTER} is not installed; another version writes other spaces")
        return 2
    tree = Tree(root)
    findings = sorted({finding for check in CHECKS for finding in check(tree)})
    for path, line, sentence in findings:
        print(f"{path}:{line}: {sentence}")
    print(f"tidy: {len(CHECKS)} checks, {len(tree.files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]))
