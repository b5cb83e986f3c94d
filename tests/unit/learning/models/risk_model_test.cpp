#include "learning/models/risk_model.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>

#include "base/normal.h"

namespace {
// How often this program has asked for memory.
std::atomic<std::size_t> allocations = 0;
}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace relearn {
namespace {

/// `inputs` numbers, each imputed with its own index.
RiskModel model_of(std::size_t inputs, std::vector<Member> members) {
  RiskModel model;
  for (std::size_t j = 0; j < inputs; ++j) {
    model.inputs.push_back({"x" + std::to_string(j), PredictorKind::Real, {}, {}});
    model.encoder.columns.push_back(
        {static_cast<std::uint32_t>(j), EncodedColumn::Kind::Value, static_cast<float>(j), 0});
    model.reference.push_back(static_cast<float>(j));
  }
  model.members = std::move(members);
  return model;
}

TEST(RiskModel, AveragesTheCalibratedLogOddsOfItsMembers) {
  const LinearModel line{1.0, {2.0, -1.0}};
  const KernelModel kernel{0.5, -0.25, {1, 2}, {2, 4}, {3.0}, {0.5, -0.5}};
  RiskModel model =
      model_of(2, {{"logistic", line, {0.1, 0.5}, 0.75}, {"svm", kernel, {-1, 2}, 0.25}});
  model.calibration = {0.2, 1.5};
  const std::vector<float> x = {3, 4};
  const double line_score = 1 + 2 * 3 - 4;
  const double z[] = {(3.0 - 1) / 2 - 0.5, (4.0 - 2) / 4 + 0.5};
  const double kernel_score = 3 * std::exp(-0.5 * (z[0] * z[0] + z[1] * z[1])) - 0.25;
  const double log_odds =
      0.2 + 1.5 * (0.75 * (0.1 + 0.5 * line_score) + 0.25 * (-1 + 2 * kernel_score));
  EXPECT_NEAR(model.log_odds(x), log_odds, 1e-12);
  EXPECT_NEAR(model.risk(x), logistic(log_odds), 1e-12);
}

TEST(RiskModel, ImputesWhatIsMissing) {
  const RiskModel model = model_of(2, {{"logistic", LinearModel{0, {1.0, 10.0}}, {}, 1}});
  EXPECT_NEAR(model.log_odds(std::vector{5.0f, std::numeric_limits<float>::quiet_NaN()}), 15,
              1e-12);
}

TEST(RiskModel, ScoresModelsOfAnyWidth) {
  for (const std::size_t width : {1u, 127u, 128u, 129u, 1000u}) {
    const KernelModel kernel{0.0,
                             0,
                             std::vector<double>(width, 0.0),
                             std::vector<double>(width, 1.0),
                             {1.0},
                             std::vector<double>(width, 0.0)};
    const RiskModel model =
        model_of(width, {{"logistic", LinearModel{0, std::vector<double>(width, 1.0)}, {}, 0.5},
                         {"svm", kernel, {}, 0.5}});
    EXPECT_NEAR(model.log_odds(std::vector<float>(width, 1.0f)),
                (static_cast<double>(width) + 1) / 2, 1e-9);
  }
}

TEST(RiskModel, ScoresAPatientWithoutAskingForMemory) {
  const SplineModel spline{0, {1.0, 1.0}, {{0, {0, 1, 2, 3}, {0.5, -0.5}}}};
  const KernelModel kernel{1.0, 0, {0, 0}, {1, 1}, {1.0}, {0, 0}};
  TreeEnsemble trees;
  trees.nodes = {{0, 0.5f, 1, 2, 0}, {-1, 0, -1, -1, 1.0f}, {-1, 0, -1, -1, 2.0f}};
  trees.roots = {0};
  const RiskModel model = model_of(2, {{"spline_logistic", spline, {}, 0.25},
                                       {"svm", kernel, {}, 0.25},
                                       {"boosting", trees, {}, 0.25},
                                       {"logistic", LinearModel{0, {1.0, 1.0}}, {}, 0.25}});
  const std::vector<float> x = {1, 2};
  const std::size_t before = allocations;
  const double risk = model.risk(x);
  EXPECT_EQ(allocations, before);
  EXPECT_GT(risk, 0.5);
}

}  // namespace
}  // namespace relearn
