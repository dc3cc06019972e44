/** How often to look, in ms. A look costs one system call. */
const EVERY_MS = 2_000;

/**
 * Tells when the process that started this one is gone, which a client's crash may leave unnoticed: somebody else can hold the
 * other end of stdin. Windows tells a parent that is gone like one that lives, so there only stdin's end counts. Answers a
 * function that ends the watch.
 */
export function watchParent(gone: () => void): () => void {
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, EVERY_MS);
  return () => clearInterval(timer);
}
