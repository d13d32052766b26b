import type { VirtualKeySecret } from "#api/schema.gen";
import { useBaseUrl } from "#api/session";
import { CodeBlock } from "#components/code-block";
import { SecretOnce } from "#components/secret-once";
import { callSnippets } from "#lib/call-snippets";

/** A secret that was just made, and how to call with it. */
export function KeySecret({ made: { value, models } }: { readonly made: VirtualKeySecret }) {
  const named = models.find((glob) => !/[*?[{]/.test(glob));
  return (
    <>
      <SecretOnce secret={value} label="secret" />
      <CodeBlock
        label="How to call"
        snippets={callSnippets({ url: useBaseUrl(), key: value, model: named ?? "demo/echo" })}
      />
    </>
  );
}
