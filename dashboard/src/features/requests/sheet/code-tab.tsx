import { useMemo } from "react";
import { useBaseUrl } from "#api/session";
import { CodeBlock } from "#components/code-block";
import type { WholeRecord } from "../record";
import { snippetsOf } from "./snippets";

/** The same request as code to copy. */
export function CodeTab({ record }: { readonly record: WholeRecord }) {
  const url = useBaseUrl();
  const snippets = useMemo(() => snippetsOf(record, url), [record, url]);
  if (snippets.length === 0) {
    return (
      <p className="max-w-prose py-2 text-muted">
        {record.request === undefined
          ? "The request was not kept, so there is nothing to make code of."
          : "The request was not kept as a whole, or its endpoint has no client library: its bytes stand under Raw."}
      </p>
    );
  }
  return (
    <>
      <CodeBlock label="The request as code" snippets={snippets} />
      <p className="text-sm text-muted">HEADGATE_KEY is a virtual key of yours: the one that was used is not kept.</p>
    </>
  );
}
