import type { FileEntries } from "#config/file-entries";
import type { Problem } from "#config/problem";

/** Shorter ones are guessed in hours, whatever limits there are. */
const shortestVirtualKey = 12;
/** Shorter ones cannot be told from words, and so are not masked in what providers say. */
const shortestProviderKey = 4;

/** What examples have: LiteLLM's documentation shows `sk-1234`. */
const examples =
  /^(?:sk-|hg-)?(?:1234\d*|change-?me.*|your[-_].*|my[-_].*key|(?:test|demo|default|example|secret|password)(?:[-_]?\d*|[-_]?key))$/i;

/** Secrets that are none. Says how long they are, never what they are. */
export function secretDoubts({
  providers,
  virtualKeys,
}: Pick<FileEntries, "providers" | "virtualKeys">): readonly Problem[] {
  return [
    ...virtualKeys.flatMap(({ secret, spec }, index) => {
      const why = secret === undefined ? undefined : guessable(secret);
      if (why === undefined) return [];
      const message = `the key ${spec.name} ${why} and can be guessed: leave value out, and one is made`;
      return [{ path: ["virtual_keys", index, "value"], message }];
    }),
    ...providers.flatMap(({ id, keys }) =>
      keys.flatMap(({ name, secret }, index) => {
        if (secret === undefined || secret.length >= shortestProviderKey) return [];
        const message = `the key ${name} of ${id} has ${lengthOf(secret)}, too few to be a secret or to be masked`;
        return [{ path: ["providers", id, "keys", index, "value"], message }];
      }),
    ),
  ];
}

function guessable(secret: string): string | undefined {
  if (secret.length < shortestVirtualKey) return `has ${lengthOf(secret)}`;
  if (examples.test(secret)) return "has a secret as examples have it";
  return new Set(secret).size < 4 ? "repeats a few characters" : undefined;
}

function lengthOf({ length }: string): string {
  return length === 1 ? "one character" : `${length} characters`;
}
