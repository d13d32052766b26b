import { Checkbox } from "#components/checkbox";
import { TextField } from "#components/text-field";
import { CredentialFields } from "./credential-fields";
import { blankCredentials, isCredentials } from "./secret-body";

/** The value of a key that stands for the credential that each client sends. */
export const forwarded = "client";

type Props = {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Only a provider at its built-in address may get a client's own credential. */
  readonly mayForward: boolean;
};

/** A provider's secret, or that each client brings its own. */
export function SecretFields({ label, help, value, onChange, mayForward }: Props) {
  const isForwarded = value === forwarded;
  const areCredentials = isCredentials(value);
  return (
    <>
      {areCredentials && <CredentialFields value={value} onChange={onChange} />}
      {!isForwarded && !areCredentials && (
        <TextField
          label={label}
          name="value"
          help={help}
          value={value}
          onChange={onChange}
          mono
          autoComplete="off"
          required
        />
      )}
      {!isForwarded && (
        <Checkbox
          label="Credentials of a cloud in the place of a key"
          help="A Google service account, a Microsoft Entra app, AWS keys or roles: tokens are fetched with them."
          checked={areCredentials}
          onChange={(checked) => onChange(checked ? blankCredentials("service_account") : "")}
        />
      )}
      {mayForward && !areCredentials && (
        <Checkbox
          label="Forward what each client sends"
          help={
            isForwarded ? forwardHelp : "For clients with a login of their own, such as Claude Code's subscription."
          }
          checked={isForwarded}
          onChange={(checked) => onChange(checked ? forwarded : "")}
        />
      )}
    </>
  );
}

const forwardHelp = (
  <>
    Clients send our virtual key as <code className="font-mono text-xs">x-headgate-key</code> and their own credential
    as <code className="font-mono text-xs">Authorization</code> or <code className="font-mono text-xs">x-api-key</code>.
    It goes to the provider alone and is not kept. Whoever sends none is served by the other keys.
  </>
);
