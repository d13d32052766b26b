/** Credentials that a variable of the environment points to and that switch no provider on by themselves. */
export type UnservedVariable = {
  readonly names: readonly string[];
  /** What takes them. */
  readonly remedy: string;
  readonly source: string;
};

export const unservedVariables: readonly UnservedVariable[] = [
  {
    names: ["GOOGLE_APPLICATION_CREDENTIALS"],
    remedy: "the provider vertex takes it where a key of its has credentials of type google_default",
    source: "https://cloud.google.com/docs/authentication/application-default-credentials",
  },
];
