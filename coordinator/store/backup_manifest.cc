#include "coordinator/store/backup_manifest.h"

#include "common/sha256.h"

#include <nlohmann/json.hpp>

namespace musicfleet::store {

using Json = nlohmann::ordered_json;

std::string manifest_of(const BackupFacts& facts) {
  const Json json{{"schema_version", facts.schema_version},
                  {"taken_at_ms", facts.taken_at.time_since_epoch().count()},
                  {"database_bytes", facts.database_bytes},
                  {"database_sha256", to_hex(facts.database_sha256)},
                  {"jobs", facts.jobs},
                  {"events", facts.events},
                  {"songs", facts.songs},
                  {"song_bytes", facts.song_bytes}};
  return json.dump(2) + '\n';
}

// The JSON library throws; here that becomes an Error.
Result<BackupFacts> facts_of_manifest(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    const auto sha256 = from_hex(json.at("database_sha256").get<std::string>());
    if (!sha256) return fail(ErrorCode::kCorrupt, "backup manifest: database_sha256 is no SHA-256");
    BackupFacts facts;
    facts.schema_version = json.at("schema_version");
    facts.taken_at = WallTime(std::chrono::milliseconds(json.at("taken_at_ms").get<std::int64_t>()));
    facts.database_bytes = json.at("database_bytes");
    facts.database_sha256 = *sha256;
    facts.jobs = json.at("jobs");
    facts.events = json.at("events");
    facts.songs = json.at("songs");
    facts.song_bytes = json.at("song_bytes");
    return facts;
  } catch (const std::exception& e) {
    return fail(ErrorCode::kCorrupt, "backup manifest: ", e.what());
  }
}

}  // namespace musicfleet::store
