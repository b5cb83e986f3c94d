#include "support/spec_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace relearn {
namespace {

constexpr std::string_view kDivider = "----";

/// Splits at spaces, except inside quotes. Quotes are kept; the caller takes them off.
Result<std::vector<std::string>> words_of(std::string_view line, int number) {
  std::vector<std::string> words;
  std::string word;
  enum class Inside { Gap, Word, Quotes } inside = Inside::Gap;
  for (char c : line) {
    if (c == '"') {
      inside = inside == Inside::Quotes ? Inside::Word : Inside::Quotes;
      word += c;
    } else if (c != ' ' || inside == Inside::Quotes) {
      if (inside == Inside::Gap) inside = Inside::Word;
      word += c;
    } else if (inside == Inside::Word) {
      words.push_back(std::exchange(word, {}));
      inside = Inside::Gap;
    }
  }
  if (inside == Inside::Quotes) {
    return invalid_input(fmt::format("line {}: a quote is opened and not closed", number));
  }
  if (inside == Inside::Word) words.push_back(word);
  return words;
}

std::string without_quotes(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '"');
  return plain;
}

bool is_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

Result<SpecCommand> parse_command(std::string_view line, int number) {
  const std::vector<std::string> words = TRY(words_of(line, number));
  SpecCommand command(words.front(), number);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    if (equals != std::string::npos && is_key(words[i].substr(0, equals))) {
      command.add_argument(words[i].substr(0, equals), without_quotes(words[i].substr(equals + 1)));
    } else {
      command.add_text(without_quotes(words[i]));
    }
  }
  return command;
}

/// A number with what stands around it: "(0.82..0.86," is "(", 0.82, 0.86, ",".
struct NumberWord {
  std::string_view before, low_text, after;
  double low = 0, high = 0;
  int decimals() const {
    const auto point = low_text.find('.');
    return point == std::string_view::npos ? 0 : static_cast<int>(low_text.size() - point - 1);
  }
};

std::optional<NumberWord> parse_number_word(std::string_view word) {
  constexpr std::string_view kAround = "(),;:%";
  const auto first = word.find_first_not_of(kAround);
  if (first == std::string_view::npos) return std::nullopt;
  const auto last = word.find_last_not_of(kAround);
  NumberWord number{word.substr(0, first), word.substr(first, last - first + 1),
                    word.substr(last + 1)};
  std::string_view high_text = number.low_text;
  if (const auto dots = number.low_text.find(".."); dots != std::string_view::npos) {
    high_text = number.low_text.substr(dots + 2);
    number.low_text = number.low_text.substr(0, dots);
  }
  const auto low = parse_number(number.low_text);
  const auto high = parse_number(high_text);
  if (!low || !high) return std::nullopt;
  number.low = *low;
  number.high = *high;
  return number;
}

bool word_matches(std::string_view expected, std::string_view actual) {
  if (expected == actual) return true;
  const auto want = parse_number_word(expected);
  const auto have = parse_number_word(actual);
  return want && have && want->before == have->before && want->after == have->after &&
         have->low >= want->low && have->high <= want->high;
}

std::string word_rewritten(std::string_view expected, std::string_view actual) {
  if (word_matches(expected, actual)) return std::string(expected);
  const auto want = parse_number_word(expected);
  const auto have = parse_number_word(actual);
  if (!want || !have || want->low == want->high || have->low != have->high) {
    return std::string(actual);
  }
  const double half = (want->high - want->low) / 2;
  const int decimals = want->decimals();
  return fmt::format("{}{:.{}f}..{:.{}f}{}", have->before, have->low - half, decimals,
                     have->low + half, decimals, have->after);
}

std::vector<std::string_view> plain_words(std::string_view text) {
  std::vector<std::string_view> words = split(text, ' ');
  std::erase_if(words, [](std::string_view word) { return word.empty(); });
  return words;
}

/// Reads a file line by line; one member per thing that may still be open.
class SpecParser {
 public:
  Result<SpecFile> parse(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      file_.lines.emplace_back(line);
      TRY(read(line, static_cast<int>(file_.lines.size())));
    }
    if (text.ends_with('\n')) file_.lines.pop_back();
    TRY(end_case());
    if (!case_.commands.empty()) {
      return invalid_input(fmt::format("line {}: a command without '----' below it checks nothing",
                                       case_.commands.front().line()));
    }
    return std::move(file_);
  }

 private:
  Result<void> read(std::string_view line, int number) {
    if (line.find('\t') != std::string_view::npos) {
      return invalid_input(fmt::format("line {}: has a tab; only spaces are read", number));
    }
    const std::string_view text = trim(line);
    if (text.empty()) return end_case();
    if (text.front() == '#') {
      if (inside_ == Inside::Commands && case_.commands.empty()) note(text.substr(1));
      return {};
    }
    if (text == kDivider) return begin_expected(number);
    if (inside_ == Inside::Expected) {
      case_.expected.push_back(number - 1);
    } else {
      case_.commands.push_back(TRY(parse_command(text, number)));
    }
    comment_ended_ = false;
    return {};
  }

  void note(std::string_view comment) {
    if (comment_ended_) case_.title.clear();
    comment_ended_ = false;
    if (case_.title.empty()) case_.title = trim(comment);
  }

  Result<void> begin_expected(int number) {
    if (inside_ == Inside::Expected || case_.commands.empty()) {
      return invalid_input(fmt::format("line {}: '----' without a command above it", number));
    }
    inside_ = Inside::Expected;
    divider_ = number;
    return {};
  }

  /// A blank line or the end: ends an open case, and a comment that belongs to no case.
  Result<void> end_case() {
    comment_ended_ = true;
    if (inside_ != Inside::Expected) return {};
    if (case_.expected.empty()) {
      return invalid_input(fmt::format("line {}: nothing is expected below '----'", divider_));
    }
    if (case_.title.empty()) case_.title = case_.commands.back().word();
    file_.cases.push_back(std::exchange(case_, {}));
    inside_ = Inside::Commands;
    return {};
  }

  enum class Inside { Commands, Expected };
  SpecFile file_;
  SpecCase case_;
  Inside inside_ = Inside::Commands;
  bool comment_ended_ = false;
  int divider_ = 0;
};

}  // namespace

std::string SpecCommand::text(std::size_t index) {
  if (index >= texts_.size()) return {};
  texts_[index].seen = Seen::Yes;
  return texts_[index].text;
}

std::optional<std::string> SpecCommand::argument(std::string_view key) {
  for (KeyArgument& argument : arguments_) {
    if (argument.key != key) continue;
    argument.seen = Seen::Yes;
    return argument.value;
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> SpecCommand::arguments() {
  std::vector<std::pair<std::string, std::string>> all;
  for (KeyArgument& argument : arguments_) {
    argument.seen = Seen::Yes;
    all.emplace_back(argument.key, argument.value);
  }
  return all;
}

std::optional<std::string> SpecCommand::first_unseen() const {
  for (const TextArgument& argument : texts_) {
    if (argument.seen == Seen::No) return argument.text;
  }
  for (const KeyArgument& argument : arguments_) {
    if (argument.seen == Seen::No) return argument.key + "=" + argument.value;
  }
  return std::nullopt;
}

Result<SpecFile> parse_spec(std::string_view text) { return SpecParser().parse(text); }

std::vector<std::string> spec_cells(std::string_view line) {
  std::vector<std::string> cells;
  line = trim(line);
  while (!line.empty()) {
    const auto gap = line.find("  ");
    cells.emplace_back(line.substr(0, gap));
    line = gap == std::string_view::npos ? std::string_view() : trim(line.substr(gap));
  }
  return cells;
}

Result<std::pair<std::string, std::string>> spec_label_and_value(std::string_view line) {
  const std::string_view text = trim(line);
  const auto gap = text.find("  ");
  if (gap == std::string_view::npos) {
    return invalid_input(fmt::format(
        "\"{}\" is not a label and a value: two or more spaces must stand between them", text));
  }
  return std::pair(std::string(text.substr(0, gap)), std::string(trim(text.substr(gap))));
}

bool spec_matches(std::string_view expected, std::string_view actual) {
  const auto want = plain_words(expected);
  const auto have = plain_words(actual);
  return std::equal(want.begin(), want.end(), have.begin(), have.end(), word_matches);
}

std::string spec_rewritten(std::string_view expected, std::string_view actual) {
  if (spec_matches(expected, actual)) return std::string(expected);
  const auto want = plain_words(expected);
  const auto have = plain_words(actual);
  if (want.size() != have.size()) return std::string(actual);
  std::string text;
  for (std::size_t i = 0; i < want.size(); ++i) {
    text += (i > 0 ? " " : "") + word_rewritten(want[i], have[i]);
  }
  return text;
}

}  // namespace relearn
