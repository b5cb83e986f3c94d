#include "learning/cohort/locked_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/digest.h"

namespace relearn {
namespace {

/// Persons as digest and number, one list a class: non-cases, cases.
using Ranked = std::array<std::vector<std::pair<std::string, std::uint32_t>>, 2>;

/// Source and values: two rows with the same text are the same to any model.
std::string row_text(const Cohort& cohort, std::uint32_t row) {
  std::string text = cohort.source_names[cohort.sources[row]] + '|';
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    const float value = cohort.column(j)[row];
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return text;
}

/// The people whose rows `member` has all of, by a digest of their records.
template <typename Member>
Ranked rank_people(const Cohort& cohort, unsigned generation, Member member) {
  std::vector<std::vector<std::uint32_t>> rows_of;
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    if (!member(row)) continue;
    if (cohort.persons[row] >= rows_of.size()) rows_of.resize(cohort.persons[row] + 1);
    rows_of[cohort.persons[row]].push_back(row);
  }
  Ranked ranked;
  for (std::uint32_t person = 0; person < rows_of.size(); ++person) {
    const std::vector<std::uint32_t>& rows = rows_of[person];
    if (rows.empty()) continue;
    std::vector<std::string> texts;
    std::size_t ill = 0;
    for (const std::uint32_t row : rows) {
      texts.push_back(row_text(cohort, row));
      ill += cohort.outcomes[row];
    }
    std::sort(texts.begin(), texts.end());
    Sha256 digest;
    digest.update(fmt::format("locked set {}\n", generation));
    for (const std::string& text : texts) digest.update(text);
    ranked[2 * ill > rows.size()].emplace_back(digest.finish(), person);
  }
  for (auto& people : ranked) std::sort(people.begin(), people.end());
  return ranked;
}

/// The first so many of each class; none: nobody.
LockedSet lock_first(const Cohort& cohort, const Ranked& ranked,
                     const std::array<std::size_t, 2>& counts) {
  LockedSet set;
  std::vector<char> is_locked;  // by person
  for (const std::uint32_t person : cohort.persons) {
    if (person >= is_locked.size()) is_locked.resize(person + 1, 0);
  }
  Sha256 digest;
  for (std::size_t c = 0; c < 2; ++c) {
    for (std::size_t i = 0; i < counts[c]; ++i) {
      is_locked[ranked[c][i].second] = 1;
      digest.update(ranked[c][i].first);
    }
  }
  set.persons = counts[0] + counts[1];
  set.cases = counts[1];
  if (set.persons > 0) set.digest = digest.finish();
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    (is_locked[cohort.persons[row]] ? set.locked : set.learning).push_back(row);
  }
  return set;
}

/// How many of a class of this size.
std::size_t count_to_lock(std::size_t people, double share, std::size_t at_least) {
  const double wanted = std::ceil(share * static_cast<double>(people));
  return std::max(static_cast<std::size_t>(wanted), at_least);
}

}  // namespace

std::optional<std::array<std::size_t, 2>> how_many_to_lock(std::size_t without, std::size_t with,
                                                           const LockPlan& plan) {
  const std::size_t people = without + with;
  const double share = people == 0 ? plan.share
                                   : std::max(plan.share, static_cast<double>(plan.persons_min) /
                                                              static_cast<double>(people));
  const std::array<std::size_t, 2> counts = {count_to_lock(without, share, plan.class_min),
                                             count_to_lock(with, share, plan.class_min)};
  if (2 * counts[0] > without || 2 * counts[1] > with) return std::nullopt;
  return counts;
}

std::string locked_set_digest(std::string_view disease, unsigned generation) {
  return sha256(fmt::format("locked set {} of {}\n", generation, disease));
}

LockedSet lock_marked_people(const Cohort& cohort, unsigned generation) {
  const Ranked ranked = rank_people(cohort, generation, [&](std::uint32_t row) {
    return !cohort.is_new.empty() && cohort.is_new[row] == kLockedRow;
  });
  LockedSet set = lock_first(cohort, ranked, {ranked[0].size(), ranked[1].size()});
  set.digest = locked_set_digest(cohort.disease, generation);
  if (!set.exists()) {
    set.digest.clear();
    set.none_because = fmt::format(
        "nobody is locked: no record is marked as one of the locked people of generation {}",
        generation);
  }
  return set;
}

LockedSet lock_people(const Cohort& cohort, const LockPlan& plan) {
  const Ranked ranked = rank_people(cohort, plan.generation, [&](std::uint32_t row) {
    return cohort.files.empty() || cohort.files[row] < plan.baseline_files;
  });
  const auto counts = how_many_to_lock(ranked[0].size(), ranked[1].size(), plan);
  LockedSet set = lock_first(cohort, ranked, counts.value_or(std::array<std::size_t, 2>{}));
  if (!counts) {
    set.none_because = fmt::format(
        "nobody is locked: of {} baseline people without the disease and {} with it, a locked set "
        "takes at least {} people and {} of each class, and at most half of them",
        ranked[0].size(), ranked[1].size(), plan.persons_min, plan.class_min);
  }
  return set;
}

}  // namespace relearn
