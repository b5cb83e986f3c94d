#include "base/csv.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace relearn {
namespace {

constexpr std::size_t kBlockBytes = 1 << 20;
static_assert(kBlockBytes > 2 * kCsvLineBytesMax, "a whole line must fit into the block");
static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, std::uint64_t size, std::string name)
      : fd_(fd), size_(size), name_(std::move(name)) {}
  ~FileSource() override { ::close(fd_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = ::read(fd_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) {
        return unavailable(fmt::format("{}: cannot read: {}", name_, std::strerror(errno)));
      }
    }
  }
  std::uint64_t size() const override { return size_; }

 private:
  int fd_;
  std::uint64_t size_;
  std::string name_;
};

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : rest_(text), size_(text.size()) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t given = std::min(into.size(), rest_.size());
    std::memcpy(into.data(), rest_.data(), given);
    rest_.remove_prefix(given);
    return given;
  }
  std::uint64_t size() const override { return size_; }

 private:
  std::string_view rest_;
  std::uint64_t size_;
};

bool is_blank(std::string_view line) { return line.empty() || line == "\r"; }

std::string_view without_carriage_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file_source(const std::filesystem::path& path) {
  // Without O_NONBLOCK a named pipe would wait for a writer for ever.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const int code = errno;
    const ErrorKind kind = code == ENOENT ? ErrorKind::NotFound : ErrorKind::Unavailable;
    return Error{kind, fmt::format("{}: cannot open: {}", path.string(), std::strerror(code))};
  }
  struct stat status {};
  const bool known = ::fstat(fd, &status) == 0;
  auto source = std::make_unique<FileSource>(
      fd, static_cast<std::uint64_t>(known ? status.st_size : 0), path.string());
  if (known && S_ISDIR(status.st_mode)) {
    return invalid_input(
        fmt::format("{}: is a folder; a file of records is needed", path.string()));
  }
  if (!known || !S_ISREG(status.st_mode)) {
    return invalid_input(fmt::format("{}: is not a regular file", path.string()));
  }
  if (status.st_size == 0) {
    return invalid_input(
        fmt::format("{}: is empty (0 bytes); was the download interrupted?", path.string()));
  }
  return std::unique_ptr<ByteSource>(std::move(source));
}

std::unique_ptr<ByteSource> make_text_source(std::string_view text) {
  return std::make_unique<TextSource>(text);
}

CsvReader::CsvReader(std::unique_ptr<ByteSource> source, std::string name)
    : source_(std::move(source)), name_(std::move(name)), buffer_(kBlockBytes) {}

Error CsvReader::error(std::string_view problem) const {
  return invalid_input(fmt::format("{}: line {}: {}", name_, line_, problem));
}

/// Moves what is left to the front and reads behind it; false at the end of the input.
Result<bool> CsvReader::refill() {
  if (input_ == Input::End) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t got = TRY(source_->read(std::span(buffer_).subspan(end_)));
  end_ += got;
  if (got == 0) input_ = Input::End;
  return got > 0;
}

/// Index of the line feed that ends the line at begin_, or end_ for a last line without one.
Result<std::size_t> CsvReader::find_line_end() {
  std::size_t searched = 0;
  for (;;) {
    const char* from = buffer_.data() + begin_ + searched;
    const void* found = std::memchr(from, '\n', end_ - begin_ - searched);
    const std::size_t end =
        found == nullptr
            ? end_
            : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
    if (end - begin_ > kCsvLineBytesMax) {
      return error(
          fmt::format("longer than {} KiB; is this a file of records?", kCsvLineBytesMax / 1024));
    }
    if (found != nullptr) return end;
    searched = end_ - begin_;
    if (!TRY(refill())) return end_;
  }
}

/// As find_line_end, for a row with quotes: line feeds inside quotes do not end it.
Result<std::size_t> CsvReader::find_end_outside_quotes() {
  std::size_t length = 0;
  bool quoted = false;
  for (;;) {
    for (; begin_ + length < end_; ++length) {
      const char c = buffer_[begin_ + length];
      if (c == '"') quoted = !quoted;
      if (c == '\n' && !quoted) return begin_ + length;
      if (length >= kCsvLineBytesMax) {
        return error(fmt::format("a row longer than {} KiB; is a quote never closed?",
                                 kCsvLineBytesMax / 1024));
      }
    }
    if (TRY(refill())) continue;
    if (quoted) return error("a quote is opened and never closed");
    return end_;
  }
}

/// Looks at eight bytes at once: fields of records are two or three bytes long, too short for
/// memchr(). Warren 2013, Hacker's Delight, section 6-1: the high bit of each byte that is zero.
Result<void> CsvReader::split_plain(std::string_view line) {
  constexpr std::uint64_t kCommas = 0x2c2c2c2c2c2c2c2c;
  constexpr std::uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  fields_.clear();
  const char* from = line.data();
  const char* const end = from + line.size();
  const char* at = from;
  for (; end - at >= 8; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    word ^= kCommas;
    for (std::uint64_t found = ~(((word & kLow7) + kLow7) | word | kLow7); found != 0;
         found &= found - 1) {
      const char* comma = at + std::countr_zero(found) / 8;
      fields_.emplace_back(from, static_cast<std::size_t>(comma - from));
      from = comma + 1;
    }
  }
  for (; at < end; ++at) {
    if (*at != ',') continue;
    fields_.emplace_back(from, static_cast<std::size_t>(at - from));
    from = at + 1;
  }
  fields_.emplace_back(from, static_cast<std::size_t>(end - from));
  if (fields_.size() > kCsvFieldsMax) {
    return error(fmt::format("more than {} fields", kCsvFieldsMax));
  }
  return {};
}

Result<void> CsvReader::split_quoted(std::string_view line) {
  unquoted_.clear();
  unquoted_.reserve(line.size());  // never grows below: the views stay valid
  fields_.clear();
  std::size_t i = 0;
  for (;;) {
    const std::size_t start = unquoted_.size();
    bool quoted = false;
    for (; i < line.size() && (quoted || line[i] != ','); ++i) {
      if (line[i] != '"') {
        unquoted_.push_back(line[i]);
      } else if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
        unquoted_.push_back(line[i++]);
      } else {
        quoted = !quoted;
      }
    }
    fields_.push_back(std::string_view(unquoted_).substr(start));
    if (i >= line.size()) return {};
    if (fields_.size() == kCsvFieldsMax) {
      return error(fmt::format("more than {} fields", kCsvFieldsMax));
    }
    ++i;
  }
}

Result<bool> CsvReader::next() {
  if (input_ == Input::Start) {
    input_ = Input::Middle;
    while (end_ < 3 && TRY(refill())) continue;
    if (std::string_view(buffer_.data(), end_).starts_with("\xEF\xBB\xBF")) begin_ = 3;
  }
  for (;;) {
    line_ = lines_before_next_ + 1;
    std::size_t end = TRY(find_line_end());
    if (end == begin_ && end == end_ && input_ == Input::End) return false;
    bool has_quotes = std::memchr(buffer_.data() + begin_, '"', end - begin_) != nullptr;
    if (has_quotes) end = TRY(find_end_outside_quotes());
    text_ = std::string_view(buffer_.data() + begin_, end - begin_);
    begin_ = end + (end < end_ ? 1 : 0);
    if (std::memchr(text_.data(), '\0', text_.size()) != nullptr) {
      return error("holds a NUL byte; is this a binary or UTF-16 file?");
    }
    lines_before_next_ = line_;
    if (is_blank(text_)) continue;
    const std::string_view line = without_carriage_return(text_);
    if (!has_quotes) {
      TRY(split_plain(line));
    } else {
      lines_before_next_ +=
          static_cast<std::uint64_t>(std::count(text_.begin(), text_.end(), '\n'));
      TRY(split_quoted(line));
    }
    return true;
  }
}

std::string shown(std::string_view field) {
  constexpr std::size_t kBytesMax = 40;
  std::string text;
  for (const char c : field.substr(0, kBytesMax)) {
    const bool obeyed = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    text.push_back(obeyed ? '?' : c);
  }
  if (field.size() > kBytesMax) text += "...";
  return text;
}

}  // namespace relearn
