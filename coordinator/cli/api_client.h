// The coordinator's HTTP API as calls: adds the key, sends and reads JSON, and turns every refusal into the
// Error that its body tells. Blocking; belongs to one thread.
#pragma once

#include "common/http_client.h"
#include "coordinator/cli/access.h"

#include <nlohmann/json_fwd.hpp>

namespace musicfleet::cli {

class ApiClient {
 public:
  explicit ApiClient(Endpoint endpoint, HttpClientOptions options = {});

  const std::string& url() const { return endpoint_.url; }

  // Paths begin with a slash. An answer without a body is JSON null.
  Result<nlohmann::json> get(const std::string& path, std::stop_token stop = {});
  // The body of an answer that is no JSON.
  Result<std::string> text(const std::string& path);
  Result<nlohmann::json> post(const std::string& path, const nlohmann::json& body,
                              std::vector<HttpHeader> headers = {}, std::stop_token stop = {});
  Result<nlohmann::json> remove(const std::string& path, std::stop_token stop = {});

  // Each line of an event stream, until the stream ends or on_line has heard enough. kNotFound and the like
  // as of any path; kCorrupt when the answer is no event stream.
  Result<> events(const std::string& path, const HttpClient::OnLine& on_line, std::stop_token stop = {});

  // The answer's body as a file.
  Result<> download(const std::string& path, const std::filesystem::path& file,
                    const HttpClient::Progress& progress = {}, std::stop_token stop = {});

 private:
  std::vector<HttpHeader> with_key(std::vector<HttpHeader> headers) const;
  Error about(Error error) const;
  Result<nlohmann::json> json_answer(const Result<HttpReply>& reply) const;

  Endpoint endpoint_;
  HttpClient http_;
};

// What a refusal says: the error body where there is one, otherwise what the status means.
Error refusal_of(const HttpReply& reply);

// `text` as one segment of a path, percent-encoded (RFC 3986).
std::string path_segment(std::string_view text);

}  // namespace musicfleet::cli
