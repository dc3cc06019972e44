/** Starts the probe in a Worker with the permissions given as JSON, and prints what happened to each of its tries. */
const [permissions = "{}", allowed = "", forbidden = ""] = Deno.args;
const worker = new Worker(new URL("./probe_worker.ts", import.meta.url), {
  type: "module",
  deno: { permissions: JSON.parse(permissions) },
});
worker.onmessage = ({ data }) => {
  console.log(JSON.stringify(data));
  Deno.exit(0);
};
worker.postMessage({ allowed, forbidden });
