import json
import time

import openai
import pytest
from conftest import VECTOR_MODELS, check_langchain, unknown_model_status
from langchain_openai import ChatOpenAI

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
BOTH_CITIES = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]'


@pytest.fixture
def client(target):
    return openai.OpenAI(base_url=f"{target.url}/v1", api_key=target.key, max_retries=0)


def user(content):
    return [{"role": "user", "content": content}]


def test_text_and_usage(client, openai_model):
    answer = client.chat.completions.create(model=openai_model, messages=user("hello there"))
    assert answer.choices[0].message.content == "Echo: hello there"
    assert answer.choices[0].finish_reason == "stop"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (2, 3)


def test_stream(client, openai_model):
    stream = client.chat.completions.create(
        model=openai_model, messages=user("hello there you"), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert "".join(pieces) == "Echo: hello there you"
    assert len(pieces) == 4
    assert chunks[-1].usage.completion_tokens == 4


def test_parallel_tools_and_results(client, openai_model):
    first = client.chat.completions.create(model=openai_model, messages=user(BOTH_CITIES), tools=[WEATHER])
    message = first.choices[0].message
    assert [json.loads(call.function.arguments)["city"] for call in message.tool_calls] == ["Paris", "Rome"]
    results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in message.tool_calls]
    second = client.chat.completions.create(
        model=openai_model, messages=[*user(BOTH_CITIES), message, *results], tools=[WEATHER]
    )
    assert second.choices[0].message.content.count("=sunny") == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, openai.BadRequestError), (429, openai.RateLimitError), (500, openai.InternalServerError)],
)
def test_errors(client, openai_model, status, error):
    with pytest.raises(error):
        client.chat.completions.create(model=openai_model, messages=user(f"[[status:{status}]]"))


def test_wrong_key_and_unknown_model(target, client, openai_model):
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="hg-wrong").chat.completions.create(model=openai_model, messages=user("x"))
    with pytest.raises(openai.APIStatusError) as unknown:
        client.chat.completions.create(model=f"{openai_model}-unknown", messages=user("x"))
    assert unknown.value.status_code == unknown_model_status(openai_model)


def test_base_url_without_v1(target, openai_model):
    bare = openai.OpenAI(base_url=target.url, api_key=target.key, max_retries=0)
    answer = bare.chat.completions.create(model=openai_model, messages=user("hello"))
    assert answer.choices[0].message.content == "Echo: hello"


@pytest.mark.parametrize("model", VECTOR_MODELS)
def test_embeddings(client, model):
    embedded = client.embeddings.create(model=model, input=["one", "two"])
    assert [vector.embedding for vector in embedded.data] == [[0.5, -0.25, 0.0], [0.5, -0.25, 1.0]]


def test_models(client, openai_model):
    assert openai_model in [model.id for model in client.models.list()]


def test_abort_reaches_the_provider(target, client, openai_model):
    stream = client.chat.completions.create(
        model=openai_model, messages=user("[[words:500]] [[delay:20]] abort me"), stream=True
    )
    next(iter(stream))
    stream.close()
    for _ in range(100):
        entries = [entry for entry in target.seen() if "abort me" in entry["body"]]
        if entries and "abortedAtMs" in entries[-1]:
            return
        time.sleep(0.03)
    pytest.fail(f"the provider saw {entries}")


def test_responses_whole_and_streamed(client, responses_model):
    answer = client.responses.create(model=responses_model, input="hello there", instructions="Be brief")
    assert (answer.output_text, answer.status) == ("Echo: hello there", "completed")
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (4, 3)
    with client.responses.stream(model=responses_model, input="hello there you") as stream:
        deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
        assert stream.get_final_response().output_text == "".join(deltas) == "Echo: hello there you"


def test_a_call_of_responses_and_its_result(client, responses_model):
    tools = [{"type": "function", "strict": False, **WEATHER["function"]}]
    first = client.responses.create(model=responses_model, input=BOTH_CITIES, tools=tools)
    calls = [item for item in first.output if item.type == "function_call"]
    assert [json.loads(call.arguments)["city"] for call in calls] == ["Paris", "Rome"]
    results = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"} for call in calls]
    turns = [*user(BOTH_CITIES), *first.output, *results]
    assert client.responses.create(model=responses_model, input=turns, tools=tools).output_text.count("=sunny") == 2


@pytest.mark.parametrize("responses", [False, True])
def test_langchain(target, openai_model, responses):
    model = ChatOpenAI(
        model=openai_model,
        base_url=f"{target.url}/v1",
        api_key=target.key,
        max_retries=0,
        use_responses_api=responses,
    )
    check_langchain(model, WEATHER)
