#include "tests/coordinator/store/crash_vfs.h"

#include <new>

namespace musicfleet::store {
namespace {

namespace fs = std::filesystem;

sqlite3_vfs* base_vfs() { return sqlite3_vfs_find("unix"); }

// SQLite reserves szOsFile bytes a file: this, and behind it the file of its own layer.
struct CrashFile {
  sqlite3_file head;
  CrashDisk* disk;
  fs::path* path;         // null for a file that no crash can matter to
  bool syncs_its_folder;  // with its first sync, as SQLite's own layer does for a new journal or WAL
};
constexpr int kFileBytes = (sizeof(CrashFile) + 15) / 16 * 16;

CrashFile& mine(sqlite3_file* file) { return *reinterpret_cast<CrashFile*>(file); }
sqlite3_file* base(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kFileBytes);
}
bool powered(sqlite3_file* file) { return !mine(file).path || mine(file).disk->powered(); }

int close(sqlite3_file* file) {
  delete mine(file).path;
  return base(file)->pMethods->xClose(base(file));
}
int read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (!powered(file)) return SQLITE_IOERR_READ;
  return base(file)->pMethods->xRead(base(file), to, size, offset);
}
int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const std::string_view text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  CrashFile& self = mine(file);
  if (self.path && !self.disk->written(*self.path, static_cast<std::uint64_t>(offset), text))
    return SQLITE_IOERR_WRITE;
  return base(file)->pMethods->xWrite(base(file), bytes, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  CrashFile& self = mine(file);
  if (self.path && !self.disk->truncated(*self.path, static_cast<std::uint64_t>(size)))
    return SQLITE_IOERR_TRUNCATE;
  return base(file)->pMethods->xTruncate(base(file), size);
}
int sync(sqlite3_file* file, int) {
  CrashFile& self = mine(file);
  if (!self.path) return SQLITE_OK;
  if (!self.disk->synced(*self.path)) return SQLITE_IOERR_FSYNC;
  if (self.syncs_its_folder && self.disk->is_new(*self.path) && !self.disk->folder_synced())
    return SQLITE_IOERR_DIR_FSYNC;
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  if (!powered(file)) return SQLITE_IOERR_FSTAT;
  return base(file)->pMethods->xFileSize(base(file), size);
}
int lock(sqlite3_file* file, int level) { return base(file)->pMethods->xLock(base(file), level); }
int unlock(sqlite3_file* file, int level) { return base(file)->pMethods->xUnlock(base(file), level); }
int check_reserved(sqlite3_file* file, int* held) {
  return base(file)->pMethods->xCheckReservedLock(base(file), held);
}
int control(sqlite3_file* file, int what, void* argument) {
  return base(file)->pMethods->xFileControl(base(file), what, argument);
}
int sector_size(sqlite3_file* file) { return base(file)->pMethods->xSectorSize(base(file)); }
int characteristics(sqlite3_file* file) { return base(file)->pMethods->xDeviceCharacteristics(base(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  if (!powered(file)) return SQLITE_IOERR_SHMMAP;
  return base(file)->pMethods->xShmMap(base(file), page, size, extend, memory);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return base(file)->pMethods->xShmLock(base(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { base(file)->pMethods->xShmBarrier(base(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return base(file)->pMethods->xShmUnmap(base(file), remove); }

// Version 2: no memory-mapped reading, which would go past this layer.
const sqlite3_io_methods kMethods = {
    2,         close,          read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, nullptr,        nullptr};

CrashDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  CrashDisk& disk = disk_of(vfs);
  CrashFile& self = mine(file);
  self.head.pMethods = nullptr;
  constexpr int kKept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
  const bool kept = name && (flags & kKept) && !(flags & SQLITE_OPEN_DELETEONCLOSE);
  if (kept && !disk.powered()) return SQLITE_CANTOPEN;
  const bool exists = kept && fs::exists(name);
  const int status = base_vfs()->xOpen(base_vfs(), name, base(file), flags, out_flags);
  if (status != SQLITE_OK) return status;
  if (kept && !exists && !disk.created(name)) {
    base(file)->pMethods->xClose(base(file));
    return SQLITE_CANTOPEN;
  }
  self = {{&kMethods}, &disk, kept ? new fs::path(name) : nullptr, (flags & SQLITE_OPEN_MAIN_DB) == 0};
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  CrashDisk& disk = disk_of(vfs);
  if (!disk.powered()) return SQLITE_IOERR_DELETE;
  if (!fs::exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!disk.removed(name)) return SQLITE_IOERR_DELETE;
  if (sync_folder && !disk.folder_synced()) return SQLITE_IOERR_DIR_FSYNC;
  return base_vfs()->xDelete(base_vfs(), name, 0);
}

int access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  if (!disk_of(vfs).powered()) return SQLITE_IOERR_ACCESS;
  return base_vfs()->xAccess(base_vfs(), name, flags, result);
}

}  // namespace

CrashVfs::CrashVfs(CrashDisk& disk) {
  vfs_ = *base_vfs();
  vfs_.szOsFile = kFileBytes + base_vfs()->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = kName;
  vfs_.pAppData = &disk;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  vfs_.xAccess = access;
  sqlite3_vfs_register(&vfs_, 0);
}

CrashVfs::~CrashVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace musicfleet::store
