// A model is made again of what it was made of: the same bytes, on one thread and on two, of
// invented people, of files and of a live model that it updates. RELEARN_DERIVATIONS asks for more
// of them than the fast slice has.
#include "lifecycle/retrain/rederive.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "base/digest.h"
#include "base/file.h"
#include "learning/cohort/synthetic.h"
#include "lifecycle/retrain/trainer.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/training.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::uint64_t kFileBytesMax = 64 << 20;

class Rederive : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("relearn_rederive_{}", ::getpid());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A file of invented people.
  fs::path people(const std::string& name, std::uint64_t seed) const {
    std::string text;
    const auto append = [&](std::string_view piece) -> Result<void> {
      text += piece;
      return {};
    };
    EXPECT_TRUE(synthesize(disease_, 400, seed, append, cancel_).ok());
    EXPECT_TRUE(write_file_atomically(folder_ / name, text).ok());
    return folder_ / name;
  }
  TrainingJob job() const {
    TrainingJob job;
    job.disease_file = fs::path(RELEARN_SOURCE_DIR) / "diseases" / "heart.toml";
    job.disease_digest = disease_.digest;
    job.search = {.families = {"logistic", "boosting"}, .threads = 1};
    job.code_version = "test";
    return job;
  }
  /// Trained in this process: the bytes of the model.
  std::string trained(const TrainingJob& job) {
    const auto record = train(disease_, job, folder_, {cancel_, cancel_}, progress_);
    EXPECT_TRUE(record.ok()) << (record.ok() ? "" : record.error().message);
    return make_bundle(disease_, record.value()).take_value().model;
  }
  Result<std::string> again(const TrainingJob& job, unsigned threads) {
    const std::string text = derivation_text(derivation_of(job).take_value()).take_value();
    RederiveRequest request;
    request.derivation = parse_derivation(text).take_value();
    request.scratch = folder_ / "scratch";
    request.threads = threads;
    // Models by their content, as a store keeps them; the others by their name.
    request.find = [this, job](const FileByContent& file) -> Result<fs::path> {
      if (file.name == job.disease_file.filename()) return job.disease_file;
      if (models_.contains(file.digest)) return models_.at(file.digest);
      return folder_ / file.name;
    };
    auto made = rederive(request, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
    EXPECT_TRUE(!fs::exists(request.scratch) || fs::is_empty(request.scratch));
    return made;
  }
  void expect_same(const TrainingJob& job, const std::string& model, int times = 1) {
    for (int i = 0; i < times; ++i) {
      for (const unsigned threads : {1U, 2U}) {
        const auto made = again(job, threads);
        ASSERT_TRUE(made.ok()) << made.error().message;
        EXPECT_EQ(sha256(made.value()), sha256(model)) << threads;
      }
    }
  }

  const DiseaseFile disease_ =
      load_disease_file(fs::path(RELEARN_SOURCE_DIR) / "diseases" / "heart.toml").take_value();
  fs::path folder_;
  std::map<std::string, fs::path> models_;  // by digest
  CancelToken cancel_;
  NoProgress progress_;
};

TEST_F(Rederive, a_model_of_invented_people_is_the_same_bytes_again) {
  const char* more = std::getenv("RELEARN_DERIVATIONS");
  expect_same(job(), trained(job()), more == nullptr ? 1 : std::atoi(more) / 2);
}

TEST_F(Rederive, a_model_of_files_is_the_same_bytes_again) {
  TrainingJob asked = job();
  asked.files = {{people("first.csv", 3), "somewhere/first.csv"},
                 {people("second.csv", 4), "somewhere/second.csv"}};
  expect_same(asked, trained(asked));
}

TEST_F(Rederive, an_update_of_a_live_model_is_the_same_bytes_again) {
  TrainingJob first = job();
  first.search.families = {"logistic"};
  first.files = {{people("first.csv", 3), "first.csv"}};
  first.judgement.emplace();
  first.judgement->look = 0;  // there is nothing to compare with
  const std::string live = trained(first);
  ASSERT_TRUE(write_file_atomically(folder_ / "live.sav", live).ok());
  models_[sha256(live)] = folder_ / "live.sav";
  expect_same(first, live);

  TrainingJob second = first;
  second.files.push_back({people("second.csv", 4), "second.csv"});
  second.judgement->look = 1;
  second.judgement->champion = {folder_ / "live.sav", sha256(live)};
  second.judgement->anchor = second.judgement->champion;
  expect_same(second, trained(second));
}

TEST_F(Rederive, says_which_file_is_another_one_or_gone) {
  TrainingJob asked = job();
  asked.files = {{people("first.csv", 3), "first.csv"}};
  const Derivation derivation = derivation_of(asked).take_value();
  people("first.csv", 4);
  RederiveRequest request{derivation,
                          [&](const FileByContent& file) -> Result<fs::path> {
                            if (file.name == "heart.toml") return asked.disease_file;
                            return folder_ / file.name;
                          },
                          folder_ / "scratch"};
  const auto other = rederive(request, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(other.error().message, HasSubstr("first.csv: has the SHA-256"));
  fs::remove(folder_ / "first.csv");
  const auto gone = rederive(request, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace relearn
