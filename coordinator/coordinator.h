// The coordinator as one object: opens its folder, store, sockets and APIs and wires them on a loop. Owns the
// order in which they come up and go down, and nothing else. Loop thread.
#pragma once

#include "common/log.h"
#include "coordinator/config.h"
#include "coordinator/data_folder.h"
#include "coordinator/departure.h"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <string>

namespace musicfleet {

class Coordinator {
 public:
  // Everything is up when it returns: jobs restored, workers let in, both APIs listening, endpoints.json
  // written.
  static Result<std::unique_ptr<Coordinator>> start(boost::asio::io_context& loop, const Config& config,
                                                    const LogOutput& output, const std::string& version);
  // The loop no longer runs.
  ~Coordinator();
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  const Endpoints& endpoints() const;

  // Leaves as departure.h says.
  void stop(const DepartureTimes& times);
  // Why it had to stop by itself: the store could not commit.
  const std::optional<Error>& failure() const;

 private:
  struct Parts;

  explicit Coordinator(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace musicfleet
