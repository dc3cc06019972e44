/**
 * Why a file is no place for a secret: everybody on this machine may read or write it. Undefined where they may not, and
 * on Windows. A group may (Kubernetes mounts secrets with mode 0440 for a pod's fsGroup).
 */
export function openToAll(path: string): string | undefined {
  const { mode } = Deno.statSync(path);
  if (Deno.build.os === "windows" || mode === null || (mode & 0o007) === 0) return undefined;
  const shown = (mode & 0o777).toString(8);
  return `everybody on this machine may read or write it (mode ${shown}). Allow its owner alone: chmod 600 ${path}`;
}
