import { servesHttp, type Settings } from "../config/mod.ts";
import { withAudit } from "./audit_place.ts";
import { readKeysFile } from "./keys_file.ts";
import { withSecrets } from "./secret_references.ts";
import { withStore } from "./store_file.ts";

/** Settings as the Worker needs them: secrets looked up, its files made, the keys read. */
export interface Prepared {
  settings: Settings;
  warnings: string[];
  /** The keys file and its text; null where callers come without keys. */
  keys: { file: string; text: string } | null;
}

/** Does everything that needs more than the Worker may. Rejects with a Failure that says what can't be used. */
export async function prepareSettings(given: Settings): Promise<Prepared> {
  const stored = withStore(await withSecrets(given));
  const { settings, warning } = withAudit(stored.settings);
  const warnings = [stored.warning, warning].filter((one) => one !== undefined);
  const file = servesHttp(settings) ? settings.security.keys : undefined;
  return { settings, warnings, keys: file === undefined ? null : { file, text: readKeysFile(file) } };
}
