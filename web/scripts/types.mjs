// Makes src/protocol/messages.ts from the schema that Python prints; `--check` fails when the file is stale.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(web, "src", "protocol", "messages.ts");
const ownPython = join(web, "..", ".venv", "bin", "python");
const python = process.env.PYTHON ?? (existsSync(ownPython) ? ownPython : "python3");

/** Binary fields are attachments on the socket, and a field's own title would become a type of its own. */
function adapt(node, isField = false) {
  if (Array.isArray(node)) return node.map((entry) => adapt(entry));
  if (node === null || typeof node !== "object") return node;
  if (node.type === "string" && node.format === "binary") return { ...node, tsType: "ArrayBuffer" };
  const adapted = {};
  for (const [key, value] of Object.entries(node)) {
    if (isField && key === "title") continue;
    if (key === "maxItems" || key === "minItems") continue;
    if (key === "properties") {
      adapted[key] = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, adapt(field, true)]));
    } else {
      adapted[key] = adapt(value, isField && key === "items");
    }
  }
  // What the app sends always has every field; defaults only spare the sender's typing.
  if (adapted.type === "object" && adapted.properties && adapted.additionalProperties === false) {
    adapted.required = Object.keys(adapted.properties);
  }
  return adapted;
}

const schema = adapt(JSON.parse(execFileSync(python, ["-m", "bmo.wire.schema"], { encoding: "utf8" })));
const names = Object.keys(schema.$defs);
const root = {
  $defs: schema.$defs,
  title: "PageMessages",
  type: "object",
  additionalProperties: false,
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }])),
};
const made = await compile(root, "PageMessages", {
  bannerComment: "// Made by `npm run types` from bmo.wire.schema. Nobody edits this file.",
  printWidth: 120,
});

if (!process.argv.includes("--check")) {
  writeFileSync(target, made);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== made) {
  console.error("web/src/protocol/messages.ts is stale: run `npm run types` in web/ and commit the result.");
  process.exit(1);
}
