// The web app as the server hands it out.
#include <gmock/gmock.h>

#include "http/routes.h"
#include "http/web_asset.h"

namespace relearn {
namespace {

using testing::HasSubstr;

HttpResponse ask(std::string_view method, std::string_view path, std::string encoding = "",
                 std::string if_none_match = "") {
  const Router router(page_routes());
  const Router::Match match = router.find(method, path);
  if (match.route == nullptr) return problem(match.allow.empty() ? 404 : 405, "not there");
  HttpRequest request;
  request.accept_encoding = std::move(encoding);
  request.if_none_match = std::move(if_none_match);
  return match.route->answer(request);
}

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [each, value] : response.headers) {
    if (each == name) return value;
  }
  return "-";
}

std::string_view any_script() {
  for (const WebAsset& asset : web_assets()) {
    if (asset.path.ends_with(".js") && !asset.gzip.empty()) return asset.path;
  }
  return "";
}

TEST(Pages, EveryPageOfTheAppIsTheSameDocument) {
  const std::string document = ask("GET", "/").body;
  EXPECT_THAT(document, HasSubstr("<div id=\"app\">"));
  for (const char* path : {"/sign-in", "/assess/heart", "/assess/heart/result", "/overview",
                           "/models/heart/attempts/12"}) {
    const HttpResponse response = ask("GET", path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, document) << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache") << path;
  }
}

TEST(Pages, WhatIsNoPageIsNotFound) {
  for (const char* path : {"/.env", "/assess/../etc", "/assess/HEART", "/api", "/index.html",
                           "/assets/", "/assets/none.js"}) {
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  }
  EXPECT_EQ(ask("POST", "/").status, 405);
}

TEST(Pages, NothingRunsButWhatComesFromHere) {
  const std::string policy = header(ask("GET", "/"), "Content-Security-Policy");
  for (const char* rule : {"default-src 'none'", "script-src 'self';", "style-src 'self';",
                           "require-trusted-types-for 'script'", "trusted-types 'none'",
                           "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"}) {
    EXPECT_THAT(policy, HasSubstr(rule));
  }
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST(Pages, FilesWithADigestInTheirNameAreKeptForEver) {
  const HttpResponse response = ask("GET", any_script());
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(header(response, "Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
}

TEST(Pages, BytesAreCompressedAsTheClientTakesThem) {
  const std::string_view path = any_script();
  const HttpResponse plain = ask("GET", path), brotli = ask("GET", path, "gzip, deflate, br");
  const HttpResponse gzip = ask("GET", path, "br;q=0, gzip;q=0.5");
  EXPECT_EQ(header(plain, "Content-Encoding"), "-");
  EXPECT_EQ(header(brotli, "Content-Encoding"), "br");
  EXPECT_EQ(header(gzip, "Content-Encoding"), "gzip");
  EXPECT_LT(brotli.body.size(), gzip.body.size());
  EXPECT_LT(gzip.body.size(), plain.body.size());
  EXPECT_EQ(header(ask("GET", path, "brotli, identity"), "Content-Encoding"), "-");
}

TEST(Pages, WhatTheClientHasIsNotSentAgain) {
  const std::string tag = header(ask("GET", "/", "br"), "ETag");
  const HttpResponse same = ask("GET", "/", "br", "\"other\", W/" + tag);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(header(same, "ETag"), tag);
  EXPECT_EQ(ask("GET", "/", "gzip", tag).status, 200);  // other bytes have another tag
}

// What somebody on a slow connection waits for before the first page is there.
TEST(Pages, TheFirstLoadStaysSmall) {
  constexpr std::size_t kBytesMax = 120 << 10;
  const std::string document = ask("GET", "/").body;
  std::size_t bytes = 0;
  for (const WebAsset& asset : web_assets()) {
    const bool first =
        document.find(asset.path) != std::string::npos || asset.path == "/index.html";
    if (!first && !asset.path.ends_with(".woff2")) continue;
    bytes += asset.brotli.empty() ? asset.plain.size() : asset.brotli.size();
  }
  EXPECT_GT(bytes, 20u << 10);  // the script, the style and the letters were found
  EXPECT_LE(bytes, kBytesMax);
}

}  // namespace
}  // namespace relearn
