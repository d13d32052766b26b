import { constants, setPriority } from "node:os";
import { messageOf } from "#lib/message-of";
import { openStores } from "../open-stores";
import type { FromQueryThread, LogAnswer, LogRequest, ToQueryThread } from "./log-query-messages";
import { LogQueryRefused, type LogStore } from "./log-store";

// The entry point of the query thread: started by `openThreadedLogStore`, talks to it in messages.
declare const self: Worker;

// Linux keeps priorities by thread: a heavy query takes what requests leave. Elsewhere that would be the whole process.
if (process.platform === "linux") setPriority(constants.priority.PRIORITY_LOW);

let url = "";
let store: LogStore | undefined;

self.onmessage = async (event: MessageEvent<ToQueryThread>) => {
  const message = event.data;
  switch (message.type) {
    case "open":
      url = message.url;
      return;
    case "call":
      return send(await reply(message.number, message.request));
    case "close":
      store?.close();
      process.exit(0);
      return;
  }
};

async function reply(number: number, request: LogRequest): Promise<FromQueryThread> {
  try {
    store ??= await openStores(url).log();
    return { type: "answer", number, answer: await answer(store, request) };
  } catch (error) {
    const message = messageOf(error);
    return { type: "failed", number, message, tooLong: error instanceof LogQueryRefused };
  }
}

async function answer(logs: LogStore, request: LogRequest): Promise<LogAnswer> {
  switch (request.method) {
    case "list":
      return { method: "list", value: await logs.list(request.query) };
    case "count":
      return { method: "count", value: await logs.count(request.query) };
    case "get":
      return { method: "get", value: await logs.get(request.id) };
    case "stats":
      return { method: "stats", value: await logs.stats(request.query) };
    case "slotCharges":
      return { method: "slotCharges", value: await logs.slotCharges() };
    case "correct":
      await logs.correct(request.corrections);
      return { method: "correct" };
    case "purge":
      return { method: "purge", value: await logs.purge(request.what, request.batch) };
    case "sumUp":
      return { method: "sumUp", value: await logs.sumUp(request.most) };
    case "readContent":
      return { method: "readContent", value: await logs.content.read(request.id) };
    case "removeContent":
      return { method: "removeContent", value: await logs.content.remove(request.id) };
    case "expireContent":
      return { method: "expireContent", value: await logs.content.expire(request.beforeMs, request.batch) };
    case "openFeed":
      await logs.feed.open(request.reader, request.from);
      return { method: "openFeed" };
    case "nextOfFeed":
      return { method: "nextOfFeed", value: await logs.feed.next(request.reader, request.limit) };
    case "advanceFeed":
      await logs.feed.advance(request.reader, request.place);
      return { method: "advanceFeed" };
    case "retainFeed":
      await logs.feed.retain(request.readers);
      return { method: "retainFeed" };
  }
}

function send(message: FromQueryThread): void {
  self.postMessage(message);
}
