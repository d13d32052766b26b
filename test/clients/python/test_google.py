import pytest
from conftest import VECTOR_MODELS, check_langchain
from google import genai
from google.genai import errors, types
from langchain_google_genai import ChatGoogleGenerativeAI

CITIES = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(name="get_weather", description="The weather", parameters_json_schema=CITIES)
    ]
)
BOTH_CITIES = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]'


@pytest.fixture
def client(target):
    return genai.Client(api_key=target.key, http_options={"base_url": target.url})


def test_text_and_usage(client, google_model):
    config = types.GenerateContentConfig(system_instruction="Be brief", max_output_tokens=64)
    answer = client.models.generate_content(model=google_model, contents="hello there", config=config)
    assert answer.text == "Echo: hello there"
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    usage = answer.usage_metadata
    assert (usage.prompt_token_count, usage.candidates_token_count, usage.total_token_count) == (4, 3, 7)


def test_stream(client, google_model):
    chunks = list(client.models.generate_content_stream(model=google_model, contents="hello there you"))
    assert "".join(chunk.text or "" for chunk in chunks) == "Echo: hello there you"
    assert chunks[-1].usage_metadata.candidates_token_count == 4


def test_parallel_tools_and_results(client, google_model):
    config = types.GenerateContentConfig(
        tools=[WEATHER], automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True)
    )
    chat = client.chats.create(model=google_model, config=config)
    calls = chat.send_message(BOTH_CITIES).function_calls
    assert [call.args for call in calls] == [{"city": "Paris"}, {"city": "Rome"}]
    results = [
        types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"output": "sunny"}))
        for call in calls
    ]
    assert chat.send_message(results).text.count("=sunny") == 2


def test_thinking(client, google_model):
    config = types.GenerateContentConfig(
        thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=1024), max_output_tokens=4000
    )
    answer = client.models.generate_content(model=google_model, contents="[[think:two and two]] sum", config=config)
    parts = answer.candidates[0].content.parts
    thoughts = [part.text for part in parts if part.thought and part.text]
    if google_model.startswith("aws/"):
        assert answer.sdk_http_response.headers["x-headgate-dropped"] != ""
    else:
        assert thoughts == ["two and two"]
    assert answer.text == "Echo: sum"


def test_count(client, google_model):
    assert client.models.count_tokens(model=google_model, contents="hello there").total_tokens > 0


@pytest.mark.parametrize("model", VECTOR_MODELS)
def test_embeddings(client, model):
    embedded = client.models.embed_content(model=model, contents=["one", "two"])
    assert [vector.values for vector in embedded.embeddings] == [[0.5, -0.25, 0.0], [0.5, -0.25, 1.0]]


def test_errors(client, google_model):
    with pytest.raises(errors.ClientError) as refused:
        client.models.generate_content(model=google_model, contents="[[status:429]]")
    assert refused.value.code == 429
    with pytest.raises(errors.ClientError) as unknown:
        client.models.generate_content(model="nobody", contents="x")
    assert unknown.value.code == 404


def test_langchain(target, google_model):
    model = ChatGoogleGenerativeAI(
        model=google_model, google_api_key=target.key, base_url=target.url, max_retries=1, transport="rest"
    )
    tool = {"name": "get_weather", "description": "The weather", "parameters": CITIES}
    check_langchain(model, {"type": "function", "function": tool})
