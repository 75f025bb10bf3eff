#include "coordinator/http/web_routes.h"

#include "common/sha256.h"
#include "coordinator/http/entity_tag.h"
#include "coordinator/web/web_file.h"

#include <algorithm>
#include <map>

namespace musicfleet::http {
namespace {

// What a site's pages may load: nothing that another origin has, and scripts only as files.
#define MF_SAME_ORIGIN_ONLY                                                                      \
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src " \
  "'self'; connect-src 'self'; "
constexpr char kPagePolicy[] = MF_SAME_ORIGIN_ONLY "style-src 'self'; img-src 'self'; media-src blob:";
// Swagger UI sets styles of its own and has its icons inline.
constexpr char kDocsPolicy[] = MF_SAME_ORIGIN_ONLY "style-src 'self' 'unsafe-inline'; img-src 'self' data:";
#undef MF_SAME_ORIGIN_ONLY

std::string_view media_type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"}};
  for (const auto& [suffix, type] : kTypes)
    if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix) return type;
  return "application/octet-stream";
}

// Accept-Encoding (RFC 9110 section 12.5.3), as far as gzip goes: "gzip", "br;q=1, gzip;q=0.5", "*".
bool accepts_gzip(const Fields& headers) {
  const std::string* given = find_field(headers, "Accept-Encoding");
  std::string_view list = given ? std::string_view(*given) : std::string_view();
  bool any = false;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view item = list.substr(0, comma);
    list = comma == list.npos ? std::string_view() : list.substr(comma + 1);
    const std::size_t semicolon = item.find(';');
    const std::string_view coding = trimmed(item.substr(0, semicolon));
    const std::string_view weight = semicolon == item.npos ? "" : trimmed(item.substr(semicolon + 1));
    const bool wanted = weight.substr(0, 2) != "q=" || weight.find_first_of("123456789") != weight.npos;
    if (coding == "gzip" || coding == "x-gzip") return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

// One site: its files with their tags, and what its pages may load.
class Site {
 public:
  Site(std::span<const web::WebFile> files, std::string policy) : policy_(std::move(policy)) {
    for (const web::WebFile& file : files)
      served_.emplace(file.name, Served{file, to_hex(sha256(file.plain))});
  }

  Result<HttpResponse> answer(const std::string& name, const Fields& headers) const {
    const auto found = served_.find(name);
    if (found == served_.end()) return fail(ErrorCode::kNotFound, "there is no file ", name, " here");
    const auto& [file, hash] = found->second;
    const bool gzip = accepts_gzip(headers);
    const std::string etag = concat('"', hash, gzip ? "-gzip" : "", '"');
    HttpResponse response;
    response.headers = {{"ETag", etag},
                        {"Cache-Control", "no-cache"},  // kept, but asked about: an upgrade is seen at once
                        {"Vary", "Accept-Encoding"},
                        {"Content-Security-Policy", policy_},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"Cross-Origin-Resource-Policy", "same-origin"}};
    if (const std::string* known = find_field(headers, "If-None-Match"); known && names_etag(*known, etag)) {
      response.status = 304;
      return response;
    }
    response.headers.push_back({"Content-Type", std::string(media_type_of(name))});
    if (gzip) response.headers.push_back({"Content-Encoding", "gzip"});
    response.body = gzip ? file.gzip : file.plain;
    return response;
  }

 private:
  struct Served {
    web::WebFile file;
    std::string hash;
  };

  std::map<std::string, Served, std::less<>> served_;
  std::string policy_;
};

// The start page at `path`, and all files below `folder`.
std::vector<Route> routes_of(std::shared_ptr<const Site> site, std::string path, std::string index,
                             std::string folder, std::string summary) {
  Handler start = [site, index](HttpRequest& request) -> Awaitable<HttpResponse> {
    co_return site->answer(index, request.headers);
  };
  Handler file = [site](HttpRequest& request) -> Awaitable<HttpResponse> {
    co_return site->answer(request.path_parameter("file"), request.headers);
  };
  static constexpr FieldRule kConditions[] = {
      {.name = "If-None-Match", .description = "the ETag of a copy: 304 if it is still the same"}};
  static constexpr FieldRule kTags[] = {{.name = "ETag", .required = true}};
  const RouteAnswer unchanged{304, "If-None-Match names the file: it has not changed", {}, {}, kTags};
  return {{.method = "GET",
           .pattern = std::move(path),
           .group = "Pages",
           .summary = summary,
           .answers = {{200, "The page", {}, {"text/html"}, kTags}, unchanged},
           .handler = std::move(start),
           .headers = kConditions},
          {.method = "GET",
           .pattern = folder + "/{file}",
           .group = "Pages",
           .summary = summary + ": what it loads",
           .answers =
               {{200, "The file", {}, {"text/html", "text/css", "text/javascript", "image/svg+xml"}, kTags},
                unchanged},
           .problems = {404},
           .handler = std::move(file),
           .headers = kConditions}};
}

}  // namespace

std::vector<Route> page_routes() {
  return routes_of(std::make_shared<Site>(web::page_files(), kPagePolicy), "/", "index.html", "/page",
                   "The page for people");
}

std::vector<Route> docs_routes() {
  return routes_of(std::make_shared<Site>(web::docs_files(), kDocsPolicy), "/docs", "docs.html", "/docs",
                   "This document for people");
}

}  // namespace musicfleet::http
