// sparql-http-client asks the endpoint named in its arguments in each way it can.
import ParsingClient from 'sparql-http-client/ParsingClient.js'
import SimpleClient from 'sparql-http-client/SimpleClient.js'
import StreamClient from 'sparql-http-client/StreamClient.js'

const endpointUrl = process.argv[2]
const prefix = 'PREFIX : <https://example.org/mini/ontology#> '
const select = prefix + 'SELECT ?x { ?x a :Person }'
const parsing = new ParsingClient({ endpointUrl })
const streaming = new StreamClient({ endpointUrl })
const simple = new SimpleClient({ endpointUrl })

const names = result => result.map(row => row.x.value).sort()
const told = []
for (const operation of ['get', 'postUrlencoded', 'postDirect']) {
  told.push(names(await parsing.query.select(select, { operation })))
}
const streamed = []
for await (const row of streaming.query.select(select)) streamed.push(row)
let quads = 0
for await (const quad of streaming.query.construct(prefix + 'CONSTRUCT WHERE { ?x a :Person }')) quads += quad ? 1 : 0
const raw = await simple.query.select(select, { headers: { accept: 'text/csv' } })
console.log(JSON.stringify({
  told,
  streamed: names(streamed),
  ask: await parsing.query.ask(prefix + 'ASK { ?x a :Person }'),
  construct: quads,
  csv: (await raw.text()).trim().split('\r\n').length
}))
