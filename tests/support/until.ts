/** Waits until something is so; a test that waits for ever fails by its own limit of 10 s. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!await holds()) {
    if (Date.now() > end) throw new Error("It did not come about within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
