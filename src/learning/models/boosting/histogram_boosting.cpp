#include "learning/models/boosting/histogram_boosting.h"

#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/normal.h"
#include "base/random.h"

namespace relearn {
namespace {

constexpr std::size_t kRowsPerBatch = 1 << 16;
constexpr int kFloat = 1;  // XGBoost's number for the type float

struct FreeMatrix {
  void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
  void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

Result<void> check(int status) {
  if (status == 0) return {};
  return broken_invariant(fmt::format("boosting: XGBoost failed: {}", XGBGetLastError()));
}

/// Hands the training rows to XGBoost a batch at a time, as often as it asks, so that the whole
/// table never exists a second time.
class Batches {
 public:
  Batches(const TrainingSet& training, DMatrixHandle proxy) : training_(training), proxy_(proxy) {}

  static void reset(DataIterHandle handle) { static_cast<Batches*>(handle)->next_row_ = 0; }
  static int next(DataIterHandle handle) { return static_cast<Batches*>(handle)->give(); }

 private:
  int give() {
    const std::size_t count = std::min(kRowsPerBatch, training_.rows.size() - next_row_);
    if (count == 0) return 0;
    const std::span<const std::uint32_t> rows = training_.rows.subspan(next_row_, count);
    const std::size_t width = training_.features.columns;
    values_.resize(count * width);
    for (std::size_t j = 0; j < width; ++j) {
      const std::span<const float> column = training_.features.column(j);
      for (std::size_t i = 0; i < count; ++i) values_[i * width + j] = column[rows[i]];
    }
    outcomes_.clear();
    weights_.clear();
    for (const std::uint32_t row : rows) {
      outcomes_.push_back(training_.outcomes[row]);
      weights_.push_back(static_cast<float>(training_.weights[row]));
    }
    const nlohmann::json table = {
        {"data", {reinterpret_cast<std::uintptr_t>(values_.data()), true}},
        {"shape", {count, width}},
        {"typestr", "<f4"},
        {"version", 3}};
    const auto failed = [](int status) { return status != 0; };
    if (failed(XGProxyDMatrixSetDataDense(proxy_, table.dump().c_str())) ||
        failed(XGDMatrixSetDenseInfo(proxy_, "label", outcomes_.data(), count, kFloat)) ||
        failed(XGDMatrixSetDenseInfo(proxy_, "weight", weights_.data(), count, kFloat))) {
      return 0;  // the matrix then has too few rows, which its maker notices
    }
    next_row_ += count;
    return 1;
  }

  const TrainingSet& training_;
  DMatrixHandle proxy_;
  std::size_t next_row_ = 0;
  std::vector<float> values_;  // row-major
  std::vector<float> outcomes_;
  std::vector<float> weights_;
};

Result<Matrix> make_matrix(const TrainingSet& training) {
  DMatrixHandle handle = nullptr;
  TRY(check(XGProxyDMatrixCreate(&handle)));
  const Matrix proxy(handle);
  Batches batches(training, proxy.get());
  const std::string config = nlohmann::json{
      {"missing", std::numeric_limits<double>::max()},
      {"nthread", histogram_threads(training.rows.size())},
      {"max_bin",
       kHistogramBins}}.dump();
  handle = nullptr;
  TRY(check(XGQuantileDMatrixCreateFromCallback(&batches, proxy.get(), nullptr, Batches::reset,
                                                Batches::next, config.c_str(), &handle)));
  Matrix matrix(handle);
  bst_ulong rows = 0;
  TRY(check(XGDMatrixNumRow(matrix.get(), &rows)));
  if (rows != training.rows.size()) {
    return broken_invariant(
        fmt::format("boosting: XGBoost took {} of {} training rows", rows, training.rows.size()));
  }
  return matrix;
}

/// base: the starting risk.
Result<Booster> make_booster(const Matrix& matrix, const BoostingSettings& settings, float base,
                             std::uint64_t seed) {
  bst_ulong rows = 0;
  TRY(check(XGDMatrixNumRow(matrix.get(), &rows)));
  const DMatrixHandle matrices[] = {matrix.get()};
  BoosterHandle handle = nullptr;
  TRY(check(XGBoosterCreate(matrices, 1, &handle)));
  Booster booster(handle);
  const double variance = static_cast<double>(base) * (1 - static_cast<double>(base));
  const std::vector<std::pair<std::string, std::string>> parameters = {
      {"objective", "binary:logistic"},
      {"tree_method", "hist"},
      {"max_bin", fmt::format("{}", kHistogramBins)},
      {"nthread", fmt::format("{}", histogram_threads(rows))},
      {"seed", fmt::format("{}", derive_seed(seed, "xgboost") >> 33)},
      {"base_score", fmt::format("{}", base)},
      {"eta", fmt::format("{}", settings.rate)},
      {"max_depth", fmt::format("{}", settings.limits.depth_max)},
      {"subsample", fmt::format("{}", settings.row_share)},
      {"colsample_bynode", fmt::format("{}", settings.column_share)},
      {"lambda", "0"},
      {"min_child_weight", fmt::format("{}", settings.limits.rows_in_leaf_min * variance)},
      {"verbosity", "0"}};
  for (const auto& [name, value] : parameters) {
    TRY(check(XGBoosterSetParam(booster.get(), name.c_str(), value.c_str())));
  }
  return booster;
}

/// XGBoost goes left below a threshold, TreeEnsemble at or below it.
float at_or_below(float threshold) {
  return std::nextafter(threshold, -std::numeric_limits<float>::infinity());
}

/// Breadth first, as XGBoost numbers its nodes when growing by depth: parents before children.
void append_saved_tree(const nlohmann::json& tree, TreeEnsemble& ensemble) {
  const auto root = static_cast<std::int32_t>(ensemble.nodes.size());
  ensemble.roots.push_back(root);
  const auto& left = tree.at("left_children");
  const auto& right = tree.at("right_children");
  const auto& feature = tree.at("split_indices");
  const auto& number = tree.at("split_conditions");  // threshold, or the value of a leaf
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].get<std::int32_t>() < 0) {
      ensemble.nodes.push_back({.value = number[i].get<float>()});
    } else {
      ensemble.nodes.push_back({.feature = feature[i].get<std::int32_t>(),
                                .threshold = at_or_below(number[i].get<float>()),
                                .left = root + left[i].get<std::int32_t>(),
                                .right = root + right[i].get<std::int32_t>()});
    }
  }
}

Result<TreeEnsemble> read_booster(const Booster& booster, float base) {
  bst_ulong length = 0;
  const char* text = nullptr;
  TRY(check(XGBoosterSaveModelToBuffer(booster.get(), R"({"format": "json"})", &length, &text)));
  const auto saved = nlohmann::json::parse(text, text + length, nullptr, false);
  TreeEnsemble ensemble;
  ensemble.combine = TreeEnsemble::Combine::Sum;
  ensemble.base = logit(static_cast<double>(base));
  const auto pointer = nlohmann::json::json_pointer("/learner/gradient_booster/model/trees");
  if (saved.is_discarded() || !saved.contains(pointer)) {
    return broken_invariant("boosting: XGBoost's saved model holds no trees");
  }
  for (const nlohmann::json& tree : saved.at(pointer)) append_saved_tree(tree, ensemble);
  return ensemble;
}

}  // namespace

Result<TreeEnsemble> fit_histogram_boosting(const TrainingSet& training,
                                            const BoostingSettings& settings, std::uint64_t seed,
                                            const CancelToken& cancel) {
  double cases = 0;
  double total = 0;
  for (const std::uint32_t row : training.rows) {
    cases += training.weights[row] * training.outcomes[row];
    total += training.weights[row];
  }
  const auto base = static_cast<float>(cases / total);
  const Matrix matrix = TRY(make_matrix(training));
  const Booster booster = TRY(make_booster(matrix, settings, base, seed));
  for (std::size_t tree = 0; tree < settings.trees; ++tree) {
    if (cancel.requested()) return cancelled();
    TRY(check(XGBoosterUpdateOneIter(booster.get(), static_cast<int>(tree), matrix.get())));
  }
  return read_booster(booster, base);
}

}  // namespace relearn
