#include "lifecycle/intake/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "base/csv.h"
#include "base/text.h"
#include "clinical/synthetic_mark.h"

namespace relearn {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string unknown_column(std::string_view name, std::span<const std::string> known) {
  const std::string_view likely = likely_name(name, known);
  if (!likely.empty()) {
    return fmt::format("column '{}' is not known; '{}' is meant?", shown(name), likely);
  }
  return fmt::format("column '{}' is not known; see docs/formats/records.md", shown(name));
}

class CsvRows final : public RowReader {
 public:
  CsvRows(std::unique_ptr<ByteSource> source, std::string name)
      : name_(std::move(name)), bytes_(source->size()), reader_(std::move(source), name_) {}

  Result<void> read_header() {
    TRY(read_line());
    header_ = reader_.text();
    if (header_.starts_with(kByteOrderMark)) header_.erase(0, kByteOrderMark.size());
    if (is_marked_synthetic(header_)) {
      people_ = People::Invented;
      TRY(read_line());
      header_ += fmt::format("\n{}", reader_.text());
    }
    for (const std::string_view field : reader_.fields()) names_.emplace_back(trim(field));
    return {};
  }

  const std::vector<std::string>& names() const override { return names_; }

  Result<void> bind(std::vector<std::string> known) override {
    slots_.clear();
    std::set<std::string_view> seen;
    for (const std::string& name : names_) {
      const auto at = std::find(known.begin(), known.end(), name);
      if (at == known.end()) {
        return invalid_input(fmt::format("{}: {}", name_, unknown_column(name, known)));
      }
      if (!seen.insert(name).second) {
        return invalid_input(fmt::format("{}: column '{}' is there twice", name_, name));
      }
      slots_.push_back(static_cast<std::size_t>(at - known.begin()));
    }
    cells_.assign(known.size(), "");
    return {};
  }

  Result<bool> next() override {
    if (!TRY(reader_.next())) return false;
    problem_.clear();
    std::fill(cells_.begin(), cells_.end(), std::string_view());
    const auto fields = reader_.fields();
    if (fields.size() != slots_.size()) {
      problem_ = fmt::format("has {} cells, the header has {}; is a comma inside a value?",
                             fields.size(), slots_.size());
      return true;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) cells_[slots_[i]] = trim(fields[i]);
    return true;
  }

  std::span<const std::string_view> cells() const override { return cells_; }
  std::string_view problem() const override { return problem_; }
  std::string_view text() const override { return reader_.text(); }
  std::uint64_t line() const override { return reader_.line(); }
  std::string_view header() const override { return header_; }
  std::uint64_t bytes() const override { return bytes_; }
  bool holds_invented_people() const override { return people_ == People::Invented; }

 private:
  enum class People { NotTold, Invented };

  Result<void> read_line() {
    if (TRY(reader_.next())) return {};
    return invalid_input(fmt::format("{}: holds no line that names the columns", name_));
  }

  std::string name_;
  std::uint64_t bytes_;
  People people_ = People::NotTold;
  CsvReader reader_;
  std::string header_, problem_;
  std::vector<std::string> names_;
  std::vector<std::size_t> slots_;  // of each column of the file
  std::vector<std::string_view> cells_;
};

class JsonRows final : public RowReader {
 public:
  JsonRows(std::unique_ptr<ByteSource> source, std::string name)
      : name_(std::move(name)), bytes_(source->size()), source_(std::move(source)) {}

  Result<void> read_first() {
    if (!TRY(read_line())) return invalid_input(fmt::format("{}: holds no line", name_));
    if (text_.front() == '[') {
      return invalid_input(
          fmt::format("{}: is a JSON array; one object a line is needed (JSON lines)", name_));
    }
    // A first line that is no object names no column; it is told when it is read as a row.
    const Json first = Json::parse(text_, nullptr, false);
    if (first.is_object()) {
      for (const auto& [key, value] : first.items()) names_.push_back(key);
    }
    first_waits_ = First::Waits;
    return {};
  }

  const std::vector<std::string>& names() const override { return names_; }

  Result<void> bind(std::vector<std::string> known) override {
    known_ = std::move(known);
    return {};
  }

  Result<bool> next() override {
    if (first_waits_ == First::Waits) {
      first_waits_ = First::Read;
    } else if (!TRY(read_line())) {
      return false;
    }
    problem_.clear();
    values_.assign(known_.size(), "");
    cells_.assign(known_.size(), "");
    const Json object = Json::parse(text_, nullptr, false);
    if (!object.is_object()) {
      problem_ = object.is_discarded() ? "is not JSON" : "is no JSON object";
      return true;
    }
    for (const auto& [key, value] : object.items()) take(key, value);
    for (std::size_t i = 0; i < values_.size(); ++i) cells_[i] = trim(values_[i]);
    return true;
  }

  std::span<const std::string_view> cells() const override { return cells_; }
  std::string_view problem() const override { return problem_; }
  std::string_view text() const override { return text_; }
  std::uint64_t line() const override { return line_; }
  std::string_view header() const override { return {}; }
  std::uint64_t bytes() const override { return bytes_; }
  bool holds_invented_people() const override { return false; }

 private:
  void take(const std::string& key, const Json& value) {
    const auto at = std::find(known_.begin(), known_.end(), key);
    if (at == known_.end()) {
      if (problem_.empty()) problem_ = unknown_column(key, known_);
      return;
    }
    std::string& cell = values_[static_cast<std::size_t>(at - known_.begin())];
    if (value.is_string()) {
      cell = value.get<std::string>();
    } else if (value.is_number() || value.is_boolean()) {
      cell = value.dump();
    } else if (!value.is_null() && problem_.empty()) {
      problem_ = fmt::format("'{}' is a list or an object; a text or a number is needed", key);
    }
  }

  /// The next line that holds something, into text_.
  Result<bool> read_line() {
    for (;;) {
      ++line_;
      if (!TRY(read_any_line())) return false;
      if (line_ == 1 && text_.starts_with(kByteOrderMark)) text_.remove_prefix(3);
      if (!trim(text_).empty()) return true;
    }
  }

  Result<bool> read_any_line() {
    for (;;) {
      const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
      const auto feed = std::find(from, buffer_.end(), '\n');
      const auto bytes = static_cast<std::size_t>(feed - from);
      if (bytes > kCsvLineBytesMax) {
        return invalid_input(
            fmt::format("{}: line {}: longer than {} KiB; is this a file of records?", name_, line_,
                        kCsvLineBytesMax / 1024));
      }
      if (feed != buffer_.end() || (input_ == Input::End && bytes > 0)) {
        text_ = std::string_view(buffer_.data() + begin_, bytes);
        begin_ += bytes + (feed != buffer_.end() ? 1 : 0);
        return true;
      }
      if (input_ == Input::End) return false;
      TRY(refill());
    }
  }

  Result<void> refill() {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    const std::size_t kept = buffer_.size();
    buffer_.resize(kept + kBlockBytes);
    const std::size_t got = TRY(source_->read(std::span(buffer_).subspan(kept)));
    buffer_.resize(kept + got);
    if (got == 0) input_ = Input::End;
    return {};
  }

  std::string name_;
  std::uint64_t bytes_;
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // first byte not yet given
  enum class Input { Middle, End } input_ = Input::Middle;
  enum class First { Read, Waits } first_waits_ = First::Read;
  std::uint64_t line_ = 0;
  std::string_view text_;
  std::string problem_;
  std::vector<std::string> names_, known_, values_;
  std::vector<std::string_view> cells_;
};

Result<bool> begins_with_brace(const std::filesystem::path& file) {
  const auto source = TRY(open_file_source(file));
  std::array<char, 64> bytes{};
  const std::size_t got = TRY(source->read(bytes));
  std::string_view begin(bytes.data(), got);
  if (begin.starts_with(kByteOrderMark)) begin.remove_prefix(kByteOrderMark.size());
  begin = trim(begin);
  return begin.starts_with('{') || begin.starts_with('[');
}

/// Insertions, deletions and replacements between two names (Levenshtein 1966).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-') c = '_';
  }
  return lowered;
}

}  // namespace

std::string_view likely_name(std::string_view given, std::span<const std::string> known) {
  constexpr std::size_t kBytesCompared = 64;
  const std::string name = lower(given.substr(0, kBytesCompared));
  if (name.size() < 2) return {};
  for (const std::string& candidate : known) {
    // "bmi" for "bmi_kg_per_m2", "glucose" for "glucose_2h_mg_per_dl".
    if (candidate.starts_with(name + "_")) return candidate;
  }
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t changes = distance(name, candidate);
    if (changes < least) least = changes, nearest = candidate;
  }
  return nearest;
}

bool is_clean_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x20 || first == 0x7f) return false;
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  const bool json = ending == ".jsonl" || ending == ".ndjson" || ending == ".json" ||
                    TRY(begins_with_brace(file));
  auto source = TRY(open_file_source(file));
  if (json) {
    auto rows = std::make_unique<JsonRows>(std::move(source), file.string());
    TRY(rows->read_first());
    return std::unique_ptr<RowReader>(std::move(rows));
  }
  auto rows = std::make_unique<CsvRows>(std::move(source), file.string());
  TRY(rows->read_header());
  return std::unique_ptr<RowReader>(std::move(rows));
}

}  // namespace relearn
