#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/descriptor.h"

namespace relearn {
namespace {

Error system_error(std::string_view doing, const std::filesystem::path& path) {
  const int code = errno;
  const ErrorKind kind = code == ENOENT ? ErrorKind::NotFound : ErrorKind::Unavailable;
  return {kind, fmt::format("{}: cannot {}: {}", path.string(), doing,
                            std::system_category().message(code))};
}

Result<void> write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) return system_error("sync the folder", folder);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit_bytes) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return system_error("open", path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_error("look at", path);
  if (S_ISDIR(status.st_mode)) {
    return invalid_input(fmt::format("{}: is a folder; a file is needed", path.string()));
  }
  if (!S_ISREG(status.st_mode)) {
    return invalid_input(fmt::format("{}: is not a regular file", path.string()));
  }
  if (static_cast<std::uint64_t>(status.st_size) > limit_bytes) {
    return invalid_input(fmt::format("{}: holds {} bytes, the limit is {}", path.string(),
                                     static_cast<std::uint64_t>(status.st_size), limit_bytes));
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(fd.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec) {
    return unavailable(
        fmt::format("{}: cannot make the folder: {}", folder.string(), ec.message()));
  }
  std::string temporary =
      (folder / fmt::format(".{}.tmp-XXXXXX", path.filename().string())).string();
  const Descriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return system_error("create a file in", folder);
  auto finish = [&]() -> Result<void> {
    TRY(write_all(fd.get(), bytes, path));
    if (::fchmod(fd.get(), 0644) != 0) return system_error("set the mode of", path);
    if (::fsync(fd.get()) != 0) return system_error("sync", path);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error("rename to", path);
    return {};
  };
  if (auto done = finish(); !done.ok()) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync_folder(folder);
}

}  // namespace relearn
