#include "tests/coordinator/cli/cli_fixture.h"

#include "coordinator/cli/dev_file.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace musicfleet::cli {

Outcome musicfleet(const std::vector<std::string>& arguments, std::stop_token stop,
                   const std::filesystem::path& programs, std::istream* person) {
  std::vector<const char*> argv{"musicfleet"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out, err;
  Console console{out, err};
  console.person = person;
  Context context{console, programs, [stop] { return stop; }};
  const int status = cli::run(static_cast<int>(argv.size()), argv.data(), "1.2.3", context);
  return {status, out.str(), err.str()};
}

Outcome CliFixture::run(std::vector<std::string> arguments, std::stop_token stop) {
  return musicfleet(for_this_fleet(std::move(arguments)), std::move(stop));
}

Outcome CliFixture::run_with_person(std::vector<std::string> arguments, std::istream& person) {
  return musicfleet(for_this_fleet(std::move(arguments)), {}, "/nonexistent", &person);
}

std::vector<std::string> CliFixture::for_this_fleet(std::vector<std::string> arguments) {
  const DevFile file{url(""), http::kGoodKey, admin_url(""), http::kAdminKey};
  EXPECT_TRUE(write_dev_file(folder_ / "dev.json", file));
  arguments.insert(arguments.end(), {"--dev", folder_.string()});
  return arguments;
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), 0600);
}

std::string text_at(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace musicfleet::cli
