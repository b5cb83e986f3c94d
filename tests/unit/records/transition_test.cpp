// Every step between two states, for every role and for the same and another person, against a
// table written out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "clinical/disease_file.h"
#include "records/outcome.h"
#include "records/quarantine.h"

namespace relearn {
namespace {

constexpr std::array kRoles = {Role::Patient, Role::Clinician, Role::Approver, Role::Admin};
constexpr std::array kStates = {OutcomeState::Reported, OutcomeState::Confirmed,
                                OutcomeState::Contested, OutcomeState::Adjudicated,
                                OutcomeState::Retracted};

/// Letters of the roles that may: p, c, a(pprover), m(aster of the machine); for who said the last
/// thing, and for somebody else.
struct Step {
  std::string_view from, to, same, other;
};

constexpr Step kAllowed[] = {
    {"", "reported", "pcam", "pcam"},           {"", "confirmed", "ca", "ca"},
    {"reported", "reported", "pcam", "pcam"},   {"reported", "confirmed", "ca", "ca"},
    {"reported", "retracted", "pcam", "cam"},   {"confirmed", "confirmed", "ca", "ca"},
    {"confirmed", "contested", "pca", "pca"},   {"confirmed", "retracted", "cam", "cam"},
    {"contested", "adjudicated", "", "ca"},     {"contested", "retracted", "cam", "cam"},
    {"adjudicated", "adjudicated", "ca", ""},   {"adjudicated", "contested", "pca", "pca"},
    {"adjudicated", "retracted", "cam", "cam"}, {"retracted", "reported", "pcam", "pcam"},
    {"retracted", "confirmed", "ca", "ca"},
};

std::string_view allowed(std::string_view from, std::string_view to, bool same) {
  for (const Step& step : kAllowed) {
    if (step.from == from && step.to == to) return same ? step.same : step.other;
  }
  return "";
}

NewOutcomeEvent complete_event(OutcomeState state, Role role, std::string actor) {
  NewOutcomeEvent event;
  event.state = state;
  event.actor = std::move(actor);
  event.actor_role = role;
  event.source = role == Role::Patient ? OutcomeSource::SelfReport : OutcomeSource::Laboratory;
  event.reference_standard = "hba1c";
  event.reason = "because";
  event.observed_on = {2024, 5, 1};
  event.recorded_at = start_of({2024, 6, 1});
  return event;
}

TEST(CheckTransition, FollowsTheTableForEveryStateRoleAndPerson) {
  const Moment made_at = start_of({2024, 3, 1});
  std::size_t checked = 0, passed = 0;
  for (std::size_t from = 0; from <= kStates.size(); ++from) {
    std::optional<CurrentOutcome> current;
    if (from > 0) current = {kStates[from - 1], OutcomeValue::Present, "ana", "ana"};
    const std::string_view from_word = current ? state_word(current->state) : "";
    for (const OutcomeState to : kStates) {
      for (std::size_t role = 0; role < kRoles.size(); ++role) {
        for (const bool same : {true, false}) {
          const auto event = complete_event(to, kRoles[role], same ? "ana" : "bob");
          const bool may =
              allowed(from_word, state_word(to), same).find("pcam"[role]) != std::string_view::npos;
          const auto result = check_transition(current, event, made_at);
          EXPECT_EQ(result.ok(), may) << from_word << " -> " << state_word(to) << " by "
                                      << role_word(kRoles[role]) << (same ? ", same" : ", other");
          if (!result.ok()) {
            EXPECT_THAT(result.error().kind,
                        testing::AnyOf(ErrorKind::Conflict, ErrorKind::NotAllowed));
          }
          ++checked;
          passed += may;
        }
      }
    }
  }
  EXPECT_EQ(checked, 6u * 5u * 4u * 2u);
  EXPECT_EQ(passed, 81u);  // letters of the table
}

TEST(CheckTransition, TheReasonIsDueWhereSomethingIsOverruled) {
  const Moment made_at = start_of({2024, 3, 1});
  for (const OutcomeState from : kStates) {
    for (const OutcomeState to : kStates) {
      const CurrentOutcome current{from, OutcomeValue::Present, "ana", "ana"};
      const bool correction = from == OutcomeState::Adjudicated && to == from;
      NewOutcomeEvent event = complete_event(to, Role::Clinician, correction ? "ana" : "bob");
      if (!check_transition(current, event, made_at).ok()) continue;
      event.reason = "  ";
      const bool due = to != OutcomeState::Reported &&
                       !(from == OutcomeState::Reported && to == OutcomeState::Confirmed);
      EXPECT_EQ(check_transition(current, event, made_at).ok(), !due)
          << state_word(from) << " -> " << state_word(to);
    }
  }
}

TEST(OutcomeWords, GoBothWays) {
  for (const OutcomeState state : kStates) EXPECT_EQ(parse_state(state_word(state)), state);
  for (const OutcomeSource source :
       {OutcomeSource::Laboratory, OutcomeSource::Imaging, OutcomeSource::Specialist,
        OutcomeSource::Registry, OutcomeSource::SelfReport, OutcomeSource::Other}) {
    EXPECT_EQ(parse_source(source_word(source)), source);
  }
  for (const Role role : kRoles) EXPECT_EQ(parse_role(role_word(role)), role);
  for (const auto state :
       {QuarantineState::Open, QuarantineState::Released, QuarantineState::Upheld}) {
    EXPECT_EQ(parse_quarantine_state(quarantine_state_word(state)), state);
  }
  for (const auto scope : {QuarantineScope::Contributor, QuarantineScope::Batch}) {
    EXPECT_EQ(parse_quarantine_scope(quarantine_scope_word(scope)), scope);
  }
  EXPECT_FALSE(parse_state("Confirmed"));
  EXPECT_FALSE(parse_source("model"));
  EXPECT_FALSE(parse_role(""));
}

TEST(OutcomeSources, OfEveryDiseaseAreSourcesOfAnEvent) {
  const auto diseases = load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases");
  ASSERT_TRUE(diseases.ok()) << diseases.error().message;
  std::size_t standards = 0;
  for (const DiseaseFile& disease : diseases.value()) {
    for (const ReferenceStandard& standard : disease.outcome.reference_standards) {
      EXPECT_TRUE(parse_source(standard.source)) << disease.id << " " << standard.id;
      ++standards;
    }
  }
  EXPECT_GE(standards, 10u);
}

}  // namespace
}  // namespace relearn
