// What must not be readable in the database is encrypted column by column (XChaCha20-Poly1305);
// what must be found again has a keyed index (BLAKE2b); what must not be forged is signed
// (Ed25519). The keys live in a file of their own, outside the database and outside its backups.
//
// A ciphertext is bound to its table, column and row: moved elsewhere it does not open. Immutable
// after loading; may be shared between threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

/// Where a secret stands: part of what is authenticated.
struct SecretPlace {
  std::string_view table, column;
  std::string_view row;  // unchangeable key of the row
};

class KeyRing {
 public:
  /// Reads the key file. NotFound when there is none; InvalidInput for anything but a key file of
  /// ours; NotAllowed when others than its owner may read it.
  static Result<KeyRing> load(const std::filesystem::path& file);
  /// Makes a new key file (mode 0600) and loads it. Conflict when there is one.
  static Result<KeyRing> create(const std::filesystem::path& file);

  KeyRing(KeyRing&&) noexcept;
  KeyRing& operator=(KeyRing&&) noexcept;
  ~KeyRing();  // wipes the keys

  /// Key number, nonce and ciphertext, base64; "" for "".
  std::string seal(std::string_view plain, const SecretPlace& place) const;
  /// BrokenInvariant when it was changed, moved or sealed with other keys.
  Result<std::string> open(std::string_view sealed, const SecretPlace& place) const;
  /// The same text gives the same 43 characters; nobody without the key can tell from which.
  std::string index(std::string_view domain, std::string_view text) const;
  /// Names the keys without telling them; stored in the database, so that a wrong key file is
  /// noticed.
  std::string fingerprint() const;
  /// Ed25519 signature, base64, by a key of its own that the index key gives: the same key file,
  /// the same signatures for ever. Checked by base/signature.h.
  std::string sign(std::string_view text) const;
  /// Base64; tells nothing about the secret ones.
  std::string public_key() const;

 private:
  struct Keys;
  explicit KeyRing(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

}  // namespace relearn
