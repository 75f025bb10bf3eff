"""The official JavaScript SDK of ElevenLabs as a client that changes nothing but the base URL."""
import base64
import json
import os
import subprocess
from pathlib import Path

import pytest

from failing_front import FailingFront
from fleet import Fleet
from processes import LIMIT_SECONDS, wait_until
from sound import seconds_of

PROMPT = "a calm folk song about rain, fingerpicked guitar, soft voice"
SHORT = {"prompt": PROMPT, "musicLengthMs": 3000}
CLIENT = Path(__file__).with_name("javascript") / "client.cjs"


def sdk(fleet: Fleet, *calls, url=None, key=None) -> list[dict]:
    """What came of the calls, which one client makes."""
    order = {"baseUrl": url or fleet.endpoints["http_url"], "apiKey": key or fleet.api_key, "calls": calls}
    packages = Path(os.environ["MUSICFLEET_NODE_PACKAGES"])
    done = subprocess.run([os.environ["MUSICFLEET_NODE"], CLIENT], input=json.dumps(order), capture_output=True, text=True,
                          timeout=LIMIT_SECONDS, check=False, env={**os.environ, "NODE_PATH": str(packages / "node_modules")})
    assert done.returncode == 0 and done.stdout, done.stderr
    return json.loads(done.stdout)


def audio_of(outcome: dict) -> bytes:
    assert "audio" in outcome, outcome
    return base64.b64decode(outcome["audio"])


def test_songs_come_whole_by_every_method(fleet, tmp_path):
    fleet.start_worker("worker-1")
    composed, streamed, detailed = sdk(
        fleet, ["compose", SHORT], ["stream", {**SHORT, "outputFormat": "pcm_16000"}],
        ["composeDetailed", {**SHORT, "forceInstrumental": True, "withWaveformVisual": True}])
    assert seconds_of(tmp_path, audio_of(composed)) == pytest.approx(3, abs=0.08)
    assert len(audio_of(streamed)) == 3 * 16000 * 2 * 2
    # This SDK cuts the closing delimiter off: what is left is the file, to the last byte.
    assert audio_of(detailed) == fleet.audio(detailed["filename"].removesuffix(".mp3"))
    sections = detailed["json"]["compositionPlan"]["sections"]
    assert sum(section["durationMs"] for section in sections) == 3000
    assert detailed["json"]["songMetadata"]["languages"] == ["Instrumental"]


def test_a_plan_is_written_and_taken_back(fleet, tmp_path):
    fleet.start_worker("worker-1")
    [written] = sdk(fleet, ["compositionPlan.create", {"prompt": PROMPT, "musicLengthMs": 61_000}])
    assert sum(section["durationMs"] for section in written["plan"]["sections"]) == 61_000
    plan = {**written["plan"], "sections": [{**written["plan"]["sections"][0], "durationMs": 4321}]}
    [made] = sdk(fleet, ["compose", {"compositionPlan": plan}])
    assert seconds_of(tmp_path, audio_of(made)) == pytest.approx(4.321, abs=0.08)


def test_errors_are_what_the_sdk_knows(fleet):
    [too_short] = sdk(fleet, ["compose", {**SHORT, "musicLengthMs": 2999}])
    assert (too_short["error"], too_short["status"]) == ("UnprocessableEntityError", 422)
    assert too_short["body"]["detail"][0]["loc"] == ["body", "music_length_ms"]
    [stranger] = sdk(fleet, ["compose", SHORT], key="sk_wrong")
    assert (stranger["error"], stranger["status"]) == ("ElevenLabsError", 401)
    assert stranger["body"]["detail"]["status"] == "invalid_api_key"


def test_a_compose_that_the_sdk_sends_again_joins_the_song_that_is_under_way(fleet, tmp_path):
    front = FailingFront(fleet.addresses["http"], failures=1,
                         taken_on=lambda: wait_until("a song is ordered", lambda: fleet.job_count() == 1))
    fleet.start_worker("worker-1")
    [made] = sdk(fleet, ["compose", {"prompt": PROMPT, "musicLengthMs": 30_000}], url=front.url)
    assert seconds_of(tmp_path, audio_of(made)) == pytest.approx(30, abs=0.08)
    assert front.requests == 2
    [job] = fleet.api.get("/v1/jobs").json["jobs"]
    assert (job["state"], job["attempts"]) == ("succeeded", 1)
    assert fleet.audio(job["id"]) == audio_of(made)
    # It was delivered: the same request orders another one.
    [again] = sdk(fleet, ["compose", {"prompt": PROMPT, "musicLengthMs": 30_000}], url=front.url)
    assert fleet.job_count() == 2
    assert len(audio_of(again)) > 0
    front.close()
