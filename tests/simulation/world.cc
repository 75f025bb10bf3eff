#include "tests/simulation/world.h"

#include "tests/simulation/effect_judge.h"
#include "tests/simulation/money_judge.h"

#include <algorithm>
#include <exception>

namespace musicfleet::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Micros kTrouble = minutes(2);
// The longest waits of the protocol and of retries, and then the songs that are left.
constexpr Micros kPeace = minutes(10);

// A song of 240 s takes 3.4 GB, one of 10 s 1.1 GB.
FleetModel model(const std::string& name, bool loaded) {
  return {name, "ace_v15", name, loaded, 1'000'000'000, 10'000'000};
}

// Can make every song, so that every job can end.
Machine strong_machine() { return {2, {model("turbo", true), model("base", true)}, 4'000'000'000}; }

Machine any_machine(Dice& dice) {
  Machine machine{dice.one_in(4) ? 1 : 2, {model("turbo", true)}, 0};
  if (!dice.one_in(3)) machine.models.push_back(model("base", dice.one_in(2)));
  if (!dice.one_in(3)) machine.memory_free_bytes = dice.one_in(2) ? 2'000'000'000 : 4'000'000'000;
  return machine;
}

}  // namespace

World::World(const WorldSetup& setup)
    : timeline(setup.trace_lines),
      verdict(timeline),
      network(timeline, Dice(setup.seed, 1), setup.workers),
      vendor(timeline, Dice(setup.seed, 7)),
      coordinator(timeline, Dice(setup.seed, 2), network, vendor, judges, setup.settings,
                  {setup.sells ? &vendor : nullptr, setup.budget, 80}),
      customers(timeline, Dice(setup.seed, 3), coordinator, verdict),
      dice_(setup.seed, 4),
      awaited_(setup.workers) {
  for (std::size_t i = 0; i < setup.workers; ++i)
    workers.push_back(
        std::make_unique<WorkerProcess>(timeline, Dice(setup.seed, 100 + i), network, coordinator, i,
                                        setup.alike || i == 0 ? strong_machine() : any_machine(dice_)));
  judges.add(std::make_unique<LeaseJudge>(timeline, verdict, setup.settings));
  const auto& placement = judges.add(std::make_unique<PlacementJudge>(timeline, verdict, setup.settings));
  const auto& limits = judges.add(std::make_unique<LimitJudge>(verdict));
  auto& queue = judges.add(std::make_unique<QueueJudge>(timeline, verdict, setup.settings,
                                                        coordinator.tables(), placement, limits));
  judges.add(std::make_unique<EffectJudge>(timeline, verdict, setup.settings, coordinator.tables(),
                                           coordinator.shelf()));
  judges.add(
      std::make_unique<MoneyJudge>(verdict, coordinator.tables(), coordinator.shelf(), vendor, setup.budget));
  nemesis = std::make_unique<Nemesis>(timeline, Dice(setup.seed, 5),
                                      Victims{network, coordinator, workers, customers, vendor,
                                              [queue = &queue] { queue->clock_was_set(); }});
  network.set_ends(
      {[this] { return coordinator.dispatcher() != nullptr; },
       [this](int connection, std::size_t worker, to_coordinator::Message message) {
         coordinator.hear(connection, worker, std::move(message));
       },
       [this](std::size_t worker, const to_worker::Message& message) { workers[worker]->receive(message); },
       [this](std::size_t worker) { workers[worker]->connected(); }});
}

void World::start() {
  coordinator.start();
  for (auto& worker : workers) worker->start();
  timeline.after(milliseconds(500), [this] { inspect(); });
}

void World::inspect() {
  look_after();
  judges.each([this](Judge& judge) { judge.inspect(coordinator.dispatcher()); });
  timeline.after(milliseconds(500), [this] { inspect(); });
}

void World::look_after() {
  if (!coordinator.up() && !coordinator_awaited_) {
    coordinator_awaited_ = true;
    network.break_all();
    timeline.after(dice_.between(milliseconds(50), seconds(dice_.one_in(3) ? 30 : 3)), [this] {
      coordinator_awaited_ = false;
      coordinator.start();
    });
  }
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (workers[i]->up() || awaited_[i]) continue;
    awaited_[i] = true;
    timeline.after(dice_.between(milliseconds(50), seconds(dice_.one_in(3) ? 30 : 3)), [this, i] {
      awaited_[i] = false;
      workers[i]->manners().hangs = false;
      workers[i]->start();
    });
  }
}

bool World::run_until(const std::function<bool()>& done, Micros limit) {
  const Micros end = timeline.elapsed() + limit;
  while (verdict.clean() && timeline.elapsed() < end && !done()) timeline.step(end);
  return verdict.clean() && done();
}

bool World::run_for(Micros time) {
  const Micros end = timeline.elapsed() + time;
  run_until([] { return false; }, time);
  return verdict.clean() && timeline.elapsed() >= end;
}

bool World::quiet() const {
  const auto over = [](const auto& entry) { return is_final(entry.second.job.state); };
  const auto& jobs = coordinator.tables().jobs();
  const auto& purchases = coordinator.tables().money().purchases();
  const auto under_way = [](const auto& entry) { return entry.second.state == PurchaseState::kIntended; };
  if (std::any_of(purchases.begin(), purchases.end(), under_way)) return false;
  return customers.content() && std::all_of(jobs.begin(), jobs.end(), over) &&
         std::all_of(workers.begin(), workers.end(), [](const auto& worker) { return worker->idle(); });
}

Report simulate(std::uint64_t seed, std::size_t trace_lines) {
  WorldSetup setup;
  setup.seed = seed;
  setup.trace_lines = trace_lines;
  setup.alike = false;
  // In two minutes waits and failures are to count as they do in hours.
  setup.settings.priority_step = seconds(20);
  setup.settings.failure_half_life = minutes(1);
  Dice dice(seed, 6);
  setup.sells = !dice.one_in(3);
  if (dice.one_in(2)) setup.budget.day = MicroDollars{static_cast<std::int64_t>(dice.draw(8)) * 500'000};
  World world(setup);
  try {
    world.start();
    const std::uint64_t orders = 5 + dice.draw(30);
    for (std::uint64_t i = 0; i < orders; ++i) world.customers.order(dice.between(Micros{0}, kTrouble));
    world.nemesis->begin();
    if (world.run_for(kTrouble)) {
      world.nemesis->call_off();
      // Asked once a second: that is often enough and cheap.
      while (world.verdict.clean() && !world.quiet() && world.timeline.elapsed() < kTrouble + kPeace)
        world.run_for(seconds(1));
      world.judges.each([](Judge& judge) { judge.closes(); });
      if (!world.quiet())
        world.verdict.broken("every job ends", "somebody still waits or works after ten minutes of peace");
    }
  } catch (const std::exception& thrown) {
    world.verdict.broken("nothing is thrown", thrown.what());
  }
  return {world.verdict.clean(),  world.verdict.promise(),    world.verdict.finding(),
          world.timeline.trace(), world.customers.accepted(), world.timeline.elapsed()};
}

}  // namespace musicfleet::simulation
