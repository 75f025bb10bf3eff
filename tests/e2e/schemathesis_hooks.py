"""Loaded by Schemathesis (SCHEMATHESIS_HOOKS): keeps generated requests from waiting for a job that nobody makes, and the
songs that they order short."""
import schemathesis

SHORT_MS = 3000


def shorten(member: dict, name: str):
    """Only what is a length that the API takes."""
    length = member.get(name)
    if isinstance(length, int) and not isinstance(length, bool) and SHORT_MS <= length <= 600_000:
        member[name] = SHORT_MS


@schemathesis.hook
def before_call(context, case, kwargs):
    wait = (case.query or {}).get("wait")
    if isinstance(wait, (int, float)) and not isinstance(wait, bool) and 0 < wait <= 60:
        case.query["wait"] = 0.01
    if case.path.startswith("/v1/music") and isinstance(case.body, dict):
        if isinstance(case.body.get("prompt"), str):
            if case.body.get("music_length_ms") is None:
                case.body["music_length_ms"] = SHORT_MS
        shorten(case.body, "music_length_ms")
        for plan in (case.body.get(name) for name in ("composition_plan", "music_prompt")):
            for section in (plan.get("sections") or plan.get("chunks") or []) if isinstance(plan, dict) else []:
                if isinstance(section, dict):
                    shorten(section, "duration_ms")
