#include "learning/model_file/onnx_operators.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <type_traits>

namespace relearn {
namespace {

using Inputs = std::vector<const OnnxTensor*>;

Error not_taken(std::string_view what) {
  return invalid_input(fmt::format("{} is not what the operator takes here", what));
}

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

std::int64_t integer_attribute(const onnx::NodeProto& node, std::string_view name,
                               std::int64_t otherwise) {
  const onnx::AttributeProto* found = find_attribute(node, name);
  return found == nullptr ? otherwise : found->i();
}

/// An axis as ONNX counts: from the end when negative.
Result<std::size_t> axis_of(std::int64_t axis, std::size_t rank) {
  const std::int64_t counted = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
  if (counted < 0 || std::cmp_greater_equal(counted, rank)) return not_taken("the axis");
  return static_cast<std::size_t>(counted);
}

/// Calls `compute` with the elements of a tensor of numbers (float, double, int64).
template <typename Compute>
Result<OnnxTensor> for_numbers(const OnnxTensor& tensor, Compute compute) {
  return std::visit(
      [&](const auto& elements) -> Result<OnnxTensor> {
        using T = typename std::decay_t<decltype(elements)>::value_type;
        if constexpr (std::is_same_v<T, std::uint8_t>) {
          return not_taken("a tensor of booleans");
        } else {
          return compute(elements);
        }
      },
      tensor.elements);
}

/// The same for floating-point numbers only.
template <typename Compute>
Result<OnnxTensor> for_reals(const OnnxTensor& tensor, Compute compute) {
  return for_numbers(tensor, [&](const auto& elements) -> Result<OnnxTensor> {
    using T = typename std::decay_t<decltype(elements)>::value_type;
    if constexpr (std::is_floating_point_v<T>) {
      return compute(elements);
    } else {
      return not_taken("a tensor of integers");
    }
  });
}

// One element at a time.

template <typename Function>
Result<OnnxTensor> each_real(const OnnxTensor& x, Function function) {
  return for_reals(x, [&](const auto& elements) -> Result<OnnxTensor> {
    auto out = elements;
    for (auto& value : out) value = function(value);
    return OnnxTensor{x.shape, std::move(out)};
  });
}

Result<OnnxTensor> apply_unary(const std::string& op, const OnnxTensor& x) {
  if (op == "Exp") return each_real(x, [](auto v) { return std::exp(v); });
  if (op == "Log") return each_real(x, [](auto v) { return std::log(v); });
  if (op == "Neg") return each_real(x, [](auto v) { return -v; });
  if (op == "Relu") return each_real(x, [](auto v) { return std::max(v, decltype(v){0}); });
  if (op == "Sigmoid") {
    return each_real(x, [](auto v) { return 1 / (1 + std::exp(-v)); });
  }
  // IsNaN
  return for_reals(x, [&](const auto& elements) -> Result<OnnxTensor> {
    std::vector<std::uint8_t> out;
    for (const auto value : elements) out.push_back(std::isnan(value) ? 1 : 0);
    return OnnxTensor{x.shape, std::move(out)};
  });
}

/// function(element of a, element of b) for each pair after broadcasting.
template <typename Function>
Result<OnnxTensor> each_pair(const OnnxTensor& a, const OnnxTensor& b, Function function) {
  const auto shape = broadcast(a.shape, b.shape);
  if (!shape) return not_taken("a pair of such shapes");
  return for_numbers(a, [&](const auto& left) -> Result<OnnxTensor> {
    const auto* right = std::get_if<std::decay_t<decltype(left)>>(&b.elements);
    if (right == nullptr) return not_taken("a pair of two types");
    const auto of_a = broadcast_places(a.shape, *shape);
    const auto of_b = broadcast_places(b.shape, *shape);
    std::vector<decltype(function(left[0], left[0]))> out(of_a.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = function(left[of_a[i]], (*right)[of_b[i]]);
    return OnnxTensor{*shape, std::move(out)};
  });
}

Result<OnnxTensor> apply_binary(const std::string& op, const OnnxTensor& a, const OnnxTensor& b) {
  if (op == "Add") return each_pair(a, b, [](auto x, auto y) { return x + y; });
  if (op == "Sub") return each_pair(a, b, [](auto x, auto y) { return x - y; });
  if (op == "Mul") return each_pair(a, b, [](auto x, auto y) { return x * y; });
  if (op == "Equal") {
    return each_pair(a, b, [](auto x, auto y) { return std::uint8_t{x == y}; });
  }
  // Div; of integers our graphs have none
  if (std::holds_alternative<std::vector<std::int64_t>>(a.elements)) {
    return not_taken("a division of integers");
  }
  return each_pair(a, b, [](auto x, auto y) { return x / y; });
}

Result<OnnxTensor> where(const OnnxTensor& condition, const OnnxTensor& x, const OnnxTensor& y) {
  const auto* yes = std::get_if<std::vector<std::uint8_t>>(&condition.elements);
  auto shape = broadcast(x.shape, y.shape);
  if (shape) shape = broadcast(*shape, condition.shape);
  if (yes == nullptr || !shape) return not_taken("such a condition or shape");
  return for_numbers(x, [&](const auto& left) -> Result<OnnxTensor> {
    const auto* right = std::get_if<std::decay_t<decltype(left)>>(&y.elements);
    if (right == nullptr) return not_taken("a pair of two types");
    const auto of_condition = broadcast_places(condition.shape, *shape);
    const auto of_x = broadcast_places(x.shape, *shape);
    const auto of_y = broadcast_places(y.shape, *shape);
    std::decay_t<decltype(left)> out(of_x.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = (*yes)[of_condition[i]] != 0 ? left[of_x[i]] : (*right)[of_y[i]];
    }
    return OnnxTensor{*shape, std::move(out)};
  });
}

/// Between two scalars, both given.
Result<OnnxTensor> clip(const OnnxTensor& x, const OnnxTensor& low, const OnnxTensor& high) {
  return for_reals(x, [&](const auto& elements) -> Result<OnnxTensor> {
    using Elements = std::decay_t<decltype(elements)>;
    const auto* from = std::get_if<Elements>(&low.elements);
    const auto* to = std::get_if<Elements>(&high.elements);
    if (from == nullptr || to == nullptr || from->size() != 1 || to->size() != 1) {
      return not_taken("such a limit");
    }
    Elements out = elements;
    for (auto& value : out) value = std::min(std::max(value, from->front()), to->front());
    return OnnxTensor{x.shape, std::move(out)};
  });
}

template <typename To>
OnnxTensor cast_to(const OnnxTensor& x) {
  std::vector<To> out;
  std::visit(
      [&](const auto& elements) {
        for (const auto value : elements) out.push_back(static_cast<To>(value));
      },
      x.elements);
  return {x.shape, std::move(out)};
}

Result<OnnxTensor> cast(const onnx::NodeProto& node, const OnnxTensor& x) {
  switch (integer_attribute(node, "to", onnx::TensorProto::UNDEFINED)) {
    case onnx::TensorProto::FLOAT:
      return cast_to<float>(x);
    case onnx::TensorProto::DOUBLE:
      return cast_to<double>(x);
    default:
      return not_taken("a cast to that type");
  }
}

// Elements moved to other places.

Result<OnnxTensor> concat(const onnx::NodeProto& node, const Inputs& inputs) {
  const OnnxTensor& first = *inputs.front();
  const std::size_t axis = TRY(axis_of(integer_attribute(node, "axis", 0), first.shape.size()));
  TensorShape shape = first.shape;
  shape[axis] = 0;
  for (const OnnxTensor* input : inputs) {
    TensorShape others = input->shape;
    if (others.size() != shape.size()) return not_taken("a mixture of ranks");
    shape[axis] += others[axis];
    others[axis] = first.shape[axis];
    if (others != first.shape) return not_taken("a mixture of shapes");
  }
  return for_numbers(first, [&](const auto& elements) -> Result<OnnxTensor> {
    using Elements = std::decay_t<decltype(elements)>;
    Elements out;
    for (std::size_t block = 0; block < view_along(shape, axis).before; ++block) {
      for (const OnnxTensor* input : inputs) {
        const auto* from = std::get_if<Elements>(&input->elements);
        if (from == nullptr) return not_taken("a mixture of types");
        const AxisView view = view_along(input->shape, axis);
        const auto begin =
            from->begin() + static_cast<std::ptrdiff_t>(block * view.along * view.after);
        out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(view.along * view.after));
      }
    }
    return OnnxTensor{shape, std::move(out)};
  });
}

/// The slices of `data` along an axis whose numbers are the indices, a list.
Result<OnnxTensor> gather(const onnx::NodeProto& node, const OnnxTensor& data,
                          const OnnxTensor& indices) {
  const auto* numbers = std::get_if<std::vector<std::int64_t>>(&indices.elements);
  if (numbers == nullptr || indices.shape.size() != 1) return not_taken("such a list of indices");
  const std::size_t axis = TRY(axis_of(integer_attribute(node, "axis", 0), data.shape.size()));
  const AxisView view = view_along(data.shape, axis);
  for (const std::int64_t index : *numbers) {
    if (index < 0 || std::cmp_greater_equal(index, view.along)) return not_taken("an index");
  }
  TensorShape shape = data.shape;
  shape[axis] = numbers->size();
  return for_numbers(data, [&](const auto& elements) -> Result<OnnxTensor> {
    std::decay_t<decltype(elements)> out;
    for (std::size_t block = 0; block < view.before; ++block) {
      for (const std::int64_t index : *numbers) {
        const std::size_t from =
            (block * view.along + static_cast<std::size_t>(index)) * view.after;
        for (std::size_t i = 0; i < view.after; ++i) out.push_back(elements[from + i]);
      }
    }
    return OnnxTensor{shape, std::move(out)};
  });
}

/// Of two axes, which change places.
Result<OnnxTensor> transpose(const onnx::NodeProto& node, const OnnxTensor& x) {
  if (x.shape.size() != 2 || node.attribute_size() > 0) return not_taken("such a shape or order");
  const std::size_t rows = x.shape[0], columns = x.shape[1];
  return for_numbers(x, [&](const auto& elements) -> Result<OnnxTensor> {
    std::decay_t<decltype(elements)> out;
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t i = 0; i < rows; ++i) out.push_back(elements[i * columns + j]);
    }
    return OnnxTensor{{columns, rows}, std::move(out)};
  });
}

// Sums.

Result<OnnxTensor> matmul(const OnnxTensor& a, const OnnxTensor& b) {
  if (a.shape.size() != 2 || b.shape.size() != 2 || a.shape[1] != b.shape[0]) {
    return not_taken("a pair of such shapes");
  }
  const std::size_t n = a.shape[0], inner = a.shape[1], m = b.shape[1];
  return for_reals(a, [&](const auto& left) -> Result<OnnxTensor> {
    const auto* right = std::get_if<std::decay_t<decltype(left)>>(&b.elements);
    if (right == nullptr) return not_taken("a pair of two types");
    std::decay_t<decltype(left)> out(n * m, 0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < inner; ++k) {
        const auto factor = left[i * inner + k];
        for (std::size_t j = 0; j < m; ++j) out[i * m + j] += factor * (*right)[k * m + j];
      }
    }
    return OnnxTensor{{n, m}, std::move(out)};
  });
}

/// The one axis over which a sum goes: ReduceSum has it as an input, the others as an attribute.
Result<std::size_t> reduced_axis(const onnx::NodeProto& node, const Inputs& inputs) {
  const std::size_t rank = inputs.front()->shape.size();
  if (node.op_type() == "ReduceSum") {
    const auto* axes =
        inputs.size() == 2 ? std::get_if<std::vector<std::int64_t>>(&inputs[1]->elements) : nullptr;
    if (axes == nullptr || axes->size() != 1) return not_taken("such a choice of axes");
    return axis_of(axes->front(), rank);
  }
  const onnx::AttributeProto* axes = find_attribute(node, "axes");
  if (axes == nullptr || axes->ints_size() != 1) return not_taken("such a choice of axes");
  return axis_of(axes->ints(0), rank);
}

Result<OnnxTensor> reduce(const onnx::NodeProto& node, const Inputs& inputs) {
  const OnnxTensor& x = *inputs.front();
  const std::size_t axis = TRY(reduced_axis(node, inputs));
  const AxisView view = view_along(x.shape, axis);
  TensorShape shape = x.shape;
  shape[axis] = 1;
  if (integer_attribute(node, "keepdims", 1) == 0) {
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  }
  const bool squares = node.op_type() == "ReduceSumSquare";
  const bool mean = node.op_type() == "ReduceMean";
  return for_reals(x, [&](const auto& elements) -> Result<OnnxTensor> {
    using T = typename std::decay_t<decltype(elements)>::value_type;
    std::vector<T> out(view.before * view.after, 0);
    for (std::size_t block = 0; block < view.before; ++block) {
      for (std::size_t k = 0; k < view.along; ++k) {
        for (std::size_t i = 0; i < view.after; ++i) {
          const T value = elements[(block * view.along + k) * view.after + i];
          out[block * view.after + i] += squares ? value * value : value;
        }
      }
    }
    if (mean) {
      for (T& value : out) value /= static_cast<T>(view.along);
    }
    return OnnxTensor{shape, std::move(out)};
  });
}

constexpr std::array<std::string_view, 6> kUnary = {"Exp",  "Log",     "Neg",
                                                    "Relu", "Sigmoid", "IsNaN"};
constexpr std::array<std::string_view, 5> kBinary = {"Add", "Sub", "Mul", "Div", "Equal"};

}  // namespace

Result<OnnxTensor> apply_operator(const onnx::NodeProto& node, const Inputs& inputs) {
  const std::string& op = node.op_type();
  const auto takes = [&](std::size_t count) { return inputs.size() == count; };
  if (takes(1) && std::ranges::count(kUnary, op) > 0) return apply_unary(op, *inputs[0]);
  if (takes(2) && std::ranges::count(kBinary, op) > 0) {
    return apply_binary(op, *inputs[0], *inputs[1]);
  }
  if (takes(3) && op == "Where") return where(*inputs[0], *inputs[1], *inputs[2]);
  if (takes(3) && op == "Clip") return clip(*inputs[0], *inputs[1], *inputs[2]);
  if (takes(1) && op == "Cast") return cast(node, *inputs[0]);
  if (!inputs.empty() && op == "Concat") return concat(node, inputs);
  if (takes(2) && op == "Gather") return gather(node, *inputs[0], *inputs[1]);
  if (takes(1) && op == "Transpose") return transpose(node, *inputs[0]);
  if (takes(2) && op == "MatMul") return matmul(*inputs[0], *inputs[1]);
  if (takes(2) && op == "ReduceSum") return reduce(node, inputs);
  if (takes(1) && (op == "ReduceMean" || op == "ReduceSumSquare")) return reduce(node, inputs);
  return invalid_input(fmt::format("{} of {} inputs is no operator of ours", op, inputs.size()));
}

}  // namespace relearn
