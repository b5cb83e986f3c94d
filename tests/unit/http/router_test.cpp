#include "http/router.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

Router router() {
  const auto answer = [](const HttpRequest&) { return HttpResponse(); };
  return Router({{"GET", "/a", RunsOn::Io, answer},
                 {"POST", "/a", RunsOn::Io, answer},
                 {"GET", "/a/{name}", RunsOn::Io, answer},
                 {"GET", "/a/{name}/b", RunsOn::Io, answer}});
}

TEST(Routes, AreFoundByMethodAndPath) {
  const Router routes = router();
  EXPECT_EQ(routes.find("GET", "/a").route->pattern, "/a");
  const auto named = routes.find("GET", "/a/heart-2_x");
  ASSERT_NE(named.route, nullptr);
  EXPECT_EQ(named.parts.at("name"), "heart-2_x");
  EXPECT_EQ(routes.find("GET", "/a/heart/b").route->pattern, "/a/{name}/b");
}

TEST(Routes, OfAPathTellWhichMethodsItTakes) {
  EXPECT_EQ(router().find("DELETE", "/a").allow, "GET, POST");
  EXPECT_EQ(router().find("post", "/a").allow, "GET, POST");
  EXPECT_EQ(router().find("POST", "/a/heart").allow, "GET");
}

TEST(Routes, AreNotFoundByDetours) {
  for (const char* const path :
       {"", "/", "a", "/a/", "//a", "/A", "/a/..", "/a/%2e%2e", "/a/..%2fb", "/a/Heart", "/a//b",
        "/a/x/b/", "/a/h\xc3\xa9", "http://host/a", "*", "/.env", "/a/.", "/a/x.bak"}) {
    const auto match = router().find("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_EQ(match.allow, "") << path;
  }
}

TEST(Routes, AFileMayHaveEndings) {
  const Router routes(
      {{"GET", "/files/{file}", RunsOn::Io, [](const HttpRequest&) { return HttpResponse(); }}});
  for (const char* const file : {"model", "card.json", "dossier.en.html"}) {
    const auto match = routes.find("GET", std::string("/files/") + file);
    ASSERT_NE(match.route, nullptr) << file;
    EXPECT_EQ(match.parts.at("file"), file);
  }
  for (const char* const file : {"", ".", "..", ".card", "card.", "card..json", "a/b", "..%2fkey",
                                 "Card.json", "card.json%00", "card json", "card\\json"}) {
    EXPECT_EQ(routes.find("GET", std::string("/files/") + file).route, nullptr) << file;
  }
}

}  // namespace
}  // namespace relearn
