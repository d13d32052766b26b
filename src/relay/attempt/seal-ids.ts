import type { Target } from "#core/target";
import type { ObjectPlace } from "#dialects/operation";
import { bufferOf } from "#lib/buffer-of";
import type { FrameParser, StreamEvent } from "#lib/frame-parser";
import { JsonNode } from "#lib/json-node";
import { scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import type { FindIds } from "#objects/find-ids";
import { isSealed } from "#objects/object-ids";
import { originTag } from "#objects/origins";
import type { PendingRequest } from "../pending-request";

/** Gives the stored objects that an answer names ids of ours. Every other byte stays the provider's. */
export class IdSealer {
  private readonly marks: readonly string[];
  private readonly known = new Map<string, string>();
  /** How an event of the same stream begins that names its object first, and how it is to. */
  private opening:
    | { readonly text: string; readonly from: Buffer; readonly to: Buffer; readonly sealed: string }
    | undefined;

  constructor(
    private readonly places: readonly ObjectPlace[],
    private readonly seal: (kind: string, id: string) => string,
  ) {
    this.marks = [...new Set(places.map(({ path: [first = ""] }) => `"${first}"`))];
  }

  whole(bytes: Uint8Array): Uint8Array {
    return this.rewritten(bufferOf(bytes)) ?? bytes;
  }

  parser(events: FrameParser): FrameParser {
    return {
      push: (chunk) => events.push(chunk).map(this.event),
      end: () => events.end().map(this.event),
      endedMidEvent: () => events.endedMidEvent(),
    };
  }

  /** Of a chat every event names its completion, of responses only those that hold the response. */
  private readonly event = (event: StreamEvent): StreamEvent => {
    const { data } = event;
    const { opening } = this;
    if (opening !== undefined && data.startsWith(opening.text)) return reopened(event, opening);
    if (!this.marks.some((mark) => data.includes(mark))) return event;
    const written = this.rewritten(Buffer.from(data))?.toString();
    if (written === undefined) return event;
    this.remember(data);
    return { event: event.event, data: written, raw: rawWith(event, written) };
  };

  private remember(data: string): void {
    for (const [id, sealed] of this.known) {
      const text = `{"id":${JSON.stringify(id)},`;
      if (!data.startsWith(text)) continue;
      const to = `{"id":${JSON.stringify(sealed)},`;
      this.opening = { text, from: Buffer.from(text), to: Buffer.from(to), sealed: to };
    }
  }

  /** Undefined where nothing is to change, or it cannot be read. */
  private rewritten(bytes: Buffer): Buffer | undefined {
    try {
      scanTopLevel(bytes);
    } catch (cause) {
      if (cause instanceof JsonScanError) return undefined;
      throw cause;
    }
    const whole = JsonNode.ofText(bytes);
    for (const { kind, path } of this.places) {
      for (const node of nodesAt([whole], path)) {
        const id = node.text();
        if (id !== undefined && id !== "" && !isSealed(id)) node.replace(this.sealed(kind, id));
      }
    }
    return whole.isChanged ? whole.write() : undefined;
  }

  private sealed(kind: string, id: string): string {
    const sealed = this.known.get(id) ?? this.seal(kind, id);
    this.known.set(id, sealed);
    return sealed;
  }
}

function nodesAt(nodes: readonly JsonNode[], [key, ...rest]: readonly string[]): readonly JsonNode[] {
  if (key === undefined) return nodes;
  return nodesAt(
    nodes.flatMap((node) => (key === "*" ? node.elements() : (node.get(key) ?? []))),
    rest,
  );
}

function reopened(
  { data, event, raw }: StreamEvent,
  {
    from,
    sealed,
    text,
    to,
  }: { readonly from: Buffer; readonly to: Buffer; readonly text: string; readonly sealed: string },
): StreamEvent {
  const bytes = bufferOf(raw);
  const at = bytes.indexOf(from);
  const around = [bytes.subarray(0, at), to, bytes.subarray(at + from.length)];
  return { event, data: sealed + data.slice(text.length), raw: Buffer.concat(around) };
}

/** What came in several lines goes on in one. */
function rawWith({ data, event, raw }: StreamEvent, written: string): Uint8Array {
  const bytes = bufferOf(raw);
  const at = bytes.indexOf(data);
  if (at < 0) return Buffer.from(`event: ${event}\ndata: ${written.replaceAll(/[\r\n]+/g, " ")}\n\n`);
  const end = at + Buffer.byteLength(data);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(written), bytes.subarray(end)]);
}

/** Undefined where an answer names nothing that is stored. */
export function sealerFor(
  found: FindIds,
  { operation, request, running }: Pick<PendingRequest, "operation" | "request" | "running">,
  { key, provider }: Pick<Target, "key" | "provider">,
): IdSealer | undefined {
  const { objectPlaces } = operation;
  const isStored = request.envelope.isStored === true || running.inference.objectPath !== undefined;
  const ids = objectPlaces === undefined || !isStored ? undefined : found.of(running.settings);
  if (ids === undefined || objectPlaces === undefined) return undefined;
  return sealerAt(objectPlaces, ids, originTag(provider, key), running.principal.key?.id ?? "");
}

/** Apart, for its closure would cost every request a scope. */
function sealerAt(
  places: readonly ObjectPlace[],
  ids: NonNullable<ReturnType<FindIds["of"]>>,
  origin: Uint8Array,
  owner: string,
): IdSealer {
  return new IdSealer(places, (kind, id) => ids.seal({ kind, owner, origin, id }));
}
