#include "storage/sqlite/prediction_writer.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <array>
#include <optional>

#include "base/text.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

/// "p-" and 128 random bits in the letters of RFC 4648 base32, in lower case.
std::string new_id(const RandomBytes& random) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<unsigned char, 16> bytes{};
  random(bytes);
  std::string id = "p-";
  unsigned held = 0, bits = 0;
  for (const unsigned char byte : bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) id += kLetters[(held >> (bits - 5)) & 31];
  }
  id += kLetters[(held << (5 - bits)) & 31];
  return id;
}

/// A sentence; "" when the prediction may be stored as it is.
std::string wrong_with(const NewPrediction& prediction) {
  if (trim(prediction.disease).empty()) return "a prediction needs a disease";
  if (prediction.risk && !(prediction.risk->value >= 0 && prediction.risk->value <= 1)) {
    return fmt::format("the risk {} is not between 0 and 1", prediction.risk->value);
  }
  const Subject& subject = prediction.subject;
  if (subject.user && !subject.reference.empty()) {
    return "a prediction is about a user or about a reference, not both";
  }
  if (!subject.reference.empty() && trim(subject.reference).empty()) {
    return "the reference of the person is blank";
  }
  for (const auto& [what, text] :
       {std::pair<std::string_view, std::string_view>{"the disease", prediction.disease},
        {"the reference of the person", subject.reference},
        {"the model version", prediction.model_version},
        {"what was shown", prediction.shown},
        {"the import key", prediction.import_key}}) {
    std::string wrong = wrong_with_text(what, text);
    if (!wrong.empty()) return wrong;
  }
  return wrong_with_inputs(prediction.inputs);
}

soci::indicator indicator_of(bool value) { return value ? soci::i_ok : soci::i_null; }

}  // namespace

/// The variables are bound to the statements below them.
struct PredictionWriter::Statements {
  std::string index, sealed;
  long long person = 0;
  long long user = 0;
  long long batch = 0;
  long long made_at = 0;
  long long disease_version = 0;
  double risk = 0;
  std::string id, disease, inputs, model_version, shown, import_index;
  soci::indicator has_person = soci::i_null, has_risk = soci::i_null, has_import = soci::i_null;
  long long found = 0;
  std::string found_id;

  soci::statement find_imported, find_withdrawn, find_reference, add_reference, find_user, insert;

  explicit Statements(soci::session& session)
      : find_imported(
            (session.prepare << "SELECT id FROM predictions WHERE import_index = :import_index",
             soci::use(import_index), soci::into(found_id))),
        find_withdrawn((session.prepare << "SELECT number FROM withdrawn WHERE who_index = :index",
                        soci::use(index), soci::into(found))),
        find_reference((session.prepare << "SELECT id FROM persons WHERE reference_index = :index",
                        soci::use(index), soci::into(found))),
        add_reference((session.prepare << "INSERT INTO persons (reference_index, reference_sealed) "
                                          "VALUES (:index, :sealed) RETURNING id",
                       soci::use(index), soci::use(sealed), soci::into(found))),
        find_user((session.prepare << "SELECT person FROM users WHERE id = :user", soci::use(user),
                   soci::into(found))),
        insert((session.prepare
                    << "INSERT INTO predictions (id, person, disease, disease_version, made_at, "
                       "inputs, model_version, risk, shown, import_index, batch) VALUES (:id, "
                       ":person, :disease, :disease_version, :made_at, :inputs, :model_version, "
                       ":risk, :shown, :import_index, :batch) RETURNING number",
                soci::use(id), soci::use(person, has_person), soci::use(disease),
                soci::use(disease_version), soci::use(made_at), soci::use(inputs),
                soci::use(model_version), soci::use(risk, has_risk), soci::use(shown),
                soci::use(import_index, has_import), soci::use(batch), soci::into(found))) {}

  /// The person's number; none for a guest. A sentence when there can be none.
  std::string find_person(const Subject& subject, const KeyRing& keys) {
    has_person = indicator_of(subject.user || !subject.reference.empty());
    if (subject.user) {
      user = subject.user->value;
      if (!executes_to_row(find_user)) return fmt::format("there is no user {}", user);
      person = found;
    } else if (!subject.reference.empty()) {
      const std::string_view reference = trim(subject.reference);
      index = keys.index(kReferenceDomain, reference);
      if (!executes_to_row(find_reference)) {
        if (executes_to_row(find_withdrawn)) {
          return "the person has withdrawn; nothing about them is stored again";
        }
        sealed = keys.seal(reference, {"persons", "reference", index});
        executes_to_row(add_reference);
      }
      person = found;
    }
    return "";
  }
};

PredictionWriter::PredictionWriter(soci::session& session, const KeyRing& keys,
                                   const RandomBytes& random, WaitingList& waiting)
    : keys_(keys),
      random_(random),
      waiting_(waiting),
      statements_(std::make_unique<Statements>(session)) {}
PredictionWriter::~PredictionWriter() = default;

Receipt PredictionWriter::add(const NewPrediction& prediction, BatchNumber& batch) {
  Statements& row = *statements_;
  std::string wrong = wrong_with(prediction);
  if (!wrong.empty()) return {Receipt::Result::Refused, {}, std::move(wrong)};
  row.has_import = indicator_of(!prediction.import_key.empty());
  if (!prediction.import_key.empty()) {
    row.import_index = keys_.index(kPredictionKeyDomain, prediction.import_key);
    if (executes_to_row(row.find_imported)) {
      return {Receipt::Result::AlreadyThere, {row.found_id}, ""};
    }
  }
  wrong = row.find_person(prediction.subject, keys_);
  if (!wrong.empty()) return {Receipt::Result::Refused, {}, std::move(wrong)};
  row.id = new_id(random_);
  row.disease = prediction.disease;
  row.disease_version = prediction.disease_version;
  row.made_at = prediction.made_at.seconds;
  row.inputs = inputs_text(prediction.inputs);
  row.model_version = prediction.model_version;
  row.has_risk = indicator_of(prediction.risk.has_value());
  row.risk = prediction.risk ? prediction.risk->value : 0;
  row.shown = prediction.shown;
  row.batch = batch.get();
  executes_to_row(row.insert);
  waiting_.prediction_added(row.found, row.disease);
  return {Receipt::Result::Added, {row.id}, ""};
}

}  // namespace relearn
