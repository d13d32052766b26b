"""Starts the fake provider and the gateway once for all Python clients, through the same harness as the others."""

import functools
import json
import os
import pathlib
import subprocess
import urllib.request
import uuid

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def target():
    command = [os.environ.get("HEADGATE_TEST_NODE", "node"), str(ROOT / "test/clients/serve-target.ts")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    line = process.stdout.readline()
    assert line, "the gateway did not start: see standard error"
    yield Target(**json.loads(line))
    process.stdin.close()
    try:
        process.wait(timeout=30)
    finally:
        process.kill()


class Target:
    def __init__(self, url, key, adminToken, providerUrl, models):
        self.url = url
        self.key = key
        self.admin_token = adminToken
        self.provider_url = providerUrl
        self.models = models

    def new_key(self, **limits):
        """Makes a virtual key with these limits, through the admin API; skips when there is no gateway."""
        if not self.admin_token:
            pytest.skip("there are no limits without a gateway")
        headers = {"authorization": f"Bearer {self.admin_token}"}
        return post(f"{self.url}/api/virtual-keys", {"name": f"limited-{uuid.uuid4().hex}", **limits}, headers)["value"]

    def script(self, *rules):
        post(f"{self.provider_url}/__script", rules)

    def seen(self):
        with urllib.request.urlopen(f"{self.provider_url}/__log") as response:
            return json.load(response)


def post(url, body, headers=None):
    headers = {"content-type": "application/json", **(headers or {})}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as response:
        return json.loads(response.read() or "null")


def pytest_generate_tests(metafunc):
    """`<client>_model`: one of each provider dialect, the client's own first; one when talking directly."""
    for fixture, dialect in DIALECTS.items():
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, models_for(dialect))


DIALECTS = {
    "openai_model": "openai-chat",
    "responses_model": "openai-responses",
    "anthropic_model": "anthropic-messages",
    "google_model": "gemini",
    "bedrock_model": "bedrock-converse",
}


DIRECT = os.environ.get("HEADGATE_CLIENTS_DIRECT") == "1"


@functools.cache
def models_for(dialect):
    """As the table of the other clients has it."""
    return of_table(f'[modelAt("{dialect}").own]' if DIRECT else f'modelsFor("{dialect}")')


def of_table(expression):
    """What the table of the other clients says."""
    script = f"""import {{ modelAt, modelsFor, vectorModels }} from "./test/clients/client-config.ts";
process.stdout.write(JSON.stringify({expression}))"""
    command = [os.environ.get("HEADGATE_TEST_NODE", "node"), "--input-type=module", "-e", script]
    return json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


# Titan takes one text at a time.
VECTOR_MODELS = ["fake-embed"] if DIRECT else of_table('vectorModels.filter((each) => !each.includes("titan"))')


def unknown_model_status(model):
    """What its provider answers to a model that it does not know."""
    return 400 if model.startswith(("res/", "aws/")) else 404


def check_langchain(model, tool):
    """Any of its models: an answer, a stream, and parallel calls."""
    assert model.invoke("hello there").text == "Echo: hello there"
    assert "".join(chunk.text for chunk in model.stream("hello there you")) == "Echo: hello there you"
    cities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]'
    calls = model.bind_tools([tool]).invoke(cities).tool_calls
    assert [call["args"] for call in calls] == [{"city": "Paris"}, {"city": "Rome"}]
