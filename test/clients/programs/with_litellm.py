"""A turn with a tool through LiteLLM's client, as its documentation calls a server of each dialect."""

import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

url, key, model, dialect = (os.environ[name] for name in ("TARGET_URL", "TARGET_KEY", "TARGET_MODEL", "TARGET_DIALECT"))
places = {
    "openai-chat": {"model": f"openai/{model}", "api_base": f"{url}/v1"},
    "openai-responses": {"model": f"openai/{model}", "api_base": f"{url}/v1"},
    "anthropic-messages": {"model": f"anthropic/{model}", "api_base": url},
    "gemini": {"model": f"gemini/{model}", "api_base": f"{url}/v1beta"},
    "bedrock-converse": {
        "model": f"bedrock/converse/{model}",
        "aws_bedrock_runtime_endpoint": url,
        "aws_region_name": "us-east-1",
        # It knows no model of this name.
        "allowed_openai_params": ["tools"],
    },
}
function = {
    "name": "add",
    "description": "Adds two numbers",
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
    },
}
question = '[[tool:add {"a":40,"b":2}]] please'
common = {**places[dialect], "api_key": key, "temperature": 0.2}


def completions():
    tools = [{"type": "function", "function": function}]
    messages = [
        {"role": "system", "content": "Call tools where they help you to answer."},
        {"role": "user", "content": question},
    ]
    message = litellm.completion(messages=messages, tools=tools, max_tokens=1000, **common).choices[0].message
    messages.append(message)
    messages += [{"role": "tool", "tool_call_id": call.id, "content": "marker-42"} for call in message.tool_calls]
    stream = litellm.completion(
        messages=messages, tools=tools, max_tokens=1000, stream=True, stream_options={"include_usage": True}, **common
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def responses():
    tools = [{"type": "function", "strict": False, **function}]
    turns = [{"role": "user", "content": question}]
    first = litellm.responses(input=turns, tools=tools, max_output_tokens=1000, store=False, **common)
    for item in first.output:
        if item.type == "function_call":
            turns.append(json.loads(item.model_dump_json(exclude_none=True)))
            turns.append({"type": "function_call_output", "call_id": item.call_id, "output": "marker-42"})
    stream = litellm.responses(input=turns, tools=tools, max_output_tokens=1000, store=False, stream=True, **common)
    return "".join(event.delta for event in stream if event.type == "response.output_text.delta")


print(responses() if dialect == "openai-responses" else completions())
