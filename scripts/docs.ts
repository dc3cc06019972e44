/**
 * Writes what is made from the source for people to read: parts of README and guides between `<!-- generated:NAME -->` and
 * `<!-- /generated -->`, and whole pages beside the code they describe. `--check` only compares.
 */
import { codeSections, errorPage } from "./docs/errors.ts";
import { metricPage } from "./docs/metrics.ts";
import { permissionTable } from "./docs/permissions.ts";
import { questionPage, someQuestions } from "./docs/questions.ts";
import { settingPage, settingSchema } from "./docs/settings.ts";
import { page } from "./docs/table.ts";
import { toolPage, toolTable } from "./docs/tools.ts";
import { fill, writeOrCheck } from "./generated.ts";

const root = new URL("..", import.meta.url).pathname;
const story = await Deno.readTextFile(`${root}tests/fixtures/story.md`);
const terminal = await Deno.readTextFile(`${root}tests/fixtures/terminal.md`);
const readme = fill(await Deno.readTextFile(`${root}README.md`), {
  tools: toolTable,
  permissions: permissionTable,
  questions: someQuestions,
  terminal: () => `\`\`\`text\n${terminal.trimEnd()}\n\`\`\``,
});
const troubleshooting = fill(await Deno.readTextFile(`${root}src/guides/troubleshooting.md`), { codes: codeSections });
const storyPage = page(
  "A sale, from quotation to delivery",
  "On a real Odoo 14, as an agent makes it and a test repeats it (`tests/live/story_test.ts`, which reads every claim back " +
    "from Odoo). It is shortened: `model`, `company` and `url` are left out, errors are told by their texts, and ids, " +
    "numbers, times and tokens are replaced.",
  story.trimEnd(),
);

const files = {
  "README.md": readme,
  "src/ask/QUESTIONS.md": questionPage(),
  "src/change/STORY.md": storyPage,
  "src/config/README.md": settingPage(),
  "src/config/settings.schema.json": settingSchema(),
  "src/guides/troubleshooting.md": troubleshooting,
  "src/lib/ERRORS.md": errorPage(),
  "src/mcp/tools/README.md": toolPage(),
  "src/status/METRICS.md": metricPage(),
};
const generated = new Map(Object.entries(files).map(([path, text]) => [root + path, text]));
Deno.exit(await writeOrCheck(generated, Deno.args, "docs"));
