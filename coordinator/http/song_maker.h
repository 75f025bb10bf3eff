// Has a song made while its client waits: orders the job, or joins the order that the same request has made,
// and waits for its end, for a worker to come and for the time to be over. Loop thread.
#pragma once

#include "coordinator/http/intake_desk.h"
#include "coordinator/http/message.h"
#include "coordinator/http/music_options.h"
#include "coordinator/http/song_orders.h"

namespace musicfleet::http {

struct MadeSong {
  Job job;
  AudioFile file;
  std::shared_ptr<SongOrder> order;
  std::optional<TurnedAway> turned_away = {};  // set: there is no song
};

class SongMaker {
 public:
  // All of them outlive it.
  SongMaker(Backend& backend, const IntakeDesk& intake, const MusicOptions& options)
      : backend_(backend), intake_(intake), options_(options), orders_(options.join_window) {}

  // `body` is the raw one. Turned away where nobody makes it, kTimeout when the time is over (the
  // song goes on), kCancelled where the client has gone; or why the job failed. A job or song that was
  // removed before it was delivered is ordered anew; kNotFound where that might pay twice, or where the
  // client's own key stands for it.
  Awaitable<MadeSong> make(const HttpRequest& request, Submission submission, std::string_view body);
  // The client has the whole song.
  void delivered(const SongOrder& order) { orders_.close(order); }

 private:
  struct Outcome {
    Result<MadeSong> song;
    bool is_removed = false;  // the job or its song is no longer kept
  };

  // The song of the order, whose job is made unless it has one.
  boost::asio::awaitable<Outcome> song_of(const HttpRequest& request, Submission submission,
                                          std::shared_ptr<SongOrder> open, SteadyTime until);
  Awaitable<SubmitReply> order(const HttpRequest& request, Submission submission, SongOrder& open);
  Awaitable<Job> wait(const HttpRequest& request, Job job, SongOrder& open, SteadyTime until);
  // Cancels the job that only this request waits for; the same request is a new order from now on.
  boost::asio::awaitable<void> give_up(const HttpRequest& request, SongOrder& open);
  // Waits for the song to have a way; why it has none when the time for that is over.
  boost::asio::awaitable<std::optional<TurnedAway>> find_way(const HttpRequest& request,
                                                             const Submission& submission,
                                                             const SongOrder& open);
  Result<std::shared_ptr<SongOrder>> join(const HttpRequest& request, const Sha256& fingerprint,
                                          SteadyTime now);
  // The job has ended without a song: the same request is a new order, but for one that would pay twice.
  void close_unless_paid_for(const SongOrder& open);

  Backend& backend_;
  const IntakeDesk& intake_;
  const MusicOptions& options_;
  SongOrders orders_;
};

}  // namespace musicfleet::http
