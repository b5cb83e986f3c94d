#include "lifecycle/gate/finding.h"

namespace relearn {

std::string number(double value) {
  std::string text = fmt::format("{:.4f}", value);
  if (text.find('.') == std::string::npos) return text;  // not a finite number
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

std::string compared(double difference) {
  return difference < 0 ? number(-difference) + " lower than" : number(difference) + " higher than";
}

std::string at_worst(double bound) {
  return bound < 0 ? "at worst still " + number(-bound) + " lower"
                   : "at worst " + number(bound) + " higher";
}

}  // namespace relearn
