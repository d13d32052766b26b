import type { Database } from "bun:sqlite";
import * as z from "zod";
import { type KeptAnswer, keptForMs, mostKept } from "../kept-answer";
import { parseStored } from "../parse-stored";
import type { KeptAnswerRepository } from "../repositories";
import type { SecretBox } from "../secret-box";
import type { Call } from "../transactions";

type Row = { readonly fingerprint: string; readonly at_ms: number; readonly answer: Uint8Array };

const answerSchema = z.strictObject({ status: z.int(), contentType: z.string(), body: z.string() });

export function keptAnswerTable(database: Database, call: Call, box: SecretBox): KeptAnswerRepository {
  const select = database.query<Row, [string, string, number]>(
    "SELECT fingerprint, at_ms, answer FROM kept_answers WHERE actor = ? AND key = ? AND at_ms > ?",
  );
  const upsert = database.query<null, [string, string, string, number, Uint8Array]>(
    "INSERT OR REPLACE INTO kept_answers (actor, key, fingerprint, at_ms, answer) VALUES (?, ?, ?, ?, ?)",
  );
  const removeOld = database.query<null, [number]>("DELETE FROM kept_answers WHERE at_ms <= ?");
  const removeBeyond = database.query<null, [number]>(
    `DELETE FROM kept_answers WHERE (actor, key) IN
       (SELECT actor, key FROM kept_answers ORDER BY at_ms DESC LIMIT -1 OFFSET ?)`,
  );
  const keep = database.transaction(({ actor, key, fingerprint, atMs, ...answer }: KeptAnswer) => {
    removeOld.run(atMs - keptForMs);
    upsert.run(actor, key, fingerprint, atMs, box.seal(JSON.stringify(answer), context(actor, key)));
    removeBeyond.run(mostKept);
  });
  return {
    find: (actor, key, nowMs) =>
      call(() => {
        const row = select.get(actor, key, nowMs - keptForMs);
        if (row === null) return undefined;
        const text = box.open(row.answer, context(actor, key));
        const answer = parseStored(answerSchema, text, {
          table: "kept_answers",
          row: `${actor} ${key}`,
          column: "answer",
        });
        return { actor, key, fingerprint: row.fingerprint, atMs: row.at_ms, ...answer };
      }),
    keep: (answer) => call(() => keep(answer)),
  };
}

function context(actor: string, key: string): string {
  return `kept answer ${actor} ${key}`;
}
