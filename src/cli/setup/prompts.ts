import type { Look } from "../../app.ts";
import { Failure } from "../../lib/failure.ts";
import { CLIENTS, type Home, isFound } from "./clients.ts";

/** What is asked on a terminal; a script gives it all by flags. */
export interface Prompts {
  url(known: string | undefined): Promise<string>;
  database(look: Look, known: string | undefined): Promise<string | undefined>;
  username(known: string | undefined): Promise<string>;
  /** A setting and its value. */
  credential(look: Look): Promise<{ "odoo-api-key": string } | { "odoo-password": string }>;
  mode(): Promise<string>;
  /** Ids of clients. */
  clients(home: Home): Promise<string[]>;
  yes(question: string): Promise<boolean>;
  note(text: string, title: string): void;
  done(text: string): void;
}

/** Loads clack, which draws them. A question that is cancelled (Ctrl+C) rejects with a `Failure`: nothing was written. */
export async function prompts(): Promise<Prompts> {
  const clack = await import("@clack/prompts");
  const answered = async <T>(question: Promise<T>): Promise<Exclude<T, symbol>> => {
    const answer = await question;
    if (!clack.isCancel(answer)) return answer as Exclude<T, symbol>;
    throw new Failure("E007", "Cannot go on: the setup was cancelled. Nothing was written.");
  };
  const needed = (value: string | undefined) =>
    value === undefined || value.trim() === "" ? "It is needed." : undefined;
  const initial = (known: string | undefined) => known === undefined ? {} : { initialValue: known };
  clack.intro("odoo-mcp setup");
  return {
    url: (known) =>
      answered(clack.text({
        message: "Address of your Odoo",
        placeholder: "https://mycompany.odoo.com",
        ...initial(known),
        validate: needed,
      })),
    database: async ({ databases }, known) => {
      if (databases?.length === 1) return databases[0];
      if (databases !== null && databases.length > 1) {
        const options = databases.map((value) => ({ value, label: value }));
        return await answered(clack.select({
          message: "Database",
          options,
          ...(known !== undefined && databases.includes(known) && { initialValue: known }),
        }));
      }
      const name = await answered(clack.text({
        message: "Database (this Odoo does not list them; on Odoo Online it is the first part of the address)",
        ...initial(known),
      }));
      return name.trim() === "" ? undefined : name.trim();
    },
    username: (known) =>
      answered(clack.text({
        message: "Login of the Odoo user",
        placeholder: "me@example.com",
        ...initial(known),
        validate: needed,
      })),
    credential: async ({ version }) => {
      clack.note(keyHelp(version.major), "API keys");
      const kind = await answered(clack.select({
        message: "How does it log in?",
        options: [
          { value: "odoo-api-key" as const, label: "API key", hint: "can be ended by itself" },
          { value: "odoo-password" as const, label: "Password", hint: "not with two factors" },
        ],
      }));
      const value = await answered(clack.password({
        message: kind === "odoo-api-key" ? "API key" : "Password",
        validate: needed,
      }));
      return kind === "odoo-api-key" ? { "odoo-api-key": value } : { "odoo-password": value };
    },
    mode: () =>
      answered(clack.select({
        message: "What may agents do?",
        options: [
          { value: "guarded", label: "Read and change", hint: "deletes, actions and big changes want a confirmation" },
          { value: "read-only", label: "Read only", hint: "nothing is ever changed" },
        ],
      })),
    clients: async (home) => {
      const found = CLIENTS.filter((client) => isFound(client, home));
      if (found.length === 0) {
        clack.note("None of the clients it knows was found on this machine.", "Clients");
        return [];
      }
      return await answered(clack.multiselect({
        message: "Which clients get it? (space chooses)",
        options: found.map(({ id, title }) => ({ value: id, label: title })),
        initialValues: found.map(({ id }) => id),
        required: false,
      }));
    },
    yes: (message) => answered(clack.confirm({ message })),
    note: (text, title) => clack.note(text, title),
    done: (text) => clack.outro(text),
  };
}

function keyHelp(major: number): string {
  const where = major >= 19
    ? "In Odoo: your avatar, My Preferences, Security, Add API Key. It asks how long the key lasts."
    : "In Odoo: your avatar, Preferences (My Profile), Account Security, New API Key.";
  const why = major >= 19
    ? "With a key this Odoo is spoken to over JSON-2, its own interface from now on."
    : "Users with two-factor authentication need one; a password does not work for programs then.";
  return `${where}\n${why}`;
}
