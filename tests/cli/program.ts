/** Runs the real program once, as people do in a shell. */
import { cleanEnv, RUN } from "../support/server.ts";

/** What a shell sees of a finished command. */
export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one command line in an empty folder, so that no `.env` of this machine plays a part. */
export async function runProgram(
  args: string[],
  { env = {}, stdin = "", files = {}, deno = Deno.execPath() }: {
    env?: Record<string, string>;
    stdin?: string;
    files?: Record<string, string>;
    /** Another Deno to run it with. */
    deno?: string;
  } = {},
): Promise<Finished> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const process = new Deno.Command(deno, {
      args: [...RUN, ...args],
      cwd: folder,
      clearEnv: true,
      env: cleanEnv(env),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writing = new Blob([stdin]).stream().pipeTo(process.stdin).catch(() => {/* it ended without reading */});
    const { code, stdout, stderr } = await process.output();
    await writing;
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
