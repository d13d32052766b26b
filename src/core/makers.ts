/** What makers are called as providers, where those who serve their models call them otherwise. */
export const makersIds: ReadonlyMap<string, string> = new Map([
  ["x-ai", "xai"],
  ["mistralai", "mistral"],
  ["meta-llama", "meta"],
  ["z-ai", "zai"],
  ["moonshotai", "moonshot"],
]);
