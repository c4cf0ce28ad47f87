// Bundles src/ into the folder named on the command line, with a map of the world and everybody's licences.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";

const out = process.argv[2] ?? "../static/built";
const modules = "node_modules";
mkdirSync(out, { recursive: true });

await build({
  entryPoints: ["src/page.js", "src/editor.js", "src/explore.js"],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // all of them are in THIRD-PARTY.txt
  logLevel: "warning",
});

// The same projection as pictures.py: 960 units wide, 0° at (480, 234).
const world = JSON.parse(readFileSync(join(modules, "world-atlas/countries-110m.json"), "utf8"));
const projection = geoEqualEarth().scale(960 / (2 * 2.7066)).translate([480, 234]);
const path = geoPath(projection).digits(1);
const land = path(feature(world, world.objects.land));
const borders = path(mesh(world, world.objects.countries, (one, other) => one !== other));
writeFileSync(
  join(out, "land.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 468"><path fill="#8a97ab" fill-opacity=".55" d="${land}"/>` +
    `<path fill="none" stroke="#fff" stroke-opacity=".45" stroke-width=".6" d="${borders}"/></svg>\n`,
);

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
const shipped = Object.entries(lock).filter(([name, one]) => name && (!one.dev || name === "node_modules/world-atlas"));
const texts = shipped.map(([folder, one]) => {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `(no licence file; package.json says ${one.license})`;
  return `${folder.replace(/.*node_modules\//, "")} ${one.version} (${one.license})\n\n${text}\n`;
});
writeFileSync(join(out, "THIRD-PARTY.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));

if (process.argv[3]) {
  mkdirSync(process.argv[3], { recursive: true });
  copyFileSync(join(modules, "axe-core/axe.min.js"), join(process.argv[3], "axe.min.js")); // for the tests only
}
