import assert from "node:assert/strict";
import { type Loaded, loadSettings, type Refused, type Sources } from "../../src/config/mod.ts";

function load(from: Sources): Loaded {
  const loaded = loadSettings(from);
  assert.ok(!("problems" in loaded), JSON.stringify(loaded));
  return loaded;
}

function refuse(from: Sources): Refused {
  const loaded = loadSettings(from);
  assert.ok("problems" in loaded, "the settings were accepted");
  return loaded;
}

/** The one problem there is. */
function problem(from: Sources): string {
  const { problems } = refuse(from);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0]!.message;
}

function file(value: unknown): { path: string; text: string } {
  return { path: "config.json", text: JSON.stringify(value, null, 1) };
}

Deno.test("with nothing set, the defaults of the surface hold and no Odoo is configured", () => {
  const { settings, sources, warnings } = load({});
  assert.deepEqual(settings.instances, {});
  assert.equal(settings.transport, "stdio");
  assert.deepEqual([settings.http.host, settings.http.port], ["localhost", 8000]);
  assert.deepEqual([settings.mode, settings.confirm, settings.answers.shape], ["guarded", "auto", "table"]);
  assert.deepEqual(settings.toolsets, ["core", "messaging"]);
  assert.deepEqual(settings.cache, { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 1000 });
  const { read_ms, write_ms, tool_ms, rows, answer_tokens, body_bytes, queue, guarded_rows } = settings.limits;
  assert.deepEqual([read_ms, write_ms, tool_ms], [30_000, 50_000, 55_000]);
  assert.deepEqual([rows, answer_tokens, body_bytes, queue, guarded_rows], [500, 6000, 4_194_304, 256, 20]);
  assert.equal(sources["http.port"], "default");
  assert.deepEqual(warnings, []);
});

Deno.test("flags win over the file, the file over the environment, that over .env, and that over the default", () => {
  const all: Required<Sources> = {
    args: { "http-port": "1" },
    file: file({ http: { port: 2 } }),
    env: { ODOO_MCP_HTTP_PORT: "3" },
    dotenv: { path: ".env", text: "# ours\nODOO_MCP_HTTP_PORT=4\n" },
  };
  const { args: _, ...noFlags } = all;
  const { file: __, ...variables } = noFlags;
  const answers = [all, noFlags, variables, { dotenv: all.dotenv }, {}].map((from) => {
    const { settings, sources } = load(from);
    return [settings.http.port, sources["http.port"]];
  });
  assert.deepEqual(answers, [
    [1, "flag --http-port"],
    [2, "config.json line 3"],
    [3, "variable ODOO_MCP_HTTP_PORT"],
    [4, ".env line 2 (ODOO_MCP_HTTP_PORT)"],
    [8000, "default"],
  ]);
});

Deno.test("a weaker source's bad value does not matter once a stronger one sets it", () => {
  assert.equal(load({ args: { "http-port": "1" }, env: { ODOO_MCP_HTTP_PORT: "x" } }).settings.http.port, 1);
});

Deno.test("sources are merged setting by setting", () => {
  const { settings } = load({
    args: { "odoo-url": "https://a.example.com" },
    file: file({ odoo: { username: "me" } }),
    env: { ODOO_API_KEY: "key", ODOO_DB: "db" },
  });
  const odoo = settings.instances["default"];
  assert.deepEqual([odoo?.url, odoo?.username, odoo?.database], ["https://a.example.com", "me", "db"]);
  assert.equal(odoo?.api_key?.reveal(), "key");
});

Deno.test("lists are written with commas in flags and variables, and as lists in the file", () => {
  const wanted = ["sale.*", "res.partner"];
  const lists = [
    load({ args: { "models-allow": "sale.*, res.partner" } }),
    load({ args: { "models-allow": ["sale.*", "res.partner"] } }),
    load({ env: { ODOO_MCP_MODELS_ALLOW: "sale.*,res.partner" } }),
    load({ file: file({ models: { allow: wanted } }) }),
  ].map(({ settings }) => settings.models.allow);
  assert.deepEqual(lists, [wanted, wanted, wanted, wanted]);
  assert.deepEqual(load({ args: { toolsets: "" } }).settings.toolsets, []);
  const { settings } = load({
    env: { ODOO_URL: "https://x.example", ODOO_API_KEY: "k", ODOO_MCP_ODOO_COMPANIES: "1, 3" },
  });
  assert.deepEqual(settings.instances["default"]?.companies, [1, 3]);
});

Deno.test("switches take the words people use for yes and no", () => {
  for (const word of ["false", "0", "no", "off", "False"]) {
    assert.equal(load({ env: { ODOO_MCP_FEATURES_BATCH: word } }).settings.features.batch, false, word);
  }
  assert.match(problem({ env: { ODOO_MCP_FEATURES_BATCH: "never" } }), /"never" is not true or false/);
});

Deno.test("the names other Odoo programs use set the default Odoo", () => {
  const { settings } = load({
    env: { ODOO_URL: "https://x.example", ODOO_DATABASE: "db", ODOO_USER: "me", ODOO_PASSWORD: "pw" },
  });
  const odoo = settings.instances["default"];
  assert.deepEqual([odoo?.url, odoo?.database, odoo?.username], ["https://x.example", "db", "me"]);
  assert.equal(odoo?.password?.reveal(), "pw");
});

Deno.test("where two variables name one setting, our own wins, and the other is told of", () => {
  const { settings, warnings } = load({
    env: {
      ODOO_USER: "b",
      ODOO_USERNAME: "a",
      ODOO_DB: "same",
      ODOO_DATABASE: "same",
      ODOO_URL: "https://x.example",
      ODOO_MCP_ODOO_URL: "https://own.example",
      ODOO_API_KEY: "k",
    },
  });
  assert.equal(settings.instances["default"]?.url, "https://own.example");
  assert.equal(settings.instances["default"]?.username, "a");
  assert.deepEqual(warnings, [
    "Left alone variable ODOO_URL: variable ODOO_MCP_ODOO_URL sets odoo.url as well.",
    "Left alone variable ODOO_USER: variable ODOO_USERNAME sets odoo.username as well.",
  ]);
});

Deno.test("several Odoos come from all sources, the default one first", () => {
  const { settings, sources } = load({
    args: { "instances-shop-url": "https://shop.example", "instances-shop-api-key": "k1" },
    file: file({ instances: { north: { url: "https://north.example", api_key: "k2" } } }),
    env: {
      ODOO_MCP_INSTANCES_BIG_SHOP_URL: "https://big.example",
      ODOO_MCP_INSTANCES_BIG_SHOP_API_KEY: "k3",
      ODOO_URL: "https://d.example",
      ODOO_API_KEY: "k4",
    },
  });
  assert.deepEqual(Object.keys(settings.instances), ["default", "shop", "north", "big-shop"]);
  const keys = Object.values(settings.instances).map(({ api_key }) => api_key?.reveal());
  assert.deepEqual(keys, ["k4", "k1", "k2", "k3"]);
  assert.equal(sources["instances.big-shop.url"], "variable ODOO_MCP_INSTANCES_BIG_SHOP_URL");
  assert.equal(settings.instances["north"]?.max_connections, 4);
});

Deno.test("an Instance's name may not be one that odoo:// addresses need, nor anything but lower-case words", () => {
  for (const name of ["models", "model", "record", "file", "Shop", "a_b", "", "__proto__", "a.b", "9x"]) {
    const { problems } = refuse({
      file: { path: "c.json", text: `{"instances":{${JSON.stringify(name)}:{"url":"https://x.example"}}}` },
    });
    assert.match(problems[0]!.message, /lower-case words with hyphens|there is no such setting/, name);
  }
});

Deno.test("an Odoo without an address says which setting led there and what is missing", () => {
  assert.equal(
    problem({ env: { ODOO_DB: "prod" } }),
    "Cannot use odoo.database from variable ODOO_DB: odoo.url is missing. " +
      "Set odoo.url to the address of the Odoo, e.g. https://odoo.example.com.",
  );
});

Deno.test("every bad value is told at once, with its setting, its source, what it was and what is allowed", () => {
  const { problems } = refuse({
    args: { mode: "gurded", "http-port": "70000" },
    file: file({ limits: { rows: 1.5, queue: "many" }, confirm: null }),
    env: { ODOO_MCP_LOG_LEVEL: "loud", ODOO_MCP_LIMITS_READ_MS: "" },
    dotenv: { path: ".env", text: "ODOO_MCP_TOOLSETS=core,fils" },
  });
  assert.deepEqual(
    problems.map(({ message }) => message).sort(),
    [
      'Cannot use mode from flag --mode: "gurded" is not one of read-only, guarded, open. Did you mean guarded?',
      "Cannot use http.port from flag --http-port: 70000 is not a whole number from 0 to 65535.",
      "Cannot use confirm from config.json line 6: null is not one of human, auto, off.",
      "Cannot use limits.rows from config.json line 3: 1.5 is not a whole number from 1 to 10000.",
      'Cannot use limits.queue from config.json line 4: "many" is not a whole number from 0 to 10000.',
      'Cannot use log.level from variable ODOO_MCP_LOG_LEVEL: "loud" is not one of debug, info, warning, error.',
      'Cannot use toolsets from .env line 1 (ODOO_MCP_TOOLSETS): "fils" is not one of core, messaging, compat, all.',
    ].sort(),
  );
});

Deno.test("an unknown flag or key is refused with the closest names", () => {
  assert.equal(
    problem({ args: { "htp-port": "1" } }),
    "Cannot use --htp-port: there is no such flag. Did you mean --http-port or --port?",
  );
  assert.match(
    problem({ file: file({ odoo: { url: "https://x.example", pasword: "hunter2" } }) }),
    /odoo\.pasword from config\.json line 4: there is no such setting\. Did you mean odoo\.password/,
  );
  assert.match(problem({ file: file({ modes: "open" }) }), /Cannot use modes .* Did you mean mode/);
  assert.match(problem({ file: file({ "http.port": 1 }) }), /write {"http":{"port":…}} instead/);
  assert.match(
    problem({ file: file({ http: 1 }) }),
    /Cannot use http from config\.json line 2: a number is not an object/,
  );
});

Deno.test("a flag given twice is refused unless it is a list, and so is one setting under two keys of the file", () => {
  assert.match(problem({ args: { mode: ["open", "guarded"] } }), /mode from flag --mode: it is given more than once/);
  assert.match(problem({ args: { port: "1", "http-port": "2" } }), /http\.port .* sets it as well/);
  const twice = { odoo: { url: "https://a.example" }, instances: { default: { url: "https://b.example" } } };
  assert.match(
    problem({ file: file(twice) }),
    /odoo\.url from config\.json line 7: config\.json line 3 sets it as well/,
  );
});

Deno.test("a flag without a value says what is allowed", () => {
  assert.match(problem({ args: { mode: "" } }), /--mode: it is empty; it must be one of read-only, guarded, open\./);
});

Deno.test("empty variables count as not set, as compose files leave them", () => {
  const { settings, warnings } = load({ env: { ODOO_URL: "", ODOO_PASSWORD: "", ODOO_MCP_HTTP_PORT: "" } });
  assert.deepEqual([settings.instances, warnings], [{}, []]);
});

Deno.test("an unknown variable of ours only warns, and other programs' variables not even that", () => {
  const { warnings } = load({ env: { ODOO_MCP_HTTP_PROT: "1", ODOO_RC: "/etc/odoo.conf", HTTP_PORT: "x" } });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /ODOO_MCP_HTTP_PROT: there is no such setting\. Did you mean ODOO_MCP_HTTP_PORT/);
});

Deno.test("variables that Kubernetes injects beside a Service warn once and set nothing", () => {
  const { settings, warnings } = load({
    env: {
      ODOO_MCP_PORT: "tcp://10.0.0.1:8000",
      ODOO_MCP_SERVICE_HOST: "10.0.0.1",
      ODOO_MCP_PORT_8000_TCP_ADDR: "10.0.0.1",
      // A Service called odoo-mcp-http: its variable has the name of our setting.
      ODOO_MCP_HTTP_PORT: "tcp://10.0.0.2:80",
    },
  });
  assert.equal(settings.http.port, 8000);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /ODOO_MCP_PORT, .*ODOO_MCP_HTTP_PORT: set by Kubernetes/);
});

Deno.test("a non-loopback bind is refused without authentication, and does not matter over stdio", () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "odoo.example.com"]) {
    assert.match(
      problem({ args: { transport: "http", host } }),
      /Cannot use http\.host from flag --host: .*there is no authentication\. Set security\.keys or security\.oauth\.issuer/,
    );
    assert.equal(load({ args: { host } }).settings.http.host, host);
  }
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1"]) load({ args: { transport: "http", host } });
});

Deno.test("with keys or OAuth other machines may be let in; credentials of callers' own don't count as that", () => {
  const remote = { transport: "http", host: "0.0.0.0" };
  load({ args: { ...remote, "security-keys": "keys.json" } });
  const issuer = { "security-oauth-issuer": "https://auth.example.com/" };
  const { settings } = load({ args: { ...remote, ...issuer, "http-public-url": "https://mcp.example.com" } });
  assert.equal(settings.security.oauth.issuer, "https://auth.example.com/", "a token's iss has the slash too");
  assert.match(problem({ args: { ...remote, ...issuer } }), /http\.public_url/);
  assert.match(problem({ args: { ...remote, "security-own-credentials": "true" } }), /no authentication/);
});

Deno.test("OAuth settings must fit together", () => {
  const refused = (flags: Record<string, string>) =>
    problem({
      args: Object.fromEntries(Object.entries(flags).map(([name, value]) => [`security-oauth-${name}`, value])),
    });
  const issuer = "https://auth.example.com";
  assert.match(refused({ issuer: "http://auth.example.com" }), /security\.oauth\.issuer.*over http:/);
  assert.match(refused({ issuer, "jwks-uri": "http://auth.example.com/keys" }), /jwks_uri.*over http:/);
  assert.match(refused({ "jwks-uri": `${issuer}/keys` }), /Set security\.oauth\.issuer/);
  assert.match(refused({ issuer, "introspection-url": `${issuer}/introspect` }), /client_id/);
  assert.match(refused({ issuer, algorithms: "none" }), /none.*is not one of RS256/);
  assert.match(refused({ issuer, algorithms: "HS256" }), /HS256.*is not one of RS256/);
  assert.match(refused({ issuer, algorithms: "" }), /algorithms/);
});

Deno.test("credentials for callers are read as a whole, and what is wrong in them is told by its place", () => {
  const credentials = (value: unknown) => ({
    file: { path: "c.json", text: JSON.stringify({ security: { credentials: value } }) },
  });
  const good = {
    "role:viewer": { default: { username: "v", api_key: "k3y" } },
    "key:alice": { shop: { api_key: "x" } },
  };
  const { settings } = load(credentials(good));
  assert.equal(settings.security.credentials["role:viewer"]?.["default"]?.api_key?.reveal(), "k3y");
  const wrong: [unknown, RegExp][] = [
    [{ viewer: {} }, /viewer: it is not role:NAME, key:NAME or oauth:SUBJECT/],
    [{ "role:viewer": { Shop: { api_key: "canary" } } }, /role:viewer\.Shop: an Instance's name/],
    [{ "role:viewer": { shop: { username: "v" } } }, /role:viewer\.shop: .*neither api_key nor password/],
    [{ "role:viewer": { shop: { api_kee: "canary" } } }, /api_kee/],
    [{ "role:viewer": { shop: { api_key: "canary two" } } }, /role:viewer\.shop\.api_key: it holds a space/],
    ["canary", /is not an object as JSON/],
  ];
  for (const [value, words] of wrong) {
    const message = problem(credentials(value));
    assert.match(message, words);
    assert.doesNotMatch(message, /canary/);
  }
  const text = JSON.stringify(good);
  assert.deepEqual(
    load({ env: { ODOO_MCP_SECURITY_CREDENTIALS: text } }).settings.security.credentials,
    settings.security.credentials,
  );
});

Deno.test("allowed hosts are no Instance's, and no patterns", () => {
  const text = JSON.stringify({ odoo: { allowed_hosts: ["odoo.example.com", "localhost:8069", "[::1]:8069"] } });
  const { settings } = load({ file: { path: "c.json", text } });
  assert.deepEqual([settings.odoo.allowed_hosts.length, settings.instances], [3, {}]);
  for (
    const host of ["*.example.com", "https://odoo.example.com", "odoo.example.com/x", "a b", "", "Odoo.example.com"]
  ) {
    assert.match(problem({ args: { "odoo-allowed-hosts": host === "" ? "a,,b" : host } }), /odoo\.allowed_hosts/, host);
  }
});

Deno.test("http to another machine is refused unless it is allowed explicitly", () => {
  const env = { ODOO_URL: "http://odoo:8069", ODOO_USERNAME: "a", ODOO_PASSWORD: "b" };
  assert.match(problem({ env }), /odoo\.url from variable ODOO_URL: over http:.*set odoo\.allow_http to true/);
  load({ env: { ...env, ODOO_MCP_ODOO_ALLOW_HTTP: "true" } });
  load({ env: { ...env, ODOO_URL: "http://127.0.0.1:8069" } });
});

Deno.test("credentials must fit together and to the protocol", () => {
  const url = { ODOO_URL: "https://x.example" };
  assert.match(problem({ env: { ...url, ODOO_PASSWORD: "b" } }), /odoo\.password .* Set odoo\.username/);
  const json2 = { ...url, ODOO_USERNAME: "a", ODOO_PASSWORD: "b", ODOO_MCP_ODOO_PROTOCOL: "json2" };
  assert.match(problem({ env: json2 }), /odoo\.protocol .* json2 needs an API key/);
  const old = { ...url, ODOO_API_KEY: "k", ODOO_MCP_ODOO_PROTOCOL: "xmlrpc" };
  assert.match(problem({ env: old }), /odoo\.protocol .* Set odoo\.username/);
  assert.match(load({ env: url }).warnings.join(), /odoo\.url has no credentials/);
  assert.deepEqual(load({ env: { ...url, ODOO_API_KEY: "k" } }).warnings, []);
});

Deno.test("the demo company leaves configured Odoos alone, and says so", () => {
  const { settings, warnings } = load({ args: { demo: "true" }, env: { ODOO_URL: "no address at all", ODOO_DB: "x" } });
  assert.deepEqual([settings.demo, settings.instances], [true, {}]);
  assert.deepEqual(warnings, ["The demo company is served; left alone: default."]);
});

Deno.test("a pasted page of the web client is cut to the address, and what was left out is told", () => {
  const env = { ODOO_URL: "https://x.example/web?debug=1#id=3", ODOO_API_KEY: "k" };
  const { settings, warnings } = load({ env });
  assert.equal(settings.instances["default"]?.url, "https://x.example");
  assert.deepEqual(warnings, ["odoo.url from variable ODOO_URL is used as https://x.example; left out: /web?…#…"]);
});

Deno.test("a secret on the command line is used, with a warning", () => {
  const { settings, warnings } = load({ args: { "odoo-url": "https://x.example", "odoo-api-key": "k3y" } });
  assert.equal(settings.instances["default"]?.api_key?.reveal(), "k3y");
  assert.match(warnings.join(), /--odoo-api-key shows a secret to everybody/);
});

Deno.test("an API key with a line break, as copying leaves it, is refused without being shown", () => {
  const message = problem({ env: { ODOO_URL: "https://x.example", ODOO_API_KEY: "hunter2\n" } });
  assert.match(message, /odoo\.api_key from variable ODOO_API_KEY: it holds a space, a line break/);
  assert.doesNotMatch(message, /hunter2/);
});
