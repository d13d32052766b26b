import * as z from "zod";

const schemas = {
  admin_token_hash: z.string(),
  /** The one-time link that is live; null once it was used. */
  sign_in_link: z
    .strictObject({ hash: z.string(), proof: z.string(), expiresAtMs: z.int().min(0) })
    .readonly()
    .nullable(),
  /** Environment variables whose provider was switched on once: what the operator deleted since stays deleted. */
  environment_seen: z.array(z.string()).readonly(),
  /** Fingerprint of what the configuration file declared last. */
  config_file_hash: z.string(),
  snapshot_sequence: z.int().min(0),
  /** The catalog that holds in the place of the shipped one; null: the shipped one again. */
  catalog: z
    .strictObject({
      version: z.string(),
      origin: z.enum(["file", "url"]),
      name: z.string(),
      models: z.int().min(0),
      appliedAtMs: z.int().min(0),
    })
    .readonly()
    .nullable(),
  /** State of the ledger's slot allocator. */
  slot_allocator: z
    .strictObject({
      nextSlot: z.int().min(0),
      nextWindow: z.int().min(0).exactOptional(),
      nextTag: z.int().min(0),
      free: z.array(z.int().min(0)).readonly(),
      retired: z.array(z.strictObject({ slot: z.int().min(0), sequence: z.int().min(0) })).readonly(),
    })
    .readonly(),
};

/** Names of the single values that the control plane notes for itself. */
export type FactName = keyof typeof schemas;
export type Fact<N extends FactName> = z.output<(typeof schemas)[N]>;

export const factSchemas: { readonly [N in FactName]: z.ZodType<Fact<N>> } = schemas;
