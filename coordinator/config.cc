#include "coordinator/config.h"

#include "coordinator/elevenlabs/music_model.h"
#include "coordinator/policy/prompt_hook.h"
#include "coordinator/webhooks/target_rules.h"

#include <charconv>

namespace musicfleet {
namespace {

using namespace std::chrono_literals;

Result<> take_address(ConfigFile& file, const std::string& name, HostPort& into) {
  std::string text = to_text(into);
  MF_CHECK(file.take(name, text));
  const auto address = host_port_of(text);
  if (!address) return fail(ErrorCode::kInvalidArgument, file.where(name), ' ', address.error().message);
  into = *address;
  return {};
}

Result<> take_address(ConfigFile& file, const std::string& name, std::optional<HostPort>& into) {
  std::string text;
  MF_CHECK(file.take(name, text));
  if (text.empty()) return {};
  const auto address = host_port_of(text);
  if (!address) return fail(ErrorCode::kInvalidArgument, file.where(name), ' ', address.error().message);
  into = *address;
  return {};
}

Result<> take_log_level(ConfigFile& file, LogLevel& into) {
  std::string text;
  MF_CHECK(file.take("log_level", text));
  if (text.empty()) return {};
  const auto level = log_level_of(text);
  if (!level)
    return fail(ErrorCode::kInvalidArgument, file.where("log_level"), " must be debug, info, warn or error");
  into = *level;
  return {};
}

Result<> take_dispatch(ConfigFile& file, dispatch::Settings& into) {
  MF_CHECK(file.take("heartbeat_ms", into.heartbeat, 10ms, 1min));
  MF_CHECK(file.take("lease_ms", into.lease, 20ms, 10min));
  if (into.lease < 2 * into.heartbeat)
    return fail(ErrorCode::kInvalidArgument, file.where("lease_ms"),
                " must be at least twice heartbeat_ms, or one late heartbeat loses every job");
  MF_CHECK(file.take("priority_step_ms", into.priority_step, 1ms, 24h));
  MF_CHECK(file.take("failure_half_life_ms", into.failure_half_life, 1ms, 24h));
  MF_CHECK(file.take("min_worker_version", into.min_worker_version));
  MF_CHECK(file.take("max_attempts", into.max_attempts, 1, 100));
  MF_CHECK(file.take("retry_first_ms", into.retry.first, 1ms, 10min));
  MF_CHECK(file.take("retry_longest_ms", into.retry.longest, 1ms, 60min));
  MF_CHECK(file.take("stall_minimum_ms", into.stall_minimum, 100ms, 60min));
  MF_CHECK(file.take("stage_patience_ms", into.stage_patience, 100ms, 24h));
  return {};
}

Result<> take_days(ConfigFile& file, const std::string& name, std::chrono::days& into) {
  int days = static_cast<int>(into.count());
  MF_CHECK(file.take(name, days, 0, 36'500));
  into = std::chrono::days(days);
  return {};
}

Result<> take_retention(ConfigFile& file, RetentionPolicy& into) {
  MF_CHECK(take_days(file, "retention.audio_days", into.audio));
  MF_CHECK(take_days(file, "retention.events_days", into.events));
  return take_days(file, "retention.jobs_days", into.jobs);
}

Result<> take_webhooks(ConfigFile& file, Config& config) {
  MF_CHECK(file.take("webhooks.allow", config.webhooks_allow));
  if (const auto rules = webhooks::TargetRules::of(config.webhooks_allow); !rules)
    return fail(ErrorCode::kInvalidArgument, file.where("webhooks.allow"), ' ', rules.error().message);
  MF_CHECK(file.take("webhooks.ca_file", config.webhooks_ca_file));
  MF_CHECK(file.take("webhooks.parallel", config.webhooks_parallel, 1, 256));
  MF_CHECK(file.take("webhooks.timeout_ms", config.webhooks_timeout, 100ms, 1min));
  return {};
}

Result<> take_music(ConfigFile& file, Config& config) {
  for (const std::string_view id : elevenlabs::model_ids()) {
    std::string local;
    MF_CHECK(file.take(concat("music.models.", id), local));
    if (!local.empty()) config.music_models[std::string(id)] = std::move(local);
  }
  MF_CHECK(file.take("music.deny_file", config.music_deny_file));
  MF_CHECK(file.take("music.prompt_hook", config.music_prompt_hook));
  if (!config.music_prompt_hook.empty())
    if (const Result<> good = policy::check_hook_url(config.music_prompt_hook); !good)
      return fail(ErrorCode::kInvalidArgument, file.where("music.prompt_hook"), ' ', good.error().message);
  MF_CHECK(file.take("music.prompt_hook_timeout_ms", config.music_prompt_hook_timeout, 100ms, 60s));
  MF_CHECK(file.take("music.prompt_hook_failure", config.music_prompt_hook_failure));
  if (config.music_prompt_hook_failure != "refuse" && config.music_prompt_hook_failure != "admit")
    return fail(ErrorCode::kInvalidArgument, file.where("music.prompt_hook_failure"),
                " must be \"refuse\" or \"admit\", not ", config.music_prompt_hook_failure);
  MF_CHECK(file.take("music.wait_ms", config.music_wait, 1s, 1h));
  MF_CHECK(file.take("music.worker_wait_ms", config.music_worker_wait, 0ms, 1h));
  MF_CHECK(file.take("music.max_concurrent", config.music_max_concurrent, 1, 100'000));
  return file.take("music.cancel_abandoned", config.music_cancel_abandoned);
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

// What listens beyond this machine needs TLS in front of it and a name by which workers and clients find it.
Result<> check_exposure(const ConfigFile& file, const Config& config) {
  const auto refuse = [&](const char* setting, const char* why) {
    return fail(ErrorCode::kInvalidArgument, file.where(setting), why);
  };
  if (!is_loopback(config.admin_listen.host))
    return refuse("admin.listen", " must be an address of this machine's loopback");
  if (is_loopback(config.http_listen.host)) return {};
  if (!config.http_behind_proxy)
    return refuse(
        "http.listen",
        " is beyond loopback, which needs a proxy that speaks TLS: set http.behind_proxy once there is one");
  if (config.http_public_url.empty())
    return refuse(
        "http.listen",
        " is beyond loopback, which needs http.public_url: the address that links and upload tickets carry");
  return {};
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? ", " : "") + toml_text(text);
  return list + ']';
}

std::string_view level_name(LogLevel level) {
  for (const std::string_view name : {"debug", "info", "warn", "error"})
    if (log_level_of(name) == level) return name;
  return "info";
}

}  // namespace

Result<HostPort> host_port_of(const std::string& text) {
  const auto colon = text.rfind(':');
  const Failure wrong = fail(ErrorCode::kInvalidArgument, "must be HOST:PORT, not \"", text, '"');
  if (colon == std::string::npos || colon == 0) return wrong;
  HostPort address{text.substr(0, colon), 0};
  if (address.host.front() == '[') {
    if (address.host.size() < 3 || address.host.back() != ']') return wrong;
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    return wrong;
  }
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || rest != end) return wrong;
  return address;
}

std::string to_text(const HostPort& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return is_v6 ? concat('[', address.host, "]:", address.port) : concat(address.host, ':', address.port);
}

Result<Config> config_of(ConfigFile file) {
  Config config;
  MF_CHECK(file.take("data_dir", config.data_dir));
  MF_CHECK(file.take("backup_dir", config.backup_dir));
  MF_CHECK(take_log_level(file, config.log_level));
  MF_CHECK(take_address(file, "http.listen", config.http_listen));
  MF_CHECK(file.take("http.public_url", config.http_public_url));
  if (!config.http_public_url.empty()) {
    const bool is_http =
        config.http_public_url.rfind("http://", 0) == 0 || config.http_public_url.rfind("https://", 0) == 0;
    if (!is_http || config.http_public_url.back() == '/')
      return fail(ErrorCode::kInvalidArgument, file.where("http.public_url"),
                  " must begin with http:// or https:// and have no slash at its end");
  }
  MF_CHECK(file.take("http.behind_proxy", config.http_behind_proxy));
  MF_CHECK(file.take("http.max_connections", config.http_max_connections, 16, 100'000));
  MF_CHECK(file.take("http.page", config.http_page));
  MF_CHECK(take_address(file, "admin.listen", config.admin_listen));
  MF_CHECK(take_address(file, "fleet.listen", config.fleet_listen));
  MF_CHECK(file.take("fleet.key_file", config.fleet_key_file));
  MF_CHECK(take_address(file, "fleet.next_listen", config.fleet_next_listen));
  MF_CHECK(file.take("fleet.next_key_file", config.fleet_next_key_file));
  MF_CHECK(check_exposure(file, config));
  MF_CHECK(take_webhooks(file, config));
  MF_CHECK(take_music(file, config));
  MF_CHECK(file.take("max_live_jobs", config.max_live_jobs, 1, 1'000'000));
  MF_CHECK(take_dispatch(file, config.dispatch));
  MF_CHECK(take_retention(file, config.retention));
  config.failover = MF_TRY(failover_config_of(file));
  config.dispatch.server_month = config.failover.server_month;
  config.dispatch.song_price = config.failover.song_price;
  MF_CHECK(file.all_taken());
  return config;
}

std::string to_toml(const Config& config) {
  const dispatch::Settings& d = config.dispatch;
  std::string text = concat(
      "data_dir = ", toml_text(config.data_dir.string()),
      "\nbackup_dir = ", toml_text(config.backup_dir.string()),
      "\nlog_level = ", toml_text(std::string(level_name(config.log_level))),
      "\nmax_live_jobs = ", config.max_live_jobs, "\nheartbeat_ms = ", d.heartbeat.count(),
      "\nlease_ms = ", d.lease.count(), "\npriority_step_ms = ", d.priority_step.count(),
      "\nfailure_half_life_ms = ", d.failure_half_life.count(),
      "\nmin_worker_version = ", toml_text(d.min_worker_version), "\nmax_attempts = ", d.max_attempts,
      "\nretry_first_ms = ", d.retry.first.count(), "\nretry_longest_ms = ", d.retry.longest.count(),
      "\nstall_minimum_ms = ", d.stall_minimum.count(), "\nstage_patience_ms = ", d.stage_patience.count());
  text += concat("\n\n[http]\nlisten = ", toml_text(to_text(config.http_listen)),
                 "\npublic_url = ", toml_text(config.http_public_url),
                 "\nbehind_proxy = ", config.http_behind_proxy ? "true" : "false",
                 "\nmax_connections = ", config.http_max_connections,
                 "\npage = ", config.http_page ? "true" : "false");
  text += concat("\n\n[admin]\nlisten = ", toml_text(to_text(config.admin_listen)));
  text += concat("\n\n[fleet]\nlisten = ", toml_text(to_text(config.fleet_listen)),
                 "\nkey_file = ", toml_text(config.fleet_key_file.string()), "\nnext_listen = ",
                 toml_text(config.fleet_next_listen ? to_text(*config.fleet_next_listen) : ""),
                 "\nnext_key_file = ", toml_text(config.fleet_next_key_file.string()));
  text += concat("\n\n[retention]\naudio_days = ", config.retention.audio.count(),
                 "\nevents_days = ", config.retention.events.count(),
                 "\njobs_days = ", config.retention.jobs.count(), '\n');
  text += concat("\n[webhooks]\nallow = ", toml_list(config.webhooks_allow),
                 "\nca_file = ", toml_text(config.webhooks_ca_file.string()),
                 "\nparallel = ", config.webhooks_parallel,
                 "\ntimeout_ms = ", config.webhooks_timeout.count(), '\n');
  text += concat(
      "\n[music]\ndeny_file = ", toml_text(config.music_deny_file.string()),
      "\nprompt_hook = ", toml_text(config.music_prompt_hook),
      "\nprompt_hook_timeout_ms = ", config.music_prompt_hook_timeout.count(),
      "\nprompt_hook_failure = ", toml_text(config.music_prompt_hook_failure),
      "\nwait_ms = ", config.music_wait.count(), "\nworker_wait_ms = ", config.music_worker_wait.count(),
      "\nmax_concurrent = ", config.music_max_concurrent,
      "\ncancel_abandoned = ", config.music_cancel_abandoned ? "true" : "false", "\n\n[music.models]\n");
  for (const auto& [id, local] : config.music_models) text += concat(id, " = ", toml_text(local), '\n');
  return concat(text, '\n', to_toml(config.failover));
}

}  // namespace musicfleet
