#include "service/child/child_process.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace relearn {
namespace {

using How = ChildEnd::How;

ChildProgram shell(const std::string& script) {
  ChildProgram program;
  program.program = "/bin/sh";
  program.arguments = {"-c", script};
  program.wall_max = std::chrono::seconds(20);
  return program;
}

struct Heard {
  std::vector<std::string> lines;
  ChildEnd end;
};

Heard run(const ChildProgram& program, const CancelToken& cancel = {}) {
  Heard heard;
  const auto end = run_child(
      program, "the child",
      [&](std::string_view line) -> Result<void> {
        heard.lines.emplace_back(line);
        return {};
      },
      cancel);
  EXPECT_TRUE(end.ok()) << end.error().message;
  if (end.ok()) heard.end = end.value();
  return heard;
}

TEST(ChildProcess, ItsLinesAndItsEndAreTold) {
  const Heard heard = run(shell("echo one; echo two; echo aside >&2"));
  EXPECT_EQ(heard.lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(heard.end.how, How::Finished);
  EXPECT_EQ(heard.end.sentence, "");
  EXPECT_EQ(heard.end.last_words, "aside\n");
}

TEST(ChildProcess, ItInheritsThreeVariablesAndNothingElse) {
  ::setenv("RELEARN_TEST_SECRET", "secret", 1);
  const Heard heard = run(shell("env"));
  ::unsetenv("RELEARN_TEST_SECRET");
  std::string all;
  for (const std::string& line : heard.lines) all += line + "\n";
  EXPECT_EQ(all.find("SECRET"), std::string::npos);
  EXPECT_NE(all.find("PATH=/usr/bin:/bin\n"), std::string::npos);
  EXPECT_NE(all.find("OMP_NUM_THREADS=1\n"), std::string::npos);
}

TEST(ChildProcess, ItInheritsThreeOpenFilesWhateverWeHaveOpen) {
  constexpr int kMine = 50;
  ASSERT_EQ(::dup2(0, kMine), kMine);  // without close-on-exec
  const Heard heard = run(shell("for one in /proc/$$/fd/*; do echo ${one##*/}; done"));
  ::close(kMine);
  // The shell itself may have the folder open that it lists.
  ASSERT_GE(heard.lines.size(), 3u);
  EXPECT_LE(heard.lines.size(), 4u);
  for (const std::string& line : heard.lines) EXPECT_NE(line, "50");
}

TEST(ChildProcess, ItsLimitsAreSet) {
  ChildProgram program = shell("ulimit -c; ulimit -n; ulimit -f; ulimit -t; nice; ulimit -v");
  program.file_bytes_max = 1 << 20;
  program.cpu_max = std::chrono::seconds(7);
  program.memory_bytes_max = std::uint64_t{1} << 30;
  const Heard heard = run(program);
  ASSERT_EQ(heard.lines.size(), 6u);
  EXPECT_EQ(heard.lines[0], "0");
  EXPECT_EQ(heard.lines[1], "64");
  EXPECT_EQ(heard.lines[2], "2048");  // blocks of 512 bytes
  EXPECT_EQ(heard.lines[3], "7");
  EXPECT_GE(std::stoi(heard.lines[4]), 10);
  EXPECT_EQ(heard.lines[5], kMemoryIsLimited ? "1048576" : "unlimited");
}

TEST(ChildProcess, AnErrorOfTheListenerIsGarbage) {
  const auto end = run_child(
      shell("echo nonsense; sleep 20"), "the child",
      [](std::string_view) -> Result<void> { return invalid_input("not a word I know"); }, {});
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().how, How::Garbage);
  EXPECT_EQ(end.value().sentence,
            "the child wrote garbage on its standard output: not a word I know");
}

TEST(ChildProcess, OnlySilenceOfTheStandardOutputCounts) {
  // Longer in all than it may be silent; a busy machine starts a sleep late.
  ChildProgram program = shell("for i in 1 2 3 4 5 6 7; do echo $i; sleep 0.5; done");
  program.silence_max = std::chrono::milliseconds(3000);
  EXPECT_EQ(run(program).end.how, How::Finished);
  program.arguments[1] = "for i in 1 2 3 4 5 6 7 8 9; do echo $i >&2; sleep 0.5; done";
  EXPECT_EQ(run(program).end.how, How::Silent);
}

TEST(ChildProcess, ItMayEndItselfWhenAskedTo) {
  CancelToken cancel;
  std::jthread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel.request();
  });
  const Heard heard =
      run(shell("trap 'echo tidied; exit 0' TERM; while :; do sleep 0.01; done"), cancel);
  EXPECT_EQ(heard.end.how, How::Cancelled);
}

TEST(ChildProcess, AChildThatClosesItsStreamsIsStillWaitedFor) {
  const Heard heard = run(shell("exec >&- 2>&-; sleep 0.3; exit 4"));
  EXPECT_EQ(heard.end.how, How::Failed);
  EXPECT_EQ(heard.end.exit_code, 4);
}

TEST(ChildProcess, ADescendantThatHoldsTheStreamsOpenIsNotWaitedFor) {
  const auto started = std::chrono::steady_clock::now();
  const Heard heard = run(shell("sleep 20 & echo done"));
  EXPECT_EQ(heard.end.how, How::Finished);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
}

TEST(ChildProcess, MuchOutputArrivesWhole) {
  const Heard heard = run(shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"));
  ASSERT_EQ(heard.lines.size(), 20000u);
  EXPECT_EQ(heard.lines.back(), "line 19999");
}

TEST(ChildProcess, ManyAtOnceDoNotDisturbEachOther) {
  std::vector<std::jthread> all;
  std::vector<Heard> heard(8);
  for (std::size_t i = 0; i < heard.size(); ++i) {
    all.emplace_back([&, i] { heard[i] = run(shell(fmt::format("sleep 0.1; echo {}", i))); });
  }
  all.clear();
  for (std::size_t i = 0; i < heard.size(); ++i) {
    EXPECT_EQ(heard[i].lines, std::vector<std::string>{fmt::format("{}", i)});
  }
}

}  // namespace
}  // namespace relearn
