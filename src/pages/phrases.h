// The fixed sentences of pages in one language, from languages/<language>.toml, which is compiled
// in. A sentence may hold places "{n}" that are filled when it is said.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace relearn {

class Phrases {
 public:
  using Places = std::initializer_list<std::pair<std::string_view, std::string>>;

  /// "en", "mr". NotFound for another language; InvalidInput when its file is no table of texts.
  static Result<Phrases> load(std::string_view language);

  const std::string& language() const { return language_; }
  bool has(std::string_view key) const { return sentences_.contains(key); }
  /// The sentence, its places filled. The key must be there (a programmer's error otherwise).
  std::string say(std::string_view key, Places places = {}) const;
  const std::map<std::string, std::string, std::less<>>& sentences() const { return sentences_; }

 private:
  std::string language_;
  std::map<std::string, std::string, std::less<>> sentences_;
};

}  // namespace relearn
