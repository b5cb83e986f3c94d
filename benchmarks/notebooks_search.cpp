// The notebooks' own search (108 forests, 40 SVMs, 72 boostings, plain 5-fold, 1,100 fits a
// disease) by our families. Exports the matrices and folds, so that notebooks_search.py lets
// scikit-learn search the same; notebooks_search.sh runs both and prints the ratio.
//
// usage: benchmark_notebooks_search DISEASES_FOLDER DATA_FOLDER EXPORT_FOLDER THREADS
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/file.h"
#include "base/parallel.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/folds.h"
#include "learning/models/catalog.h"
#include "learning/models/encoder.h"
#include "learning/search/selection.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 42;

/// A cohort whose rows are all persons of their own: the notebooks split by row.
Result<Cohort> load(const fs::path& diseases, const fs::path& data, const std::string& id,
                    const std::string& file) {
  const CancelToken cancel;
  const DiseaseFile disease = TRY(load_disease_file(diseases / (id + ".toml")));
  std::vector<SourceReading> readings;
  readings.push_back(TRY(read_source(disease, data / id / file, "", cancel)));
  Cohort cohort = TRY(assemble(disease, std::move(readings))).cohort;
  std::iota(cohort.persons.begin(), cohort.persons.end(), 0u);
  return cohort;
}

/// One data set, encoded once: gaps filled by medians, which both sides then share.
struct Matrix {
  std::string disease;
  Cohort cohort;
  Features features;
  std::vector<Fold> folds;
};

std::string as_csv(const Matrix& matrix) {
  std::vector<std::size_t> fold_of(matrix.cohort.rows());
  for (std::size_t k = 0; k < matrix.folds.size(); ++k) {
    for (const std::uint32_t row : matrix.folds[k].test) fold_of[row] = k;
  }
  std::string text = "fold,outcome";
  for (std::size_t j = 0; j < matrix.features.columns; ++j) text += fmt::format(",x{}", j);
  for (std::size_t i = 0; i < matrix.cohort.rows(); ++i) {
    text += fmt::format("\n{},{}", fold_of[i], matrix.cohort.outcomes[i]);
    for (std::size_t j = 0; j < matrix.features.columns; ++j) {
      text += fmt::format(",{}", matrix.features.at(i, j));
    }
  }
  return text + "\n";
}

/// Mean over folds of the fold's mean log loss, as scikit-learn's GridSearchCV counts.
double fold_mean_loss(const Matrix& matrix, const std::vector<std::vector<double>>& log_odds) {
  double sum = 0;
  for (std::size_t k = 0; k < matrix.folds.size(); ++k) {
    double fold = 0;
    for (std::size_t i = 0; i < log_odds[k].size(); ++i) {
      fold += log_odds_loss(log_odds[k][i], matrix.cohort.outcomes[matrix.folds[k].test[i]]);
    }
    sum += fold / static_cast<double>(log_odds[k].size());
  }
  return sum / static_cast<double>(matrix.folds.size());
}

struct Piece {
  const Matrix* matrix;
  const Learner* learner;
  std::size_t fold;
  std::vector<double> scores;  // candidates x test
  double cpu_seconds = 0;
};

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The best candidate's log loss; margins are calibrated on the other folds' scores.
double best_log_loss(const Matrix& matrix, const Learner& learner,
                     const std::vector<const Piece*>& folds) {
  OutOfFold plan;
  plan.fold_count = matrix.folds.size();
  for (std::size_t k = 0; k < matrix.folds.size(); ++k) {
    for (const std::uint32_t row : matrix.folds[k].test) {
      plan.rows.push_back(row);
      plan.fold.push_back(static_cast<std::uint16_t>(k));
      plan.outcomes.push_back(matrix.cohort.outcomes[row]);
      plan.weights.push_back(1);
      plan.persons.push_back(static_cast<std::uint32_t>(plan.person_count++));
    }
  }
  const std::size_t candidates = learner.grid(Grid::Notebooks).size();
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < candidates; ++c) {
    std::vector<double> pooled;
    for (const Piece* piece : folds) {
      const std::size_t width = matrix.folds[piece->fold].test.size();
      const auto from = piece->scores.begin() + static_cast<std::ptrdiff_t>(c * width);
      pooled.insert(pooled.end(), from, from + static_cast<std::ptrdiff_t>(width));
    }
    if (learner.scale() == ScoreScale::Margin) {
      pooled = cross_fitted_log_odds(plan, pooled, CalibrationMethod::Platt);
    }
    std::vector<std::vector<double>> by_fold(matrix.folds.size());
    for (std::size_t i = 0; i < pooled.size(); ++i) by_fold[plan.fold[i]].push_back(pooled[i]);
    best = std::min(best, fold_mean_loss(matrix, by_fold));
  }
  return best;
}

Result<void> run(const fs::path& diseases, const fs::path& data, const fs::path& out,
                 unsigned threads) {
  std::vector<Matrix> matrices;
  for (const auto& [id, file] :
       {std::pair{"heart", "processed.cleveland.data"}, std::pair{"diabetes", "diabetes.csv"},
        std::pair{"parkinsons", "parkinsons.data"}}) {
    Cohort cohort = TRY(load(diseases, data, id, file));
    std::vector<std::uint32_t> rows(cohort.rows());
    std::iota(rows.begin(), rows.end(), 0u);
    Features features = fit_encoder(cohort, rows).encode(cohort, Filling::Typical);
    auto folds = TRY(person_folds(cohort, rows, 5, kSeed));
    matrices.push_back({id, std::move(cohort), std::move(features), std::move(folds)});
    const std::string csv = as_csv(matrices.back());
    TRY(write_file_atomically(out / fmt::format("{}.csv", id), csv));
  }
  std::vector<Piece> pieces;
  for (const char* family : {"boosting", "svm", "forest"}) {
    for (const std::size_t m : {1u, 0u, 2u}) {
      for (std::size_t k = 0; k < 5; ++k) {
        pieces.push_back({&matrices[m], find_learner(family), k, {}, 0});
      }
    }
  }
  const CancelToken cancel;
  const auto started = std::chrono::steady_clock::now();
  const auto score = [&](std::size_t i) -> Result<void> {
    Piece& piece = pieces[i];
    const double before = thread_cpu_seconds();
    const Fold& fold = piece.matrix->folds[piece.fold];
    const TrainingSet training{piece.matrix->features, piece.matrix->cohort.outcomes,
                               piece.matrix->cohort.weights, fold.train};
    piece.scores = TRY(piece.learner->score_candidates(
        training, piece.learner->grid(Grid::Notebooks), fold.test, kSeed, cancel));
    piece.cpu_seconds = thread_cpu_seconds() - before;
    return {};
  };
  TRY(parallel_for(pieces.size(), threads, cancel, score));
  nlohmann::ordered_json result;
  for (const Matrix& matrix : matrices) {
    for (const char* family : {"forest", "svm", "boosting"}) {
      const Learner& learner = *find_learner(family);
      std::vector<const Piece*> folds;
      double cpu = 0;
      for (const Piece& piece : pieces) {
        if (piece.matrix != &matrix || piece.learner != &learner) continue;
        folds.push_back(&piece);
        cpu += piece.cpu_seconds;
      }
      result["diseases"][matrix.disease][family] = {
          {"cpu_seconds", cpu},
          {"log_loss", best_log_loss(matrix, learner, folds)},
          {"candidates", learner.grid(Grid::Notebooks).size()}};
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  result["wall_seconds"] = seconds.count();
  fmt::print("{}\n", result.dump(2));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER DATA_FOLDER EXPORT_FOLDER THREADS\n", argv[0]);
    return 2;
  }
  const auto done = run(argv[1], argv[2], argv[3], static_cast<unsigned>(std::atoi(argv[4])));
  if (!done.ok()) fmt::print(stderr, "{}\n", done.error().message);
  return done.ok() ? 0 : 1;
}
