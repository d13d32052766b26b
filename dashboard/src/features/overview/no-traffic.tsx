import { Link } from "@tanstack/react-router";
import { useBaseUrl } from "#api/session";
import { buttonClass } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";
import { curlSnippet } from "#lib/call-snippets";

/** Before the first request, or in a range without any. */
export function NoTraffic() {
  const url = useBaseUrl();
  return (
    <EmptyState
      title="No requests in this range"
      action={
        <Link to="/keys" className={buttonClass("primary")}>
          Get a virtual key
        </Link>
      }
      snippet={<CodeBlock label="A first request" snippets={[curlSnippet({ url, key: "hg-…", model: "demo/echo" })]} />}
    >
      Choose a longer range, or send a first request with a virtual key in place of hg-…:
    </EmptyState>
  );
}
