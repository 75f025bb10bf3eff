// What goes wrong, and when. Each seed draws which kinds of trouble there are at all, so that every kind also
// appears alone and in few company, then lets them strike at random until it is called off.
#pragma once

#include "tests/simulation/customers.h"
#include "tests/simulation/worker_process.h"

namespace musicfleet::simulation {

// What the nemesis strikes at.
struct Victims {
  Network& network;
  CoordinatorProcess& coordinator;
  std::vector<std::unique_ptr<WorkerProcess>>& workers;
  Customers& customers;
  Vendor& vendor;
  std::function<void()> clock_was_set;
};

class Nemesis {
 public:
  Nemesis(Timeline& timeline, Dice dice, Victims victims);

  void begin();
  // All trouble ends; what is broken is whole again.
  void call_off();

 private:
  using Strike = void (Nemesis::*)();

  void strike_now_and_then(Strike strike, Micros least, Micros most);
  void draw_lasting_troubles();
  WorkerProcess& any_worker() { return *victims_.workers[dice_.draw(victims_.workers.size())]; }
  Micros a_while();

  void cut_both_ways();
  void cut_one_way();
  void kill_worker();
  void freeze_worker();
  void hang_worker();
  void slow_worker();
  void make_forget();
  void share_memory();
  void dismiss_worker();
  void revoke_worker();
  void kill_coordinator();
  void freeze_coordinator();
  void fill_disk();
  void slow_disk();
  void set_clock();
  void requeue_failed();
  void order_drain();
  void change_limits();
  void close_shop();
  void settle_unknown();
  // An operator lets all workers take jobs again, and sees to it that this is heard.
  void end_drains();
  // Nor does anybody depend on a provider whose budget is used up.
  void open_fleet_to_all();

  Timeline& timeline_;
  Dice dice_;
  Victims victims_;
  bool over_ = false;
};

}  // namespace musicfleet::simulation
