// Which predictions wait for an outcome, and how many records of each disease there are: kept by
// whoever adds to the store, in the same transaction, so that nobody has to count millions. Belongs
// to the thread that writes; its statements are prepared once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "records/outcome.h"
#include "storage/sqlite/connection.h"

namespace relearn {

class WaitingList {
 public:
  explicit WaitingList(soci::session& session);
  ~WaitingList();

  /// number: of its row, which is there.
  void prediction_added(long long number, const std::string& disease);  // throws
  /// `before`: none when it is the first event.
  void outcome_added(long long number, const std::string& disease,
                     std::optional<OutcomeState> before, OutcomeState after);  // throws

 private:
  struct Statements;
  void put_on(long long number, const std::string& disease);
  void take_off(long long number, const std::string& disease);
  void count(const std::string& disease, std::string_view what, long long change);

  std::unique_ptr<Statements> statements_;
};

/// Takes what is stored of a person out of the counts, before it is deleted. Throws.
void uncount_person(soci::session& session, long long person);

}  // namespace relearn
