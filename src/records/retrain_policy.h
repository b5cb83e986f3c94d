// When a disease is retrained without anybody asking for it. A pure answer from what is stored.
//
//   withdrawal   the live version learnt from somebody who has withdrawn: always, without a setting
//   outcomes     so many were confirmed since the last attempt
//   schedule     so many days have passed since the last attempt
//
// None of them while a retrain goes on, nor within kAutomaticRest after one that nobody asked for:
// what came to no new version is not tried again every minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "records/job.h"

namespace relearn {

inline constexpr std::chrono::hours kAutomaticRest{24};
inline constexpr int kPolicyDaysMax = 366;
inline constexpr int kPolicyOutcomesMax = 1'000'000;

/// Of one disease. None: not for this reason.
struct RetrainPolicy {
  std::optional<int> every_days;
  std::optional<int> new_outcomes;

  bool operator==(const RetrainPolicy&) const = default;
};

/// InvalidInput: a number outside 1 to the limits above.
Result<void> check_policy(const RetrainPolicy& policy);

/// Of one disease, now.
struct RetrainSituation {
  std::optional<Moment> last_attempt;
  std::optional<Moment> last_automatic;  // when a job that nobody asked for was added
  std::uint64_t confirmed_since = 0;     // outcomes, after the last attempt
  bool live_contains_withdrawn = false;
  bool is_active = false;  // a run waits or goes on
};

struct DueRetrain {
  JobTrigger trigger = JobTrigger::Schedule;
  std::string reason;  // one sentence with the numbers
};

std::optional<DueRetrain> due_retrain(const RetrainPolicy& policy,
                                      const RetrainSituation& situation, Moment now);

}  // namespace relearn
