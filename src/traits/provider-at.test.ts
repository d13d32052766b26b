import { expect, test } from "bun:test";
import { providerAt } from "./provider-at";

test("providerAt() knows a provider by its host, whatever it is called", () => {
  expect(providerAt("https://api.mistral.ai/v1")).toBe("mistral");
  expect(providerAt("https://mine.openai.azure.com/openai/v1")).toBe("azure-openai");
  expect(providerAt("https://europe-west4-aiplatform.googleapis.com/v1/projects/p")).toBe("vertex");
  expect(providerAt("https://dashscope-intl.aliyuncs.com/compatible-mode/v1")).toBe("alibaba");
});

test("providerAt() knows none by another host", () => {
  expect(providerAt("http://127.0.0.1:8000/v1")).toBeUndefined();
  expect(providerAt("https://api.openai.com.proxy.example/v1")).toBeUndefined();
  expect(providerAt("no address")).toBeUndefined();
});
