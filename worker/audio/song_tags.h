// What a song's file says about itself: its title, and where it comes from, for people and for machines that
// must tell generated audio from recorded (TagLib). The same tags make the same bytes: no date, no job, no
// worker. Any thread.
#pragma once

#include "common/job_spec.h"
#include "common/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace musicfleet {

struct SongTags {
  std::string title;     // empty: the file has no title
  std::string software;  // that made the file, "musicfleet 0.1.0"
  std::string model;     // by name, family ("ace_v15") and variant ("turbo")
  std::string family;
  std::string variant;
  std::uint64_t seed = 0;
};

// Adds the tags to the finished file `path` of one of our encoders, which is read into memory and written
// anew: ID3v2.4 in mp3 and wav (the latter with LIST/INFO too), Vorbis comments in flac and opus.
// docs/audio-files.md has the table of names. Errors: kUnavailable with the path, kCorrupt where the file is
// not of this container.
Result<> write_song_tags(const SongTags& tags, AudioContainer container, const std::filesystem::path& path);

}  // namespace musicfleet
