#include "lifecycle/gate/finding.h"

#include <cmath>

namespace relearn {

int more_people(std::uint64_t there, double width, double room) {
  const double n = static_cast<double>(there), ratio = width / room;
  const double more = std::ceil(n * ratio * ratio - n - 1e-6);  // rounding
  return more >= 1 && more < 1e9 ? static_cast<int>(more) : 1;
}

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
