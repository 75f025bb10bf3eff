#include "common/zmq/curve_key_pair.h"
#include "worker/verbs/verbs.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace musicfleet::verbs {

void add_keygen(CLI::App& app, int& exit_status) {
  auto file = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("keygen", "Make this worker's key and print its public half");
  verb->add_option("file", *file, "The secret key's file, made with mode 0600 and never overwritten")
      ->required();
  verb->callback([file, &exit_status] {
    const zmq::CurveKeyPair keys = zmq::generate_key_pair();
    const Result<> written = zmq::write_key_file(*file, keys);
    if (written)
      std::printf("%s\n", keys.public_key.c_str());
    else
      std::fprintf(stderr, "musicfleet-worker: %s\n", written.error().message.c_str());
    exit_status = written ? 0 : 1;
  });
}

}  // namespace musicfleet::verbs
