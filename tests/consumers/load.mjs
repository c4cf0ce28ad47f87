// Loads a dump (N-Quads with the graphs, N-Triples with their merge) by N3.js and answers queries by Comunica.
// node load.mjs DATA.nq DATA.nt QUERIES.json: prints {quads, graphs, merged, answers: {name: [row ...]}} as JSON.
import { createReadStream, readFileSync } from "node:fs";
import { StreamParser, Store } from "n3";
import { QueryEngine } from "@comunica/query-sparql-rdfjs";

async function load(store, path, format) {
  const parser = createReadStream(path).pipe(new StreamParser({ format }));
  for await (const quad of parser) store.addQuad(quad);
}

const [nquads, ntriples, queries] = process.argv.slice(2);
const store = new Store();
await load(store, nquads, "N-Quads");
const quads = store.size;
const graphs = store.getGraphs().length;
await load(store, ntriples, "N-Triples");
const engine = new QueryEngine();
const answers = {};
for (const [name, query] of Object.entries(JSON.parse(readFileSync(queries, "utf-8")))) {
  const bindings = await (await engine.queryBindings(query, { sources: [store] })).toArray();
  answers[name] = bindings.map((row) => Object.fromEntries([...row].map(([key, term]) => [key.value, term.value])));
}
process.stdout.write(JSON.stringify({ quads, graphs, merged: store.size - quads, answers }));
