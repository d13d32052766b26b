import { messageOf } from "#lib/message-of";
import { probePort } from "#supervisor/probe-port";
import type { Finding } from "#system/finding";
import { machineFindings } from "#system/machine-findings";
import type { Examined } from "./examined";
import { wantedBun } from "./version";

export function checkMachine(examined: Examined): readonly Finding[] {
  return [...machineFindings(examined.options.dataDir, wantedBun), port(examined)];
}

function port({ options, running }: Examined): Finding {
  const subject = "port";
  if (running !== undefined) return { level: "ok", subject, text: `${running.port}, used by the running instance` };
  try {
    probePort(options.host, options.port);
    return { level: "ok", subject, text: `${options.host}:${options.port} is free` };
  } catch (error) {
    return { level: "fail", subject, text: messageOf(error) };
  }
}
