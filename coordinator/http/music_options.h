// How the ElevenLabs music API behaves on this coordinator. Plain data.
#pragma once

#include "coordinator/elevenlabs/music_model.h"
#include "coordinator/elevenlabs/prompt_policy.h"
#include "coordinator/http/prompt_judge.h"

#include <chrono>
#include <memory>

namespace musicfleet::http {

struct MusicOptions {
  elevenlabs::LocalModels models = {};
  std::shared_ptr<const elevenlabs::PromptPolicy> policy = std::make_shared<elevenlabs::PromptPolicy>();
  PromptJudge* judge = nullptr;  // asked about what the policy lets through; outlives the API
  // A request is answered by then, with an error where there is no song; the SDKs give up after 240 s.
  std::chrono::milliseconds patience{230'000};
  // How long nobody may be there who makes the song, until the request is refused.
  std::chrono::milliseconds worker_patience{30'000};
  // How long an order that was not delivered waits for the same request.
  std::chrono::milliseconds join_window{600'000};
  // The deadline of its job. Where songs can be bought it is `patience`: what the fleet cannot make by then
  // is bought in time.
  std::chrono::milliseconds song_deadline{600'000};
  int max_concurrent = 64;        // songs that a tenant may wait for at a time
  bool cancel_abandoned = false;  // a song that nobody waits for any more is cancelled
};

}  // namespace musicfleet::http
