// Which workers may work, and by which keys: keeps the table of workers and tells the fleet's server whom to
// let in and until when. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/fleet/fleet_port.h"
#include "coordinator/http/worker_desk.h"

#include <map>

namespace musicfleet::backend {

class WorkerRoll final : public http::WorkerDesk {
 public:
  WorkerRoll(store::StoreThread& store, fleet::FleetPort& fleet, DispatchLoop& dispatch, AuditLog& audit,
             const Clock& clock);

  // First: what the store holds. Lets the active workers in.
  void load(std::vector<store::WorkerRow> workers);

  // A worker has said hello with this key.
  void key_used(const WorkerId& worker, const std::string& public_key_z85);

  // All workers and what they are at, by name.
  http::Awaitable<std::vector<http::WorkerInfo>> workers();

  http::Awaitable<> add_worker(http::Operator by, WorkerId name, http::WorkerKeyOrder key);
  http::Awaitable<> revoke_worker(http::Operator by, WorkerId name);
  http::Awaitable<> add_worker_key(http::Operator by, WorkerId name, http::WorkerKeyOrder key,
                                   std::optional<std::chrono::seconds> overlap) override;
  http::Awaitable<std::vector<http::WorkerKeyInfo>> worker_keys(WorkerId name) override;
  http::Awaitable<> revoke_worker_key(http::Operator by, WorkerId name, std::string public_key) override;

 private:
  store::WorkerKeyRow row_of(const http::WorkerKeyOrder& order) const;
  // Takes what is committed into memory, and to the fleet's server.
  http::Awaitable<> refresh();
  void admit(const store::WorkerRow& worker);

  store::StoreThread& store_;
  fleet::FleetPort& fleet_;
  DispatchLoop& dispatch_;
  AuditLog& audit_;
  const Clock& clock_;
  std::map<WorkerId, std::vector<fleet::AllowedKey>> admitted_;  // what the fleet's server was told
};

}  // namespace musicfleet::backend
