#include "coordinator/cli/story_text.h"

#include "common/job_spec.h"
#include "coordinator/cli/fact_text.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/wrapped_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::cli {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kLabel = 12;  // characters before a line of the head

std::string ago(const std::string& time, UtcTime now) {
  const auto at = parse_utc_time(time);
  if (!at) return time;
  const auto gone = now - *at;
  return gone.count() < 0 ? concat("in ", span_text(-gone)) : concat(span_text(gone), " ago");
}

std::string when(const std::string& time, UtcTime now) {
  return concat(short_time(time), " (", ago(time, now), ")");
}

std::string headline(const json& job, UtcTime now) {
  const std::string id = text_of(job, "id"), state = text_of(job, "state"), worker = text_of(job, "worker");
  if (state == "queued") return concat(id, " is queued");
  if (state == "leased") {
    const json& progress = object_of(job, "progress");
    std::string text = concat(id, " is with ", worker, ": ", text_of(progress, "stage"));
    if (integer_of(progress, "steps") > 0)
      text += concat(" ", integer_of(progress, "step"), "/", integer_of(progress, "steps"));
    if (is_true(job, "cancel_requested")) text += ", asked to stop";
    return text;
  }
  return concat(id, state == "cancelled" ? " was " : " has ", state, " ",
                ago(text_of(job, "finished_at"), now));
}

std::string order_of(const json& job, UtcTime now) {
  std::string text = concat(when(text_of(job, "created_at"), now), " by tenant ", text_of(job, "tenant"));
  if (const auto seconds = number_of(job, "duration_seconds")) text += concat(": ", *seconds, " s of music");
  const std::string model = text_of(job, "model");
  return text + concat(", ", model.empty() ? "any model" : "model " + model, ", priority ",
                       integer_of(job, "priority"));
}

// The last event of a kind, unless a later one of `enders` has made it void; null without one.
const json& last_event(const json& events, std::initializer_list<std::string_view> kinds,
                       std::initializer_list<std::string_view> enders) {
  static const json kNone;
  const auto is_one_of = [](const std::string& kind, const auto& names) {
    return std::find(names.begin(), names.end(), kind) != names.end();
  };
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    const std::string kind = text_of(*event, "kind");
    if (is_one_of(kind, kinds)) return *event;
    if (is_one_of(kind, enders)) break;
  }
  return kNone;
}

// What a job that is not over waits for; empty where there is nothing to say.
std::string outlook(const json& job, const json& events, UtcTime now) {
  const std::string state = text_of(job, "state");
  if (state == "failed")
    return concat("nothing more happens by itself; `musicfleet jobs requeue ", text_of(job, "id"),
                  "` puts it back into the queue");
  if (state != "queued") return {};
  const json& rest = last_event(events, {"requeued", "retry"}, {"leased", "waiting"});
  const auto rests = number_of(object_of(rest, "detail"), "rest_ms");
  const auto delay = rests ? rests : number_of(object_of(rest, "detail"), "delay_ms");
  const auto since = parse_utc_time(text_of(rest, "at"));
  if (delay && since) {
    const UtcTime over = *since + milliseconds(static_cast<std::int64_t>(*delay));
    if (over > now) return concat("its rest after the last attempt ends in ", span_text(over - now));
  }
  const json& waiting = last_event(events, {"waiting"}, {"leased", "requeued"});
  if (!waiting.is_null()) return event_text("waiting", object_of(waiting, "detail")).text;
  return "a worker that can make it has to be free: `musicfleet workers list` shows them";
}

void add_line(std::string& out, const char* label, const std::string& text, std::size_t columns) {
  if (text.empty()) return;
  const std::string indent(kLabel, ' ');
  std::string first = "  " + std::string(label);
  first.resize(kLabel, ' ');
  out += wrapped(text, {first, indent}, columns);
}

void add_head(std::string& out, const json& story, UtcTime now, std::size_t columns) {
  const json &job = object_of(story, "job"), &error = object_of(job, "error");
  out += wrapped(headline(job, now), {"", "  "}, columns);
  add_line(out, "ordered", order_of(job, now), columns);
  if (const std::string due = text_of(job, "deadline"); !due.empty())
    add_line(out, "deadline", when(due, now), columns);
  const auto attempts = array_of(story, "attempts").size();
  if (attempts > 0)
    add_line(out, "leases",
             concat(attempts, " so far, the last to ", text_of(job, "worker"), "; epoch ",
                    integer_of(job, "epoch"), ", ", integer_of(job, "attempts"), " count as attempts"),
             columns);
  if (!error.empty())
    add_line(out, "error", concat(text_of(error, "code"), ": ", text_of(error, "message")), columns);
  if (const std::string finish = text_of(object_of(job, "progress"), "predicted_finish");
      !finish.empty() && text_of(job, "state") == "leased")
    add_line(out, "steps end", when(finish, now), columns);
  const bool waits = text_of(job, "state") == "queued";
  add_line(out, waits ? "waits for" : "next", outlook(job, array_of(story, "events"), now), columns);
}

void add_events(std::string& out, const json& events, std::size_t columns) {
  std::size_t widest = 0;
  for (const json& event : events) widest = std::max(widest, utf8_length(one_line(text_of(event, "kind"))));
  std::optional<UtcTime> begin;
  for (const json& event : events) {
    const auto at = parse_utc_time(text_of(event, "at"));
    if (!begin) begin = at;
    std::string since = at && begin ? "+" + span_text(std::max(*at - *begin, milliseconds{0})) : "";
    since.resize(std::max<std::size_t>(since.size(), 12), ' ');
    std::string kind = one_line(text_of(event, "kind"));
    const EventText told = event_text(kind, object_of(event, "detail"));
    kind.resize(kind.size() + widest - utf8_length(kind), ' ');
    const std::string first = concat(one_line(short_time(text_of(event, "at"))), "  ", since, " ", kind,
                                     told.text.empty() ? "" : "  ");
    const std::string indent(utf8_length(first), ' ');
    out += wrapped(told.text, {first, indent}, columns);
    for (const std::string& item : told.items) out += wrapped(item, {indent + "- ", indent + "  "}, columns);
  }
}

}  // namespace

std::string story_text(const json& story, UtcTime now, std::size_t columns) {
  std::string out;
  add_head(out, story, now, columns);
  out += '\n';
  add_events(out, array_of(story, "events"), columns);
  return out;
}

}  // namespace musicfleet::cli
