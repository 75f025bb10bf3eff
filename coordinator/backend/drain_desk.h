// Drains and resumes workers: writes the order down, then has the dispatcher follow it. Loop thread.
#pragma once

#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/drain_desk.h"
#include "coordinator/store/store_thread.h"

namespace musicfleet::backend {

class DrainDesk final : public http::DrainDesk {
 public:
  // Both outlive it.
  DrainDesk(store::StoreThread& store, DispatchLoop& dispatch) : store_(store), dispatch_(dispatch) {}

  http::Awaitable<> drain(WorkerId worker) override { return order(std::move(worker), true); }
  http::Awaitable<> resume(WorkerId worker) override { return order(std::move(worker), false); }

 private:
  http::Awaitable<> order(WorkerId worker, bool drain);

  store::StoreThread& store_;
  DispatchLoop& dispatch_;
};

}  // namespace musicfleet::backend
