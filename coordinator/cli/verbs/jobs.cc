#include "coordinator/cli/verbs/jobs.h"

#include "common/clock.h"
#include "coordinator/cli/job_pages.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/story_text.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/cli/verbs/jobs_dead.h"
#include "coordinator/cli/verbs/jobs_purge.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kPromptInTable = 40;

std::string jobs_path(const JobsOptions& options) { return options.admin ? "/admin/v1/jobs" : "/v1/jobs"; }

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

// As short as the number allows: "30", "3.5".
std::string number_text(const json& object, const char* name) {
  const std::optional<double> number = number_of(object, name);
  return number ? concat(*number) : std::string("-");
}

std::string text_or_dash(const json& object, const char* name) {
  const std::string text = text_of(object, name);
  return text.empty() ? "-" : text;
}

std::string progress_of(const json& job) {
  const json& progress = object_of(job, "progress");
  if (text_of(job, "state") != "leased") return "-";
  return concat(text_of(progress, "stage"), ' ', integer_of(progress, "step"), '/',
                integer_of(progress, "steps"));
}

std::vector<std::string> row_of(const json& job) {
  return {text_of(job, "id"),
          text_of(job, "state"),
          short_time(text_of(job, "created_at")),
          number_text(job, "duration_seconds"),
          text_or_dash(job, "worker"),
          progress_of(job),
          one_line(text_of(job, "prompt"), kPromptInTable)};
}

void print_job(const json& job, std::ostream& out, std::size_t columns) {
  Table table({"field", "value"});
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) table.add({name, value});
  };
  for (const char* name : {"id", "state"}) add(name, text_of(job, name));
  if (is_true(job, "cancel_requested")) add("cancel_requested", "yes");
  for (const char* name : {"created_at", "started_at", "finished_at", "deadline"})
    add(name, short_time(text_of(job, name)));
  add("attempts", concat(integer_of(job, "attempts")));
  for (const char* name : {"worker", "tenant", "prompt", "lyrics", "model"}) add(name, text_of(job, name));
  add("duration_seconds", number_text(job, "duration_seconds"));
  add("seed", concat(integer_of(job, "seed")));
  if (text_of(job, "state") == "leased") add("progress", progress_of(job));
  const json &error = object_of(job, "error"), &audio = object_of(job, "audio");
  if (!error.empty()) add("error", concat(text_of(error, "code"), ": ", text_of(error, "message")));
  for (const json& warning : array_of(job, "warnings"))
    if (warning.is_string()) add("warning", warning.get<std::string>());
  if (!audio.empty()) {
    for (const char* name : {"url", "media_type", "sha256", "model"}) add(name, text_of(audio, name));
    add("size_bytes", concat(integer_of(audio, "size_bytes")));
    for (const char* name : {"loudness_lufs", "true_peak_dbtp", "generate_seconds"})
      add(name, number_text(audio, name));
  }
  table.print(out, columns);
}

}  // namespace

Result<> list_jobs(const JobsOptions& options, ApiClient& api, Console& console) {
  JobPages pages{concat(jobs_path(options), "?limit=", options.limit), options.all, options.json};
  if (!options.state.empty()) pages.path += "&state=" + path_segment(options.state);
  Table table({"JOB", "STATE", "CREATED", "SECONDS", "WORKER", "PROGRESS", "PROMPT"});
  return print_jobs(api, pages, std::move(table), row_of, console);
}

Result<> show_job(const JobsOptions& options, ApiClient& api, Console& console) {
  const json job = MF_TRY(api.get(jobs_path(options) + "/" + path_segment(options.id)));
  if (options.json)
    console.out << dump(job) << '\n';
  else
    print_job(job, console.out, console.out_columns);
  return {};
}

Result<> cancel_job(const JobsOptions& options, ApiClient& api, Console& console) {
  const json job = MF_TRY(api.remove(jobs_path(options) + "/" + path_segment(options.id)));
  if (options.json) {
    console.out << dump(job) << '\n';
  } else if (text_of(job, "state") == "cancelled") {
    console.out << text_of(job, "id") << " is cancelled\n";
  } else {
    console.out << text_of(job, "id") << " ends as soon as its worker has stopped\n";
  }
  return {};
}

Result<> requeue_jobs(const JobsOptions& options, ApiClient& admin, Console& console) {
  std::optional<Error> last;
  for (const std::string& id : options.ids) {
    const auto job = admin.post(concat("/admin/v1/jobs/", path_segment(id), "/requeue"), json::object());
    if (!job && last) console.err << "musicfleet: " << last->message << std::endl;
    if (!job)
      last = job.error();
    else if (options.json)
      console.out << dump(*job) << '\n';
    else
      console.out << text_of(*job, "id") << " is back in the queue\n";
  }
  if (last) return Failure(*last);
  return {};
}

Result<> tell_job(const JobsOptions& options, ApiClient& admin, Console& console) {
  const json story = MF_TRY(admin.get(concat("/admin/v1/jobs/", path_segment(options.id), "/story")));
  if (options.json)
    console.out << dump(story) << '\n';
  else
    console.out << story_text(story, SystemClock().wall_now(), console.out_columns);
  return {};
}

void add_jobs(CLI::App& app, Context& context) {
  auto options = std::make_shared<JobsOptions>();
  CLI::App* jobs = app.add_subcommand("jobs", "List, show, explain, cancel, requeue and purge jobs");
  jobs->require_subcommand(1)->fallthrough();
  using Verb = Result<> (*)(const JobsOptions&, ApiClient&, Console&);
  const auto add_admin = [&](const char* name, const char* what, Verb verb) {
    CLI::App* command = jobs->add_subcommand(name, what)->fallthrough();
    command->add_flag("--json", options->json, "JSON, one line a job");
    on_chosen(*command, context, [options, &context, verb]() -> Result<> {
      ApiClient admin(MF_TRY(admin_endpoint(context.access)));
      return verb(*options, admin, context.console);
    });
    return command;
  };
  const auto add = [&](const char* name, const char* what, Verb verb) {
    CLI::App* command = jobs->add_subcommand(name, what)->fallthrough();
    command->add_flag("--admin", options->admin, "By way of the admin API: jobs of every tenant");
    command->add_flag("--json", options->json, "JSON, one line a job");
    on_chosen(*command, context, [options, &context, verb]() -> Result<> {
      ApiClient api(
          MF_TRY(options->admin ? admin_endpoint(context.access) : public_endpoint(context.access)));
      return verb(*options, api, context.console);
    });
    return command;
  };
  CLI::App* list = add("list", "Jobs, newest first", list_jobs);
  list->add_option("--state", options->state, "Only queued, leased, succeeded, failed or cancelled ones");
  list->add_option("--limit", options->limit, "Jobs a page, 1 to 200")->capture_default_str();
  list->add_flag("--all", options->all, "Every page");
  add("show", "Everything about one job", show_job)
      ->add_option("id", options->id, "The job's id")
      ->required();
  add_admin("requeue", "Put failed jobs back into the queue, with all their attempts (admin API)",
            requeue_jobs)
      ->add_option("id", options->ids, "The jobs' ids")
      ->required();
  add_admin("why", "A job's whole story: every decision, its reason and its time (admin API)", tell_job)
      ->add_option("id", options->id, "The job's id")
      ->required();
  add_jobs_dead(*jobs, context);
  add_jobs_purge(*jobs, context);
  add("cancel", "Stop a job", cancel_job)->add_option("id", options->id, "The job's id")->required();
}

}  // namespace musicfleet::cli
