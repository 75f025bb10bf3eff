#include "coordinator/backend/purchase_desk.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace musicfleet::backend {
namespace {

namespace asio = boost::asio;
using providers::Bought;
using providers::PurchaseResult;
using providers::Trouble;
using providers::VendorState;

constexpr std::uint64_t kUpload = 0;  // tickets for uploads count from 1
constexpr char kClosed[] = "this process is ending and buys nothing more";

bool is_left_alone(const VendorState& state) {
  return state.breaker == providers::CircuitBreaker::State::kOpen || state.keys == 0;
}

std::string resting_of(const VendorState& state) {
  if (state.breaker == providers::CircuitBreaker::State::kOpen) return "its circuit breaker is open";
  if (state.keys == 0) return "it accepts no key";
  if (state.full) return "its queue is full";
  return {};
}

bool differ(std::chrono::milliseconds a, std::chrono::milliseconds b) {
  return std::chrono::abs(a - b) > std::max(a, b) / 10;
}

PurchaseState state_of(Bought bought) {
  switch (bought) {
    case Bought::kNotBought:
      return PurchaseState::kNotBought;
    case Bought::kBought:
      return PurchaseState::kBought;
    case Bought::kUnknown:
      break;
  }
  return PurchaseState::kUnknown;
}

// The vendor's own words may repeat the prompt; its code and the request's facts do not.
Error error_of(const PurchaseResult& result) {
  const ErrorCode code =
      result.trouble == Trouble::kRequest ? ErrorCode::kInvalidArgument : ErrorCode::kUnavailable;
  const char* what = result.bought == Bought::kUnknown
                         ? "ElevenLabs: it is not known whether the song was paid for: "
                         : "ElevenLabs: nothing was bought: ";
  return Error{code, concat(what, result.last.problem)};
}

}  // namespace

PurchaseDesk::PurchaseDesk(PurchaseParts parts, std::string model, PurchaseHooks hooks, Log log)
    : parts_(parts),
      model_(std::move(model)),
      hooks_(std::move(hooks)),
      log_(std::move(log)),
      timer_(parts.loop) {}

void PurchaseDesk::start() { look_again(); }

void PurchaseDesk::look_again() {
  tell_if_changed();
  timer_.expires_after(kLookAgain);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) look_again();
  });
}

void PurchaseDesk::tell_if_changed() {
  const VendorState state = parts_.shop.state();
  if (closed_ || is_left_alone(state)) take_back_what_waits();
  dispatch::VendorStands now;
  now.enabled = true;
  now.resting = closed_ ? kClosed : resting_of(state);
  now.again = state.again;
  now.predicted = state.predicted;
  if (told_ && told_->resting == now.resting && !differ(told_->predicted, now.predicted)) return;
  if (!told_ || told_->resting != now.resting)
    log_.info("ElevenLabs", {{"stands", now.resting.empty() ? "ready" : now.resting},
                             {"again_ms", now.again ? std::to_string(now.again->count()) : ""}});
  told_ = now;
  hooks_.stands(std::move(now));
}

void PurchaseDesk::take_back_what_waits() {
  for (const auto& [lease, purchase] : under_way_) parts_.shop.withdraw(purchase.number);
}

void PurchaseDesk::close() {
  closed_ = true;
  parts_.shop.close();
  tell_if_changed();
}

void PurchaseDesk::refuse(const PurchaseIntent& intent, Error why, bool job_cannot) {
  dispatch::PurchaseEnded refused;
  refused.end.state = PurchaseState::kNotBought;
  refused.end.reason = why.message;
  refused.why = std::move(why);
  refused.job_cannot = job_cannot;
  // Not from within what dispatching is carrying out.
  asio::post(parts_.loop,
             [this, intent, refused = std::move(refused)]() mutable { tell(intent, std::move(refused)); });
}

void PurchaseDesk::buy(const dispatch::BuySong& wanted) {
  const Lease lease = wanted.intent.lease;
  if (closed_) return refuse(wanted.intent, Error{ErrorCode::kUnavailable, kClosed}, false);
  auto order = vendor_order_of(wanted.job, model_);
  if (!order) return refuse(wanted.intent, order.error(), true);
  const auto now = std::chrono::floor<dispatch::Milliseconds>(parts_.clock.now());
  const auto patience = std::max(dispatch::Milliseconds(0), wanted.begin_by - now);
  Purchase purchase{wanted.intent, *std::move(order),
                    parts_.audio.temporary_path(lease.job, lease.epoch, kUpload), 0};
  log_.info("purchase", {{"job", lease.job},
                         {"epoch", lease.epoch},
                         {"purpose", name_of(purchase.intent.purpose)},
                         {"model", purchase.order.model},
                         {"song_ms", purchase.order.length.count()},
                         {"price_micros", purchase.intent.price.value}});
  purchase.number = parts_.shop.buy(purchase.order.song, purchase.file, patience,
                                    [this, lease](const PurchaseResult& result) { on_end(lease, result); });
  under_way_.insert_or_assign(lease, std::move(purchase));
  // Not from within what dispatching is carrying out.
  asio::post(parts_.loop, [this] { tell_if_changed(); });
}

void PurchaseDesk::withdraw(const Lease& lease) {
  const auto found = under_way_.find(lease);
  if (found == under_way_.end()) return;
  const bool taken_back = parts_.shop.withdraw(found->second.number);
  log_.info("purchase not wanted any more",
            {{"job", lease.job}, {"epoch", lease.epoch}, {"has_left", taken_back ? "no" : "yes"}});
}

void PurchaseDesk::on_end(const Lease& lease, const PurchaseResult& result) {
  const auto found = under_way_.find(lease);
  if (found == under_way_.end()) return;
  Purchase purchase = std::move(found->second);
  under_way_.erase(found);
  tell_if_changed();
  if (result.bought == Bought::kBought) {
    ++taken_in_;
    asio::co_spawn(parts_.loop, take_in(std::move(purchase), result.last), asio::detached);
    return;
  }
  dispatch::PurchaseEnded ended;
  ended.end.state = state_of(result.bought);
  ended.end.vendor_song = result.last.vendor_song;
  ended.end.reason = concat(providers::name_of(result.trouble), ": ", result.last.problem);
  ended.why = error_of(result);
  ended.job_cannot = result.trouble == Trouble::kRequest;
  asio::co_spawn(parts_.loop, discard(std::move(purchase.file)), asio::detached);
  tell(purchase.intent, std::move(ended));
}

asio::awaitable<void> PurchaseDesk::take_in(Purchase purchase, providers::RequestEnd request) {
  BoughtSong song{purchase.intent.lease, purchase.intent.purpose, purchase.order, purchase.file,
                  request.size_bytes,    request.sha256,          request.took};
  const auto work = [&] { return publish(parts_.audio, song); };
  Result<JobAudio> audio = co_await parts_.files.compute(work);
  dispatch::PurchaseEnded ended;
  ended.end.vendor_song = request.vendor_song;
  if (!audio) {
    // Paid for, and not here: as if the disk had refused its bytes.
    ended.end.state = PurchaseState::kUnknown;
    ended.end.reason = concat("ours: the audio store did not take the song: ", audio.error().message);
    ended.why = Error{ErrorCode::kUnavailable, "a bought song could not be stored"};
    co_await discard(purchase.file);
  } else {
    ended.end.state = PurchaseState::kBought;
    if (purchase.intent.purpose == PurchasePurpose::kShadow)
      ended.end.object = audio->object;
    else
      ended.audio = *std::move(audio);
  }
  --taken_in_;
  tell(purchase.intent, std::move(ended));
}

asio::awaitable<void> PurchaseDesk::discard(std::filesystem::path file) {
  std::function<void()> work = [&file] {
    std::error_code ignored;  // the audio store clears it away at the next start
    std::filesystem::remove(file, ignored);
  };
  co_await parts_.files.run(std::move(work));
}

void PurchaseDesk::tell(const PurchaseIntent& intent, dispatch::PurchaseEnded ended) {
  ended.end.lease = intent.lease;
  ended.end.at = parts_.clock.wall_now();
  parts_.metrics.ended(ended.end.state, intent.price);
  log_.info("purchase ended", {{"job", intent.lease.job},
                               {"epoch", intent.lease.epoch},
                               {"state", name_of(ended.end.state)},
                               {"price_micros", intent.price.value},
                               {"song_id", ended.end.vendor_song},
                               {"reason", ended.end.reason}});
  hooks_.ended(std::move(ended));
}

}  // namespace musicfleet::backend
