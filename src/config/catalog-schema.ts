import * as z from "zod";

/** How often a catalog is asked for where the settings do not say. */
export const defaultCatalogEvery = "1d";

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const everyPattern = /^([1-9]\d{0,3})([mhdw])$/;

const url = z.string().max(2000).refine(isTrustworthy, {
  message: "must be an https address without a password, or http on this machine",
});

/** Nothing of it is asked for unless there is a URL. */
export const catalogSchema = z
  .strictObject({
    url: url.nullable().exactOptional().meta({ description: "Where it is fetched. There is no default address." }),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, { message: "must be 64 hex digits" })
      .nullable()
      .exactOptional()
      .meta({ description: "Of the file, hex: this very catalog and no other." }),
    public_key: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, { message: "must be an Ed25519 key: 32 bytes as base64" })
      .nullable()
      .exactOptional()
      .meta({
        description: "In its place: the Ed25519 key whose signature of the file stands at the URL with `.sig`, base64.",
      }),
    every: z
      .string()
      .regex(everyPattern, { message: "must be a time such as 30m, 12h or 1d" })
      .nullable()
      .exactOptional()
      .meta({ description: "How often it is asked for.", default: defaultCatalogEvery }),
  })
  .refine((catalog) => (catalog.url ?? null) === null || isPinned(catalog), {
    message: "a url needs either sha256 or public_key: whoever answers there would set the prices otherwise",
  });

export type CatalogConfig = z.infer<typeof catalogSchema>;

/** What is to be fetched and how often; undefined where nothing is. */
export function catalogFetch(config: CatalogConfig | undefined) {
  const { url: address, sha256, public_key: publicKey, every } = config ?? {};
  if (address === undefined || address === null) return undefined;
  return {
    url: address,
    ...(typeof sha256 === "string" && { sha256 }),
    ...(typeof publicKey === "string" && { publicKey }),
    everyMs: everyMs(every ?? defaultCatalogEvery),
  };
}

function everyMs(text: string): number {
  const [, count = "1", unit = "d"] = everyPattern.exec(text) ?? [];
  const isUnit = (word: string): word is keyof typeof unitMs => Object.hasOwn(unitMs, word);
  return Number(count) * (isUnit(unit) ? unitMs[unit] : unitMs.d);
}

function isPinned({ sha256, public_key: key }: { sha256?: string | null; public_key?: string | null }): boolean {
  return (typeof sha256 === "string") !== (typeof key === "string");
}

function isTrustworthy(text: string): boolean {
  const address = URL.parse(text);
  if (address === null || address.username !== "" || address.password !== "") return false;
  if (address.protocol === "https:") return true;
  return address.protocol === "http:" && /^(127(?:\.\d+){3}|localhost|\[::1\])$/.test(address.hostname);
}
