import type { DialectId } from "#core/completion";
import type { ObjectPath } from "#core/inference";

/** `POST` to an inference endpoint, or what is done with a stored object. */
export type InferenceRoute = {
  readonly kind: "inference";
  readonly endpoint: string;
  readonly dialect: DialectId;
  readonly operation: string;
  /** The endpoint's own limit; the setting `max_body_bytes` may be lower. */
  readonly maxBodyBytes: number;
  /** The model that the path names (Azure deployments, Gemini). */
  readonly pathModel: string | undefined;
  /** Whether the path asks for a stream. */
  readonly pathStream: boolean | undefined;
  /** The parameter of the query in which its clients may send their key. */
  readonly keyParameter?: string | undefined;
  /** Absent: `POST`. */
  readonly method?: "GET" | "DELETE";
  readonly objectPath?: ObjectPath;
  /** The endpoint whose policy holds for it; absent: its own. */
  readonly allowedAs?: string;
};
