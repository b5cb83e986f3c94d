#include "service/secrets/password.h"

#include <crypt.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace relearn {
namespace {

constexpr std::size_t kPasswordBytesMin = 12;
constexpr std::size_t kPasswordBytesMax = 1024;
// OWASP Password Storage Cheat Sheet asks for at least 19 MiB and 2 passes; we can afford more.
constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = std::size_t{64} << 20;

constexpr std::size_t kBcryptLength = 60;
// Each step doubles the time; 16 takes seconds, 31 a day: whoever can write a hash could stop us.
constexpr int kBcryptCostMax = 16;

int bcrypt_cost(std::string_view stored) { return 10 * (stored[4] - '0') + (stored[5] - '0'); }

PasswordCheck check_bcrypt(const std::string& password, const std::string& stored) {
  if (bcrypt_cost(stored) > kBcryptCostMax) return PasswordCheck::Wrong;
  const auto data = std::make_unique<crypt_data>();
  const char* const hashed = ::crypt_r(password.c_str(), stored.c_str(), data.get());
  const bool right = hashed != nullptr && std::string_view(hashed).size() == kBcryptLength &&
                     ::sodium_memcmp(hashed, stored.data(), kBcryptLength) == 0;
  ::sodium_memzero(data.get(), sizeof(crypt_data));
  return right ? PasswordCheck::RightButRehash : PasswordCheck::Wrong;
}

PasswordCheck check_argon2id(const std::string& password, const std::string& stored) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (stored.size() >= hash.size()) return PasswordCheck::Wrong;
  std::ranges::copy(stored, hash.begin());
  if (::crypto_pwhash_str_verify(hash.data(), password.data(), password.size()) != 0) {
    return PasswordCheck::Wrong;
  }
  return ::crypto_pwhash_str_needs_rehash(hash.data(), kPasses, kMemoryBytes) == 0
             ? PasswordCheck::Right
             : PasswordCheck::RightButRehash;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  if (password.size() < kPasswordBytesMin || password.size() > kPasswordBytesMax) {
    return invalid_input(fmt::format("the password has {} characters; it needs {} to {}",
                                     password.size(), kPasswordBytesMin, kPasswordBytesMax));
  }
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (::sodium_init() < 0 || ::crypto_pwhash_str(hash.data(), password.data(), password.size(),
                                                 kPasses, kMemoryBytes) != 0) {
    return unavailable("the password cannot be hashed; are 64 MiB of memory left?");
  }
  return std::string(hash.data());
}

PasswordCheck check_password(std::string_view password, std::string_view stored) {
  if (password.size() > kPasswordBytesMax || ::sodium_init() < 0) return PasswordCheck::Wrong;
  std::string word(password);
  PasswordCheck check = PasswordCheck::Wrong;
  if (stored.starts_with("$argon2id$")) {
    check = check_argon2id(word, std::string(stored));
  } else if (is_bcrypt(stored) && word.find('\0') == std::string::npos) {
    check = check_bcrypt(word, std::string(stored));
  }
  ::sodium_memzero(word.data(), word.size());
  return check;
}

bool is_bcrypt(std::string_view stored) {
  if (stored.size() != kBcryptLength || stored[3] != '$' || stored[6] != '$') return false;
  const std::string_view kind = stored.substr(0, 3);
  if (kind != "$2a" && kind != "$2b" && kind != "$2y") return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!digit(stored[4]) || !digit(stored[5])) return false;
  const int cost = bcrypt_cost(stored);
  return cost >= 4 && cost <= 31 && std::ranges::all_of(stored.substr(7), [](char c) {
           return c == '.' || c == '/' || std::isalnum(static_cast<unsigned char>(c)) != 0;
         });
}

}  // namespace relearn
