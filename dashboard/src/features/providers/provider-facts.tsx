import { Link } from "@tanstack/react-router";
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
    { name: "Wire format", value: <WireFormats dialects={dialects} /> },
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

/** Each leads to what becomes of other clients' requests there. */
function WireFormats({ dialects }: Pick<Provider, "dialects">) {
  return (
    <ul>
      {dialects.map(({ name, path }) => (
        <li key={name}>
          <Link
            to="/dialects"
            search={{ provider: name, ...(name === "openai-chat" && { client: "anthropic-messages" }) }}
            title="What is translated, and what is lost"
            className="underline decoration-line-strong hover:decoration-current"
          >
            {name}
          </Link>{" "}
          at {path}
        </li>
      ))}
    </ul>
  );
}
