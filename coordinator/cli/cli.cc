#include "coordinator/cli/cli.h"

#include "coordinator/cli/exit_status.h"
#include "coordinator/cli/verbs/audit.h"
#include "coordinator/cli/verbs/backup.h"
#include "coordinator/cli/verbs/config.h"
#include "coordinator/cli/verbs/cost.h"
#include "coordinator/cli/verbs/dev.h"
#include "coordinator/cli/verbs/generate.h"
#include "coordinator/cli/verbs/help.h"
#include "coordinator/cli/verbs/intake.h"
#include "coordinator/cli/verbs/jobs.h"
#include "coordinator/cli/verbs/keys.h"
#include "coordinator/cli/verbs/model.h"
#include "coordinator/cli/verbs/purchases.h"
#include "coordinator/cli/verbs/tenants.h"
#include "coordinator/cli/verbs/top.h"
#include "coordinator/cli/verbs/webhooks.h"
#include "coordinator/cli/verbs/workers.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace musicfleet::cli {

int run(int argc, const char* const* argv, const std::string& version, Context& context) {
  CLI::App app("A fleet that makes music: runs one, orders songs from it, looks after it.", "musicfleet");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  add_access_options(app, context.access);
  add_dev(app, context);
  add_generate(app, context);
  add_jobs(app, context);
  add_workers(app, context);
  add_keys(app, context);
  add_audit(app, context);
  add_webhooks(app, context);
  add_tenants(app, context);
  add_cost(app, context);
  add_purchases(app, context);
  add_backup(app, context);
  add_intake(app, context);
  add_top(app, context);
  add_config(app, context);
  add_model(app, context);
  add_help(app, version, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, context.console.out, context.console.err) == 0 ? kOk : kWrongUse;
  }
  return context.exit_status;
}

}  // namespace musicfleet::cli
