"""A turn with a tool through LiteLLM's client, as its documentation calls a server of either shape."""

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

url, key, model, dialect = (os.environ[name] for name in ("TARGET_URL", "TARGET_KEY", "TARGET_MODEL", "TARGET_DIALECT"))
base = {"model": f"openai/{model}", "api_base": f"{url}/v1"}
if dialect == "anthropic-messages":
    base = {"model": f"anthropic/{model}", "api_base": url}
tools = [
    {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Adds two numbers",
            "parameters": {
                "type": "object",
                "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                "required": ["a", "b"],
            },
        },
    }
]
messages = [
    {"role": "system", "content": "Call tools where they help you to answer."},
    {"role": "user", "content": '[[tool:add {"a":40,"b":2}]] please'},
]
common = {**base, "api_key": key, "tools": tools, "temperature": 0.2, "max_tokens": 1000}
message = litellm.completion(messages=messages, **common).choices[0].message
messages.append(message)
messages += [{"role": "tool", "tool_call_id": call.id, "content": "marker-42"} for call in message.tool_calls]
stream = litellm.completion(messages=messages, stream=True, stream_options={"include_usage": True}, **common)
print("".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices))
