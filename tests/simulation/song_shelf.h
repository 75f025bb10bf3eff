// The audio store: which objects lie there and whose they are. Survives the coordinator.
#pragma once

#include "common/fleet_messages.h"

#include <map>
#include <string>

namespace musicfleet::simulation {

class SongShelf {
 public:
  // False where such an object exists.
  bool publish(const std::string& object, const Lease& lease) {
    return objects_.emplace(object, lease).second;
  }
  void remove(const std::string& object) { objects_.erase(object); }
  // Null where there is no such object.
  const Lease* find(const std::string& object) const {
    const auto found = objects_.find(object);
    return found == objects_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Lease> objects_;
};

}  // namespace musicfleet::simulation
