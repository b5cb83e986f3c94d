#include "lifecycle/replay/replay.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "learning/model_file/graph_evaluation.h"
#include "learning/models/risk_scorer.h"
#include "lifecycle/replay/golden_cases.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::microseconds;

/// Processor time of this process.
microseconds computed() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::duration_cast<microseconds>(std::chrono::seconds(used.tv_sec) +
                                                  std::chrono::nanoseconds(used.tv_nsec));
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// "golden case 17: its risk was 0.25 (bits 3fd0000000000000) ... and is ..."
Error differs(std::size_t number, std::string_view what, double expected, double got) {
  return broken_invariant(fmt::format(
      "golden case {}: its {} was {} (bits {:016x}) where the model was learnt and is {} (bits "
      "{:016x}) here",
      number, what, expected, std::bit_cast<std::uint64_t>(expected), got,
      std::bit_cast<std::uint64_t>(got)));
}

Result<void> check_contributions(const RiskModel& model, const GoldenCase& one,
                                 std::size_t number) {
  const std::vector<Contribution> contributions = explain(model, one.inputs);
  for (std::size_t i = 0; i < contributions.size(); ++i) {
    if (same_bits(contributions[i].log_odds, one.contributions[i])) continue;
    return differs(number, fmt::format("contribution of {}", model.inputs[i].id),
                   one.contributions[i], contributions[i].log_odds);
  }
  return {};
}

Result<void> replay_cases(const RiskModel& model, const GoldenCases& golden,
                          ReplayCertificate& certificate) {
  const microseconds start = computed();
  const RiskScorer scorer(model);
  for (const GoldenCase& one : golden.cases) {
    const std::size_t number = ++certificate.cases;
    const double log_odds = scorer.log_odds(one.inputs);
    if (!same_bits(log_odds, one.log_odds)) {
      return differs(number, "log-odds", one.log_odds, log_odds);
    }
    const double risk = scorer.risk(one.inputs);
    if (!same_bits(risk, one.risk)) return differs(number, "risk", one.risk, risk);
    if (!(risk >= 0 && risk <= 1)) {
      return broken_invariant(
          fmt::format("golden case {}: its risk is {}, outside 0 to 1", number, risk));
    }
  }
  certificate.score_cpu = (computed() - start) / (2 * golden.cases.size());
  for (std::size_t i = 0; i < golden.cases.size(); ++i) {
    if (golden.cases[i].contributions.empty()) continue;
    TRY(check_contributions(model, golden.cases[i], i + 1));
    ++certificate.with_contributions;
  }
  return {};
}

Result<void> certify_parity(std::string_view bytes, const GoldenCases& golden, double tolerance,
                            ReplayCertificate& certificate) {
  std::vector<std::vector<float>> patients;
  for (const GoldenCase& one : golden.cases) patients.push_back(one.inputs);
  const GraphAnswers graph = TRY(evaluate_graph(bytes, patients));
  for (std::size_t i = 0; i < patients.size(); ++i) {
    const double difference = std::abs(graph.risks[i] - golden.cases[i].risk);
    if (!(difference <= tolerance)) {
      return broken_invariant(
          fmt::format("golden case {}: the ONNX graph says {} and the model {}, {} apart; {} is "
                      "tolerated",
                      i + 1, graph.risks[i], golden.cases[i].risk, difference, tolerance));
    }
    if (i == 0 || difference > certificate.parity_difference) {
      certificate.parity_difference = difference;
      certificate.parity_case = i + 1;
    }
  }
  return {};
}

Result<void> check_time(std::string_view what, microseconds used, microseconds most) {
  if (used <= most) return {};
  return broken_invariant(fmt::format("{} takes {} ms of processor time, the limit is {} ms", what,
                                      static_cast<double>(used.count()) / 1000,
                                      static_cast<double>(most.count()) / 1000));
}

Result<void> check_inputs(const RiskModel& model, const GoldenCases& golden) {
  bool same = golden.disease == model.disease && golden.inputs.size() == model.inputs.size();
  for (std::size_t i = 0; same && i < model.inputs.size(); ++i) {
    same = golden.inputs[i] == model.inputs[i].id;
  }
  if (same) return {};
  return broken_invariant(
      fmt::format("the golden cases are of '{}' with {} inputs and the model is of '{}' with {}, "
                  "or their names "
                  "differ",
                  golden.disease, golden.inputs.size(), model.disease, model.inputs.size()));
}

}  // namespace

Result<ReplayCertificate> replay(std::string_view model_bytes, const std::string& model_digest,
                                 std::string_view golden_text, const ReplayLimits& limits) {
  ReplayCertificate certificate;
  certificate.model_bytes = model_bytes.size();
  certificate.golden_digest = sha256(golden_text);
  if (model_bytes.size() > limits.model_bytes_max) {
    return broken_invariant(fmt::format("the model file has {} bytes, the limit is {}",
                                        model_bytes.size(), limits.model_bytes_max));
  }
  const microseconds start = computed();
  const SavedModel saved = TRY(read_model(model_bytes));
  certificate.load_cpu = computed() - start;
  certificate.model_digest = saved.digest;
  if (saved.digest != model_digest) {
    return broken_invariant(fmt::format("the model file has the SHA-256 {}, asked for was {}",
                                        saved.digest, model_digest));
  }
  const GoldenCases golden = TRY(parse_golden(golden_text));
  if (golden.model_digest != model_digest) {
    return broken_invariant(
        fmt::format("the golden cases are those of the model {}, asked for was {}",
                    golden.model_digest, model_digest));
  }
  TRY(check_inputs(saved.model, golden));
  TRY(replay_cases(saved.model, golden, certificate));
  TRY(certify_parity(model_bytes, golden, limits.parity_tolerance, certificate));
  TRY(check_time("loading the model", certificate.load_cpu, limits.load_cpu_max));
  TRY(check_time("one answer", certificate.score_cpu, limits.score_cpu_max));
  return certificate;
}

std::string certificate_json(const ReplayCertificate& certificate) {
  constexpr ReplayLimits limits;
  const Json json = {
      {"format", 1},
      {"model_sha256", certificate.model_digest},
      {"golden_sha256", certificate.golden_digest},
      {"same_bits",
       {{"cases", certificate.cases}, {"with_contributions", certificate.with_contributions}}},
      {"parity",
       {{"graph", "ONNX operator by operator, operator set 15, ai.onnx.ml 3"},
        {"cases", certificate.cases},
        {"risk_difference_max", certificate.parity_difference},
        {"at_case", certificate.parity_case},
        {"tolerance", limits.parity_tolerance}}},
      {"size", {{"bytes", certificate.model_bytes}, {"bytes_max", limits.model_bytes_max}}},
      {"time",
       {{"load_cpu_us_max", limits.load_cpu_max.count()},
        {"answer_cpu_us_max", limits.score_cpu_max.count()}}}};
  return json.dump(2) + "\n";
}

}  // namespace relearn
