// The people whom a live model has seen lately, compared with those it learnt from. Pure.
//
//   window      kWindowPeople people and a day, or kWindowDays and enough people to tell anything
//   compare     each input and the risk: population stability index against what chance allows for
//               these numbers of people (Yurdakul 2018), Holm's correction over all of them
//   alarm       what was unlike in two windows one after the other, or in one with p < .001
//
// A person counts once in a window, with the first prediction. Guests do not count: one guest may
// be the same person fifty times, and nobody could tell.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "clinical/disease_file.h"
#include "learning/evaluation/population_reference.h"
#include "records/alarm.h"
#include "records/watch_store.h"

namespace relearn {

inline constexpr std::size_t kWindowPeople = 100;
inline constexpr std::size_t kWindowPeopleMax = 5000;  // of a busy day
inline constexpr std::size_t kWindowPeopleMin = 30;
inline constexpr std::int64_t kWindowDays = 30;

class PeopleWindow {
 public:
  /// reference: null when there is none. Both must outlive it.
  PeopleWindow(const DiseaseFile& disease, const PopulationReference* reference);

  void add(const WatchedPrediction& prediction);
  bool is_full(Moment now) const;

  std::size_t people() const { return risks_.size(); }
  std::uint64_t guests() const { return guests_; }
  std::optional<Moment> from() const { return from_; }
  Moment to() const { return to_; }
  std::span<const double> risks() const { return risks_; }
  const std::vector<CountedInput>& inputs() const { return inputs_; }  // empty without a reference
  const CountedInput& risk_counts() const { return risk_; }

 private:
  const DiseaseFile& disease_;
  std::vector<const Predictor*> predictors_;  // of the inputs
  std::vector<CountedInput> inputs_;
  CountedInput risk_;
  std::vector<double> risks_;
  std::set<PersonId> seen_;
  std::uint64_t guests_ = 0;
  std::optional<Moment> from_;
  Moment to_;
};

/// One thing compared. `limit`: what the index stays below in 95 of 100 windows in which nothing
/// has changed, whichever of the things compared one looks at.
struct Compared {
  double index = 0, limit = 0;
  double p = 1, p_adjusted = 1;
  bool unlike = false;  // p_adjusted < .05
};

struct ComparedInput {
  std::string id;
  Compared values;            // without the missing ones
  Compared missing, outside;  // unlike: more than before
  double missing_share = 0, missing_share_before = 0, outside_share = 0;
};

struct EstimatedPerformance {
  double auroc = 0, mean_risk = 0;
  std::optional<double> low, high;  // the reference's mean and three standard deviations
  bool outside = false;
};

struct WindowFindings {
  Moment from, to;
  std::uint64_t people = 0, guests = 0;
  std::vector<ComparedInput> inputs;  // empty without a reference
  std::optional<Compared> risk;
  std::optional<EstimatedPerformance> estimated;  // none: the risks allow none
};

WindowFindings judge_window(const DiseaseFile& disease, const PopulationReference* reference,
                            const PeopleWindow& window);

/// What is unlike: "age_years", "age_years missing", "age_years outside", "risk", "estimated".
std::vector<std::string> suspects_of(const DiseaseFile& disease, const WindowFindings& findings);

/// What to tell people of the window, given the suspects of the one before.
std::vector<NewAlarm> window_alarms(const DiseaseFile& disease, std::int64_t version,
                                    const WindowFindings& findings,
                                    std::span<const std::string> suspects_before);

}  // namespace relearn
