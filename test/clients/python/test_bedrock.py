import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import check_langchain
from langchain_aws import ChatBedrockConverse

WEATHER = {
    "toolSpec": {
        "name": "get_weather",
        "inputSchema": {
            "json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        },
    }
}
BOTH_CITIES = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]'


@pytest.fixture
def client(target):
    # It sends bearer tokens over TLS alone: over plain HTTP the key goes in a header of ours.
    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=target.url,
        config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}),
    )
    client.meta.events.register("before-send", lambda request, **_: request.headers.update({"x-headgate-key": target.key}))
    return client


def user(text):
    return [{"role": "user", "content": [{"text": text}]}]


def test_converse(client, bedrock_model):
    answer = client.converse(modelId=bedrock_model, messages=user("hello there"))
    assert answer["output"]["message"]["content"][0] == {"text": "Echo: hello there"}
    assert answer["stopReason"] == "end_turn"
    assert answer["usage"]["outputTokens"] == 3


def test_converse_stream_with_tools(client, bedrock_model):
    tools = {"tools": [WEATHER]}
    stream = client.converse_stream(modelId=bedrock_model, messages=user(BOTH_CITIES), toolConfig=tools)
    events = list(stream["stream"])
    starts = [event["contentBlockStart"] for event in events if "contentBlockStart" in event]
    calls = [start["start"]["toolUse"] for start in starts if "toolUse" in start["start"]]
    assert [call["name"] for call in calls] == ["get_weather", "get_weather"]
    assert any(event.get("messageStop", {}).get("stopReason") == "tool_use" for event in events)
    assert events[-1]["metadata"]["usage"]["totalTokens"] > 0
    cities = ["Paris", "Rome"]
    history = user(BOTH_CITIES) + [
        {
            "role": "assistant",
            "content": [
                {"toolUse": {"toolUseId": call["toolUseId"], "name": call["name"], "input": {"city": city}}}
                for call, city in zip(calls, cities)
            ],
        },
        {
            "role": "user",
            "content": [
                {"toolResult": {"toolUseId": call["toolUseId"], "content": [{"text": f"sunny in {city}"}]}}
                for call, city in zip(calls, cities)
            ],
        },
    ]
    answer = client.converse(modelId=bedrock_model, messages=history, toolConfig=tools)
    assert "sunny in Rome" in answer["output"]["message"]["content"][0]["text"]


def test_invoke_stream(client, bedrock_model):
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "hello there"}],
    }
    answer = client.invoke_model_with_response_stream(modelId=bedrock_model, body=json.dumps(body))
    events = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
    assert "".join(event.get("delta", {}).get("text", "") for event in events) == "Echo: hello there"
    assert events[-1]["type"] == "message_stop"


def test_errors_have_aws_names(client):
    with pytest.raises(ClientError) as raised:
        client.converse(modelId="nobody/nothing", messages=user("x"))
    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_langchain(client, bedrock_model):
    spec = WEATHER["toolSpec"]
    tool = {"name": spec["name"], "description": "The weather", "parameters": spec["inputSchema"]["json"]}
    model = ChatBedrockConverse(model=bedrock_model, client=client, bedrock_client=client, region_name="us-east-1")
    check_langchain(model, {"type": "function", "function": tool})
