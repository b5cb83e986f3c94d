#include "cli/terminal_progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace relearn {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::size_t terminal_width(std::FILE* stream) {
  winsize size{};
  return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

class Bar final : public ProgressSink {
 public:
  Bar(std::FILE* stream, SteadyClock clock) : stream_(stream), clock_(std::move(clock)) {}
  ~Bar() override {
    if (drawn_) fmt::print(stream_, "\r\x1b[K");
    std::fflush(stream_);
  }

  void report(const ProgressEvent& event) override {
    const auto now = clock_();
    if (event.step != step_) {
      step_ = event.step;
      started_ = now;
    } else if (now - last_drawn_ < milliseconds(100) && event.done != event.total) {
      return;
    }
    last_drawn_ = now;
    drawn_ = true;
    std::string line = fmt::format("{:<9}", event.step);
    if (event.total > 0) line += bar(event, duration_cast<milliseconds>(now - started_));
    line += ' ' + event.detail;
    const std::size_t width = terminal_width(stream_) - 1;
    if (line.size() > width) line.resize(width);
    fmt::print(stream_, "\r\x1b[K{}", line);
    std::fflush(stream_);
  }

 private:
  static std::string bar(const ProgressEvent& event, milliseconds elapsed) {
    constexpr std::size_t kCells = 20;
    const std::size_t full = kCells * std::min(event.done, event.total) / event.total;
    std::string text = fmt::format("[{:#<{}}{:.<{}}] {:3}%", "", full, "", kCells - full,
                                   100 * event.done / event.total);
    if (event.done > 0 && event.done < event.total && elapsed > seconds(1)) {
      const auto left =
          elapsed * static_cast<long>(event.total - event.done) / static_cast<long>(event.done);
      text += fmt::format(" {} left", duration_text(duration_cast<seconds>(left) + seconds(1)));
    }
    return text;
  }

  std::FILE* stream_;
  SteadyClock clock_;
  std::string step_;
  std::chrono::steady_clock::time_point started_, last_drawn_;
  bool drawn_ = false;
};

class JsonLines final : public ProgressSink {
 public:
  explicit JsonLines(std::FILE* stream) : stream_(stream) {}
  void report(const ProgressEvent& event) override {
    const nlohmann::ordered_json line = {{"event", "progress"},
                                         {"step", event.step},
                                         {"detail", event.detail},
                                         {"done", event.done},
                                         {"total", event.total}};
    fmt::print(stream_, "{}\n", line.dump());
    std::fflush(stream_);
  }

 private:
  std::FILE* stream_;
};

}  // namespace

std::string duration_text(std::chrono::seconds duration) {
  const auto count = duration.count();
  return count < 60 ? fmt::format("{} s", count)
                    : fmt::format("{}:{:02} min", count / 60, count % 60);
}

std::unique_ptr<ProgressSink> make_progress(std::FILE* stream, OutputFormat format,
                                            SteadyClock clock) {
  if (format == OutputFormat::Json) return std::make_unique<JsonLines>(stream);
  if (::isatty(::fileno(stream))) return std::make_unique<Bar>(stream, std::move(clock));
  return std::make_unique<NoProgress>();
}

}  // namespace relearn
