#include "lifecycle/training/parameter_count.h"

namespace relearn {
namespace {

std::uint64_t count(const LinearModel& model) { return 1 + model.coefficients.size(); }

std::uint64_t count(const SplineModel& model) {
  std::uint64_t numbers = 1 + model.coefficients.size();
  for (const SplineModel::Term& term : model.terms) {
    numbers += term.knots.size() + term.coefficients.size();
  }
  return numbers;
}

std::uint64_t count(const KernelModel& model) { return 1 + model.weights.size(); }

std::uint64_t count(const TreeEnsemble& model) {
  std::uint64_t leaves = 0;
  for (const TreeEnsemble::Node& node : model.nodes) leaves += node.feature < 0;
  return leaves;
}

std::uint64_t count(const Calibration& calibration) { return calibration == Calibration{} ? 0 : 2; }

}  // namespace

std::uint64_t parameter_count(const CandidateModel& candidate) {
  if (candidate.update) return candidate.update->parameters;
  std::uint64_t numbers = count(candidate.model.calibration);
  for (const Member& member : candidate.model.members) {
    numbers += std::visit([](const auto& model) { return count(model); }, member.model);
    numbers += count(member.calibration);
  }
  return numbers;
}

}  // namespace relearn
