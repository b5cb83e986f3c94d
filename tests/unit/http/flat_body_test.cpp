#include "http/flat_body.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

HttpRequest request_of(std::string body, std::string type = "application/json") {
  HttpRequest request;
  request.body = std::move(body);
  request.content_type = std::move(type);
  return request;
}

/// "422 field", or the members as "key=text".
std::string read(const HttpRequest& request) {
  const auto body = read_flat_body(request);
  if (const auto* refused = std::get_if<HttpResponse>(&body)) {
    const auto field = refused->body.find("\"field\":\"");
    return std::to_string(refused->status) +
           (field == std::string::npos
                ? ""
                : " " + refused->body.substr(field + 9, refused->body.size() - field - 11));
  }
  std::string text;
  for (const BodyMember& member : std::get<0>(body)) text += member.key + "=" + member.text + ";";
  return text;
}

TEST(FlatBodies, HoldTextsNumbersTruthsAndNothing) {
  EXPECT_EQ(read(request_of(R"({"a":"x","b":-3,"c":0.50,"d":true,"e":false,"f":null})")),
            "a=x;b=-3;c=0.50;d=1;e=0;f=;");
  EXPECT_EQ(read(request_of("{}")), "");
  EXPECT_EQ(read(request_of("{\"a\":1}", "application/json; charset=utf-8")), "a=1;");
}

TEST(FlatBodies, ThatAreSomethingElseAreRefused) {
  const std::string deep = std::string(30'000, '[');
  for (const auto& [body, told] :
       std::vector<std::pair<std::string, std::string>>{{R"({"a":1,"a":2})", "422 a"},
                                                        {R"({"a":[1]})", "422 a"},
                                                        {R"({"a":{"b":1}})", "422 a"},
                                                        {R"({"a":1e999})", "422 a"},
                                                        {R"({"a":NaN})", "400"},
                                                        {R"({"a":Infinity})", "400"},
                                                        {R"({"a":1)", "400"},
                                                        {R"({"a":1}x)", "400"},
                                                        {"{\"a\":\"\xff\"}", "400"},
                                                        {"", "400"},
                                                        {"[]", "422"},
                                                        {"1", "422"},
                                                        {"\"a\"", "422"},
                                                        {deep, "422"},
                                                        {"{\"a\":" + deep, "422 a"}}) {
    EXPECT_EQ(read(request_of(body)), told) << body.substr(0, 40);
  }
}

TEST(FlatBodies, OfAnotherContentTypeAreNotRead) {
  for (const char* const type : {"", "text/plain", "application/jsonx", "multipart/form-data"}) {
    EXPECT_EQ(read(request_of("{}", type)), "415") << type;
  }
}

TEST(FlatBodies, HaveBoundedlyManyMembers) {
  std::string body = "{\"m0\":1";
  for (std::size_t i = 1; i < kMembersOfABodyMax; ++i) body += ",\"m" + std::to_string(i) + "\":1";
  EXPECT_NE(read(request_of(body + "}")).substr(0, 3), "422");
  EXPECT_EQ(read(request_of(body + ",\"more\":1}")).substr(0, 3), "422");
}

TEST(FlatBodies, OfWantedTextsNameTheFirstThatIsWrong) {
  const WantedTexts wanted{{"email"}, {"name"}};
  const auto told = [&](const char* body) -> std::string {
    const auto texts = read_texts(request_of(body), wanted);
    if (const auto* refused = std::get_if<HttpResponse>(&texts)) return refused->body;
    return std::get<Texts>(texts).at("email") + "/" + std::get<Texts>(texts).at("name");
  };
  EXPECT_EQ(told(R"({"email":"m"})"), "m/");
  EXPECT_EQ(told(R"({"name":"n","email":"m"})"), "m/n");
  EXPECT_NE(told("{}").find("email: is missing"), std::string::npos);
  EXPECT_NE(told(R"({"email":1})").find("email: must be a text"), std::string::npos);
  EXPECT_NE(told(R"({"email":"m","role":"admin"})").find("role: is not known here"),
            std::string::npos);
}

}  // namespace
}  // namespace relearn
