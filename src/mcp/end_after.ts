/**
 * The answer, whose stream ends after `ms` at the latest (`Infinity`: not by us): a client whose key was revoked or whose
 * token has expired since would otherwise listen on for ever. Answers that do not stream pass as they are. `onEnd` is
 * called once, when nothing is streamed (any more).
 */
export function endAfter(response: Response, ms: number, onEnd: () => void = () => {}): Response {
  const { body, headers } = response;
  if (body === null || headers.get("content-type")?.startsWith("text/event-stream") !== true) {
    onEnd();
    return response;
  }
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const end = () => {
    if (!ended) onEnd();
    ended = true;
    clearTimeout(timer);
  };
  const limited = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (ms === Infinity) return;
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
