// A model passes when its bytes say what it said in memory; whatever else they say is found out.
#include "lifecycle/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/digest.h"
#include "unit/lifecycle/replay/made_model.h"

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr std::size_t kDigestSize = 64;  // at the end of a model file
constexpr std::size_t kPlaces = 200;

std::string why_refused(std::string_view bytes, const std::string& digest,
                        const std::string& golden, const ReplayLimits& limits = {}) {
  const auto certificate = replay(bytes, digest, golden, limits);
  return certificate.ok() ? "passes" : certificate.error().message;
}

TEST(Replay, certifies_a_model_that_says_what_it_said) {
  const MadeModel made = made_model(heart());
  const std::string golden = golden_text(made.golden);
  const auto certificate = replay(made.bytes, made.digest, golden);
  ASSERT_TRUE(certificate.ok()) << certificate.error().message;
  EXPECT_EQ(certificate.value().cases, kGoldenCases);
  EXPECT_EQ(certificate.value().with_contributions, kGoldenCasesWithContributions);
  EXPECT_EQ(certificate.value().model_digest, sha256(made.bytes));
  EXPECT_EQ(certificate.value().golden_digest, sha256(golden));
  EXPECT_LT(certificate.value().parity_difference, 1e-12);
  const auto again = replay(made.bytes, made.digest, golden);
  EXPECT_EQ(certificate_json(certificate.value()), certificate_json(again.value()));
}

TEST(Replay, refuses_one_flipped_bit_wherever_it_is) {
  const MadeModel made = made_model(heart());
  const std::string golden = golden_text(made.golden);
  for (std::size_t place = 0; place < kPlaces; ++place) {
    std::string bytes = made.bytes;
    const std::size_t at = place * (bytes.size() - 1) / (kPlaces - 1);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << place % 8));
    EXPECT_NE(why_refused(bytes, made.digest, golden), "passes") << at;
    EXPECT_NE(why_refused(bytes, sha256(bytes), golden), "passes") << at;
    // Whoever knows the format makes the digest at the end fit again.
    bytes.replace(bytes.size() - kDigestSize, kDigestSize, std::string(kDigestSize, '0'));
    bytes.replace(bytes.size() - kDigestSize, kDigestSize, sha256(bytes));
    if (bytes == made.bytes) continue;  // the flipped bit was in the digest
    EXPECT_NE(why_refused(bytes, sha256(bytes), golden), "passes") << at;
  }
}

TEST(Replay, names_the_golden_case_the_expected_and_the_found_number) {
  const MadeModel learnt = made_model(heart());
  // One unit in the last place of one coefficient, in a file without a fault.
  const MadeModel other = made_model(heart(), std::nextafter(0.0625, 1.0));
  GoldenCases golden = learnt.golden;
  golden.model_digest = other.digest;
  EXPECT_THAT(why_refused(other.bytes, other.digest, golden_text(golden)),
              testing::ContainsRegex("golden case [0-9]+: its log-odds was .* \\(bits "
                                     "[0-9a-f]{16}\\) where the model was learnt and is .* here"));
  golden = learnt.golden;
  golden.cases[2].risk = std::nextafter(golden.cases[2].risk, 1.0);
  EXPECT_THAT(why_refused(learnt.bytes, learnt.digest, golden_text(golden)),
              HasSubstr("golden case 3: its risk was"));
  golden = learnt.golden;
  golden.cases[7].contributions[1] += 0.5;
  EXPECT_THAT(why_refused(learnt.bytes, learnt.digest, golden_text(golden)),
              HasSubstr("golden case 8: its contribution of sex was"));
}

TEST(Replay, refuses_the_golden_cases_of_another_model) {
  const MadeModel made = made_model(heart());
  const MadeModel other = made_model(heart(), 0.125);
  EXPECT_THAT(why_refused(made.bytes, made.digest, golden_text(other.golden)),
              HasSubstr("the golden cases are those of the model " + other.digest));
  GoldenCases renamed = made.golden;
  renamed.inputs[0] = "age";
  EXPECT_THAT(why_refused(made.bytes, made.digest, golden_text(renamed)),
              HasSubstr("or their names differ"));
  GoldenCases disease = made.golden;
  disease.disease = "diabetes";
  EXPECT_THAT(why_refused(made.bytes, made.digest, golden_text(disease)),
              HasSubstr("the golden cases are of 'diabetes'"));
}

TEST(Replay, refuses_a_model_that_was_not_asked_for) {
  const MadeModel made = made_model(heart());
  EXPECT_THAT(why_refused(made.bytes, std::string(64, 'a'), golden_text(made.golden)),
              HasSubstr("has the SHA-256 " + made.digest));
}

TEST(Replay, refuses_what_is_too_large_too_slow_or_too_far_from_its_graph) {
  const MadeModel made = made_model(heart());
  const std::string golden = golden_text(made.golden);
  const auto why = [&](const ReplayLimits& limits) {
    return why_refused(made.bytes, made.digest, golden, limits);
  };
  EXPECT_EQ(why({}), "passes");
  EXPECT_THAT(why({.model_bytes_max = 1000}), HasSubstr("bytes, the limit is 1000"));
  EXPECT_THAT(why({.load_cpu_max = std::chrono::microseconds(-1)}),
              HasSubstr("loading the model takes"));
  EXPECT_THAT(why({.score_cpu_max = std::chrono::microseconds(-1)}), HasSubstr("one answer takes"));
  EXPECT_THAT(why({.parity_tolerance = -1}), HasSubstr("golden case 1: the ONNX graph says"));
}

}  // namespace
}  // namespace relearn
