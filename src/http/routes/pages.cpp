// The web app: one document under the path of every page, and the files that it names. A file's
// name holds a digest of what is in it, so that it may be kept for ever; the document is asked for
// again each time.
#include <fmt/format.h>

#include "base/text.h"
#include "http/routes.h"
#include "http/web_asset.h"

namespace relearn {
namespace {

// Only what comes from here runs; text becomes a page by textContent only, or not at all.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; require-trusted-types-for 'script'; "
    "trusted-types 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view kDocument = "/index.html";

struct Encoded {
  std::string_view name, bytes;  // no name: as it is
};

bool accepts(std::string_view accept_encoding, std::string_view name) {
  for (const std::string_view part : split(accept_encoding, ',')) {
    const std::size_t semicolon = part.find(';');
    if (trim(part.substr(0, semicolon)) != name) continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string_view quality = trim(part.substr(semicolon + 1));
    return quality != "q=0" && quality != "q=0.0" && quality != "q=0.00" && quality != "q=0.000";
  }
  return false;
}

Encoded encoded(const WebAsset& asset, std::string_view accept_encoding) {
  if (!asset.brotli.empty() && accepts(accept_encoding, "br")) return {"br", asset.brotli};
  if (!asset.gzip.empty() && accepts(accept_encoding, "gzip")) return {"gzip", asset.gzip};
  return {"", asset.plain};
}

bool is_kept(std::string_view if_none_match, std::string_view tag) {
  if (trim(if_none_match) == "*") return true;
  for (std::string_view part : split(if_none_match, ',')) {
    part = trim(part);
    if (part.starts_with("W/")) part.remove_prefix(2);
    if (part == tag) return true;
  }
  return false;
}

HttpResponse answer_asset(const WebAsset& asset, const HttpRequest& request) {
  const Encoded bytes = encoded(asset, request.accept_encoding);
  const std::string tag =
      fmt::format("\"{}{}{}\"", asset.digest, bytes.name.empty() ? "" : "-", bytes.name);
  HttpResponse response;
  response.content_type = asset.content_type;
  response.headers = {
      {"ETag", tag},
      {"Vary", "Accept-Encoding"},
      {"Cache-Control",
       asset.path == kDocument ? "no-cache" : "public, max-age=31536000, immutable"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Content-Security-Policy", kPolicy}};
  if (is_kept(request.if_none_match, tag)) {
    response.status = 304;
    return response;
  }
  if (!bytes.name.empty()) response.headers.emplace_back("Content-Encoding", bytes.name);
  response.body = bytes.bytes;
  return response;
}

}  // namespace

std::vector<Route> page_routes() {
  std::vector<Route> routes;
  const auto add = [&](std::string_view pattern, const WebAsset& asset) {
    for (const std::string_view method : {"GET", "HEAD"}) {
      routes.push_back({method, pattern, RunsOn::Io, [&asset](const HttpRequest& request) {
                          return answer_asset(asset, request);
                        }});
    }
  };
  for (const WebAsset& asset : web_assets()) {
    if (asset.path != kDocument) {
      add(asset.path, asset);
      continue;
    }
    for (const std::string_view pattern : web_page_patterns()) add(pattern, asset);
  }
  return routes;
}

}  // namespace relearn
