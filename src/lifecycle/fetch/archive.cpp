#include "lifecycle/fetch/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <array>
#include <memory>

namespace relearn {
namespace {

struct CloseArchive {
  void operator()(struct archive* reader) const { archive_read_free(reader); }
};
using ArchiveReader = std::unique_ptr<struct archive, CloseArchive>;

Error damaged(const std::filesystem::path& path, struct archive* reader) {
  const char* why = archive_error_string(reader);
  return invalid_input(fmt::format("{}: cannot be unpacked ({}); is it an archive?",
                                   path.filename().string(), why ? why : "unknown format"));
}

Result<std::string> read_entry(const std::filesystem::path& path, struct archive* reader,
                               const std::string& member, std::uint64_t limit_bytes) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const la_ssize_t got = archive_read_data(reader, buffer.data(), buffer.size());
    if (got < 0) return damaged(path, reader);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > limit_bytes) {
      return invalid_input(fmt::format("{}: member '{}' unpacks to more than {} bytes",
                                       path.filename().string(), member, limit_bytes));
    }
  }
}

}  // namespace

Result<std::string> read_archive_member(const std::filesystem::path& archive,
                                        const std::string& member, std::uint64_t limit_bytes) {
  const ArchiveReader reader(archive_read_new());
  archive_read_support_format_zip(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  constexpr std::size_t kBlockBytes = 1 << 16;
  if (archive_read_open_filename(reader.get(), archive.c_str(), kBlockBytes) != ARCHIVE_OK) {
    return damaged(archive, reader.get());
  }
  for (;;) {
    struct archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK) return damaged(archive, reader.get());
    const char* name = archive_entry_pathname(entry);
    if (name != nullptr && member == name) {
      return read_entry(archive, reader.get(), member, limit_bytes);
    }
  }
  return invalid_input(
      fmt::format("{}: holds no member '{}'", archive.filename().string(), member));
}

}  // namespace relearn
