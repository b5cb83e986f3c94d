#include "lifecycle/gate/evidence_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/gate_numbers.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

ChangePlan some_plan() {
  ChangePlan plan;
  plan.digest = some_digest('e');
  return plan;
}

Json fine_document() { return Json::parse(evidence_to_json(fine_evidence(some_plan()))); }

std::string refusal(const Json& document) {
  const auto read = evidence_from_json(document.dump());
  if (read.ok()) return "it is accepted";
  EXPECT_EQ(read.error().kind, ErrorKind::BrokenInvariant);
  return read.error().message;
}

TEST(EvidenceJson, WhatIsWrittenIsReadBack) {
  GateEvidence evidence = fine_evidence(some_plan());
  evidence.facts.shifted_predictors = {"age_years"};
  evidence.drift->second_readings = 20;
  evidence.drift->kappa = 0.8;
  evidence.drift->without_site = {fine_without("pune")};
  const std::string text = evidence_to_json(evidence);
  const auto read = evidence_from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(evidence_to_json(read.value()), text);
  EXPECT_EQ(read.value().locked->against_anchor->upper_look,
            evidence.locked->against_anchor->upper_look);
  EXPECT_EQ(read.value().drift->without_site.front().name, "pune");
}

TEST(EvidenceJson, WhatIsAbsentStaysAbsent) {
  GateEvidence evidence = fine_evidence(some_plan());
  evidence.champion_digest.clear();
  evidence.anchor_digest.clear();
  evidence.fresh.reset();
  evidence.pooled.reset();
  evidence.sensitivity.reset();
  evidence.drift.reset();
  evidence.without_contributor.reset();
  const auto read = evidence_from_json(evidence_to_json(evidence));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read.value().fresh);
  EXPECT_FALSE(read.value().without_contributor);
}

TEST(EvidenceJson, EveryKeyIsNeededAndNoOtherIsKnown) {
  const Json fine = fine_document().flatten();
  ASSERT_GT(fine.size(), 100u);
  for (const auto& [pointer, value] : fine.items()) {
    Json lacking = fine_document();
    const Json::json_pointer at(pointer);
    Json& parent = lacking.at(at.parent_pointer());
    if (!parent.is_object()) continue;
    parent.erase(at.back());
    const bool optional = at.back() == "kappa" || at.back() == "largest_coefficient" ||
                          at.back() == "condition_number" || at.back() == "intercept_move" ||
                          (at.back() == "slope" && at.parent_pointer().to_string() == "/change") ||
                          (at.back() == "intercept" && pointer.starts_with("/subgroups"));
    EXPECT_EQ(refusal(lacking) == "it is accepted", optional) << pointer;
    Json more = fine_document();
    more.at(at.parent_pointer())["made_up"] = 1;
    EXPECT_THAT(refusal(more), HasSubstr("made_up is an unknown key")) << pointer;
  }
}

TEST(EvidenceJson, ANumberThatIsNotFiniteIsNotReadBack) {
  GateEvidence evidence = fine_evidence(some_plan());
  evidence.stability->mean_change = NAN;
  const auto read = evidence_from_json(evidence_to_json(evidence));
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("stability.mean_change is no finite number"));
}

struct Lie {
  const char* at;
  Json value;
  const char* message;
};

TEST(EvidenceJson, WhatCannotBeIsRefused) {
  const Lie lies[] = {
      {"/candidate_digest", "", "candidate_digest: it is empty"},
      {"/candidate_digest", "ABC", "candidate_digest is no SHA-256"},
      {"/disease", "heart\u001b[2J", "disease is too long or holds control characters"},
      {"/disease", 3, "disease is no text"},
      {"/champion_digest", "", "a live model and an anchor go together"},
      {"/look", -1, "look is no whole number"},
      {"/look", 2.5, "look is no whole number"},
      {"/locked_closed", true,
       "locked_closed: the locked people are closed, and there are numbers"},
      {"/look_error", 1.5, "look_error is 1.5, it must be 0 to 1"},
      {"/facts/converged", 1, "facts.converged is neither true nor false"},
      {"/facts/untraced_rows", -3, "facts.untraced_rows is no whole number"},
      {"/change/rung", "shuffle", "change.rung is no rung of the ladder"},
      {"/locked", 7, "locked is no object"},
      {"/locked/people/persons", 101, "locked.people: 101 persons are not 46 cases and 54"},
      {"/locked/auroc/value", 0.99, "locked.auroc: the value is outside its interval"},
      {"/locked/auroc/high", 1.2, "locked.auroc: the interval leaves 0 to 1"},
      {"/locked/against_champion/upper_95", -0.01, "locked.against_champion: the bounds are not"},
      {"/locked/against_anchor/upper_look", 0.9, "on the wrong side of the 95 % bound"},
      {"/locked/auroc_to_anchor/lower_look", 0.3, "a lower bound is above the value"},
      {"/new/effective_persons", 61, "new.effective_persons: 61 is more than the 60 there are"},
      {"/new/against_champion/mean", -5, "new.against_champion.mean is -5, it must be -4.6 to"},
      {"/sensitivity/more_lost", 0.5, "sensitivity: p of 1 lost and 2 gained is 0.875000, not"},
      {"/sensitivity/candidate", 0.9, "sensitivity: the sensitivities do not differ by what"},
      {"/sensitivity/cases", 71, "sensitivity: it is of 71 cases, locked and new people have 72"},
      {"/net_benefit/quantile_05", 0.1, "net_benefit: the 5 % quantile is above the difference"},
      {"/subgroups/0/people/cases", 29, "subgroup women: 60 persons are not 29 cases and 32"},
      {"/subgroups/1/harm_p", 2, "subgroups[1].harm_p is 2, it must be 0 to 1"},
      {"/membership/lira_auroc", 1.01, "membership.lira_auroc is 1.01, it must be 0 to 1"},
      {"/without_contributor/2/fresh/upper_90", 0.3, "without 3: the bounds are not around"},
      {"/drift/champion_slope/high", 0.1, "drift.champion_slope: the value is outside"},
      {"/drift/kappa", 0.9, "drift.kappa: there is an agreement without second readings"},
  };
  ASSERT_EQ(refusal(fine_document()), "it is accepted");
  for (const Lie& lie : lies) {
    Json document = fine_document();
    document[Json::json_pointer(lie.at)] = lie.value;
    EXPECT_THAT(refusal(document), HasSubstr(lie.message)) << lie.at;
  }
}

TEST(EvidenceJson, WhatIsNoDocumentIsRefused) {
  for (const char* text : {"", "[]", "7", "{", "{\"disease\": \"heart\"}"}) {
    EXPECT_FALSE(evidence_from_json(text).ok()) << text;
  }
}

}  // namespace
}  // namespace relearn
