#include "records/retrain_policy.h"

#include <fmt/format.h>

namespace relearn {
namespace {

constexpr std::int64_t kDay = 24 * 3600;

Result<void> check_number(const char* name, const std::optional<int>& number, int most) {
  if (!number || (*number >= 1 && *number <= most)) return {};
  return invalid_input(
      fmt::format("{}: {} is not within 1 to {}; leave it out for never", name, *number, most));
}

}  // namespace

Result<void> check_policy(const RetrainPolicy& policy) {
  TRY(check_number("every_days", policy.every_days, kPolicyDaysMax));
  return check_number("new_outcomes", policy.new_outcomes, kPolicyOutcomesMax);
}

std::optional<DueRetrain> due_retrain(const RetrainPolicy& policy,
                                      const RetrainSituation& situation, Moment now) {
  if (situation.is_active) return std::nullopt;
  const std::int64_t rest = std::chrono::seconds(kAutomaticRest).count();
  if (situation.last_automatic && now.seconds - situation.last_automatic->seconds < rest) {
    return std::nullopt;
  }
  if (situation.live_contains_withdrawn) {
    return DueRetrain{JobTrigger::Withdrawal,
                      "the live version learnt from somebody who has withdrawn"};
  }
  const auto wanted = static_cast<std::uint64_t>(policy.new_outcomes.value_or(0));
  if (policy.new_outcomes && situation.confirmed_since >= wanted) {
    return DueRetrain{JobTrigger::Outcomes,
                      fmt::format("{} outcomes were confirmed since the last attempt; the policy "
                                  "asks for {}",
                                  situation.confirmed_since, wanted)};
  }
  // A disease that was never learnt is not begun by the calendar.
  if (!policy.every_days || !situation.last_attempt) return std::nullopt;
  const std::int64_t days = (now.seconds - situation.last_attempt->seconds) / kDay;
  if (days < *policy.every_days) return std::nullopt;
  return DueRetrain{JobTrigger::Schedule,
                    fmt::format("{} days since the last attempt; the policy asks for one every {}",
                                days, *policy.every_days)};
}

}  // namespace relearn
