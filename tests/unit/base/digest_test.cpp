#include "base/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace relearn {
namespace {

// NIST, "Examples with Intermediate Values", SHA-256; and the long message of FIPS 180-2, B.3.
struct KnownDigest {
  std::string bytes, digest;
};
const KnownDigest kKnown[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {std::string(1'000'000, 'a'),
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

TEST(Digest, GivesThePublishedAnswers) {
  for (const auto& [bytes, digest] : kKnown) EXPECT_EQ(sha256(bytes), digest);
}

TEST(Digest, DoesNotDependOnHowTheBytesArrive) {
  const std::string bytes = kKnown[3].bytes;
  for (const std::size_t piece : {1u, 7u, 64u, 65536u}) {
    Sha256 digest;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      digest.update(std::string_view(bytes).substr(at, piece));
    }
    EXPECT_EQ(digest.finish(), kKnown[3].digest) << "in pieces of " << piece;
  }
}

}  // namespace
}  // namespace relearn
