// What a backup's manifest.json says. Keys are never renamed. Any thread.
#pragma once

#include "coordinator/store/backup.h"

namespace musicfleet::store {

std::string manifest_of(const BackupFacts& facts);
// kCorrupt for a text that is no manifest.
Result<BackupFacts> facts_of_manifest(const std::string& text);

}  // namespace musicfleet::store
