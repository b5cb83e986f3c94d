// A tensor of ONNX: a shape and elements of one type, row-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace relearn {

using TensorShape = std::vector<std::size_t>;

std::size_t element_count(const TensorShape& shape);

/// Floats, doubles, int64 or, as bytes, booleans.
using TensorElements = std::variant<std::vector<float>, std::vector<double>,
                                    std::vector<std::int64_t>, std::vector<std::uint8_t>>;

struct OnnxTensor {
  TensorShape shape;
  TensorElements elements;  // element_count(shape) of them
};

/// The common shape of two (multidirectional broadcasting); nothing when they do not fit.
std::optional<TensorShape> broadcast(const TensorShape& a, const TensorShape& b);

/// For each element of `to`, in order, the place of the element of `from` that is broadcast there.
std::vector<std::size_t> broadcast_places(const TensorShape& from, const TensorShape& to);

/// The shape seen along one axis: `before` blocks of `along` slices of `after` elements.
struct AxisView {
  std::size_t before = 1, along = 1, after = 1;
};
AxisView view_along(const TensorShape& shape, std::size_t axis);

}  // namespace relearn
