// Comunica asks the endpoint named in its arguments, first told that it is one, then left to find out by its description.
import { QueryEngine } from '@comunica/query-sparql'

const url = process.argv[2]
const engine = new QueryEngine()
const prefix = 'PREFIX : <https://example.org/mini/ontology#> '
const told = { sources: [{ type: 'sparql', value: url }] }
const untold = { sources: [url] }

async function rows (query, context) {
  return (await (await engine.queryBindings(query, context)).toArray()).map(row => row.get('x').value).sort()
}

async function triples (query, context) {
  return (await (await engine.queryQuads(query, context)).toArray()).length
}

const select = prefix + 'SELECT ?x { ?x a :Person }'
const optional = prefix + 'SELECT ?x { ?p a :Person OPTIONAL { ?p :member ?c } BIND(STR(?p) AS ?x) }'
console.log(JSON.stringify({
  told: await rows(select, told),
  untold: await rows(select, untold),
  optional: await rows(optional, told),
  ask: await engine.queryBoolean(prefix + 'ASK { ?x a :Person }', told),
  construct: await triples(prefix + 'CONSTRUCT WHERE { ?x a :Person }', told),
  count: await rows('SELECT (COUNT(*) AS ?x) { GRAPH ?g { ?s ?p ?o } }', told)
}))
