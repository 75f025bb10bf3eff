// webhooks list, add, rotate, enable, disable, remove, deliveries, resend: who is told what happens to jobs,
// and what was sent. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>
#include <vector>

namespace musicfleet::cli {

struct WebhooksOptions {
  std::string id;
  std::string url;
  std::vector<std::string> events;  // empty: what the coordinator takes by itself
  std::string tenant;               // empty: all of a list, `default` of a new one
  std::string description;
  std::string secret_file;
  int overlap_hours = 24;
  std::string state;
  int limit = 50;
  std::string delivery;
  bool json = false;
};

void add_webhooks(CLI::App& app, Context& context);

// Of a new or rotated webhook the secret is the only thing on `out`, so that it can be sent into a file.
Result<> add_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> rotate_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> list_webhooks(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> enable_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> disable_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> remove_webhook(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> list_deliveries(const WebhooksOptions& options, ApiClient& admin, Console& console);
Result<> resend_delivery(const WebhooksOptions& options, ApiClient& admin, Console& console);

}  // namespace musicfleet::cli
