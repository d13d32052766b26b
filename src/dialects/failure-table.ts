import { deadKeyWords } from "./dead-key-words";
import { failureCodes } from "./failure-codes";
import type { FailureWords } from "./failure-words";
import { otherFailureWords } from "./other-failure-words";

/**
 * The one table of what providers say when they fail; the first row that fits counts.
 * `docs/internals/provider-errors.md` is tied to it by a test.
 */
export const failureTable: readonly FailureWords[] = [...deadKeyWords, ...failureCodes, ...otherFailureWords];
