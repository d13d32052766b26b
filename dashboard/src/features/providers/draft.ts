import type { Body } from "#api/call";
import type { KnownProvider } from "#api/schema.gen";

type NewProvider = Body<"POST /api/providers">;

/** What is typed into the form that adds a provider. */
export type Draft = {
  readonly id: string;
  readonly name: string;
  readonly dialect: NonNullable<NewProvider["dialect"]>;
  readonly baseUrl: string;
  readonly privateNetwork: boolean;
  readonly withoutKey: boolean;
  readonly value: string;
};

/** Where the variable that usually holds the key is set here, it is offered. */
export function draftFor(known: KnownProvider | undefined): Draft {
  const reference = known?.environment_variable_set === true ? `env:${known.environment_variable ?? ""}` : "";
  return {
    id: known?.id ?? "",
    name: "",
    dialect: "openai-chat",
    baseUrl: known?.base_url_variables === undefined ? (known?.base_url ?? "") : "",
    privateNetwork: false,
    withoutKey: known?.needs_key === false,
    value: reference,
  };
}

export function bodyOf(draft: Draft, known: KnownProvider | undefined): NewProvider {
  const { id, name, dialect, baseUrl, privateNetwork, withoutKey } = draft;
  return {
    id,
    ...(name !== "" && { name }),
    ...(known === undefined && { dialect }),
    ...(baseUrl !== known?.base_url && { base_url: baseUrl }),
    ...(privateNetwork && { allow_private_network: true }),
    ...(known === undefined && withoutKey && { auth: "none" }),
  };
}

export function secretOf({ withoutKey, value }: Draft): string | undefined {
  return withoutKey || value === "" ? undefined : value;
}
