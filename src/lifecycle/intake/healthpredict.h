// The Python platform's database, brought in: its users, and what it predicted for them.
//
// Users keep a bcrypt hash until their next login; whatever else stands where a password should be
// is never accepted as one, and the account must reset. Predictions come in without an outcome and
// without a risk: the text that the platform stored beside them is what its model said (for heart
// disease the probability of being well), so it is kept as what was shown, and as nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/intake/import_report.h"
#include "lifecycle/intake/intake.h"

namespace relearn {

/// A row of its table users, as it stands there.
struct PlatformUser {
  std::int64_t id = 0;
  std::string email, password, full_name;
  bool is_admin = false;
};

/// A row of its table predictions.
struct PlatformPrediction {
  std::int64_t id = 0;
  std::optional<std::int64_t> user;
  std::string type;       // "Heart Disease", "Diabetes", "Parkinson's", "Medical Bot"
  std::string inputs;     // JSON of the form's words, or "Age: 50, BP: 120"
  std::string outcome;    // "82.4% Risk": its own model's words
  std::string timestamp;  // "2024-03-11 10:20:30.123456", UTC
};

/// Port to that database; only reads. Implementation: storage/healthpredict.
class PlatformDatabase {
 public:
  virtual ~PlatformDatabase() = default;
  /// Each row in order of id; stops at the visitor's first error.
  virtual Result<void> visit_users(
      const std::function<Result<void>(const PlatformUser&)>& visit) = 0;
  virtual Result<void> visit_predictions(
      const std::function<Result<void>(const PlatformPrediction&)>& visit) = 0;
};

enum class ImportedAdmins { BecomePatients, StayAdmins };

/// users.given = added + already_there + refused.
/// rows.lines.given = added + already_there + refused + chat + repeated + default_forms.
struct PlatformReport {
  std::string file, file_digest;
  ItemCounts users;
  std::uint64_t with_bcrypt = 0, must_reset = 0;  // of those added
  std::vector<std::string> admins;  // e-mails of its administrators, first kAdminsShown
  std::uint64_t admins_found = 0;
  std::vector<RefusedLine> users_refused;  // by id, first kRefusedShown

  ImportReport rows;             // "line": the row's id
  std::uint64_t incomplete = 0;  // of those added: something that a model needs is missing
  std::uint64_t chat = 0, repeated = 0, default_forms = 0;  // left out
};

inline constexpr std::size_t kAdminsShown = 20;

struct PlatformImportEnd {
  PlatformReport report;
  std::optional<Error> stopped;
};

/// The same file twice changes nothing. `file` is what the database was opened from.
Result<PlatformImportEnd> import_healthpredict(const std::vector<DiseaseFile>& diseases,
                                               PlatformDatabase& database,
                                               const std::filesystem::path& file,
                                               ImportedAdmins admins, const IntakePorts& ports);

}  // namespace relearn
