#include "storage/healthpredict/platform_reader.h"

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <array>
#include <set>

#include "base/csv.h"

namespace relearn {
namespace {

constexpr std::string_view kMagic = "SQLite format 3";
constexpr std::array<std::string_view, 5> kUserColumns = {"id", "email", "password", "fullname",
                                                          "is_admin"};
constexpr std::array<std::string_view, 6> kPredictionColumns = {"id",     "user_id", "type",
                                                                "inputs", "outcome", "timestamp"};

// SQLite stores what it is given, whatever the column says: everything is asked for as text, at
// most 64 KiB of it.
constexpr const char* kUsers =
    "SELECT CAST(id AS INTEGER), substr(COALESCE(CAST(email AS TEXT), ''), 1, 65536), "
    "substr(COALESCE(CAST(password AS TEXT), ''), 1, 65536), "
    "substr(COALESCE(CAST(fullname AS TEXT), ''), 1, 65536), "
    "CASE WHEN lower(CAST(is_admin AS TEXT)) IN ('1', 'true', 'yes', 't') THEN 1 ELSE 0 END "
    "FROM users ORDER BY id";
constexpr const char* kPredictions =
    "SELECT CAST(id AS INTEGER), COALESCE(CAST(user_id AS INTEGER), -1), "
    "substr(COALESCE(CAST(type AS TEXT), ''), 1, 65536), "
    "substr(COALESCE(CAST(inputs AS TEXT), ''), 1, 65536), "
    "substr(COALESCE(CAST(outcome AS TEXT), ''), 1, 65536), "
    "substr(COALESCE(CAST(timestamp AS TEXT), ''), 1, 65536) "
    "FROM predictions ORDER BY id";

class PlatformReader final : public PlatformDatabase {
 public:
  PlatformReader(std::string name, const std::string& path)
      : name_(std::move(name)),
        session_(soci::sqlite3, fmt::format("dbname=\"{}\" timeout=5 readonly=true", path)) {}

  /// Throws what SOCI throws.
  Result<void> check_table(const std::string& table, std::span<const std::string_view> columns) {
    std::set<std::string, std::less<>> there;
    std::string column;
    soci::statement listed = (session_.prepare << "SELECT name FROM pragma_table_info(:table)",
                              soci::use(table), soci::into(column));
    listed.execute();
    while (listed.fetch()) there.insert(column);
    for (const std::string_view needed : columns) {
      if (there.contains(needed)) continue;
      return invalid_input(
          there.empty()
              ? fmt::format("{}: has no table {}; is it the platform's users.db?", name_, table)
              : fmt::format("{}: table {} has no column {}", name_, table, needed));
    }
    return {};
  }

  Result<void> visit_users(const std::function<Result<void>(const PlatformUser&)>& visit) override
      try {
    PlatformUser row;
    long long id = 0;
    int admin = 0;
    soci::statement statement =
        (session_.prepare << kUsers, soci::into(id), soci::into(row.email),
         soci::into(row.password), soci::into(row.full_name), soci::into(admin));
    statement.execute();
    while (statement.fetch()) {
      row.id = id;
      row.is_admin = admin == 1;
      TRY(visit(row));
    }
    return {};
  } catch (const std::exception& error) {
    return failed(error);
  }

  Result<void> visit_predictions(
      const std::function<Result<void>(const PlatformPrediction&)>& visit) override try {
    PlatformPrediction row;
    long long id = 0, user = 0;
    soci::statement statement =
        (session_.prepare << kPredictions, soci::into(id), soci::into(user), soci::into(row.type),
         soci::into(row.inputs), soci::into(row.outcome), soci::into(row.timestamp));
    statement.execute();
    while (statement.fetch()) {
      row.id = id;
      row.user = user < 0 ? std::nullopt : std::optional<std::int64_t>(user);
      TRY(visit(row));
    }
    return {};
  } catch (const std::exception& error) {
    return failed(error);
  }

  Error failed(const std::exception& error) const {
    return unavailable(fmt::format("{}: cannot be read: {}", name_, error.what()));
  }

 private:
  std::string name_;
  soci::session session_;
};

/// SQLite would take any file for an empty database until it is asked something.
Result<void> check_magic(const std::filesystem::path& file) {
  const auto source = TRY(open_file_source(file));
  std::array<char, kMagic.size()> begin{};
  const std::size_t got = TRY(source->read(begin));
  if (std::string_view(begin.data(), got) == kMagic) return {};
  return invalid_input(
      fmt::format("{}: is no SQLite database; is it the platform's users.db?", file.string()));
}

}  // namespace

Result<std::unique_ptr<PlatformDatabase>> open_healthpredict(const std::filesystem::path& file) {
  TRY(check_magic(file));
  const std::string path = file.string();
  if (path.find('"') != std::string::npos) {
    return invalid_input(fmt::format("{}: a '\"' in the path is not supported; rename it", path));
  }
  try {
    auto reader = std::make_unique<PlatformReader>(path, path);
    TRY(reader->check_table("users", kUserColumns));
    TRY(reader->check_table("predictions", kPredictionColumns));
    return std::unique_ptr<PlatformDatabase>(std::move(reader));
  } catch (const std::exception& error) {
    return invalid_input(fmt::format("{}: does not open: {}", path, error.what()));
  }
}

}  // namespace relearn
