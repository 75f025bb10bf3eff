#include "coordinator/http/upload_route.h"

#include "coordinator/http/json_body.h"
#include "coordinator/http/spool.h"
#include "coordinator/storage/incoming_file.h"

namespace musicfleet::http {
namespace {

// Deletes the temporary file of an upload that did not work out, and gives the ticket back.
boost::asio::awaitable<void> give_up(Backend& backend, FilePool& pool, const UploadTarget& target,
                                     const std::string& token, const Error& why) {
  std::function<void()> work = [&target] {
    std::error_code ignored;
    std::filesystem::remove(target.temporary_path, ignored);
  };
  co_await pool.run(std::move(work));
  if (why.code == ErrorCode::kInvalidArgument) co_return backend.refuse_upload(token, why);
  backend.abandon_upload(token);
}

}  // namespace

UploadRoute::UploadRoute(Backend& backend, FilePool& pool) : backend_(backend), pool_(pool) {}

std::vector<Route> UploadRoute::routes() {
  return {{.method = "PUT",
           .pattern = "/v1/uploads/{token}",
           .access = Access::kTicket,
           .group = "Uploads",
           .summary = "For workers: the file of a finished song, with the ticket that the coordinator sent",
           .answers = {{204, "The file is verified and published"}},
           .problems = {404, 408, 409},
           .handler = [this](HttpRequest& request) { return receive(request); },
           .body_media_type = "application/octet-stream"}};
}

Awaitable<HttpResponse> UploadRoute::receive(HttpRequest& request) {
  const std::string& token = request.path_parameter("token");
  const Result<UploadTarget> target = co_await backend_.open_upload(token);
  if (!target) co_return Failure(target.error());
  Result<> stored = fail(ErrorCode::kInternal, "the upload was not stored");
  std::string thrown;
  try {
    stored = co_await store(request, *target);
    if (stored) stored = co_await backend_.finish_upload(token);
  } catch (const std::exception& failure) {
    thrown = failure.what();
  }
  if (!thrown.empty()) stored = fail(ErrorCode::kInternal, "exception in an upload: ", thrown);
  if (!stored) {
    co_await give_up(backend_, pool_, *target, token, stored.error());
    if (stored.error().code == ErrorCode::kTimeout) co_return body_refusal(stored.error(), request);
    co_return Failure(stored.error());
  }
  HttpResponse response;
  response.status = 204;
  co_return response;
}

Awaitable<> UploadRoute::store(HttpRequest& request, const UploadTarget& target) {
  if (!request.body->length())
    co_return fail_field("Content-Length", "is required and must be ", target.size_bytes);
  if (*request.body->length() != target.size_bytes)
    co_return fail_field("Content-Length", "must be ", target.size_bytes, " for this ticket, not ",
                         *request.body->length());
  const auto create = [&] { return IncomingFile::create(target.temporary_path); };
  Result<IncomingFile> file = co_await pool_.compute(create);
  if (!file) co_return Failure(file.error());

  const AppendBytes append = [&](std::span<const std::byte> bytes) { return file->append(bytes); };
  const Result<> received = co_await spool(*request.body, pool_, target.size_bytes, append);
  if (!received) co_return Failure(received.error());
  const auto finish = [&] { return file->finish(); };
  const Result<Sha256> hash = co_await pool_.compute(finish);
  if (!hash) co_return Failure(hash.error());
  if (*hash != target.sha256)
    co_return fail(ErrorCode::kInvalidArgument, "the uploaded bytes have SHA-256 ", to_hex(*hash),
                   ", but the ticket is for ", to_hex(target.sha256));
  co_return Result<>();
}

}  // namespace musicfleet::http
