// How long one patient's risk takes, and how long a model file takes to load: logistic regression
// and the largest forest of the grid (300 trees grown to the end), on the real records. Limits: 2
// us and 10 us. Peer: ONNX Runtime for Node on the same file, whose risks must be ours.
//
// usage: benchmark_scoring DISEASES_FOLDER DATA_FOLDER [MODULES_FOLDER]
//   MODULES_FOLDER  what tests/parity/modules prints; without it there is no peer
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "base/file.h"
#include "base/normal.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/model_file/model_file.h"
#include "learning/models/catalog.h"
#include "learning/models/trees/tree_scorer.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

constexpr int kRounds = 15;
constexpr std::size_t kPatients = 20'000;  // a round: each record many times
constexpr double kDifferenceMax = 1e-6;

struct Subject {
  const char* family;
  double microseconds_max;
};
constexpr Subject kSubjects[] = {{"logistic", 2}, {"forest", 10}};

double microseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

Result<Cohort> read_baseline(const DiseaseFile& disease, const fs::path& data) {
  const CancelToken never;
  std::vector<SourceReading> readings;
  for (const std::string& file : disease.baseline) {
    readings.push_back(TRY(read_source(disease, data / disease.id / file, "", never)));
  }
  return TRY(assemble(disease, std::move(readings))).cohort;
}

/// The family's candidate that makes the largest file.
Result<std::string> largest_model(const Cohort& cohort, const Learner& learner) {
  const CancelToken never;
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  RiskModel model{.disease = cohort.disease,
                  .inputs = cohort.columns,
                  .reference = cohort.row(0),
                  .encoder = fit_encoder(cohort, rows)};
  const Features features = model.encoder.encode(cohort, learner.filling());
  const TrainingSet training{features, cohort.outcomes, cohort.weights, rows};
  std::string largest;
  for (const Candidate& candidate : learner.grid(Grid::Clinical)) {
    model.members = {{.family = std::string(learner.family()),
                      .model = TRY(learner.fit(training, candidate, 1, never))}};
    std::string bytes = TRY(write_model(model, {}));
    if (bytes.size() > largest.size()) largest = std::move(bytes);
  }
  return largest;
}

/// Of the best round, as all times here: what other programs on the machine cost is not ours.
double load_microseconds(const fs::path& path) {
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    if (!load_model(path).ok()) return NAN;
    times.push_back(microseconds_since(start));
  }
  return std::ranges::min(times);
}

/// RiskModel::risk of a model of one member, its trees laid out for speed.
class PreparedModel {
 public:
  explicit PreparedModel(const RiskModel& model) : model_(model) {
    const Member& member = model.members.front();
    if (const auto* trees = std::get_if<TreeEnsemble>(&member.model)) trees_.emplace(*trees);
    encoded_.resize(model.encoder.columns.size());
  }

  double risk(std::span<const float> raw) {
    if (!trees_) return model_.risk(raw);
    model_.encoder.encode(raw, Filling::Typical, encoded_);
    const double log_odds = model_.members.front().calibration.apply(trees_->score(encoded_));
    return logistic(model_.calibration.apply(log_odds));
  }

 private:
  const RiskModel& model_;
  std::optional<TreeScorer> trees_;
  std::vector<float> encoded_;
};

/// Best round's time of one risk; the records take turns, so that branches and caches see a
/// mixture.
template <typename Risk>
double score_microseconds(const std::vector<std::vector<float>>& records, Risk risk) {
  std::vector<double> times;
  double sum = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < kPatients; ++i) sum += risk(records[i * 7919 % records.size()]);
    times.push_back(microseconds_since(start) / static_cast<double>(kPatients));
  }
  return std::isfinite(sum) ? std::ranges::min(times) : NAN;
}

struct Peer {
  double alone = NAN, among_all = NAN, worst_difference = NAN;
};

/// Runs tests/parity/time.mjs on the case.
Peer time_peer(const fs::path& modules, const fs::path& json) {
  const std::string command = fmt::format("node '{}/tests/parity/time.mjs' '{}' '{}'",
                                          fs::path(__FILE__).parent_path().parent_path().string(),
                                          modules.string(), json.string());
  Peer peer;
  std::FILE* output = popen(command.c_str(), "r");
  if (output == nullptr) return peer;
  char line[200] = "";
  if (std::fgets(line, sizeof line, output) != nullptr) {
    std::sscanf(line, "%lf %lf %lf", &peer.alone, &peer.among_all, &peer.worst_difference);
  }
  pclose(output);
  return peer;
}

Result<void> write_case(const RiskModel& model, const std::vector<std::vector<float>>& records,
                        const fs::path& json) {
  nlohmann::json inputs = nlohmann::json::array(), risks = nlohmann::json::array();
  for (const std::vector<float>& record : records) {
    for (const float value : record) {
      inputs.push_back(std::isnan(value) ? nlohmann::json() : nlohmann::json(value));
    }
    risks.push_back(model.risk(record));
  }
  const nlohmann::json text = {
      {"columns", model.inputs.size()}, {"inputs", inputs}, {"risks", risks}};
  return write_file_atomically(json, text.dump());
}

/// One line of the table; false when a limit is passed or an answer differs.
Result<bool> measure(const Cohort& cohort, const Subject& subject, const fs::path& folder,
                     const fs::path& modules) {
  const fs::path path = folder / fmt::format("{}_{}.sav", cohort.disease, subject.family);
  const std::string bytes = TRY(largest_model(cohort, *find_learner(subject.family)));
  TRY(write_file_atomically(path, bytes));
  const SavedModel saved = TRY(load_model(path));
  std::vector<std::vector<float>> records;
  for (std::size_t i = 0; i < cohort.rows(); ++i) records.push_back(cohort.row(i));

  PreparedModel prepared(saved.model);
  bool good = true;
  for (const auto& record : records)
    good = good && prepared.risk(record) == saved.model.risk(record);
  const double plain =
      score_microseconds(records, [&](const auto& record) { return saved.model.risk(record); });
  const double ours =
      score_microseconds(records, [&](const auto& record) { return prepared.risk(record); });
  fmt::print("{:<11} {:<9} {:>9} {:>9.2f} {:>8.3f} {:>9.3f} {:>6.0f}", cohort.disease,
             subject.family, bytes.size(), load_microseconds(path) / 1000, plain, ours,
             subject.microseconds_max);
  good = good && ours <= subject.microseconds_max;
  if (!modules.empty()) {
    const fs::path json = fs::path(path).replace_extension(".json");
    TRY(write_case(saved.model, records, json));
    const Peer peer = time_peer(modules, json);
    fmt::print(" {:>9.1f} {:>9.2f} {:>7.0f}x {:>7.1f}x {:>10.1e}", peer.alone, peer.among_all,
               peer.alone / ours, peer.among_all / ours, peer.worst_difference);
    good = good && peer.worst_difference <= kDifferenceMax;
  }
  fmt::print("{}\n", good ? "" : "  FAILED");
  return good;
}

Result<bool> run(const fs::path& diseases, const fs::path& data, const fs::path& modules) {
  const fs::path folder = fs::temp_directory_path() / "relearn_benchmark_scoring";
  fmt::print("{:<11} {:<9} {:>9} {:>9} {:>8} {:>9} {:>6}", "disease", "family", "bytes", "load ms",
             "plain us", "us", "limit");
  if (!modules.empty()) {
    fmt::print(" {:>9} {:>9} {:>8} {:>8} {:>10}", "ORT alone", "ORT all", "ratio", "ratio",
               "difference");
  }
  fmt::print("\n");
  bool good = true;
  for (const DiseaseFile& disease : TRY(load_disease_folder(diseases))) {
    const Cohort cohort = TRY(read_baseline(disease, data));
    for (const Subject& subject : kSubjects) {
      const bool line = TRY(measure(cohort, subject, folder, modules));
      good = good && line;
    }
  }
  fs::remove_all(folder);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: benchmark_scoring DISEASES_FOLDER DATA_FOLDER [MODULES_FOLDER]\n");
    return 2;
  }
  const Result<bool> good = run(argv[1], argv[2], argc > 3 ? argv[3] : "");
  if (!good.ok()) fmt::print(stderr, "{}\n", good.error().message);
  return good.ok() && good.value() ? 0 : 1;
}
