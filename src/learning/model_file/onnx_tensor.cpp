#include "learning/model_file/onnx_tensor.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace relearn {

std::size_t element_count(const TensorShape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::optional<TensorShape> broadcast(const TensorShape& a, const TensorShape& b) {
  TensorShape shape(std::max(a.size(), b.size()), 1);
  for (std::size_t from_last = 1; from_last <= shape.size(); ++from_last) {
    const std::size_t of_a = from_last <= a.size() ? a[a.size() - from_last] : 1;
    const std::size_t of_b = from_last <= b.size() ? b[b.size() - from_last] : 1;
    if (of_a != of_b && of_a != 1 && of_b != 1) return std::nullopt;
    shape[shape.size() - from_last] = of_a == 1 ? of_b : of_a;
  }
  return shape;
}

std::vector<std::size_t> broadcast_places(const TensorShape& from, const TensorShape& to) {
  std::vector<std::size_t> places{0};
  std::size_t stride = 1;
  // From the last axis to the first; each repeats what is there already, once for each of its
  // steps.
  for (std::size_t from_last = 1; from_last <= to.size(); ++from_last) {
    const std::size_t own = from_last <= from.size() ? from[from.size() - from_last] : 1;
    const std::size_t steps = to[to.size() - from_last];
    const std::size_t inner = places.size();
    const std::size_t step = own == 1 ? 0 : stride;
    places.resize(inner * steps);
    for (std::size_t i = inner; i < places.size(); ++i) places[i] = places[i - inner] + step;
    stride *= own;
  }
  return places;
}

AxisView view_along(const TensorShape& shape, std::size_t axis) {
  AxisView view;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    (i < axis ? view.before : i == axis ? view.along : view.after) *= shape[i];
  }
  return view;
}

}  // namespace relearn
