// Made from the table in record-fields.ts: HEADGATE_WRITE_REFERENCE=1 bun test src/core/record-codec.test.ts
import type { ByteReader } from "#lib/byte-reader";
import type { ByteWriter } from "#lib/byte-writer";
import type { Draft } from "#lib/draft";
import {
  beginValue,
  endOfValue,
  endValue,
  fail,
  readFloat,
  readId,
  readLabels,
  readLargeInteger,
  readNumber,
  readTexts,
  skipValue,
  wordsOf,
  writeId,
  writeLabels,
  writeNumber,
  writeTexts,
} from "./field-bytes";
import type { RequestRecord } from "./record";
import { recordShape } from "./record-fields";

const wordsOfRecordOutcome = wordsOf(recordShape.required.outcome.type.of);
const wordsOfRecordErrorCode = wordsOf(recordShape.optional.errorCode.type.of);
const wordsOfRecordErrorSource = wordsOf(recordShape.optional.errorSource.type.of);
const wordsOfRecordPaidBy = wordsOf(recordShape.optional.paidBy.type.of);
const wordsOfRefusalUnit = wordsOf(recordShape.optional.refusal.type.shape.optional.unit.type.of);

function writeRefusal(writer: ByteWriter, value: NonNullable<RequestRecord["refusal"]>): void {
  if (value.weight !== 1) {
    writeNumber(writer, 4, value.weight);
  }
  if (value.limit !== undefined) {
    writer.ensure(8);
    writer.next(10);
    writer.text(value.limit);
  }
  if (value.limitName !== undefined) {
    writer.ensure(8);
    writer.next(14);
    writer.text(value.limitName);
  }
  if (value.unit !== undefined) {
    writer.ensure(8);
    writer.next(18);
    writer.text(value.unit);
  }
  if (value.allowance !== undefined) {
    writeNumber(writer, 20, value.allowance);
  }
  if (value.charged !== undefined) {
    writeNumber(writer, 24, value.charged);
  }
  if (value.held !== undefined) {
    writeNumber(writer, 28, value.held);
  }
  if (value.asked !== undefined) {
    writeNumber(writer, 32, value.asked);
  }
  if (value.retryAfterS !== undefined) {
    writeNumber(writer, 36, value.retryAfterS);
  }
}

function readRefusal(reader: ByteReader, end: number): NonNullable<RequestRecord["refusal"]> | undefined {
  let weightRead: NonNullable<RequestRecord["refusal"]>["weight"] | undefined;
  let limitRead: NonNullable<RequestRecord["refusal"]>["limit"] | undefined;
  let limitNameRead: NonNullable<RequestRecord["refusal"]>["limitName"] | undefined;
  let unitRead: NonNullable<RequestRecord["refusal"]>["unit"] | undefined;
  let allowanceRead: NonNullable<RequestRecord["refusal"]>["allowance"] | undefined;
  let chargedRead: NonNullable<RequestRecord["refusal"]>["charged"] | undefined;
  let heldRead: NonNullable<RequestRecord["refusal"]>["held"] | undefined;
  let askedRead: NonNullable<RequestRecord["refusal"]>["asked"] | undefined;
  let retryAfterSRead: NonNullable<RequestRecord["refusal"]>["retryAfterS"] | undefined;
  while (reader.at < end) {
    const tag = reader.next();
    switch (tag) {
      case 4:
        weightRead = readNumber(reader);
        break;
      case 5:
        weightRead = readLargeInteger(reader);
        break;
      case 10:
        limitRead = reader.text();
        break;
      case 14:
        limitNameRead = reader.text();
        break;
      case 18:
        unitRead = wordsOfRefusalUnit.get(reader.text());
        break;
      case 20:
        allowanceRead = readNumber(reader);
        break;
      case 21:
        allowanceRead = readFloat(reader);
        break;
      case 24:
        chargedRead = readNumber(reader);
        break;
      case 25:
        chargedRead = readFloat(reader);
        break;
      case 28:
        heldRead = readNumber(reader);
        break;
      case 29:
        heldRead = readFloat(reader);
        break;
      case 32:
        askedRead = readNumber(reader);
        break;
      case 33:
        askedRead = readFloat(reader);
        break;
      case 36:
        retryAfterSRead = readNumber(reader);
        break;
      case 37:
        retryAfterSRead = readFloat(reader);
        break;
      default:
        skipValue(reader, tag);
    }
  }
  if (reader.at !== end) return undefined;
  const value: Draft<NonNullable<RequestRecord["refusal"]>> = {
    weight: weightRead ?? 1,
  };
  if (limitRead !== undefined) value.limit = limitRead;
  if (limitNameRead !== undefined) value.limitName = limitNameRead;
  if (unitRead !== undefined) value.unit = unitRead;
  if (allowanceRead !== undefined) value.allowance = allowanceRead;
  if (chargedRead !== undefined) value.charged = chargedRead;
  if (heldRead !== undefined) value.held = heldRead;
  if (askedRead !== undefined) value.asked = askedRead;
  if (retryAfterSRead !== undefined) value.retryAfterS = retryAfterSRead;
  return value;
}

function writeCharges(writer: ByteWriter, value: RequestRecord["charges"][number]): void {
  writeNumber(writer, 4, value.slot);
  writeNumber(writer, 8, value.tag);
  writeNumber(writer, 12, value.period);
  writeNumber(writer, 16, value.amount);
  if (value.held !== undefined) {
    writeNumber(writer, 20, value.held);
  }
}

function readCharges(reader: ByteReader, end: number): RequestRecord["charges"][number] | undefined {
  let slotRead: RequestRecord["charges"][number]["slot"] | undefined;
  let tagRead: RequestRecord["charges"][number]["tag"] | undefined;
  let periodRead: RequestRecord["charges"][number]["period"] | undefined;
  let amountRead: RequestRecord["charges"][number]["amount"] | undefined;
  let heldRead: RequestRecord["charges"][number]["held"] | undefined;
  while (reader.at < end) {
    const tag = reader.next();
    switch (tag) {
      case 4:
        slotRead = readNumber(reader);
        break;
      case 5:
        slotRead = readLargeInteger(reader);
        break;
      case 8:
        tagRead = readNumber(reader);
        break;
      case 9:
        tagRead = readLargeInteger(reader);
        break;
      case 12:
        periodRead = readNumber(reader);
        break;
      case 13:
        periodRead = readLargeInteger(reader);
        break;
      case 16:
        amountRead = readNumber(reader);
        break;
      case 17:
        amountRead = readFloat(reader);
        break;
      case 20:
        heldRead = readNumber(reader);
        break;
      case 21:
        heldRead = readFloat(reader);
        break;
      default:
        skipValue(reader, tag);
    }
  }
  if (reader.at !== end) return undefined;
  if (slotRead === undefined || tagRead === undefined || periodRead === undefined || amountRead === undefined) return undefined;
  const value: Draft<RequestRecord["charges"][number]> = {
    slot: slotRead,
    tag: tagRead,
    period: periodRead,
    amount: amountRead,
  };
  if (heldRead !== undefined) value.held = heldRead;
  return value;
}

function writeUsage(writer: ByteWriter, value: NonNullable<RequestRecord["attempts"][number]["usage"]>): void {
  writeNumber(writer, 4, value.input);
  writeNumber(writer, 8, value.cacheRead);
  writeNumber(writer, 12, value.cacheWrite);
  writeNumber(writer, 16, value.cacheWrite1h);
  if (value.inputAudio !== 0) {
    writeNumber(writer, 20, value.inputAudio);
  }
  if (value.inputImage !== 0) {
    writeNumber(writer, 24, value.inputImage);
  }
  writeNumber(writer, 28, value.output);
  writeNumber(writer, 32, value.reasoning);
  if (value.outputAudio !== 0) {
    writeNumber(writer, 36, value.outputAudio);
  }
  if (value.outputImage !== 0) {
    writeNumber(writer, 40, value.outputImage);
  }
  if (value.searches !== 0) {
    writeNumber(writer, 44, value.searches);
  }
  writeNumber(writer, 48, value.estimated ? 1 : 0);
}

function readUsage(reader: ByteReader, end: number): NonNullable<RequestRecord["attempts"][number]["usage"]> | undefined {
  let inputRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["input"] | undefined;
  let cacheReadRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["cacheRead"] | undefined;
  let cacheWriteRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["cacheWrite"] | undefined;
  let cacheWrite1hRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["cacheWrite1h"] | undefined;
  let inputAudioRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["inputAudio"] | undefined;
  let inputImageRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["inputImage"] | undefined;
  let outputRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["output"] | undefined;
  let reasoningRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["reasoning"] | undefined;
  let outputAudioRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["outputAudio"] | undefined;
  let outputImageRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["outputImage"] | undefined;
  let searchesRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["searches"] | undefined;
  let estimatedRead: NonNullable<RequestRecord["attempts"][number]["usage"]>["estimated"] | undefined;
  while (reader.at < end) {
    const tag = reader.next();
    switch (tag) {
      case 4:
        inputRead = readNumber(reader);
        break;
      case 5:
        inputRead = readFloat(reader);
        break;
      case 8:
        cacheReadRead = readNumber(reader);
        break;
      case 9:
        cacheReadRead = readFloat(reader);
        break;
      case 12:
        cacheWriteRead = readNumber(reader);
        break;
      case 13:
        cacheWriteRead = readFloat(reader);
        break;
      case 16:
        cacheWrite1hRead = readNumber(reader);
        break;
      case 17:
        cacheWrite1hRead = readFloat(reader);
        break;
      case 20:
        inputAudioRead = readNumber(reader);
        break;
      case 21:
        inputAudioRead = readFloat(reader);
        break;
      case 24:
        inputImageRead = readNumber(reader);
        break;
      case 25:
        inputImageRead = readFloat(reader);
        break;
      case 28:
        outputRead = readNumber(reader);
        break;
      case 29:
        outputRead = readFloat(reader);
        break;
      case 32:
        reasoningRead = readNumber(reader);
        break;
      case 33:
        reasoningRead = readFloat(reader);
        break;
      case 36:
        outputAudioRead = readNumber(reader);
        break;
      case 37:
        outputAudioRead = readFloat(reader);
        break;
      case 40:
        outputImageRead = readNumber(reader);
        break;
      case 41:
        outputImageRead = readFloat(reader);
        break;
      case 44:
        searchesRead = readNumber(reader);
        break;
      case 45:
        searchesRead = readFloat(reader);
        break;
      case 48:
        estimatedRead = reader.next() === 1;
        break;
      default:
        skipValue(reader, tag);
    }
  }
  if (reader.at !== end) return undefined;
  if (inputRead === undefined || cacheReadRead === undefined || cacheWriteRead === undefined || cacheWrite1hRead === undefined || outputRead === undefined || reasoningRead === undefined || estimatedRead === undefined) return undefined;
  const value: Draft<NonNullable<RequestRecord["attempts"][number]["usage"]>> = {
    input: inputRead,
    cacheRead: cacheReadRead,
    cacheWrite: cacheWriteRead,
    cacheWrite1h: cacheWrite1hRead,
    inputAudio: inputAudioRead ?? 0,
    inputImage: inputImageRead ?? 0,
    output: outputRead,
    reasoning: reasoningRead,
    outputAudio: outputAudioRead ?? 0,
    outputImage: outputImageRead ?? 0,
    searches: searchesRead ?? 0,
    estimated: estimatedRead,
  };
  return value;
}

function writeAttempts(writer: ByteWriter, value: RequestRecord["attempts"][number]): void {
  {
    writer.ensure(8);
    writer.next(6);
    writer.text(value.provider);
  }
  {
    writer.ensure(8);
    writer.next(10);
    writer.text(value.model);
  }
  {
    writer.ensure(8);
    writer.next(14);
    writer.text(value.providerKey);
  }
  writeNumber(writer, 16, value.durationMs);
  if (value.status !== undefined) {
    writeNumber(writer, 20, value.status);
  }
  if (value.error !== undefined) {
    writer.ensure(8);
    writer.next(26);
    writer.text(value.error);
  }
  if (value.errorClass !== undefined) {
    writer.ensure(8);
    writer.next(30);
    writer.text(value.errorClass);
  }
  if (value.latencyMs !== undefined) {
    writeNumber(writer, 32, value.latencyMs);
  }
  if (value.next !== undefined) {
    writer.ensure(8);
    writer.next(38);
    writer.text(value.next);
  }
  if (value.usage !== undefined) {
    writer.ensure(8);
    writer.next(42);
    const start = beginValue(writer);
    writeUsage(writer, value.usage);
    endValue(writer, start);
  }
  if (value.cost !== undefined) {
    writeNumber(writer, 44, value.cost);
  }
  if (value.startMs !== undefined) {
    writeNumber(writer, 48, value.startMs);
  }
}

function readAttempts(reader: ByteReader, end: number): RequestRecord["attempts"][number] | undefined {
  let providerRead: RequestRecord["attempts"][number]["provider"] | undefined;
  let modelRead: RequestRecord["attempts"][number]["model"] | undefined;
  let providerKeyRead: RequestRecord["attempts"][number]["providerKey"] | undefined;
  let durationMsRead: RequestRecord["attempts"][number]["durationMs"] | undefined;
  let statusRead: RequestRecord["attempts"][number]["status"] | undefined;
  let errorRead: RequestRecord["attempts"][number]["error"] | undefined;
  let errorClassRead: RequestRecord["attempts"][number]["errorClass"] | undefined;
  let latencyMsRead: RequestRecord["attempts"][number]["latencyMs"] | undefined;
  let nextRead: RequestRecord["attempts"][number]["next"] | undefined;
  let usageRead: RequestRecord["attempts"][number]["usage"] | undefined;
  let costRead: RequestRecord["attempts"][number]["cost"] | undefined;
  let startMsRead: RequestRecord["attempts"][number]["startMs"] | undefined;
  while (reader.at < end) {
    const tag = reader.next();
    switch (tag) {
      case 6:
        providerRead = reader.text();
        break;
      case 10:
        modelRead = reader.text();
        break;
      case 14:
        providerKeyRead = reader.text();
        break;
      case 16:
        durationMsRead = readNumber(reader);
        break;
      case 17:
        durationMsRead = readFloat(reader);
        break;
      case 20:
        statusRead = readNumber(reader);
        break;
      case 21:
        statusRead = readLargeInteger(reader);
        break;
      case 26:
        errorRead = reader.text();
        break;
      case 30:
        errorClassRead = reader.text();
        break;
      case 32:
        latencyMsRead = readNumber(reader);
        break;
      case 33:
        latencyMsRead = readFloat(reader);
        break;
      case 38:
        nextRead = reader.text();
        break;
      case 42: {
        const valueEnd = endOfValue(reader);
        usageRead = readUsage(reader, valueEnd) ?? fail(reader, undefined);
        break;
      }
      case 44:
        costRead = readNumber(reader);
        break;
      case 45:
        costRead = readLargeInteger(reader);
        break;
      case 48:
        startMsRead = readNumber(reader);
        break;
      case 49:
        startMsRead = readFloat(reader);
        break;
      default:
        skipValue(reader, tag);
    }
  }
  if (reader.at !== end) return undefined;
  if (providerRead === undefined || modelRead === undefined || providerKeyRead === undefined || durationMsRead === undefined) return undefined;
  const value: Draft<RequestRecord["attempts"][number]> = {
    provider: providerRead,
    model: modelRead,
    providerKey: providerKeyRead,
    durationMs: durationMsRead,
  };
  if (statusRead !== undefined) value.status = statusRead;
  if (errorRead !== undefined) value.error = errorRead;
  if (errorClassRead !== undefined) value.errorClass = errorClassRead;
  if (latencyMsRead !== undefined) value.latencyMs = latencyMsRead;
  if (nextRead !== undefined) value.next = nextRead;
  if (usageRead !== undefined) value.usage = usageRead;
  if (costRead !== undefined) value.cost = costRead;
  if (startMsRead !== undefined) value.startMs = startMsRead;
  return value;
}

export function writeRecord(writer: ByteWriter, value: RequestRecord): void {
  writeId(writer, 6, value.id);
  if (value.requestId !== value.id) {
    writer.ensure(8);
    writer.next(10);
    writer.text(value.requestId);
  }
  writeNumber(writer, 12, value.startedAtMs);
  writeNumber(writer, 16, value.durationMs);
  writeNumber(writer, 20, value.upstreamMs);
  writeNumber(writer, 24, value.worker);
  {
    writer.ensure(8);
    writer.next(30);
    writer.text(value.endpoint);
  }
  {
    writer.ensure(8);
    writer.next(34);
    const start = beginValue(writer);
    for (const entry of value.attempts) {
      const entryStart = beginValue(writer);
      writeAttempts(writer, entry);
      endValue(writer, entryStart);
    }
    endValue(writer, start);
  }
  writeNumber(writer, 36, value.stream ? 1 : 0);
  writeNumber(writer, 40, value.status);
  {
    writer.ensure(8);
    writer.next(46);
    writer.text(value.outcome);
  }
  {
    writer.ensure(8);
    writer.next(50);
    const start = beginValue(writer);
    for (const entry of value.charges) {
      const entryStart = beginValue(writer);
      writeCharges(writer, entry);
      endValue(writer, entryStart);
    }
    endValue(writer, start);
  }
  writeNumber(writer, 52, value.requestBytes);
  writeNumber(writer, 56, value.responseBytes);
  if (value.firstTokenMs !== undefined) {
    writeNumber(writer, 60, value.firstTokenMs);
  }
  if (value.dialect !== undefined) {
    writer.ensure(8);
    writer.next(66);
    writer.text(value.dialect);
  }
  if (value.keyId !== undefined) {
    writer.ensure(8);
    writer.next(70);
    writer.text(value.keyId);
  }
  if (value.keyName !== undefined) {
    writer.ensure(8);
    writer.next(74);
    writer.text(value.keyName);
  }
  if (value.team !== undefined) {
    writer.ensure(8);
    writer.next(78);
    writer.text(value.team);
  }
  if (value.customer !== undefined) {
    writer.ensure(8);
    writer.next(82);
    writer.text(value.customer);
  }
  if (value.tags !== undefined) {
    writer.ensure(8);
    writer.next(86);
    writeLabels(writer, value.tags);
  }
  if (value.askedModel !== undefined) {
    writer.ensure(8);
    writer.next(90);
    writer.text(value.askedModel);
  }
  if (value.provider !== undefined) {
    writer.ensure(8);
    writer.next(94);
    writer.text(value.provider);
  }
  if (value.model !== undefined) {
    writer.ensure(8);
    writer.next(98);
    writer.text(value.model);
  }
  if (value.providerKey !== undefined) {
    writer.ensure(8);
    writer.next(102);
    writer.text(value.providerKey);
  }
  if (value.finishReason !== undefined) {
    writer.ensure(8);
    writer.next(106);
    writer.text(value.finishReason);
  }
  if (value.errorCode !== undefined) {
    writer.ensure(8);
    writer.next(110);
    writer.text(value.errorCode);
  }
  if (value.errorSource !== undefined) {
    writer.ensure(8);
    writer.next(114);
    writer.text(value.errorSource);
  }
  if (value.errorMessage !== undefined) {
    writer.ensure(8);
    writer.next(118);
    writer.text(value.errorMessage);
  }
  if (value.usage !== undefined) {
    writer.ensure(8);
    writer.next(122);
    const start = beginValue(writer);
    writeUsage(writer, value.usage);
    endValue(writer, start);
  }
  if (value.cost !== undefined) {
    writeNumber(writer, 124, value.cost);
  }
  if (value.priceVersion !== undefined) {
    writer.ensure(8);
    writer.next(130);
    writer.text(value.priceVersion);
  }
  if (value.serviceTier !== undefined) {
    writer.ensure(8);
    writer.next(134);
    writer.text(value.serviceTier);
  }
  if (value.limits !== undefined) {
    writer.ensure(8);
    writer.next(138);
    writeTexts(writer, value.limits);
  }
  if (value.dropped !== undefined) {
    writer.ensure(8);
    writer.next(142);
    writeTexts(writer, value.dropped);
  }
  if (value.userAgent !== undefined) {
    writer.ensure(8);
    writer.next(146);
    writer.text(value.userAgent);
  }
  if (value.sdk !== undefined) {
    writer.ensure(8);
    writer.next(150);
    writer.text(value.sdk);
  }
  if (value.traceId !== undefined) {
    writer.ensure(8);
    writer.next(154);
    writer.text(value.traceId);
  }
  if (value.refusal !== undefined) {
    writer.ensure(8);
    writer.next(158);
    const start = beginValue(writer);
    writeRefusal(writer, value.refusal);
    endValue(writer, start);
  }
  if (value.sessionId !== undefined) {
    writer.ensure(8);
    writer.next(162);
    writer.text(value.sessionId);
  }
  if (value.endUser !== undefined) {
    writer.ensure(8);
    writer.next(166);
    writer.text(value.endUser);
  }
  if (value.requestTags !== undefined) {
    writer.ensure(8);
    writer.next(170);
    writeTexts(writer, value.requestTags);
  }
  if (value.paidBy !== undefined) {
    writer.ensure(8);
    writer.next(174);
    writer.text(value.paidBy);
  }
  if (value.billedCost !== undefined) {
    writeNumber(writer, 176, value.billedCost);
  }
  if (value.listedCost !== undefined) {
    writeNumber(writer, 180, value.listedCost);
  }
  if (value.capped !== undefined) {
    writeNumber(writer, 184, value.capped);
  }
  if (value.canonicalModel !== undefined) {
    writer.ensure(8);
    writer.next(190);
    writer.text(value.canonicalModel);
  }
}

export function readRecord(reader: ByteReader, end: number): RequestRecord | undefined {
  let idRead: RequestRecord["id"] | undefined;
  let requestIdRead: RequestRecord["requestId"] | undefined;
  let startedAtMsRead: RequestRecord["startedAtMs"] | undefined;
  let durationMsRead: RequestRecord["durationMs"] | undefined;
  let upstreamMsRead: RequestRecord["upstreamMs"] | undefined;
  let workerRead: RequestRecord["worker"] | undefined;
  let endpointRead: RequestRecord["endpoint"] | undefined;
  let attemptsRead: RequestRecord["attempts"] | undefined;
  let streamRead: RequestRecord["stream"] | undefined;
  let statusRead: RequestRecord["status"] | undefined;
  let outcomeRead: RequestRecord["outcome"] | undefined;
  let chargesRead: RequestRecord["charges"] | undefined;
  let requestBytesRead: RequestRecord["requestBytes"] | undefined;
  let responseBytesRead: RequestRecord["responseBytes"] | undefined;
  let firstTokenMsRead: RequestRecord["firstTokenMs"] | undefined;
  let dialectRead: RequestRecord["dialect"] | undefined;
  let keyIdRead: RequestRecord["keyId"] | undefined;
  let keyNameRead: RequestRecord["keyName"] | undefined;
  let teamRead: RequestRecord["team"] | undefined;
  let customerRead: RequestRecord["customer"] | undefined;
  let tagsRead: RequestRecord["tags"] | undefined;
  let askedModelRead: RequestRecord["askedModel"] | undefined;
  let providerRead: RequestRecord["provider"] | undefined;
  let modelRead: RequestRecord["model"] | undefined;
  let providerKeyRead: RequestRecord["providerKey"] | undefined;
  let finishReasonRead: RequestRecord["finishReason"] | undefined;
  let errorCodeRead: RequestRecord["errorCode"] | undefined;
  let errorSourceRead: RequestRecord["errorSource"] | undefined;
  let errorMessageRead: RequestRecord["errorMessage"] | undefined;
  let usageRead: RequestRecord["usage"] | undefined;
  let costRead: RequestRecord["cost"] | undefined;
  let priceVersionRead: RequestRecord["priceVersion"] | undefined;
  let serviceTierRead: RequestRecord["serviceTier"] | undefined;
  let limitsRead: RequestRecord["limits"] | undefined;
  let droppedRead: RequestRecord["dropped"] | undefined;
  let userAgentRead: RequestRecord["userAgent"] | undefined;
  let sdkRead: RequestRecord["sdk"] | undefined;
  let traceIdRead: RequestRecord["traceId"] | undefined;
  let refusalRead: RequestRecord["refusal"] | undefined;
  let sessionIdRead: RequestRecord["sessionId"] | undefined;
  let endUserRead: RequestRecord["endUser"] | undefined;
  let requestTagsRead: RequestRecord["requestTags"] | undefined;
  let paidByRead: RequestRecord["paidBy"] | undefined;
  let billedCostRead: RequestRecord["billedCost"] | undefined;
  let listedCostRead: RequestRecord["listedCost"] | undefined;
  let cappedRead: RequestRecord["capped"] | undefined;
  let canonicalModelRead: RequestRecord["canonicalModel"] | undefined;
  while (reader.at < end) {
    const tag = reader.next();
    switch (tag) {
      case 6:
        idRead = readId(reader);
        break;
      case 10:
        requestIdRead = reader.text();
        break;
      case 12:
        startedAtMsRead = readNumber(reader);
        break;
      case 13:
        startedAtMsRead = readFloat(reader);
        break;
      case 16:
        durationMsRead = readNumber(reader);
        break;
      case 17:
        durationMsRead = readFloat(reader);
        break;
      case 20:
        upstreamMsRead = readNumber(reader);
        break;
      case 21:
        upstreamMsRead = readFloat(reader);
        break;
      case 24:
        workerRead = readNumber(reader);
        break;
      case 25:
        workerRead = readLargeInteger(reader);
        break;
      case 30:
        endpointRead = reader.text();
        break;
      case 34: {
        const valueEnd = endOfValue(reader);
        const entries: Draft<RequestRecord["attempts"][number]>[] = [];
        while (reader.at < valueEnd) {
          const entry = readAttempts(reader, endOfValue(reader));
          if (entry === undefined) return fail(reader, undefined);
          entries.push(entry);
        }
        attemptsRead = reader.at === valueEnd ? entries : fail(reader, undefined);
        break;
      }
      case 36:
        streamRead = reader.next() === 1;
        break;
      case 40:
        statusRead = readNumber(reader);
        break;
      case 41:
        statusRead = readLargeInteger(reader);
        break;
      case 46:
        outcomeRead = wordsOfRecordOutcome.get(reader.text());
        break;
      case 50: {
        const valueEnd = endOfValue(reader);
        const entries: Draft<RequestRecord["charges"][number]>[] = [];
        while (reader.at < valueEnd) {
          const entry = readCharges(reader, endOfValue(reader));
          if (entry === undefined) return fail(reader, undefined);
          entries.push(entry);
        }
        chargesRead = reader.at === valueEnd ? entries : fail(reader, undefined);
        break;
      }
      case 52:
        requestBytesRead = readNumber(reader);
        break;
      case 53:
        requestBytesRead = readLargeInteger(reader);
        break;
      case 56:
        responseBytesRead = readNumber(reader);
        break;
      case 57:
        responseBytesRead = readLargeInteger(reader);
        break;
      case 60:
        firstTokenMsRead = readNumber(reader);
        break;
      case 61:
        firstTokenMsRead = readFloat(reader);
        break;
      case 66:
        dialectRead = reader.text();
        break;
      case 70:
        keyIdRead = reader.text();
        break;
      case 74:
        keyNameRead = reader.text();
        break;
      case 78:
        teamRead = reader.text();
        break;
      case 82:
        customerRead = reader.text();
        break;
      case 86:
        tagsRead = readLabels(reader);
        break;
      case 90:
        askedModelRead = reader.text();
        break;
      case 94:
        providerRead = reader.text();
        break;
      case 98:
        modelRead = reader.text();
        break;
      case 102:
        providerKeyRead = reader.text();
        break;
      case 106:
        finishReasonRead = reader.text();
        break;
      case 110:
        errorCodeRead = wordsOfRecordErrorCode.get(reader.text());
        break;
      case 114:
        errorSourceRead = wordsOfRecordErrorSource.get(reader.text());
        break;
      case 118:
        errorMessageRead = reader.text();
        break;
      case 122: {
        const valueEnd = endOfValue(reader);
        usageRead = readUsage(reader, valueEnd) ?? fail(reader, undefined);
        break;
      }
      case 124:
        costRead = readNumber(reader);
        break;
      case 125:
        costRead = readLargeInteger(reader);
        break;
      case 130:
        priceVersionRead = reader.text();
        break;
      case 134:
        serviceTierRead = reader.text();
        break;
      case 138:
        limitsRead = readTexts(reader);
        break;
      case 142:
        droppedRead = readTexts(reader);
        break;
      case 146:
        userAgentRead = reader.text();
        break;
      case 150:
        sdkRead = reader.text();
        break;
      case 154:
        traceIdRead = reader.text();
        break;
      case 158: {
        const valueEnd = endOfValue(reader);
        refusalRead = readRefusal(reader, valueEnd) ?? fail(reader, undefined);
        break;
      }
      case 162:
        sessionIdRead = reader.text();
        break;
      case 166:
        endUserRead = reader.text();
        break;
      case 170:
        requestTagsRead = readTexts(reader);
        break;
      case 174:
        paidByRead = wordsOfRecordPaidBy.get(reader.text());
        break;
      case 176:
        billedCostRead = readNumber(reader);
        break;
      case 177:
        billedCostRead = readLargeInteger(reader);
        break;
      case 180:
        listedCostRead = readNumber(reader);
        break;
      case 181:
        listedCostRead = readLargeInteger(reader);
        break;
      case 184:
        cappedRead = readNumber(reader);
        break;
      case 185:
        cappedRead = readLargeInteger(reader);
        break;
      case 190:
        canonicalModelRead = reader.text();
        break;
      default:
        skipValue(reader, tag);
    }
  }
  if (reader.at !== end) return undefined;
  if (idRead === undefined || startedAtMsRead === undefined || durationMsRead === undefined || upstreamMsRead === undefined || workerRead === undefined || endpointRead === undefined || attemptsRead === undefined || streamRead === undefined || statusRead === undefined || outcomeRead === undefined || chargesRead === undefined || requestBytesRead === undefined || responseBytesRead === undefined) return undefined;
  const value: Draft<RequestRecord> = {
    id: idRead,
    requestId: requestIdRead ?? idRead,
    startedAtMs: startedAtMsRead,
    durationMs: durationMsRead,
    upstreamMs: upstreamMsRead,
    worker: workerRead,
    endpoint: endpointRead,
    attempts: attemptsRead,
    stream: streamRead,
    status: statusRead,
    outcome: outcomeRead,
    charges: chargesRead,
    requestBytes: requestBytesRead,
    responseBytes: responseBytesRead,
  };
  if (firstTokenMsRead !== undefined) value.firstTokenMs = firstTokenMsRead;
  if (dialectRead !== undefined) value.dialect = dialectRead;
  if (keyIdRead !== undefined) value.keyId = keyIdRead;
  if (keyNameRead !== undefined) value.keyName = keyNameRead;
  if (teamRead !== undefined) value.team = teamRead;
  if (customerRead !== undefined) value.customer = customerRead;
  if (tagsRead !== undefined) value.tags = tagsRead;
  if (askedModelRead !== undefined) value.askedModel = askedModelRead;
  if (providerRead !== undefined) value.provider = providerRead;
  if (modelRead !== undefined) value.model = modelRead;
  if (providerKeyRead !== undefined) value.providerKey = providerKeyRead;
  if (finishReasonRead !== undefined) value.finishReason = finishReasonRead;
  if (errorCodeRead !== undefined) value.errorCode = errorCodeRead;
  if (errorSourceRead !== undefined) value.errorSource = errorSourceRead;
  if (errorMessageRead !== undefined) value.errorMessage = errorMessageRead;
  if (usageRead !== undefined) value.usage = usageRead;
  if (costRead !== undefined) value.cost = costRead;
  if (priceVersionRead !== undefined) value.priceVersion = priceVersionRead;
  if (serviceTierRead !== undefined) value.serviceTier = serviceTierRead;
  if (limitsRead !== undefined) value.limits = limitsRead;
  if (droppedRead !== undefined) value.dropped = droppedRead;
  if (userAgentRead !== undefined) value.userAgent = userAgentRead;
  if (sdkRead !== undefined) value.sdk = sdkRead;
  if (traceIdRead !== undefined) value.traceId = traceIdRead;
  if (refusalRead !== undefined) value.refusal = refusalRead;
  if (sessionIdRead !== undefined) value.sessionId = sessionIdRead;
  if (endUserRead !== undefined) value.endUser = endUserRead;
  if (requestTagsRead !== undefined) value.requestTags = requestTagsRead;
  if (paidByRead !== undefined) value.paidBy = paidByRead;
  if (billedCostRead !== undefined) value.billedCost = billedCostRead;
  if (listedCostRead !== undefined) value.listedCost = listedCostRead;
  if (cappedRead !== undefined) value.capped = cappedRead;
  if (canonicalModelRead !== undefined) value.canonicalModel = canonicalModelRead;
  return value;
}
