/** Actor and source of a change, as audit events name them. */
export type Origin = {
  readonly actor: Actor;
  /** Address of the client; absent where there is none, as on the control socket. */
  readonly client?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  readonly idempotency?: Idempotency;
};

export type Actor =
  | "admin_token"
  /** An admin who signed in. */
  | "admin_session"
  /** Whoever may open the control socket: the command line. */
  | "control_socket"
  | "metrics_token"
  | "virtual_key"
  /** The configuration file, read at a start or again. */
  | "config_file"
  /** What a new data directory is given, and what the environment switches on. */
  | "first_start"
  /** What happens by itself when its time has come. */
  | "control_plane"
  /** A request without a credential, or with an unknown one. */
  | "anonymous";

/** The client's `Idempotency-Key`, and a hash of the request, so that another one with the same key is noticed. */
export type Idempotency = { readonly key: string; readonly fingerprint: string };
