// Bundles the scripts and styles of the pages into server/static/app, with the licences of what they carry.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../server/static/app");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/site.ts", "src/charts.ts", "src/editor.ts"],
  outdir: out,
  bundle: true,
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
  minify: true,
  target: "es2022",
  legalComments: "none", // the licences are written whole, below
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  metafile: true,
});

// A package may come with its own dependencies bundled into it: they count as well.
const packages = new Set();
const pending = Object.keys(metafile.inputs).map((input) => input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
while (pending.length) {
  const name = pending.pop();
  if (!name || packages.has(name)) continue;
  packages.add(name);
  const { dependencies } = JSON.parse(await readFile(join(here, "node_modules", name, "package.json"), "utf8"));
  pending.push(...Object.keys(dependencies ?? {}));
}
const texts = [];
for (const name of [...packages].sort()) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? await readFile(join(folder, file), "utf8") : "";
  texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(join(out, "licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));

for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  console.log(`${String(Math.round(bytes / 1000)).padStart(6)} kB  ${file.replace(/^.*static\//, "")}`);
}
