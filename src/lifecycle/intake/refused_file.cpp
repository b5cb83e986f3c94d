#include "lifecycle/intake/refused_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace relearn {

void RefusedFile::Close::operator()(std::FILE* file) const { std::fclose(file); }

RefusedFile::RefusedFile(std::filesystem::path path, std::string_view header)
    : path_(std::move(path)), unfinished_(path_.string() + ".unfinished"), header_(header) {}

RefusedFile::~RefusedFile() {
  if (!file_) return;
  file_.reset();
  std::error_code ec;
  std::filesystem::remove(unfinished_, ec);
}

Result<void> RefusedFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
      std::fputc('\n', file_.get()) == EOF) {
    return unavailable(
        fmt::format("{}: cannot write: {}", unfinished_.string(), std::strerror(errno)));
  }
  return {};
}

Result<void> RefusedFile::add(std::string_view line) {
  if (path_.empty()) return {};
  if (!file_) {
    std::error_code ec;
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), ec);
    // Records of people: for the owner only.
    const int fd = ::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0) file_.reset(::fdopen(fd, "w"));
    if (!file_) {
      return unavailable(
          fmt::format("{}: cannot write: {}", unfinished_.string(), std::strerror(errno)));
    }
    if (!header_.empty()) TRY(write(header_));
  }
  return write(line);
}

Result<void> RefusedFile::finish() {
  if (!file_) return {};
  const bool written = std::fflush(file_.get()) == 0 && ::fsync(::fileno(file_.get())) == 0;
  if (!written) {
    return unavailable(
        fmt::format("{}: cannot write: {}", unfinished_.string(), std::strerror(errno)));
  }
  file_.reset();
  std::error_code ec;
  std::filesystem::rename(unfinished_, path_, ec);
  if (ec) return unavailable(fmt::format("{}: cannot write: {}", path_.string(), ec.message()));
  return {};
}

}  // namespace relearn
