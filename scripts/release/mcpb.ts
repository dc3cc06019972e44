/**
 * `deno task mcpb [TARGET…] [--in FOLDER]` makes `odoo-mcp-TARGET.mcpb` of each executable in `dist`: opened in Claude
 * Desktop it asks for the Odoo in a form and needs nothing else on the machine.
 *
 * One for each target, with the executable inside: the alternative, one small bundle of JavaScript for all, would need a Deno
 * that people do not have (Claude Desktop brings Node, which has no permissions to narrow), and one with all executables
 * would have 600 MB. The format knows systems but no processors, so those are in the file's name.
 */
import config from "../../deno.json" with { type: "json" };
import { tools } from "../../src/mcp/mod.ts";
import { NOTICES } from "./archives.ts";
import { packEach } from "./pack_each.ts";
import { executableOf, suffixOf, type Target } from "./targets.ts";

const root = new URL("../..", import.meta.url).pathname;
/** The maker's own tool, run by npm in exactly this version. */
const PACKER = "@anthropic-ai/mcpb@2.1.2";

/** The settings the form asks for, and the variable each becomes. One left empty counts as not set. */
const FORM = {
  url: {
    variable: "ODOO_URL",
    option: {
      type: "string",
      title: "Address of your Odoo",
      description: "e.g. https://mycompany.odoo.com",
      required: true,
    },
  },
  database: {
    variable: "ODOO_DB",
    option: {
      type: "string",
      title: "Database",
      description: "Its name; may stay empty where your Odoo has only one",
      required: false,
      default: "",
    },
  },
  username: {
    variable: "ODOO_USERNAME",
    option: {
      type: "string",
      title: "Login",
      description: "What you log in with, often your e-mail address",
      required: true,
    },
  },
  api_key: {
    variable: "ODOO_API_KEY",
    option: {
      type: "string",
      title: "API key",
      description: "Made in Odoo: your preferences, Account Security, New API Key",
      required: true,
      sensitive: true,
    },
  },
  mode: {
    variable: "ODOO_MCP_MODE",
    option: {
      type: "string",
      title: "Mode",
      description: "read-only changes nothing; guarded shows deletes, actions and big changes first; open asks nothing",
      required: false,
      default: "guarded",
    },
  },
} as const;

/** The manifest (version 0.3 of the format) for a target. */
export function makeManifest(target: Target): object {
  const program = `server/odoo-mcp${suffixOf(target)}`;
  const form = Object.entries(FORM);
  return {
    manifest_version: "0.3",
    name: config.name,
    display_name: "Odoo",
    version: config.version,
    description: "Ask, change and press buttons in your Odoo: safe by default, and it reaches nothing but your Odoo",
    author: { name: "The odoo-mcp authors" },
    license: config.license,
    keywords: ["odoo", "erp", "crm", "sales", "accounting", "inventory"],
    server: {
      type: "binary",
      entry_point: program,
      mcp_config: {
        command: `\${__dirname}/${program}`,
        args: ["serve"],
        env: Object.fromEntries(form.map(([name, { variable }]) => [variable, `\${user_config.${name}}`])),
      },
    },
    tools: tools.filter(({ aliasOf }) => aliasOf === undefined).map(({ name, description }) => ({ name, description })),
    tools_generated: true,
    prompts_generated: true,
    user_config: Object.fromEntries(form.map(([name, { option }]) => [name, option])),
    compatibility: {
      platforms: [target.includes("darwin") ? "darwin" : target.includes("windows") ? "win32" : "linux"],
    },
  };
}

/** Packs one; answers its path. The licences of others must lie in the folder (`deno task notices`). */
export async function packMcpb(folder: string, target: Target): Promise<string> {
  const place = await Deno.makeTempDir();
  const output = `${folder}/odoo-mcp-${target}.mcpb`;
  try {
    const program = `${place}/server/odoo-mcp${suffixOf(target)}`;
    await Deno.mkdir(`${place}/server`);
    await Deno.copyFile(`${folder}/${executableOf(target)}`, program);
    await Deno.chmod(program, 0o755);
    await Deno.copyFile(`${root}LICENSE`, `${place}/LICENSE`);
    await Deno.copyFile(`${folder}/${NOTICES}`, `${place}/${NOTICES}`);
    await Deno.writeTextFile(`${place}/manifest.json`, `${JSON.stringify(makeManifest(target), null, 2)}\n`);
    const { success, stdout, stderr } = await new Deno.Command("npx", { args: ["-y", PACKER, "pack", place, output] })
      .output();
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim()).join("\n");
    if (!success) throw new Error(`Cannot pack ${output}: ${said}`);
    return output;
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

if (import.meta.main) await packEach(packMcpb);
