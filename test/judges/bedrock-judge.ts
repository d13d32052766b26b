import { type Schema, Validator } from "@cfworker/json-schema";
import { tryParseJson } from "#lib/json";
import type { Bodies } from "./botocore.ts";

/** Judges bodies by the schemas of their methods. Gives what is wrong with one, empty when nothing is. */
export function bedrockJudge({ operations, $defs }: Bodies): (path: string, body: string) => readonly string[] {
  const validators = new Map(
    Object.entries(operations).map(([method, $ref]) => {
      const schema: Schema = { $ref, $defs };
      return [method, new Validator(schema, "2020-12", false)];
    }),
  );
  return (path, body) => {
    const method = path.slice(path.lastIndexOf("/") + 1);
    const validator = validators.get(method);
    if (validator === undefined) return [`nothing describes ${method}`];
    const { errors } = validator.validate(tryParseJson(body));
    // What holds a wrong value is wrong for that alone.
    const said = errors.filter(({ keyword }) => !/^(?:\$ref|properties|items|additionalProperties)$/.test(keyword));
    return [...said, ...errors.filter(({ error }) => /does not match/.test(error) && said.length === 0)].map(
      ({ error, instanceLocation }) => `${instanceLocation}: ${error}`,
    );
  };
}
