// A job that asks for evidence, from the files to evidence.json, on invented people.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "learning/cohort/locked_set.h"
#include "lifecycle/gate/evidence_json.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/training.h"
#include "support/scratch_folder.h"
#include "unit/learning/cohort/invented_file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// The file's rows as new, confirmed by contributors in turn; every second with a risk as served.
std::string as_new(const InventedFile& file, std::size_t contributors = 3) {
  std::string text = InventedFile::join(file.header) + ",contributor,new,served_risk\n";
  for (std::size_t i = 0; i < file.rows.size(); ++i) {
    text += InventedFile::join(file.rows[i]) +
            fmt::format(",{},1,{}\n", i % contributors, i % 2 == 0 ? "0.300" : "");
  }
  return text;
}

class Evidence : public ::testing::Test {
 protected:
  Evidence() : disease_(disease_named("heart")), baseline_(disease_, 450, 3) {
    EXPECT_TRUE(write_file_atomically(folder_.path() / "baseline.csv", baseline_.text()).ok());
  }

  TrainingJob job() const {
    TrainingJob job;
    job.disease_file = disease_.path;
    job.disease_digest = disease_.digest;
    job.files = {{folder_.path() / "baseline.csv", "baseline.csv"}};
    job.search.families = {"logistic", "spline_logistic"};
    job.code_version = "test";
    job.judgement = Judgement{.look_error = 0.0608};
    return job;
  }
  Result<TrainingRecord> run(const TrainingJob& job) {
    NoProgress nobody;
    return train(disease_, job, folder_.path(), {cancel_, cancel_}, nobody);
  }
  /// Publishes the first model, and asks about it after these people came.
  TrainingJob after_a_first_model(const std::string& cohort) {
    const TrainingRecord first = run(job()).take_value();
    const std::string bytes = make_bundle(disease_, first).take_value().model;
    const fs::path file = folder_.path() / "champion.sav";
    EXPECT_TRUE(write_file_atomically(file, bytes).ok());
    EXPECT_TRUE(write_file_atomically(folder_.path() / kCohortFile, cohort).ok());
    TrainingJob next = job();
    next.cohort_digest = sha256(cohort);
    next.judgement->champion = next.judgement->anchor = {file, sha256(bytes)};
    return next;
  }

  const ScratchFolder folder_;
  const DiseaseFile disease_;
  const InventedFile baseline_;
  const CancelToken cancel_;
};

TEST_F(Evidence, TheFirstModelIsJudgedOnLockedPeopleAndComparedWithNothing) {
  const auto record = run(job());
  ASSERT_TRUE(record.ok()) << record.error().message;
  const Bundle bundle = make_bundle(disease_, record.value()).take_value();
  const auto evidence = evidence_from_json(bundle.evidence);
  ASSERT_TRUE(evidence.ok()) << evidence.error().message;
  const GateEvidence& told = evidence.value();
  EXPECT_EQ(told.candidate_digest, sha256(bundle.model));
  EXPECT_EQ(told.champion_digest, "");
  EXPECT_EQ(told.look, 0u) << "compared with nobody: no look is spent";
  EXPECT_EQ(told.change.rung, Rung::NewSearch);
  ASSERT_TRUE(told.locked.has_value());
  EXPECT_NEAR(static_cast<double>(told.locked->people.persons), 0.33 * 450, 2);
  EXPECT_FALSE(told.locked->against_champion.has_value());
  EXPECT_FALSE(told.fresh.has_value());
  EXPECT_TRUE(told.facts.reproduced);
  EXPECT_TRUE(told.facts.same_inputs);
  ASSERT_TRUE(told.membership.has_value());
  EXPECT_EQ(told.membership->shadow_models, 64u);
  ASSERT_TRUE(told.stability.has_value());
  EXPECT_EQ(told.stability->refits, 200u);
}

TEST_F(Evidence, LockedPeopleAreAsIfTheyHadNeverBeenInTheFile) {
  const TrainingRecord with = run(job()).take_value();
  // The same file without them, learnt from as a whole.
  const auto reading = read_text(disease_, baseline_.text(), "", "baseline.csv");
  const Cohort all = assemble(disease_, {reading.value()}).value().cohort;
  const LockedSetPlan& plan = disease_.plan.locked;
  const LockedSet lock = lock_people(
      all, {.share = plan.share,
            .persons_min = static_cast<std::size_t>(plan.at_least.persons),
            .class_min =
                static_cast<std::size_t>(std::max(plan.at_least.cases, plan.at_least.non_cases))});
  ASSERT_TRUE(lock.exists());
  InventedFile others = baseline_;
  others.rows.clear();
  for (const std::uint32_t row : lock.learning) others.rows.push_back(baseline_.rows[row]);
  ASSERT_TRUE(write_file_atomically(folder_.path() / "baseline.csv", others.text()).ok());
  TrainingJob plain = job();
  plain.judgement.reset();
  const TrainingRecord without = run(plain).take_value();
  EXPECT_EQ(with.model, without.model);
  EXPECT_EQ(with.training_digest, without.training_digest);
}

TEST_F(Evidence, NewPeopleAreJudgedAgainstWhatTheyWereTold) {
  const TrainingJob asked = after_a_first_model(as_new(InventedFile(disease_, 150, 4)));
  const auto record = run(asked);
  ASSERT_TRUE(record.ok()) << record.error().message;
  const Bundle bundle = make_bundle(disease_, record.value()).take_value();
  const auto evidence = evidence_from_json(bundle.evidence);
  ASSERT_TRUE(evidence.ok()) << evidence.error().message;
  const GateEvidence& told = evidence.value();
  EXPECT_EQ(told.champion_digest, asked.judgement->champion.digest);
  ASSERT_TRUE(told.fresh.has_value());
  EXPECT_EQ(told.fresh->people.persons, 150u);
  // Half of them were told 0.3, whoever they were: the candidate is clearly better.
  EXPECT_LT(told.fresh->against_champion->upper_95, 0);
  EXPECT_TRUE(told.locked->against_anchor.has_value());
  ASSERT_TRUE(told.without_contributor.has_value());
  EXPECT_EQ(told.without_contributor->size(), 3u);
  EXPECT_LT(told.without_contributor->front().largest_risk_change, 0.3);
  ASSERT_TRUE(told.subgroups.has_value());
  EXPECT_EQ(told.subgroups->size(), disease_.subgroups.size());
  ASSERT_TRUE(told.drift.has_value());
  EXPECT_NE(told.pooled->mean, told.fresh->against_champion->mean);
  EXPECT_FALSE(told.locked_closed);
  EXPECT_EQ(told.look, 1u);
  // What readers are shown is of the same people.
  ASSERT_TRUE(record.value().side_by_side.has_value());
  const SideBySide& both = *record.value().side_by_side;
  EXPECT_EQ(both.candidate.everybody.persons, told.locked->people.persons + 150);
  EXPECT_EQ(both.live_on_new->everybody.persons, 150u);
  EXPECT_EQ(both.crossings.cases + both.crossings.non_cases, both.candidate.everybody.rows);
  ASSERT_EQ(both.reasons.size(), disease_.model_inputs().size());
  EXPECT_GT(both.reasons.front().candidate, 0);
  const GroupPeople& everybody = record.value().people.front();
  EXPECT_EQ(everybody.locked, told.locked->people.persons);
  EXPECT_EQ(everybody.fresh, 150u);
  EXPECT_EQ(everybody.learnt_from, 450 + 150 - told.locked->people.persons);
}

TEST_F(Evidence, NobodyLooksAtTheLockedPeopleWhenTheNewOnesDoNotSpeakForAChange) {
  // Ten new people are too few for anything.
  const TrainingJob asked = after_a_first_model(as_new(InventedFile(disease_, 10, 4)));
  const auto record = run(asked);
  ASSERT_TRUE(record.ok()) << record.error().message;
  const Bundle bundle = make_bundle(disease_, record.value()).take_value();
  const auto evidence = evidence_from_json(bundle.evidence);
  ASSERT_TRUE(evidence.ok()) << evidence.error().message;
  EXPECT_TRUE(evidence.value().locked_closed);
  EXPECT_EQ(evidence.value().look, 0u);
  EXPECT_FALSE(evidence.value().locked.has_value());
  EXPECT_EQ(record.value().judged->people.rows(), 10u);
  if (const auto& both = record.value().side_by_side) {
    EXPECT_EQ(both->candidate.everybody.rows, 10u) << "readers learn nothing of them, either";
  }
  EXPECT_THAT(bundle.page, HasSubstr("were not looked at"));
  const Verdict verdict =
      decide(disease_.plan, evidence.value(), {1, evidence.value().champion_digest},
             context_of(*asked.judgement));
  EXPECT_LE(verdict.kind, VerdictKind::Inconclusive);
  EXPECT_EQ(verdict.look, 0u);
}

TEST_F(Evidence, ALaterGenerationLocksWhomTheCohortFileMarksAndLearnsFromAllOfTheBaseline) {
  std::string cohort = as_new(InventedFile(disease_, 300, 9));
  // Every third person: the last but one field of the row.
  std::size_t marked = 0, row = 0;
  for (std::size_t at = cohort.find('\n'); at + 1 < cohort.size(); at = cohort.find('\n', at + 1)) {
    const std::size_t last = cohort.rfind(',', cohort.find('\n', at + 1));
    if (row++ % 3 == 0) cohort[last - 1] = '2', ++marked;
  }
  ASSERT_EQ(marked, 100u);
  TrainingJob asked = after_a_first_model(cohort);
  asked.judgement->locked_generation = 2;
  asked.judgement->trigger = RetrainTrigger::Erasure;  // looks at them whatever the others say
  asked.judgement->look = 0;
  asked.judgement->look_error = kNoLookError;
  const auto record = run(asked);
  ASSERT_TRUE(record.ok()) << record.error().message;
  const GateEvidence& told = *record.value().verdict_evidence;
  ASSERT_TRUE(told.locked.has_value());
  EXPECT_EQ(told.locked->people.persons, 100u);
  EXPECT_EQ(told.fresh->people.persons, 200u);
  EXPECT_EQ(record.value().rows, 450u + 200u);
}

TEST_F(Evidence, IsTheSameOnOneThreadAndOnTwo) {
  TrainingJob asked = after_a_first_model(as_new(InventedFile(disease_, 150, 4)));
  asked.search.threads = 1;
  const Bundle one = make_bundle(disease_, run(asked).take_value()).take_value();
  asked.search.threads = 2;
  const Bundle two = make_bundle(disease_, run(asked).take_value()).take_value();
  EXPECT_EQ(one.evidence, two.evidence);
  EXPECT_EQ(one.model, two.model);
}

TEST_F(Evidence, AnInvertedContributorMovesOthersRisksMoreThanAnHonestOne) {
  InventedFile fresh(disease_, 300, 5);
  const std::size_t outcome = fresh.column(disease_.outcome.id);
  for (std::size_t i = 0; i < fresh.rows.size(); i += 6) {
    fresh.rows[i][outcome] = fresh.rows[i][outcome] == "1" ? "0" : "1";
  }
  TrainingJob asked = after_a_first_model(as_new(fresh, 6));
  asked.judgement->trigger = RetrainTrigger::Erasure;  // measured whatever the new people say
  asked.judgement->look = 0;
  asked.judgement->look_error = kNoLookError;
  const auto record = run(asked);
  ASSERT_TRUE(record.ok()) << record.error().message;
  ASSERT_NE(record.value().candidate->rung, Rung::Keep);
  ASSERT_TRUE(record.value().verdict_evidence->without_contributor.has_value());
  const auto& without = *record.value().verdict_evidence->without_contributor;
  ASSERT_EQ(without.size(), 6u);
  for (const LeftOut& honest : without) {
    const auto inverted = std::ranges::find(without, "0", &LeftOut::name);
    if (honest.name == "0") continue;
    EXPECT_GT(inverted->largest_risk_change, honest.largest_risk_change) << honest.name;
  }
}

TEST_F(Evidence, EachRungIsAModelFileLikeAnyOther) {
  const TrainingRecord first = run(job()).take_value();
  const auto reading =
      read_text(disease_, as_new(InventedFile(disease_, 200, 6)), "", "cohort.csv");
  const Cohort people = assemble(disease_, {reading.value()}).value().cohort;
  for (const Rung rung : {Rung::Keep, Rung::Intercept, Rung::Slope, Rung::RefitWithPrior}) {
    const auto update = update_of(rung, first.model, people, 10);
    ASSERT_TRUE(update.ok()) << update.error().message;
    const auto bytes = write_model(update.value().model, {{"rung", std::string(word_of(rung))}});
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    const auto read = read_model(bytes.value());
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read.value().model, update.value().model);
  }
}

TEST_F(Evidence, AFileThatWasChangedMeanwhileIsNotCompared) {
  TrainingJob asked = after_a_first_model(as_new(InventedFile(disease_, 60, 7)));
  asked.judgement->champion.digest = sha256("another");
  const auto record = run(asked);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(record.error().message, HasSubstr("champion.sav: was changed"));
}

TEST_F(Evidence, AnErasureRemembersNobodyAndSoKeepsNothing) {
  TrainingJob asked = after_a_first_model(as_new(InventedFile(disease_, 60, 8)));
  asked.judgement->trigger = RetrainTrigger::Erasure;
  asked.judgement->look = 0;
  asked.judgement->look_error = 0.05;
  const auto record = run(asked);
  ASSERT_TRUE(record.ok()) << record.error().message;
  EXPECT_GE(record.value().candidate->rung, Rung::SameRecipe);
}

TEST_F(Evidence, JobAndBackAgain) {
  TrainingJob asked = job();
  asked.judgement->champion = {"/models/a.sav", "aa"};
  asked.judgement->anchor = {"/models/b.sav", "bb"};
  asked.judgement->look = 3;
  asked.judgement->trigger = RetrainTrigger::Drift;
  asked.judgement->open_quarantines = 2;
  asked.judgement->locked_age_months = 5;
  asked.judgement->days_since_change = 9;
  const auto text = job_text(asked);
  ASSERT_TRUE(text.ok());
  const auto read = parse_job(text.value());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(job_text(read.value()).value(), text.value());
  EXPECT_EQ(read.value().judgement->trigger, RetrainTrigger::Drift);
  EXPECT_EQ(read.value().judgement->anchor.path, "/models/b.sav");
  EXPECT_EQ(read.value().judgement->locked_age_months, 5);
  EXPECT_EQ(read.value().judgement->days_since_change, 9);
}

}  // namespace
}  // namespace relearn
