// `musicfleet` as a test sees it: arguments in, output and exit status out, against the coordinator's own
// routes over a FakeBackend.
#pragma once

#include "coordinator/cli/cli.h"
#include "tests/coordinator/http/http_fixture.h"

#include <sstream>

namespace musicfleet::cli {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

// Runs the command line, with `programs` as the folder of the daemons' programs.
Outcome musicfleet(const std::vector<std::string>& arguments, std::stop_token stop = {},
                   const std::filesystem::path& programs = "/nonexistent", std::istream* person = nullptr);

class CliFixture : public http::HttpFixture {
 protected:
  // As a user of the fleet whose dev.json is in the fixture's folder.
  Outcome run(std::vector<std::string> arguments, std::stop_token stop = {});
  // With somebody at the terminal who answers questions.
  Outcome run_with_person(std::vector<std::string> arguments, std::istream& person);

 private:
  std::vector<std::string> for_this_fleet(std::vector<std::string> arguments);
};

// Which only its owner may read.
void write_text(const std::filesystem::path& path, const std::string& text);
std::string text_at(const std::filesystem::path& path);

}  // namespace musicfleet::cli
