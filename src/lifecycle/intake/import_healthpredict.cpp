#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/csv.h"
#include "base/digest.h"
#include "base/text.h"
#include "clinical/record_check.h"
#include "lifecycle/intake/healthpredict.h"
#include "lifecycle/intake/import_key.h"
#include "lifecycle/intake/line_import.h"
#include "lifecycle/intake/outcome_line.h"
#include "lifecycle/intake/platform_form.h"
#include "service/secrets/password.h"

namespace relearn {
namespace {

constexpr std::string_view kPlatform = "healthpredict";
constexpr std::string_view kChat = "Medical Bot";
constexpr std::size_t kTextBytesMax = 200;
constexpr std::size_t kRowsPerTransaction = 2000;

/// One disease as the platform calls it.
struct KnownType {
  const DiseaseFile* disease;
  const ImportedForm* form;
  std::set<std::string> default_forms;  // keys
};

class PlatformImport {
 public:
  PlatformImport(PlatformReport& report, ImportedAdmins admins, const IntakePorts& ports)
      : report_(report), admins_(admins), ports_(ports), now_(ports.clock()) {}

  Result<void> learn_types(const std::vector<DiseaseFile>& diseases) {
    for (const DiseaseFile& disease : diseases) {
      for (const ImportedForm& form : disease.imports) {
        if (form.platform != kPlatform) continue;
        KnownType type{&disease, &form, {}};
        for (const std::string& text : form.default_forms) {
          type.default_forms.insert(form_key(TRY(read_form_fields(text))));
        }
        types_.emplace(folded_name(form.type), std::move(type));
      }
    }
    return {};
  }

  Result<void> take_user(const PlatformUser& row) {
    ++report_.users.given;
    auto taken = add_user(row);
    if (taken.ok()) return {};
    if (is_failure(taken.error())) {
      --report_.users.given;
      return taken.take_error();
    }
    ++report_.users.refused;
    if (report_.users_refused.size() < kRefusedShown) {
      report_.users_refused.push_back(
          {static_cast<std::uint64_t>(row.id), taken.take_error().message});
    }
    return {};
  }

  Result<void> take_row(const PlatformPrediction& row) {
    ++report_.rows.lines.given;
    if (row.type == kChat) {
      ++report_.chat;
      return {};
    }
    auto taken = understand(row);
    if (!taken.ok()) {
      if (is_failure(taken.error())) return taken.take_error();
      ++report_.rows.lines.refused;
      report_.rows.refuse(static_cast<std::uint64_t>(row.id), taken.take_error().message);
    }
    if (waiting_.size() < kRowsPerTransaction) return {};
    TRY(store());
    if (ports_.cancel.requested()) {
      return Error{ErrorKind::Cancelled,
                   "stopped on request; what was taken in stays, and the same command goes on"};
    }
    ports_.progress.report({"import", report_.file, report_.rows.lines.given, 0});
    return {};
  }

  Result<void> store() {
    if (waiting_.empty()) return {};
    const BatchSource batch{std::string(kPlatform), report_.file_digest, now_};
    const auto receipts = TRY(ports_.records.add_predictions(waiting_, batch));
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      switch (receipts[i].result) {
        case Receipt::Result::Added:
          ++report_.rows.lines.added;
          if (traits_[i].unusual) ++report_.rows.with_warnings;
          if (traits_[i].incomplete) ++report_.incomplete;
          break;
        case Receipt::Result::AlreadyThere:
          ++report_.rows.lines.already_there;
          break;
        case Receipt::Result::Refused:
          ++report_.rows.lines.refused;
          report_.rows.refuse(traits_[i].row, receipts[i].refused_because);
      }
    }
    waiting_.clear();
    traits_.clear();
    return {};
  }

 private:
  struct Traits {
    std::uint64_t row = 0;
    bool unusual = false, incomplete = false;
  };

  Result<void> add_user(const PlatformUser& row) {
    const std::string email = TRY(read_text_cell("email", trim(row.email), kTextBytesMax));
    if (email.find('@') == std::string::npos) {
      return invalid_input("email: is no e-mail address");
    }
    if (row.is_admin) {
      ++report_.admins_found;
      if (report_.admins.size() < kAdminsShown) report_.admins.push_back(email);
    }
    if (const auto known = TRY(ports_.people.find_user(email))) {
      ++report_.users.already_there;
      users_[row.id] = known->id;
      return {};
    }
    NewUser user;
    user.email = email;
    user.full_name = TRY(read_text_cell("fullname", trim(row.full_name), kTextBytesMax));
    user.role = row.is_admin && admins_ == ImportedAdmins::StayAdmins ? Role::Admin : Role::Patient;
    const bool bcrypt = is_bcrypt(row.password);
    user.password = bcrypt ? PasswordState::Legacy : PasswordState::MustReset;
    if (bcrypt) user.password_hash = row.password;
    users_[row.id] = TRY(ports_.people.add_user(user, now_));
    ++report_.users.added;
    ++(bcrypt ? report_.with_bcrypt : report_.must_reset);
    return {};
  }

  /// Lets the prediction of the row wait, or counts why it is left out.
  Result<void> understand(const PlatformPrediction& row) {
    const auto type = types_.find(folded_name(row.type));
    if (type == types_.end()) {
      return invalid_input(fmt::format("type: '{}' is of no disease file", shown(row.type)));
    }
    const KnownType& known = type->second;
    const DiseaseFile& disease = *known.disease;
    const FormFields fields = TRY(read_form_fields(row.inputs));
    const std::string key = form_key(fields);
    if (known.default_forms.contains(key)) {
      ++report_.default_forms;
      return {};
    }
    const auto user = row.user ? users_.find(*row.user) : users_.end();
    if (user == users_.end()) return invalid_input("user_id: no such user was taken in");
    NewPrediction prediction;
    prediction.disease = disease.id;
    prediction.disease_version = disease.version;
    prediction.subject.user = user->second;
    prediction.made_at = TRY(read_timestamp(row.timestamp));
    prediction.shown = TRY(read_text_cell("outcome", trim(row.outcome), kTextBytesMax));
    Traits traits{static_cast<std::uint64_t>(row.id), false, false};
    const std::vector<double> values = TRY(understand_form(disease, *known.form, fields));
    TRY(read_values(disease, values, prediction, traits));
    prediction.import_key = key_of_contents(prediction);
    if (!seen_.insert(sha256(fmt::format("{} {} {}", *row.user, disease.id, key))).second) {
      ++report_.repeated;
      return {};
    }
    waiting_.push_back(std::move(prediction));
    traits_.push_back(traits);
    return {};
  }

  static Result<void> read_values(const DiseaseFile& disease, const std::vector<double>& values,
                                  NewPrediction& prediction, Traits& traits) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isnan(values[i])) continue;
      prediction.inputs.emplace_back(disease.predictors[i].id, values[i]);
    }
    if (prediction.inputs.empty()) return invalid_input("inputs: no value of any predictor");
    std::vector<Finding> findings;
    check_record(disease, values, findings);
    for (Finding& finding : findings) {
      if (finding.severity == Finding::Severity::Warning) {
        traits.unusual = true;
      } else if (finding.reason == "missing") {
        // It belongs to the person's history, though no model can learn from it.
        traits.incomplete = true;
      } else {
        return invalid_input(std::move(finding.message));
      }
    }
    return {};
  }

  Result<Moment> read_timestamp(std::string_view text) const {
    const auto fraction = text.find('.');
    const Moment made_at = TRY(parse_moment(text.substr(0, fraction)));
    if (made_at > now_) {
      return invalid_input(fmt::format("timestamp: {} is in the future", shown(text)));
    }
    return made_at;
  }

  PlatformReport& report_;
  ImportedAdmins admins_;
  const IntakePorts& ports_;
  Moment now_;
  std::map<std::string, KnownType> types_;  // by folded name
  std::map<std::int64_t, UserId> users_;    // by the platform's id
  std::set<std::string> seen_;              // digests of user, disease and form
  std::vector<NewPrediction> waiting_;
  std::vector<Traits> traits_;  // of those
};

Result<void> run(PlatformDatabase& database, PlatformImport& import) {
  TRY(database.visit_users([&](const PlatformUser& row) { return import.take_user(row); }));
  TRY(database.visit_predictions(
      [&](const PlatformPrediction& row) { return import.take_row(row); }));
  return import.store();
}

}  // namespace

Result<PlatformImportEnd> import_healthpredict(const std::vector<DiseaseFile>& diseases,
                                               PlatformDatabase& database,
                                               const std::filesystem::path& file,
                                               ImportedAdmins admins, const IntakePorts& ports) {
  PlatformImportEnd end;
  PlatformReport& report = end.report;
  report.file = report.rows.file = file.string();
  report.rows.kind = kPlatform;
  report.file_digest = report.rows.file_digest = TRY(digest_of_file(file));
  PlatformImport import(report, admins, ports);
  TRY(import.learn_types(diseases));
  TRY(ports.records.admit(PeopleKind::Real, ports.clock()));
  auto ran = run(database, import);
  if (!ran.ok()) {
    end.stopped = ran.take_error();
    ItemCounts& rows = report.rows.lines;
    rows.given = rows.added + rows.already_there + rows.refused + report.chat + report.repeated +
                 report.default_forms;
  }
  return end;
}

}  // namespace relearn
