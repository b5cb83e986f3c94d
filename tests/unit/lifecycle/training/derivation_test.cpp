#include "lifecycle/training/derivation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/digest.h"
#include "base/file.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

std::string digest_of(char c) { return std::string(64, c); }

TrainingJob job_in(const fs::path& folder) {
  EXPECT_TRUE(write_file_atomically(folder / "heart.toml", "a disease").ok());
  EXPECT_TRUE(write_file_atomically(folder / "one.data", "one").ok());
  EXPECT_TRUE(write_file_atomically(folder / "live.sav", "a model").ok());
  TrainingJob job;
  job.disease_file = folder / "heart.toml";
  job.disease_digest = sha256("a disease");
  job.files = {{folder / "one.data", "data/one.data"}};
  job.cohort_digest = digest_of('c');
  job.search = {.families = {"logistic"}, .seed = 7, .threads = 3};
  job.code_version = "1.2";
  job.funnel_json = R"([{"label":"read","count":3}])";
  job.judgement.emplace();
  job.judgement->champion = {folder / "live.sav", sha256("a model")};
  job.judgement->anchor = job.judgement->champion;
  job.judgement->look = 4;
  return job;
}

FindFile files_of(const fs::path& folder) {
  return [folder](const FileByContent& file) -> Result<fs::path> {
    return folder / (file.name == "model.sav" ? "live.sav" : file.name);
  };
}

TEST(Derivation, names_no_place_of_this_machine_and_no_number_of_threads) {
  const ScratchFolder folder;
  TrainingJob job = job_in(folder.path());
  const std::string text = derivation_text(derivation_of(job).take_value()).take_value();
  EXPECT_THAT(text, Not(HasSubstr(folder.path().string())));
  EXPECT_THAT(text, Not(HasSubstr("data/")));
  EXPECT_THAT(text, Not(HasSubstr("threads")));
  EXPECT_THAT(text, HasSubstr(sha256("one")));
  job.search.threads = 1;
  job.funnel_json = "";
  EXPECT_EQ(derivation_text(derivation_of(job).take_value()).take_value(), text);
}

TEST(Derivation, becomes_the_same_job_again_where_its_files_are) {
  const ScratchFolder folder;
  const TrainingJob job = job_in(folder.path());
  const std::string text = derivation_text(derivation_of(job).take_value()).take_value();
  const Derivation read = parse_derivation(text).take_value();
  TrainingJob again = job_of_derivation(read, files_of(folder.path()), 3).take_value();
  EXPECT_EQ(again.files.at(0).name, "one.data");
  again.files[0].name = job.files[0].name;
  again.funnel_json = job.funnel_json;
  EXPECT_EQ(job_text(again).take_value(), job_text(job).take_value());
}

TEST(Derivation, of_a_first_model_has_no_other_models) {
  const ScratchFolder folder;
  TrainingJob job = job_in(folder.path());
  job.judgement->champion = job.judgement->anchor = {};
  const std::string text = derivation_text(derivation_of(job).take_value()).take_value();
  const TrainingJob again =
      job_of_derivation(parse_derivation(text).take_value(), files_of(folder.path())).take_value();
  EXPECT_FALSE(again.judgement->champion.given());
}

TEST(Derivation, refuses_files_that_were_changed_since) {
  const ScratchFolder folder;
  const Derivation derivation = derivation_of(job_in(folder.path())).take_value();
  for (const char* name : {"heart.toml", "one.data", "live.sav"}) {
    job_in(folder.path());
    ASSERT_TRUE(job_of_derivation(derivation, files_of(folder.path())).ok()) << name;
    ASSERT_TRUE(write_file_atomically(folder.path() / name, "other").ok());
    const auto job = job_of_derivation(derivation, files_of(folder.path()));
    ASSERT_FALSE(job.ok()) << name;
    EXPECT_EQ(job.error().kind, ErrorKind::Conflict);
    EXPECT_THAT(job.error().message, HasSubstr(std::string(name) + ": has the SHA-256"));
  }
}

TEST(Derivation, is_read_only_as_this_program_writes_it) {
  const ScratchFolder folder;
  const Derivation derivation = derivation_of(job_in(folder.path())).take_value();
  const std::string text = derivation_text(derivation).take_value();
  const auto why = [](std::string_view changed) {
    const auto read = parse_derivation(changed);
    return read.ok() ? "accepted" : read.error().message;
  };
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string changed = text;
    const auto at = changed.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return changed.replace(at, what.size(), by);
  };
  EXPECT_EQ(why(text), "accepted");
  EXPECT_THAT(why("{}"), HasSubstr("no derivation"));
  EXPECT_THAT(why(text + " "), HasSubstr("not written as"));
  EXPECT_THAT(why(with("\"one.data\"", "\"../one.data\"")), HasSubstr("by name and SHA-256"));
  EXPECT_THAT(why(with(sha256("one"), "1234")), HasSubstr("by name and SHA-256"));
  EXPECT_THAT(why(with("\"seed\": 7", "\"seed\": 7, \"more\": 1")), HasSubstr("not written as"));
}

}  // namespace
}  // namespace relearn
