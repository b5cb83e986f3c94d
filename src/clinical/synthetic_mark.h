// How invented people are marked: in a file of them, and in a model that learnt from them.
#pragma once

#include <string_view>

namespace relearn {

/// At the start of a file's first line; what follows in the line says how they were made.
inline constexpr std::string_view kSyntheticMark = "# SYNTHETIC";

/// Of the beginning of a file, with or without a byte order mark.
inline bool is_marked_synthetic(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text.starts_with(kSyntheticMark);
}

/// The fact of a model file that says whom it learnt from.
inline constexpr std::string_view kDataFact = "data";
inline constexpr std::string_view kSyntheticData = "SYNTHETIC";
inline constexpr std::string_view kRealData = "REAL";

}  // namespace relearn
