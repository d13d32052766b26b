"""A turn with a tool through pydantic-ai, with the settings of its documentation."""

import os

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

url, key, model, dialect = (os.environ[name] for name in ("TARGET_URL", "TARGET_KEY", "TARGET_MODEL", "TARGET_DIALECT"))
if dialect == "openai-chat":
    chat = OpenAIChatModel(model, provider=OpenAIProvider(base_url=f"{url}/v1", api_key=key))
elif dialect == "openai-responses":
    chat = OpenAIResponsesModel(model, provider=OpenAIProvider(base_url=f"{url}/v1", api_key=key))
else:
    chat = AnthropicModel(model, provider=AnthropicProvider(base_url=url, api_key=key))

agent = Agent(chat, instructions="Call tools where they help you to answer.", model_settings={"temperature": 0.1})


@agent.tool_plain
def add(a: int, b: int) -> str:
    """Adds two numbers."""
    return f"marker-{a + b}"


print(agent.run_sync('[[tool:add {"a":40,"b":2}]] please').output)


class Place(BaseModel):
    city: str
    days: int


print(Agent(chat, output_type=Place).run_sync("which place?").output)
