#include "lifecycle/gate/evidence_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lifecycle/gate/evidence_check.h"
#include "lifecycle/gate/evidence_fields.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListMax = 10'000;  // contributors, subgroups, predictors
constexpr std::size_t kTextMax = 500;     // bytes

class Writer {
 public:
  explicit Writer(Json& node) : node_(node) { node_ = Json::object(); }

  void number(std::string_view key, double value, Range) { set(key, value); }
  void count(std::string_view key, std::uint64_t value) { set(key, value); }
  void look(std::string_view key, std::uint32_t value) { set(key, value); }
  void flag(std::string_view key, const bool& value) { set(key, value); }
  void text(std::string_view key, const std::string& value) { set(key, value); }
  void digest(std::string_view key, const std::string& value) { set(key, value); }
  void rung(std::string_view key, Rung value) { set(key, word_of(value)); }
  void texts(std::string_view key, const std::vector<std::string>& values) { set(key, values); }
  void maybe(std::string_view key, std::optional<double> value, Range) {
    if (value) set(key, *value);
  }
  template <typename Part>
  void part(std::string_view key, Part& value) {
    Json inner;
    Writer writer(inner);
    walk(writer, value);
    set(key, std::move(inner));
  }
  template <typename Part>
  void maybe_part(std::string_view key, std::optional<Part>& value) {
    if (value) part(key, *value);
  }
  template <typename Part>
  void parts(std::string_view key, std::vector<Part>& values) {
    Json list = Json::array();
    for (Part& value : values) {
      Json inner;
      Writer writer(inner);
      walk(writer, value);
      list.push_back(std::move(inner));
    }
    set(key, std::move(list));
  }
  template <typename Part>
  void maybe_parts(std::string_view key, std::optional<std::vector<Part>>& values) {
    if (values) parts(key, *values);
  }

 private:
  template <typename Value>
  void set(std::string_view key, Value&& value) {
    node_[std::string(key)] = std::forward<Value>(value);
  }
  Json& node_;
};

/// Reads one object strictly; the first problem of the whole document is kept in `problem`.
class Reader {
 public:
  Reader(const Json& node, std::string place, std::string& problem)
      : node_(node), place_(std::move(place)), problem_(problem) {
    if (!node_.is_object()) refuse("", "is no object");
  }

  void number(std::string_view key, double& value, Range allowed) {
    const Json* found = required(key);
    if (found == nullptr) return;
    if (!found->is_number()) return refuse(key, "is no finite number");
    value = found->get<double>();
    if (!allowed.contains(value)) {
      refuse(key, fmt::format("is {}, it must be {} to {}", value, allowed.low, allowed.high));
    }
  }
  void count(std::string_view key, std::uint64_t& value) {
    const Json* found = required(key);
    if (found == nullptr) return;
    if (!found->is_number_unsigned() || found->get<std::uint64_t>() > kCountMax) {
      return refuse(key, "is no whole number from 0 on");
    }
    value = found->get<std::uint64_t>();
  }
  void look(std::string_view key, std::uint32_t& value) {
    std::uint64_t wide = 0;
    count(key, wide);
    if (wide > kLookMax) refuse(key, fmt::format("is {}, at most {} is possible", wide, kLookMax));
    value = static_cast<std::uint32_t>(wide);
  }
  void flag(std::string_view key, bool& value) {
    const Json* found = required(key);
    if (found == nullptr) return;
    if (!found->is_boolean()) return refuse(key, "is neither true nor false");
    value = found->get<bool>();
  }
  void text(std::string_view key, std::string& value) {
    if (const Json* found = required(key)) value = plain_text(key, *found);
  }
  void digest(std::string_view key, std::string& value) {
    text(key, value);
    const bool hexadecimal = std::ranges::all_of(
        value, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (!value.empty() && (value.size() != 64 || !hexadecimal)) refuse(key, "is no SHA-256");
  }
  void rung(std::string_view key, Rung& value) {
    std::string word;
    text(key, word);
    const auto found = std::ranges::find(kRungWords, word);
    if (found == kRungWords.end()) return refuse(key, "is no rung of the ladder");
    value = static_cast<Rung>(found - kRungWords.begin());
  }
  void texts(std::string_view key, std::vector<std::string>& values) {
    each(key, [&](const Json& item) { values.push_back(plain_text(key, item)); });
  }
  void maybe(std::string_view key, std::optional<double>& value, Range allowed) {
    if (node_.is_object() && node_.contains(key)) number(key, value.emplace(), allowed);
  }
  template <typename Part>
  void part(std::string_view key, Part& value) {
    if (const Json* found = required(key)) read(*found, inside(key), value);
  }
  template <typename Part>
  void maybe_part(std::string_view key, std::optional<Part>& value) {
    if (node_.is_object() && node_.contains(key)) part(key, value.emplace());
  }
  template <typename Part>
  void parts(std::string_view key, std::vector<Part>& values) {
    each(key, [&](const Json& item) {
      std::string place = fmt::format("{}[{}]", inside(key), values.size());
      read(item, std::move(place), values.emplace_back());
    });
  }
  template <typename Part>
  void maybe_parts(std::string_view key, std::optional<std::vector<Part>>& values) {
    if (node_.is_object() && node_.contains(key)) parts(key, values.emplace());
  }

  void refuse_unknown() {
    if (!node_.is_object()) return;
    for (const auto& item : node_.items()) {
      if (!read_.contains(item.key())) refuse(item.key(), "is an unknown key");
    }
  }

 private:
  template <typename Part>
  void read(const Json& node, std::string place, Part& value) {
    Reader reader(node, std::move(place), problem_);
    walk(reader, value);
    reader.refuse_unknown();
  }
  template <typename Use>
  void each(std::string_view key, Use use) {
    const Json* found = required(key);
    if (found == nullptr) return;
    if (!found->is_array() || found->size() > kListMax) {
      return refuse(key, fmt::format("is no list of at most {}", kListMax));
    }
    for (const Json& item : *found) use(item);
  }
  std::string plain_text(std::string_view key, const Json& node) {
    if (!node.is_string()) {
      refuse(key, "is no text");
      return {};
    }
    auto value = node.get<std::string>();
    const bool plain = std::ranges::none_of(
        value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (value.size() > kTextMax || !plain) refuse(key, "is too long or holds control characters");
    return value;
  }
  const Json* required(std::string_view key) {
    if (!node_.is_object()) return nullptr;
    read_.emplace(key);
    const auto found = node_.find(key);
    if (found != node_.end()) return &*found;
    refuse(key, "is missing");
    return nullptr;
  }
  std::string inside(std::string_view key) const {
    return place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
  }
  void refuse(std::string_view key, std::string_view why) {
    if (problem_.empty()) problem_ = fmt::format("{} {}", key.empty() ? place_ : inside(key), why);
  }

  static constexpr std::uint64_t kCountMax = 1'000'000'000'000;
  static constexpr std::uint64_t kLookMax = 1'000'000;
  const Json& node_;
  std::string place_;
  std::string& problem_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace

std::string evidence_to_json(const GateEvidence& evidence) {
  Json document;
  Writer writer(document);
  GateEvidence copy = evidence;  // the list of fields is written for readers too
  walk(writer, copy);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<GateEvidence> evidence_from_json(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return broken_invariant("the evidence is no JSON document");
  std::string problem;
  GateEvidence evidence;
  Reader reader(document, document.is_object() ? "" : "the document", problem);
  walk(reader, evidence);
  reader.refuse_unknown();
  if (problem.empty()) problem = contradiction(evidence);
  if (!problem.empty()) {
    return broken_invariant(fmt::format("the evidence is refused: {}", problem));
  }
  return evidence;
}

}  // namespace relearn
