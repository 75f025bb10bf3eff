// The provider that sells songs: outside the coordinator's process, so that it makes and charges what was
// ordered whether or not anybody is there to hear of it. It knows best what was paid.
#pragma once

#include "coordinator/dispatch/vendor_terms.h"
#include "tests/simulation/timeline.h"

#include <functional>
#include <map>
#include <set>

namespace musicfleet::simulation {

// How well it sells.
struct VendorManners {
  Micros longest = std::chrono::seconds(8);  // that a song takes
  std::uint64_t refuses_one_in = 0;          // orders, with a word
  std::uint64_t loses_answer_one_in = 0;     // the song is made and charged; whoever ordered hears nothing
  std::uint64_t loses_order_one_in = 0;      // nothing is made; whoever ordered hears nothing
};

class Vendor final : public dispatch::VendorTerms {
 public:
  // Songs longer than this it never makes.
  static constexpr std::chrono::seconds kLongestSong{200};
  // How long somebody who hears nothing waits.
  static constexpr Micros kPatience = std::chrono::seconds(12);

  enum class Answer { kSong, kRefusal, kSilence };
  using Reply = std::function<void(Answer)>;

  Vendor(Timeline& timeline, Dice dice) : timeline_(timeline), dice_(dice) {}

  Result<dispatch::VendorSong> song_of(const Job& job) const override;
  // $0.30 a minute.
  Result<dispatch::VendorQuote> quote(const dispatch::VendorSong& song, WallTime at) const override;
  // A request arrives.
  void order(const PurchaseIntent& intent, Reply reply);

  // Whether it may still make the song of this lease.
  bool is_at(const Lease& lease) const { return open_.contains(lease); }

  VendorManners& manners() { return manners_; }
  // How often the song of this lease was paid for.
  const std::map<Lease, int>& paid() const { return paid_; }

 private:
  Timeline& timeline_;
  Dice dice_;
  VendorManners manners_;
  std::set<Lease> open_;
  std::map<Lease, int> paid_;
};

}  // namespace musicfleet::simulation
