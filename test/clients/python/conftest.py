"""Starts the fake provider and the gateway once for all Python clients, through the same harness as the others."""

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
    """`openai_model` and `anthropic_model`: a same-dialect and a translated one each; one when talking directly."""
    direct = os.environ.get("HEADGATE_CLIENTS_DIRECT") == "1"
    if "openai_model" in metafunc.fixturenames:
        metafunc.parametrize("openai_model", ["fake-gpt"] if direct else ["oai/fake-gpt", "ant/fake-claude"])
    if "anthropic_model" in metafunc.fixturenames:
        metafunc.parametrize("anthropic_model", ["fake-claude"] if direct else ["ant/fake-claude", "oai/fake-gpt"])
