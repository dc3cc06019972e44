/** A line longer than that is some program's JSON in one line: only what differs in it is shown. */
const LONG = 200;

/** What changes between two texts, as lines with - and +. Only these: what stands around may hold others' secrets. */
export function diff(before: string, after: string): string[] {
  const [old, fresh] = [lines(before), lines(after)];
  const start = alike(old, fresh);
  const end = Math.min(alike(old.toReversed(), fresh.toReversed()), old.length - start, fresh.length - start);
  const [gone, come] = [old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)];
  if (![...gone, ...come].some((line) => line.length > LONG)) {
    return [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)];
  }
  const [one, other] = [[...gone.join("\n")], [...come.join("\n")]];
  const head = alike(one, other);
  const tail = Math.min(alike(one.toReversed(), other.toReversed()), one.length - head, other.length - head);
  const part = (text: string[]) => text.slice(head, text.length - tail).join("");
  const marked = (text: string, sign: string) => text === "" ? [] : `…${text}…`.split("\n").map((line) => sign + line);
  return [...marked(part(one), "- "), ...marked(part(other), "+ ")];
}

/** How many items two lists share from their start. */
function alike(one: readonly string[], other: readonly string[]): number {
  let count = 0;
  while (count < one.length && count < other.length && one[count] === other[count]) count++;
  return count;
}

function lines(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}
