#include "lifecycle/dossier/dossier.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "learning/evaluation/evidence.h"
#include "learning/metrics/catalog.h"
#include "made_up_attempt.h"
#include "pages/html_page.h"
#include "pages/phrases.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using Json = nlohmann::ordered_json;
using Files = std::map<std::string, std::string>;

const std::vector<std::string> kDiseases = {"heart", "diabetes", "parkinsons"};

Files dossier_of(const MadeUpAttempt& attempt) {
  auto made = make_dossier(attempt.facts());
  EXPECT_TRUE(made.ok()) << made.error().message;
  return made.ok() ? made.take_value() : Files();
}

std::vector<std::string> missing_of(const MadeUpAttempt& attempt) {
  return missing_attributes(dossier_of(attempt).at("card.json")).value();
}

Json record_of(const MadeUpAttempt& attempt) {
  return Json::parse(dossier_of(attempt).at("record.json"));
}

/// Every value below `node` with its place.
void each_value(const Json& node, const std::string& place,
                const std::function<void(const std::string&, const Json&)>& use) {
  use(place, node);
  if (!node.is_structured()) return;
  for (const auto& [key, value] : node.items()) each_value(value, place + "." + key, use);
}

TEST(Dossier, HasARecordACardAndPagesInBothLanguages) {
  EXPECT_THAT(dossier_of(made_up_attempt("heart")),
              ElementsAre(Key("card.en.html"), Key("card.json"), Key("card.mr.html"),
                          Key("dossier.en.html"), Key("dossier.en.pdf"), Key("dossier.mr.html"),
                          Key("dossier.mr.pdf"), Key("record.json")));
}

TEST(Dossier, IsTheSameToTheByteForTheSameFacts) {
  EXPECT_EQ(dossier_of(made_up_attempt("heart")), dossier_of(made_up_attempt("heart")));
  MadeUpAttempt other = made_up_attempt("heart");
  other.organisation.report_problems_to = "somebody else";
  EXPECT_NE(dossier_of(other).at("dossier.en.pdf"),
            dossier_of(made_up_attempt("heart")).at("dossier.en.pdf"));
}

// Permanent regression 16 of the clinical requirements: a card with an empty computed attribute is
// no card, and the release is refused.
TEST(ModelCard, HasEveryAttributeOfEveryDiseaseWithAndWithoutALiveModel) {
  for (const std::string& disease : kDiseases) {
    EXPECT_THAT(missing_of(made_up_attempt(disease)), IsEmpty()) << disease;
    EXPECT_THAT(missing_of(made_up_first(disease)), IsEmpty()) << disease;
  }
}

TEST(ModelCard, Has31AttributesInTheOrderOfTheRule) {
  const Json card = Json::parse(dossier_of(made_up_attempt("heart")).at("card.json"));
  ASSERT_EQ(card["attributes"].size(), 31u);
  EXPECT_EQ(card["attributes"][0]["key"], "details.developer");
  EXPECT_EQ(card["attributes"][21]["key"], "perf.internal_fairness");
  EXPECT_EQ(card["attributes"][30]["key"], "update.correction");
  for (const Json& attribute : card["attributes"]) {
    EXPECT_FALSE(attribute["value"]["en"].get<std::string>().empty()) << attribute["key"];
    EXPECT_FALSE(attribute["value"]["mr"].get<std::string>().empty()) << attribute["key"];
  }
  EXPECT_EQ(card["tripod_ai"].size(), 21u);
}

TEST(ModelCard, NamesWhatCouldNotBeComputed) {
  MadeUpAttempt attempt = made_up_attempt("heart");
  Json report = Json::parse(attempt.report);
  report["people"] = Json::array();
  report["report"]["groups"] = Json::array();
  report["report"]["everybody"]["metrics"]["auroc"] = {{"undefined_because", "one class"}};
  report["side_by_side"].erase("live_on_new");
  attempt.report = report.dump();
  EXPECT_THAT(missing_of(attempt), ElementsAre("dev.representativeness", "perf.internal_validity",
                                               "perf.internal_fairness", "maint.local_validity",
                                               "maint.local_fairness"));
  EXPECT_THAT(dossier_of(attempt).at("card.en.html"), HasSubstr("MISSING: a release is refused"));
}

TEST(ModelCard, OfAnOrganisationThatSaidNothingIsRefused) {
  MadeUpAttempt attempt = made_up_attempt("heart");
  attempt.organisation.funding.clear();
  EXPECT_THAT(missing_of(attempt), ElementsAre("details.funding"));
}

TEST(ModelCard, ThatIsNoneIsABrokenInvariant) {
  EXPECT_EQ(missing_attributes("[]").error().kind, ErrorKind::BrokenInvariant);
  EXPECT_EQ(missing_attributes("{").error().kind, ErrorKind::BrokenInvariant);
}

TEST(ModelCard, TellsOfAFewPeopleThatTheyAreFew) {
  const std::string card = dossier_of(made_up_attempt("heart")).at("card.en.html");
  EXPECT_THAT(card, HasSubstr("new fewer than 5"));
  EXPECT_THAT(card, Not(HasSubstr("new 3")));
}

TEST(RetrainRecord, HasNoEmptyFieldAndSaysWhyWhatIsNotThere) {
  for (const MadeUpAttempt& attempt : {made_up_attempt("heart"), made_up_first("diabetes")}) {
    each_value(record_of(attempt), "record", [&](const std::string& place, const Json& value) {
      // The evidence writes "" for a model that does not exist, as its own format says.
      if (place.find("evaluation") != std::string::npos) return;
      EXPECT_FALSE(value.is_null()) << place;
      EXPECT_NE(value, Json("")) << place;
      if (place.ends_with(".not_here")) {
        EXPECT_GT(value.get<std::string>().size(), 7u) << place;
      }
    });
  }
}

TEST(RetrainRecord, HasEveryFieldOfTheClinicalRequirements) {
  const Json record = record_of(made_up_attempt("heart"));
  for (const char* key : {"attempt_id",
                          "sequence",
                          "trigger",
                          "requested_by",
                          "reason_text",
                          "plan",
                          "modification_id",
                          "spec",
                          "code",
                          "rng_seed",
                          "baseline_dataset",
                          "feedback_snapshot",
                          "merged_dataset",
                          "deid_report",
                          "partition",
                          "candidate_models",
                          "champion",
                          "anchor",
                          "evaluation",
                          "gate_results",
                          "alpha_spent",
                          "alpha_remaining",
                          "privacy",
                          "decision",
                          "approvals",
                          "deployment",
                          "rollback",
                          "prev_record_hash",
                          "record_hash",
                          "signature"}) {
    EXPECT_TRUE(record.contains(key)) << key;
  }
}

TEST(RetrainRecord, NamesTheOtherFilesByTheirDigests) {
  const Files files = dossier_of(made_up_attempt("heart"));
  const Json digests = Json::parse(files.at("record.json"))["deployment"]["notices_and_labelling"];
  ASSERT_EQ(digests.size(), files.size() - 1);
  for (const auto& [name, digest] : digests.items()) EXPECT_EQ(digest, sha256(files.at(name)));
}

TEST(RetrainRecord, CountsWhatWasLeftOutByReason) {
  const Json record = record_of(made_up_attempt("heart"));
  EXPECT_EQ(record["feedback_snapshot"]["excluded"],
            (Json{{"without an outcome: missing, not healthy", 30}}));
  EXPECT_EQ(record["feedback_snapshot"]["quarantined"], (Json{{"unknown field", 1}}));
  EXPECT_EQ(record["feedback_snapshot"]["new_events"], 26);
}

TEST(DossierPages, RunNoScriptAndFetchNothing) {
  MadeUpAttempt attempt = made_up_attempt("heart");
  attempt.reason = "<script>alert(1)</script>";
  for (const auto& [name, bytes] : dossier_of(attempt)) {
    if (!name.ends_with(".html")) continue;
    EXPECT_TRUE(bytes.starts_with(kPageStart)) << name;
    EXPECT_THAT(bytes, Not(HasSubstr("<script"))) << name;
    EXPECT_THAT(bytes, Not(HasSubstr("src="))) << name;
    EXPECT_THAT(bytes, Not(HasSubstr("href="))) << name;
  }
}

TEST(DossierPages, BeginWithTheVerdict) {
  const MadeUpAttempt attempt = made_up_attempt("heart");
  ASSERT_EQ(attempt.verdict.kind, VerdictKind::Publish);
  const Files files = dossier_of(attempt);
  EXPECT_THAT(files.at("dossier.en.html"), HasSubstr("<b>The new model goes live.</b>"));
  EXPECT_THAT(files.at("dossier.mr.html"), HasSubstr("<b>नवे मॉडेल लागू होते.</b>"));
}

TEST(DossierPages, SayWhyNothingChanges) {
  MadeUpAttempt attempt = made_up_attempt("heart");
  attempt.evidence.sensitivity->lost = 12;
  attempt.evidence.sensitivity->more_lost = 0.001;
  attempt.evidence.sensitivity->candidate = 52.0 / 72;
  attempt.verdict =
      decide(attempt.disease.plan, attempt.evidence, ordinary_champion(), ordinary_context());
  ASSERT_EQ(attempt.verdict.kind, VerdictKind::Keep);
  const std::string page = dossier_of(attempt).at("dossier.en.html");
  EXPECT_THAT(page, HasSubstr("<b>Nothing changes.</b> Version 7 stays live."));
  EXPECT_THAT(page, HasSubstr("<b>Why: No more ill people missed.</b>"));
  EXPECT_THAT(page, HasSubstr("What would have changed"));
}

TEST(DossierPages, HaveAWordForEverythingThatTheGateCanSay) {
  for (const char* language : {"en", "mr"}) {
    const Phrases phrases = Phrases::load(language).value();
    const auto expect = [&](std::string_view table, std::string_view word) {
      EXPECT_TRUE(phrases.has(fmt::format("{}.{}", table, word))) << table << "." << word;
    };
    for (const Clause& clause : gate_clauses()) expect("clause", clause.id);
    for (const std::string_view word : kVerdictWords) {
      expect("verdict", word);
      expect("clause_says", word);
    }
    for (const std::string_view word : kRungWords) {
      expect("rung", word);
      expect("rung_name", word);
    }
    for (const std::string_view word : kTriggerWords) expect("trigger", word);
    for (const std::string_view kind : kDemographics) expect("kind", kind);
    for (const Metric& metric : metric_catalog()) expect("metric", metric.id);
    for (const Tier tier : {Tier::Demonstration, Tier::Investigational, Tier::Clinical}) {
      expect("tier", tier_name(tier));
    }
  }
}

TEST(DossierPages, SayHowManyMorePeopleItTakes) {
  MadeUpAttempt attempt = made_up_attempt("heart");
  attempt.evidence.fresh->against_champion = loss_difference(-0.01, 0.04);
  attempt.verdict =
      decide(attempt.disease.plan, attempt.evidence, ordinary_champion(), ordinary_context());
  ASSERT_EQ(attempt.verdict.kind, VerdictKind::Inconclusive);
  EXPECT_THAT(dossier_of(attempt).at("dossier.en.html"),
              HasSubstr(fmt::format("about {} more confirmed people",
                                    attempt.verdict.still_needed->persons)));
}

TEST(DossierPages, OfOtherBaselineFilesCompareNothing) {
  MadeUpAttempt attempt = made_up_first("heart");
  DecisionContext context = ordinary_context();
  context.comparison = Comparison::OtherBaseline;
  attempt.verdict = decide(attempt.disease.plan, attempt.evidence, ordinary_champion(), context);
  const Files files = dossier_of(attempt);
  EXPECT_THAT(files.at("dossier.en.html"),
              HasSubstr("The baseline files are not those of version 7"));
  EXPECT_THAT(files.at("dossier.en.html"), Not(HasSubstr("percentage points; of 100")));
  EXPECT_THAT(missing_attributes(files.at("card.json")).value(), IsEmpty());
}

TEST(DossierPages, OfInventedPeopleSaySo) {
  MadeUpAttempt attempt = made_up_first("heart");
  Json report = Json::parse(attempt.report);
  report["synthetic"] = true;
  attempt.report = report.dump();
  const Files files = dossier_of(attempt);
  for (const char* name : {"dossier.en.html", "card.en.html"}) {
    EXPECT_THAT(files.at(name), HasSubstr("SYNTHETIC")) << name;
  }
}

TEST(Dossier, OfAReportThatTheTrainerDoesNotWriteIsRefusedNamingThePlace) {
  const auto refusal = [](const std::function<void(Json&)>& spoil) {
    MadeUpAttempt attempt = made_up_attempt("heart");
    Json report = Json::parse(attempt.report);
    spoil(report);
    attempt.report = report.dump();
    const auto made = make_dossier(attempt.facts());
    EXPECT_FALSE(made.ok());
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_THAT(refusal([](Json& report) { report.erase("people"); }), HasSubstr("'people'"));
  EXPECT_THAT(refusal([](Json& report) { report["evidence"]["tier"] = "gold"; }),
              HasSubstr("unknown tier \"gold\""));
  EXPECT_THAT(refusal([](Json& report) { report["report"]["curves"]["roc"][0] = 3; }),
              HasSubstr("curves.roc.false_positive_rate is missing"));
  EXPECT_THAT(refusal([](Json& report) { report["side_by_side"]["moved"][0]["live"] = 10; }),
              HasSubstr("outside the square"));
}

}  // namespace
}  // namespace relearn
