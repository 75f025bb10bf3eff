#include "coordinator/store/backup.h"

#include "common/sha256.h"
#include "coordinator/storage/disk.h"
#include "coordinator/store/backup_manifest.h"

#include <fstream>
#include <sstream>

namespace musicfleet::store {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNoVacuum = 0;
constexpr const char* kDatabaseName = "musicfleet.db";
constexpr const char* kManifestName = "manifest.json";
constexpr const char* kSongsName = "songs.sha256";

Result<Sha256> sha256_of_file(const fs::path& file, const std::stop_token& stop = {}) {
  std::ifstream in(file, std::ios::binary);
  Sha256Hasher hasher;
  std::string block(1 << 20, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    if (stop.stop_requested())
      return fail(ErrorCode::kCancelled, "reading ", file.string(), " was broken off");
    hasher.update(std::string_view(block.data(), static_cast<std::size_t>(in.gcount())));
  }
  if (!in.eof()) return fail(ErrorCode::kUnavailable, "cannot read ", file.string());
  return hasher.finish();
}

Result<> write_text(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(ErrorCode::kUnavailable, "cannot write ", file.string());
  return {};
}

// SQL's literal of a text.
std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? std::string("''") : std::string(1, c);
  return literal + "'";
}

// The database as it is at this moment, in a file of its own. The copy can give pages back, also where the
// original is of an earlier build and cannot: VACUUM INTO follows the connection's setting.
Result<> copy_database(const fs::path& from, const fs::path& to, const std::stop_token& stop) {
  Database database = MF_TRY(Database::open(from, Database::Mode::kReadOnly));
  database.end_with(stop);
  if (MF_TRY(database.integer("PRAGMA auto_vacuum")) == kNoVacuum)
    MF_CHECK(database.execute("PRAGMA auto_vacuum = INCREMENTAL"));
  return database.execute(concat("VACUUM INTO ", quoted(to.string())).c_str());
}

constexpr char kSelectSongs[] =
    "SELECT audio ->> '$.sha256', audio ->> '$.object', audio ->> '$.size_bytes' FROM jobs "
    "WHERE audio IS NOT NULL AND audio ->> '$.removed_at' IS NULL";

// Lists the songs as sha256sum does, relative to the audio folder.
Result<> list_songs(Database& database, const fs::path& file, BackupFacts& facts) {
  std::ofstream out(file, std::ios::binary);
  Rows rows = MF_TRY(database.query(kSelectSongs));
  while (MF_TRY(rows.next())) {
    out << rows.text(0) << "  " << rows.text(1) << '\n';
    ++facts.songs;
    facts.song_bytes += static_cast<std::uint64_t>(rows.integer(2));
  }
  out.close();
  if (!out) return fail(ErrorCode::kUnavailable, "cannot write ", file.string());
  return {};
}

// What can be counted in the copy; fails where SQLite does not find it sound.
Result<BackupFacts> examine(Database& database, const fs::path& file) {
  Rows check = MF_TRY(database.query("PRAGMA integrity_check(1)"));
  if (!MF_TRY(check.next()) || check.text(0) != "ok")
    return fail(ErrorCode::kCorrupt, file.string(), ": ", check.text(0));
  BackupFacts facts;
  facts.schema_version = MF_TRY(database.integer("PRAGMA user_version"));
  facts.jobs = MF_TRY(database.integer("SELECT count(*) FROM jobs"));
  facts.events = MF_TRY(database.integer("SELECT count(*) FROM events"));
  return facts;
}

// Opened as nobody else's and never written: no log beside it.
Result<Database> open_copy(const fs::path& file) { return Database::open(file, Database::Mode::kReadOnly); }

Result<BackupFacts> fill(const fs::path& part, const fs::path& file, WallTime now,
                         const std::stop_token& stop) {
  const fs::path copy = part / kDatabaseName;
  BackupFacts facts;
  MF_CHECK(copy_database(file, copy, stop));
  {
    Database database = MF_TRY(open_copy(copy));
    database.end_with(stop);
    facts = MF_TRY(examine(database, copy));
    MF_CHECK(list_songs(database, part / kSongsName, facts));
  }
  std::error_code error;
  facts.taken_at = now;
  facts.database_bytes = fs::file_size(copy, error);
  facts.database_sha256 = MF_TRY(sha256_of_file(copy, stop));
  MF_CHECK(write_text(part / kManifestName, manifest_of(facts)));
  const PosixDisk disk;
  for (const char* name : {kDatabaseName, kSongsName, kManifestName}) MF_CHECK(disk.sync_file(part / name));
  MF_CHECK(disk.sync_folder(part));
  return facts;
}

}  // namespace

Result<BackupFacts> take_backup(const fs::path& file, const fs::path& folder, WallTime now,
                                const std::stop_token& stop) {
  if (fs::exists(folder)) return fail(ErrorCode::kConflict, folder.string(), " exists already");
  const PosixDisk disk;
  const fs::path part = folder.string() + ".part";
  std::error_code ignored;
  fs::remove_all(part, ignored);  // of a process that ended while it took one
  MF_TRY(disk.make_folder(part));
  fs::permissions(part, fs::perms::owner_all, ignored);
  Result<BackupFacts> facts = fill(part, file, now, stop);
  if (!facts) {
    fs::remove_all(part, ignored);
    return facts;
  }
  MF_CHECK(disk.rename(part, folder));
  MF_CHECK(disk.sync_folder(folder.parent_path().empty() ? fs::path(".") : folder.parent_path()));
  return facts;
}

Result<BackupFacts> verify_backup(const fs::path& folder) {
  const fs::path manifest = folder / kManifestName;
  if (!fs::exists(manifest))
    return fail(ErrorCode::kNotFound, folder.string(), " is no backup: it has no manifest");
  std::ostringstream text;
  text << std::ifstream(manifest, std::ios::binary).rdbuf();
  const BackupFacts facts = MF_TRY(facts_of_manifest(text.str()));
  const fs::path copy = folder / kDatabaseName;
  if (MF_TRY(sha256_of_file(copy)) != facts.database_sha256)
    return fail(ErrorCode::kCorrupt, copy.string(), " is not the file that its manifest describes");
  Database database = MF_TRY(open_copy(copy));
  const BackupFacts found = MF_TRY(examine(database, copy));
  if (found.schema_version != facts.schema_version || found.jobs != facts.jobs ||
      found.events != facts.events)
    return fail(ErrorCode::kCorrupt, copy.string(), " holds ", found.jobs, " jobs and ", found.events,
                " events, its manifest says ", facts.jobs, " and ", facts.events);
  return facts;
}

Result<BackupFacts> restore_backup(const fs::path& folder, const fs::path& file, std::int64_t newest_schema) {
  const BackupFacts facts = MF_TRY(verify_backup(folder));
  if (facts.schema_version > newest_schema)
    return fail(ErrorCode::kConflict, folder.string(), " has schema version ", facts.schema_version,
                ", this build of musicfleet knows only up to ", newest_schema);
  const PosixDisk disk;
  const fs::path old = file.string() + ".before-restore";
  if (fs::exists(old) && fs::exists(file))
    return fail(ErrorCode::kConflict, old.string(), " is there from an earlier restore: move it away");
  const fs::path arriving = file.string() + ".restoring";
  std::error_code error;
  fs::copy_file(folder / kDatabaseName, arriving, fs::copy_options::overwrite_existing, error);
  if (error) return fail(ErrorCode::kUnavailable, "cannot write ", arriving.string(), ": ", error.message());
  fs::permissions(arriving, fs::perms::owner_read | fs::perms::owner_write, error);
  MF_CHECK(disk.sync_file(arriving));
  // The log goes first: the restored database must never be found beside another one's log.
  for (const char* suffix : {"-wal", ""})
    if (const fs::path from = file.string() + suffix; fs::exists(from))
      MF_CHECK(disk.rename(from, old.string() + suffix));
  MF_TRY(disk.remove_file(file.string() + "-shm"));
  MF_CHECK(disk.sync_folder(file.parent_path()));
  MF_CHECK(disk.rename(arriving, file));
  MF_CHECK(disk.sync_folder(file.parent_path()));
  return facts;
}

}  // namespace musicfleet::store
