// A thousand versions go live one after the other while people ask: nobody is turned away, nobody
// is cut off, and every risk is that of the version which the answer names.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "http/routes.h"
#include "http/server.h"
#include "learning/cohort/cohort.h"
#include "support/http_load.h"

namespace relearn {
namespace {

constexpr std::int64_t kSwaps = 1000;
constexpr int kConnections = 8;
constexpr auto kNow = std::chrono::seconds(0);
constexpr double kLogOdds[] = {-2, 2};  // of even and of odd versions
constexpr std::string_view kRisks[] = {"0.119", "0.881"};

/// Knows one thing: which version is live.
class CountingVersions final : public VersionStore {
 public:
  std::atomic<std::int64_t> live{1};

  Result<std::optional<Version>> live_version(std::string_view disease) override {
    Version version;
    version.number = disease == "diabetes" ? live.load() : 0;
    version.what.model_digest = fmt::format("{}", version.number);
    return version.number == 0 ? std::optional<Version>() : version;
  }

  Result<void> add_snapshot(const NewSnapshot&, Moment) override { return nothing(); }
  Result<std::vector<Snapshot>> snapshots(std::string_view) override { return nothing(); }
  Result<AttemptOutcome> add_attempt(const NewAttempt&, Moment) override { return nothing(); }
  Result<AttemptOutcome> approve(std::string_view, std::int64_t, const Actor&, std::string_view,
                                 Moment) override {
    return nothing();
  }
  Result<Attempt> reject(std::string_view, std::int64_t, const Actor&, std::string_view,
                         Moment) override {
    return nothing();
  }
  Result<Version> force(std::string_view, std::int64_t, const Actor&, std::string_view,
                        Moment) override {
    return nothing();
  }
  Result<Version> roll_back(std::string_view, std::int64_t, std::int64_t, const Actor&,
                            std::string_view, Moment) override {
    return nothing();
  }
  Result<std::vector<Attempt>> attempts(std::string_view) override { return nothing(); }
  Result<std::vector<Approval>> approvals(std::string_view, std::int64_t) override {
    return nothing();
  }
  Result<std::vector<Version>> versions(std::string_view) override { return nothing(); }
  Result<std::vector<LiveChange>> live_changes(std::string_view) override { return nothing(); }
  Result<std::vector<PredictionId>> snapshot_members(std::string_view) override {
    return nothing();
  }
  Result<void> lock_away(std::string_view, const LockedGeneration&) override { return nothing(); }
  Result<std::vector<LockedGeneration>> locked_generations(std::string_view) override {
    return nothing();
  }
  Result<Withdrawal> withdraw(const Subject&, std::string_view, Moment) override {
    return nothing();
  }
  Result<std::vector<LedgerEntry>> ledger() override { return nothing(); }
  Result<void> verify_ledger() override { return nothing(); }
  Result<std::string> ledger_key() override { return nothing(); }

 private:
  static Error nothing() { return broken_invariant("nobody asks for this here"); }
};

/// Takes every prediction at once.
class Taking final : public PredictionIntake {
 public:
  void take(NewPrediction, BatchSource, Stored stored) override {
    stored(Receipt{Receipt::Result::Added, {fmt::format("p-{}", ++count_)}, ""});
  }

 private:
  std::atomic<int> count_{0};
};

SavedModel model_of(const DiseaseFile& disease, std::int64_t version) {
  SavedModel saved;
  saved.digest = fmt::format("{}", version);
  saved.model.disease = disease.id;
  saved.model.inputs = input_columns(disease);
  for (std::uint32_t j = 0; j < saved.model.inputs.size(); ++j) {
    saved.model.reference.push_back(1);
    saved.model.encoder.columns.push_back({j, EncodedColumn::Kind::Value, 1, 0});
  }
  const std::vector<double> flat(saved.model.inputs.size(), 0);
  saved.model.members = {{"logistic", LinearModel{kLogOdds[version % 2], flat}, {}, 1}};
  return saved;
}

std::string_view member(std::string_view body, std::string_view name) {
  const std::string key = fmt::format("\"{}\":", name);
  const auto at = body.find(key);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = body.substr(at + key.size());
  return rest.substr(0, rest.find_first_of(",}"));
}

TEST(HotSwap, NobodyIsCutOffAndEveryRiskIsOfTheVersionItNames) {
  const auto diseases = load_disease_folder(RELEARN_SOURCE_DIR "/diseases").take_value();
  const auto versions = std::make_shared<CountingVersions>();
  const auto models = std::make_shared<LiveModels>(diseases, versions, [&](const Version& version) {
    const auto& disease = *std::ranges::find(diseases, "diabetes", &DiseaseFile::id);
    return Result<SavedModel>(model_of(disease, version.number));
  });
  ASSERT_TRUE(models->refresh().empty());
  AccessLimits limits;
  limits.predictions_of_guests_address.burst = 1e9;
  AccessWorld world;
  world.steady = [] { return std::chrono::steady_clock::now(); };
  const auto api =
      std::make_shared<const Api>(Api{.models = models,
                                      .access = std::make_shared<Access>(world, limits),
                                      .intake = std::make_shared<Taking>(),
                                      .metrics = std::make_shared<Metrics>(),
                                      .now = [] { return Moment{1}; },
                                      .english = Phrases::load("en").take_value(),
                                      .marathi = Phrases::load("mr").take_value()});
  ServerOptions options;
  options.port = 0;
  const auto server =
      HttpServer::listen(options, Router(api_routes(api)), {[](const std::string&) {}, [] {}})
          .take_value();
  CancelToken cancel;
  std::thread serving([&] { server->run(cancel); });

  const std::string body = R"({"pregnancies":2,"age_years":50,"glucose_2h_mg_per_dl":150})";
  const std::string request = fmt::format(
      "POST /api/predict/diabetes HTTP/1.1\r\nHost: a\r\nContent-Type: "
      "application/json\r\nContent-Length: {}\r\n\r\n{}",
      body.size(), body);
  std::atomic<bool> over{false};
  std::atomic<int> answered{0};
  std::set<std::string, std::less<>> seen;
  HttpLoad load(
      server->port(), kConnections, [&]() -> std::string_view { return request; },
      [&](const HttpLoad::Answer& answer) {
        ++answered;
        const std::string_view version = member(answer.body, "model_version");
        seen.emplace(version);
        const auto number = static_cast<std::size_t>(parse_number(version).value_or(0));
        return number > 0 && member(answer.body, "risk") == kRisks[number % 2] &&
               member(answer.body, "model_digest") == fmt::format("\"{}\"", version);
      });
  auto figures =
      std::async(std::launch::async, [&] { return load.run(std::chrono::minutes(5), &over); });
  for (std::int64_t swap = 0; swap < kSwaps; ++swap) {
    const int before = answered;
    ++versions->live;
    EXPECT_TRUE(models->refresh().empty());
    // More than were on their way with the version before.
    while (answered < before + kConnections + 2 &&
           figures.wait_for(kNow) == std::future_status::timeout) {
      std::this_thread::yield();
    }
  }
  over = true;
  const LoadFigures got = figures.get();
  cancel.request();
  serving.join();
  EXPECT_EQ(got.not_2xx, 0u);
  EXPECT_EQ(got.wrong, 0u);
  EXPECT_EQ(got.cut_off, 0u);
  EXPECT_EQ(got.refused, 0u);
  EXPECT_GT(seen.size(), kSwaps * 9u / 10) << "versions that nobody saw were not tried";
}

}  // namespace
}  // namespace relearn
