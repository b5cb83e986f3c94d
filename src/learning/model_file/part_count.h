// How much a file would become in memory. Two bytes can stand for an empty message, which takes
// some hundred bytes once it is parsed: 16 MiB of them are 2 GiB. So they are counted before.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace relearn {

/// Our largest possible file has about 560,000: one text for each tree node of 30 bytes or more.
inline constexpr std::size_t kPartsMax = 600'000;

/// Messages, texts and arrays in the bytes of an ONNX model, counted up to kPartsMax + 1; nothing
/// when the bytes are no ONNX model or are nested deeper than protobuf reads.
std::optional<std::size_t> count_parts(std::string_view bytes);

}  // namespace relearn
