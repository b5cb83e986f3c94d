// The files of the web app, as the build made them out of web/: they are part of the program.
#pragma once

#include <span>
#include <string_view>

namespace relearn {

struct WebAsset {
  std::string_view path;  // "/index.html", "/assets/index-9b46c8e9.js"
  std::string_view content_type;
  std::string_view digest;               // of the plain bytes
  std::string_view plain, gzip, brotli;  // empty: compressing is not worth it
};

std::span<const WebAsset> web_assets();

/// Paths that the app shows a page for, as patterns of the router: "/", "/assess/{disease}".
std::span<const std::string_view> web_page_patterns();

}  // namespace relearn
