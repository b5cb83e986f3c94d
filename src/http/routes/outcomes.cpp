#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "http/flat_body.h"
#include "http/routes.h"
#include "lifecycle/intake/outcome_line.h"

namespace relearn {
namespace {

/// Whoever is signed in says it, in the role that they have now.
Result<NewOutcomeEvent> read_event(const Api& api, const User& user, const Texts& texts,
                                   const DiseaseFile& disease, const Prediction& prediction) {
  std::array<std::string_view, kOutcomeColumns.size()> cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (kOutcomeColumns[i] != "contributor") cells[i] = texts.find(kOutcomeColumns[i])->second;
  }
  OutcomeLines lines(*api.people, user.email, api.now());
  NewOutcomeEvent event =
      TRY(lines.read(cells, disease, {prediction.made_at, std::nullopt, prediction.person}));
  event.prediction = prediction.id;
  // What does not depend on the latest event is said here, by its kind; the rest by the store.
  const auto first = check_transition(std::nullopt, event, prediction.made_at);
  if (!first.ok() && first.error().kind != ErrorKind::Conflict) return Error(first.error());
  return event;
}

/// The member that the sentence begins with, if it is one.
std::string_view field_of(const std::string& sentence) {
  for (const std::string_view column : kOutcomeColumns) {
    if (sentence.starts_with(fmt::format("{}:", column))) return column;
  }
  return "";
}

}  // namespace

HttpResponse answer_outcome(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_signed_in(request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const User& user = *std::get<Caller>(found).user;
  if (user.role == Role::Patient) return problem(403, "only clinicians tell outcomes here");
  auto body = read_texts(request, {{"prediction_id", "outcome"},
                                   {"state", "source", "reference_standard", "observed_on",
                                    "blinded", "evidence", "reason"}});
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const Texts& texts = std::get<Texts>(body);
  const auto prediction = api.records->find_prediction({texts.at("prediction_id")});
  if (!prediction.ok()) return problem_of(prediction.error());
  if (!prediction.value()) {
    return problem(404, "prediction_id: there is no such prediction", "prediction_id");
  }
  const DiseaseFile* const disease = api.models->disease(prediction.value()->disease);
  if (disease == nullptr) {
    return problem(409, "the disease of this prediction is not described here any more");
  }
  const auto event = read_event(api, user, texts, *disease, *prediction.value());
  if (!event.ok()) return problem_of(event.error(), field_of(event.error().message));
  const auto receipts =
      api.records->add_outcomes({&event.value(), 1}, {"outcomes", "", event.value().recorded_at});
  if (!receipts.ok()) return problem_of(receipts.error());
  const Receipt& receipt = receipts.value().front();
  if (receipt.result == Receipt::Result::Refused) return problem(409, receipt.refused_because);
  HttpResponse response;
  response.status = 201;
  response.body = nlohmann::ordered_json{{"prediction_id", receipt.prediction.text},
                                         {"state", state_word(event.value().state)},
                                         {"recorded_at", to_text(event.value().recorded_at)}}
                      .dump();
  return response;
}

}  // namespace relearn
