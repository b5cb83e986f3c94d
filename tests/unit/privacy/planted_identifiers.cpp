#include "planted_identifiers.h"

#include <fmt/format.h>

#include <array>

namespace relearn {
namespace {

std::string pick(const std::vector<std::string>& from, Random& random) {
  return from[random.below(from.size())];
}

std::string digits(std::size_t count, Random& random) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('5' + random.below(5));
  return text;
}

std::string word(Random& random) {
  static const std::vector<std::string> kFirst = {"Zqo", "Xvu", "Jwa", "Qzi", "Vxo", "Kqe"};
  static const std::vector<std::string> kNext = {"zqo", "xvu", "jwa", "qzi", "vxo", "kqe"};
  return pick(kFirst, random) + pick(kNext, random) + pick(kNext, random);
}

std::string marathi_word(Random& random) {
  static const std::vector<std::string> kSyllables = {"सु",  "नी", "ता", "पा", "टील", "जो",
                                                      "शी", "म",  "ली", "गा", "वं",   "डे"};
  return pick(kSyllables, random) + pick(kSyllables, random) + pick(kSyllables, random);
}

/// The digits 0 to 9 as Marathi writes them.
std::string in_devanagari(const std::string& text) {
  std::string written;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      written += "\xE0\xA5";
      written += static_cast<char>(0xA6 + (c - '0'));
    } else {
      written += c;
    }
  }
  return written;
}

std::string base64(std::size_t count, Random& random) {
  constexpr std::string_view kLetters = "QXZJKVWqxzjkvw56789+/";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += kLetters[random.below(kLetters.size())];
  return text;
}

std::string hex(std::size_t count, Random& random) {
  constexpr std::string_view kLetters = "bdf56789";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += kLetters[random.below(kLetters.size())];
  return text;
}

std::string telephone(Random& random) {
  const auto d = [&](std::size_t count) { return digits(count, random); };
  switch (random.below(7)) {
    case 0:
      return d(3) + "-" + d(3) + "-" + d(4);
    case 1:
      return "(" + d(3) + ") " + d(3) + "-" + d(4);
    case 2:
      return "+" + d(2) + " " + d(5) + " " + d(5);
    case 3:
      return d(10);
    case 4:
      return in_devanagari(d(5) + " " + d(5));
    case 5:
      return d(3) + "." + d(3) + "." + d(4);
    default:
      return d(3) + "-" + d(4);
  }
}

std::string date(Random& random) {
  const std::string day = digits(1, random), month = digits(1, random), year = digits(2, random);
  switch (random.below(6)) {
    case 0:
      return "19" + year + "-0" + month + "-0" + day;
    case 1:
      return day + "/" + month + "/19" + year;
    case 2:
      return day + "." + month + "." + year;
    case 3:
      return in_devanagari(day + " ऑगस्ट १९" + year);
    case 4:
      return "Aug-" + day + "-" + year;
    default:
      return in_devanagari(day + "-" + month + "-19" + year);
  }
}

std::string address(Random& random) {
  return random.below(2) == 0 ? word(random) + "-" + digits(2, random) + word(random)
                              : marathi_word(random) + " पेठ " + in_devanagari(digits(3, random));
}

std::string network_address(Random& random) {
  const auto octet = [&] { return digits(2, random); };
  if (random.below(2) == 0) return octet() + "." + octet() + "." + octet() + "." + octet();
  return hex(4, random) + "::" + hex(4, random) + ":" + hex(4, random);
}

std::string plate(Random& random) {
  if (random.below(2) == 0) return "QX" + digits(2, random) + "ZJ" + digits(4, random);
  return digits(1, random) + "XQZ" + digits(3, random);
}

std::string serial(Random& random) {
  if (random.below(2) == 0) return "XQ-" + digits(4, random) + "-ZV" + digits(2, random);
  return hex(2, random) + ":" + hex(2, random) + ":" + hex(2, random) + ":" + hex(2, random) + ":" +
         hex(2, random) + ":" + hex(2, random);
}

std::string any_code(Random& random) {
  if (random.below(2) == 0) {
    return hex(8, random) + "-" + hex(4, random) + "-" + hex(4, random) + "-" + hex(4, random) +
           "-" + hex(12, random);
  }
  return "=" + word(random) + "(" + digits(4, random) + ")";
}

std::string identifier(char kind, Random& random) {
  switch (kind) {
    case 'A':
      return random.below(2) == 0 ? word(random) + " " + word(random)
                                  : marathi_word(random) + " " + marathi_word(random);
    case 'B':
      return address(random);
    case 'C':
      return date(random);
    case 'D':
    case 'E':
      return telephone(random);
    case 'F':
      return word(random) + "." + digits(3, random) + "@" + word(random) + ".qz";
    case 'G':
      return digits(3, random) + "-" + digits(2, random) + "-" + digits(4, random);
    case 'H':
    case 'I':
    case 'J':
      return digits(7 + random.below(4), random);
    case 'K':
      return "QZ" + digits(8, random);
    case 'L':
      return plate(random);
    case 'M':
      return serial(random);
    case 'N':
      return "https://" + word(random) + ".qz/" + digits(4, random);
    case 'O':
      return network_address(random);
    case 'P':
    case 'Q':
      return base64(48 + random.below(40), random);
    default:
      return any_code(random);
  }
}

}  // namespace

PlantedIdentifier plant(char kind, Random& random) { return {kind, identifier(kind, random)}; }

std::string field_for(char kind, Random& random) {
  static const std::array<std::vector<std::string>, 18> kFields = {{
      {"name", "patient_name", "रुग्णाचे नाव"},
      {"address", "zip", "village", "पत्ता"},
      {"date_of_birth", "admitted", "जन्मतारीख"},
      {"telephone", "mobile", "दूरध्वनी"},
      {"fax"},
      {"e_mail", "ईमेल"},
      {"ssn", "aadhaar"},
      {"medical_record_number", "mrn"},
      {"health_plan"},
      {"account"},
      {"licence"},
      {"vehicle", "plate"},
      {"device", "serial_number"},
      {"url", "home_page"},
      {"ip_address"},
      {"fingerprint", "voice_print"},
      {"photograph"},
      {"study_code", "note"},
  }};
  return pick(kFields[static_cast<std::size_t>(kind - 'A')], random);
}

std::string piece_in(std::string_view identifier, std::string_view output) {
  for (std::size_t i = 0; i + 4 <= identifier.size(); ++i) {
    const std::string_view piece = identifier.substr(i, 4);
    if (output.find(piece) != std::string_view::npos) return std::string(piece);
  }
  return {};
}

}  // namespace relearn
