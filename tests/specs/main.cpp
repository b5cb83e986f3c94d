// Every specification of this folder as one test. SPEC_UPDATE=1 writes what came into the files,
// for a person to read the difference; never on a build server.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>

#include "base/file.h"
#include "support/spec_runner.h"

namespace relearn {

// What the commands of each ending mean: one line here and one below for each *_commands.cpp.
void register_api_commands(SpecRunner& runner);
void register_cli_commands(SpecRunner& runner);
void register_cohort_commands(SpecRunner& runner);
void register_deid_commands(SpecRunner& runner);
void register_disease_commands(SpecRunner& runner);
void register_gate_commands(SpecRunner& runner);
void register_intake_commands(SpecRunner& runner);
void register_ladder_commands(SpecRunner& runner);
void register_metric_commands(SpecRunner& runner);
void register_outcome_commands(SpecRunner& runner);
void register_retrain_commands(SpecRunner& runner);
void register_selection_commands(SpecRunner& runner);

namespace {

void register_all_commands(SpecRunner& runner) {
  register_api_commands(runner);
  register_cli_commands(runner);
  register_cohort_commands(runner);
  register_deid_commands(runner);
  register_disease_commands(runner);
  register_gate_commands(runner);
  register_intake_commands(runner);
  register_ladder_commands(runner);
  register_metric_commands(runner);
  register_outcome_commands(runner);
  register_retrain_commands(runner);
  register_selection_commands(runner);
}

namespace fs = std::filesystem;
constexpr std::uint64_t kSpecBytesMax = 1 << 20;

enum class Mode { Check, Update };

class SpecTest : public testing::Test {
 public:
  SpecTest(const SpecRunner& runner, fs::path path, Mode mode)
      : runner_(runner), path_(std::move(path)), mode_(mode) {}

  void TestBody() override {
    const auto text = read_file(path_, kSpecBytesMax);
    ASSERT_TRUE(text.ok()) << text.error().message;
    const SpecReport report = runner_.run(path_, text.value());
    if (mode_ == Mode::Update && report.updated != text.value()) {
      const auto written = write_file_atomically(path_, report.updated);
      ASSERT_TRUE(written.ok()) << written.error().message;
      fmt::print("rewritten: {}\n", path_.string());
    }
    for (const std::string& failure : report.failures) ADD_FAILURE() << failure;
  }

 private:
  const SpecRunner& runner_;
  fs::path path_;
  Mode mode_;
};

/// Everything here except the program's own sources; an ending without commands fails as a test.
std::set<fs::path> spec_files(const fs::path& folder) {
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (entry.is_regular_file() && ending != ".cpp" && ending != ".h") files.insert(entry.path());
  }
  return files;
}

int run_all(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const Mode mode = std::getenv("SPEC_UPDATE") ? Mode::Update : Mode::Check;
  if (mode == Mode::Update && std::getenv("CI")) {
    fmt::print(stderr, "SPEC_UPDATE: refused because CI is set; a person reads the difference\n");
    return 2;
  }
  SpecRunner runner;
  register_all_commands(runner);
  const auto files = spec_files(fs::path(RELEARN_SOURCE_DIR) / "tests" / "specs");
  if (files.empty()) {
    fmt::print(stderr, "tests/specs holds no specification\n");
    return 2;
  }
  for (const fs::path& path : files) {
    testing::RegisterTest("specs", path.filename().c_str(), nullptr, nullptr, path.c_str(), 1,
                          [&runner, path, mode]() -> testing::Test* {
                            // The framework takes ownership.
                            return std::make_unique<SpecTest>(runner, path, mode).release();
                          });
  }
  return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) { return relearn::run_all(argc, argv); }
