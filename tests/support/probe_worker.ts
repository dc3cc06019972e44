/** Runs inside a Worker with the server's permissions and tries to get out; answers what happened to each try. */
const channel = globalThis as unknown as {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<{ allowed: string; forbidden: string }>) => void) | null;
};

async function attempt(what: () => unknown): Promise<string> {
  try {
    await what();
    return "done";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

channel.onmessage = async ({ data }) => {
  channel.postMessage({
    allowed: await attempt(async () => await (await fetch(data.allowed)).text()),
    otherPort: await attempt(async () => await (await fetch(data.forbidden)).text()),
    otherHost: await attempt(() => fetch("http://192.0.2.1/")),
    redirected: await attempt(async () => await (await fetch(`${data.allowed}redirect`)).text()),
    connect: await attempt(() => Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(data.forbidden).port) })),
    listen: await attempt(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close()),
    readFile: await attempt(() => Deno.readTextFile("/etc/hostname")),
    writeFile: await attempt(() => Deno.writeTextFile("/tmp/probe", "x")),
    env: await attempt(() => Deno.env.get("HOME")),
    run: await attempt(() => new Deno.Command("true").output()),
    hostname: await attempt(() => Deno.hostname()),
    importRemote: await attempt(() => import(`${data.forbidden}module.js`)),
  });
};
