// An alarm as openapi.yaml tells it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "records/alarm.h"

namespace relearn {

nlohmann::ordered_json alarm_json(const Alarm& alarm);

}  // namespace relearn
