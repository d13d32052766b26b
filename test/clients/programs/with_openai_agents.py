"""A turn with a tool through OpenAI's Agents SDK, with the settings of its documentation: Responses unless told otherwise."""

import os

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool, set_tracing_disabled
from openai import AsyncOpenAI

url, key, model, dialect = (os.environ[name] for name in ("TARGET_URL", "TARGET_KEY", "TARGET_MODEL", "TARGET_DIALECT"))
set_tracing_disabled(True)
client = AsyncOpenAI(base_url=f"{url}/v1", api_key=key)
kind = OpenAIChatCompletionsModel if dialect == "openai-chat" else OpenAIResponsesModel


@function_tool
def add(a: int, b: int) -> str:
    """Adds two numbers."""
    return f"marker-{a + b}"


agent = Agent(name="Adder", instructions="Be brief", tools=[add], model=kind(model=model, openai_client=client))
print(Runner.run_sync(agent, '[[tool:add {"a":40,"b":2}]] please').final_output)
