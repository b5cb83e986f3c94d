// What the commands of *.api files mean: requests to the real server, over a real socket, with a
// real database. Heart has a live model (of invented people), the other diseases have none; there
// are four accounts, ROLE@example.org with the password "the password of ROLE".
//
//   start [guests=N] [accounts=N]   the server, on the store of this file; answer: listening
//   stop                            SIGTERM; answer: exit
//   kill                            SIGKILL
//   database SQL                    changed past the server, as no command does
//   attempt of=N [verdict=ask] [approvals=N] [by=ROLE] [champion=N] [withdrawn=yes] [days_ago=N]
//                                   while no server runs: one more attempt at heart with a copy of
//                                   the bundle of attempt N; withdrawn: it has the snapshot
//                                   aaaa(64), of which "UPDATE snapshots SET revoked = 1" says that
//                                   somebody went; answer: attempt
//   people count=N seed=N served=right|inverted outcomes=yes|no days_ago=N
//                                   while no server runs: invented people of a clinic, whom the
//                                   model of attempt 1 tells their risk (inverted: as if ill were
//                                   healthy), with their confirmed outcomes
//   alter of=N file=NAME            one byte of a file of that attempt's bundle
//   obstruct, clear_way             a file stands where the folder of the models was; and back
//   placed                          answer: the version whose model lies in the folder of the
//                                   models
//
//   calls                           a table: method, path, as (a role, "guest", or what stands
//                                   behind Authorization), optionally type, language, from
//                                   (X-Forwarded-For), key (Idempotency-Key), body. Answers:
//                                   status, says (the one sentence), field, allow, content (its
//                                   type), policy (Content-Security-Policy), begins, and the
//                                   members of the body, those inside as attempts.0.state; of a
//                                   list "count of LIST", and "LIST of DISEASE" for an item; "-"
//                                   for a member that is not there. {id} stands for the id of the
//                                   last prediction, {today} for the day. A
//                                   body of text/csv may hold what "send" may.
//   watch PATH as=WHO               server-sent events until they end; answer: status, events
//                                   (several, when more than one), the members of the last one's
//                                   data, and of its first run: run, error, steps, attempts
//   repeat N METHOD PATH as=WHO body=TEXT (` stands for ")
//                                   the same N times; answer: how many got which status
//   together N METHOD PATH ...      the same at the same time
//   send TEXT                       bytes (\r, \n, \0; {N} for N times the letter a); answer:
//   status,
//                                   then (open, closed)
//   wait seconds=N
//   slow seconds=N                  a header, one letter a second; answer: cut after
//   await PATH as=WHO holds=TEXT     asks until the body holds it, for a minute; answer: yes or no
//   log holds=TEXT                  answer: yes or no, within five seconds
//   answer holds=TEXT               the same of the last answer's body
//   openapi                         answer: routes that only the server, only openapi.yaml has
//
// Each answer is compared with openapi.yaml: the status must be one of the path's, and the members
// that its schema requires must be there.
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "http/routes.h"
#include "learning/cohort/assemble.h"
#include "lifecycle/registry/kept_files.h"
#include "lifecycle/registry/placement.h"
#include "lifecycle/retrain/retrain_from_store.h"
#include "service/secrets/password.h"
#include "storage/sqlite/store.h"
#include "support/http_client.h"
#include "support/scratch_folder.h"
#include "support/spec_runner.h"
#include "unit/learning/cohort/invented_file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view kEnding = "api";
constexpr std::uint64_t kBytesMax = 64 << 20;
constexpr Moment kMade{1'750'000'000};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// \\r, \\n, \\0; {N} for N times the letter a.
std::string bytes_of(std::string bytes) {
  for (const auto& [written, meant] :
       {std::pair<std::string_view, std::string>{"\\r", "\r"}, {"\\n", "\n"}}) {
    bytes = replaced(bytes, written, meant);
  }
  bytes = replaced(bytes, "\\0", std::string(1, '\0'));
  for (auto open = bytes.find('{'); open != std::string::npos; open = bytes.find('{', open + 1)) {
    const auto close = bytes.find('}', open);
    const auto times = parse_number(bytes.substr(open + 1, close - open - 1));
    if (!times) continue;
    bytes.replace(open, close - open + 1, std::string(static_cast<std::size_t>(*times), 'a'));
  }
  return bytes;
}

/// {id} and {today}.
std::string filled(const std::string& text, const std::string& prediction) {
  const std::string today = to_text(date_of(machine_clock()()));
  return replaced(replaced(text, "{id}", prediction), "{today}", today);
}

Result<Json> read_openapi() {
  const ScratchFolder scratch;
  const fs::path json = scratch.path() / "openapi.json";
  const std::string command = fmt::format(
      "/usr/bin/python3 -c 'import json,sys,yaml; json.dump(yaml.safe_load(sys.stdin), "
      "sys.stdout)' < '{}/openapi.yaml' > '{}'",
      RELEARN_SOURCE_DIR, json.string());
  if (std::system(command.c_str()) != 0) return invalid_input("openapi.yaml cannot be read");
  const std::string text = TRY(read_file(json, kBytesMax));
  return Json::parse(text);
}

/// What openapi.yaml promises about an answer.
class Promises {
 public:
  Promises()
      : document_(read_openapi().take_value()), router_(api_routes(std::make_shared<Api>(api()))) {}

  static Api api() {
    return {.english = Phrases::load("en").take_value(),
            .marathi = Phrases::load("mr").take_value()};
  }

  /// What the answer breaks; "" for nothing. Paths that are not there have no promises.
  std::string broken_by(std::string method, std::string_view path, const HttpAnswer& answer) const {
    const auto match = router_.find(method, path);
    if (match.route == nullptr) return "";
    std::ranges::transform(method, method.begin(),
                           [](char c) { return static_cast<char>(c | 32); });
    const Json& responses =
        document_.at("paths").at(std::string(match.route->pattern)).at(method).at("responses");
    const std::string status = std::to_string(answer.status);
    if (!responses.contains(status)) return fmt::format("openapi.yaml does not promise {}", status);
    const Json& response = resolved(responses.at(status));
    if (!response.contains("content")) return answer.body.empty() ? "" : "a body is not promised";
    const auto type = answer.headers.find("content-type");
    if (type == answer.headers.end() || !response.at("content").contains(type->second)) {
      return "the content type is not promised";
    }
    if (!type->second.ends_with("json")) return "";
    return missing(response.at("content").at(type->second).at("schema"), Json::parse(answer.body),
                   "");
  }

  SpecAnswer compare() const {
    std::set<std::string> served, written;
    for (const Route& route : router_.routes()) {
      served.insert(fmt::format("{} {}", route.method, route.pattern));
    }
    for (const auto& [path, item] : document_.at("paths").items()) {
      for (const auto& [method, operation] : item.items()) {
        std::string name = method;
        std::ranges::transform(name, name.begin(),
                               [](char c) { return static_cast<char>(c & ~32); });
        written.insert(fmt::format("{} {}", name, path));
      }
    }
    return {{"routes", std::to_string(served.size())},
            {"only served", without(served, written)},
            {"only written", without(written, served)}};
  }

 private:
  static std::string without(const std::set<std::string>& all, const std::set<std::string>& other) {
    std::string text;
    for (const std::string& one : all) text += other.contains(one) ? "" : " " + one;
    return text.empty() ? "none" : text.substr(1);
  }

  const Json& resolved(const Json& node) const {
    if (!node.contains("$ref")) return node;
    return document_.at(Json::json_pointer(node.at("$ref").get<std::string>().substr(1)));
  }

  std::string missing(const Json& given, const Json& value, const std::string& where) const {
    const Json& schema = resolved(given);
    for (const Json& key : schema.value("required", Json::array())) {
      const std::string name = key.get<std::string>();
      if (!value.contains(name)) return where + name + " is required and not there";
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : properties.items()) {
      if (!value.contains(name)) continue;
      std::string found = missing(member, value.at(name), where + name + ".");
      if (!found.empty()) return found;
    }
    for (const Json& part : schema.value("allOf", Json::array())) {
      std::string found = missing(part, value, where);
      if (!found.empty()) return found;
    }
    if (!schema.contains("items")) return "";
    for (const Json& item : value) {
      std::string found = missing(schema.at("items"), item, where);
      if (!found.empty()) return found;
    }
    return "";
  }

  const Json document_;
  const Router router_;
};

/// The store in a folder with its key.
Result<std::shared_ptr<SqliteStore>> open_store(const fs::path& folder) {
  const fs::path key = folder / "key";
  KeyRing keys = fs::exists(key) ? TRY(KeyRing::load(key)) : TRY(KeyRing::create(key));
  StoreOptions options;
  options.folder = folder / "store";
  options.if_missing = IfMissing::Create;
  return SqliteStore::open(options, std::move(keys));
}

/// The first line of the store of every file: made once, then copied.
class PreparedStore {
 public:
  const fs::path& folder() const { return scratch_.path(); }
  static const PreparedStore& get() {
    static const PreparedStore prepared;
    return prepared;
  }

 private:
  PreparedStore() {
    const auto done = make();
    if (!done.ok()) throw std::runtime_error(done.error().message);
  }

  Result<std::shared_ptr<SqliteStore>> open() const { return open_store(scratch_.path()); }

  Result<void> add_accounts() const {
    const auto store = TRY(open());
    for (const Role role : {Role::Patient, Role::Clinician, Role::Approver, Role::Admin}) {
      NewUser user;
      user.email = fmt::format("{}@example.org", role_word(role));
      user.full_name = "Zuleika Quillfeather";
      user.role = role;
      user.password_hash = TRY(hash_password(fmt::format("the password of {}", role_word(role))));
      TRY(store->add_user(user, kMade));
    }
    return {};
  }

  Result<RetrainStores> stores() const {
    const auto store = TRY(open());
    return RetrainStores{store, store,
                         [store](std::string_view domain, std::string_view text) {
                           return store->keyed(domain, text);
                         },
                         scratch_.path() / "store"};
  }

  Result<AttemptOutcome> retrain(const DiseaseFile& disease, std::uint64_t people) const {
    const fs::path baseline = scratch_.path() / "baseline.csv";
    TRY(write_file_atomically(baseline, InventedFile(disease, people, 1).text()));
    SearchOptions search;
    search.families = {"logistic"};
    search.outer_folds = search.inner_folds = 3;
    const StoreRetrainRequest request{{.disease = disease,
                                       .files = {baseline},
                                       .search = search,
                                       .out = scratch_.path() / "models",
                                       .code_version = "test"},
                                      "spec",
                                      Actor{},
                                      scratch_.path() / "organisation.toml"};
    const CancelToken cancel;
    NoProgress progress;
    const auto record = TRY(retrain_from_store(
        request, [this] { return stores(); }, RELEARN_PROGRAM, [] { return kMade; }, cancel,
        progress));
    return record.attempts.back().outcome;
  }

  /// Version 1 answers; version 2 was forced by the admin, and taken back.
  Result<void> make() const {
    TRY(add_accounts());
    const DiseaseFile disease =
        TRY(load_disease_file(fs::path(RELEARN_SOURCE_DIR) / "diseases/heart.toml"));
    const AttemptOutcome first = TRY(retrain(disease, 300));
    if (!first.version) return invalid_input("the invented model of heart was not published");
    const AttemptOutcome second = TRY(retrain(disease, 400));
    const auto store = TRY(open());
    const auto user = TRY(store->find_user("admin@example.org"));
    const Actor admin{user->id, Role::Admin};
    if (!second.version) {
      TRY(store->force("heart", second.attempt.number, admin, "spec", kMade));
    }
    TRY(store->roll_back("heart", 1, 2, admin, "spec", kMade));
    return {};
  }

  ScratchFolder scratch_;
};

/// The program as a child, on a store of its own.
class Server {
 public:
  Server() {
    fs::copy(PreparedStore::get().folder(), scratch_.path(),
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  ~Server() { end(SIGKILL); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<void> start(const std::vector<std::string>& options) {
    end(SIGKILL);
    std::ofstream(log_file()).close();
    child_ = ::fork();
    if (child_ == 0) run_program(options);
    for (int i = 0; i < 3000; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      const std::string text = log();
      for (const std::string_view line : split(text, '\n')) {
        const Json json = Json::parse(line, nullptr, false);
        if (!json.is_object() || json.value("event", "") != "listening") continue;
        port = json.at("port").get<std::uint16_t>();
        return {};
      }
      if (::waitpid(child_, nullptr, WNOHANG) == child_) break;
    }
    return unavailable("the server did not start: " + log());
  }

  int end(int signal) {
    if (child_ <= 0) return -1;
    ::kill(child_, signal);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    tokens.clear();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string log() const {
    auto text = read_file(log_file(), kBytesMax);
    return text.ok() ? text.take_value() : "";
  }
  const fs::path& folder() const { return scratch_.path(); }
  fs::path database() const { return database_file(scratch_.path() / "store"); }

  std::uint16_t port = 0;
  std::map<std::string, std::string> tokens;  // by role
  std::string prediction;                     // id of the last one
  std::string said;                           // body of the last answer
  const Promises promises;

 private:
  fs::path log_file() const { return scratch_.path() / "log"; }

  [[noreturn]] void run_program(const std::vector<std::string>& options) const {
    const std::string diseases = std::string(RELEARN_SOURCE_DIR) + "/diseases";
    const std::string store = scratch_.path() / "store", key = scratch_.path() / "key";
    const std::string baseline = scratch_.path() / "baseline.csv";
    const std::string models = scratch_.path() / "models";
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no server outlives a test that was killed
    std::vector<std::string> words = {
        RELEARN_PROGRAM, "--diseases", diseases,      "--store", store,    "--key",    key,
        "serve",         "--listen",   "127.0.0.1:0", "--data",  baseline, "--models", models};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (std::freopen(log_file().c_str(), "a", stdout) == nullptr ||
        std::freopen(log_file().c_str(), "a", stderr) == nullptr) {
      ::_exit(127);
    }
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }

  ScratchFolder scratch_;
  pid_t child_ = 0;
};

struct Call {
  std::string method, path, as, type, language, from, key, body;
};

std::string text_of(const Call& call, const std::string& authorization) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n",
                                 call.method, call.path, call.body.size());
  for (const auto& [name, value] :
       {std::pair<const char*, std::string>{"Authorization", authorization},
        {"Content-Type", call.type},
        {"Accept-Language", call.language},
        {"Idempotency-Key", call.key},
        {"X-Forwarded-For", call.from}}) {
    if (!value.empty()) text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + "\r\n" + call.body;
}

HttpAnswer send_call(const Server& server, const Call& call, const std::string& authorization) {
  HttpClient client(server.port);
  client.send(text_of(call, authorization));
  return client.receive();
}

/// The header Authorization of a role (signed in when first needed), of nobody, or as given.
std::string authorization_of(Server& server, const std::string& who) {
  if (who == "guest" || who.empty()) return "";
  if (!parse_role(who)) return who;
  std::string& token = server.tokens[who];
  if (!token.empty()) return "Bearer " + token;
  const Call login{
      "POST",
      "/api/login",
      "",
      "application/json",
      "",
      "",
      "",
      fmt::format(R"({{"email":"{0}@example.org","password":"the password of {0}"}})", who)};
  const HttpAnswer answer = send_call(server, login, "");
  const Json json = Json::parse(answer.body, nullptr, false);
  token = json.is_object() ? json.value("token", "refused") : "refused";
  return "Bearer " + token;
}

constexpr std::size_t kItemsTold = 20;
constexpr std::size_t kBeginning = 15;

/// "attempts.0.state", four levels deep.
void tell_members(const Json& value, const std::string& name, int levels, SpecAnswer& told) {
  const auto tell = [&](const std::string& key, const Json& member) {
    const std::string inside = name.empty() ? key : name + "." + key;
    told.emplace_back(inside, member.is_string() ? member.get<std::string>() : member.dump());
    if (member.is_array()) told.emplace_back("count of " + inside, std::to_string(member.size()));
    if (levels > 0) tell_members(member, inside, levels - 1, told);
  };
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      if (!name.empty() || (key != "status" && key != "field")) tell(key, member);
    }
  }
  if (!value.is_array()) return;
  for (std::size_t i = 0; i < std::min(value.size(), kItemsTold); ++i) {
    tell(std::to_string(i), value[i]);
  }
}

Result<SpecAnswer> answer_of(Server& server, const Call& call) {
  const HttpAnswer answer = send_call(server, call, authorization_of(server, call.as));
  if (answer.status == 0) return unavailable("the connection ended without an answer");
  server.said = answer.body;
  const std::string path = call.path.substr(0, call.path.find('?'));
  const std::string broken = server.promises.broken_by(call.method, path, answer);
  if (!broken.empty()) return invalid_input(fmt::format("{} {}: {}", call.method, path, broken));
  const Json body = Json::parse(answer.body, nullptr, false);
  const auto member = [&](const char* name) {
    return body.is_object() ? body.value(name, std::string("-")) : "-";
  };
  const auto header = [&](const char* name) {
    const auto found = answer.headers.find(name);
    return found == answer.headers.end() ? "-" : found->second;
  };
  SpecAnswer told = {
      {"status", std::to_string(answer.status)},
      {"says", replaced(member("detail"), to_text(date_of(machine_clock()())), "{today}")},
      {"field", member("field")},
      {"allow", header("allow")},
      {"content", header("content-type")},
      {"policy", header("content-security-policy")},
      {"begins", answer.body.substr(0, std::min(kBeginning, answer.body.find('\n')))}};
  if (!body.is_object()) return told;
  tell_members(body, "", 3, told);
  for (const auto& [name, value] : body.items()) {
    if (!value.is_array()) continue;
    for (const Json& item : value) {
      if (!item.is_object() || !item.contains("disease")) continue;
      told.emplace_back(fmt::format("{} of {}", name, item.at("disease").get<std::string>()),
                        item.dump());
    }
  }
  if (body.contains("prediction_id")) server.prediction = member("prediction_id");
  return told;
}

Server& server_of(SpecState& state) { return state.of<Server>(); }

Result<SpecAnswer> calls(SpecCommand&, SpecRow& row, SpecState& state) {
  Server& server = server_of(state);
  const auto cell = [&](std::string_view name) {
    const std::string text = row.cell(name);
    return text == "-" ? "" : filled(text, server.prediction);
  };
  Call call{cell("method"),   cell("path"), cell("as"),  cell("type"),
            cell("language"), cell("from"), cell("key"), cell("body")};
  if (call.type.empty() && !call.body.empty()) call.type = "application/json";
  if (call.type.starts_with("text/csv")) call.body = bytes_of(call.body);
  SpecAnswer told = TRY(answer_of(server, call));
  for (const std::string& column : row.header()) {
    if (std::ranges::find(told, column, &SpecAnswer::value_type::first) == told.end()) {
      told.emplace_back(column, "-");
    }
  }
  return told;
}

SpecAnswer counted(const std::map<int, int>& statuses) {
  SpecAnswer answer;
  for (const auto& [status, count] : statuses) {
    answer.emplace_back(std::to_string(status), std::to_string(count));
  }
  return answer;
}

Result<SpecAnswer> repeat(SpecCommand& command, SpecState& state) {
  Server& server = server_of(state);
  const Call call{command.text(1),
                  command.text(2),
                  command.argument("as").value_or("guest"),
                  "application/json",
                  "",
                  command.argument("from").value_or(""),
                  "",
                  replaced(command.argument("body").value_or(""), "`", "\"")};
  std::map<int, int> statuses;
  const double times = parse_number(command.text(0)).value_or(0);
  for (int i = 0; i < times; ++i) {
    ++statuses[send_call(server, call, authorization_of(server, call.as)).status];
  }
  return counted(statuses);
}

/// The same at the same time.
Result<SpecAnswer> together(SpecCommand& command, SpecState& state) {
  Server& server = server_of(state);
  Call call;
  call.method = command.text(1);
  call.path = command.text(2);
  call.as = command.argument("as").value_or("guest");
  call.type = "application/json";
  call.body = replaced(command.argument("body").value_or(""), "`", "\"");
  const std::string authorization = authorization_of(server, call.as);
  std::vector<std::future<int>> calls;
  const double times = parse_number(command.text(0)).value_or(0);
  for (int i = 0; i < times; ++i) {
    calls.push_back(std::async(std::launch::async,
                               [&] { return send_call(server, call, authorization).status; }));
  }
  std::map<int, int> statuses;
  for (std::future<int>& one : calls) ++statuses[one.get()];
  return counted(statuses);
}

/// The data of each event.
std::vector<Json> events_in(const std::string& text) {
  constexpr std::string_view kData = "data: ";
  std::vector<Json> events;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with(kData)) continue;
    events.push_back(Json::parse(line.substr(kData.size()), nullptr, false));
  }
  return events;
}

Result<SpecAnswer> watch(SpecCommand& command, SpecState& state) {
  Server& server = server_of(state);
  Call call;
  call.method = "GET";
  call.path = command.text(0);
  HttpClient client(server.port);
  client.send(text_of(call, authorization_of(server, command.argument("as").value_or("admin"))));
  const std::string text = client.receive_all(std::chrono::seconds(120));
  const std::vector<Json> events = events_in(text);
  SpecAnswer answer = {{"status", text.substr(9, 3)},
                       {"events", events.size() > 1 ? "several" : std::to_string(events.size())}};
  if (events.empty() || !events.back().is_object()) return answer;
  for (const auto& [name, value] : events.back().items()) {
    answer.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  const Json& run = events.back().at("runs").at(0);
  answer.emplace_back("run", run.at("state").get<std::string>());
  answer.emplace_back("error", run.at("error").dump());
  std::string steps;
  for (const Json& step : run.at("steps")) {
    steps += (steps.empty() ? "" : ", ") + step.at("step").get<std::string>();
  }
  answer.emplace_back("steps", steps);
  answer.emplace_back("attempts", std::to_string(run.at("attempts").size()));
  return answer;
}

Result<SpecAnswer> start(SpecCommand& command, SpecState& state) {
  std::vector<std::string> options;
  for (const auto& [key, value] : command.arguments()) {
    options.push_back("--" + key);
    options.push_back(value);
  }
  TRY(server_of(state).start(options));
  return SpecAnswer{{"listening", "yes"}};
}

Result<SpecAnswer> stop(SpecCommand&, SpecState& state) {
  return SpecAnswer{{"exit", std::to_string(server_of(state).end(SIGTERM))}};
}

Result<SpecAnswer> kill_server(SpecCommand&, SpecState& state) {
  server_of(state).end(SIGKILL);
  return SpecAnswer{};
}

Result<SpecAnswer> change_database(SpecCommand& command, SpecState& state) {
  const std::string script = fmt::format(
      "python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); "
      "c.commit()' '{}' \"{}\"",
      server_of(state).database().string(), command.text(0));
  if (std::system(script.c_str()) != 0) return invalid_input("the statement failed");
  return SpecAnswer{};
}

Result<Attempt> attempt_of(VersionStore& versions, const std::string& number) {
  for (Attempt& attempt : TRY(versions.attempts("heart"))) {
    if (std::to_string(attempt.number) == number) return std::move(attempt);
  }
  return not_found("heart has no such attempt");
}

/// The same files under another name: the manifest ends with one more empty line each time.
Result<std::string> copied_bundle(const fs::path& bundles, const std::string& bundle) {
  std::string manifest = TRY(read_file(bundles / bundle / "manifest.json", kBytesMax));
  do {
    manifest += "\n";
  } while (fs::exists(bundles / sha256(manifest)));
  const fs::path copy = bundles / sha256(manifest);
  fs::copy(bundles / bundle, copy);
  TRY(write_file_atomically(copy / "manifest.json", manifest));
  return copy.filename().string();
}

/// As the command says, or `otherwise`.
Moment days_ago(SpecCommand& command, Moment otherwise) {
  const auto days = command.argument("days_ago");
  if (!days) return otherwise;
  return {machine_clock()().seconds - kSecondsPerDay * std::atoll(days->c_str())};
}

/// One row of invented people, as a clinic would have sent it.
NewPrediction prediction_of(const Cohort& cohort, std::size_t row, const SavedModel& model,
                            SpecCommand& command) {
  NewPrediction prediction;
  prediction.disease = "heart";
  prediction.subject.reference =
      fmt::format("record {}/{}", command.argument("seed").value_or("1"), row);
  prediction.made_at = days_ago(command, kMade);
  for (std::size_t column = 0; column < cohort.columns.size(); ++column) {
    const float value = cohort.column(column)[row];
    if (!std::isnan(value)) prediction.inputs.emplace_back(cohort.columns[column].id, value);
  }
  prediction.model_version = model.digest;
  const double risk = model.model.risk(cohort.row(row));
  prediction.risk = ServedRisk(command.argument("served") == "inverted" ? 1 - risk : risk);
  return prediction;
}

NewOutcomeEvent outcome_of(const PredictionId& prediction, std::uint8_t outcome, Moment at) {
  NewOutcomeEvent event;
  event.prediction = prediction;
  event.state = OutcomeState::Confirmed;
  event.value = outcome == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
  event.source = OutcomeSource::Imaging;
  event.reference_standard = "coronary_angiography";
  event.actor = "the ward";
  event.observed_on = date_of(at);
  event.recorded_at = at;
  return event;
}

Result<SpecAnswer> add_people(SpecCommand& command, SpecState& state) {
  const fs::path folder = server_of(state).folder();
  const DiseaseFile disease =
      TRY(load_disease_file(fs::path(RELEARN_SOURCE_DIR) / "diseases/heart.toml"));
  const auto store = TRY(open_store(folder));
  const Attempt attempt = TRY(attempt_of(*store, "1"));
  const SavedModel model = TRY(load_kept_model(folder / "store", attempt.what));
  const auto number = [&](const char* name) {
    return static_cast<std::uint64_t>(std::atoll(command.argument(name).value_or("1").c_str()));
  };
  std::vector<SourceReading> readings;
  const CancelToken cancel;
  const std::string text = InventedFile(disease, number("count"), number("seed")).text();
  readings.push_back(TRY(read_source_text(disease, text, "invented", kCanonicalAdapter, cancel)));
  const Cohort cohort = TRY(assemble(disease, std::move(readings))).cohort;
  std::vector<NewPrediction> predictions;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    predictions.push_back(prediction_of(cohort, row, model, command));
  }
  const Moment made = days_ago(command, kMade);
  const auto added = TRY(store->add_predictions(predictions, {"predictions", "", made}));
  std::vector<NewOutcomeEvent> events;
  for (std::size_t row = 0; row < added.size(); ++row) {
    events.push_back(outcome_of(added[row].prediction, cohort.outcomes[row], made));
  }
  if (command.argument("outcomes") == "yes") {
    TRY(store->add_outcomes(events, {"outcomes", "", made}));
  }
  return SpecAnswer{{"people", std::to_string(added.size())}};
}

Result<SpecAnswer> add_attempt(SpecCommand& command, SpecState& state) {
  const auto store = TRY(open_store(server_of(state).folder()));
  NewAttempt attempt = TRY(attempt_of(*store, command.argument("of").value_or("1"))).what;
  const fs::path bundles = bundle_folder(server_of(state).folder() / "store");
  attempt.bundle = TRY(copied_bundle(bundles, attempt.bundle));
  const auto live = TRY(store->live_version("heart"));
  attempt.verdict = command.argument("verdict").value_or("ask");
  attempt.approvals = std::atoi(command.argument("approvals").value_or("1").c_str());
  attempt.champion = std::atoll(
      command.argument("champion").value_or(std::to_string(live ? live->number : 0)).c_str());
  if (const auto by = command.argument("by")) {
    const auto user = TRY(store->find_user(*by + "@example.org"));
    attempt.started_by = Actor{user->id, user->role};
  }
  if (command.argument("withdrawn")) {
    attempt.snapshot = std::string(64, 'a');
    TRY(store->add_snapshot({attempt.snapshot, "heart", 1, 0, 0, kMade, {}}, kMade));
  }
  const AttemptOutcome outcome = TRY(store->add_attempt(attempt, days_ago(command, kMade)));
  return SpecAnswer{{"attempt", std::to_string(outcome.attempt.number)}};
}

Result<SpecAnswer> alter(SpecCommand& command, SpecState& state) {
  const fs::path folder = server_of(state).folder();
  const auto store = TRY(open_store(folder));
  const Attempt attempt = TRY(attempt_of(*store, command.argument("of").value_or("1")));
  const fs::path file =
      bundle_folder(folder / "store") / attempt.what.bundle / command.argument("file").value_or("");
  std::string bytes = TRY(read_file(file, kBytesMax));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  TRY(write_file_atomically(file, bytes));
  return SpecAnswer{};
}

Result<SpecAnswer> obstruct(SpecCommand& command, SpecState& state) {
  const fs::path models = server_of(state).folder() / "models";
  const fs::path aside = server_of(state).folder() / "models_aside";
  if (command.word() == "obstruct") {
    fs::rename(models, aside);
    TRY(write_file_atomically(models, "in the way"));
  } else {
    fs::remove(models);
    fs::rename(aside, models);
  }
  return SpecAnswer{};
}

Result<SpecAnswer> placed(SpecCommand&, SpecState& state) {
  const fs::path file = server_of(state).folder() / "models" / "heart_disease_model.sav";
  const std::string bytes = TRY(read_file(file, kBytesMax));
  const auto version = placed_version(file, sha256(bytes));
  return SpecAnswer{{"version", version ? std::to_string(version->number) : "none"}};
}

Result<SpecAnswer> send_bytes(SpecCommand& command, SpecState& state) {
  const std::string bytes = bytes_of(command.text(0));
  HttpClient client(server_of(state).port);
  client.send(bytes);
  const HttpAnswer answer = client.receive(std::chrono::seconds(15));
  const bool ends = client.ends(std::chrono::seconds(answer.status == 0 ? 1 : 3));
  const Json body = Json::parse(answer.body, nullptr, false);
  return SpecAnswer{{"status", std::to_string(answer.status)},
                    {"says", body.is_object() ? body.value("detail", "-") : "-"},
                    {"then", ends ? "closed" : "open"}};
}

Result<SpecAnswer> slow(SpecCommand& command, SpecState& state) {
  HttpClient client(server_of(state).port);
  client.send("GET /healthz HTTP/1.1\r\nHost: ");
  const double most = parse_number(command.argument("seconds").value_or("15")).value_or(15);
  int seconds = 0;
  for (; seconds < most; ++seconds) {
    if (client.ends(std::chrono::seconds(1))) break;
    client.send("a");
  }
  return SpecAnswer{{"cut after", std::to_string(seconds)}};
}

Result<SpecAnswer> await_answer(SpecCommand& command, SpecState& state) {
  Server& server = server_of(state);
  const std::string wanted = replaced(command.argument("holds").value_or(""), "`", "\"");
  Call call{.method = "GET"};
  call.as = command.argument("as").value_or("guest");
  call.path = command.text(0);
  for (int i = 0; i < 600; ++i) {
    if (send_call(server, call, authorization_of(server, call.as)).body.find(wanted) !=
        std::string::npos) {
      return SpecAnswer{{"holds", "yes"}};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return SpecAnswer{{"holds", "no"}};
}

Result<SpecAnswer> wait(SpecCommand& command, SpecState&) {
  const double seconds = parse_number(command.argument("seconds").value_or("1")).value_or(1);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  return SpecAnswer{};
}

Result<SpecAnswer> log(SpecCommand& command, SpecState& state) {
  const std::string wanted = replaced(command.argument("holds").value_or(""), "`", "\"");
  // Lines are written out once a second.
  for (int i = 0; i < 50; ++i) {
    if (server_of(state).log().find(wanted) != std::string::npos) {
      return SpecAnswer{{"holds", "yes"}};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return SpecAnswer{{"holds", "no"}};
}

Result<SpecAnswer> answer_holds(SpecCommand& command, SpecState& state) {
  const std::string wanted = replaced(command.argument("holds").value_or(""), "`", "\"");
  const bool found = server_of(state).said.find(wanted) != std::string::npos;
  return SpecAnswer{{"holds", found ? "yes" : "no"}};
}

Result<SpecAnswer> openapi(SpecCommand&, SpecState&) { return Promises().compare(); }

}  // namespace

void register_api_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "start", start);
  runner.add_command(kEnding, "stop", stop);
  runner.add_command(kEnding, "watch", watch);
  runner.add_command(kEnding, "kill", kill_server);
  runner.add_command(kEnding, "database", change_database);
  runner.add_command(kEnding, "attempt", add_attempt);
  runner.add_command(kEnding, "people", add_people);
  runner.add_command(kEnding, "alter", alter);
  runner.add_command(kEnding, "obstruct", obstruct);
  runner.add_command(kEnding, "clear_way", obstruct);
  runner.add_command(kEnding, "placed", placed);
  runner.add_table(kEnding, "calls", calls);
  runner.add_command(kEnding, "repeat", repeat);
  runner.add_command(kEnding, "together", together);
  runner.add_command(kEnding, "send", send_bytes);
  runner.add_command(kEnding, "await", await_answer);
  runner.add_command(kEnding, "wait", wait);
  runner.add_command(kEnding, "slow", slow);
  runner.add_command(kEnding, "log", log);
  runner.add_command(kEnding, "answer", answer_holds);
  runner.add_command(kEnding, "openapi", openapi);
}

}  // namespace relearn
