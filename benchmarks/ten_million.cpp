// Ten million rows of 13 predictors: read, checked, put together and learnt from by boosting.
// Prints seconds, peak memory, and the share of the time that is not the learning library's. The
// answer it checks: on people held out, the AUROC is what a tenth of the data already gives.
//
// usage: benchmark_ten_million DISEASES_FOLDER SCRATCH_FOLDER [ROWS]
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/synthetic.h"
#include "learning/metrics/auroc.h"
#include "learning/models/catalog.h"
#include "learning/models/encoder.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

/// Prints the seconds since the last call.
class Stopwatch {
 public:
  double lap(const char* what) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    fmt::print("{:<34} {:8.1f} s, peak memory {:6.0f} MiB\n", what, seconds,
               static_cast<double>(usage.ru_maxrss) / 1024);
    std::fflush(stdout);
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

Result<void> write_rows(const DiseaseFile& disease, std::uint64_t rows, const fs::path& file,
                        const CancelToken& cancel) {
  std::FILE* out = std::fopen(file.c_str(), "wb");
  if (out == nullptr) return unavailable(file.string() + ": cannot be written");
  const auto done = synthesize(
      disease, rows, 1,
      [&](std::string_view piece) -> Result<void> {
        if (std::fwrite(piece.data(), 1, piece.size(), out) == piece.size()) return {};
        return unavailable("the disk is full");
      },
      cancel);
  std::fclose(out);
  return done;
}

/// AUROC on the last rows of a model that learnt from the first `learnt` rows.
Result<double> learn(const Cohort& cohort, const Features& features, std::size_t learnt,
                     std::size_t judged, const CancelToken& cancel) {
  const Learner& boosting = *find_learner("boosting");
  const Candidate candidate = boosting.grid(Grid::Clinical).back();
  std::vector<std::uint32_t> rows(learnt);
  for (std::uint32_t i = 0; i < learnt; ++i) rows[i] = i;
  const TrainingSet training{features, cohort.outcomes, cohort.weights, rows};
  const Model model = TRY(boosting.fit(training, candidate, 1, cancel));
  std::vector<double> scores;
  std::vector<std::uint8_t> outcomes;
  std::vector<float> x(features.columns);
  for (std::size_t i = cohort.rows() - judged; i < cohort.rows(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = features.at(i, j);
    scores.push_back(score(model, x));
    outcomes.push_back(cohort.outcomes[i]);
  }
  const Estimate found = TRY(auroc(outcomes, scores));
  fmt::print("  boosting ({}), {} rows learnt: AUROC {:.4f}\n", candidate.text(), learnt,
             found.value);
  return found.value;
}

Result<void> run(const fs::path& diseases, const fs::path& scratch, std::uint64_t rows) {
  const CancelToken cancel;
  const DiseaseFile disease = TRY(load_disease_file(diseases / "heart.toml"));
  const fs::path file = scratch / "ten_million.csv";
  Stopwatch watch;
  TRY(write_rows(disease, rows, file, cancel));
  fmt::print("{} rows x {} predictors, {} MB\n", rows, disease.predictors.size(),
             fs::file_size(file) / 1'000'000);
  watch.lap("synthesize and write");
  std::vector<SourceReading> readings;
  readings.push_back(TRY(read_source(disease, file, "", cancel)));
  fs::remove(file);
  const double read = watch.lap("read and check");
  const Cohort cohort = TRY(assemble(disease, std::move(readings))).cohort;
  const double assembled = watch.lap("assemble");
  std::vector<std::uint32_t> all(cohort.rows());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  const Features features = fit_encoder(cohort, all).encode(cohort, Filling::Typical);
  const double encoded = watch.lap("encode");
  const std::size_t judged = cohort.rows() / 20;
  const double large = TRY(learn(cohort, features, cohort.rows() - judged, judged, cancel));
  const double learnt = watch.lap("boosting");
  const double ours = read + assembled + encoded;
  fmt::print("not the learning library's: {:.0f} % of {:.0f} s\n", 100 * ours / (ours + learnt),
             ours + learnt);
  const double small = TRY(learn(cohort, features, cohort.rows() / 10, judged, cancel));
  watch.lap("the same on a tenth");
  if (large < small - 0.001) return broken_invariant("ten times the data made the model worse");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER SCRATCH_FOLDER [ROWS]\n", argv[0]);
    return 2;
  }
  const auto done =
      run(argv[1], argv[2], argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 10'000'000);
  if (!done.ok()) fmt::print(stderr, "{}\n", done.error().message);
  return done.ok() ? 0 : 1;
}
