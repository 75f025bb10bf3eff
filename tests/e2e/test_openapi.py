"""/openapi.json against the running coordinator: what it says is what happens."""
import os
import subprocess
import sys

import jsonschema
import pytest
from openapi_spec_validator import validate

from fleet import endless_song, short_song
from http_api import HttpApi

# Of Schemathesis: no 5xx, and no answer whose status, type, headers or body the document does not have.
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "unsupported_method", "ignored_auth", "use_after_free", "ensure_resource_availability")
GENERATED_SECONDS = 900  # for all generated requests to one API, on a busy machine


def document_of(api: HttpApi) -> dict:
    answer = HttpApi(api.url, None).get("/openapi.json")
    assert answer.status == 200
    return answer.json


def expect_documented(document: dict, method: str, path: str, reply):
    """The reply's status is listed and its JSON follows that answer's schema."""
    response = document["paths"][path][method.lower()]["responses"][str(reply.status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    for name, header in response["headers"].items():
        assert name in reply.headers or not header.get("required"), f"{method} {path} {reply.status}: {name}"
    content = response.get("content", {})
    media_type = reply.headers.get("Content-Type", "").split(";")[0]
    assert not content or media_type in content, f"{method} {path} {reply.status}: {media_type}"
    schema = content.get("application/json", {}).get("schema")
    if schema:
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], **schema}
        jsonschema.Draft202012Validator(whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(reply.json)


def test_both_documents_are_openapi(fleet):
    for api in (fleet.api, fleet.admin):
        validate(document_of(api))


def test_every_good_answer_is_as_documented(fleet):
    fleet.start_worker("worker-1")
    document = document_of(fleet.api)

    def check(method, path, *, body=None, status=200, job="", query="", headers=None):
        reply = fleet.api.request(method, path.replace("{id}", job) + query, body, headers=headers)
        assert reply.status == status, reply.body
        expect_documented(document, method, path, reply)
        return reply

    song = short_song(lyrics="[Verse] la", bpm=90, format={"type": "mp3", "bit_rate": 128}, metadata={"order": 1})
    made = check("POST", "/v1/jobs", body=song, status=202, headers={"Idempotency-Key": "order-1"}).json["id"]
    check("POST", "/v1/jobs", body=song, status=202, headers={"Idempotency-Key": "order-1"})
    check("POST", "/v1/jobs", body=short_song(), status=409, headers={"Idempotency-Key": "order-1"})
    fleet.wait_ended(made)
    check("GET", "/v1/jobs/{id}", job=made, query="?wait=1")
    etag = check("GET", "/v1/jobs/{id}/audio", job=made).headers["ETag"]
    check("GET", "/v1/jobs/{id}/audio", job=made, status=206, headers={"Range": "bytes=0-9"})
    check("GET", "/v1/jobs/{id}/audio", job=made, status=416, headers={"Range": "bytes=99999999-"})
    check("GET", "/v1/jobs/{id}/audio", job=made, status=304, headers={"If-None-Match": etag})
    check("GET", "/v1/jobs/{id}/events", job=made)
    check("DELETE", "/v1/jobs/{id}", job=made, status=409)
    running = fleet.submit(endless_song())
    fleet.wait_mid_song(running)
    check("GET", "/v1/jobs/{id}", job=running)
    check("GET", "/v1/jobs/{id}/audio", job=running, status=409)
    check("DELETE", "/v1/jobs/{id}", job=running, status=202)
    fleet.wait_ended(running, "cancelled")
    check("DELETE", "/v1/jobs/{id}", job=running)
    check("GET", "/v1/jobs", query="?limit=1")
    check("GET", "/v1/jobs", query="?limit=0", status=422)
    for path in ("/", "/docs", "/healthz", "/readyz", "/version", "/metrics", "/openapi.json"):
        check("GET", path)


def test_every_good_answer_to_operators_is_as_documented(fleet):
    fleet.start_worker("worker-1")
    job = fleet.submit(short_song())
    fleet.wait_ended(job)
    document = document_of(fleet.admin)

    def check(method, path, *, body=None, status=200, **parameters):
        reply = fleet.admin.request(method, path.format(**parameters), body)
        assert reply.status == status, reply.body
        expect_documented(document, method, path, reply)
        return reply

    key = check("POST", "/admin/v1/keys", body={"label": "shop"}, status=201).json["id"]
    check("POST", "/admin/v1/keys", body={"tenant": "nobody"}, status=404)
    check("GET", "/admin/v1/keys")
    check("GET", "/admin/v1/keys/{id}", id=key)
    check("POST", "/admin/v1/keys/{id}/rotate", body={"overlap_seconds": 60}, id=key, status=201)
    check("POST", "/admin/v1/keys/{id}/rotate", body={}, id=key, status=409)
    check("DELETE", "/admin/v1/keys/{id}", id=key, status=204)
    check("POST", "/admin/v1/workers", body={"name": "gpu-2", "public_key": fleet.make_key("gpu-2")}, status=201)
    check("GET", "/admin/v1/workers")
    check("POST", "/admin/v1/workers/{name}/drain", body={}, name="gpu-2", status=204)
    check("POST", "/admin/v1/workers/{name}/resume", body={}, name="gpu-2", status=204)
    check("DELETE", "/admin/v1/workers/{name}", name="gpu-2", status=204)
    webhook = check("POST", "/admin/v1/webhooks", body={"url": "https://shop.example/hooks"}, status=201).json["id"]
    check("POST", "/admin/v1/webhooks", body={"url": "https://127.0.0.1/"}, status=422)
    check("GET", "/admin/v1/webhooks")
    check("GET", "/admin/v1/webhooks/{id}", id=webhook)
    check("POST", "/admin/v1/webhooks/{id}/rotate", body={}, id=webhook)
    check("POST", "/admin/v1/webhooks/{id}/disable", id=webhook)
    check("GET", "/admin/v1/webhooks/{id}/deliveries", id=webhook)
    check("DELETE", "/admin/v1/webhooks/{id}", id=webhook, status=204)
    check("GET", "/admin/v1/jobs")
    check("GET", "/admin/v1/jobs/{id}", id=job)
    check("DELETE", "/admin/v1/jobs/{id}", id=job, status=409)
    check("POST", "/admin/v1/jobs/{id}/requeue", body={}, id=job, status=409)
    check("POST", "/admin/v1/tenants", body={"id": "shop", "max_queued": 3}, status=201)
    check("POST", "/admin/v1/tenants", body={"id": "shop"}, status=409)
    check("GET", "/admin/v1/tenants")
    check("POST", "/admin/v1/tenants/{id}", body={"weight": 2}, id="shop")
    check("GET", "/admin/v1/tenants/{id}", id="shop")
    check("POST", "/admin/v1/tenants/{id}/erase", body={}, id="shop")
    check("POST", "/admin/v1/backups", body={"name": "monday"}, status=201)
    check("POST", "/admin/v1/backups", body={"name": "monday"}, status=409)
    check("POST", "/admin/v1/purges", body={}, status=422)
    check("POST", "/admin/v1/purges", body={"jobs": [job]})


def test_the_examples_follow_their_schemas(fleet):
    def examples(schema):
        for example in schema.get("examples", []):
            yield schema, example
        for member in schema.get("properties", {}).values():
            yield from examples(member)

    document = document_of(fleet.api)
    found = [pair for schema in document["components"]["schemas"].values() for pair in examples(schema)]
    found += [pair for path in document["paths"].values() for operation in path.values()
              for parameter in operation.get("parameters", []) for pair in examples(parameter["schema"])]
    assert len(found) >= 2
    for schema, example in found:
        jsonschema.validate(example, schema)


def expect_no_fault(fleet, listener: str, *choice, examples=10):
    """Schemathesis against one API, or what `choice` leaves of it."""
    api = getattr(fleet, listener)
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": os.path.dirname(__file__),
                   "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONUNBUFFERED": "1"}
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{api.url}/openapi.json", "--header", f"Authorization: Bearer {api.key}",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", *choice,
        "--generation-with-security-parameters", "false", "--max-examples", str(examples), "--seed", "1", "--generation-database",
        "none", "--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "30", "--no-color", "--continue-on-failure"]
    # Into a file, so that what was said is there however it ends.
    with open(fleet.folder / "schemathesis.log", "w+", encoding="utf-8", errors="replace") as log:
        try:
            status = subprocess.run(command, env=environment, cwd=fleet.folder, stdout=log, stderr=subprocess.STDOUT,
                                    timeout=GENERATED_SECONDS, check=False).returncode
        except subprocess.TimeoutExpired:
            status = f"not done within {GENERATED_SECONDS} s"
        log.seek(0)
        assert status == 0, f"{status}\n{log.read()}"
    assert fleet.coordinator.is_running()


@pytest.mark.parametrize("listener", ["api", "admin"])
def test_generated_requests_find_no_fault(fleet, listener):
    # The stream of events of a job that nobody makes has no end; it is looked at above. Songs are the next test's.
    expect_no_fault(fleet, listener, "--exclude-path", "/v1/jobs/{id}/events", "--exclude-path-regex", "^/v1/music(?!/plan$)")


def test_generated_requests_for_songs_find_no_fault(fleet):
    """Songs are made meanwhile. What only the vendor serves is left out: it is answered 501."""
    fleet.start_worker("worker-1", slots=2)
    expect_no_fault(fleet, "api", "--include-path-regex", "^/v1/music(/detailed|/stream|/detailed/stream)?$", examples=5)
    assert fleet.job_count() > 0
