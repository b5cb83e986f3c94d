#include "storage/sqlite/backup_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
constexpr std::string_view kFormat = "relearn-backup 1";
constexpr std::uint64_t kManifestBytesMax = 64 << 20;
constexpr std::size_t kPieceBytes = 1 << 20;
constexpr std::size_t kDigest = 64;  // letters of a SHA-256
constexpr std::size_t kNameMax = 128;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error failed(std::string_view doing, const fs::path& file) {
  const int code = errno;
  return {code == ENOENT ? ErrorKind::NotFound : ErrorKind::Unavailable,
          fmt::format("{}: cannot be {}: {}", file.string(), doing,
                      std::system_category().message(code))};
}

/// Every piece of a regular file, in order.
Result<BackedUpFile> read_pieces(const fs::path& file,
                                 const std::function<Result<void>(std::string_view)>& piece) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd.get() < 0) return failed("opened", file);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return failed("looked at", file);
  if (!S_ISREG(status.st_mode)) {
    return invalid_input(fmt::format("{}: is not a regular file", file.string()));
  }
  BackedUpFile done;
  Sha256 digest;
  std::vector<char> buffer(kPieceBytes);
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", file);
    if (got == 0) break;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    digest.update(bytes);
    done.bytes += bytes.size();
    TRY(piece(bytes));
  }
  done.sha256 = digest.finish();
  return done;
}

bool is_sha256(std::string_view text) {
  return text.size() == kDigest && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// A file's name that means the same everywhere: no way up, no other folder, nothing hidden.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && name.front() != '.' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '_';
         });
}

Error no_manifest(const fs::path& file, std::string_view why) {
  return invalid_input(fmt::format("{}: is no manifest of a backup: {}", file.string(), why));
}

Result<Manifest> parse_manifest(const fs::path& file, const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return no_manifest(file, "it is not JSON");
  try {
    if (json.at("format") != kFormat) {
      return no_manifest(file, fmt::format("its format is not '{}'", kFormat));
    }
    Manifest manifest;
    manifest.made_at = json.at("made_at").get<std::string>();
    manifest.schema_version = json.at("schema_version").get<int>();
    for (const auto& [name, entry] : json.at("files").items()) {
      BackedUpFile backed_up{entry.at("bytes").get<std::uint64_t>(),
                             entry.at("sha256").get<std::string>()};
      if (!is_backup_name(name) || !is_sha256(backed_up.sha256)) {
        return no_manifest(file, "it names a file that no backup has");
      }
      manifest.files[name] = std::move(backed_up);
    }
    for (const auto& [table, rows] : json.at("rows").items()) {
      manifest.rows[table] = rows.get<std::uint64_t>();
    }
    if (!manifest.files.contains("relearn.db")) return no_manifest(file, "it has no database");
    return manifest;
  } catch (const nlohmann::json::exception&) {
    return no_manifest(file, "a part is missing or of the wrong kind");
  }
}

}  // namespace

bool is_backup_name(std::string_view name) {
  if (name == "relearn.db") return true;
  const std::string_view bundle = bundle_of(name);
  if (!bundle.empty()) return is_plain_name(name.substr(bundle.size() + 1));
  for (const std::string_view folder : kDigestFolders) {
    if (!name.starts_with(folder) || name.size() < folder.size() + 1 + kDigest) continue;
    const std::string_view file = name.substr(folder.size() + 1);
    const std::string_view ending = file.substr(kDigest);
    return name[folder.size()] == '/' && is_sha256(file.substr(0, kDigest)) &&
           std::ranges::find(kDigestEndings, ending) != kDigestEndings.end();
  }
  return false;
}

std::string_view bundle_of(std::string_view name) {
  const std::string_view folder = kBundleFolder;
  const std::size_t size = folder.size() + 1 + kDigest;
  const bool is_one = name.size() > size && name.starts_with(folder) &&
                      name[folder.size()] == '/' && name[size] == '/' &&
                      is_sha256(name.substr(folder.size() + 1, kDigest));
  return is_one ? name.substr(0, size) : std::string_view();
}

std::string manifest_json(const Manifest& manifest) {
  Json files = Json::object(), rows = Json::object();
  for (const auto& [name, file] : manifest.files) {
    files[name] = {{"bytes", file.bytes}, {"sha256", file.sha256}};
  }
  for (const auto& [table, count] : manifest.rows) rows[table] = count;
  const Json json = {{"format", kFormat},
                     {"made_at", manifest.made_at},
                     {"schema_version", manifest.schema_version},
                     {"files", files},
                     {"rows", rows}};
  return json.dump(2) + "\n";
}

Result<Manifest> read_manifest(const fs::path& folder) {
  std::error_code ec;
  const fs::path file = folder / "manifest.json";
  if (!fs::is_directory(folder, ec)) {
    return not_found(fmt::format("{}: is no folder; name the folder of a backup", folder.string()));
  }
  if (!fs::exists(file, ec)) {
    return not_found(
        fmt::format("{}: holds no manifest.json, so it is no finished backup", folder.string()));
  }
  const std::string text = TRY(read_file(file, kManifestBytesMax));
  return parse_manifest(file, text);
}

Result<BackedUpFile> hash_file(const fs::path& file) {
  return read_pieces(file, [](std::string_view) { return Result<void>(); });
}

Result<BackedUpFile> copy_durably(const fs::path& from, const fs::path& to) {
  const Descriptor fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return failed("made", to);
  const auto write_piece = [&](std::string_view bytes) -> Result<void> {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("written", to);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  };
  BackedUpFile done = TRY(read_pieces(from, write_piece));
  if (::fsync(fd.get()) != 0) return failed("synced", to);
  return done;
}

Result<void> sync_path(const fs::path& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) return failed("synced", path);
  return {};
}

}  // namespace relearn
