#include "common/hub/published_models.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/verbs/model.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

// "3.0", "1.0"
std::string one_decimal(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

void print_json(std::ostream& out) {
  for (const PublishedModel& model : published_models())
    out << json{{"name", model.name},
                {"size", model.size},
                {"variant", model.variant},
                {"repository", model.repository.empty() ? json() : json(model.repository)},
                {"steps", model.steps},
                {"shift", model.shift},
                {"guidance", model.guidance},
                {"note", model.note}}
               .dump()
        << '\n';
}

void print_table(std::ostream& out) {
  Table table({"NAME", "SIZE", "STEPS", "SHIFT", "GUIDANCE", "REPOSITORY", "NOTE"});
  for (const PublishedModel& model : published_models())
    table.add({std::string(model.name), std::string(model.size), std::to_string(model.steps),
               one_decimal(model.shift), model.guidance == 1 ? "none" : one_decimal(model.guidance),
               model.repository.empty() ? "-" : std::string(model.repository), std::string(model.note)});
  table.print(out);
}

}  // namespace

void add_model_list(CLI::App& model, Context& context) {
  auto as_json = std::make_shared<bool>(false);
  CLI::App* verb = model.add_subcommand("list", "Published checkpoints that have a short name");
  verb->add_flag("--json", *as_json, "JSON, one line a checkpoint");
  on_chosen(*verb, context, [as_json, &context]() -> Result<> {
    (*as_json ? print_json : print_table)(context.console.out);
    return {};
  });
}

}  // namespace musicfleet::cli
