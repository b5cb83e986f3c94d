#include "privacy/residual_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
#include <span>

#include "base/text.h"
#include "clinical/record_check.h"

namespace relearn {
namespace {

constexpr std::size_t kDigitRunMin = 7;
constexpr int kMeasuredDigitsMax = 6;
constexpr std::size_t kTextBytesMax = 256;  // a longer one is nobody's laboratory value

constexpr const char* kDigitRun = "long digit run";
constexpr const char* kLongText = "long text";
constexpr const char* kFreeText = "free text";
constexpr const char* kNoValue = "not a value of the predictor";

/// The first that is found names the reason; [0-9] is any digit, texts are in lower case.
struct Detector {
  const char* reason;
  const char* pattern;  // ECMAScript, anywhere in the text
};

constexpr std::array kDetectors = {
    Detector{"e-mail address", R"([^\s@]@[^\s@]+\.[^\s@])"},
    Detector{"web address", R"(://|\bwww\.|\b[a-z0-9-]+\.(com|org|net|edu|gov|in)\b)"},
    Detector{"GUID", R"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"},
    Detector{"encoded data", R"([a-z0-9+/_=-]{41})"},
    Detector{"IP address", R"((^|[^0-9.])[0-9]{1,3}(\.[0-9]{1,3}){3}([^0-9.]|$))"},
    Detector{"device serial number", R"(\b([0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b)"},  // MAC address
    Detector{"IP address", R"(([0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}|[0-9a-f]{0,4}::[0-9a-f]{1,4})"},
    Detector{"social security number", R"((^|[^0-9])[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}([^0-9]|$))"},
    Detector{"date", R"((^|[^0-9])[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([^0-9]|$))"},
    Detector{"date", R"((^|[^0-9])[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]([0-9]{4}|[0-9]{2})([^0-9]|$))"},
    Detector{"date", R"(^(?=.*[0-9]).*\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|)"
                     R"(aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)\b)"},
    Detector{"date", "जानेवारी|फेब्रुवारी|मार्च|एप्रिल|जून|जुलै"},
    Detector{"date", "ऑगस्ट|सप्टेंबर|ऑक्टोबर|नोव्हेंबर|डिसेंबर"},
    Detector{"date", R"((^|[^0-9])[0-2]?[0-9]:[0-5][0-9])"},
    Detector{"vehicle plate", R"(^[a-z]{2}[ -]?[0-9]{1,2}[ -]?[a-z]{1,3}[ -]?[0-9]{4}$)"},
    Detector{"vehicle plate", R"(^([0-9][a-z]{3}[ -]?[0-9]{3}|[a-z]{3}[ -]?[0-9]{3,4})$)"},
    Detector{"device serial number", R"(\b(s/?n|serial|imei|udi|device|model)\b)"},
    Detector{"fax number", R"(\bfax\b|फॅक्स)"},
    Detector{kDigitRun, R"(^[0-9]{7,}$)"},
    Detector{"telephone number", R"(\b(tel|telephone|phone|mobile|cell|call)\b)"},
    Detector{"telephone number", "फोन|मोबाईल|दूरध्वनी"},
    Detector{"telephone number",
             R"(^[+(]?[0-9]([ .()/-]{0,2}[0-9]){6,14}( ?(x|ext)\.? ?[0-9]+)?$)"},
    Detector{"telephone number", R"(\(?[0-9]{3}\)?[ .-]{1,2}[0-9]{3}[ .-][0-9]{4})"},
    Detector{kDigitRun, R"([0-9]{7})"},
    Detector{"formula", R"(^[=@]|^[+-][^0-9.])"},
    Detector{"device serial number", R"(^(?=.*[0-9].*[0-9])(?=.*[a-z].*[a-z])[a-z0-9-]{6,}$)"},
};

/// Lower case, Devanagari and full-width digits as 0 to 9, one kind of hyphen and space.
std::string plainly(std::string_view text) {
  std::string plain;
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned third = byte(i + 2);
    if (byte(i) == 0xE0 && byte(i + 1) == 0xA5 && third >= 0xA6 && third <= 0xAF) {
      plain += static_cast<char>('0' + third - 0xA6);  // U+0966 to U+096F
      i += 2;
    } else if (byte(i) == 0xEF && byte(i + 1) == 0xBC && third >= 0x90 && third <= 0x99) {
      plain += static_cast<char>('0' + third - 0x90);  // U+FF10 to U+FF19
      i += 2;
    } else if (byte(i) == 0xE2 && byte(i + 1) == 0x80 && third >= 0x90 && third <= 0x95) {
      plain += '-';  // U+2010 to U+2015
      i += 2;
    } else if (byte(i) == 0xC2 && byte(i + 1) == 0xA0) {
      plain += ' ';
      ++i;
    } else {
      const char c = text[i];
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return plain;
}

struct CompiledDetector {
  const char* reason;
  std::regex pattern;
};

std::string name_reason(std::string_view text) {
  static const std::vector<CompiledDetector> kCompiled = [] {
    std::vector<CompiledDetector> compiled;
    for (const Detector& detector : kDetectors) {
      compiled.push_back({detector.reason, std::regex(detector.pattern)});
    }
    return compiled;
  }();
  const std::string plain = plainly(text.substr(0, kTextBytesMax));
  for (const CompiledDetector& detector : kCompiled) {
    if (std::regex_search(plain, detector.pattern)) return detector.reason;
  }
  if (text.size() > kTextBytesMax) return kLongText;
  const bool letters = std::any_of(plain.begin(), plain.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
  });
  return letters ? kFreeText : kNoValue;
}

/// The decimal number that the text begins with: [+-] digits [. digits] [e [+-] digits].
std::string_view leading_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  std::size_t found = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    found += digits();
  }
  if (found == 0) return {};
  const std::size_t end = at;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() > 0) return text.substr(0, at);
  }
  return text.substr(0, end);
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

bool is_short(double value) {
  const double rounded = std::stod(fmt::format("{:.{}g}", value, kMeasuredDigitsMax));
  return std::abs(value - rounded) <= 1e-12 * std::abs(value);
}

/// A number that is a short one in some unit of the predictor; also as a computer adds it up
/// (117.10400000000001).
bool is_conversion(const Predictor& predictor, double value) {
  return is_short(value) ||
         std::any_of(predictor.accepted_units.begin(), predictor.accepted_units.end(),
                     [&](const AcceptedUnit& unit) {
                       return is_short((value - unit.offset) / unit.factor);
                     });
}

/// Seven digits or more in a row. The zeros of 0.00784 only place the point and do not count; nor
/// do the decimals of a conversion.
bool has_digit_run(const Predictor& predictor, std::string_view number, double value) {
  const std::string_view mantissa = number.substr(0, number.find_first_of("eE"));
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::string_view whole = mantissa.substr(0, point);
  std::string_view fraction = mantissa.substr(point);
  if (whole.find_first_of("123456789") == std::string_view::npos) {
    fraction = fraction.substr(std::min(fraction.find_first_of("123456789"), fraction.size()));
  }
  if (count_digits(whole) >= kDigitRunMin) return true;
  return count_digits(fraction) >= kDigitRunMin && !is_conversion(predictor, value);
}

}  // namespace

std::optional<std::string> residual_identifier(const Predictor& predictor, std::string_view text) {
  text = trim(text);
  const std::string_view number = leading_number(text);
  const auto value = parse_number(number.starts_with('+') ? number.substr(1) : number);
  if (value && std::isfinite(*value)) {
    const bool with_unit =
        number.size() == text.size() ||
        (!predictor.is_coded() &&
         convert_to_canonical(predictor, *value, trim(text.substr(number.size()))).ok());
    if (with_unit) {
      if (has_digit_run(predictor, number, *value)) return kDigitRun;
      return std::nullopt;
    }
  } else if (const auto word = parse_value(predictor, text); word.ok()) {
    return std::nullopt;  // a declared word, or one that means missing
  }
  return name_reason(text);
}

std::vector<std::string> residual_reasons() {
  std::vector<std::string> reasons = {kLongText, kFreeText, kNoValue};
  for (const Detector& detector : kDetectors) reasons.emplace_back(detector.reason);
  std::sort(reasons.begin(), reasons.end());
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  return reasons;
}

}  // namespace relearn
