// The locked set: people on whom every candidate is judged and from whom no candidate ever learns,
// neither its coefficients nor its imputation, calibration or settings.
//
// In the first generation they are baseline people, whom the live model has never seen either.
// Later ones are drawn of newly confirmed people, by whoever has the records (lifecycle/selection),
// and come marked in the cohort file; baseline people may be learnt from then.
//
// Who of the baseline is locked depends on the records of the people and the generation alone: each
// person's records are digested together with the generation, and those with the lowest digests of
// each class are locked. So the order of files and rows does not matter, nobody can choose, and the
// same people stay locked while others are added (about as many as the share says).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "learning/cohort/cohort.h"

namespace relearn {

struct LockPlan {
  double share = 0.25;                    // of the baseline people of each class
  std::size_t persons_min = 75;           // with fewer a verdict would be chance
  std::size_t class_min = 25;             // with the disease, and without
  unsigned generation = 1;                // a name: another one locks other people
  std::uint16_t baseline_files = 0xffff;  // rows of later files are never locked
};

struct LockedSet {
  std::vector<std::uint32_t> locked;    // rows, ascending
  std::vector<std::uint32_t> learning;  // all other rows, ascending
  std::size_t persons = 0, cases = 0;   // locked
  std::string digest;                   // SHA-256, names who is locked, in whatever order they came
  std::string none_because;             // one sentence when nobody is locked

  bool exists() const { return !locked.empty(); }
};

/// How many persons without and with the disease: the share of each class, raised where it does not
/// reach the minima. Nothing when that would be more than half of a class.
std::optional<std::array<std::size_t, 2>> how_many_to_lock(std::size_t without, std::size_t with,
                                                           const LockPlan& plan);

/// How the locked set of a later generation is called: LockedSet::digest.
std::string locked_set_digest(std::string_view disease, unsigned generation);

/// Everybody with a row that is marked (kLockedRow), whole persons. Its digest is of the
/// generation's number, not of the records: a snapshot tells ages more or less finely, as others
/// allow it.
LockedSet lock_marked_people(const Cohort& cohort, unsigned generation);

/// Share and minima hold for persons; a person is a case when most of their rows are. The share is
/// raised where it does not reach the minima; nobody is locked when that would take more than half
/// of a class away from learning.
LockedSet lock_people(const Cohort& cohort, const LockPlan& plan);

}  // namespace relearn
