#include "lifecycle/training/messages.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

TEST(TrainerMessages, EachComesBackAsItWasSaid) {
  const TrainerMessage all[] = {SandboxMessage{7}, ProgressEvent{"search", "forest 3", 4, 60},
                                AliveMessage{}, DoneMessage{},
                                invalid_input("\"glucose\": 5.9 is below 20 mg/dL")};
  for (const TrainerMessage& message : all) {
    const std::string line = message_line(message);
    const auto back = parse_message(line);
    ASSERT_TRUE(back.ok()) << line;
    EXPECT_EQ(back.value().index(), message.index());
    EXPECT_EQ(message_line(back.value()), line);
  }
}

TEST(TrainerMessages, EveryKindOfErrorKeepsItsKind) {
  for (const ErrorKind kind : {ErrorKind::InvalidInput, ErrorKind::NotFound, ErrorKind::Conflict,
                               ErrorKind::NotAllowed, ErrorKind::NotReady, ErrorKind::Cancelled,
                               ErrorKind::Unavailable, ErrorKind::BrokenInvariant}) {
    const auto back = parse_message(message_line(Error{kind, "why"}));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(std::get<Error>(back.value()).kind, kind);
  }
}

TEST(TrainerMessages, ControlCharactersAreReplacedWhenSaidAndRefusedWhenHeard) {
  EXPECT_EQ(message_line(invalid_input("a\x1b[2Jb\n")),
            R"({"event":"error","kind":"invalid_input","message":"a?[2Jb?"})");
  EXPECT_FALSE(
      parse_message(R"({"event":"error","kind":"invalid_input","message":"\u001b[2J"})").ok());
}

TEST(TrainerMessages, BytesThatAreNoTextAreReplaced) {
  EXPECT_TRUE(parse_message(message_line(invalid_input("caf\xe9"))).ok());
}

TEST(TrainerMessages, AnythingElseIsRefused) {
  for (const char* line :
       {"", "{}", "[]", "hello", R"({"event":"unknown"})", R"({"event":7})",
        R"({"event":"progress","step":"a","detail":"b","done":-1,"total":2})",
        R"({"event":"progress","step":"a","detail":"b","done":1e300,"total":2})",
        R"({"event":"progress","step":"a"})", R"({"event":"sandbox"})",
        R"({"event":"error","kind":"made_up","message":"x"})", R"({"event":"done")"}) {
    EXPECT_FALSE(parse_message(line).ok()) << line;
  }
}

}  // namespace
}  // namespace relearn
