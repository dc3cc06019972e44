let found: string | undefined;

/**
 * Where Deno keeps what it has fetched. A program under test whose HOME is a folder of the test's own must be told, or it
 * fetches every package anew.
 */
export async function denoDir(): Promise<string> {
  if (found !== undefined) return found;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return found = String(JSON.parse(new TextDecoder().decode(stdout)).denoDir);
}
