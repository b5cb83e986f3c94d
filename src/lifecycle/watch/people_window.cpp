#include "lifecycle/watch/people_window.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "learning/metrics/distributions.h"
#include "learning/metrics/expected_performance.h"
#include "learning/metrics/population_stability.h"

namespace relearn {
namespace {

constexpr double kSignificance = 0.05;
constexpr double kOneWindowWillDo = 0.001;
constexpr double kBandDeviations = 3;  // NannyML, "choosing thresholds"
constexpr const char* kRisk = "risk";
constexpr const char* kEstimated = "estimated";

double value_of(const WatchedPrediction& prediction, const std::string& id) {
  for (const auto& [name, value] : prediction.inputs) {
    if (name == id) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

CountedInput emptied(CountedInput input) {
  std::ranges::fill(input.counts, 0);
  input.missing = input.outside = 0;
  return input;
}

double total(const CountedInput& input) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : input.counts) sum += count;
  return static_cast<double>(sum);
}

/// `among`: how many things are compared at once.
Compared compare_counts(std::span<const std::uint64_t> before, std::span<const std::uint64_t> now,
                        std::size_t among) {
  const PopulationShift shift = population_shift(before, now);
  Compared compared{.index = shift.index, .p = shift.p};
  double n = 0, m = 0;
  for (const std::uint64_t count : before) n += static_cast<double>(count);
  for (const std::uint64_t count : now) m += static_cast<double>(count);
  if (shift.bins < 2 || n == 0 || m == 0) return compared;
  compared.limit = population_stability_limit(
      shift.bins, n, m, 1 - kSignificance / static_cast<double>(std::max<std::size_t>(among, 1)));
  return compared;
}

/// Of two bins: those of whom something is so, and the others. Fewer than before is no alarm.
Compared compare_more(std::uint64_t so_before, std::uint64_t before, std::uint64_t so_now,
                      std::uint64_t now, std::size_t among) {
  const std::uint64_t reference[] = {so_before, before - so_before};
  const std::uint64_t current[] = {so_now, now - so_now};
  Compared compared = compare_counts(reference, current, among);
  const bool more = so_now * before > so_before * now;
  if (!more) compared.p = 1;
  return compared;
}

/// Holm 1979, Scand J Stat 6:65.
void adjust(std::vector<Compared*> family) {
  std::ranges::sort(family, {}, [](const Compared* one) { return one->p; });
  double so_far = 0;
  for (std::size_t i = 0; i < family.size(); ++i) {
    so_far = std::max(so_far, family[i]->p * static_cast<double>(family.size() - i));
    family[i]->p_adjusted = std::min(1.0, so_far);
    family[i]->unlike = family[i]->p_adjusted < kSignificance;
  }
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

ComparedInput compare_input(const CountedInput& before, std::uint64_t people_before,
                            const CountedInput& now, std::uint64_t people, std::size_t among) {
  ComparedInput compared;
  compared.id = now.id;
  compared.values = compare_counts(before.counts, now.counts, among);
  compared.missing = compare_more(before.missing, people_before, now.missing, people, among);
  const auto known_before = static_cast<std::uint64_t>(total(before));
  const auto known = static_cast<std::uint64_t>(total(now));
  compared.outside = compare_more(before.outside, known_before, now.outside, known, among);
  compared.missing_share = share(now.missing, people);
  compared.missing_share_before = share(before.missing, people_before);
  compared.outside_share = share(now.outside, known);
  return compared;
}

void compare_people(const PopulationReference& reference, const PeopleWindow& window,
                    WindowFindings& findings) {
  const std::size_t among = reference.inputs.size() + 1;
  for (std::size_t i = 0; i < reference.inputs.size(); ++i) {
    findings.inputs.push_back(compare_input(reference.inputs[i], reference.people,
                                            window.inputs()[i], window.people(), among));
  }
  findings.risk = compare_counts(reference.risk.counts, window.risk_counts().counts, among);
  std::vector<Compared*> values{&*findings.risk}, quality;
  for (ComparedInput& input : findings.inputs) {
    values.push_back(&input.values);
    quality.push_back(&input.missing);
    quality.push_back(&input.outside);
  }
  adjust(values);
  adjust(quality);
}

std::optional<EstimatedPerformance> estimate(double threshold, const PopulationReference* reference,
                                             std::span<const double> risks) {
  const auto expected = expected_performance(risks, threshold);
  if (!expected.ok()) return std::nullopt;
  EstimatedPerformance estimated;
  estimated.auroc = expected.value().auroc;
  for (const double risk : risks) estimated.mean_risk += risk / static_cast<double>(risks.size());
  if (reference == nullptr || reference->expected.people == 0) return estimated;
  const ExpectedAuroc& of = reference->expected;
  // A larger window varies less.
  const double width =
      kBandDeviations * of.standard_deviation *
      std::sqrt(static_cast<double>(of.people) / static_cast<double>(risks.size()));
  estimated.low = std::max(0.0, of.mean - width);
  estimated.high = std::min(1.0, of.mean + width);
  estimated.outside = estimated.auroc < *estimated.low || estimated.auroc > *estimated.high;
  return estimated;
}

struct Suspect {
  std::string name;
  AlarmKind kind;
  bool one_window_will_do;
  std::string sentence;
};

std::string label_of(const DiseaseFile& disease, const std::string& id) {
  const int predictor = disease.find(id);
  if (predictor < 0) return id;
  return disease.predictors[static_cast<std::size_t>(predictor)].label.at("en");
}

std::string index_text(const Compared& compared) {
  return fmt::format("index {:.2f}, by chance up to {:.2f}", compared.index, compared.limit);
}

void add_input_suspects(const DiseaseFile& disease, const ComparedInput& input,
                        std::vector<Suspect>& suspects) {
  const std::string label = label_of(disease, input.id);
  if (input.values.unlike) {
    suspects.push_back({input.id, AlarmKind::Inputs, input.values.p_adjusted < kOneWindowWillDo,
                        fmt::format("{} ({})", label, index_text(input.values))});
  }
  if (input.missing.unlike) {
    suspects.push_back(
        {input.id + " missing", AlarmKind::DataQuality, input.missing.p_adjusted < kOneWindowWillDo,
         fmt::format("{} is missing for {:.0f} %, for {:.0f} % of those learnt from", label,
                     100 * input.missing_share, 100 * input.missing_share_before)});
  }
  if (input.outside.unlike) {
    suspects.push_back({input.id + " outside", AlarmKind::DataQuality,
                        input.outside.p_adjusted < kOneWindowWillDo,
                        fmt::format("{} is outside the usual limits for {:.0f} %; is it in another "
                                    "unit?",
                                    label, 100 * input.outside_share)});
  }
}

std::vector<Suspect> find_suspects(const DiseaseFile& disease, const WindowFindings& findings) {
  std::vector<Suspect> suspects;
  for (const ComparedInput& input : findings.inputs) add_input_suspects(disease, input, suspects);
  if (findings.risk && findings.risk->unlike) {
    suspects.push_back({kRisk, AlarmKind::Risks, findings.risk->p_adjusted < kOneWindowWillDo,
                        fmt::format("the risks are spread otherwise than when it learnt ({})",
                                    index_text(*findings.risk))});
  }
  if (findings.estimated && findings.estimated->outside) {
    const EstimatedPerformance& estimated = *findings.estimated;
    suspects.push_back(
        {kEstimated, AlarmKind::Estimated, false,
         fmt::format("the risks promise an AUROC of {:.2f}, outside {:.2f} to {:.2f}",
                     estimated.auroc, *estimated.low, *estimated.high)});
  }
  return suspects;
}

AlarmTier tier_of(AlarmKind kind, std::size_t things) {
  if (kind == AlarmKind::Inputs) return things == 1 ? AlarmTier::Info : AlarmTier::Warn;
  return kind == AlarmKind::Risks ? AlarmTier::Info : AlarmTier::Warn;
}

}  // namespace

PeopleWindow::PeopleWindow(const DiseaseFile& disease, const PopulationReference* reference)
    : disease_(disease) {
  if (reference == nullptr) return;
  for (const CountedInput& input : reference->inputs) {
    inputs_.push_back(emptied(input));
    predictors_.push_back(
        &disease_.predictors.at(static_cast<std::size_t>(disease.find(input.id))));
  }
  risk_ = emptied(reference->risk);
}

void PeopleWindow::add(const WatchedPrediction& prediction) {
  if (!prediction.person) {
    ++guests_;
    return;
  }
  if (!seen_.insert(*prediction.person).second) return;
  from_ = std::min(from_.value_or(prediction.made_at), prediction.made_at);
  to_ = std::max(to_, prediction.made_at);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    inputs_[i].count(value_of(prediction, inputs_[i].id), predictors_[i]->soft);
  }
  if (!risk_.counts.empty()) risk_.count(prediction.risk, {0, 1});
  risks_.push_back(prediction.risk);
}

bool PeopleWindow::is_full(Moment now) const {
  if (people() >= kWindowPeopleMax) return true;
  if (!from_ || people() < kWindowPeopleMin) return false;
  if (now.seconds - from_->seconds >= kWindowDays * kSecondsPerDay) return true;
  return people() >= kWindowPeople && now.seconds - from_->seconds >= kSecondsPerDay;
}

WindowFindings judge_window(const DiseaseFile& disease, const PopulationReference* reference,
                            const PeopleWindow& window) {
  WindowFindings findings;
  findings.from = window.from().value_or(Moment());
  findings.to = window.to();
  findings.people = window.people();
  findings.guests = window.guests();
  if (reference != nullptr) compare_people(*reference, window, findings);
  findings.estimated = estimate(disease.thresholds.decision, reference, window.risks());
  return findings;
}

std::vector<std::string> suspects_of(const DiseaseFile& disease, const WindowFindings& findings) {
  std::vector<std::string> names;
  for (const Suspect& suspect : find_suspects(disease, findings)) names.push_back(suspect.name);
  return names;
}

std::vector<NewAlarm> window_alarms(const DiseaseFile& disease, std::int64_t version,
                                    const WindowFindings& findings,
                                    std::span<const std::string> suspects_before) {
  constexpr AlarmKind kKinds[] = {AlarmKind::Inputs, AlarmKind::Risks, AlarmKind::DataQuality,
                                  AlarmKind::Estimated};
  const std::vector<Suspect> suspects = find_suspects(disease, findings);
  const std::string people =
      fmt::format("{} people from {} to {}", findings.people, to_text(date_of(findings.from)),
                  to_text(date_of(findings.to)));
  std::vector<NewAlarm> alarms;
  for (const AlarmKind kind : kKinds) {
    std::vector<std::string> sentences;
    for (const Suspect& suspect : suspects) {
      const bool before = std::ranges::find(suspects_before, suspect.name) != suspects_before.end();
      if (suspect.kind == kind && (before || suspect.one_window_will_do)) {
        sentences.push_back(suspect.sentence);
      }
    }
    if (sentences.empty()) continue;
    const char* const are =
        kind == AlarmKind::Inputs ? ", who are unlike those learnt from in " : ": ";
    alarms.push_back({disease.id, version, kind, tier_of(kind, sentences.size()),
                      fmt::format("{}{}{}", people, are, fmt::join(sentences, "; "))});
  }
  return alarms;
}

}  // namespace relearn
