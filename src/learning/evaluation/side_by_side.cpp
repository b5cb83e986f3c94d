#include "learning/evaluation/side_by_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

std::size_t bin_of(double risk) {
  const double place = std::clamp(risk, 0.0, 1.0) * kMovedBins;
  return std::min(static_cast<std::size_t>(place), kMovedBins - 1);
}

Json report_node(const Report& report) { return Json::parse(report_to_json(report)); }

/// Thrown by nlohmann inside; one catch gives one sentence.
SideBySide read(const Json& document, std::string& problem) {
  SideBySide both;
  const auto report = [&](const char* key) {
    auto found = report_from_json(document.at(key).dump());
    if (!found.ok() && problem.empty()) problem = found.error().message;
    return found.ok() ? found.take_value() : Report();
  };
  both.candidate = report("candidate");
  both.live = report("live");
  if (document.contains("live_on_new")) both.live_on_new = report("live_on_new");
  for (const Json& cell : document.at("moved")) {
    both.moved.push_back(
        {cell.at("live"), cell.at("candidate"), cell.at("cases"), cell.at("non_cases")});
    if (both.moved.back().live >= kMovedBins || both.moved.back().candidate >= kMovedBins) {
      problem = "a cell of \"moved\" is outside the square";
    }
  }
  const Json& crossings = document.at("crossings");
  both.crossings = {crossings.at("cases"),        crossings.at("cases_up"),
                    crossings.at("cases_down"),   crossings.at("non_cases"),
                    crossings.at("non_cases_up"), crossings.at("non_cases_down")};
  for (const Json& reason : document.at("reasons")) {
    both.reasons.push_back({reason.at("input"), reason.at("live"), reason.at("candidate")});
  }
  return both;
}

}  // namespace

void count_moved(const std::vector<std::uint8_t>& outcomes, const std::vector<double>& live,
                 const std::vector<double>& candidate, double threshold, SideBySide& both) {
  std::array<std::array<MovedCell, kMovedBins>, kMovedBins> cells{};
  Crossings& crossings = both.crossings;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    MovedCell& cell = cells[bin_of(live[i])][bin_of(candidate[i])];
    const bool up = live[i] < threshold && candidate[i] >= threshold;
    const bool down = live[i] >= threshold && candidate[i] < threshold;
    (outcomes[i] ? cell.cases : cell.non_cases) += 1;
    (outcomes[i] ? crossings.cases : crossings.non_cases) += 1;
    (outcomes[i] ? crossings.cases_up : crossings.non_cases_up) += up;
    (outcomes[i] ? crossings.cases_down : crossings.non_cases_down) += down;
  }
  for (std::uint32_t i = 0; i < kMovedBins; ++i) {
    for (std::uint32_t j = 0; j < kMovedBins; ++j) {
      MovedCell cell = cells[i][j];
      if (cell.cases + cell.non_cases == 0) continue;
      cell.live = i;
      cell.candidate = j;
      both.moved.push_back(cell);
    }
  }
}

std::string side_by_side_to_json(const SideBySide& both) {
  Json moved = Json::array(), reasons = Json::array();
  for (const MovedCell& cell : both.moved) {
    moved.push_back({{"live", cell.live},
                     {"candidate", cell.candidate},
                     {"cases", cell.cases},
                     {"non_cases", cell.non_cases}});
  }
  for (const ReasonWeight& reason : both.reasons) {
    reasons.push_back(
        {{"input", reason.input}, {"live", reason.live}, {"candidate", reason.candidate}});
  }
  const Crossings& crossings = both.crossings;
  Json document = {{"candidate", report_node(both.candidate)}, {"live", report_node(both.live)}};
  if (both.live_on_new) document["live_on_new"] = report_node(*both.live_on_new);
  document["moved"] = std::move(moved);
  document["crossings"] = {{"cases", crossings.cases},
                           {"cases_up", crossings.cases_up},
                           {"cases_down", crossings.cases_down},
                           {"non_cases", crossings.non_cases},
                           {"non_cases_up", crossings.non_cases_up},
                           {"non_cases_down", crossings.non_cases_down}};
  document["reasons"] = std::move(reasons);
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<SideBySide> side_by_side_from_json(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  std::string problem;
  SideBySide both;
  try {
    both = read(document, problem);
  } catch (const Json::exception& error) {
    problem = error.what();
  }
  if (problem.empty()) return both;
  return broken_invariant(fmt::format("the comparison is refused: {}", problem));
}

}  // namespace relearn
