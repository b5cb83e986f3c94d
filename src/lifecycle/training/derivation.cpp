#include "lifecycle/training/derivation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/digest.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kModelName = "model.sav";

bool is_digest(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::ranges::all_of(text, is_hex);
}

/// Piece by piece: a baseline may be larger than the memory.
Result<std::string> digest_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return not_found(fmt::format("{}: {}", path.string(), std::system_category().message(errno)));
  }
  Sha256 digest;
  std::array<char, 1 << 16> piece{};
  do {
    file.read(piece.data(), piece.size());
    digest.update({piece.data(), static_cast<std::size_t>(file.gcount())});
  } while (file);
  if (file.bad()) return unavailable(fmt::format("{}: cannot be read", path.string()));
  return digest.finish();
}

Json file_json(const FileByContent& file) { return {{"name", file.name}, {"sha256", file.digest}}; }

Result<FileByContent> parse_file(const Json& json) {
  FileByContent file{json.at("name").get<std::string>(), json.at("sha256").get<std::string>()};
  if (file.name.empty() || fs::path(file.name).filename() != file.name || !is_digest(file.digest)) {
    return invalid_input(fmt::format("'{}' is no file by name and SHA-256", json.dump()));
  }
  return file;
}

/// job_text() of the job, without what is of this machine or only for the reports.
Result<Json> job_json(TrainingJob job) {
  job.search.threads = 0;
  job.funnel_json.clear();
  job.privacy_json.clear();
  const std::string text = TRY(job_text(job));
  return Json::parse(text);
}

Result<Derivation> parse(const Json& json) {
  Derivation derivation;
  derivation.disease_file = TRY(parse_file(json.at("disease_file")));
  Json job = json;
  job.erase("format");
  job["disease_file"] = derivation.disease_file.name;
  job["disease_digest"] = derivation.disease_file.digest;
  job["baseline"] = Json::array();
  for (const Json& file : json.at("baseline")) {
    derivation.baseline.push_back(TRY(parse_file(file)));
    const std::string& name = derivation.baseline.back().name;
    job["baseline"].push_back({{"path", name}, {"name", name}});
  }
  job["search"]["threads"] = 0;
  if (job.contains("judgement")) {
    for (auto& [key, digest] : {std::pair("champion", &derivation.champion_digest),
                                std::pair("anchor", &derivation.anchor_digest)}) {
      json.at("judgement").at(key).get_to(*digest);
      job["judgement"][key] = {{"path", digest->empty() ? "" : kModelName}, {"digest", *digest}};
    }
  }
  const std::string text = job.dump();
  derivation.job = TRY(parse_job(text));
  return derivation;
}

Result<fs::path> find_checked(const FileByContent& file, const FindFile& find) {
  fs::path path = TRY(find(file));
  const std::string found = TRY(digest_of(path));
  if (found == file.digest) return path;
  return conflict(
      fmt::format("{}: has the SHA-256 {}, the model was made with {}; it was changed "
                  "since",
                  path.string(), found, file.digest));
}

}  // namespace

Result<Derivation> derivation_of(const TrainingJob& job) {
  Derivation derivation;
  derivation.disease_file = {job.disease_file.filename().string(), job.disease_digest};
  derivation.job = job;
  derivation.job.disease_file = derivation.disease_file.name;
  for (BaselineFile& file : derivation.job.files) {
    const std::string digest = TRY(digest_of(file.path));
    file.path = file.path.filename();
    file.name = file.path.string();
    derivation.baseline.push_back({file.name, digest});
  }
  if (derivation.job.judgement) {
    for (auto& [model, digest] :
         {std::pair(&derivation.job.judgement->champion, &derivation.champion_digest),
          std::pair(&derivation.job.judgement->anchor, &derivation.anchor_digest)}) {
      *digest = model->given() ? model->digest : "";
    }
  }
  return derivation;
}

Result<std::string> derivation_text(const Derivation& derivation) {
  Json json = {{"format", kFormat}};
  const Json job = TRY(job_json(derivation.job));
  for (const auto& [key, value] : job.items()) {
    if (key != "disease_digest") json[key] = value;
  }
  json["disease_file"] = file_json(derivation.disease_file);
  json["baseline"] = Json::array();
  for (const FileByContent& file : derivation.baseline) {
    json["baseline"].push_back(file_json(file));
  }
  json["search"].erase("threads");
  if (json.contains("judgement")) {
    json["judgement"]["champion"] = derivation.champion_digest;
    json["judgement"]["anchor"] = derivation.anchor_digest;
  }
  return json.dump(2) + "\n";
}

Result<Derivation> parse_derivation(std::string_view text) {
  try {
    Derivation derivation = TRY(parse(Json::parse(text)));
    const std::string again = TRY(derivation_text(derivation));
    if (again == text) return derivation;
    return invalid_input("the derivation is not written as this program writes it");
  } catch (const Json::exception& error) {
    return invalid_input(fmt::format("it is no derivation of a model: {}", error.what()));
  }
}

Result<TrainingJob> job_of_derivation(const Derivation& derivation, const FindFile& find,
                                      unsigned threads) {
  TrainingJob job = derivation.job;
  job.search.threads = threads;
  job.disease_file = TRY(find_checked(derivation.disease_file, find));
  for (std::size_t i = 0; i < derivation.baseline.size(); ++i) {
    job.files[i].path = TRY(find_checked(derivation.baseline[i], find));
  }
  if (!derivation.champion_digest.empty()) {
    job.judgement->champion.path =
        TRY(find_checked({kModelName, derivation.champion_digest}, find));
    job.judgement->anchor.path = TRY(find_checked({kModelName, derivation.anchor_digest}, find));
  }
  return job;
}

}  // namespace relearn
