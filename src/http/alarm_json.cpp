#include "http/alarm_json.h"

#include <nlohmann/json.hpp>

namespace relearn {

nlohmann::ordered_json alarm_json(const Alarm& alarm) {
  using Json = nlohmann::ordered_json;
  const auto text = [](const std::string& given) { return given.empty() ? Json() : Json(given); };
  const auto moment = [](const std::optional<Moment>& at) {
    return at ? Json(to_text(*at)) : Json();
  };
  return {{"id", alarm.id},
          {"disease", alarm.what.disease},
          {"version", alarm.what.version},
          {"kind", alarm_kind_word(alarm.what.kind)},
          {"tier", alarm_tier_word(alarm.what.tier)},
          {"sentence", alarm.what.sentence},
          {"opened_at", to_text(alarm.opened_at)},
          {"seen_at", to_text(alarm.seen_at)},
          {"owner", text(alarm.owner)},
          {"owned_at", moment(alarm.owned_at)},
          {"closed_at", moment(alarm.closed_at)},
          {"closed_by", text(alarm.closed_by)},
          {"closing_reason", text(alarm.closing_reason)}};
}

}  // namespace relearn
