// Whom a line is about: somebody with an account here, or a person whom a clinic knows.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/prediction.h"
#include "records/record_store.h"

namespace relearn {

/// Remembers the accounts it has found. Not thread-safe.
class AccountLookup {
 public:
  explicit AccountLookup(PeopleStore& people) : people_(people) {}

  /// person: the clinic's reference; user: the e-mail of an account. Exactly one of them.
  Result<Subject> read_subject(std::string_view person, std::string_view user);

 private:
  PeopleStore& people_;
  std::map<std::string, UserId, std::less<>> found_;
};

}  // namespace relearn
