import { Fold } from "#components/fold";
import { MomentField } from "#components/moment-field";
import { TextField } from "#components/text-field";
import type { KeyFormProps } from "./key-draft";

/** When, where from and for what it may be used. */
export function KeyFormAccess({ draft, onChange }: KeyFormProps) {
  const { expires, endpoints, blocked, addresses } = draft;
  const isUsed = [expires, endpoints, blocked, addresses].some((text) => text !== "");
  return (
    <Fold title="Access" note="expiry, endpoints, addresses, blocked models" startsOpen={isUsed}>
      <MomentField
        label="Expires"
        name="expires_at"
        optional
        value={expires}
        onChange={(next) => onChange({ expires: next })}
      />
      <TextField
        label="Endpoints"
        name="endpoints"
        optional
        mono
        placeholder="all"
        help="Such as chat.completions, embeddings, images.*; passthrough must be named."
        value={endpoints}
        onChange={(next) => onChange({ endpoints: next })}
      />
      <TextField
        label="Blocked models"
        name="blocked"
        optional
        mono
        help="Served models that it never reaches, whatever it asks for: openai/gpt-4*."
        value={blocked}
        onChange={(next) => onChange({ blocked: next })}
      />
      <TextField
        label="Allowed addresses"
        name="allowed_ips"
        optional
        mono
        placeholder="anywhere"
        help="Addresses and ranges that it may be used from: 192.0.2.1, 10.0.0.0/8."
        value={addresses}
        onChange={(next) => onChange({ addresses: next })}
      />
    </Fold>
  );
}
