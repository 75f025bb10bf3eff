"""The official ElevenLabs SDK as a client that changes nothing but the base URL: it cannot tell whether a worker of ours makes
its songs, or whether they are bought because there is none."""
import asyncio
import re
import threading

import pytest
from elevenlabs import AsyncElevenLabs, ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import UnprocessableEntityError
from elevenlabs.types.music_prompt import MusicPrompt

from failover import KEY, Books, buys_from
from fleet import Fleet
from processes import wait_until
from prompt_judge import PromptJudge
from sound import probed, seconds_of
from upstream import Upstream

PROMPT = "a calm folk song about rain, fingerpicked guitar, soft voice"
SHORT_MS = 3000
FORMATS = {  # codec as ffprobe calls it, sample rate, channels, kbit/s
    "mp3_22050_32": ("mp3", 22050, 2, 32),
    "mp3_24000_48": ("mp3", 24000, 2, 48),
    "mp3_44100_192": ("mp3", 44100, 2, 192),
    "mp3_48000_240": ("mp3", 48000, 2, 240),
    "mp3_48000_320": ("mp3", 48000, 2, 320),
    "opus_48000_64": ("opus", 48000, 2, None),
    "pcm_16000": ("pcm_s16le", 16000, 2, None),
    "pcm_44100": ("pcm_s16le", 44100, 2, None),
    "ulaw_8000": ("pcm_mulaw", 8000, 1, None),
    "alaw_8000": ("pcm_alaw", 8000, 1, None),
}
RAW = {"pcm_s16le": "s16le", "pcm_mulaw": "mulaw", "pcm_alaw": "alaw"}
SECTIONS = {"positive_global_styles": ["acoustic", "warm"], "negative_global_styles": ["metal"], "sections": [
    {"section_name": "Intro", "positive_local_styles": ["soft"], "negative_local_styles": [], "duration_ms": 3001, "lines": []},
    {"section_name": "Verse 1", "positive_local_styles": [], "negative_local_styles": ["drums"], "duration_ms": 3002,
     "lines": ["Walking down an empty street", "Counting every light I meet"]}]}
CHUNKS = {"chunks": [{"text": "[Verse]\nWalking down an empty street", "duration_ms": 3000, "positive_styles": ["pop"], "negative_styles": []},
                     {"text": "[Chorus]\nThis is my moment", "duration_ms": 3500, "positive_styles": ["full band"]}]}


@pytest.fixture(params=["made by a worker", "bought"])
def sdk(request, fleet):
    if request.param == "made by a worker":
        fleet.start_worker("worker-1")
        yield client_of(fleet)
        return
    upstream = Upstream(keys=(KEY,))
    fleet.coordinator.stop()
    buys_from(fleet, upstream)
    fleet.start_coordinator()
    yield client_of(fleet)
    upstream.close()
    books = Books(fleet.data)
    assert len(upstream.charges) == fleet.job_count() > 0
    assert books.states() == ["bought"] * len(upstream.charges)


def client_of(fleet: Fleet, **options) -> ElevenLabs:
    return ElevenLabs(**{"base_url": fleet.endpoints["http_url"], "api_key": fleet.api_key, "timeout": 240, **options})


def song(chunks) -> bytes:
    return b"".join(chunks)


def lengths(plan: MusicPrompt) -> int:
    for section in plan.sections:
        assert 3000 <= section.duration_ms <= 120_000
    return sum(section.duration_ms for section in plan.sections)


def refusal(call) -> ApiError:
    with pytest.raises(ApiError) as refused:
        result = call()
        if not isinstance(result, MusicPrompt):
            list(result)
    return refused.value


def test_a_song_is_an_mp3_of_the_asked_length_with_an_id(sdk, fleet, tmp_path):
    with sdk.music.with_raw_response.compose(prompt=PROMPT, music_length_ms=3210) as answer:
        audio, headers = song(answer.data), {name.lower(): value for name, value in answer.headers.items()}
    stream = probed(tmp_path, audio)["streams"][0]
    assert (stream["codec_name"], stream["sample_rate"]) == ("mp3", "44100")
    assert float(stream["duration"]) == pytest.approx(3.21, abs=0.08)
    assert headers["content-type"] == "audio/mpeg"
    assert int(headers["content-length"]) == len(audio)
    assert fleet.job(headers["song-id"])["duration_seconds"] == 3.21
    assert fleet.audio(headers["song-id"]) == audio


def test_two_orders_are_two_songs(sdk):
    ids = []
    for _ in range(2):
        with sdk.music.with_raw_response.compose(prompt=PROMPT, music_length_ms=SHORT_MS) as answer:
            song(answer.data)
            ids.append(answer.headers["song-id"])
    assert ids[0] != ids[1]


@pytest.mark.parametrize("name", FORMATS)
def test_a_song_has_the_format_that_was_asked_for(sdk, tmp_path, name):
    codec, rate, channels, kbps = FORMATS[name]
    audio = song(sdk.music.compose(prompt=PROMPT, music_length_ms=SHORT_MS, output_format=name))
    raw = ("-f", RAW[codec], "-ar", str(rate), "-ac", str(channels)) if codec in RAW else ()
    found = probed(tmp_path, audio, raw)
    stream = found["streams"][0]
    assert (stream["codec_name"], int(stream["sample_rate"]), stream["channels"]) == (codec, rate, channels)
    assert float(found["format"]["duration"]) == pytest.approx(3, abs=0.11)
    if kbps:
        assert len(audio) * 8 / 1000 / 3 == pytest.approx(kbps, rel=0.15)


def test_a_model_of_the_second_generation_has_another_default(sdk, tmp_path):
    audio = song(sdk.music.compose(prompt=PROMPT, music_length_ms=SHORT_MS, model_id="music_v2"))
    assert probed(tmp_path, audio)["streams"][0]["sample_rate"] == "48000"


def test_plans_of_both_generations_say_how_long_the_song_is(sdk, tmp_path):
    sections = song(sdk.music.compose(composition_plan=MusicPrompt(**SECTIONS), respect_sections_durations=True, seed=7))
    assert seconds_of(tmp_path, sections) == pytest.approx(6.003, abs=0.08)
    assert song(sdk.music.compose(composition_plan=SECTIONS, seed=7)) == sections
    chunks = song(sdk.music.compose(composition_plan=CHUNKS, model_id="music_v2"))
    assert seconds_of(tmp_path, chunks) == pytest.approx(6.5, abs=0.08)


def test_a_detailed_song_is_what_the_sdks_parser_reads(sdk, tmp_path):
    answer = sdk.music.compose_detailed(prompt=PROMPT, music_length_ms=SHORT_MS, force_instrumental=True)
    assert lengths(MusicPrompt(**answer.json["composition_plan"])) == SHORT_MS
    assert set(answer.json["song_metadata"]) == {"title", "description", "genres", "languages", "is_explicit"}
    assert answer.json["song_metadata"]["languages"] == ["Instrumental"]
    assert answer.filename == f"{answer.song_id}.mp3"
    # The Python SDK keeps the closing delimiter.
    audio = re.sub(rb"\r\n--[^\r\n]+--\r\n\Z", b"", answer.audio)
    assert len(audio) < len(answer.audio)
    assert seconds_of(tmp_path, audio) == pytest.approx(3, abs=0.08)


def test_a_stream_is_the_whole_song(sdk, tmp_path):
    assert seconds_of(tmp_path, song(sdk.music.stream(prompt=PROMPT, music_length_ms=SHORT_MS))) == pytest.approx(3, abs=0.08)


def test_a_plan_is_written_without_a_worker_and_taken_back(fleet, tmp_path):
    sdk = client_of(fleet)
    for ms in (3000, 61_000, 600_000):
        assert lengths(sdk.music.composition_plan.create(prompt=PROMPT, music_length_ms=ms)) == ms
    chunks = sdk.music.composition_plan.create(prompt=PROMPT, music_length_ms=20_000, model_id="music_v2").chunks
    assert sum(chunk.duration_ms for chunk in chunks) == 20_000
    jazz = sdk.music.composition_plan.create(prompt="make it jazz", source_composition_plan=MusicPrompt(**SECTIONS))
    assert lengths(jazz) == 6003
    fleet.start_worker("worker-1")
    assert seconds_of(tmp_path, song(sdk.music.compose(composition_plan=jazz))) == pytest.approx(6.003, abs=0.08)


def test_the_asynchronous_client_gets_the_same(sdk, fleet, tmp_path):
    async def make():
        client = AsyncElevenLabs(base_url=fleet.endpoints["http_url"] + "/", api_key=fleet.api_key, timeout=240)
        composed = b"".join([piece async for piece in client.music.compose(prompt=PROMPT, music_length_ms=SHORT_MS)])
        detailed = await client.music.compose_detailed(prompt=PROMPT, music_length_ms=SHORT_MS)
        plan = await client.music.composition_plan.create(prompt=PROMPT, music_length_ms=10_000)
        return composed, detailed, plan

    composed, detailed, plan = asyncio.run(make())
    assert seconds_of(tmp_path, composed) == pytest.approx(3, abs=0.08)
    assert detailed.json["composition_plan"]["sections"]
    assert lengths(plan) == 10_000


def test_errors_are_what_the_sdk_knows(fleet):
    sdk = client_of(fleet)
    stranger = client_of(fleet, api_key="sk_wrong")
    for call in (lambda: stranger.music.compose(prompt=PROMPT), lambda: stranger.music.stream(prompt=PROMPT),
                 lambda: stranger.music.composition_plan.create(prompt=PROMPT)):
        refused = refusal(call)
        assert refused.status_code == 401
        assert refused.body["detail"]["status"] == "invalid_api_key"
    too_short = refusal(lambda: sdk.music.compose(prompt=PROMPT, music_length_ms=2999))
    assert isinstance(too_short, UnprocessableEntityError)
    assert refusal(lambda: sdk.music.separate_stems(file=("a.mp3", b"\xff\xfb\x90\x00", "audio/mpeg"))).status_code == 501


def test_what_is_denied_gets_a_suggestion_that_is_made(fleet, tmp_path):
    denied = tmp_path / "denied.txt"
    denied.write_text("Some Artist\n", encoding="utf-8")
    fleet.coordinator.stop()
    fleet.more_config = f'[music]\ndeny_file = "{denied}"\n'
    fleet.start_coordinator()
    fleet.start_worker("worker-1")
    sdk = client_of(fleet)
    refused = refusal(lambda: sdk.music.compose(prompt="calm folk, some artist", music_length_ms=SHORT_MS))
    assert refused.status_code == 400
    assert refused.body["detail"]["status"] == "bad_prompt"
    suggestion = refused.body["detail"]["data"]["prompt_suggestion"]
    assert suggestion == "calm folk"
    assert song(sdk.music.compose(prompt=suggestion, music_length_ms=SHORT_MS))


def test_an_operators_hook_decides_and_where_it_is_gone_nothing_is_made(fleet):
    judge = PromptJudge(forbidden="vile")
    fleet.coordinator.stop()
    fleet.more_config = f'[music]\nprompt_hook = "{judge.url}"\n'
    fleet.start_coordinator()
    fleet.start_worker("worker-1")
    sdk = client_of(fleet)
    refused = refusal(lambda: sdk.music.compose(prompt="vile folk", music_length_ms=SHORT_MS))
    assert refused.status_code == 400
    assert refused.body["detail"]["status"] == "bad_prompt"
    suggestion = refused.body["detail"]["data"]["prompt_suggestion"]
    assert suggestion == "folk"
    assert song(sdk.music.compose(prompt=suggestion, music_length_ms=SHORT_MS))
    assert [question["tenant"] for question in judge.questions] == ["default", "default"]
    judge.close()
    gone = refusal(lambda: sdk.music.compose(prompt=suggestion, music_length_ms=SHORT_MS))
    assert gone.status_code == 503
    assert fleet.job_count() == 1
    assert "folk" not in fleet.coordinator.said()


def test_without_a_worker_the_answer_says_when_to_come_back(fleet):
    fleet.coordinator.stop()
    fleet.more_config = "[music]\nworker_wait_ms = 0\n"
    fleet.start_coordinator()
    refused = refusal(lambda: client_of(fleet).music.compose(prompt=PROMPT, music_length_ms=SHORT_MS))
    assert refused.status_code == 503
    assert refused.headers["retry-after"].isdecimal()
    assert fleet.job_count() == 0


def test_songs_come_whole_though_the_worker_is_killed_in_mid_song(fleet, tmp_path):
    worker = fleet.start_worker("worker-1")
    sdk = client_of(fleet)
    made = []
    waiting = threading.Thread(target=lambda: made.append(song(sdk.music.compose(prompt=PROMPT, music_length_ms=120_000))))
    waiting.start()
    wait_until(lambda: "a song is under way",
               lambda: [job for job in fleet.api.get("/v1/jobs").json["jobs"] if job["state"] != "queued"])
    worker.kill()
    fleet.start_worker("worker-1")
    waiting.join()
    assert seconds_of(tmp_path, made[0]) == pytest.approx(120, abs=0.1)
    assert fleet.job_count() == 1
