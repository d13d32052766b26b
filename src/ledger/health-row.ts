import type { HealthState, HealthUse } from "#core/health";
import { healthRow } from "./layout";
import type { LedgerFile } from "./ledger-file";

/** Hashes with a meaning of their own: the row was never used; the row is between two names. */
export const neverUsedHash = 0;
export const nobodysHash = 1;

export function readHealth(file: LedgerFile, word: number): HealthState {
  const first = word + healthRow.numbers;
  return {
    consecutiveErrors: file.read(first),
    ejections: file.read(first + 1),
    ejectedUntilMs: file.read(first + 2),
    probeUntilMs: file.read(first + 3),
    heldUntilMs: file.read(first + 4),
    windowStartMs: file.read(first + 5),
    windowRequests: file.read(first + 6),
    windowErrors: file.read(first + 7),
    previousRequests: file.read(first + 8),
    previousErrors: file.read(first + 9),
    retryTokens: file.read(first + 10),
    lastErrorAtMs: file.read(first + 11),
    lastStatus: file.read(first + 12),
    latencyMs: file.read(first + 13),
    requests: file.read(first + 14),
    errors: file.read(first + 15),
    retries: file.read(first + 16),
    inputTokens: file.read(first + 17),
    outputTokens: file.read(first + 18),
    costNanodollars: file.read(first + 19),
  };
}

export function writeHealth(file: LedgerFile, word: number, state: HealthState): void {
  const first = word + healthRow.numbers;
  writeNumber(file, first, state.consecutiveErrors);
  writeNumber(file, first + 1, state.ejections);
  writeNumber(file, first + 2, state.ejectedUntilMs);
  writeNumber(file, first + 3, state.probeUntilMs);
  writeNumber(file, first + 4, state.heldUntilMs);
  writeNumber(file, first + 5, state.windowStartMs);
  writeNumber(file, first + 6, state.windowRequests);
  writeNumber(file, first + 7, state.windowErrors);
  writeNumber(file, first + 8, state.previousRequests);
  writeNumber(file, first + 9, state.previousErrors);
  writeNumber(file, first + 10, state.retryTokens);
  writeNumber(file, first + 11, state.lastErrorAtMs);
  writeNumber(file, first + 12, state.lastStatus);
  writeNumber(file, first + 13, state.latencyMs);
  writeNumber(file, first + 14, state.requests);
  writeNumber(file, first + 15, state.errors);
  writeNumber(file, first + 16, state.retries);
  writeNumber(file, first + 17, state.inputTokens);
  writeNumber(file, first + 18, state.outputTokens);
  writeNumber(file, first + 19, state.costNanodollars);
}

export function addHealthUse(file: LedgerFile, word: number, use: HealthUse): void {
  const first = word + healthRow.numbers;
  writeNumber(file, first + 17, file.read(first + 17) + use.inputTokens);
  writeNumber(file, first + 18, file.read(first + 18) + use.outputTokens);
  writeNumber(file, first + 19, file.read(first + 19) + use.costNanodollars);
}

export function healthRowWord(file: LedgerFile, index: number): number {
  return file.healthWord() + index * healthRow.words;
}

export function readHealthHash(file: LedgerFile, word: number): number {
  return file.readInt(word * 2 + healthRow.hashInt);
}

export function healthHash(name: Uint8Array): number {
  return Math.max(nobodysHash + 1, Bun.hash.xxHash32(name) >>> 1);
}

/** A name as it is stored: its bytes, or the beginning and a hash where it is too long. */
export function storedHealthName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= healthRow.maxNameBytes) return bytes;
  const suffix = `~${Bun.hash.xxHash64(bytes).toString(16).padStart(16, "0")}`;
  const start = new TextDecoder().decode(bytes.subarray(0, healthRow.maxNameBytes - suffix.length), { stream: true });
  return new TextEncoder().encode(start + suffix);
}

export function isHealthNamed(file: LedgerFile, word: number, name: Uint8Array): boolean {
  if (file.read(word + healthRow.nameBytes) !== name.length) return false;
  return Buffer.compare(file.readBytes(word + healthRow.name, name.length), name) === 0;
}

export function readHealthName(file: LedgerFile, word: number): string {
  const length = Math.min(file.read(word + healthRow.nameBytes), healthRow.maxNameBytes);
  return new TextDecoder().decode(file.readBytes(word + healthRow.name, length));
}

/** A wrong number, once stored, would poison every sum of all processes. */
function writeNumber(file: LedgerFile, word: number, value: number): void {
  if (Number.isFinite(value)) file.write(word, value);
}
