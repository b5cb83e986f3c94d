#!/usr/bin/env python3
"""Every law of tidy.py refuses a tree that breaks it, and a good tree passes them all."""

import tempfile
import unittest
from pathlib import Path

import tidy

GOOD = {
    ".clang-format": "BasedOnStyle: Google\nColumnLimit: 100\n",
    "layers.txt": "base : -\nclinical : base\nhttp : clinical\napp : *\n",
    "src/base/sum.h": '#pragma once\n\nint sum(int a, int b);\n',
    "src/base/sum.cpp": '#include "base/sum.h"\n\nint sum(int a, int b) { return a + b; }\n',
    "src/app/main.cpp": '#include "base/sum.h"\n\nint main() { return sum(0, 0); }\n',
    "tests/unit/base/sum_test.cpp": '#include "base/sum.h"\n',
    "README.md": "# It\n\nSee [the sum](src/base/sum.h).\n",
    "docs/decisions/README.md": "# Decisions\n\n- [1](0001-sums.md)\n",
    "docs/decisions/0001-sums.md": "# 1. Sums\n\nStatus: accepted\n\n## Context\n\n## Decision\n\n"
                                   "## Consequences\n\n## What would make us change it\n",
}


def findings(changes):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**GOOD, **changes}.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        tree = tidy.Tree(folder)
        return [f"{path}:{line}: {sentence}" for check in tidy.CHECKS
                for path, line, sentence in check(tree)]


class TidyTest(unittest.TestCase):

    def refused(self, path, text, sentence):
        told = findings({path: text})
        self.assertTrue(any(path in one and sentence in one for one in told),
                        f"{path} was not refused because of: {sentence}\n" + "\n".join(told))

    def test_a_good_tree_passes(self):
        self.assertEqual(findings({}), [])

    def test_a_layer_includes_only_what_it_may(self):
        self.refused("src/base/up.cpp", '#include "http/x.h"\n', "not a path below src/")
        told = findings({"src/http/x.h": "#pragma once\n",
                         "src/clinical/up.cpp": '#include "http/x.h"\n'})
        self.assertIn("src/clinical/up.cpp:1: clinical may not include http; see layers.txt", told)
        told = findings({"src/http/far.cpp": '#include "base/sum.h"\n'})
        self.assertIn("src/http/far.cpp:1: http may not include base; see layers.txt", told)
        self.refused("src/new_folder/x.cpp", "\n", "is not in layers.txt")
        self.refused("layers.txt", "base : moon\napp : *\n", "is not a layer")

    def test_nobody_behind_the_privacy_border_reaches_a_record_of_a_person(self):
        tree = {"layers.txt": "base : -\nprivacy : base\nlifecycle/x : base privacy\n"
                              "cli : base lifecycle/x\napp : *\n",
                "src/privacy/raw_record.h": "#pragma once\n",
                "src/privacy/report.h": "#pragma once\n",
                "src/lifecycle/x/records.h": '#pragma once\n\n#include "privacy/raw_record.h"\n',
                "src/lifecycle/x/step.h": '#pragma once\n\n#include "lifecycle/x/records.h"\n'
                                          '#include "privacy/report.h"\n'}
        told = findings({**tree, "src/cli/run.cpp": '#include "lifecycle/x/step.h"\n'})
        self.assertEqual(["src/cli/run.cpp:1: reaches a person's record: lifecycle/x/step.h -> "
                          "lifecycle/x/records.h -> privacy/raw_record.h"],
                         [one for one in told if "person's record" in one])
        tree["src/lifecycle/x/step.h"] = '#pragma once\n\n#include "privacy/report.h"\n'
        told = findings({**tree, "src/cli/run.cpp": '#include "lifecycle/x/step.h"\n',
                         "src/lifecycle/x/step.cpp": '#include "lifecycle/x/records.h"\n'})
        self.assertEqual([one for one in told if "person's record" in one], [])

    def test_banned_words(self):
        for line, sentence in [
                ("int* p = new int;", "`new`"), ("void f(int* p) { delete p; }", "`delete`"),
                ("int r = rand();", "rand()"), ("#include <random>", "<random>"),
                ("std::mt19937 engine;", "<random>"),
                ("auto now = std::chrono::system_clock::now();", "the clock"),
                ("auto now = time(nullptr);", "the clock"),
                ("void f() { std::cout << 1; }", "only the command line"),
                ("std::unordered_map<int, int> m;", "no hash maps"),
                ("struct FoldHelper {};", "a name that says nothing"),
        ]:
            self.refused("src/base/bad.cpp", line + "\n", sentence)

    def test_words_are_not_banned_in_comments_strings_and_deleted_functions(self):
        self.assertEqual(findings({"src/base/fine.cpp": '// A new rand() is banned.\n'
                                   'const char* text = "delete std::cout";\n'
                                   'struct S {\n  S(const S&) = delete;\n};\n'}), [])

    def test_headers(self):
        self.refused("src/base/sum.h", "#pragma once\nusing namespace std;\n", "using namespace")
        self.refused("src/base/sum.h", "#pragma once\nvoid f(bool fast);\n", "bool parameter")
        self.refused("src/base/sum.h", "#pragma once\n#include <Eigen/Dense>\n", "heavy header")
        self.refused("src/base/lonely.h", "#pragma once\n", "no file includes")

    def test_names_of_files(self):
        self.refused("src/base/string_utils.cpp", "\n", "a name that says nothing")

    def test_text(self):
        self.refused("src/base/bad.cpp", "int x;  // TODO: more\n", "unfinished")
        self.refused("docs/x.md", "# X\n\nIn /home/me/file.\n", "a path of one machine")
        self.refused("docs/x.md", "# X \n", "spaces at the end")
        self.refused("docs/x.md", "# X", "does not end")
        self.refused("src/base/bad.cpp", "\tint x;\n", "a tab")
        self.refused("src/base/bad.cpp", f"// {'x' * 100}\n", "columns, the limit")

    def test_long_functions(self):
        body = "".join(f"  f({i});\n" for i in range(69))
        self.refused("src/base/bad.cpp", "void g() {\n" + body + "}\n", "a function of 71 lines")
        method = "namespace n {\nclass C {\n  void g() {\n" + body + "  }\n};\n}\n"
        self.refused("src/base/bad.cpp", method, "a function of 71 lines")
        short = "namespace n {\nvoid f(int);\n" + "void f(int);\n" * 90 + "}  // namespace n\n"
        self.assertEqual(findings({"src/base/fine.cpp": short}), [])
        text = 'const char* g() {\n  return R"(' + "line\n" * 90 + ')";\n}\n'
        self.assertEqual(findings({"src/base/fine.cpp": text}), [])

    def test_tests_that_nothing_builds(self):
        self.refused("tests/unit/moon/x_test.cpp", "\n", "is not a layer")

    def test_documents(self):
        self.refused("docs/x.md", "# One\n\n# Two\n", "2 titles")
        self.refused("docs/x.md", "Words.\n", "0 titles")
        self.refused("docs/x.md", "# X\n\nSee [y](y.md).\n", "which does not exist")
        self.assertEqual(findings({"docs/x.md": "# X\n\n```\n# not a title\n```\n"}), [])

    def test_decision_records(self):
        self.refused("docs/decisions/0001-again.md", GOOD["docs/decisions/0001-sums.md"], "twice")
        self.refused("docs/decisions/sums.md", GOOD["docs/decisions/0001-sums.md"], "not named")
        self.refused("docs/decisions/0001-sums.md", "# 1\n\n## Decision\n", "its parts are")
        self.refused("docs/decisions/0001-sums.md", "# 1\n\nStatus: perhaps\n", "has no line")
        self.assertIn("docs/decisions/0001-sums.md:1: is not in docs/decisions/README.md",
                      findings({"docs/decisions/README.md": "# Decisions\n"}))

    def test_every_family_and_metric_has_a_page_and_every_page_one_of_them(self):
        learner = 'struct L {\n  const char* family() const override { return "svm"; }\n};\n'
        metrics = 'const M m[] = {\n    {"auroc", f},\n};\n'
        told = findings({"src/clinical/svm.cpp": learner,
                         "src/learning/models/catalog.cpp": "\n",
                         "src/learning/metrics/catalog.cpp": metrics,
                         "docs/models/tree.md": "# Tree\n",
                         "layers.txt": "learning/models : -\nlearning/metrics : -\nbase : -\n"
                                       "clinical : base\napp : *\n"})
        for sentence in ["the family svm has no page", "a page of no family",
                         "the metric auroc has no page",
                         "the metric auroc has no tests/specs/auroc.metric"]:
            self.assertTrue(any(sentence in one for one in told), f"{sentence}\n{told}")

    def test_pages_of_the_web_app(self):
        for line, sentence in [("node.innerHTML = name;", "makes a page out of text"),
                               ("eval(name);", "makes a page out of text"),
                               ("const x: any = 1;", "say what it is")]:
            self.refused("web/src/bad.ts", line + "\n", sentence)
        self.refused("web/package-lock.json", '{"resolved": "there"}\n', "an address of a registry")
        self.assertEqual(findings({"web/src/fine.tsx": "// any: innerness\nconst many = 1;\n",
                                   "web/generated/api.d.ts": "x: any "}), [])

    def test_yaml_can_be_read(self):
        self.refused("openapi.yaml", "description: Reads all: takes long\n", "is not YAML")

    def test_big_files(self):
        self.refused("docs/x.txt", "x" * (1 << 20) + "\n", "the limit is 1048576")

    def test_the_formatter_decides(self):
        self.refused("src/base/bad.cpp", "int  x ;\n", "not as the formatter writes it")


if __name__ == "__main__":
    unittest.main()
