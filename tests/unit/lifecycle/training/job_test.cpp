#include "lifecycle/training/job.h"

#include <gtest/gtest.h>

#include "lifecycle/training/origin.h"

namespace relearn {
namespace {

TEST(TrainingJob, ComesBackAsItWasWritten) {
  TrainingJob job;
  job.disease_file = "/a/heart.toml";
  job.disease_digest = "abc";
  job.files = {{"/b/heart.csv", "heart.csv"}};
  job.cohort_digest = "def";
  job.adapter = "uci";
  job.search = {.grid = Grid::Notebooks, .families = {"svm"}, .outer_folds = 3, .seed = 9};
  job.code_version = "1.2";
  job.funnel_json = R"([{"label":"found","count":10}])";
  job.privacy_json = R"({"sentence":"Five alike."})";
  const std::string text = job_text(job).value();
  const auto back = parse_job(text);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(job_text(back.value()).value(), text);
  EXPECT_EQ(back.value().search.grid, Grid::Notebooks);
  EXPECT_EQ(back.value().files[0].name, "heart.csv");
  EXPECT_EQ(back.value().funnel_json, job.funnel_json);
}

TEST(TrainingJob, SaysNothingButWhatTheTrainerNeeds) {
  const std::string text = job_text({}).value();
  for (const char* word : {"user", "person", "name", "time", "date", "store", "key"}) {
    EXPECT_EQ(text.find(word), std::string::npos) << word;
  }
}

TEST(TrainingJob, WhatIsNoJobIsRefused) {
  for (const char* text : {"", "{}", "[1]", R"({"disease_file": 7})"}) {
    EXPECT_FALSE(parse_job(text).ok()) << text;
  }
  TrainingJob job;
  job.funnel_json = "found: 10";
  EXPECT_FALSE(job_text(job).ok());
}

TEST(RecordOrigin, TheFunnelKeepsItsOrderAndPrivacyIsASentenceAndNumbers) {
  const auto origin = parse_origin(
      R"([{"label":"found","count":10},{"label":"confirmed","count":7},{"note":"Look."}])",
      R"({"sentence":"Five alike.","k_reached":6,"set_aside":{"e-mail":2},"one_class":0.125})");
  ASSERT_TRUE(origin.ok()) << origin.error().message;
  ASSERT_EQ(origin.value().funnel.size(), 2u);
  EXPECT_EQ(origin.value().funnel[1].label, "confirmed");
  EXPECT_EQ(origin.value().funnel[1].count, 7u);
  EXPECT_EQ(origin.value().notes, std::vector<std::string>{"Look."});
  EXPECT_EQ(origin.value().privacy_sentence, "Five alike.");
  const std::vector<std::pair<std::string, std::string>> numbers = {
      {"k reached", "6"}, {"set aside: e-mail", "2"}, {"one class", "0.125"}};
  EXPECT_EQ(origin.value().privacy_numbers, numbers);
}

TEST(RecordOrigin, ACountThatIsNoneIsRefused) {
  EXPECT_FALSE(parse_origin(R"([{"label":"found","count":-1}])", "").ok());
  EXPECT_FALSE(parse_origin(R"([{"label":"found"}])", "").ok());
  EXPECT_FALSE(parse_origin("", R"({"sentence":5})").ok());
  EXPECT_TRUE(parse_origin("", "").ok());
}

}  // namespace
}  // namespace relearn
