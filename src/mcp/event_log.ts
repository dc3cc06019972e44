import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

/** So much is kept of one session: enough for a client that lost its connection for a moment. */
const MOST_EVENTS = 200;
const MOST_CHARACTERS = 1024 * 1024;

interface Event {
  id: string;
  stream: string;
  message: JSONRPCMessage;
  characters: number;
}

/**
 * The last messages of one session, so that a client whose connection broke can take up a stream where it ended
 * (`Last-Event-ID`). The oldest leave first; an id that has left is unknown, so that a client is never given a stream
 * with a hole in it.
 */
export function createEventLog(): EventStore {
  const events: Event[] = [];
  let last = 0;
  let characters = 0;
  return {
    storeEvent(stream, message) {
      const event = { id: String(++last), stream, message, characters: JSON.stringify(message).length };
      events.push(event);
      characters += event.characters;
      // The newest stays however big it is: it is about to be sent, and may be what a client comes back for.
      while (events.length > 1 && (events.length > MOST_EVENTS || characters > MOST_CHARACTERS)) {
        characters -= events.shift()?.characters ?? 0;
      }
      return Promise.resolve(event.id);
    },
    getStreamIdForEventId: (id) => Promise.resolve(events.find((event) => event.id === id)?.stream),
    async replayEventsAfter(id, { send }) {
      const at = events.findIndex((event) => event.id === id);
      const stream = events[at]?.stream ?? "";
      for (const event of events.slice(at + 1)) {
        // What the SDK opens a stream with is no message.
        if (event.stream === stream && "jsonrpc" in event.message) await send(event.id, event.message);
      }
      return stream;
    },
  };
}
