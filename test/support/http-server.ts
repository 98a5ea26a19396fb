import { createServer } from "node:http";
import { afterEach } from "vitest";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
export interface Reply {
  readonly status: number;
  readonly body?: string;
}

const running: (() => void)[] = [];

afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

/** A server on 127.0.0.1 for one test; it keeps what it was asked. */
export const serve = async (
  answer: (request: Received, count: number) => Reply,
): Promise<{ readonly url: string; readonly received: readonly Received[] }> => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    const asked = { method, path, headers, body: Buffer.concat(chunks).toString() };
    received.push(asked);
    const { status, body = "" } = answer(asked, received.length);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, received };
};

/** The real command, after its arguments were written to `$STANDIN/<name>`: to see what `ps` could have shown. */
export const watched = (name: string): string =>
  `printf '%s\\n' "$@" >>"$STANDIN/${name}"\nPATH=\${PATH#*:} exec ${name} "$@"`;
