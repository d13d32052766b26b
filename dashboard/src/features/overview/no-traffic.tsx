import { Link } from "@tanstack/react-router";
import { buttonClass } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";

/** Before the first request, or in a range without any. */
export function NoTraffic() {
  const code = `curl ${location.origin}/v1/chat/completions \\
  -H "Authorization: Bearer hg-…" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "demo/echo", "messages": [{"role": "user", "content": "Hello"}]}'`;
  return (
    <EmptyState
      title="No requests in this range"
      action={
        <Link to="/keys" className={buttonClass("primary")}>
          Get a virtual key
        </Link>
      }
      snippet={<CodeBlock label="A first request" snippets={[{ name: "curl", code }]} />}
    >
      Choose a longer range, or send a first request with a virtual key in place of hg-…:
    </EmptyState>
  );
}
