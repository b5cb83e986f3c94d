// A trainer that does wrong, in one of many ways: fake_trainer MODE BUNDLE train-job FOLDER; or
// a replay that does, as far as the two may do the same wrong: ... replay-job FOLDER SHA256.
// BUNDLE is a folder with a good bundle that it takes its files from.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Work {
  fs::path bundle;
  fs::path out;
};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}
void say_sandbox() { say(R"({"event":"sandbox","seccomp":true,"landlock":0})"); }
void say_done() { say(R"({"event":"done","families":[]})"); }

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}
void copy_all(const Work& work) {
  for (const auto& entry : fs::directory_iterator(work.bundle)) {
    fs::copy_file(entry.path(), work.out / entry.path().filename());
  }
}
/// A good bundle in which one file is changed.
template <typename Change>
void hand_over(const Work& work, const char* file, const Change& change) {
  say_sandbox();
  copy_all(work);
  write(work.out / file, change(text_of(work.out / file)));
  say_done();
}

void good(const Work& work) {
  say_sandbox();
  copy_all(work);
  say_done();
}
void truncated(const Work& work) {
  hand_over(work, "candidate.sav",
            [](std::string text) { return text.substr(0, text.size() / 2); });
}
void changed_byte(const Work& work) {
  hand_over(work, "candidate.sav", [](std::string text) {
    text[text.size() / 2] ^= 1;
    return text;
  });
}
void empty(const Work& work) {
  hand_over(work, "candidate.sav", [](const std::string&) { return std::string(); });
}
void oversize(const Work& work) {
  hand_over(work, "candidate.sav", [](std::string text) {
    text.resize(std::size_t{17} << 20);
    return text;
  });
}
void other_report(const Work& work) {
  hand_over(work, "report.json", [](const std::string&) { return std::string("{}\n"); });
}
void script_page(const Work& work) {
  hand_over(work, "report.html", [](const std::string& text) {
    return "<!doctype html><script>alert(1)</script>" + text;
  });
}
void terminal_commands(const Work& work) {
  hand_over(work, "summary.txt", [](const std::string& text) { return "\x1b]0;title\x07" + text; });
}
/// Golden cases of a patient who is a little other.
void other_golden(const Work& work) {
  hand_over(work, "golden.json", [](std::string text) {
    text[text.find("\"inputs\": \"4") + 12] ^= 1;  // the second digit of the first number
    return text;
  });
}
/// Other people than its bins hold.
void other_reference(const Work& work) {
  hand_over(work, "reference.json", [](std::string text) {
    char& digit = text[text.find("\"people\": ") + 10];
    digit = digit == '9' ? '8' : '9';
    return text;
  });
}
/// As a replay would say it, of a model that nobody gave it.
void say_false_certificate() {
  const std::string digest(64, '0');
  say(R"({"event":"certificate","model_digest":")" + digest + R"(","golden_digest":")" + digest +
      R"(","cases":1000,"with_contributions":100,"model_bytes":1,"parity_difference":0,)"
      R"("parity_case":1,"load_cpu_us":1,"score_cpu_us":1})");
}
void false_certificate(const Work&) {
  say_sandbox();
  say_false_certificate();
}
void certificate_outside_sandbox(const Work&) { say_false_certificate(); }
void certificate_and_more(const Work&) {
  say_sandbox();
  say_false_certificate();
  say_false_certificate();
}
void only_sandbox(const Work&) { say_sandbox(); }
void missing_file(const Work& work) {
  say_sandbox();
  copy_all(work);
  fs::remove(work.out / "report.html");
  say_done();
}
void symbolic_link(const Work& work) {
  say_sandbox();
  copy_all(work);
  fs::remove(work.out / "candidate.sav");
  fs::create_symlink(work.bundle / "candidate.sav", work.out / "candidate.sav");
  say_done();
}
void hard_link(const Work& work) {
  say_sandbox();
  copy_all(work);
  fs::remove(work.out / "report.html");
  fs::create_hard_link(work.bundle / "report.html", work.out / "report.html");
  say_done();
}
void named_pipe(const Work& work) {
  say_sandbox();
  copy_all(work);
  fs::remove(work.out / "report.json");
  ::mkfifo((work.out / "report.json").c_str(), 0600);
  say_done();
}
void folder_link(const Work& work) {
  say_sandbox();
  fs::remove_all(work.out);
  fs::create_directory_symlink(work.bundle, work.out);
  say_done();
}
void closed_folder(const Work& work) {
  good(work);
  fs::permissions(work.out, fs::perms::none);
}

void nonsense(const Work&) {
  say_sandbox();
  say("Segmentation fault (core dumped)");
  ::sleep(60);
}
void endless_line(const Work&) {
  say_sandbox();
  const std::string piece(4096, 'x');
  while (std::fwrite(piece.data(), 1, piece.size(), stdout) > 0) {
  }
}
void terminal_progress(const Work&) {
  say_sandbox();
  say(R"({"event":"progress","step":"\u001b[2J","detail":"","done":0,"total":0})");
  ::sleep(60);
}
void no_sandbox(const Work& work) {
  copy_all(work);
  say(R"({"event":"progress","step":"search","detail":"","done":0,"total":0})");
  ::sleep(60);
}
void talks_on(const Work& work) {
  good(work);
  say(R"({"event":"alive"})");
  ::sleep(60);
}
void no_last_word(const Work& work) {
  say_sandbox();
  copy_all(work);
}
void half_line(const Work& work) {
  say_sandbox();
  copy_all(work);
  std::printf(R"({"event":"done")");
  std::fflush(stdout);
}
void hanging(const Work&) {
  say_sandbox();
  ::sleep(60);
}
void deaf(const Work&) {
  std::signal(SIGTERM, SIG_IGN);
  say_sandbox();
  for (;;) {
    say(R"({"event":"alive"})");
    ::usleep(20'000);
  }
}
void busy(const Work&) {
  say_sandbox();
  for (volatile unsigned i = 0;;) {
    const unsigned next = i + 1;
    i = next;
  }
}
void crash(const Work&) {
  say_sandbox();
  std::fprintf(stderr, "first line\nits last words\n");
  std::abort();
}
void failing(const Work&) {
  say_sandbox();
  std::fprintf(stderr, "it did not like the weather\n");
  std::_Exit(9);
}
void stopped_by_others(const Work&) {
  say_sandbox();
  ::raise(SIGTERM);
}
void hungry(const Work&) {
  say_sandbox();
  std::vector<std::string> pieces;
  for (;;) pieces.emplace_back(std::size_t{16} << 20, 'x');
}
void writes_much(const Work& work) {
  say_sandbox();
  std::ofstream file(work.out / "candidate.sav", std::ios::binary);
  const std::string piece(std::size_t{1} << 20, 'x');
  while (file << piece) {
  }
}
/// Its child keeps the streams open and would spoil the models later.
void parent_of_others(const Work& work) {
  if (::fork() == 0) {
    ::sleep(2);
    write(work.out.parent_path().parent_path() / "diabetes_model.sav", "spoilt");
    ::sleep(60);
    std::_Exit(0);
  }
  good(work);
}

using Mode = void (*)(const Work&);
const std::map<std::string, Mode> kModes = {
    {"good", good},
    {"truncated", truncated},
    {"changed_byte", changed_byte},
    {"empty", empty},
    {"oversize", oversize},
    {"other_report", other_report},
    {"script_page", script_page},
    {"terminal_commands", terminal_commands},
    {"other_golden", other_golden},
    {"other_reference", other_reference},
    {"false_certificate", false_certificate},
    {"certificate_outside_sandbox", certificate_outside_sandbox},
    {"certificate_and_more", certificate_and_more},
    {"only_sandbox", only_sandbox},
    {"missing_file", missing_file},
    {"symbolic_link", symbolic_link},
    {"hard_link", hard_link},
    {"named_pipe", named_pipe},
    {"folder_link", folder_link},
    {"closed_folder", closed_folder},
    {"nonsense", nonsense},
    {"endless_line", endless_line},
    {"terminal_progress", terminal_progress},
    {"no_sandbox", no_sandbox},
    {"talks_on", talks_on},
    {"no_last_word", no_last_word},
    {"half_line", half_line},
    {"hanging", hanging},
    {"deaf", deaf},
    {"busy", busy},
    {"crash", crash},
    {"failing", failing},
    {"stopped_by_others", stopped_by_others},
    {"hungry", hungry},
    {"writes_much", writes_much},
    {"parent_of_others", parent_of_others},
};

}  // namespace

int main(int argc, char** argv) {
  // A replay is told the digest of its model, too.
  if ((argc != 5 && argc != 6) || !kModes.contains(argv[1])) return 2;
  kModes.at(argv[1])({argv[2], fs::path(argv[4]) / "out"});
  return 0;
}
