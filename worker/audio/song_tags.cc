#include "worker/audio/song_tags.h"

#include <taglib/flacfile.h>
#include <taglib/id3v2framefactory.h>
#include <taglib/infotag.h>
#include <taglib/mpegfile.h>
#include <taglib/opusfile.h>
#include <taglib/tbytevectorstream.h>
#include <taglib/tpropertymap.h>
#include <taglib/wavfile.h>

#include <fstream>

namespace musicfleet {
namespace {

constexpr bool kWithoutAudioProperties = false;
// The IPTC's vocabulary for the origin of digital media.
constexpr char kSourceType[] = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

TagLib::String text(const std::string& utf8) { return {utf8, TagLib::String::UTF8}; }

std::string comment_of(const SongTags& tags) {
  return concat("AI generated: made by ", tags.software, " with the model ", tags.model, " (", tags.family,
                " ", tags.variant, "), seed ", tags.seed);
}

// `software_key` is the format's own name for the program that wrote a file.
TagLib::PropertyMap properties_of(const SongTags& tags, const char* software_key) {
  TagLib::PropertyMap properties;
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) properties.replace(key, text(value));
  };
  set("TITLE", tags.title);
  set("COMMENT", comment_of(tags));
  set(software_key, tags.software);
  set("AI_GENERATED", "true");
  set("DIGITAL_SOURCE_TYPE", kSourceType);
  set("MODEL", tags.model);
  set("MODEL_FAMILY", tags.family);
  set("MODEL_VARIANT", tags.variant);
  set("SEED", std::to_string(tags.seed));
  return properties;
}

// Whether the stream held such a file, which now has its tags.
bool tag(const SongTags& tags, AudioContainer container, TagLib::ByteVectorStream& stream) {
  TagLib::ID3v2::FrameFactory* const frames = TagLib::ID3v2::FrameFactory::instance();
  switch (container) {
    case AudioContainer::kWav: {
      TagLib::RIFF::WAV::File file(&stream, kWithoutAudioProperties);
      if (!file.isValid()) return false;
      file.setProperties(properties_of(tags, "ENCODING"));
      TagLib::RIFF::Info::Tag& info = *file.InfoTag();
      if (!tags.title.empty()) info.setFieldText("INAM", text(tags.title));
      info.setFieldText("ICMT", text(comment_of(tags)));
      info.setFieldText("ISFT", text(tags.software));
      return file.save();
    }
    case AudioContainer::kMp3: {
      TagLib::MPEG::File file(&stream, frames, kWithoutAudioProperties);
      if (!file.isValid()) return false;
      file.setProperties(properties_of(tags, "ENCODING"));
      return file.save(TagLib::MPEG::File::ID3v2);
    }
    case AudioContainer::kFlac: {
      TagLib::FLAC::File file(&stream, frames, kWithoutAudioProperties);
      if (!file.isValid()) return false;
      file.setProperties(properties_of(tags, "ENCODER"));
      return file.save();
    }
    case AudioContainer::kOpus: {
      TagLib::Ogg::Opus::File file(&stream, kWithoutAudioProperties);
      if (!file.isValid()) return false;
      file.setProperties(properties_of(tags, "ENCODER"));
      return file.save();
    }
  }
  return false;
}

Result<TagLib::ByteVector> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::kUnavailable, path.string(), ": cannot be read: ", error.message());
  TagLib::ByteVector bytes(static_cast<unsigned>(size));
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size)))
    return fail(ErrorCode::kUnavailable, path.string(), ": cannot be read");
  return bytes;
}

}  // namespace

// In memory, since TagLib does not notice when writing to a file fails.
Result<> write_song_tags(const SongTags& tags, AudioContainer container, const std::filesystem::path& path) {
  TagLib::ByteVectorStream stream(MF_TRY(read_file(path)));
  if (!tag(tags, container, stream))
    return fail(ErrorCode::kCorrupt, path.string(), ": cannot be tagged as ", name_of(container));
  const TagLib::ByteVector& bytes = *stream.data();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return fail(ErrorCode::kUnavailable, path.string(), ": cannot be written with its tags");
  return {};
}

}  // namespace musicfleet
