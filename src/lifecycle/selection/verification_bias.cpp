#include "lifecycle/selection/verification_bias.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace relearn {
namespace {

constexpr std::size_t kTenths = 10;

/// AUROC with a weight for each row: the weighted share of (ill, well) pairs in the right order,
/// ties one half. rows: confirmed ones.
double weighted_auroc(std::vector<std::pair<VerificationRow, double>> rows) {
  std::ranges::sort(rows, {}, [](const auto& row) { return row.first.risk; });
  double well_below = 0, pairs = 0, ill = 0, well = 0;
  for (std::size_t i = 0; i < rows.size();) {
    double tied_ill = 0, tied_well = 0;
    const float risk = rows[i].first.risk;
    for (; i < rows.size() && rows[i].first.risk == risk; ++i) {
      (rows[i].first.outcome == 1 ? tied_ill : tied_well) += rows[i].second;
    }
    pairs += tied_ill * (well_below + tied_well / 2);
    well_below += tied_well;
    ill += tied_ill;
    well += tied_well;
  }
  return pairs / (ill * well);
}

double weighted_share_ill(const std::vector<std::pair<VerificationRow, double>>& rows) {
  double ill = 0, all = 0;
  for (const auto& [row, weight] : rows) {
    ill += weight * row.outcome;
    all += weight;
  }
  return ill / all;
}

/// Means and counts of the two groups.
void describe(std::span<const VerificationRow> rows, VerificationBias& bias) {
  double sum_confirmed = 0, sum_unconfirmed = 0;
  for (const VerificationRow& row : rows) {
    (row.confirmed == 1 ? sum_confirmed : sum_unconfirmed) += static_cast<double>(row.risk);
    bias.confirmed += row.confirmed;
  }
  bias.predictions = rows.size();
  const std::uint64_t unconfirmed = bias.predictions - bias.confirmed;
  if (bias.confirmed > 0)
    bias.mean_risk_confirmed = sum_confirmed / static_cast<double>(bias.confirmed);
  if (unconfirmed > 0)
    bias.mean_risk_unconfirmed = sum_unconfirmed / static_cast<double>(unconfirmed);
}

/// Inverse chance of being confirmed for each confirmed row.
std::vector<std::pair<VerificationRow, double>> weigh(std::span<const VerificationRow> rows) {
  std::vector<VerificationRow> sorted(rows.begin(), rows.end());
  std::ranges::stable_sort(sorted, {}, &VerificationRow::risk);
  std::vector<std::pair<VerificationRow, double>> weighted;
  std::size_t begin = 0, confirmed = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    confirmed += sorted[i].confirmed;
    const bool tenth_ends = (i + 1) * kTenths / sorted.size() > i * kTenths / sorted.size();
    if ((!tenth_ends || confirmed == 0) && i + 1 < sorted.size()) continue;
    const double chance = static_cast<double>(confirmed) / static_cast<double>(i + 1 - begin);
    for (; begin <= i; ++begin) {
      if (sorted[begin].confirmed == 0) continue;
      weighted.emplace_back(sorted[begin], 1 / std::max(chance, kConfirmationChanceMin));
    }
    confirmed = 0;
  }
  return weighted;
}

std::string sentence_of(const VerificationBias& bias) {
  if (!bias.estimable) {
    return fmt::format(
        "{} of {} predictions with a risk have a confirmed outcome; how much that distorts cannot "
        "be "
        "estimated.",
        bias.confirmed, bias.predictions);
  }
  std::string text = fmt::format(
      "{} of {} predictions are confirmed; their mean risk is {:.1f} %, that of the others {:.1f} "
      "%. "
      "Of the confirmed {:.1f} % are ill, of all about {:.1f} % would be; the AUROC is {:.3f} "
      "among the "
      "confirmed, about {:.3f} among all.",
      bias.confirmed, bias.predictions, 100 * bias.mean_risk_confirmed,
      100 * bias.mean_risk_unconfirmed, 100 * bias.share_ill, 100 * bias.share_ill_weighted,
      bias.auroc, bias.auroc_weighted);
  if (bias.effective_records < kEffectiveRecordsMin ||
      bias.largest_weight_share > kLargestWeightShareMax) {
    text += fmt::format(
        " Too few people of low risk were examined to be sure ({:.0f} effective records).",
        bias.effective_records);
  }
  return text;
}

}  // namespace

VerificationBias measure_verification(std::span<const VerificationRow> rows) {
  VerificationBias bias;
  describe(rows, bias);
  std::uint64_t ill = 0;
  std::vector<std::pair<VerificationRow, double>> equal;
  for (const VerificationRow& row : rows) {
    if (row.confirmed == 0) continue;
    ill += row.outcome;
    equal.emplace_back(row, 1.0);
  }
  const bool both = ill > 0 && ill < bias.confirmed && bias.confirmed < bias.predictions;
  const auto weighted = both ? weigh(rows) : std::vector<std::pair<VerificationRow, double>>{};
  if (!weighted.empty()) {
    double sum = 0, squares = 0, largest = 0;
    for (const auto& [row, weight] : weighted) {
      sum += weight;
      squares += weight * weight;
      largest = std::max(largest, weight);
    }
    bias.estimable = true;
    bias.effective_records = sum * sum / squares;
    bias.largest_weight_share = largest / sum;
    bias.share_ill = weighted_share_ill(equal);
    bias.share_ill_weighted = weighted_share_ill(weighted);
    bias.auroc = weighted_auroc(equal);
    bias.auroc_weighted = weighted_auroc(weighted);
  }
  bias.sentence = sentence_of(bias);
  return bias;
}

}  // namespace relearn
