"""From a request to audio that plays."""
import hashlib
import json
import subprocess

import pytest

from fleet import endless_song, short_song

FORMATS = {  # what is asked for: codec and container as ffprobe calls them, sample rate, media type
    "wav": ({"type": "wav", "sample_rate": 44100}, "pcm_s16le", "wav", 44100, "audio/wav"),
    "flac": ({"type": "flac"}, "flac", "flac", 48000, "audio/flac"),
    "mp3": ({"type": "mp3", "bit_rate": 256, "sample_rate": 44100}, "mp3", "mp3", 44100, "audio/mpeg"),
    "opus": ({"type": "opus", "bit_rate": 96}, "opus", "ogg", 48000, "audio/ogg"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_song_plays_in_the_format_that_was_asked_for(fleet, tmp_path, name):
    asked, codec, container, sample_rate, media_type = FORMATS[name]
    fleet.start_worker("worker-1")
    job = fleet.wait_ended(fleet.submit(short_song(format=asked, duration_seconds=3.5)))
    audio = fleet.audio(job["id"])
    assert len(audio) == job["audio"]["size_bytes"]
    assert hashlib.sha256(audio).hexdigest() == job["audio"]["sha256"]
    assert job["audio"]["media_type"] == media_type

    file = tmp_path / f"song.{name}"
    file.write_bytes(audio)
    probed = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", file],
                                       check=True, capture_output=True, text=True).stdout)
    stream = probed["streams"][0]
    assert stream["codec_name"] == codec
    assert container in probed["format"]["format_name"].split(",")
    assert int(stream["sample_rate"]) == sample_rate
    assert stream["channels"] == 2
    assert float(probed["format"]["duration"]) == pytest.approx(3.5, abs=0.06)
    decoded = subprocess.run(["ffmpeg", "-v", "error", "-i", file, "-f", "null", "-"], check=True, capture_output=True, text=True)
    assert decoded.stderr == ""


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_says_its_title_and_that_it_is_generated_and_by_what(fleet, tmp_path, name):
    fleet.start_worker("worker-1")
    title = 'Café “live” at \'noon\' 🎹'
    job = fleet.wait_ended(fleet.submit(short_song(title=title, format={"type": name})))
    assert job["title"] == title
    file = tmp_path / f"song.{name}"
    file.write_bytes(fleet.audio(job["id"]))
    probed = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", file],
                                       check=True, capture_output=True, text=True).stdout)
    # Ogg has its comments in the stream; of an mp3 the stream names LAME.
    tags = {key.lower(): value for key, value in
            {**probed["streams"][0].get("tags", {}), **probed["format"].get("tags", {})}.items()}
    assert tags["title"] == title
    assert tags["comment"].startswith("AI generated: made by musicfleet ")
    assert tags["comment"].endswith(" with the model tiny (ace_v15 turbo), seed 4711")
    assert tags["encoder"].startswith("musicfleet ")
    if name == "wav":  # ffprobe reads LIST/INFO, which has no room for more
        return
    assert (tags["ai_generated"], tags["seed"]) == ("true", "4711")
    assert tags["digital_source_type"].endswith("/trainedAlgorithmicMedia")
    assert (tags["model"], tags["model_family"], tags["model_variant"]) == ("tiny", "ace_v15", "turbo")


def test_a_title_of_two_lines_is_refused(fleet):
    answer = fleet.api.post("/v1/jobs", short_song(title="two\nlines"))
    assert answer.status == 422
    assert answer.json["detail"]["param"] == "title"


def test_the_same_seed_is_the_same_file_on_two_workers_and_another_seed_another(fleet):
    fleet.start_worker("worker-1")
    first = fleet.wait_ended(fleet.submit(short_song()))
    # The first worker is at work from now on, and takes one job at a time.
    fleet.wait_mid_song(fleet.submit(endless_song()))
    fleet.start_worker("worker-2")
    second = fleet.wait_ended(fleet.submit(short_song()))
    assert (first["worker"], second["worker"]) == ("worker-1", "worker-2")
    assert first["audio"]["sha256"] == second["audio"]["sha256"]
    other = fleet.wait_ended(fleet.submit(short_song(seed=4712)))
    assert other["audio"]["sha256"] != first["audio"]["sha256"]


def test_a_seed_that_was_drawn_is_told_and_makes_the_song_again(fleet):
    fleet.start_worker("worker-1")
    drawn = short_song()
    del drawn["seed"]
    first = fleet.wait_ended(fleet.submit(drawn))
    again = fleet.wait_ended(fleet.submit(short_song(seed=first["seed"])))
    assert again["audio"]["sha256"] == first["audio"]["sha256"]
