#include "common/wire/codec.h"
#include "schema/fleet.capnp.h"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace musicfleet::wire {
namespace {

namespace s = ::musicfleet::schema;

template <class To, class From>
To saturate(From value) {
  if (std::cmp_less(value, std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
  if (std::cmp_greater(value, std::numeric_limits<To>::max())) return std::numeric_limits<To>::max();
  return static_cast<To>(value);
}

std::uint32_t ms32(std::chrono::milliseconds duration) { return saturate<std::uint32_t>(duration.count()); }

std::uint64_t memory(std::uint64_t bytes) { return std::min(bytes, WireLimits::kMemoryBytes); }

kj::StringPtr text(const std::string& value) { return {value.c_str(), value.size()}; }

// A sentence that the other side takes for certain: cut to the limit between two characters; bytes that are
// not UTF-8 (of a file's name, say) become question marks.
std::string sentence(std::string_view text) {
  std::string out(text);
  if (!is_utf8(out))
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  std::replace(out.begin(), out.end(), '\0', '?');
  if (out.size() <= WireLimits::kTextBytes) return out;
  std::size_t end = WireLimits::kTextBytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
  out.resize(end);
  return out;
}

// Both enums list their members in the same order; decode.cc maps them back the same way.
s::Stage stage_of(Stage stage) { return static_cast<s::Stage>(stage); }
s::AudioContainer container_of(AudioContainer container) { return static_cast<s::AudioContainer>(container); }
static_assert(static_cast<int>(s::Stage::UPLOADING) == static_cast<int>(Stage::kUploading));
static_assert(static_cast<int>(s::Stage::DENOISING) == static_cast<int>(Stage::kDenoising));
static_assert(static_cast<int>(s::AudioContainer::OPUS) == static_cast<int>(AudioContainer::kOpus));
static_assert(static_cast<int>(s::AudioContainer::FLAC) == static_cast<int>(AudioContainer::kFlac));

void put(s::Lease::Builder out, const Lease& lease) {
  out.setJob(text(lease.job.value));
  out.setEpoch(lease.epoch);
}

void put(capnp::List<s::Running>::Builder out, const std::vector<RunningJob>& running) {
  for (unsigned i = 0; i < out.size(); ++i) {
    put(out[i].initLease(), running[i].lease);
    out[i].setStage(stage_of(running[i].stage));
    out[i].setStep(saturate<std::uint16_t>(running[i].step));
    out[i].setSteps(saturate<std::uint16_t>(running[i].steps));
  }
}

template <class Container>
unsigned count(const Container& list) {
  return static_cast<unsigned>(list.size());
}

struct ToCoordinatorWriter {
  s::ToCoordinator::Builder out;

  void operator()(const to_coordinator::Hello& m) {
    auto hello = out.initHello();
    hello.setProtocolVersion(saturate<std::uint16_t>(m.protocol_version));
    hello.setMinProtocolVersion(saturate<std::uint16_t>(m.min_protocol_version));
    hello.setSoftwareVersion(text(m.software_version));
    hello.setDevice(text(m.device));
    auto models = hello.initModels(count(m.models));
    for (unsigned i = 0; i < models.size(); ++i) {
      models[i].setName(text(m.models[i].name));
      models[i].setFamily(text(m.models[i].family));
      models[i].setVariant(text(m.models[i].variant));
      models[i].setLoaded(m.models[i].loaded);
      models[i].setMemoryFixedBytes(memory(m.models[i].memory_fixed_bytes));
      models[i].setMemoryBytesPerSecond(memory(m.models[i].memory_bytes_per_second));
    }
    put(hello.initRunning(count(m.running)), m.running);
    hello.setSlots(saturate<std::uint16_t>(m.slots));
    hello.setMemoryFreeBytes(memory(m.memory_free_bytes));
    hello.setDraining(m.draining);
  }
  void operator()(const to_coordinator::Heartbeat& m) {
    auto heartbeat = out.initHeartbeat();
    put(heartbeat.initRunning(count(m.running)), m.running);
    heartbeat.setDraining(m.draining);
    heartbeat.setMemoryFreeBytes(memory(m.memory_free_bytes));
  }
  void operator()(const to_coordinator::SongReady& m) {
    auto ready = out.initSongReady();
    put(ready.initLease(), m.lease);
    ready.setSizeBytes(m.size_bytes);
    ready.setSha256(capnp::Data::Reader(m.sha256.data(), m.sha256.size()));
    ready.setMediaType(text(m.media_type));
    ready.setDurationMs(ms32(m.duration));
    ready.setSampleRateHz(saturate<std::uint32_t>(m.sample_rate_hz));
    ready.setChannels(saturate<std::uint8_t>(m.channels));
    ready.setModelName(text(m.model_name));
    ready.setGenerateMs(ms32(m.generate_time));
    ready.setEncodeMs(ms32(m.encode_time));
    auto warnings = ready.initWarnings(std::min(count(m.warnings), WireLimits::kWarnings));
    for (unsigned i = 0; i < warnings.size(); ++i) warnings.set(i, text(sentence(m.warnings[i])));
    ready.setLoudnessLufs(m.loudness_lufs);
    ready.setTruePeakDbtp(m.true_peak_dbtp);
  }
  void operator()(const to_coordinator::Uploaded& m) { put(out.initUploaded(), m.lease); }
  void operator()(const to_coordinator::Failed& m) {
    auto failed = out.initFailed();
    put(failed.initLease(), m.lease);
    failed.setCode(text(sentence(name_of(m.error.code))));
    failed.setMessage(text(sentence(m.error.message)));
    failed.setParam(text(sentence(m.error.param)));
  }
  void operator()(const to_coordinator::Goodbye&) { out.setGoodbye(); }
  void operator()(const to_coordinator::Returned& m) { put(out.initReturned(), m.lease); }
};

void put(s::JobSpec::Builder out, const JobSpec& spec) {
  out.setPrompt(text(spec.prompt));
  out.setLyrics(text(spec.lyrics));
  out.setDurationMs(ms32(spec.duration));
  out.setSeed(spec.seed);
  out.setBpm(saturate<std::uint16_t>(spec.bpm.value_or(0)));
  out.setKeyScale(text(spec.key_scale));
  out.setTimeSignature(text(spec.time_signature));
  out.setVocalLanguage(text(spec.vocal_language));
  out.setInstrumental(spec.instrumental);
  out.setModel(text(spec.model));
  out.setTitle(text(spec.title));
  out.setSteps(saturate<std::uint16_t>(spec.steps.value_or(0)));
  out.setShift(spec.shift.value_or(0));
  auto format = out.initFormat();
  format.setContainer(container_of(spec.format.container));
  format.setSampleRateHz(saturate<std::uint32_t>(spec.format.sample_rate_hz));
  format.setBitRateKbps(saturate<std::uint32_t>(spec.format.bit_rate_kbps));
}

struct ToWorkerWriter {
  s::ToWorker::Builder out;

  void operator()(const to_worker::Welcome& m) {
    auto welcome = out.initWelcome();
    welcome.setProtocolVersion(saturate<std::uint16_t>(m.protocol_version));
    welcome.setWorkerName(text(m.worker_name));
    welcome.setHeartbeatMs(ms32(m.heartbeat));
    welcome.setLeaseMs(ms32(m.lease));
  }
  void operator()(const to_worker::Refused& m) { out.initRefused().setReason(text(sentence(m.reason))); }
  void operator()(const to_worker::Again&) { out.setAgain(); }
  void operator()(const to_worker::Assign& m) {
    auto assign = out.initAssign();
    put(assign.initLease(), m.lease);
    put(assign.initSpec(), m.spec);
  }
  void operator()(const to_worker::Cancel& m) { put(out.initCancel(), m.lease); }
  void operator()(const to_worker::Ticket& m) {
    auto ticket = out.initTicket();
    put(ticket.initLease(), m.lease);
    ticket.setMethod(text(m.method));
    ticket.setUrl(text(m.url));
    auto headers = ticket.initHeaders(count(m.headers));
    for (unsigned i = 0; i < headers.size(); ++i) {
      headers[i].setName(text(m.headers[i].name));
      headers[i].setValue(text(m.headers[i].value));
    }
    ticket.setExpiresMs(ms32(m.expires));
  }
  void operator()(const to_worker::Accepted& m) { put(out.initAccepted(), m.lease); }
  void operator()(const to_worker::Drain&) { out.setDrain(); }
  void operator()(const to_worker::Recall& m) { put(out.initRecall(), m.lease); }
  void operator()(const to_worker::Resume&) { out.setResume(); }
};

std::vector<std::byte> bytes_of(capnp::MessageBuilder& builder) {
  const kj::Array<capnp::word> words = capnp::messageToFlatArray(builder);
  const auto raw = words.asBytes();
  std::vector<std::byte> bytes(raw.size());
  std::memcpy(bytes.data(), raw.begin(), raw.size());
  return bytes;
}

}  // namespace

int protocol_version() { return s::PROTOCOL_VERSION; }
int min_protocol_version() { return s::MIN_PROTOCOL_VERSION; }

int version_of(const to_worker::Message& message) {
  const bool since_2 = std::holds_alternative<to_worker::Recall>(message) ||
                       std::holds_alternative<to_worker::Resume>(message);
  return since_2 ? 2 : 1;
}

std::vector<std::byte> encode(const to_coordinator::Message& message) {
  capnp::MallocMessageBuilder builder;
  std::visit(ToCoordinatorWriter{builder.initRoot<s::ToCoordinator>()}, message);
  return bytes_of(builder);
}

std::vector<std::byte> encode(const to_worker::Message& message) {
  capnp::MallocMessageBuilder builder;
  std::visit(ToWorkerWriter{builder.initRoot<s::ToWorker>()}, message);
  return bytes_of(builder);
}

}  // namespace musicfleet::wire
