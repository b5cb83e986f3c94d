#include "lifecycle/training/people_shown.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace relearn {
namespace {

std::size_t persons_in(const Cohort& cohort, const std::vector<std::uint8_t>& member,
                       const std::vector<std::uint8_t>& also) {
  std::set<std::uint32_t> persons;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    if (member[row] != 0 && (also.empty() || also[row] != 0)) persons.insert(cohort.persons[row]);
  }
  return persons.size();
}

/// Everybody, then the groups of the disease file and the sites.
std::vector<ReportGroup> groups_of(const DiseaseFile& disease, const Cohort& cohort) {
  std::vector<ReportGroup> groups = report_groups(disease, cohort);
  groups.insert(groups.begin(),
                {"everybody", "Everybody", std::vector<std::uint8_t>(cohort.rows(), 1)});
  return groups;
}

/// Mean over the rows of |log-odds| of each input's reason.
std::vector<double> mean_reasons(const RiskModel& model, const Cohort& people,
                                 const std::vector<std::size_t>& rows) {
  std::vector<double> mean(model.inputs.size(), 0);
  for (const std::size_t row : rows) {
    for (const Contribution& reason : explain(model, people.row(row))) {
      mean[reason.input] += std::fabs(reason.log_odds) / static_cast<double>(rows.size());
    }
  }
  return mean;
}

Result<Report> report_on(const DiseaseFile& disease, const Cohort& people,
                         const std::vector<double>& risks) {
  const std::vector<ReportGroup> groups = report_groups(disease, people);
  const std::vector<std::vector<double>> repeats = {risks};
  return make_report({people.outcomes, repeats, people.persons, disease.thresholds, groups});
}

/// The people of a part, with the risks of both models.
struct Shown {
  Cohort people;
  std::vector<double> candidate, live;
};

Shown shown(const JudgedPeople& judged, JudgedPart part) {
  const std::vector<std::uint32_t> rows = rows_of_part(judged, part);
  Shown some{take_rows(judged.people, rows), {}, {}};
  for (const std::uint32_t row : rows) {
    some.candidate.push_back(judged.candidate[row]);
    some.live.push_back(judged.champion[row]);
  }
  return some;
}

}  // namespace

std::vector<GroupPeople> count_people(const DiseaseFile& disease, const Cohort& learning,
                                      const Cohort& locked) {
  std::vector<GroupPeople> counted;
  for (const ReportGroup& group : groups_of(disease, learning)) {
    GroupPeople people{group.id, group.label, persons_in(learning, group.member, {}), 0, 0};
    if (!learning.is_new.empty()) {
      people.fresh = persons_in(learning, group.member, learning.is_new);
    }
    counted.push_back(std::move(people));
  }
  if (locked.rows() == 0) return counted;
  for (const ReportGroup& group : groups_of(disease, locked)) {
    const auto found = std::ranges::find(counted, group.id, &GroupPeople::id);
    if (found != counted.end()) found->locked = persons_in(locked, group.member, {});
  }
  return counted;
}

Result<SideBySide> put_side_by_side(const DiseaseFile& disease, const JudgedPeople& judged,
                                    const RiskModel& candidate, const RiskModel& live) {
  const Shown all = shown(judged, JudgedPart::Both), fresh = shown(judged, JudgedPart::New);
  SideBySide both;
  both.candidate = TRY(report_on(disease, all.people, all.candidate));
  both.live = TRY(report_on(disease, all.people, all.live));
  auto on_new = report_on(disease, fresh.people, fresh.live);
  if (on_new.ok()) both.live_on_new = on_new.take_value();
  count_moved(all.people.outcomes, all.live, all.candidate, disease.thresholds.decision, both);
  std::vector<std::size_t> rows;
  const std::size_t step = all.people.rows() / kExplainedRows + 1;
  for (std::size_t row = 0; row < all.people.rows(); row += step) rows.push_back(row);
  const std::vector<double> then = mean_reasons(live, all.people, rows);
  const std::vector<double> now = mean_reasons(candidate, all.people, rows);
  for (std::size_t i = 0; i < candidate.inputs.size(); ++i) {
    both.reasons.push_back({candidate.inputs[i].id, then[i], now[i]});
  }
  return both;
}

}  // namespace relearn
