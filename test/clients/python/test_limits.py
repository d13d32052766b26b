"""What an application sees of limits when its SDK retries as it comes out of the box."""

import time

import anthropic
import openai
import pytest

SDKS = {"openai": (openai, openai.DefaultHttpxClient), "anthropic": (anthropic, anthropic.DefaultHttpxClient)}


class Client:
    """One of the two SDKs, its requests counted."""

    def __init__(self, name, target, key):
        self.sdk, http_client = SDKS[name]
        self.sent_at = []
        http = http_client(event_hooks={"request": [lambda _: self.sent_at.append(time.monotonic())]})
        self.model = target.models[0 if name == "openai" else 1]
        if name == "openai":
            self.api = openai.OpenAI(base_url=f"{target.url}/v1", api_key=key, http_client=http).chat.completions
        else:
            self.api = anthropic.Anthropic(base_url=target.url, api_key=key, http_client=http).messages

    def ask(self, content="hello", api=None, **more):
        messages = [{"role": "user", "content": content}]
        return (api or self.api).create(model=self.model, max_tokens=400, messages=messages, **more)


@pytest.fixture(params=SDKS)
def limited(target, request):
    return lambda **limits: Client(request.param, target, target.new_key(**limits))


def test_a_spent_budget_is_refused_once(limited):
    client = limited(budgets=[{"limit_usd": 0.0001, "period": "1d"}])
    with pytest.raises(client.sdk.APIStatusError) as refusal:
        client.ask()
    assert refusal.value.status_code == 402
    assert "it resets at 20" in refusal.value.message
    assert refusal.value.response.headers["x-headgate-error"] == "budget_exceeded"
    assert len(client.sent_at) == 1


def test_a_place_that_a_running_request_takes_is_waited_for(limited):
    client = limited(rate_limits=[{"concurrent": 1}])
    with client.ask("[[words:40]] [[delay:20]]", stream=True) as running:
        events = iter(running)
        next(events)
        answer = client.ask()
    assert answer.usage is not None
    _, refused_at, *again_at = client.sent_at
    assert again_at[0] - refused_at >= 0.99


def test_a_rate_limit_of_hours_is_told_at_once(limited):
    client = limited(rate_limits=[{"requests": 1, "per": "1h"}])
    headers = client.ask(api=client.api.with_raw_response).headers
    names = ["x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining"]
    assert [headers[name] for name in names if name in headers] == ["0"]
    with pytest.raises(client.sdk.RateLimitError, match=r"it fits in \d+ s") as refusal:
        client.ask()
    assert int(refusal.value.response.headers["retry-after"]) > 3000
    assert len(client.sent_at) == 2


def test_a_cut_stream_ends_in_our_words(limited, target):
    client = limited()
    target.script({"answer": {"kind": "default", "cutAfter": 6, "ending": "close"}})
    came = []
    with pytest.raises(client.sdk.APIError, match="before the answer was complete"):
        for event in client.ask("[[words:50]]", stream=True):
            came.append(event)
    assert len(came) > 2
    assert len(client.sent_at) == 1
