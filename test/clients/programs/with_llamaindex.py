"""A turn with a tool through LlamaIndex, with its clients for servers of either shape."""

import asyncio
import os

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import LLMMetadata
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openai_like import OpenAILike

url, key, model, dialect = (os.environ[name] for name in ("TARGET_URL", "TARGET_KEY", "TARGET_MODEL", "TARGET_DIALECT"))


class AnyClaude(Anthropic):
    """LlamaIndex refuses model names that it does not know, before it asks the server."""

    @property
    def metadata(self):
        return LLMMetadata(context_window=200_000, is_chat_model=True, is_function_calling_model=True, model_name=self.model)


if dialect == "openai-chat":
    llm = OpenAILike(
        model=model, api_base=f"{url}/v1", api_key=key, is_chat_model=True, is_function_calling_model=True, max_retries=0
    )
else:
    llm = AnyClaude(model=model, base_url=url, api_key=key, max_retries=0)


def add(a: int, b: int) -> str:
    """Adds two numbers."""
    return f"marker-{a + b}"


async def main():
    agent = FunctionAgent(tools=[add], llm=llm, system_prompt="Call tools where they help you to answer.")
    print(await agent.run(user_msg='[[tool:add {"a":40,"b":2}]] please'))


asyncio.run(main())
