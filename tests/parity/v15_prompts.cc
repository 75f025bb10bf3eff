#include "tests/parity/v15_prompts.h"

#include "worker/ace_v15/prompts.h"

#include <nlohmann/json.hpp>

namespace musicfleet::parity::v15 {
namespace {

using nlohmann::json;

std::vector<std::string> strings_of(const json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  return value.get<std::vector<std::string>>();
}

}  // namespace

std::vector<ace_v15::PromptTexts> prompts_of(const json& arguments) {
  const std::vector<std::string> captions = strings_of(arguments.at("prompt")),
                                 lyrics = strings_of(arguments.at("lyrics"));
  std::vector<std::string> languages = strings_of(arguments.value("vocal_language", json("en")));
  languages.resize(captions.size(), languages.front());

  ace_v15::TextPrompt prompt;
  prompt.duration =
      std::chrono::milliseconds(static_cast<std::int64_t>(arguments.value("audio_duration", 60.0) * 1000));
  if (arguments.contains("bpm")) prompt.bpm = arguments["bpm"].get<int>();
  prompt.key_scale = arguments.value("keyscale", "");
  prompt.time_signature = arguments.value("timesignature", "");
  if (arguments.contains("instruction")) prompt.instruction = arguments["instruction"].get<std::string>();

  std::vector<ace_v15::PromptTexts> prompts;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    prompt.caption = captions[i];
    prompts.push_back({ace_v15::text_prompt(prompt), ace_v15::lyric_prompt(languages[i], lyrics[i])});
  }
  return prompts;
}

std::vector<std::string> texts_of(const std::vector<ace_v15::PromptTexts>& prompts) {
  std::vector<std::string> texts;
  texts.reserve(prompts.size());
  for (const ace_v15::PromptTexts& prompt : prompts) texts.push_back(prompt.text);
  return texts;
}

std::vector<std::string> lyrics_of(const std::vector<ace_v15::PromptTexts>& prompts) {
  std::vector<std::string> lyrics;
  lyrics.reserve(prompts.size());
  for (const ace_v15::PromptTexts& prompt : prompts) lyrics.push_back(prompt.lyric);
  return lyrics;
}

}  // namespace musicfleet::parity::v15
