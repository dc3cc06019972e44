/**
 * The answer, whose stream ends after `ms` at the latest: a client whose key was revoked or whose token has expired
 * since would otherwise listen on for ever. Answers that do not stream pass as they are.
 */
export function endAfter(response: Response, ms: number): Response {
  const { body, headers } = response;
  if (body === null || headers.get("content-type")?.startsWith("text/event-stream") !== true) return response;
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const end = () => {
    ended = true;
    clearTimeout(timer);
  };
  const limited = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      timer = setTimeout(() => {
        if (ended) return;
        end();
        controller.close();
        reader.cancel().catch(() => {}); // whoever wrote it has failed already
      }, ms);
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (ended) return;
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        if (ended) return;
        end();
        controller.error(error);
      }
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  });
  return new Response(limited, response);
}
