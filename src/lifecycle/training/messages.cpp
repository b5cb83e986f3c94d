#include "lifecycle/training/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error_kind.h"
#include "learning/models/catalog.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string printable(std::string text) {
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

struct ToJson {
  Json operator()(const SandboxMessage& m) const {
    return {{"event", "sandbox"}, {"seccomp", true}, {"landlock", m.landlock}};
  }
  Json operator()(const ProgressEvent& m) const {
    return {{"event", "progress"},
            {"step", printable(m.step)},
            {"detail", printable(m.detail)},
            {"done", m.done},
            {"total", m.total}};
  }
  Json operator()(const AliveMessage&) const { return {{"event", "alive"}}; }
  Json operator()(const DoneMessage& m) const {
    return {{"event", "done"}, {"families", m.families}};
  }
  Json operator()(const Error& m) const {
    return {{"event", "error"}, {"kind", kind_word(m.kind)}, {"message", printable(m.message)}};
  }
};

Result<TrainerMessage> unknown(std::string_view line) {
  constexpr std::size_t kShown = 60;
  return invalid_input(fmt::format("'{}{}' is no message of a trainer",
                                   printable(std::string(line.substr(0, kShown))),
                                   line.size() > kShown ? "..." : ""));
}

std::string text_of(const Json& json, const char* key) {
  std::string text = json.at(key);
  if (std::any_of(text.begin(), text.end(), is_control)) {
    throw Json::other_error::create(501, "a control character", &json);
  }
  return text;
}

std::size_t count_of(const Json& json, const char* key) {
  const Json& count = json.at(key);
  if (!count.is_number_unsigned()) throw Json::other_error::create(501, "no count", &json);
  return count;
}

/// Nothing but families that there are, each once.
std::vector<std::string> families_of(const Json& json) {
  std::vector<std::string> families = json.at("families");
  std::vector<std::string> known;
  for (const Learner* const learner : learner_catalog()) {
    if (std::ranges::count(families, learner->family()) > 0) known.emplace_back(learner->family());
  }
  if (families != known) throw Json::other_error::create(501, "no list of families", &json);
  return families;
}

}  // namespace

std::string message_line(const TrainerMessage& message) {
  return std::visit(ToJson{}, message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<TrainerMessage> parse_message(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    const std::string event = json.at("event");
    if (event == "sandbox")
      return TrainerMessage(SandboxMessage{static_cast<int>(count_of(json, "landlock"))});
    if (event == "alive") return TrainerMessage(AliveMessage{});
    if (event == "done") return TrainerMessage(DoneMessage{families_of(json)});
    if (event == "progress") {
      return TrainerMessage(ProgressEvent{text_of(json, "step"), text_of(json, "detail"),
                                          count_of(json, "done"), count_of(json, "total")});
    }
    if (event == "error") {
      const auto kind = kind_of_word(text_of(json, "kind"));
      if (kind) return TrainerMessage(Error{*kind, text_of(json, "message")});
    }
  } catch (const Json::exception&) {
    return unknown(line);
  }
  return unknown(line);
}

}  // namespace relearn
