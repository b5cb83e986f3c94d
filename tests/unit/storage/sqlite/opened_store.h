// A store in a fresh folder, and the records that most tests begin with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "service/secrets/key_ring.h"
#include "storage/sqlite/store.h"
#include "support/scratch_folder.h"

namespace relearn {

inline constexpr Moment kNow{1'700'000'000};  // 2023-11-14T22:13:20Z

class OpenedStore {
 public:
  OpenedStore();

  StoreOptions options() const;
  KeyRing keys() const;
  Result<std::shared_ptr<SqliteStore>> open() const { return SqliteStore::open(options(), keys()); }
  void reopen();
  void close() { store.reset(); }
  std::filesystem::path folder() const { return scratch_.path() / "store"; }
  std::filesystem::path scratch() const { return scratch_.path(); }
  std::filesystem::path database() const { return database_file(folder()); }

  /// One statement past the store, as an intruder or an editor would; what SQLite says, "" when
  /// done.
  std::string edit(const std::string& sql) const;
  /// The first column of every row, joined by spaces.
  std::string query(const std::string& sql) const;
  /// How SQLite would do it.
  std::string explain(const std::string& sql) const;

  Receipt add(const NewPrediction& prediction) const;
  Receipt add(const NewOutcomeEvent& event) const;

 private:
  ScratchFolder scratch_;

 public:
  std::shared_ptr<SqliteStore> store;
};

NewPrediction prediction_of(const std::string& reference, const std::string& disease = "heart");
NewOutcomeEvent confirmed(const PredictionId& prediction);

inline constexpr Actor kOperator{};
inline constexpr Actor kAdmin{UserId{1}, Role::Admin};
inline constexpr Actor kApprover{UserId{2}, Role::Approver};
inline constexpr Actor kOtherApprover{UserId{3}, Role::Approver};

/// Of heart, by user 9, needing one approval of an "ask".
NewAttempt attempt_of(const std::string& verdict, std::int64_t champion,
                      const std::string& snapshot = "");

}  // namespace relearn
