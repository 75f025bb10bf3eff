// Judges effects: none leaves before the commit that records its cause, each result counts once, cancelling
// wins, errors that are final end their job, attempts are counted.
#pragma once

#include "tests/simulation/judge.h"
#include "tests/simulation/song_shelf.h"

#include <map>
#include <set>

namespace musicfleet::simulation {

class EffectJudge final : public Judge {
 public:
  EffectJudge(Timeline& timeline, Verdict& verdict, const dispatch::Settings& settings, const Tables& tables,
              const SongShelf& shelf)
      : timeline_(timeline), verdict_(verdict), settings_(settings), tables_(tables), shelf_(shelf) {}

  void puts_back(const Job& failed, const Job& queued) override;
  void decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) override;
  void committed(const std::vector<Change>& changes) override;
  void refused(const Error& error) override { verdict_.broken("the tables agree", error.message); }
  void leaves(const WorkerId& worker, const to_worker::Message& message) override;
  void leaves(const Job& published) override;
  void answered_submission(const JobId& id) override;
  void answered_cancel(const JobId& id) override;
  void removes(const std::string& object) override;
  void ends() override { begin_anew(); }
  void held_up(Micros duration) override;
  void inspect(const dispatch::Dispatcher* dispatcher) override;
  void closes() override;

 private:
  void begin_anew();
  void judge_end(const Job& job, const std::optional<Error>& error);
  void check_recorded(const WorkerId& worker, const Lease& lease, std::string_view what);

  Timeline& timeline_;
  Verdict& verdict_;
  const dispatch::Settings settings_;
  const Tables& tables_;
  const SongShelf& shelf_;
  std::set<JobId> accepted_;
  std::map<JobId, Micros> cancelled_;  // by whom it was answered, and when its last lease began to end
  std::map<JobId, int> successes_;
  std::map<JobId, int> spent_;  // attempts, since an operator last put the job back
};

}  // namespace musicfleet::simulation
