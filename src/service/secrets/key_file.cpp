#include "service/secrets/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bitset>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/file.h"
#include "base/text.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kKeyFileBytesMax = 16 << 10;
constexpr std::string_view kFormat = "relearn-keys 1";
constexpr std::string_view kExplanation =
    "# Opens the names in the database. Keep it apart from the database and its backups;\n"
    "# without it nobody can read them again.\n";
// 32 random bytes have 30 different values on average; fewer than 16 come once in 10^17 keys.
constexpr std::size_t kDifferentBytesMin = 16;

Error refused(const fs::path& file, std::string_view why) {
  return invalid_input(fmt::format("{}: is no key file of relearn: {}", file.string(), why));
}

std::optional<SecretKey> parse_key(std::string_view hex) {
  SecretKey key{};
  std::size_t length = 0;
  if (hex.size() != 2 * key.size() ||
      ::sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, &length, nullptr) !=
          0 ||
      length != key.size()) {
    return std::nullopt;
  }
  return key;
}

bool looks_random(const SecretKey& key) {
  std::bitset<256> seen;
  for (const unsigned char byte : key) seen.set(byte);
  return seen.count() >= kDifferentBytesMin;
}

std::optional<std::uint32_t> parse_key_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

/// One line of the file into the keys; a sentence when it is not one.
std::string take_line(std::string_view line, KeyFile& keys) {
  const auto words = split(line, ' ');
  const bool is_index = words.size() == 2 && words[0] == "index";
  const bool is_seal = words.size() == 3 && words[0] == "seal";
  if (!is_index && !is_seal) return "a line is neither 'index KEY' nor 'seal NUMBER KEY'";
  auto key = parse_key(words.back());
  if (!key) return "a key has not exactly 64 hexadecimal digits";
  if (!looks_random(*key)) return "a key is not random; was it typed by hand?";
  if (is_index) {
    if (keys.index != SecretKey{}) return "it has two index keys";
    keys.index = *key;
  } else {
    const auto number = parse_key_number(words[1]);
    if (!number) return "a key has no number";
    if (!keys.seal.emplace(*number, *key).second) return "two keys have the same number";
  }
  ::sodium_memzero(key->data(), key->size());
  return "";
}

Result<std::unique_ptr<KeyFile>> parse_key_file(const fs::path& file, std::string_view text) {
  auto keys = std::make_unique<KeyFile>();
  const auto lines = split(text, '\n');
  if (lines.front() != kFormat) {
    return refused(file, fmt::format("its first line is not '{}'", kFormat));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (trim(lines[i]).empty() || lines[i].front() == '#') continue;
    const std::string wrong = take_line(trim(lines[i]), *keys);
    if (!wrong.empty()) return refused(file, wrong);
  }
  if (keys->index == SecretKey{}) return refused(file, "it has no index key");
  if (keys->seal.empty()) return refused(file, "it has no seal key");
  for (const auto& [number, key] : keys->seal) {
    if (key == keys->index) return refused(file, "two of its keys are the same");
  }
  return keys;
}

std::string key_text(std::string_view name) {
  SecretKey key{};
  ::randombytes_buf(key.data(), key.size());
  std::string hex(2 * key.size() + 1, '\0');
  ::sodium_bin2hex(hex.data(), hex.size(), key.data(), key.size());
  hex.pop_back();
  ::sodium_memzero(key.data(), key.size());
  return fmt::format("{} {}\n", name, hex);
}

Error cannot(std::string_view doing, const fs::path& file) {
  return unavailable(fmt::format("{}: the key file cannot {}: {}", file.string(), doing,
                                 std::system_category().message(errno)));
}

/// All of `text` into a new file beside `file` that only its owner may read; gives its name.
Result<fs::path> write_beside(const fs::path& file, std::string_view text) {
  std::string name = file.string() + ".XXXXXX";
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);  // mode 0600
  if (fd < 0) return cannot("be made", file);
  const ssize_t written = ::write(fd, text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (whole) return fs::path(name);
  const Error error = cannot("be written", file);
  ::unlink(name.c_str());
  return error;
}

Result<void> sync_folder_of(const fs::path& file, const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const Error error = cannot("be kept", file);
  if (fd >= 0) ::close(fd);
  if (!synced) return error;
  return {};
}

}  // namespace

KeyFile::~KeyFile() {
  ::sodium_memzero(index.data(), index.size());
  for (auto& [number, key] : seal) ::sodium_memzero(key.data(), key.size());
}

Result<std::unique_ptr<KeyFile>> read_key_file(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    return not_allowed(fmt::format(
        "{}: others than its owner may use it (mode {:04o}); chmod 600 it if nobody has "
        "read it, else make a new one",
        file.string(), status.st_mode & 07777));
  }
  std::string text = TRY(read_file(file, kKeyFileBytesMax));
  auto keys = parse_key_file(file, text);
  ::sodium_memzero(text.data(), text.size());
  return keys;
}

Result<void> make_key_file(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  std::error_code ec;
  if (fs::create_directories(folder, ec)) fs::permissions(folder, fs::perms::owner_all, ec);
  if (ec) return unavailable(fmt::format("{}: cannot be made: {}", folder.string(), ec.message()));
  // Under another name first: nobody, this program included, finds half a key file.
  std::string text =
      fmt::format("{}\n{}{}{}", kFormat, kExplanation, key_text("index"), key_text("seal 1"));
  auto written = write_beside(file, text);
  ::sodium_memzero(text.data(), text.size());
  const fs::path unfinished = TRY(std::move(written));
  const int linked = ::link(unfinished.c_str(), file.c_str());
  const Error error =
      linked != 0 && errno == EEXIST
          ? conflict(fmt::format("{}: is there already; keys are never replaced", file.string()))
          : cannot("get its name", file);
  ::unlink(unfinished.c_str());
  if (linked != 0) return error;
  return sync_folder_of(file, folder);
}

}  // namespace relearn
