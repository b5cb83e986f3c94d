#include "lifecycle/intake/import_key.h"

#include <fmt/format.h>

#include <initializer_list>

#include "base/digest.h"

namespace relearn {
namespace {

/// Each part with its length, so that no two lists of parts give the same text.
std::string digest_of(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += fmt::format("{}:{},", part.size(), part);
  return sha256(text);
}

}  // namespace

std::string subject_key(const Subject& subject) {
  if (subject.user) return fmt::format("user {}", subject.user->value);
  return fmt::format("person {}", subject.reference);
}

std::string key_of_reference(std::string_view disease, const Subject& subject,
                             std::string_view prediction_ref) {
  return digest_of({"prediction by reference", disease, subject_key(subject), prediction_ref});
}

std::string key_of_contents(const NewPrediction& prediction) {
  std::string inputs;
  for (const auto& [id, value] : prediction.inputs) inputs += fmt::format("{}={};", id, value);
  return digest_of({"prediction", prediction.disease, subject_key(prediction.subject),
                    to_text(prediction.made_at), inputs});
}

std::string key_of_event(const NewOutcomeEvent& event) {
  // A doubt or a withdrawal need not say a day; without one it is the day the file came.
  const bool undated =
      event.state == OutcomeState::Contested || event.state == OutcomeState::Retracted;
  const std::string day = undated ? "" : to_text(event.observed_on);
  return digest_of({"outcome", event.prediction.text, state_word(event.state),
                    event.value == OutcomeValue::Present ? "1" : "0", source_word(event.source),
                    event.reference_standard, event.actor, event.blinded ? "blinded" : "",
                    event.evidence, event.reason, day});
}

}  // namespace relearn
