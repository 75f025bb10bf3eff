// Carries out purchases that dispatching has decided on and committed: orders the song from ElevenLabs, takes
// its file into the audio store, tells how it ended. Also tells how ElevenLabs stands, whenever that changes,
// always before the end that follows from it. Whether to buy is dispatching's to say, and what an answer
// means the provider's. A purchase that nobody was told of when the process ends stays an intent. Loop
// thread; the loop no longer runs when this is destroyed.
#pragma once

#include "coordinator/backend/bought_song.h"
#include "coordinator/backend/purchase_metrics.h"
#include "coordinator/dispatch/decisions.h"
#include "coordinator/dispatch/events.h"
#include "coordinator/providers/elevenlabs.h"
#include "coordinator/storage/file_pool.h"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>

namespace musicfleet::backend {

// What it works with; all of it outlives the loop's run.
struct PurchaseParts {
  boost::asio::io_context& loop;
  const Clock& clock;
  providers::ElevenLabs& shop;
  const AudioStore& audio;
  FilePool& files;
  PurchaseMetrics& metrics;
};

struct PurchaseHooks {
  std::function<void(dispatch::PurchaseEnded)> ended;
  std::function<void(dispatch::VendorStands)> stands;
};

class PurchaseDesk {
 public:
  // How often it looks whether the vendor stands otherwise though nothing was asked of it.
  static constexpr std::chrono::seconds kLookAgain{1};

  // Jobs of our own API are ordered from `model` of the vendor.
  PurchaseDesk(PurchaseParts parts, std::string model, PurchaseHooks hooks, Log log);

  // Tells for the first time how the vendor stands.
  void start();
  void buy(const dispatch::BuySong& wanted);
  // Takes back what waits; what has left is waited for.
  void withdraw(const Lease& lease);
  // From now on nothing leaves: what waits is taken back, what is still ordered is not bought.
  void close();
  // Purchases whose end nobody has been told of.
  std::size_t under_way() const { return under_way_.size() + taken_in_; }

 private:
  struct Purchase {
    PurchaseIntent intent;
    VendorOrder order;
    std::filesystem::path file;
    providers::OrderNumber number = 0;
  };

  void on_end(const Lease& lease, const providers::PurchaseResult& result);
  boost::asio::awaitable<void> take_in(Purchase purchase, providers::RequestEnd request);
  boost::asio::awaitable<void> discard(std::filesystem::path file);
  // An order that never reached the vendor.
  void refuse(const PurchaseIntent& intent, Error why, bool job_cannot);
  void tell(const PurchaseIntent& intent, dispatch::PurchaseEnded ended);
  void tell_if_changed();
  // Whoever waits for a vendor that is left alone for a while may have another way.
  void take_back_what_waits();
  void look_again();

  PurchaseParts parts_;
  const std::string model_;
  PurchaseHooks hooks_;
  Log log_;
  bool closed_ = false;
  std::map<Lease, Purchase> under_way_;
  std::size_t taken_in_ = 0;  // songs on their way into the audio store
  std::optional<dispatch::VendorStands> told_;
  boost::asio::steady_timer timer_;
};

}  // namespace musicfleet::backend
