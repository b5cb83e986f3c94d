"""The notebooks' own grids in scikit-learn, on what benchmark_notebooks_search has exported: the
named peer. Prints one JSON object: seconds and the best cross-validated log loss
per disease and family.

usage: notebooks_search.py FOLDER JOBS
"""
import json
import resource
import sys
import time
import warnings

import numpy as np
from joblib.externals.loky import get_reusable_executor
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

warnings.filterwarnings("ignore")

GRIDS = {
    "forest": (
        RandomForestClassifier(random_state=42),
        {
            "n_estimators": [100, 200, 300],
            "max_depth": [10, 20, 30, None],
            "min_samples_split": [2, 5, 10],
            "min_samples_leaf": [1, 2, 4],
        },
    ),
    "svm": (
        SVC(probability=True, random_state=42),
        {
            "C": [0.1, 1, 10, 100],
            "gamma": ["scale", "auto", 0.001, 0.01, 0.1],
            "kernel": ["rbf", "linear"],
        },
    ),
    "boosting": (
        GradientBoostingClassifier(random_state=42),
        {
            "n_estimators": [100, 200],
            "learning_rate": [0.01, 0.1, 0.2],
            "max_depth": [3, 5, 7],
            "min_samples_split": [2, 5],
            "min_samples_leaf": [1, 2],
        },
    ),
}


def cpu_seconds():
    """Of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def search(folder, disease, jobs):
    table = np.loadtxt(f"{folder}/{disease}.csv", delimiter=",", skiprows=1)
    folds, outcomes, features = table[:, 0], table[:, 1].astype(int), table[:, 2:]
    results = {}
    for family, (model, grid) in GRIDS.items():
        started, cpu_before = time.monotonic(), cpu_seconds()
        # As in the notebooks the features are standardised; inside the folds, as they should be.
        pipeline = make_pipeline(StandardScaler(), model)
        step = pipeline.steps[-1][0]
        grid = {f"{step}__{name}": values for name, values in grid.items()}
        found = GridSearchCV(
            pipeline,
            grid,
            cv=PredefinedSplit(folds),
            scoring="neg_log_loss",
            n_jobs=jobs,
            refit=False,
        ).fit(features, outcomes)
        get_reusable_executor().shutdown(wait=True)  # so that the workers' CPU time counts here
        results[family] = {
            "wall_seconds": time.monotonic() - started,
            "cpu_seconds": cpu_seconds() - cpu_before,
            "log_loss": -float(found.best_score_),
            "candidates": len(found.cv_results_["params"]),
        }
    return results


def main():
    folder, jobs = sys.argv[1], int(sys.argv[2])
    diseases = sys.argv[3:] or ["heart", "diabetes", "parkinsons"]
    print(json.dumps({disease: search(folder, disease, jobs) for disease in diseases}))


if __name__ == "__main__":
    main()
