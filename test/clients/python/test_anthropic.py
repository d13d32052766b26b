import anthropic
import pytest
from conftest import check_langchain, unknown_model_status
from langchain_anthropic import ChatAnthropic

WEATHER = {
    "name": "get_weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
BOTH_CITIES = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]'


@pytest.fixture
def client(target):
    return anthropic.Anthropic(base_url=target.url, api_key=target.key, max_retries=0)


def user(content):
    return [{"role": "user", "content": content}]


def test_text_and_usage(client, anthropic_model):
    answer = client.messages.create(model=anthropic_model, max_tokens=100, messages=user("hello there"))
    assert answer.content[0].text == "Echo: hello there"
    assert answer.stop_reason == "end_turn"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (2, 3)


def test_stream(client, anthropic_model):
    with client.messages.stream(model=anthropic_model, max_tokens=100, messages=user("hello there you")) as stream:
        pieces = list(stream.text_stream)
        message = stream.get_final_message()
    assert "".join(pieces) == "Echo: hello there you"
    assert len(pieces) == 4
    assert message.usage.output_tokens == 4


def test_parallel_tools_and_results(client, anthropic_model):
    request = {"model": anthropic_model, "max_tokens": 100, "tools": [WEATHER]}
    first = client.messages.create(messages=user(BOTH_CITIES), **request)
    calls = [block for block in first.content if block.type == "tool_use"]
    assert [call.input for call in calls] == [{"city": "Paris"}, {"city": "Rome"}]
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": "sunny"} for call in calls]
    turns = [*user(BOTH_CITIES), {"role": "assistant", "content": first.content}, {"role": "user", "content": results}]
    assert client.messages.create(messages=turns, **request).content[0].text.count("=sunny") == 2


def test_thinking(client, anthropic_model):
    request = {"model": anthropic_model, "max_tokens": 4000, "thinking": {"type": "enabled", "budget_tokens": 1024}}
    question = user("[[think:two and two]] sum")
    if anthropic_model.startswith("aws/"):
        raw = client.messages.with_raw_response.create(messages=question, **request)
        assert "thinking" in raw.headers["x-headgate-dropped"]
        return
    answer = client.messages.create(messages=question, **request)
    assert [block.thinking for block in answer.content if block.type == "thinking"] == ["two and two"]
    turns = [*question, {"role": "assistant", "content": answer.content}, *user("and now")]
    assert client.messages.create(messages=turns, **request).content[-1].text == "Echo: and now"


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, anthropic.BadRequestError), (429, anthropic.RateLimitError), (500, anthropic.InternalServerError)],
)
def test_errors(client, anthropic_model, status, error):
    with pytest.raises(error):
        client.messages.create(model=anthropic_model, max_tokens=9, messages=user(f"[[status:{status}]]"))


def test_wrong_key_and_unknown_model(client, anthropic_model):
    with pytest.raises(anthropic.AuthenticationError):
        client.with_options(api_key="hg-wrong").messages.create(model=anthropic_model, max_tokens=9, messages=user("x"))
    with pytest.raises(anthropic.APIStatusError) as unknown:
        client.messages.create(model=f"{anthropic_model}-unknown", max_tokens=9, messages=user("x"))
    assert unknown.value.status_code == unknown_model_status(anthropic_model)


def test_count_tokens(client, anthropic_model):
    assert client.messages.count_tokens(model=anthropic_model, messages=user("one two three")).input_tokens > 0


def test_langchain(target, anthropic_model):
    model = ChatAnthropic(model=anthropic_model, base_url=target.url, api_key=target.key, max_retries=0, max_tokens=100)
    check_langchain(model, WEATHER)
