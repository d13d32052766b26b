/** Where clients ask a method of Bedrock's, below `/bedrock` too. */
export function pathsOf(method: string): readonly string[] {
  return ["", "/bedrock"].map((prefix) => `${prefix}/model/{model}/${method}`);
}
