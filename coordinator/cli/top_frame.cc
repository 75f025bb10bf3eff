#include "coordinator/cli/top_frame.h"

#include "coordinator/cli/console.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/cli/wrapped_text.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

std::string tenths(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

std::string intake_text(const json& intake) {
  if (!is_true(intake, "paused")) return "intake open";
  const std::string reason = text_of(intake, "reason");
  return concat("INTAKE PAUSED since ", short_time(text_of(intake, "since")),
                reason.empty() ? "" : ": " + reason);
}

std::string store_text(const json& store) {
  if (!is_true(store, "ok")) return "STORE DOWN";
  return concat("store ok, a commit takes ", tenths(number_of(store, "commit_ms").value_or(0)), " ms");
}

// "0.4 a minute (2 in 5 min)" for each window.
std::vector<std::string> throughput(const json& ended) {
  Table table({"LAST", "SONGS A MINUTE", "SONGS", "FAILED", "CANCELLED"});
  for (const json& window : ended) {
    const auto minutes = integer_of(window, "minutes"), songs = integer_of(window, "succeeded");
    const double rate = minutes > 0 ? static_cast<double>(songs) / static_cast<double>(minutes) : 0;
    table.add({concat(minutes, " min"), tenths(rate), concat(songs), concat(integer_of(window, "failed")),
               concat(integer_of(window, "cancelled"))});
  }
  return table.lines(0);
}

std::string state_of(const json& worker) {
  if (!is_true(worker, "connected")) return "away";
  if (is_true(worker, "draining")) return "draining";
  return array_of(worker, "running").empty() ? "idle" : "busy";
}

std::string speed_of(const json& overview, const std::string& worker) {
  for (const json& speed : array_of(overview, "speeds"))
    if (text_of(speed, "worker") == worker)
      return concat(tenths(number_of(speed, "realtime").value_or(0)), "x");
  return "-";
}

std::string step_of(const json& running) {
  const auto steps = integer_of(running, "steps");
  return steps > 0 ? concat(integer_of(running, "step"), '/', steps) : "-";
}

std::vector<std::string> workers(const json& overview, std::size_t columns) {
  Table table({"WORKER", "STATE", "DEVICE", "SPEED", "JOB", "STAGE", "STEP"});
  for (const json& worker : array_of(overview, "workers")) {
    if (is_true(worker, "revoked")) continue;
    const std::string name = text_of(worker, "name"), device = text_of(worker, "device");
    std::vector<std::string> row{name, state_of(worker), device.empty() ? "-" : device,
                                 speed_of(overview, name)};
    const json& running = array_of(worker, "running");
    if (running.empty()) {
      row.insert(row.end(), {"-", "-", "-"});
      table.add(row);
    }
    for (const json& job : running) {
      row.resize(4);
      row.insert(row.end(), {text_of(job, "job"), text_of(job, "stage"), step_of(job)});
      table.add(row);
      row = {"", "", "", ""};
    }
  }
  return table.lines(columns);
}

std::vector<std::string> tenants(const json& overview, std::size_t columns) {
  Table table({"TENANT", "QUEUED", "WITH WORKERS"});
  for (const json& tenant : array_of(overview, "tenants"))
    table.add({text_of(tenant, "tenant"), concat(integer_of(tenant, "queued")),
               concat(integer_of(tenant, "leased"))});
  return table.lines(columns);
}

std::vector<std::string> failures(const json& overview, std::size_t columns) {
  Table table({"FAILED AT", "JOB", "WORKER", "WHY"});
  for (const json& failed : array_of(overview, "failures")) {
    const json& error = object_of(failed, "error");
    const std::string worker = text_of(failed, "worker");
    table.add({short_time(text_of(failed, "at")), text_of(failed, "job"), worker.empty() ? "-" : worker,
               concat(text_of(error, "code"), ": ", text_of(error, "message"))});
  }
  return table.lines(columns);
}

}  // namespace

std::vector<std::string> top_frame(const json& overview, const std::string& url, FrameSize size) {
  std::vector<std::string> lines;
  const auto append = [&](const std::vector<std::string>& more) {
    lines.emplace_back();
    lines.insert(lines.end(), more.begin(), more.end());
  };
  lines.push_back(concat("musicfleet  ", url, "  ", short_time(text_of(overview, "at")), " UTC"));
  lines.push_back(concat(integer_of(overview, "queued"), " queued, ", integer_of(overview, "leased"),
                         " with workers; ", intake_text(object_of(overview, "intake")), "; ",
                         store_text(object_of(overview, "store"))));
  append(throughput(array_of(overview, "ended")));
  append(workers(overview, size.columns));
  if (!array_of(overview, "tenants").empty()) append(tenants(overview, size.columns));
  if (!array_of(overview, "failures").empty()) append(failures(overview, size.columns));
  for (std::string& line : lines) line = size.columns > 0 ? one_line(line, size.columns) : one_line(line);
  if (size.rows > 0 && lines.size() > size.rows) lines.resize(size.rows);
  return lines;
}

}  // namespace musicfleet::cli
