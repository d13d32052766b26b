"""A turn with a tool through agno, with the settings of its documentation: its newest model class asks Responses."""

import os

from agno.agent import Agent
from agno.models.openai import OpenAIChat, OpenAIResponses

url, key, model, dialect = (os.environ[name] for name in ("TARGET_URL", "TARGET_KEY", "TARGET_MODEL", "TARGET_DIALECT"))
kind = OpenAIChat if dialect == "openai-chat" else OpenAIResponses


def add(a: int, b: int) -> str:
    """Adds two numbers."""
    return f"marker-{a + b}"


agent = Agent(model=kind(id=model, base_url=f"{url}/v1", api_key=key), tools=[add], telemetry=False)
print(agent.run('[[tool:add {"a":40,"b":2}]] please').content)
