import type { Provider } from "#api/schema.gen";
import { type Fact, Facts } from "#components/facts";
import { Section } from "#components/page-frame";
import { SourceMark } from "#components/source-mark";
import { placeText } from "#lib/file-place";
import { formatMs } from "#lib/format-duration";

/** How a provider is called, with what holds where nothing was said. */
export function ProviderFacts({ provider }: { readonly provider: Provider }) {
  const { id, base_url, dialects, auth, timeouts, retries, header_names = [], quirks = [], read_only } = provider;
  const facts: readonly (Fact | undefined)[] = [
    read_only ? { name: "Declared in", value: <SourceMark source={placeText(provider.declared_at)} /> } : undefined,
    { name: "Id", value: <code>{id}</code> },
    { name: "Base URL", value: <code className="break-all">{base_url}</code> },
    { name: "Wire format", value: dialects.map(({ name, path }) => `${name} at ${path}`).join(", ") },
    { name: "Key is sent as", value: auth },
    header_names.length > 0 ? { name: "Headers", value: header_names.join(", ") } : undefined,
    quirks.length > 0 ? { name: "Differences", value: quirks.join(", ") } : undefined,
    provider.allow_private_network === true ? { name: "Private network", value: "allowed" } : undefined,
    {
      name: "Timeouts",
      value: `connect ${formatMs(timeouts.connect_ms)}, first token ${formatMs(timeouts.first_token_ms)}, whole ${formatMs(timeouts.total_ms)}`,
    },
    {
      name: "Retries",
      value: retries.max === 0 ? "none" : `${retries.max}, first after ${formatMs(retries.backoff_initial_ms)}`,
    },
  ];
  return (
    <Section title="How it is called">
      <Facts facts={facts.filter((fact) => fact !== undefined)} />
    </Section>
  );
}
