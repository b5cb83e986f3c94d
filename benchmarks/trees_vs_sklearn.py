"""Are our trees scikit-learn's? Grows the same trees with both on the same sample and compares
them node by node.

A cut counts as the same when both programs send the same training rows left. Where they differ,
both cuts must be equally good (a tie, which scikit-learn resolves by chance): the gains agree to
one part in 10^8. Below a tie with different rows there is nothing to compare. Exits 1 at any other
difference.

usage: trees_vs_sklearn.py PROGRAM              PROGRAM is benchmark_trees
       trees_vs_sklearn.py --golden FILE        writes the golden file of the unit test
Real data sets are added when the environment variable RELEARN_SHARED_DATA names their folder.
"""
import json
import os
import subprocess
import sys

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.tree import DecisionTreeClassifier

TIE = 1e-8


def made_up(rows, columns, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns))
    x[:, 1::3] = np.round(x[:, 1::3] * 3)
    z = x[:, 0] + 0.5 * x[:, 1] * (x[:, 2] > 0) - 0.4
    outcomes = (random.uniform(size=rows) < 1 / (1 + np.exp(-z))).astype(int)
    return x.astype(np.float32), outcomes


def real(folder):
    def read(path, **options):
        return np.genfromtxt(os.path.join(folder, path), delimiter=",", **options)

    heart = read("heart/processed.cleveland.data")
    heart[np.isnan(heart)] = 0
    yield "heart", heart[:, :13].astype(np.float32), (heart[:, 13] > 0).astype(int)
    diabetes = read("diabetes/pima-indians-diabetes.data")
    yield "diabetes", diabetes[:, :8].astype(np.float32), diabetes[:, 8].astype(int)
    voices = read("parkinsons/parkinsons.data", skip_header=1)[:, 1:]
    yield "parkinsons", np.delete(voices, 16, 1).astype(np.float32), voices[:, 16].astype(int)


def as_json(tree, leaf_value):
    tree = tree.tree_
    leaf = tree.children_left < 0
    return {
        "feature": np.where(leaf, -1, tree.feature).tolist(),
        "threshold": np.where(leaf, 0, tree.threshold).tolist(),
        "left": tree.children_left.tolist(),
        "right": tree.children_right.tolist(),
        "value": [leaf_value(v) if end else 0 for v, end in zip(tree.value, leaf)],
    }


def learn(x, outcomes, weights, forest, boosting):
    """The same request as our program takes, answered by scikit-learn."""
    tree = DecisionTreeClassifier(
        criterion="gini",
        min_samples_split=forest["split"],
        min_samples_leaf=forest["leaf"],
        random_state=0,
    ).fit(x, outcomes, sample_weight=weights)
    answer = {"forest": as_json(tree, lambda v: float(v[0, 1] / v[0].sum()))}
    if boosting:
        trees = GradientBoostingClassifier(
            n_estimators=boosting["trees"],
            learning_rate=boosting["rate"],
            max_depth=boosting["depth"],
            min_samples_split=boosting["split"],
            min_samples_leaf=boosting["leaf"],
            random_state=0,
        ).fit(x, outcomes)
        rate = boosting["rate"]
        answer["boosting"] = [
            as_json(t[0], lambda v: float(v[0, 0] * rate)) for t in trees.estimators_
        ]
    return answer


class Comparison:
    def __init__(self, x):
        self.x = x.astype(np.float64)
        self.same = self.ties = 0
        self.diverged = False

    def gain(self, rows, left, weights, targets):
        sums = []
        for side in (left, ~left):
            w = weights[rows[side]]
            sums.append((w.sum(), (w * targets[rows[side]]).sum()))
        (w1, s1), (w2, s2) = sums
        return w1 * w2 / (w1 + w2) * (s1 / w1 - s2 / w2) ** 2

    def walk(self, ours, theirs, weights, targets, rows, a=0, b=0):
        """Compares node a of ours with node b of theirs, which hold the same rows."""
        leaf_a, leaf_b = ours["feature"][a] < 0, theirs["feature"][b] < 0
        if leaf_a and not leaf_b and np.ptp(targets[rows]) < 1e-12:
            self.ties += 1  # a variance of a few 1e-16, which scikit-learn cuts for no gain
            return
        if leaf_a != leaf_b:
            sys.exit(f"one program cuts {len(rows)} rows, the other does not")
        if leaf_a:
            if abs(ours["value"][a] - theirs["value"][b]) > 1e-5 * max(1, abs(theirs["value"][b])):
                sys.exit(f"leaves differ: {ours['value'][a]} and {theirs['value'][b]}")
            self.same += 1
            return
        left_a = self.x[rows, ours["feature"][a]] <= ours["threshold"][a]
        left_b = self.x[rows, theirs["feature"][b]] <= theirs["threshold"][b]
        if (left_a == left_b).all():
            same_cut = ours["feature"][a] == theirs["feature"][b]
            if same_cut and abs(ours["threshold"][a] - theirs["threshold"][b]) > 1e-6 * max(
                1, abs(theirs["threshold"][b])
            ):
                sys.exit(f"thresholds differ: {ours['threshold'][a]} {theirs['threshold'][b]}")
            self.same += same_cut
            self.ties += not same_cut
            sides = ((left_a, "left"), (~left_a, "right"))
            for side, child in sides:
                self.walk(ours, theirs, weights, targets, rows[side], ours[child][a],
                          theirs[child][b])
            return
        gain_a = self.gain(rows, left_a, weights, targets)
        gain_b = self.gain(rows, left_b, weights, targets)
        if abs(gain_a - gain_b) > TIE * max(gain_a, gain_b, weights[rows].sum() * 1e-8):
            sys.exit(f"cuts of {len(rows)} rows differ: gains {gain_a!r} and {gain_b!r}")
        self.ties += 1
        self.diverged = True

    def score(self, tree):
        at = np.zeros(len(self.x), dtype=int)
        feature, threshold = np.array(tree["feature"]), np.array(tree["threshold"])
        left, right = np.array(tree["left"]), np.array(tree["right"])
        while (feature[at] >= 0).any():
            inner = np.flatnonzero(feature[at] >= 0)
            node = at[inner]
            goes_left = self.x[inner, feature[node]] <= threshold[node]
            at[inner] = np.where(goes_left, left[node], right[node])
        return np.array(tree["value"])[at]


def compare(name, x, outcomes, program):
    forest = {"split": 2, "leaf": 1}
    boosting = {"trees": 100, "rate": 0.1, "depth": 3, "split": 2, "leaf": 10, "rows": 1}
    ones = np.ones(len(x))

    def ours(request):
        request.update(x=x.tolist(), outcomes=outcomes.tolist())
        answer = subprocess.run(
            [program, "grow"], input=json.dumps(request), capture_output=True, text=True, check=True
        )
        return json.loads(answer.stdout)

    same = ties = 0
    for seed in range(10):
        weights = np.bincount(
            np.random.default_rng(seed).integers(len(x), size=len(x)), minlength=len(x)
        ).astype(float)
        limits = {"split": [2, 5, 10][seed % 3], "leaf": [1, 2, 4][seed // 3 % 3]}
        sampled = weights > 0
        tree = DecisionTreeClassifier(
            min_samples_split=limits["split"], min_samples_leaf=limits["leaf"], random_state=seed
        ).fit(x[sampled], outcomes[sampled], sample_weight=weights[sampled])
        theirs = as_json(tree, lambda v: float(v[0, 1] / v[0].sum()))
        comparison = Comparison(x)
        comparison.walk(ours({"weights": weights.tolist(), "forest": limits})["forest"], theirs,
                        weights, outcomes.astype(float), np.flatnonzero(sampled))
        same, ties = same + comparison.same, ties + comparison.ties
    print(f"{name:12} 10 forest trees: {same} nodes the same, {ties} ties")

    mine = ours({"weights": ones.tolist(), "boosting": boosting})["boosting"]
    theirs = learn(x, outcomes, ones, forest, boosting)["boosting"]
    comparison = Comparison(x)
    score = np.full(len(x), np.log(outcomes.mean() / (1 - outcomes.mean())))
    compared = 0
    for tree_a, tree_b in zip(mine, theirs):
        residuals = outcomes - 1 / (1 + np.exp(-score))
        comparison.walk(tree_a, tree_b, ones, residuals, np.arange(len(x)))
        compared += 1
        if comparison.diverged:
            break
        score += comparison.score(tree_b)
    print(f"{name:12} boosting: {compared} of {len(theirs)} trees compared, "
          f"{comparison.same} nodes the same, {comparison.ties} ties")
    return same + comparison.same


def write_golden(path):
    x, outcomes = made_up(150, 6, 2024)
    weights = np.random.default_rng(1).integers(1, 4, size=150).astype(float)
    forest = {"split": 5, "leaf": 3}
    boosting = {"trees": 30, "rate": 0.2, "depth": 3, "split": 2, "leaf": 3, "rows": 1}
    golden = {
        "source": "scikit-learn 1.2.1, written by benchmarks/trees_vs_sklearn.py --golden",
        "x": [[float(str(v)) for v in row] for row in x],
        "outcomes": outcomes.tolist(),
        "weights": weights.tolist(),
        "limits": {"forest": forest, "boosting": boosting},
        "trees": learn(x, outcomes, weights, forest, boosting),
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--golden":
        write_golden(sys.argv[2])
        return
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sets = [("made up", *made_up(400, 7, 1)), ("wide", *made_up(150, 20, 2))]
    if "RELEARN_SHARED_DATA" in os.environ:
        sets += real(os.environ["RELEARN_SHARED_DATA"])
    same = sum(compare(*data, sys.argv[1]) for data in sets)
    if same < 1000:
        sys.exit(f"only {same} nodes could be compared")


main()
