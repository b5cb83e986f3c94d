// Each thing is tried outside the sandbox first, where it must work: otherwise the test would show
// nothing. Each trial runs in a process of its own, as there is no way back.
#include "service/child/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

enum class Where { Outside, Inside };
constexpr int kWorked = 0, kDenied = 1, kNoSandbox = 3;

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("relearn_sandbox_{}", ::getpid());
    fs::create_directories(folder_ / "out");
    for (const char* name : {"given.csv", "other.csv"}) {
      ASSERT_TRUE(write_file_atomically(folder_ / name, "text").ok());
    }
    has_landlock_ = trial(Where::Inside, [this] { return landlock_ > 0; }) == kWorked;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// kWorked or kDenied; any other end of the process is itself.
  int trial(Where where, const std::function<bool()>& attempt) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      if (where == Where::Inside) {
        const auto sandbox = enter_sandbox({{folder_ / "given.csv"}, folder_ / "out"});
        if (!sandbox.ok()) ::_exit(kNoSandbox);
        landlock_ = sandbox.value().landlock;
      }
      ::_exit(attempt() ? kWorked : kDenied);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void expect_denied(const std::function<bool()>& attempt) {
    EXPECT_EQ(trial(Where::Outside, attempt), kWorked) << "does not even work outside";
    EXPECT_EQ(trial(Where::Inside, attempt), kDenied);
  }
  void expect_allowed(const std::function<bool()>& attempt) {
    EXPECT_EQ(trial(Where::Outside, attempt), kWorked);
    EXPECT_EQ(trial(Where::Inside, attempt), kWorked);
  }
  static bool can_open(const fs::path& path, int flags) {
    return ::open(path.c_str(), flags, 0600) >= 0;
  }

  fs::path folder_;
  int landlock_ = 0;
  bool has_landlock_ = false;
};

TEST_F(SandboxTest, NoNetwork) {
  for (const int family : {AF_INET, AF_INET6, AF_UNIX}) {
    expect_denied([=] { return ::socket(family, SOCK_STREAM, 0) >= 0; });
  }
  expect_denied([] {
    int pair[2];
    return ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
  });
}

TEST_F(SandboxTest, NoSocketThatIsOpenAlreadyGetsAnywhere) {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(listening, 8), 0);
  ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const int mine = ::socket(AF_INET, SOCK_STREAM, 0);
  expect_denied([&] {
    return ::connect(mine, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  });
  ::close(mine);
  ::close(listening);
}

TEST_F(SandboxTest, NoOtherProgram) {
  expect_denied([] {
    ::execl("/bin/true", "/bin/true", nullptr);
    return false;
  });
}

TEST_F(SandboxTest, NoOtherProcess) {
  expect_denied([] {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(0);
    return pid > 0;
  });
  expect_denied([] { return ::kill(::getppid(), 0) == 0; });
  expect_denied([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; });
}

TEST_F(SandboxTest, NoOtherFile) {
  if (!has_landlock_) GTEST_SKIP() << "this kernel has no Landlock";
  expect_denied([this] { return can_open(folder_ / "other.csv", O_RDONLY); });
  expect_denied([] { return can_open("/etc/passwd", O_RDONLY); });
  expect_denied([this] { return can_open(folder_ / "given.csv", O_WRONLY); });
  expect_denied([this] { return can_open(folder_ / "new.csv", O_WRONLY | O_CREAT); });
  expect_denied([this] { return can_open(folder_, O_RDONLY | O_DIRECTORY); });
}

TEST_F(SandboxTest, NoLinkToAnotherFile) {
  const auto link = folder_ / "out/link";
  expect_denied([&] {
    const bool made = ::symlink("/etc/passwd", link.c_str()) == 0;
    ::unlink(link.c_str());
    return made;
  });
  expect_denied([&] {
    const bool made = ::link((folder_ / "other.csv").c_str(), link.c_str()) == 0;
    ::unlink(link.c_str());
    return made;
  });
}

TEST_F(SandboxTest, TheGivenFileCanBeReadAndTheFolderWritten) {
  expect_allowed([this] { return read_file(folder_ / "given.csv", 100).ok(); });
  expect_allowed([this] { return write_file_atomically(folder_ / "out/model", "bytes").ok(); });
}

TEST_F(SandboxTest, ThreadsStartAndEnd) {
  expect_allowed([] {
    int sum = 0;
    std::jthread([&] { sum = 1; }).join();
    return sum == 1;
  });
}

TEST_F(SandboxTest, AnAbortIsStillAnAbort) {
  EXPECT_EQ(trial(Where::Inside,
                  [] {
                    std::signal(SIGABRT, SIG_DFL);
                    std::abort();
                    return true;
                  }),
            128 + SIGABRT);
}

TEST_F(SandboxTest, AFileThatIsNotThereIsNamed) {
  EXPECT_EQ(trial(Where::Outside,
                  [this] {
                    const auto sandbox = enter_sandbox({{folder_ / "none.csv"}, folder_ / "out"});
                    return !sandbox.ok() && sandbox.error().kind == ErrorKind::NotFound;
                  }),
            has_landlock_ ? kWorked : kDenied);
}

}  // namespace
}  // namespace relearn
