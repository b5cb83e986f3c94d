#include "lifecycle/training/speaker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <string>

namespace relearn {
namespace {

using namespace std::chrono_literals;

std::string said_while(const std::function<void()>& work) {
  std::FILE* file = std::tmpfile();
  {
    Speaker speaker(file);
    speaker.give_signs(20ms);
    work();
  }
  std::rewind(file);
  std::string text(1 << 16, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

TEST(Speaker, GivesSignsWhileItComputes) {
  const std::string text = said_while([] {
    const std::clock_t until = std::clock() + CLOCKS_PER_SEC / 2;
    while (std::clock() < until) {
    }
  });
  EXPECT_NE(text.find(R"({"event":"alive"})"), std::string::npos);
}

TEST(Speaker, IsSilentWhileItWaits) {
  EXPECT_EQ(said_while([] { std::this_thread::sleep_for(500ms); }), "");
}

}  // namespace
}  // namespace relearn
