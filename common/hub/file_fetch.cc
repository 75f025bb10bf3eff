#include "common/hub/file_fetch.h"

#include "common/hub/hub_answer.h"
#include "common/printable.h"

#include <algorithm>
#include <charconv>

namespace musicfleet {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::vector<HttpHeader> headers_for(const PartialFile& partial) {
  std::vector<HttpHeader> headers{{"Accept-Encoding", "identity"}};
  if (partial.offset() == 0) return headers;
  headers.push_back({"Range", concat("bytes=", partial.offset(), "-")});
  if (!partial.etag().empty()) headers.push_back({"If-Range", partial.etag()});
  return headers;
}

}  // namespace

Result<BodyUse> use_of_body(const HttpReply& head, std::uint64_t offset, std::uint64_t size) {
  if (head.status == 206) {
    if (offset > 0 && head.header("Content-Range") == concat("bytes ", offset, "-", size - 1, "/", size))
      return BodyUse::kAppend;
    return fail(ErrorCode::kCorrupt, "the hub sends another part (", printable(head.header("Content-Range")),
                ") than bytes ", offset, " to ", size);
  }
  if (head.status != 200) return fail(ErrorCode::kCorrupt, "the hub answered ", head.status, " with a file");
  const std::optional<std::uint64_t> length = number_of(head.header("Content-Length"));
  if (length && *length != size)
    return fail(ErrorCode::kCorrupt, "the hub sends ", *length, " bytes, its list says ", size);
  return BodyUse::kStartOver;
}

Result<> check_linked(const HttpReply& reply, const RepoFile& file) {
  const std::optional<std::uint64_t> size = number_of(reply.header("X-Linked-Size"));
  if (size && *size != file.size)
    return fail(ErrorCode::kCorrupt, file.path, ": the hub links to ", *size, " bytes, its list says ",
                file.size);
  std::string_view etag = reply.header("X-Linked-Etag");
  if (etag.size() > 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  if (!file.sha256.empty() && from_hex(etag) && etag != file.sha256)
    return fail(ErrorCode::kCorrupt, file.path, ": the hub links to the SHA-256 ", etag, ", its list says ",
                file.sha256);
  return {};
}

Result<std::string> FileFetch::fetch(const RepoFile& file, const std::string& url,
                                     const std::filesystem::path& partial_folder,
                                     const std::filesystem::path& target) {
  PartialFile partial = MF_TRY(PartialFile::open(partial_folder, file, stop_));
  progress_.kept(partial.offset());
  furthest_ = partial.offset();
  is_mended_ = partial.offset() > 0;
  for (bool is_second = false;; is_second = true) {
    MF_CHECK(complete(partial, file, url));
    Result<std::string> sha256 = partial.publish(target);
    if (sha256) {
      progress_.file_done();
      return sha256;
    }
    if (sha256.error().code != ErrorCode::kCorrupt) return sha256;
    progress_.dropped(file.size);
    // Parts of two files may have met, or an earlier one was damaged on disk; what came in one go says what
    // the hub has.
    if (!is_mended_ || is_second) return sha256;
    progress_.note(sha256.error().message + "; downloading it anew");
    furthest_ = 0;
  }
}

Result<> FileFetch::complete(PartialFile& partial, const RepoFile& file, const std::string& url) {
  while (!partial.is_whole()) MF_CHECK(one_try(partial, file, url));
  return {};
}

// One request; succeeds where the next is due at once or nothing is missing.
Result<> FileFetch::one_try(PartialFile& partial, const RepoFile& file, const std::string& url) {
  bool begun = false;
  Result<> taken;
  const auto on_bytes = [&](const HttpReply& head, std::string_view bytes) -> Result<> {
    if (!begun) {
      taken = check_linked(head, file);
      const Result<BodyUse> use = use_of_body(head, partial.offset(), file.size);
      if (taken && !use) taken = fail(use.error().code, file.path, ": ", use.error().message);
      if (taken && *use == BodyUse::kStartOver) taken = start_over(partial);
      if (taken) is_mended_ = *use == BodyUse::kAppend;
      if (taken) taken = partial.set_etag(head.header("ETag"));
      begun = true;
    }
    if (taken) taken = take(partial, bytes);
    return taken;
  };
  const auto on_redirect = [&](const HttpReply& redirect) { return taken = check_linked(redirect, file); };
  const Result<HttpReply> reply = connection_.get(url, headers_for(partial), on_bytes, on_redirect, stop_);
  MF_CHECK(taken);  // what went wrong here does not pass
  if (partial.is_whole()) return {};
  if (reply && reply->status == 416) MF_CHECK(start_over(partial));
  const Error error = !reply        ? reply.error()
                      : reply->ok() ? Error{ErrorCode::kUnavailable, "the hub ended too early"}
                      : reply->status == 416
                          ? Error{ErrorCode::kUnavailable, "the hub has no such part"}
                          : refusal_of(*reply, file.path, !connection_.access().token.empty());
  return patience_.after(Error{error.code, concat(file.path, ": ", error.message)},
                         reply ? retry_after(*reply) : std::nullopt, stop_);
}

Result<> FileFetch::take(PartialFile& partial, std::string_view bytes) {
  MF_CHECK(partial.append(bytes));
  progress_.received(bytes.size());
  // Bytes that were there before are no step forward, or a hub that always breaks off would be asked for
  // ever.
  if (partial.offset() > furthest_) patience_.moved_forward();
  furthest_ = std::max(furthest_, partial.offset());
  return {};
}

Result<> FileFetch::start_over(PartialFile& partial) {
  progress_.dropped(partial.offset());
  return partial.start_over();
}

}  // namespace musicfleet
