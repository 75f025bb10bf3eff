#include "worker/audio/opus_file.h"

#include "worker/audio/pcm.h"

#include <opusenc.h>

#include <algorithm>
#include <memory>

namespace musicfleet {
namespace {

constexpr std::size_t kBlockFrames = 1 << 16;
constexpr opus_int32 kSerial = 0x6d75736c;  // any constant does
constexpr int kFamily = 0;                  // one or two channels (RFC 7845, section 5.1.1.1)

struct FreeComments {
  void operator()(OggOpusComments* comments) const { ope_comments_destroy(comments); }
};
struct FreeEncoder {
  void operator()(OggOpusEnc* encoder) const { ope_encoder_destroy(encoder); }
};

Failure failure(const std::filesystem::path& path, int error) {
  return fail(ErrorCode::kUnavailable, path.string(), ": cannot be written: ", ope_strerror(error));
}

}  // namespace

Result<> write_opus_file(const Pcm& pcm, int bit_rate_kbps, const std::filesystem::path& path) {
  const std::unique_ptr<OggOpusComments, FreeComments> comments(ope_comments_create());
  if (!comments) return failure(path, OPE_ALLOC_FAIL);
  int error = OPE_OK;
  const std::unique_ptr<OggOpusEnc, FreeEncoder> encoder(ope_encoder_create_file(
      path.c_str(), comments.get(), pcm.sample_rate_hz, pcm.channels, kFamily, &error));
  if (!encoder) return failure(path, error);
  error = ope_encoder_ctl(encoder.get(), OPE_SET_SERIALNO(kSerial));
  if (error == OPE_OK) error = ope_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(1000 * bit_rate_kbps));
  for (std::size_t begin = 0; begin < pcm.frames && error == OPE_OK; begin += kBlockFrames) {
    const std::size_t count = std::min(kBlockFrames, pcm.frames - begin);
    error = ope_encoder_write_float(encoder.get(), interleaved(pcm, begin, count).data(),
                                    static_cast<int>(count));
  }
  if (error == OPE_OK) error = ope_encoder_drain(encoder.get());
  if (error != OPE_OK) return failure(path, error);
  return {};
}

}  // namespace musicfleet
