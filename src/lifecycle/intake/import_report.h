// What became of a file that somebody sent: it always adds up.
//
//   lines = added + already there + refused          (of outcome events the same, apart)
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace relearn {

/// A line that was not taken in.
struct RefusedLine {
  std::uint64_t line = 0;
  std::string because;  // one sentence
};

struct ItemCounts {
  std::uint64_t given = 0, added = 0, already_there = 0, refused = 0;
};

inline constexpr std::size_t kRefusedShown = 10;
inline constexpr std::size_t kReasonsCounted = 100;  // further ones are "other reasons"

struct ImportReport {
  std::string file, kind;             // as named; "predictions", "outcomes"
  std::string file_digest;            // SHA-256
  std::vector<std::string> diseases;  // ids, of what was taken in
  ItemCounts lines;
  std::uint64_t with_warnings = 0;  // of the lines taken: unusual values
  ItemCounts outcomes;              // events told in the lines of a predictions file
  std::uint64_t scored = 0;         // predictions that got the live model's risk here
  std::size_t refused_shown = kRefusedShown;
  std::vector<RefusedLine> first_refused;        // at most refused_shown
  std::map<std::string, std::uint64_t> reasons;  // countable form of each sentence -> lines

  void refuse(std::uint64_t line, std::string because);
};

/// The sentence without its numbers and quotations, so that equal reasons can be counted.
std::string countable(std::string_view sentence);

}  // namespace relearn
