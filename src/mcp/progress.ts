/** At most one progress notification in this many milliseconds: over HTTP a slow reader would fill memory. */
const EVERY_MS = 100;

/**
 * Makes the `progress` of a tool call. Sends nothing where the client gave no token, nothing more often than every
 * 100 ms, and nothing after `stop`: a notification after the answer confuses clients.
 */
export function throttledProgress(
  token: string | number | undefined,
  notify: (notification: { method: string; params: Record<string, unknown> }) => Promise<void>,
): { report(done: number, total?: number, message?: string): void; stop(): void } {
  let last = -Infinity;
  let highest = -Infinity;
  let stopped = token === undefined;
  return {
    report(done, total, message): void {
      const now = performance.now();
      // MCP wants progress to increase with each notification.
      if (stopped || done <= highest || (now - last < EVERY_MS && done !== total)) return;
      last = now;
      highest = done;
      const params = { progressToken: token, progress: done, ...(total === undefined ? {} : { total }) };
      notify({
        method: "notifications/progress",
        params: message === undefined ? params : { ...params, message },
      }).catch(() => {
        stopped = true;
      });
    },
    stop(): void {
      stopped = true;
    },
  };
}
