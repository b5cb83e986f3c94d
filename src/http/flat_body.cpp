#include "http/flat_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kOutOfRange = 406;  // of the parser: a number that no double holds

/// What the parser meets, in order; stops at the first thing that may not be.
class Reader final : public nlohmann::json_sax<Json> {
 public:
  explicit Reader(Lists lists) : lists_(lists) {}

  bool null() override { return add("", BodyMember::Kind::Null); }
  bool boolean(bool value) override { return add(value ? "1" : "0", BodyMember::Kind::Truth); }
  bool number_integer(number_integer_t value) override {
    return add(fmt::format("{}", value), BodyMember::Kind::Number);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add(fmt::format("{}", value), BodyMember::Kind::Number);
  }
  bool number_float(number_float_t, const string_t& text) override {
    return add(text, BodyMember::Kind::Number);
  }
  bool string(string_t& text) override { return add(std::move(text), BodyMember::Kind::String); }
  bool binary(binary_t&) override { return refuse("the body is no JSON object"); }
  bool start_array(std::size_t) override {
    if (!inside_ || in_list_ || lists_ == Lists::Refused) return nested();
    members_.back().kind = BodyMember::Kind::List;
    return in_list_ = true;
  }
  bool end_array() override {
    in_list_ = false;
    return true;
  }
  bool start_object(std::size_t) override { return inside_ ? nested() : (inside_ = true); }
  bool end_object() override { return true; }
  bool key(string_t& name) override {
    if (members_.size() == kMembersOfABodyMax) {
      return refuse(fmt::format("the body has more than {} members", kMembersOfABodyMax));
    }
    const bool twice = std::ranges::find(members_, name, &BodyMember::key) != members_.end();
    members_.push_back({std::move(name), "", BodyMember::Kind::Null});
    return !twice || refuse(fmt::format("{}: is given twice", shown_key(members_.back().key)));
  }
  bool parse_error(std::size_t byte, const std::string&,
                   const nlohmann::detail::exception& error) override {
    if (error.id == kOutOfRange && !members_.empty()) {
      return refuse(fmt::format("{}: the number is too large", shown_key(members_.back().key)));
    }
    problem_ = problem(
        400, fmt::format("the JSON cannot be read at byte {}; is it cut off, or NaN?", byte));
    return false;
  }

  std::variant<std::vector<BodyMember>, HttpResponse> result() {
    if (problem_) return std::move(*problem_);
    return std::move(members_);
  }

 private:
  bool add(std::string text, BodyMember::Kind kind) {
    if (!inside_) return refuse("the body must be a JSON object");
    if (in_list_) return add_item(std::move(text), kind);
    members_.back().text = std::move(text);
    members_.back().kind = kind;
    return true;
  }
  bool add_item(std::string text, BodyMember::Kind kind) {
    std::vector<std::string>& items = members_.back().items;
    if (kind != BodyMember::Kind::String || items.size() == kMembersOfABodyMax) {
      return refuse(fmt::format("{}: a list of at most {} texts is needed",
                                shown_key(members_.back().key), kMembersOfABodyMax));
    }
    items.push_back(std::move(text));
    return true;
  }
  bool nested() {
    if (!inside_) return refuse("the body must be a JSON object");
    return refuse(fmt::format("{}: is a list or an object; a number, a text or null is needed",
                              shown_key(members_.back().key)));
  }
  bool refuse(const std::string& sentence) {
    problem_ = problem(422, sentence, members_.empty() ? "" : shown_key(members_.back().key));
    return false;
  }

  const Lists lists_;
  bool inside_ = false, in_list_ = false;
  std::vector<BodyMember> members_;
  std::optional<HttpResponse> problem_;
};

bool is_json(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type == "application/json" || type == "application/json ";
}

}  // namespace

std::string shown_key(std::string_view key) {
  constexpr std::size_t kShown = 60;
  std::string text(key.substr(0, kShown));
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return text;
}

std::variant<std::vector<BodyMember>, HttpResponse> read_flat_body(const HttpRequest& request,
                                                                   Lists lists) {
  if (!is_json(request.content_type)) {
    return problem(415, "the body must be of the content type application/json");
  }
  Reader reader(lists);
  Json::sax_parse(request.body, &reader);
  return reader.result();
}

std::variant<Texts, HttpResponse> read_texts(const HttpRequest& request,
                                             const WantedTexts& wanted) {
  auto body = read_flat_body(request);
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  Texts texts;
  for (const std::string_view key : wanted.optional) texts[std::string(key)] = "";
  for (BodyMember& member : std::get<0>(body)) {
    const bool known = std::ranges::count(wanted.needed, member.key) +
                       std::ranges::count(wanted.optional, member.key);
    if (!known) {
      return problem(422, fmt::format("{}: is not known here", shown_key(member.key)),
                     shown_key(member.key));
    }
    if (member.kind != BodyMember::Kind::String) {
      return problem(422, fmt::format("{}: must be a text", member.key), member.key);
    }
    texts[member.key] = std::move(member.text);
  }
  for (const std::string_view key : wanted.needed) {
    if (!texts.contains(key)) return problem(422, fmt::format("{}: is missing", key), key);
  }
  return texts;
}

}  // namespace relearn
