import { useState } from "react";
import type { AppliedConfiguration } from "#api/schema.gen";
import { buttonClass } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { Icon } from "#components/icon";
import { Section } from "#components/page-frame";
import { useApplyConfiguration } from "./apply-configuration";
import { useCompareConfiguration } from "./compare-configuration";
import { Comparison } from "./comparison";
import { ConfigurationText } from "./configuration-text";

type NewKey = AppliedConfiguration["virtual_keys"][number];

/** The whole configuration as text: out to a file, and back from one. */
export function Configuration() {
  const [text, setText] = useState("");
  const compare = useCompareConfiguration();
  const apply = useApplyConfiguration();
  const [keys, setKeys] = useState<readonly NewKey[]>([]);
  const change = (next: string) => {
    setText(next);
    compare.reset();
    apply.reset();
  };
  const compareNow = () => {
    apply.reset();
    compare.mutate(text);
  };
  const onApply = async (remove: boolean) => {
    const result = await apply.mutateAsync({ yaml: text, remove, seen: compare.data?.changes ?? [] });
    setKeys((before) => [...before, ...result.virtual_keys]);
    compare.mutate(text);
  };
  return (
    <>
      <Section
        title="Download"
        actions={
          <a href="/api/configuration" download="headgate.yaml" className={buttonClass()}>
            <Icon name="download" className="-ml-0.5" />
            Download headgate.yaml
          </a>
        }
      >
        <p className="max-w-prose text-muted">
          Everything that is configured, here or by a file, for Git or for another instance. References such as
          env:OPENAI_API_KEY are kept, other secrets are blank, and virtual keys have no values: only hashes of them are
          stored.
        </p>
      </Section>
      <Section title="Compare and apply">
        <ConfigurationText text={text} onChange={change} onCompare={compareNow} compare={compare} />
      </Section>
      {keys.length > 0 && (
        <Section title="New virtual keys" note="Copy them now. They are shown this once.">
          <CodeBlock
            label="New virtual keys"
            snippets={[{ name: "Name and key", code: keys.map(({ name, value }) => `${name}\t${value}`).join("\n") }]}
          />
        </Section>
      )}
      {compare.data !== undefined && (
        <Comparison comparison={compare.data} onApply={onApply} isBusy={apply.isPending} error={apply.error} />
      )}
    </>
  );
}
