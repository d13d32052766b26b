import { startNginx } from "./nginx.ts";
import { shotOf, untranslated } from "./questions.ts";
import type { Subject, Upstream } from "./subject.ts";
import type { Upstreams } from "./upstreams.ts";

/**
 * The floor: nginx with `proxy_pass` to the same upstreams over connections that are kept. Without the pool it opens one
 * for every request and costs three times as much.
 */
export async function startFloor(upstreams: Upstreams): Promise<Subject> {
  const nginx = await startNginx({
    http: `${pool("whole", upstreams.whole)} ${pool("streams", upstreams.streams)} ${pool("tls", upstreams.tls)}
      proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_ssl_session_reuse on;`,
    locations: `location / { proxy_pass http://whole; }
      location /tls/ { proxy_pass https://tls/; }
      location ~ ^/[0-9]+x[0-9]+/ { proxy_pass http://streams; }`,
  });
  return {
    name: "nginx, pooled",
    url: nginx.url,
    processes: () => nginx.pids().map((pid) => ({ role: "nginx", pid })),
    shots: (question) => [
      shotOf(untranslated(question), { model: "bench", headers: {}, prefix: prefixOf(question.upstream) }),
    ],
    settled: async () => undefined,
    does: "passes bytes on over kept connections; nothing else",
    stop: nginx.stop,
  };
}

function prefixOf(upstream: Upstream): string {
  return upstream === "whole" ? "" : `/${upstream}`;
}

function pool(name: string, upstream: string): string {
  const { host } = new URL(upstream);
  return `upstream ${name} { server ${host}; keepalive 1024; keepalive_requests 1000000; }`;
}
