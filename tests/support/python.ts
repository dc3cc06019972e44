/** A Python with the official MCP client and a parser of PowerShell, or why there is none here. */
export async function findPython(): Promise<{ path: string } | { missing: string }> {
  const script = new URL("../../scripts/python.sh", import.meta.url).pathname;
  try {
    const { code, stdout, stderr } = await new Deno.Command("bash", { args: [script] }).output();
    const [said, why] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    return code === 0 ? { path: said! } : { missing: why!.split("\n").at(-1)! };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}
