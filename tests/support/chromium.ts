/**
 * A headless Chromium for tests in tests/ui: `scripts/chromium.sh` finds or installs it, the DevTools protocol drives it.
 * Only the dozen commands that the tests need, so no library.
 */

const SCRIPT = new URL("../../scripts/chromium.sh", import.meta.url).pathname;
const DEADLINE_MS = 30_000;

/** The program's path, or why there is none. `broken`: it should have worked on this machine. */
async function find(): Promise<string | { reason: string; broken: boolean }> {
  try {
    const { code, stdout, stderr } = await new Deno.Command("bash", { args: [SCRIPT], stdin: "null" }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (code === 0) return text(stdout);
    return { reason: text(stderr).split("\n").at(-1) ?? "", broken: code !== 3 };
  } catch (error) {
    return { reason: `bash cannot be started: ${(error as Error).message}`, broken: false };
  }
}

const found = await find();
if (typeof found !== "string") console.error(`\nSKIPPED: the tests that need Chromium: ${found.reason}\n`);

/** A test that gets a fresh Chromium. Without one it is reported as ignored, and the reason stands above. */
export function chromiumTest(name: string, run: (browser: Chromium) => Promise<void>): void {
  Deno.test({
    name,
    ignore: typeof found !== "string" && !found.broken,
    fn: async () => {
      if (typeof found !== "string") throw new Error(found.reason);
      await using browser = await startChromium(found);
      await run(browser);
    },
  });
}

/** What DevTools says: an answer to a command by its `id`, or an event. */
interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}

/** One running browser with one open page. */
export interface Chromium extends AsyncDisposable {
  /** Opens an address and waits until it has loaded. `script` runs first in each of its frames. */
  open(url: string, script?: string): Promise<void>;
  /** The value of an expression (promises awaited) in the page, or in its frame whose address ends with `frame`. */
  evaluate<T>(expression: string, frame?: string): Promise<T>;
  /** Evaluates until the value is truthy, and answers it. */
  until<T>(expression: string, frame?: string): Promise<T>;
  resize(width: number, height: number): Promise<void>;
  /** What the person's system prefers. */
  prefer(scheme: "light" | "dark"): Promise<void>;
  /** Presses a key as a person does. */
  press(key: "Tab" | "Enter"): Promise<void>;
  /** A PNG of what is to be seen. */
  screenshot(): Promise<Uint8Array>;
  /** Addresses that were asked for, in their order. */
  requests: string[];
  /** Uncaught errors, console errors, what a policy forbade. */
  complaints: string[];
}

async function startChromium(path: string): Promise<Chromium> {
  const profile = await Deno.makeTempDir({ prefix: "chromium-" });
  const process = new Deno.Command(path, {
    args: [
      "--headless",
      "--no-sandbox", // Chromium's own; it does not start as root with it
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      // A sandboxed frame would be a target of its own, with a session of its own to drive.
      "--disable-features=IsolateSandboxedIframes",
      "--force-color-profile=srgb",
      "--lang=en-US",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const address = Promise.withResolvers<string>();
  const reading = (async () => {
    let text = "";
    for await (const chunk of process.stderr.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const url = /listening on (ws:\S+)/.exec(text)?.[1];
      if (url !== undefined) address.resolve(url);
    }
    address.reject(new Error(`Chromium ended before it listened:\n${text}`));
  })();
  const socket = await connect(await address.promise);
  const devtools = speak(socket);
  const { targetInfos } = await devtools.send("Target.getTargets") as { targetInfos: Record<string, string>[] };
  const targetId = targetInfos.find(({ type }) => type === "page")!.targetId;
  const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: true });
  const page = await drive(devtools, String(sessionId));
  return {
    ...page,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => socket.addEventListener("close", resolve, { once: true }));
      await devtools.send("Browser.close").catch(() => {});
      await closed;
      await process.status;
      await reading;
      await Deno.remove(profile, { recursive: true });
    },
  };
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  return socket;
}

interface DevTools {
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
  on(listener: (message: Message) => void): void;
}

function speak(socket: WebSocket): DevTools {
  const waiting = new Map<number, (message: Message) => void>();
  const listeners: ((message: Message) => void)[] = [];
  let id = 0;
  socket.addEventListener("message", ({ data }) => {
    const message: Message = JSON.parse(data);
    if (message.id === undefined) listeners.forEach((listener) => listener(message));
    else waiting.get(message.id)?.(message);
  });
  return {
    on: (listener) => void listeners.push(listener),
    send: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        const own = ++id;
        const timer = setTimeout(() => reject(new Error(`${method} is not answered`)), DEADLINE_MS);
        waiting.set(own, ({ result, error }) => {
          clearTimeout(timer);
          waiting.delete(own);
          if (error === undefined) resolve(result ?? {});
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(
          JSON.stringify({ id: own, method, params: params ?? {}, ...(sessionId !== undefined && { sessionId }) }),
        );
      }),
  };
}

async function drive(devtools: DevTools, session: string): Promise<Omit<Chromium, keyof AsyncDisposable>> {
  const send = (method: string, params?: object) => devtools.send(method, params, session);
  const requests: string[] = [];
  const complaints: string[] = [];
  /** Execution contexts by the id of their frame, and addresses by that id. */
  const contexts = new Map<string, number>();
  const frames = new Map<string, string>();
  /** What `open` runs first in each frame, as DevTools names it. */
  let running: unknown;
  let loaded = Promise.withResolvers<void>();
  devtools.on(({ method, params = {}, sessionId }) => {
    if (sessionId !== session) return;
    const { context, frame, request, entry, exceptionDetails, type } = params as Record<
      string,
      Record<string, unknown>
    >;
    if (method === "Network.requestWillBeSent") requests.push(String(request?.url));
    if (method === "Runtime.executionContextCreated") {
      const { frameId, isDefault } = context?.auxData as { frameId: string; isDefault: boolean };
      if (isDefault) contexts.set(frameId, Number(context?.id));
    }
    if (method === "Page.frameNavigated") frames.set(String(frame?.id), String(frame?.url));
    if (method === "Page.loadEventFired") loaded.resolve();
    if (method === "Log.entryAdded" && entry?.level === "error") complaints.push(String(entry.text));
    if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(exceptionDetails));
    if (method === "Runtime.consoleAPICalled" && String(type) === "error") complaints.push(JSON.stringify(params.args));
  });
  for (const domain of ["Page", "Runtime", "Network", "Log"]) await send(`${domain}.enable`);

  const evaluate = async <T>(expression: string, frame?: string): Promise<T> => {
    const [frameId] = [...frames].find(([, url]) => frame !== undefined && url.endsWith(frame)) ?? [];
    if (frame !== undefined && frameId === undefined) throw new Error(`There is no frame ${frame}`);
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      allowUnsafeEvalBlockedByCSP: false,
      ...(frameId !== undefined && { contextId: contexts.get(frameId) }),
    }) as { result: { value: T }; exceptionDetails?: object };
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  return {
    requests,
    complaints,
    evaluate,
    async open(url, script = "") {
      if (running !== undefined) await send("Page.removeScriptToEvaluateOnNewDocument", { identifier: running });
      running = (await send("Page.addScriptToEvaluateOnNewDocument", { source: script })).identifier;
      frames.clear();
      contexts.clear();
      loaded = Promise.withResolvers();
      await send("Page.navigate", { url });
      await loaded.promise;
    },
    async until<T>(expression: string, frame?: string) {
      const end = Date.now() + DEADLINE_MS;
      for (;;) {
        const value = await evaluate<T>(expression, frame).catch((error) =>
          Date.now() > end ? Promise.reject(error) : null
        );
        if (value) return value;
        if (Date.now() > end) throw new Error(`It never came true: ${expression}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    resize: async (width, height) => {
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    },
    prefer: async (value) => {
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
    },
    press: async (key) => {
      const code = { Tab: 9, Enter: 13 }[key];
      const event = { key, code: key, windowsVirtualKeyCode: code, ...(key === "Enter" && { text: "\r" }) };
      await send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
    screenshot: async () => {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Uint8Array.fromBase64(String(data));
    },
  };
}
