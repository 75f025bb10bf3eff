#include "common/wire/codec.h"
#include "common/wire/field_reader.h"
#include "schema/fleet.capnp.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>

namespace musicfleet::wire {
namespace {

namespace s = ::musicfleet::schema;
using std::chrono::milliseconds;

constexpr milliseconds kDay = std::chrono::hours(24);
constexpr std::uint32_t kMaxSegments = 64;

std::string_view view(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

// Beyond every limit stays beyond it, without becoming negative.
int saturated(std::uint32_t value) { return static_cast<int>(std::min<std::uint32_t>(value, 0x7fff'ffff)); }

Result<std::string> name(std::string_view field, capnp::Text::Reader text) {
  return read_text(field, view(text), WireLimits::kNameBytes, Emptiness::kRefused);
}
Result<std::string> sentence(std::string_view field, capnp::Text::Reader text) {
  return read_text(field, view(text), WireLimits::kTextBytes, Emptiness::kAllowed);
}

Result<std::uint64_t> memory(std::string_view field, std::uint64_t bytes) {
  return read_number<std::uint64_t>(field, bytes, 0, WireLimits::kMemoryBytes);
}

Result<Lease> lease(s::Lease::Reader in) {
  Lease out;
  out.job = MF_TRY(read_job_id(view(in.getJob())));
  out.epoch = MF_TRY(read_number<Epoch>("lease.epoch", in.getEpoch(), 1, 0xffff'ffff));
  return out;
}

// A stage that this version does not know is work that goes on: the job must not be lost for it.
Stage stage_of(s::Stage stage) {
  return stage > s::Stage::UPLOADING ? Stage::kConditioning : static_cast<Stage>(stage);
}

Result<std::vector<RunningJob>> running_jobs(capnp::List<s::Running>::Reader in) {
  MF_TRY(read_count("running", in.size(), WireLimits::kRunningJobs));
  std::vector<RunningJob> out;
  for (const s::Running::Reader& job : in) {
    if (job.getStep() > job.getSteps())
      return fail(ErrorCode::kCorrupt, "running.step is past running.steps");
    Lease held = MF_TRY(lease(job.getLease()));
    out.push_back({std::move(held), stage_of(job.getStage()), job.getStep(), job.getSteps()});
  }
  return out;
}

Result<to_coordinator::Hello> hello(s::ToCoordinator::Hello::Reader in) {
  to_coordinator::Hello out;
  out.protocol_version = MF_TRY(read_number<int>("protocolVersion", in.getProtocolVersion(), 1, 0xffff));
  out.min_protocol_version =
      MF_TRY(read_number<int>("minProtocolVersion", in.getMinProtocolVersion(), 1, out.protocol_version));
  out.software_version = MF_TRY(name("softwareVersion", in.getSoftwareVersion()));
  out.device = MF_TRY(name("device", in.getDevice()));
  MF_TRY(read_count("models", in.getModels().size(), WireLimits::kModels));
  for (const s::Model::Reader& model : in.getModels()) {
    FleetModel& added = out.models.emplace_back();
    added.name = MF_TRY(name("model.name", model.getName()));
    added.family = MF_TRY(name("model.family", model.getFamily()));
    added.variant = MF_TRY(name("model.variant", model.getVariant()));
    added.loaded = model.getLoaded();
    added.memory_fixed_bytes = MF_TRY(memory("model.memoryFixedBytes", model.getMemoryFixedBytes()));
    added.memory_bytes_per_second =
        MF_TRY(memory("model.memoryBytesPerSecond", model.getMemoryBytesPerSecond()));
  }
  out.running = MF_TRY(running_jobs(in.getRunning()));
  out.slots = MF_TRY(read_number<int>("slots", in.getSlots(), 1, WireLimits::kSlots));
  out.memory_free_bytes = MF_TRY(memory("memoryFreeBytes", in.getMemoryFreeBytes()));
  out.draining = in.getDraining();
  return out;
}

Result<to_coordinator::Heartbeat> heartbeat(s::ToCoordinator::Heartbeat::Reader in) {
  to_coordinator::Heartbeat out;
  out.running = MF_TRY(running_jobs(in.getRunning()));
  out.draining = in.getDraining();
  out.memory_free_bytes = MF_TRY(memory("memoryFreeBytes", in.getMemoryFreeBytes()));
  return out;
}

Result<to_coordinator::SongReady> song_ready(s::ToCoordinator::SongReady::Reader in) {
  to_coordinator::SongReady out;
  out.lease = MF_TRY(lease(in.getLease()));
  out.size_bytes =
      MF_TRY(read_number<std::uint64_t>("songReady.sizeBytes", in.getSizeBytes(), 1, WireLimits::kSongBytes));
  const capnp::Data::Reader hash = in.getSha256();
  if (hash.size() != out.sha256.size())
    return fail(ErrorCode::kCorrupt, "songReady.sha256 must have 32 bytes, not ", hash.size());
  std::memcpy(out.sha256.data(), hash.begin(), hash.size());
  out.media_type = MF_TRY(name("songReady.mediaType", in.getMediaType()));
  out.duration = MF_TRY(read_ms("songReady.durationMs", in.getDurationMs(), JobLimits::kMaxDuration));
  out.sample_rate_hz =
      MF_TRY(read_number<int>("songReady.sampleRateHz", saturated(in.getSampleRateHz()), 8'000, 192'000));
  out.channels = MF_TRY(read_number<int>("songReady.channels", in.getChannels(), 1, 8));
  out.model_name = MF_TRY(name("songReady.modelName", in.getModelName()));
  out.generate_time = MF_TRY(read_ms("songReady.generateMs", in.getGenerateMs(), kDay));
  out.encode_time = MF_TRY(read_ms("songReady.encodeMs", in.getEncodeMs(), kDay));
  MF_TRY(read_count("songReady.warnings", in.getWarnings().size(), WireLimits::kWarnings));
  for (const capnp::Text::Reader warning : in.getWarnings())
    out.warnings.push_back(MF_TRY(sentence("songReady.warnings", warning)));
  out.loudness_lufs = MF_TRY(read_decibels("songReady.loudnessLufs", in.getLoudnessLufs()));
  out.true_peak_dbtp = MF_TRY(read_decibels("songReady.truePeakDbtp", in.getTruePeakDbtp()));
  return out;
}

Result<to_coordinator::Failed> failed(s::ToCoordinator::Failed::Reader in) {
  to_coordinator::Failed out;
  out.lease = MF_TRY(lease(in.getLease()));
  // A code that this version does not know reads as internal: a newer worker's failure is a failure still.
  out.error.code = error_code_of(MF_TRY(name("failed.code", in.getCode())));
  out.error.message = MF_TRY(sentence("failed.message", in.getMessage()));
  out.error.param = MF_TRY(sentence("failed.param", in.getParam()));
  return out;
}

Result<to_coordinator::Message> read_message(s::ToCoordinator::Reader in) {
  switch (in.which()) {
    case s::ToCoordinator::HELLO:
      return MF_TRY(hello(in.getHello()));
    case s::ToCoordinator::HEARTBEAT:
      return MF_TRY(heartbeat(in.getHeartbeat()));
    case s::ToCoordinator::SONG_READY:
      return MF_TRY(song_ready(in.getSongReady()));
    case s::ToCoordinator::UPLOADED:
      return to_coordinator::Uploaded{MF_TRY(lease(in.getUploaded()))};
    case s::ToCoordinator::FAILED:
      return MF_TRY(failed(in.getFailed()));
    case s::ToCoordinator::GOODBYE:
      return to_coordinator::Goodbye{};
    case s::ToCoordinator::RETURNED:
      return to_coordinator::Returned{MF_TRY(lease(in.getReturned()))};
  }
  return fail(ErrorCode::kNotFound,
              "a kind of message that this version does not know: ", static_cast<unsigned>(in.which()));
}

// The spec is checked field by field by validate(); here only what would not fit into its types.
Result<JobSpec> job_spec(s::JobSpec::Reader in) {
  constexpr std::size_t kMost = kMaxMessageBytes;
  JobSpec out;
  out.prompt = MF_TRY(read_text("spec.prompt", view(in.getPrompt()), kMost, Emptiness::kAllowed));
  out.lyrics = MF_TRY(read_text("spec.lyrics", view(in.getLyrics()), kMost, Emptiness::kAllowed));
  out.duration = milliseconds(in.getDurationMs());
  out.seed = in.getSeed();
  if (in.getBpm() != 0) out.bpm = in.getBpm();
  out.key_scale = MF_TRY(sentence("spec.keyScale", in.getKeyScale()));
  out.time_signature = MF_TRY(sentence("spec.timeSignature", in.getTimeSignature()));
  out.vocal_language = MF_TRY(sentence("spec.vocalLanguage", in.getVocalLanguage()));
  out.instrumental = in.getInstrumental();
  out.model = MF_TRY(sentence("spec.model", in.getModel()));
  out.title = MF_TRY(sentence("spec.title", in.getTitle()));
  if (in.getSteps() != 0) out.steps = in.getSteps();
  if (in.getShift() != 0) out.shift = in.getShift();
  const auto format = in.getFormat();
  if (format.getContainer() > s::AudioContainer::OPUS)
    return fail(ErrorCode::kCorrupt, "spec.format.container is unknown");
  out.format.container = static_cast<AudioContainer>(format.getContainer());
  out.format.sample_rate_hz = saturated(format.getSampleRateHz());
  out.format.bit_rate_kbps = saturated(format.getBitRateKbps());
  if (auto valid = validate(out); !valid) return fail(ErrorCode::kCorrupt, "spec: ", valid.error().message);
  return out;
}

Result<to_worker::Assign> assign(s::ToWorker::Assign::Reader in) {
  to_worker::Assign out;
  out.lease = MF_TRY(lease(in.getLease()));
  out.spec = MF_TRY(job_spec(in.getSpec()));
  return out;
}

Result<to_worker::Ticket> ticket(s::ToWorker::Ticket::Reader in) {
  to_worker::Ticket out;
  out.lease = MF_TRY(lease(in.getLease()));
  out.method = MF_TRY(name("ticket.method", in.getMethod()));
  out.url = MF_TRY(read_text("ticket.url", view(in.getUrl()), WireLimits::kTextBytes, Emptiness::kRefused));
  MF_TRY(read_count("ticket.headers", in.getHeaders().size(), WireLimits::kHeaders));
  for (const s::ToWorker::Header::Reader& header : in.getHeaders()) {
    to_worker::Header& added = out.headers.emplace_back();
    added.name = MF_TRY(name("ticket.header.name", header.getName()));
    added.value = MF_TRY(sentence("ticket.header.value", header.getValue()));
  }
  out.expires = MF_TRY(read_ms("ticket.expiresMs", in.getExpiresMs(), 7 * kDay));
  return out;
}

Result<to_worker::Welcome> welcome(s::ToWorker::Welcome::Reader in) {
  to_worker::Welcome out;
  out.protocol_version =
      MF_TRY(read_number<int>("welcome.protocolVersion", in.getProtocolVersion(), 1, 0xffff));
  out.worker_name = MF_TRY(name("welcome.workerName", in.getWorkerName()));
  out.heartbeat = MF_TRY(read_ms("welcome.heartbeatMs", in.getHeartbeatMs(), kDay));
  out.lease = MF_TRY(read_ms("welcome.leaseMs", in.getLeaseMs(), kDay));
  if (out.heartbeat < milliseconds(10)) return fail(ErrorCode::kCorrupt, "welcome.heartbeatMs is below 10");
  return out;
}

Result<to_worker::Message> read_message(s::ToWorker::Reader in) {
  switch (in.which()) {
    case s::ToWorker::WELCOME:
      return MF_TRY(welcome(in.getWelcome()));
    case s::ToWorker::REFUSED:
      return to_worker::Refused{MF_TRY(sentence("refused.reason", in.getRefused().getReason()))};
    case s::ToWorker::AGAIN:
      return to_worker::Again{};
    case s::ToWorker::ASSIGN:
      return MF_TRY(assign(in.getAssign()));
    case s::ToWorker::CANCEL:
      return to_worker::Cancel{MF_TRY(lease(in.getCancel()))};
    case s::ToWorker::TICKET:
      return MF_TRY(ticket(in.getTicket()));
    case s::ToWorker::ACCEPTED:
      return to_worker::Accepted{MF_TRY(lease(in.getAccepted()))};
    case s::ToWorker::DRAIN:
      return to_worker::Drain{};
    case s::ToWorker::RECALL:
      return to_worker::Recall{MF_TRY(lease(in.getRecall()))};
    case s::ToWorker::RESUME:
      return to_worker::Resume{};
  }
  return fail(ErrorCode::kNotFound,
              "a kind of message that this version does not know: ", static_cast<unsigned>(in.which()));
}

// The one place where received bytes meet Cap'n Proto, and where its exceptions end.
template <class Root, class Message>
Result<Message> decode(std::span<const std::byte> bytes) {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0)
    return fail(ErrorCode::kCorrupt, "a message is a whole number of 8-byte words, not ", bytes.size(),
                " bytes");
  if (bytes.size() > kMaxMessageBytes)
    return fail(ErrorCode::kCorrupt, "a message has at most ", kMaxMessageBytes, " bytes, not ",
                bytes.size());
  // A received frame is aligned by chance only.
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.asBytes().begin(), bytes.data(), bytes.size());
  std::uint32_t segments_less_one = 0;  // little-endian on the wire, as on every machine that this builds for
  std::memcpy(&segments_less_one, bytes.data(), sizeof segments_less_one);
  if (segments_less_one >= kMaxSegments)
    return fail(ErrorCode::kCorrupt, "a message has at most ", kMaxSegments, " segments");
  try {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = std::uint64_t{1} << 20;
    options.nestingLimit = 16;
    capnp::FlatArrayMessageReader reader(words, options);
    if (reader.getEnd() != words.end())
      return fail(ErrorCode::kCorrupt, "bytes after the end of the message");
    return read_message(reader.getRoot<Root>());
  } catch (const kj::Exception& e) {
    return fail(ErrorCode::kCorrupt, "not a Cap'n Proto message: ", e.getDescription().cStr());
  }
}

}  // namespace

Result<to_coordinator::Message> decode_to_coordinator(std::span<const std::byte> bytes) {
  return decode<s::ToCoordinator, to_coordinator::Message>(bytes);
}

Result<to_worker::Message> decode_to_worker(std::span<const std::byte> bytes) {
  return decode<s::ToWorker, to_worker::Message>(bytes);
}

}  // namespace musicfleet::wire
