#include "lifecycle/fetch/fetch.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "lifecycle/fetch/archive.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

struct CloseCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// One running transfer: where bytes go, how many may, who watches.
struct Transfer {
  const Download& download;
  std::FILE* file;
  std::uint64_t have;   // bytes in the file
  std::uint64_t limit;  // no more than these
  const CancelToken& cancel;
  ProgressSink& progress;
  std::chrono::seconds stall_max;
  std::chrono::steady_clock::time_point last_byte = std::chrono::steady_clock::now();
  bool too_large = false;
  bool stalled = false;
};

std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* context) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  if (transfer.have + count > transfer.limit) {
    transfer.too_large = true;
    return 0;
  }
  transfer.have += count;
  transfer.last_byte = std::chrono::steady_clock::now();
  return std::fwrite(bytes, 1, count, transfer.file);
}

int on_progress(void* context, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  Transfer& transfer = *static_cast<Transfer*>(context);
  const std::uint64_t earlier = transfer.have - static_cast<std::uint64_t>(now);
  transfer.progress.report({"download", transfer.download.file_name, transfer.have,
                            total > 0 ? static_cast<std::uint64_t>(total) + earlier : 0});
  // libcurl's own low-speed limit looks at the mean of the last five seconds: too slow to notice.
  transfer.stalled = std::chrono::steady_clock::now() - transfer.last_byte > transfer.stall_max;
  return transfer.cancel.requested() || transfer.stalled ? 1 : 0;
}

void configure(CURL* handle, const std::string& url, const FetchOptions& options,
               Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, options.stall_seconds_max);
  curl_easy_setopt(handle, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.have));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
}

/// What went wrong, and what to do about it.
Error transfer_error(CURL* handle, CURLcode code, const std::string& url,
                     const Transfer& transfer) {
  if (transfer.cancel.requested()) return cancelled();
  if (transfer.too_large) {
    return invalid_input(fmt::format("{}: {} sends more than {} bytes; not the declared file",
                                     transfer.download.file_name, url, transfer.limit));
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    return unavailable(fmt::format("{}: {} answers {}; the origin may have moved or withdrawn it",
                                   transfer.download.file_name, url, status));
  }
  const char* why = transfer.stalled ? "it stalled" : curl_easy_strerror(code);
  return unavailable(fmt::format("{}: {} ended after {} bytes ({}); run again to go on from there",
                                 transfer.download.file_name, url, transfer.have, why));
}

enum class Resumed { Yes, No };

/// Brings `part` to its full length. CURLE_RANGE_ERROR and 416 mean that the server cannot go on
/// from where we are: the caller starts again.
Result<Resumed> transfer_to(const fs::path& part, const Download& download, const std::string& url,
                            std::uint64_t limit, const FetchOptions& options,
                            const CancelToken& cancel, ProgressSink& progress) {
  std::error_code ec;
  const std::uint64_t have = fs::exists(part) ? fs::file_size(part, ec) : 0;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(part.c_str(), "ab"));
  if (!file) return unavailable(fmt::format("{}: cannot be written", part.string()));
  const std::unique_ptr<CURL, CloseCurl> handle(curl_easy_init());
  if (!handle) return unavailable("the network library cannot start");
  Transfer transfer{download,
                    file.get(),
                    have,
                    limit,
                    cancel,
                    progress,
                    std::chrono::seconds(options.stall_seconds_max)};
  configure(handle.get(), url, options, transfer);
  const CURLcode code = curl_easy_perform(handle.get());
  if (std::fflush(file.get()) != 0) {
    return unavailable(fmt::format("{}: cannot be written; is the disk full?", part.string()));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (have > 0 && (code == CURLE_RANGE_ERROR || status == 416)) return Resumed::No;
  if (code != CURLE_OK) return transfer_error(handle.get(), code, url, transfer);
  return Resumed::Yes;
}

/// The file's own bytes: the download, or its member.
Result<std::string> unpack(const fs::path& part, const Download& download, bool is_archive) {
  const std::uint64_t limit = download.bytes + 1;  // one more shows that it is too long
  if (is_archive) return read_archive_member(part, download.member, limit);
  return read_file(part, limit);
}

}  // namespace

Result<FetchOutcome> fetch(const Download& download, const fs::path& folder,
                           const FetchOptions& options, const CancelToken& cancel,
                           ProgressSink& progress) {
  const fs::path target = folder / download.file_name;
  if (auto there = read_file(target, download.bytes + 1);
      there.ok() && sha256(there.value()) == download.sha256) {
    return FetchOutcome::AlreadyThere;
  }
  std::error_code ec;
  fs::create_directories(target.parent_path(), ec);
  if (ec) {
    return unavailable(
        fmt::format("{}: cannot make the folder: {}", folder.string(), ec.message()));
  }
  const bool is_archive = options.mirror.empty() && !download.member.empty();
  const std::string url =
      options.mirror.empty() ? download.url : options.mirror + "/" + download.file_name;
  const std::uint64_t limit = is_archive ? options.archive_bytes_max : download.bytes;
  const fs::path part = fs::path(target).concat(".part");

  auto done = transfer_to(part, download, url, limit, options, cancel, progress);
  if (done.ok() && done.value() == Resumed::No) {
    fs::remove(part, ec);
    done = transfer_to(part, download, url, limit, options, cancel, progress);
  }
  if (!done.ok()) {
    if (done.error().kind == ErrorKind::InvalidInput) fs::remove(part, ec);
    return done.take_error();
  }
  auto bytes = unpack(part, download, is_archive);
  if (!bytes.ok()) {
    fs::remove(part, ec);
    return bytes.take_error();
  }
  const std::string digest = sha256(bytes.value());
  if (digest != download.sha256) {
    fs::remove(part, ec);
    return invalid_input(
        fmt::format("{}: what {} sent has SHA-256 {}, declared is {}; deleted, nothing changed",
                    download.file_name, url, digest, download.sha256));
  }
  TRY(write_file_atomically(target, bytes.value()));
  fs::remove(part, ec);
  return FetchOutcome::Fetched;
}

}  // namespace relearn
